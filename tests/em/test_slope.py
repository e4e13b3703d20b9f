"""The gradient by Fisher's identity next to differences of log P itself, for every model."""

import numpy as np
import pytest
from toys import ANIMALS, COINS, LINKAGE, PAPER, TOSSED, Pi, biased

from emviz import session as desk
from emviz.em.objective.slope import hessian, slope
from emviz.em.theta.coordinates import FREE, NATURAL, Free, Natural, chart_of
from emviz.models import discover

pytestmark = pytest.mark.unmeasured

KEYS = [model.key for model in discover()]
#: Of models whose first example has many parameters, one that has few.
FEWER = {"profile": "dna-family", "tomography": "spots"}
#: Weights of central differences of the sixth order.
WEIGHTS = (45, -9, 1)


def done(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def slope_at(model, data, params, kind=FREE):
    chart = chart_of(kind, model, data, params)
    return chart, done(slope(model, data, model.e_step(data, params).counts, chart, chart.point(params)))


def checked(model, data, params, kind=FREE):
    """Compare a few entries of the gradient with differences of log P, in units of the curvature."""
    chart, found = slope_at(model, data, params, kind)
    here = chart.point(params)
    for place in np.random.default_rng(0).permutation(len(here))[:5]:
        way = np.zeros(len(here))
        way[place] = step = 0.02 * min(found.scales[place], 1.0 if kind == FREE else np.inf)
        heights = [
            [model.e_step(data, chart.params(here + k * sign * way)).objective for sign in (1, -1)]
            for k in (1, 2, 3)
        ]
        rises = sum(weight * (up - down) for weight, (up, down) in zip(WEIGHTS, heights, strict=True))
        scale = max(1.0, abs(heights[0][0]) / 1000)
        assert rises / (60 * step) * found.scales[place] == pytest.approx(
            found.gradient[place] * found.scales[place], rel=1e-6, abs=2e-7 * scale
        )


@pytest.mark.parametrize("key", KEYS)
def test_the_gradient_of_q_is_that_of_log_p(key):
    session = desk.example_session(key, FEWER.get(key))
    checked(session.model, session.data, session.start)
    # Away from a start that may be symmetric.
    drawn = session.model.start(session.data, np.random.default_rng(5))
    checked(session.model, session.data, drawn)


@pytest.mark.parametrize("key", ["coins", "abo", "haplotype", "deaths", "poisson", "linkage"])
def test_in_natural_coordinates_too(key):
    session = desk.example_session(key)
    checked(session.model, session.data, session.model.start(session.data, np.random.default_rng(5)), NATURAL)


def test_worked_out_by_hand():
    """∂log P/∂π for the animals: 125/(2 + π) − 38/(1 − π) + 34/π; and times π(1 − π) for the log-odds."""
    params = Pi(np.array(0.4))
    by_hand = 125 / 2.4 - 38 / 0.6 + 34 / 0.4
    assert slope_at(LINKAGE, ANIMALS, params, NATURAL)[1].gradient == pytest.approx([by_hand], rel=1e-10)
    assert slope_at(LINKAGE, ANIMALS, params)[1].gradient == pytest.approx([by_hand * 0.24], rel=1e-10)


def test_the_scale_of_a_column_does_not_matter():
    """Means are in the units of the data: the step of the differences must follow them."""
    small, large = (
        desk.new_session(
            desk.example_session("gmm").model,
            type(base.table).from_columns(
                {name: (np.array(base.table.numbers(name)) * factor).tolist() for name in base.table.names}
            ),
            "scaled",
        )
        for base, factor in ((desk.example_session("gmm"), 1e-4), (desk.example_session("gmm"), 1e6))
    )
    _, one = slope_at(small.model, small.data, small.start)
    _, other = slope_at(large.model, large.data, large.start)
    np.testing.assert_allclose(one.gradient * one.scales, other.gradient * other.scales, rtol=1e-5, atol=1e-6)


def test_curvature_of_complete_data():
    """Of the coins in log-odds: tosses expected of each, times θ(1 − θ)."""
    counts = COINS.e_step(TOSSED, PAPER).counts
    tosses = counts.heads + counts.tails
    _, found = slope_at(COINS, TOSSED, PAPER)
    np.testing.assert_allclose(found.curvature, tosses * PAPER.heads * (1 - PAPER.heads), rtol=1e-4)
    np.testing.assert_allclose(found.scales, found.curvature**-0.5)


def test_what_is_not_told_by_the_data_has_no_slope():
    """A coin that was never tossed: Q does not depend on it."""
    never = COINS.e_step(TOSSED, PAPER).counts._replace(heads=np.array([5.0, 0]), tails=np.array([5.0, 0]))
    chart = Free(COINS, TOSSED, PAPER)
    found = done(slope(COINS, TOSSED, never, chart, chart.point(PAPER)))
    assert (found.gradient[1], found.curvature[1], found.scales[1]) == (pytest.approx(0, abs=1e-12), 0, 1)


def test_differences_step_back_from_where_there_is_no_number():
    """In natural coordinates next to the border the first steps would leave the domain."""
    near = biased(1e-5, 0.5)
    chart, found = slope_at(COINS, TOSSED, near, NATURAL)
    counts = COINS.e_step(TOSSED, near).counts
    by_hand = counts.heads[0] / 1e-5 - counts.tails[0] / (1 - 1e-5)
    assert found.gradient[0] == pytest.approx(by_hand, rel=1e-4, abs=1e-3)
    assert isinstance(chart, Natural)


def test_the_curvature_of_log_p_at_the_maximum_of_the_coins():
    top = biased(0.7967890670, 0.5195831205)
    chart, found = slope_at(COINS, TOSSED, top)

    def gradient_at(point):
        there = chart.params(point)
        known = yield from slope(COINS, TOSSED, COINS.e_step(TOSSED, there).counts, chart, point)
        return known.gradient

    matrix = done(hessian(chart.point(top), found.scales, gradient_at))
    np.testing.assert_allclose(np.linalg.eigvalsh(-matrix), [2.54413927423, 3.645035526], rtol=1e-6)
    np.testing.assert_array_equal(matrix, matrix.T)
