"""The coins: against every completion written out, their data, their starts and updates."""

from itertools import product
from math import comb, log

import numpy as np
import pytest
from coin_cases import EQUAL, GOLDEN, HALF, LEARNED, PAPER, counted, tossed
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.domains import ParameterError
from emviz.em.methods import EM, Hard
from emviz.em.model import ModelError, Phase, Round
from emviz.models.coins import CoinCounts, CoinParams, Coins

# -- every completion written out ----------------------------------------------------------------------------


def _completions(heads, tails, params):
    """Yield each of the K^N completions with its log P(x, z; θ), the tosses of a set in any order."""
    coins = len(params.heads)
    orders = sum(log(comb(int(h + t), int(h))) for h, t in zip(heads, tails, strict=True))
    for chosen in product(range(coins), repeat=len(heads)):
        chance = sum(
            np.log(params.weight[k]) + h * np.log(params.heads[k]) + t * np.log(1 - params.heads[k])
            for k, h, t in zip(chosen, heads, tails, strict=True)
        )
        yield chosen, chance + orders


def _counts(chosen, heads, tails, coins):
    counts = np.zeros((3, coins))
    for k, h, t in zip(chosen, heads, tails, strict=True):
        counts[:, k] += 1, h, t
    return counts


@st.composite
def tiny(draw):
    """A model, a few sets with ties among them, and two places in parameter space."""
    coins = draw(st.integers(2, 3))
    weights = draw(st.sampled_from(["equal", "learned"]))
    sets = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = [
        CoinParams(
            rng.dirichlet(np.ones(coins)) if weights == "learned" else np.full(coins, 1 / coins),
            rng.uniform(0.05, 0.95, coins),
        )
        for _ in range(2)
    ]
    heads, tails = (np.array(side, dtype=float) for side in zip(*[(1, 1), *sets], strict=True))
    return Coins(coins, weights), heads, tails, *places


@settings(max_examples=40)
@given(tiny())
def test_against_every_completion(case):
    model, heads, tails, here, there = case
    data = model.parse(counted(heads, tails))
    chosen, logs = zip(*_completions(heads, tails, here), strict=True)
    logs = np.array(logs)
    evidence = np.log(np.exp(logs).sum())
    q = np.exp(logs - evidence)

    expectation = model.e_step(data, here)
    assert expectation.objective == pytest.approx(evidence, rel=1e-12)

    counts = np.array([_counts(one, heads, tails, model.coins) for one in chosen])
    expected = np.tensordot(q, counts, axes=1)
    np.testing.assert_allclose(expectation.counts, expected, rtol=1e-12, atol=1e-12)

    there_logs = np.array([each for _, each in _completions(heads, tails, there)])
    assert model.q(data, expectation.counts, there) == pytest.approx(q @ there_logs, rel=1e-12)

    shares = np.array(
        [[q[[one[i] == k for one in chosen]].sum() for k in range(model.coins)] for i in range(len(heads))]
    )
    posterior = model.posterior(data, here, np.arange(len(heads)))
    np.testing.assert_allclose(posterior, shares, rtol=1e-12, atol=1e-12)

    best = model.complete(data, here)
    assert model.q(data, best, here) == pytest.approx(logs.max(), rel=1e-12)
    np.testing.assert_array_equal(best, counts[logs.argmax()])


@settings(max_examples=40)
@given(tiny())
def test_the_bound_is_the_expected_log_ratio_over_every_completion(case):
    """g_t(θ) = Σ_z q(z) log (P(x, z; θ) / q(z)), and its gap is a Kullback-Leibler divergence."""
    model, heads, tails, here, there = case
    data = model.parse(counted(heads, tails))
    logs, others = (
        np.array([each for _, each in _completions(heads, tails, params)]) for params in (here, there)
    )
    q = np.exp(logs - np.log(np.exp(logs).sum()))
    at = engine.start(model, data, here)
    assert EM.bound(model, data, at, there) == pytest.approx(q @ (others - np.log(q)), rel=1e-11)


def test_the_sums_of_the_data(data):
    counts = EQUAL.e_step(data, PAPER).counts
    assert counts.heads.sum() == pytest.approx(33, abs=1e-12)
    assert counts.tails.sum() == pytest.approx(17, abs=1e-12)
    assert counts.sets.sum() == pytest.approx(5, abs=1e-12)


# -- data ----------------------------------------------------------------------------------------------------


def test_equal_sets_are_one_row_with_a_multiplicity():
    data = EQUAL.parse(counted([3, 1, 3, 0, 1, 3], [1, 3, 1, 4, 3, 0]))
    pairs = dict(zip(zip(data.heads.tolist(), data.tails.tolist(), strict=True), data.times, strict=True))
    assert pairs == {(3, 1): 2, (1, 3): 2, (0, 4): 1, (3, 0): 1}
    np.testing.assert_array_equal(data.heads[data.which], [3, 1, 3, 0, 1, 3])
    np.testing.assert_array_equal(data.tails[data.which], [1, 3, 1, 4, 3, 0])


