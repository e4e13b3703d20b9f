"""The linkage of 197 animals: every completion written out, the published numbers, data and pictures."""

import json
from itertools import product
from math import comb, log
from pathlib import Path

import numpy as np
import pytest
from coin_cases import iterated

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.convergence.rate import error_ratios
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.methods import EM, Hard
from emviz.em.model import Look, ModelError, Phase, Round
from emviz.models.linkage import MODEL, LinkageCounts, LinkageParams

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "hartley_dlr.json").read_text())["dlr"]


def at(pi):
    return LinkageParams(np.array(pi))


def counted(*counts):
    return MODEL.parse(Table.from_columns({"cell": [1, 2, 3, 4], "count": counts}))


@pytest.fixture(scope="module")
def data():
    return MODEL.parse(read_table(example_path("linkage_dlr1977.csv")))


@pytest.fixture(scope="module")
def walked(data):
    return iterated(MODEL, data, at(0.5), 12)


@pytest.mark.parametrize("pi", [0.1, 0.5, 0.85])
def test_against_every_completion(pi):
    """Each animal of cell 1 is of class 1/2 or π/4: 2^3 completions."""
    data = counted(3, 1, 0, 2)
    known = log((1 - pi) / 4) + 2 * log(pi / 4)
    joint, hidden = [], []
    for chosen in product((0.5, pi / 4), repeat=3):
        joint.append(known + sum(map(log, chosen)))
        hidden.append(chosen.count(pi / 4))
    weights = np.exp(joint)
    found = MODEL.e_step(data, at(pi))
    orders = log(60)  # 6! / (3! 1! 0! 2!): the animals may come in any order
    assert found.objective == pytest.approx(log(weights.sum()) + orders, rel=1e-13)
    split = float(weights @ hidden / weights.sum())
    np.testing.assert_allclose(found.counts.animals, [split + 2, 1, 3 - split], rtol=1e-13)
    np.testing.assert_allclose(
        MODEL.posterior(data, at(pi), np.arange(4))[0], [1 - split / 3, split / 3, 0], rtol=1e-12
    )
    best = MODEL.complete(data, at(pi))
    assert MODEL.q(data, best, at(pi)) == pytest.approx(max(joint) + orders, rel=1e-13)
    np.testing.assert_array_equal(best.animals, [2, 1, 3])


# -- the published numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("t", range(13))
def test_golden_trace(data, walked, t):
    golden, step = GOLDEN["trace"][t], walked[t]
    assert float(step.params.pi) == pytest.approx(golden["theta"], abs=1e-11)
    # The trace leaves out the multinomial coefficient 197! / (125! 18! 20! 34!), which is free of π.
    orders = log(comb(197, 125) * comb(72, 18) * comb(54, 20))
    assert step.expectation.objective == pytest.approx(golden["loglik"] + orders, abs=1e-9)
    assert step.expectation.counts.animals[0] - 34 == pytest.approx(golden["x12"], abs=1e-9)


def test_the_iterations_of_the_paper(walked):
    printed = [0.5, 0.608247423, 0.624321050, 0.626488879, 0.626777322]
    np.testing.assert_allclose([float(step.params.pi) for step in walked[:5]], printed, rtol=0, atol=5e-10)


def test_the_maximum_is_the_root_of_the_quadratic(data, walked):
    curve, rate = MODEL.views(data, Round(walked[0], Phase.START), Look())
    best = next(dot for dot in curve.dots if dot.kind == "optimum")
    assert best.x == pytest.approx((15 + np.sqrt(53809)) / 394, rel=1e-15)
    assert best.x == pytest.approx(0.6268214979, abs=5e-11)
    assert rate.curves[-1].ys[0] == pytest.approx(0.132779, abs=5e-7)
    assert rate.curves[-1].ys[0] == pytest.approx(GOLDEN["rate"], abs=1e-11)


def test_the_measured_rate_is_that_of_table_1(walked):
    path = np.array([step.params.pi for step in walked])
    times, ratios = error_ratios(path, GOLDEN["closed_form"])
    golden = [GOLDEN["trace"][int(t) - 1]["ratio"] for t in times[:7]]
    np.testing.assert_allclose(ratios[:7], golden, rtol=2e-6)
    assert [f"{ratio:.4f}" for ratio in ratios[:6]] == [
        "0.1465",
        "0.1346",
        "0.1330",
        "0.1328",
        "0.1328",
        "0.1328",
    ]


