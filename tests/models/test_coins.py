"""The coins: against every completion written out, against the paper, and against an independent trace."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import ModelError, Phase, Round
from emviz.em.restarts import Kind, landmarks
from emviz.em.views import CountCell, Landscape, ShareCell, TotalCell, UpdateCell
from emviz.models.coins import NAMES, CoinCounts, CoinParams, Coins

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "coins.json").read_text())
EQUAL, LEARNED = Coins(), Coins(weights="learned")
HALF = np.array([0.5, 0.5])
PAPER = CoinParams(HALF, np.array([0.6, 0.5]))
SADDLE_HEIGHT = -32.0518


@pytest.fixture(scope="module")
def table():
    return read_table(example_path("coins_do2008.csv"))


@pytest.fixture(scope="module")
def data(table):
    return EQUAL.parse(table)


def _counted(heads, tails):
    return Table.from_columns({"heads": heads, "tails": tails})


def _tossed(*tosses, **more):
    return Table.from_columns({"tosses": tosses, **more})


def _iterated(model, data, params, iterations, method=engine.EM):
    steps = [engine.start(model, data, params, method)]
    while steps[-1].index < iterations:
        steps.append(engine.advance(model, data, steps[-1], method))
    return list(engine.iterations_of(steps))


# -- every completion written out ----------------------------------------------------------------------------


def _completions(heads, tails, params):
    """Yield each of the K^N completions with its log P(x, z; θ)."""
    coins = len(params.heads)
    for chosen in product(range(coins), repeat=len(heads)):
        log = sum(
            np.log(params.weight[k]) + h * np.log(params.heads[k]) + t * np.log(1 - params.heads[k])
            for k, h, t in zip(chosen, heads, tails, strict=True)
        )
        yield chosen, log


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


@settings(max_examples=60)
@given(tiny())
def test_against_every_completion(case):
    model, heads, tails, here, there = case
    data = model.parse(_counted(heads, tails))
    chosen, logs = zip(*_completions(heads, tails, here), strict=True)
    logs = np.array(logs)
    evidence = np.log(np.exp(logs).sum())
    q = np.exp(logs - evidence)

    expectation = model.e_step(data, here)
    assert expectation.objective == pytest.approx(evidence, rel=1e-12)

    counts = np.array([_counts(one, heads, tails, model.coins) for one in chosen])
    expected = np.tensordot(q, counts, axes=1)
    np.testing.assert_allclose(expectation.counts, expected, rtol=1e-12, atol=1e-12)

    there_logs = np.array([log for _, log in _completions(heads, tails, there)])
    assert model.q(data, expectation.counts, there) == pytest.approx(q @ there_logs, rel=1e-12)

    shares = np.array(
        [[q[[one[i] == k for one in chosen]].sum() for k in range(model.coins)] for i in range(len(heads))]
    )
    posterior = model.posterior(data, here, np.arange(len(heads)))
    np.testing.assert_allclose(posterior, shares, rtol=1e-12, atol=1e-12)

    best = model.complete(data, here)
    assert model.q(data, best, here) == pytest.approx(logs.max(), rel=1e-12)
    np.testing.assert_array_equal(best, counts[logs.argmax()])


@settings(max_examples=60)
@given(tiny())
def test_the_bound_is_the_expected_log_ratio_over_every_completion(case):
    """g_t(θ) = Σ_z q(z) log (P(x, z; θ) / q(z)), and its gap is a Kullback-Leibler divergence."""
    model, heads, tails, here, there = case
    data = model.parse(_counted(heads, tails))
    logs, others = (
        np.array([log for _, log in _completions(heads, tails, params)]) for params in (here, there)
    )
    q = np.exp(logs - np.log(np.exp(logs).sum()))
    at = engine.start(model, data, here)
    assert engine.lower_bound(model, data, at, there) == pytest.approx(q @ (others - np.log(q)), rel=1e-11)


def test_the_sums_of_the_data(data):
    counts = EQUAL.e_step(data, PAPER).counts
    assert counts.heads.sum() == pytest.approx(33, abs=1e-12)
    assert counts.tails.sum() == pytest.approx(17, abs=1e-12)
    assert counts.sets.sum() == pytest.approx(5, abs=1e-12)


# -- the paper -----------------------------------------------------------------------------------------------


def test_figure_1a(data):
    counts = EQUAL.labelled(data)
    np.testing.assert_array_equal(counts.heads, [24, 9])
    np.testing.assert_array_equal(counts.tails, [6, 11])
    found = EQUAL.m_step(data, counts).heads
    np.testing.assert_allclose(found, [0.80, 0.45], rtol=1e-15)
    np.testing.assert_allclose(found, [GOLDEN["complete_mle"]["A"], GOLDEN["complete_mle"]["B"]], rtol=1e-15)


#: Figure 1b as it is printed: the tosses, P(A), heads and tails of A, heads and tails of B.
FIGURE_1B = [
    ("HTTTHHTHTH", "0.45", "2.2", "2.2", "2.8", "2.8"),
    ("HHHHTHHHHH", "0.80", "7.2", "0.8", "1.8", "0.2"),
    ("HTHHHHHTHH", "0.73", "5.9", "1.5", "2.1", "0.5"),
    ("HTHTTTHHTT", "0.35", "1.4", "2.1", "2.6", "3.9"),
    ("THHHTHHHTH", "0.65", "4.5", "1.9", "2.5", "1.1"),
]


def _figure_1b(data):
    steps = [engine.start(EQUAL, data, PAPER)]
    steps.append(engine.advance(EQUAL, data, steps[-1]))
    updated = engine.advance(EQUAL, data, steps[-1]).params
    return EQUAL.views(data, Round(steps[-1], Phase.M, updated), np.arange(5))[0]


@pytest.mark.parametrize("row", range(5))
def test_figure_1b_row_by_row(data, row):
    table = _figure_1b(data)
    (heads_a, tails_a), (heads_b, tails_b) = table.counts[row]
    printed = (
        table.observed[row],
        f"{table.shares[row, 0]:.2f}",
        *(f"{count:.1f}" for count in (heads_a, tails_a, heads_b, tails_b)),
    )
    assert printed == FIGURE_1B[row]


def test_figure_1b_totals_and_m_step(data):
    table = _figure_1b(data)
    assert [f"{total:.1f}" for total in table.totals.ravel()] == ["21.3", "8.6", "11.7", "8.4"]
    assert [update.label for update in table.updates] == ["θ_A", "θ_B"]
    assert [f"{update.value:.2f}" for update in table.updates] == ["0.71", "0.58"]
    assert [[f"{term:.1f}" for term in update.terms] for update in table.updates] == [
        ["21.3", "8.6"],
        ["11.7", "8.4"],
    ]
    assert table.heading == "tosses"
    assert table.letters
    assert table.components == ("A", "B")
    assert table.symbols == ("H", "T")
    assert table.labels == (1, 0, 0, 1, 0)
    np.testing.assert_array_equal(table.reference, [[24, 6], [9, 11]])


def test_figure_1b_ends_at_its_tenth_iteration(data):
    last = _iterated(EQUAL, data, PAPER, 10)[-1]
    assert [f"{bias:.2f}" for bias in last.params.heads] == ["0.80", "0.52"]


# -- the independent trace -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def walked(data):
    return _iterated(EQUAL, data, PAPER, 50)


@pytest.mark.parametrize("t", range(51))
def test_golden_trace(data, walked, t):
    golden, step = GOLDEN["trace"][t], walked[t]
    assert golden["iter"] == step.index == t
    np.testing.assert_allclose(step.params.heads, golden["theta"], rtol=0, atol=1e-9)
    assert step.expectation.objective == pytest.approx(golden["loglik"], abs=1e-9)
    table = EQUAL.views(data, Round(step, Phase.E), np.arange(5))[0]
    np.testing.assert_allclose(table.shares[:, 0], golden["resp_A"], rtol=0, atol=1e-9)
    printed = [[golden["H_A"], golden["T_A"]], [golden["H_B"], golden["T_B"]]]
    np.testing.assert_allclose(table.counts, np.moveaxis(printed, -1, 0), rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        table.totals, np.stack([golden["sumH"], golden["sumT"]], -1), rtol=0, atol=1e-9
    )


def test_golden_limit(walked):
    np.testing.assert_allclose(walked[-1].params.heads, [0.79678907, 0.51958312], rtol=0, atol=5e-9)
    assert walked[-1].expectation.objective == pytest.approx(-31.5702002, abs=5e-8)


def test_golden_hard_trace(data):
    walked = _iterated(EQUAL, data, PAPER, 6, Hard())
    np.testing.assert_allclose(
        [step.params.heads for step in walked], GOLDEN["hard_trace"], rtol=0, atol=1e-9
    )
    assert walked[1].expectation.objective > walked[0].expectation.objective


def test_golden_learned_weights(data):
    golden = GOLDEN["free_mixing_variant"]
    walked = _iterated(LEARNED, data, PAPER, 30)
    for step, one in zip(walked, golden["trace"], strict=True):
        np.testing.assert_allclose(step.params.heads, one["theta"], rtol=0, atol=1e-9)
        assert step.params.weight[0] == pytest.approx(one["pi_A"], abs=1e-9)
        assert step.expectation.objective == pytest.approx(one["loglik"], abs=1e-9)
    last = _iterated(LEARNED, data, PAPER, 300)[-1]
    np.testing.assert_allclose(last.params.heads, golden["limit"]["theta"], rtol=0, atol=1e-9)
    assert last.params.weight[0] == pytest.approx(golden["limit"]["pi_A"], abs=1e-9)
    assert last.expectation.objective == pytest.approx(-31.5686949, abs=5e-8)


def test_the_rate_of_convergence_at_the_limit(data, walked):
    """The eigenvalues of the Jacobian of θ(t) → θ(t+1), by central differences."""

    def mapped(heads):
        return EQUAL.m_step(data, EQUAL.e_step(data, CoinParams(HALF, heads)).counts).heads

    limit, step = walked[-1].params.heads, 1e-6
    jacobian = [(mapped(limit + side) - mapped(limit - side)) / (2 * step) for side in np.eye(2) * step]
    rates = np.sort(np.linalg.eigvals(np.array(jacobian)))
    np.testing.assert_allclose(rates, sorted(GOLDEN["em_map_jacobian_eigs_at_mle"]), rtol=0, atol=1e-7)


# -- the ridge on which both coins are equal -----------------------------------------------------------------


def test_equal_coins_go_to_the_saddle_and_stay(data):
    walked = _iterated(EQUAL, data, CoinParams(HALF, np.array([0.6, 0.6])), 100)
    for step in walked[1:]:
        np.testing.assert_allclose(step.params.heads, [0.66, 0.66], rtol=1e-14)
    assert walked[-1].expectation.objective == pytest.approx(SADDLE_HEIGHT, abs=5e-5)


def test_the_ridge_is_named(data):
    words = "both coins are equal: EM cannot tell them apart from here"
    assert EQUAL.remark(data, CoinParams(HALF, np.array([0.66, 0.66]))) == words
    assert EQUAL.remark(data, CoinParams(HALF, np.array([0.66, 0.67]))) is None
    three = CoinParams(np.full(3, 1 / 3), np.full(3, 0.4))
    assert Coins(3).remark(data, three) == "all coins are equal: EM cannot tell them apart from here"
    assert Coins(3).remark(data, three._replace(heads=np.array([0.4, 0.4, 0.5]))) is None


def test_landmarks_of_the_paper(data):
    step = engine.start(EQUAL, data, PAPER)
    landscape = EQUAL.views(data, Round(step, Phase.START), np.arange(5))[1]
    assert isinstance(landscape, Landscape)
    assert [(entry.field, entry.index) for entry in landscape.entries] == [("heads", (0,)), ("heads", (1,))]
    *_, found = landmarks(EQUAL, data, landscape.starts)
    assert [landmark.kind for landmark in found] == [Kind.MAXIMUM, Kind.MIRROR, Kind.SADDLE]
    best, mirror, saddle = found
    np.testing.assert_allclose(sorted(best.params.heads), [0.51958312, 0.79678907], rtol=0, atol=1e-6)
    np.testing.assert_allclose(best.params.heads[::-1], mirror.params.heads, rtol=0, atol=1e-6)
    np.testing.assert_allclose(saddle.params.heads, [0.66, 0.66], rtol=1e-12)
    assert best.objective == pytest.approx(-31.5702002, abs=5e-8)
    assert saddle.objective == pytest.approx(SADDLE_HEIGHT, abs=5e-5)


def test_more_coins_are_searched_from_the_default_and_from_the_ridge():
    model = Coins(3)
    data = model.parse(read_table(example_path("coins_three.csv")))
    step = engine.start(model, data, model.default(data))
    default, ridge = model.views(data, Round(step, Phase.START), np.arange(1))[1].starts
    np.testing.assert_array_equal(default.heads, [0.6, 0.5, 0.4])
    np.testing.assert_allclose(ridge.heads, [303 / 600] * 3)


# -- data ----------------------------------------------------------------------------------------------------


def test_equal_sets_are_one_row_with_a_multiplicity():
    data = EQUAL.parse(_counted([3, 1, 3, 0, 1, 3], [1, 3, 1, 4, 3, 0]))
    pairs = dict(zip(zip(data.heads.tolist(), data.tails.tolist(), strict=True), data.times, strict=True))
    assert pairs == {(3, 1): 2, (1, 3): 2, (0, 4): 1, (3, 0): 1}
    np.testing.assert_array_equal(data.heads[data.which], [3, 1, 3, 0, 1, 3])
    np.testing.assert_array_equal(data.tails[data.which], [1, 3, 1, 4, 3, 0])


def test_very_long_sets_are_not_confused():
    heads, tails = [2.0**31, 2.0**31, 0], [2.0**31 + 1, 2.0**31, 2.0**31]
    data = EQUAL.parse(_counted(heads, tails))
    assert len(data.times) == 3
    np.testing.assert_array_equal(data.heads[data.which], heads)
    np.testing.assert_array_equal(data.tails[data.which], tails)


def test_sets_as_letters_and_as_numbers_agree(table, data):
    counted = EQUAL.parse(_counted(table.numbers("heads"), table.numbers("tails")))
    assert counted.tosses is None
    assert EQUAL.e_step(counted, PAPER).objective == EQUAL.e_step(data, PAPER).objective
    shown = EQUAL.views(counted, Round(engine.start(EQUAL, counted, PAPER), Phase.START), np.arange(2))[0]
    assert shown.observed == ("5 H, 5 T", "9 H, 1 T")
    assert not shown.letters
    assert shown.labels is None
    assert shown.reference is None


def test_either_case_and_spaces_are_read():
    data = EQUAL.parse(_tossed("hHtT TH", "HHH"))
    np.testing.assert_array_equal(data.heads[data.which], [3, 3])
    np.testing.assert_array_equal(data.tails[data.which], [3, 0])


NEEDED = "a column tosses is needed, or heads and tails"


@pytest.mark.parametrize(
    ("table", "message", "row", "column"),
    [
        (_tossed("HT", "HXT"), "expected only H and T, got 'X' in 'HXT'", 2, "tosses"),
        (_tossed("HT", "HTÄ", "XX"), "expected only H and T, got 'Ä' in 'HTÄ'", 2, "tosses"),
        (_tossed("HT", "  "), "there are no tosses in this row", 2, "tosses"),
        (_tossed("", "HT"), "there are no tosses in this row", 1, "tosses"),
        (_tossed(), "there are no rows; a set of tosses is needed", None, None),
        (_counted([1, 2], [1, -2]), "expected a number of at least 0, got -2", 2, "tails"),
        (_counted([1.5], [1]), "expected a whole number, got 1.5", 1, "heads"),
        (_counted([0, 0], [0, 0]), "there are no tosses in any of the sets", None, None),
        (_tossed("H", "T", "H", coin=["x", "y", "z"]), "'z' is one more than the 2 of the model", 3, "coin"),
        (Table.from_columns({"heads": [1]}), f"{NEEDED}; the table has heads", None, None),
    ],
)
def test_data_that_cannot_be_used(table, message, row, column):
    with pytest.raises(DataError) as caught:
        EQUAL.parse(table)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


def test_a_set_without_tosses_among_others_says_nothing():
    bare, more = (EQUAL.parse(_counted(*sides)) for sides in (([3, 1], [1, 2]), ([3, 0, 1], [1, 0, 2])))
    assert EQUAL.e_step(more, PAPER).objective == pytest.approx(EQUAL.e_step(bare, PAPER).objective)


def test_the_complete_case_needs_every_coin():
    assert EQUAL.labelled(EQUAL.parse(_tossed("HT", "HH", coin=["A", "A"]))) is None
    assert EQUAL.labelled(EQUAL.parse(_tossed("HT", "HH", coin=["A", "?"]))) is None
    assert EQUAL.labelled(EQUAL.parse(_tossed("HT", "HH", coin=["A", "B"]))) is not None


def test_simulated_sets_are_ten_tosses_of_the_coin_they_name():
    model = Coins(2, "learned")
    params = CoinParams(np.array([0.25, 0.75]), np.array([1.0, 0.0]))
    table = model.simulate(params, 4000, np.random.default_rng(0))
    tosses, coins = table.texts("tosses").tolist(), table.texts("coin").tolist()
    assert set(zip(tosses, coins, strict=True)) == {("H" * 10, "A"), ("T" * 10, "B")}
    assert coins.count("A") == pytest.approx(1000, abs=100)


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
    data = EQUAL.parse(_tossed("HT", "TTH"))
    step = engine.advance(EQUAL, data, engine.start(EQUAL, data, CoinParams(HALF, np.array([0.5, 1.0]))))
    with pytest.raises(ModelError) as caught:
        engine.advance(EQUAL, data, step)
    assert str(caught.value) == (
        "Iteration 1, M-step: coin B has no expected tosses left, so 0/0 leaves θ_B undefined"
    )


@pytest.mark.parametrize("heads", [(1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_impossible_data_are_called_so(heads, method):
    data = EQUAL.parse(_tossed("HT", "HH"))
    with pytest.raises(ModelError, match="−∞, the data are impossible under these parameters") as caught:
        engine.start(EQUAL, data, CoinParams(HALF, np.array(heads)), method)
    assert (caught.value.iteration, caught.value.phase) == (0, Phase.START)


def test_a_coin_on_the_border_is_no_trouble():
    data = EQUAL.parse(_tossed("HHH", "HHH", "TTH"))
    at = CoinParams(HALF, np.array([1.0, 0.5]))
    expectation = EQUAL.e_step(data, at)
    assert expectation.objective == pytest.approx(2 * np.log(0.5 + 0.5**4) + np.log(0.5**4), rel=1e-14)
    np.testing.assert_allclose(expectation.counts.tails, [0, 2], rtol=1e-14)
    np.testing.assert_allclose(expectation.counts.heads, [6 * 8 / 9, 1 + 6 / 9], rtol=1e-14)
    assert np.isfinite(EQUAL.q(data, expectation.counts, at))
    assert EQUAL.q(data, expectation.counts, CoinParams(HALF, np.array([1.0, 1.0]))) == -np.inf


# -- derivations ---------------------------------------------------------------------------------------------


def _derived(data, cell, places, model=EQUAL, params=PAPER, phase=Phase.E):
    step = engine.start(model, data, params)
    updated = model.m_step(data, step.expectation.counts) if phase is Phase.M else None
    return model.views(data, Round(step, phase, updated), np.arange(1))[0].derive(cell, places)


def test_the_derivation_of_the_first_share_is_the_one_of_the_paper(data):
    derivation = _derived(data, ShareCell(0, 0), 1)
    assert derivation.title == "Where does P(A) in row 1 come from?"
    assert derivation.component == 0
    assert [line.formula for line in derivation.lines] == [
        r"P(\mathrm{A}) = \frac{0.60^{5} \cdot 0.40^{5}}{0.60^{5} \cdot 0.40^{5} + 0.50^{5} \cdot 0.50^{5}}",
        r"\frac{7.963 \times 10^{-4}}{7.963 \times 10^{-4} + 9.766 \times 10^{-4}} \approx 0.45",
        r"0.45 \times 5\,\mathrm{H} \approx 2.2\,\mathrm{H},"
        r"\quad 0.45 \times 5\,\mathrm{T} \approx 2.2\,\mathrm{T}",
        r"2.2 + 7.2 + 5.9 + 1.4 + 4.5 \approx 21.3\,\mathrm{H}",
        r"2.2 + 0.8 + 1.5 + 2.1 + 1.9 \approx 8.6\,\mathrm{T}",
        r"\theta _{A} = \frac{21.3}{21.3 + 8.6} \approx 0.71",
    ]


def test_each_cell_is_derived_from_where_it_stands(data):
    share, count = (_derived(data, kind(3, 1), 2) for kind in (ShareCell, CountCell))
    assert share.lines == count.lines
    assert count.title == "Where does the count of coin B in row 4 come from?"
    total = _derived(data, TotalCell(1), 2)
    assert total.title == "Where does the total of coin B come from?"
    assert total.lines == share.lines[3:]
    update = _derived(data, UpdateCell(1), 2, phase=Phase.M)
    assert update.title == "Where does θ_B come from?"
    assert update.lines == total.lines
    assert update.lines[-1].formula == r"\theta _{B} = \frac{11.70}{11.70 + 8.43} \approx 0.581"
    assert {one.component for one in (share, count, total, update)} == {1}


def test_learned_weights_are_in_the_formula_and_have_their_own_update(data):
    params = CoinParams(np.array([0.25, 0.75]), PAPER.heads)
    derivation = _derived(data, ShareCell(1, 1), 1, LEARNED, params)
    assert derivation.lines[0].formula == (
        r"P(\mathrm{B}) = \frac{0.75 \cdot 0.50^{9} \cdot 0.50^{1}}"
        r"{0.25 \cdot 0.60^{9} \cdot 0.40^{1} + 0.75 \cdot 0.50^{9} \cdot 0.50^{1}}"
    )
    weight = _derived(data, UpdateCell(2), 1, LEARNED, params, Phase.M)
    assert weight.title == "Where does w_A come from?"
    assert weight.component == 0
    assert weight.lines[-1].formula.startswith(r"w_{A} = \frac{")


def test_a_weight_is_a_ratio_of_sets(data):
    step = engine.start(LEARNED, data, PAPER)
    found = LEARNED.m_step(data, step.expectation.counts)
    updates = LEARNED.views(data, Round(step, Phase.M, found), np.arange(1))[0].updates
    assert [update.label for update in updates] == ["θ_A", "θ_B", "w_A", "w_B"]
    sets = step.expectation.counts.sets
    assert updates[3].terms == tuple(sets)
    assert updates[3].numerator == sets[1]


def test_a_cell_of_a_coin_without_tosses_is_derived_as_far_as_it_goes():
    data = EQUAL.parse(_tossed("HT", "TTH"))
    derivation = _derived(data, ShareCell(0, 0), 1, params=CoinParams(HALF, np.array([1.0, 0.5])))
    formulas = [line.formula for line in derivation.lines]
    assert formulas[0] == (
        r"P(\mathrm{A}) = \frac{1.00^{1} \cdot 0.00^{1}}{1.00^{1} \cdot 0.00^{1} + 0.50^{1} \cdot 0.50^{1}}"
    )
    assert formulas[1] == r"\frac{0}{0 + 0.2500} = 0.00"
    assert len(formulas) == 5


def test_long_sums_are_told_by_their_first_terms():
    data = EQUAL.parse(_counted([1] * 12, [1] * 12))
    formula = _derived(data, TotalCell(0), 1).lines[0].formula
    assert formula == r"0.5 + 0.5 + 0.5 + 0.5 + 0.5 + 0.5 + 0.5 + 0.5 + \cdots \approx 5.9\,\mathrm{H}"


def test_there_is_a_name_for_every_coin():
    assert len(NAMES) == 6