def test_very_long_sets_are_not_confused():
    heads, tails = [2.0**31, 2.0**31, 0], [2.0**31 + 1, 2.0**31, 2.0**31]
    data = EQUAL.parse(counted(heads, tails))
    assert len(data.times) == 3
    np.testing.assert_array_equal(data.heads[data.which], heads)
    np.testing.assert_array_equal(data.tails[data.which], tails)


def test_sets_as_letters_and_as_numbers_agree(table, data):
    told = EQUAL.parse(counted(table.numbers("heads"), table.numbers("tails")))
    assert told.tosses is None
    # Of numbers the binomial coefficients are part of log P; the golden file has Σ log C(10, h).
    more = EQUAL.e_step(told, PAPER).objective - EQUAL.e_step(data, PAPER).objective
    assert more == pytest.approx(GOLDEN["log_binomial_const"], abs=1e-9)
    shown = EQUAL.count_table(told, Round(engine.start(EQUAL, told, PAPER), Phase.START), np.arange(2))
    assert shown.observed == ("5 H, 5 T", "9 H, 1 T")
    assert shown.alphabet == ()
    assert shown.labels is None
    assert shown.reference == ()


def test_a_toss_that_is_none_is_quoted_as_it_was_typed():
    table = Table.from_columns({"tosses": ["HT", "0110"]})
    for wrong in (table, table.without_rows([0])):
        with pytest.raises(DataError, match="expected only H and T, got '0' in '0110'"):
            EQUAL.parse(wrong)


def test_either_case_and_spaces_are_read():
    data = EQUAL.parse(tossed("hHtT TH", "HHH"))
    np.testing.assert_array_equal(data.heads[data.which], [3, 3])
    np.testing.assert_array_equal(data.tails[data.which], [3, 0])


NEEDED = "a column tosses is needed, or heads and tails"


@pytest.mark.parametrize(
    ("table", "message", "row", "column"),
    [
        (tossed("HT", "HXT"), "expected only H and T, got 'X' in 'HXT'", 2, "tosses"),
        (tossed("HT", "HTÄ", "XX"), "expected only H and T, got 'Ä' in 'HTÄ'", 2, "tosses"),
        (tossed("HT", "  "), "there are no tosses in this row", 2, "tosses"),
        (tossed("", "HT"), "there are no tosses in this row", 1, "tosses"),
        (tossed(), "there are no rows; a set of tosses is needed", None, None),
        (counted([1, 2], [1, -2]), "expected a number of at least 0, got -2", 2, "tails"),
        (counted([1.5], [1]), "expected a whole number, got 1.5", 1, "heads"),
        (counted([0, 0], [0, 0]), "there are no tosses in any of the sets", None, None),
        (Table.from_columns({"heads": [1]}), f"{NEEDED}; the table has heads", None, None),
    ],
)
def test_data_that_cannot_be_used(table, message, row, column):
    with pytest.raises(DataError) as caught:
        EQUAL.parse(table)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


def test_a_set_without_tosses_among_others_says_nothing():
    bare, more = (EQUAL.parse(counted(*sides)) for sides in (([3, 1], [1, 2]), ([3, 0, 1], [1, 0, 2])))
    assert EQUAL.e_step(more, PAPER).objective == pytest.approx(EQUAL.e_step(bare, PAPER).objective)