@pytest.mark.parametrize("counts", [(125, 18, 20, 34), (50, 3, 9, 1), (10, 40, 40, 7), (9, 1, 0, 0)])
def test_the_fraction_of_missing_information_is_the_slope_of_the_iteration(counts):
    data = counted(*counts)
    start = engine.start(MODEL, data, at(0.5))
    curve, rate = MODEL.views(data, Round(start, Phase.START), Look())
    (limit,) = (dot.x for dot in curve.dots if dot.kind == "optimum")
    moved = [
        float(MODEL.m_step(data, MODEL.e_step(data, at(limit + side)).counts).pi) for side in (-1e-6, 1e-6)
    ]
    assert sum(moved) / 2 == pytest.approx(limit, abs=1e-10)
    assert rate.curves[-1].ys[0] == pytest.approx((moved[1] - moved[0]) / 2e-6, rel=1e-7)


def test_hard_em_takes_all_of_cell_1_for_the_class_one_half(data):
    walked = iterated(MODEL, data, at(0.5), 2, Hard())
    assert float(walked[1].params.pi) == pytest.approx(34 / 72, rel=1e-15)
    assert walked[2].params.pi == walked[1].params.pi


# -- data, starts, special places ----------------------------------------------------------------------------


def test_a_cell_may_stand_in_several_rows_and_in_any_order(data):
    table = Table.from_columns({"cell": ["4", " 1", "3", "2", "1"], "count": [34, 100, 20, 18, 25]})
    again = MODEL.parse(table)
    np.testing.assert_array_equal(again.total, data.total)
    state = Round(engine.start(MODEL, again, at(0.5)), Phase.E)
    shown = MODEL.count_table(again, state, np.arange(5))
    assert shown.observed == ("4: 34", "1: 100", "3: 20", "2: 18", "1: 25")
    np.testing.assert_allclose(shown.counts[:, 0], [34, 20, 0, 0, 5])


@pytest.mark.parametrize(
    ("cells", "counts", "message"),
    [
        (["1", "5"], [1, 2], "row 2, column cell: expected a cell 1, 2, 3 or 4, got '5'"),
        (["1", "2"], [1, 2.5], "row 2, column count: expected a whole number, got 2.5"),
        (["1", "2"], [0, 0], "there are no animals in any of the cells"),
        ([], [], "there are no animals in any of the cells"),
    ],
)
def test_tables_that_cannot_be_used(cells, counts, message):
    with pytest.raises(DataError) as caught:
        MODEL.parse(Table.from_columns({"cell": cells, "count": np.array(counts)}))
    assert str(caught.value) == message


def test_no_animal_that_tells_of_pi():
    with pytest.raises(ZeroDivisionError, match="so 0/0 leaves it undefined"):
        MODEL.m_step(counted(1, 0, 0, 0), LinkageCounts(np.array([0.0, 0.0, 1.0])))
    data = counted(5, 0, 0, 0)
    step = engine.advance(MODEL, data, engine.start(MODEL, data, at(0.0)))
    assert [line.formula for line in _derived(data, at(0.0), UpdateCell(0)).lines] == [
        r"0.0 + 0.0 + 0.0 + 0.0 = 0.0\,\mathrm{animals}"
    ]
    with pytest.raises(ModelError, match="no animal is left"):
        engine.advance(MODEL, data, step)


def test_the_ends_are_named():
    data = counted(5, 1, 0, 0)
    assert MODEL.remark(data, at(0.5)) is None
    assert "π is 0" in MODEL.remark(data, at(0.0))
    assert "π is 1" in MODEL.remark(data, at(1.0))
    walked = iterated(MODEL, data, at(0.0), 3)
    assert [float(step.params.pi) for step in walked] == [0, 0, 0, 0]


@pytest.mark.parametrize(("counts", "limit"), [((9, 0, 0, 3), 1.0), ((1, 9, 9, 0), 0.0)])
def test_a_maximum_on_the_border_has_no_rate(counts, limit):
    data = counted(*counts)
    step = engine.start(MODEL, data, at(0.5))
    curve, rate = MODEL.views(data, Round(step, Phase.START), Look(truth=at(0.0)))
    assert next(dot.x for dot in curve.dots if dot.kind == "optimum") == limit
    # At π = 0 the animals of cell 4 are impossible, and a dot at −∞ has no place.
    assert ("truth" in [dot.kind for dot in curve.dots]) == (limit == 0)
    assert not rate.curves


