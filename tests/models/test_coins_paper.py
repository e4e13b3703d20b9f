"""The coins against the paper and against an independent trace."""

import numpy as np
import pytest
from coin_cases import EQUAL, GOLDEN, HALF, LEARNED, PAPER, iterated

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import Look, Phase, Round
from emviz.em.optima.restarts import Kind, landmarks
from emviz.em.pictures import Landscape
from emviz.models.coins import CoinParams, Coins

SADDLE_HEIGHT = -32.0518


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
    return EQUAL.count_table(data, Round(steps[-1], Phase.M, updated), np.arange(5))


@pytest.mark.parametrize("row", range(5))
def test_figure_1b_row_by_row(data, row):
    table = _figure_1b(data)
    heads_a, tails_a, heads_b, tails_b = table.counts[row]
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
    assert table.alphabet == ("H", "T")
    assert [tag.text for tag in table.completions] == ["P(A)", "P(B)"]
    assert [(group.heading, group.symbols) for group in table.groups] == [
        ("coin A", ("H", "T")),
        ("coin B", ("H", "T")),
    ]
    assert [tag.text for tag in table.labels] == ["B", "A", "A", "B", "A"]
    assert [update.terms for update in table.reference] == [(24, 6), (9, 11)]
    assert [update.value for update in table.reference] == [0.80, 0.45]


def test_figure_1b_ends_at_its_tenth_iteration(data):
    last = iterated(EQUAL, data, PAPER, 10)[-1]
    assert [f"{bias:.2f}" for bias in last.params.heads] == ["0.80", "0.52"]


# -- the independent trace -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def walked(data):
    return iterated(EQUAL, data, PAPER, 50)


@pytest.mark.parametrize("t", range(51))
def test_golden_trace(data, walked, t):
    golden, step = GOLDEN["trace"][t], walked[t]
    assert golden["iter"] == step.index == t
    np.testing.assert_allclose(step.params.heads, golden["theta"], rtol=0, atol=1e-9)
    assert step.expectation.objective == pytest.approx(golden["loglik"], abs=1e-9)
    table = EQUAL.count_table(data, Round(step, Phase.E), np.arange(5))
    np.testing.assert_allclose(table.shares[:, 0], golden["resp_A"], rtol=0, atol=1e-9)
    printed = [[golden["H_A"], golden["T_A"]], [golden["H_B"], golden["T_B"]]]
    counts = np.moveaxis(printed, -1, 0).reshape(5, 4)
    np.testing.assert_allclose(table.counts, counts, rtol=0, atol=1e-9)
    totals = np.stack([golden["sumH"], golden["sumT"]], -1).ravel()
    np.testing.assert_allclose(table.totals, totals, rtol=0, atol=1e-9)


def test_golden_limit(walked):
    np.testing.assert_allclose(walked[-1].params.heads, [0.79678907, 0.51958312], rtol=0, atol=5e-9)
    assert walked[-1].expectation.objective == pytest.approx(-31.5702002, abs=5e-8)


def test_golden_hard_trace(data):
    walked = iterated(EQUAL, data, PAPER, 6, Hard())
    np.testing.assert_allclose(
        [step.params.heads for step in walked], GOLDEN["hard_trace"], rtol=0, atol=1e-9
    )
    assert walked[1].expectation.objective > walked[0].expectation.objective


def test_golden_learned_weights(data):
    golden = GOLDEN["free_mixing_variant"]
    walked = iterated(LEARNED, data, PAPER, 30)
    for step, one in zip(walked, golden["trace"], strict=True):
        np.testing.assert_allclose(step.params.heads, one["theta"], rtol=0, atol=1e-9)
        assert step.params.weight[0] == pytest.approx(one["pi_A"], abs=1e-9)
        assert step.expectation.objective == pytest.approx(one["loglik"], abs=1e-9)
    last = iterated(LEARNED, data, PAPER, 300)[-1]
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
    walked = iterated(EQUAL, data, CoinParams(HALF, np.array([0.6, 0.6])), 100)
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
    landscape = EQUAL.views(data, Round(step, Phase.START), Look())[0]
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
    default, ridge = model.views(data, Round(step, Phase.START), Look())[0].starts
    np.testing.assert_array_equal(default.heads, [0.6, 0.5, 0.4])
    np.testing.assert_allclose(ridge.heads, [303 / 600] * 3)