def test_labels_are_counted_once(data):
    for mine, other in zip(EQUAL.labelled(data), ([3, 2], [24, 9], [6, 11]), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_the_complete_case_needs_every_coin():
    assert EQUAL.labelled(EQUAL.parse(tossed("HT", "HH", coin=["A", "A"]))) is None
    assert EQUAL.labelled(EQUAL.parse(tossed("HT", "HH", coin=["A", "?"]))) is None
    assert EQUAL.labelled(EQUAL.parse(tossed("HT", "HH", coin=["A", "B"]))) is not None


def test_simulated_sets_are_ten_tosses_of_the_coin_they_name():
    model = Coins(2, "learned")
    params = CoinParams(np.array([0.25, 0.75]), np.array([1.0, 0.0]))
    table = model.simulate(params, 4000, np.random.default_rng(0))
    tosses, coins = table.texts("tosses").tolist(), table.texts("coin").tolist()
    assert set(zip(tosses, coins, strict=True)) == {("H" * 10, "A"), ("T" * 10, "B")}
    assert coins.count("A") == pytest.approx(1000, abs=100)


def test_simulated_sets_are_as_large_as_asked_for():
    params = CoinParams(np.full(2, 0.5), np.array([0.9, 0.2]))
    table = EQUAL.simulate(params, 3, np.random.default_rng(0), 25)
    assert [len(text) for text in table.texts("tosses").tolist()] == [25] * 3
    usual = EQUAL.simulate(params, 3, np.random.default_rng(0), EQUAL.unit_size.usual)
    assert usual.same(EQUAL.simulate(params, 3, np.random.default_rng(0)))
    with pytest.raises(ParameterError, match="1,000,000 × 21 are too many to draw; 20,000,000 in all"):
        EQUAL.simulate(params, 1_000_000, np.random.default_rng(0), 21)


def test_the_simulated_examples_are_what_their_source_says():
    three = Coins(3)
    truth = CoinParams(np.full(3, 1 / 3), np.array([0.85, 0.55, 0.20]))
    drawn = three.simulate(truth, 60, np.random.default_rng(2008))
    assert drawn.same(read_table(example_path("coins_three.csv")))
    one = read_table(example_path("coins_one.csv"))
    np.testing.assert_array_equal(one.numbers("heads"), np.random.default_rng(26).binomial(10, 0.6, 40))
    np.testing.assert_array_equal(one.numbers("heads") + one.numbers("tails"), 10)


# -- starts and updates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("coins", range(2, 7))
def test_no_start_has_two_equal_coins(data, coins):
    for seed in range(500):
        params = Coins(coins).start(data, np.random.default_rng(seed))
        assert len(set(params.heads.tolist())) == coins
        assert all(bias == float(f"{bias:.2f}") and 0.05 <= bias <= 0.95 for bias in params.heads)
        np.testing.assert_allclose(params.weight, 1 / coins, rtol=1e-15)


def test_the_default_starts_at_the_paper(data):
    np.testing.assert_array_equal(EQUAL.default(data).heads, [0.6, 0.5])
    np.testing.assert_array_equal(Coins(6).default(data).heads, [0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def test_weights_are_held_or_learned(data):
    counts = CoinCounts(np.array([4.0, 1.0]), np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    np.testing.assert_array_equal(EQUAL.m_step(data, counts).weight, HALF)
    np.testing.assert_array_equal(LEARNED.m_step(data, counts).weight, [0.8, 0.2])
    assert [parameter.fixed for parameter in EQUAL.parameters(data)] == [True, False]
    assert [parameter.fixed for parameter in LEARNED.parameters(data)] == [False, False]


def test_a_coin_that_gets_no_tosses_stops_the_run():
    data = EQUAL.parse(tossed("HT", "TTH"))
    step = engine.advance(EQUAL, data, engine.start(EQUAL, data, CoinParams(HALF, np.array([0.5, 1.0]))))
    with pytest.raises(ModelError) as caught:
        engine.advance(EQUAL, data, step)
    assert str(caught.value) == (
        "Iteration 1, M-step: coin B has no expected tosses left, so 0/0 leaves θ_B undefined; "
        "start elsewhere"
    )


@pytest.mark.parametrize("heads", [(1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_impossible_data_are_called_so(heads, method):
    data = EQUAL.parse(tossed("HT", "HH"))
    with pytest.raises(ModelError, match="−∞, the data are impossible under these parameters") as caught:
        engine.start(EQUAL, data, CoinParams(HALF, np.array(heads)), method)
    assert (caught.value.iteration, caught.value.phase) == (0, Phase.START)


def test_a_coin_on_the_border_is_no_trouble():
    data = EQUAL.parse(tossed("HHH", "HHH", "TTH"))
    at = CoinParams(HALF, np.array([1.0, 0.5]))
    expectation = EQUAL.e_step(data, at)
    assert expectation.objective == pytest.approx(2 * np.log(0.5 + 0.5**4) + np.log(0.5**4), rel=1e-14)
    np.testing.assert_allclose(expectation.counts.tails, [0, 2], rtol=1e-14)
    np.testing.assert_allclose(expectation.counts.heads, [6 * 8 / 9, 1 + 6 / 9], rtol=1e-14)
    assert np.isfinite(EQUAL.q(data, expectation.counts, at))
    assert EQUAL.q(data, expectation.counts, CoinParams(HALF, np.array([1.0, 1.0]))) == -np.inf


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("many", [10**12, 10**15, 2**53 - 1])
def test_log_p_never_falls_beside_one_huge_count(many, seed):
    """θ_A = 5 / (5 + many) is near 0, where 1 − θ as a float is wrong by a part of θ."""
    data = Coins().parse(counted([5, 9, 8], [many, 1, 2]))
    steps = [engine.start(Coins(), data, Coins().start(data, np.random.default_rng(seed)))]
    steps += engine.run(Coins(), data, steps[0], iterations=60, tolerance=0)
    heights = [step.expectation.objective for step in engine.iterations_of(steps)]
    assert np.diff(heights).min() >= -1e-12