def test_the_simulated_example_is_drawn_again():
    (example,) = (each for each in MODEL.examples if each.key == "simulated")
    drawn = MODEL.simulate(at(example.truth["pi"]), 2000, np.random.default_rng(1977))
    assert drawn.same(read_table(example_path(example.file)))


# -- pictures and derivations --------------------------------------------------------------------------------


def _derived(data, params, cell, places=1):
    step = engine.start(MODEL, data, params)
    return MODEL.count_table(data, Round(step, Phase.E), np.arange(4)).derive(cell, places)


def test_the_curve_and_the_bound_that_touches_it(data):
    step = engine.advance(MODEL, data, engine.start(MODEL, data, at(0.5)))
    updated = engine.advance(MODEL, data, step).params
    start, weighed, found = (
        MODEL.views(data, state, Look(path=(at(0.5),), truth=at(0.6)))[0]
        for state in (Round(step, Phase.START), Round(step, Phase.E), Round(step, Phase.M, updated))
    )
    assert [curve.role for curve in start.curves] == [""]
    height, bound = weighed.curves
    for x, y, below in zip(height.xs[::40], height.ys[::40], bound.ys[::40], strict=True):
        assert y == pytest.approx(MODEL.e_step(data, at(x)).objective, rel=1e-13)
        assert below == pytest.approx(EM.bound(MODEL, data, step, at(x)), rel=1e-13)
    assert [(dot.label, dot.kind) for dot in weighed.dots] == [
        ("π(0)", "here"),
        ("maximum", "optimum"),
        ("truth", "truth"),
    ]
    assert [(dot.label, dot.kind) for dot in found.dots][:2] == [("π(1)", "here"), ("π(0)", "start")]
    assert found.dots[0].x == pytest.approx(0.608247422680, abs=1e-12)
    assert (found.entry.field, found.entry.index) == ("pi", ())


def test_where_the_numbers_come_from(data):
    upwards = [
        r"25.0 + 0.0 + 0.0 + 34.0 = 59.0\,\mathrm{animals}",
        r"π = \frac{59.0}{59.0 + 38.0} \approx 0.61",
    ]
    own = [
        r"P(\mathrm{π/4}) = \frac{0.50/4}{1/2 + 0.50/4}",
        r"\frac{0.1250}{0.5000 + 0.1250} = 0.20",
        r"0.20 \times 125 = 25.0\,\mathrm{animals}",
    ]
    told = {
        cell: [line.formula for line in _derived(data, at(0.5), cell).lines]
        for cell in (
            ShareCell(0, 1),
            CountCell(0, 0),
            TotalCell(0),
            UpdateCell(0),
            ShareCell(3, 0),
            ShareCell(3, 2),
            CountCell(0, 1),
            TotalCell(2),
        )
    }
    assert told[ShareCell(0, 1)] == told[CountCell(0, 0)] == own + upwards
    assert told[TotalCell(0)] == told[UpdateCell(0)] == upwards
    assert told[ShareCell(3, 0)] == [r"P(\mathrm{1/2}) = 0"]
    assert told[ShareCell(3, 2)] == [
        r"P(\mathrm{one\ class}) = 1",
        r"1.00 \times 34 = 34.0\,\mathrm{animals}",
        *upwards,
    ]
    assert told[CountCell(0, 1)][0] == r"0\,\mathrm{animals}"
    assert told[TotalCell(2)] == [
        r"100.0 + 0.0 + 0.0 + 0.0 = 100.0\,\mathrm{animals}",
        r"\frac{d}{dπ} \log \frac{1}{2} = 0",
    ]


def test_answers(data):
    first, *others = MODEL.answers(data, at(0.5), np.array([0, 1, 3]))
    assert first.completions == ("class 1/2", "class π/4")
    np.testing.assert_allclose(first.shares, [0.8, 0.2])
    assert [other.completions for other in others] == [
        ("the one class (1 − π)/4",),
        ("the one class π/4",),
    ]


def test_without_a_count_each_row_is_one_animal():
    data = MODEL.parse(Table.from_columns({"cell": ["1", "4", "1", "2"]}))
    np.testing.assert_array_equal(data.total, [2, 1, 0, 1])
