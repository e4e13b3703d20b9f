"""Profile likelihoods against formulas and brute force."""

import math

import numpy as np
import pytest
from holes import Normal, Spot
from optima import case, done, errors_at
from toys import COINS, PAPER, TOSSED, changed

from emviz.em.model import Expectation
from emviz.em.theta.coordinates import LeftDomainError
from emviz.em.uncertainty.holding import Held
from emviz.em.uncertainty.profiles import _Scale, profile
from emviz.models.coins import Coins

CUT = 1.920729410  # χ²(1) at 95 %, 3.841458821, over 2


def found(name, label, **more):
    model, data, params = case(name)
    errors = errors_at(model, data, params)
    entry = next(each for each in errors.entries if each.label == label)
    return done(profile(model, data, params, entry, 0.95, **more)), model, data


def root(height, inside, outside):
    """Where a height crosses 0 between two places, by halving."""
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if height(middle) > 0 else (inside, middle)
    return inside


def test_of_a_single_parameter_it_is_log_p_itself():
    """125, 18, 20, 34 animals: 125 log(½ + π/4) + 38 log((1 − π)/4) + 34 log(π/4)."""
    profiled, _, _ = found("linkage", "π")

    def log_p(pi):
        constant = math.lgamma(198) - sum(math.lgamma(n + 1) for n in (125, 18, 20, 34))
        return 125 * math.log(0.5 + pi / 4) + 38 * math.log((1 - pi) / 4) + 34 * math.log(pi / 4) + constant

    np.testing.assert_allclose(profiled.heights, [log_p(pi) for pi in profiled.values], atol=1e-9)
    best = (15 + 53809**0.5) / 394
    assert profiled.top == pytest.approx(log_p(best), abs=1e-9)
    assert profiled.cut == pytest.approx(log_p(best) - CUT, abs=1e-8)
    for end, outside in ((profiled.low, 1e-9), (profiled.high, 1 - 1e-9)):
        assert end == pytest.approx(root(lambda pi: log_p(pi) - log_p(best) + CUT, best, outside), abs=1e-6)
    assert profiled.open == (False, False)


def coins_log_p(a, b):
    """Figure 1: 5, 9, 8, 4, 7 heads in ten tosses, either coin equally likely."""
    heads = np.array([5, 9, 8, 4, 7])[:, None]
    both = (
        np.log(0.5) + heads * np.log(each) + (10 - heads) * np.log1p(-np.asarray(each)) for each in (a, b)
    )
    return np.logaddexp(*both).sum(axis=0)


def best_other(a):
    """The best of a fine grid over the other coin, refined around its highest point."""
    grid = np.linspace(0.001, 0.999, 999)
    for _ in range(4):
        heights = coins_log_p(a, grid)
        at, step = grid[heights.argmax()], grid[1] - grid[0]
        grid = np.linspace(max(at - step, 1e-9), min(at + step, 1 - 1e-9), 201)
    return heights.max()


def test_of_the_coins_it_goes_over_the_mirror_image():
    """Either coin may be the fair one: from the maximum over the saddle, .48 nats lower, to the other one."""
    profiled, _, _ = found("coins, equal weights", "θ_A")
    np.testing.assert_allclose(profiled.heights, [best_other(a) for a in profiled.values], atol=1e-8)
    crossed = [
        root(lambda a: best_other(a) - profiled.cut, inside, outside)
        for inside, outside in ((0.5, 0.01), (0.8, 0.999))
    ]
    np.testing.assert_allclose((profiled.low, profiled.high), crossed, atol=1e-6)
    assert profiled.low < profiled.entry.low < profiled.entry.high < profiled.high
    assert profiled.heights.max() <= profiled.top + 1e-9
    assert profiled.others == pytest.approx((0.5195831,), abs=1e-6)
    place = int(np.argmin(np.abs(profiled.values - 0.5195831)))
    assert profiled.heights[place] == pytest.approx(profiled.top, abs=1e-9)


def test_an_entry_of_a_row_of_probabilities():
    """Blood groups 182, 60, 17, 176: the best shares of B and O for any share of A, on a fine grid."""
    profiled, _, _ = found("abo 182 60 17 176", "p_A")
    counts = np.array([182, 60, 17, 176])
    constant = math.lgamma(counts.sum() + 1) - sum(math.lgamma(n + 1) for n in counts)

    def best(a):
        b = np.linspace(1e-4, 1 - a - 1e-4, 2001)
        for _ in range(4):
            o = 1 - a - b
            chances = np.stack([a * a + 2 * a * o, b * b + 2 * b * o, 2 * a * b, o * o])
            heights = counts @ np.log(chances)
            at, step = b[heights.argmax()], b[1] - b[0]
            b = np.linspace(max(at - step, 1e-9), min(at + step, 1 - a - 1e-9), 201)
        return heights.max() + constant

    np.testing.assert_allclose(profiled.heights, [best(a) for a in profiled.values], atol=1e-7)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 0), (2, 1), (2, 2)])
def test_an_entry_of_a_covariance_is_held_and_all_others_move(row, column):
    matrix = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.7], [0.5, -0.7, 2.0]])
    theta = Spot(np.array([1.0, 2.0, 3.0]), matrix)
    data = np.ones((4, 3))
    for value in (matrix[row, column], 1.6):
        chart = Held(Normal(), data, theta, "covariance", (row, column), value)
        point = chart.point(theta)
        assert len(point) == len(chart.unscaled) == 3 + 6 - 1
        assert chart.unscaled.all()
        back = chart.params(point)
        np.testing.assert_array_equal(back.mean, theta.mean)
        if value == matrix[row, column]:
            np.testing.assert_allclose(back.covariance, matrix, rtol=1e-12)
        for moved in (chart.params(point + 0.3), chart.params(point - 0.8)):
            held = moved.covariance[[row, column], [column, row]]
            np.testing.assert_allclose(held, value, rtol=1e-12)
            assert np.linalg.eigvalsh(moved.covariance).min() > 0
            assert (abs(moved.covariance - back.covariance) > 1e-3).sum() == 9 - len(
                {(row, column), (column, row)}
            )


def test_there_is_no_theta_at_infinity():
    chart = Held(COINS, TOSSED, PAPER, "heads", (0,), 0.7)
    with pytest.raises(LeftDomainError, match="leads to infinity"):
        chart.params(np.array([np.inf]))


@pytest.mark.thorough
@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 1), (1, 1)])
def test_no_theta_with_the_entry_of_a_covariance_is_higher(row, column):
    model, data, params = case("normal, apple")
    errors = errors_at(model, data, params)
    entry = next(each for each in errors.entries if (each.field, each.index) == ("covariance", (row, column)))
    profiled = done(profile(model, data, params, entry, 0.9))
    assert profiled.low < entry.estimate < profiled.high
    # No θ with this entry is higher: random ones around the best, which keep it.
    rng = np.random.default_rng(1)
    place = len(profiled.values) // 3
    chart = Held(model, data, params, entry.field, entry.index, float(profiled.values[place]))
    here = chart.point(params)
    tries = [
        chart.params(here + rng.normal(0, 0.3, len(here)) * np.maximum(1, abs(here)) * 0.2)
        for _ in range(300)
    ]
    assert all(
        each.covariance[row, column] == pytest.approx(profiled.values[place], rel=1e-12) for each in tries
    )
    assert max(model.e_step(data, each).objective for each in tries) <= profiled.heights[place] + 1e-9


def test_where_it_never_falls_to_the_cut_the_interval_is_open():
    """Of the haplotypes of Thompson the rarest may be missing altogether: .0046 ± .0059."""
    profiled, _, _ = found("haplotype, Thompson", "p_ab")
    assert profiled.open == (True, False)
    assert profiled.low == 0.0
    assert 0.0046 < profiled.high < 0.02


def test_it_can_be_stopped_and_says_how_far_it_is():
    model, data, params = case("coins, equal weights")
    (entry, *_) = errors_at(model, data, params).entries
    told = list(profile(model, data, params, entry, 0.95))
    assert len(told) > 500
    fractions = [each for each in told if each]
    assert max(fractions) <= 1
    assert fractions[-1] == 1.0


def test_the_record_and_the_rows():
    profiled, _, _ = found("linkage", "π")
    record = profiled.record()
    assert (record["field"], record["index"], record["label"], record["level"]) == ("pi", [], "π", 0.95)
    assert record["open"] == [False, False]
    header, rows = profiled.rows()
    assert header == ["π", "profile"]
    assert [value for value, _ in rows] == record["values"] == sorted(record["values"])
    assert [height for _, height in rows] == record["heights"]


def entry_of(model, data, params, place=0):
    return errors_at(model, data, params).entries[place]


def test_where_log_p_cannot_be_computed_the_interval_is_open():
    """A model that refuses θ_A above .9."""
    model, data, params = case("coins, equal weights")
    entry = entry_of(model, data, params)

    def e_step(self, data, params):
        if params.heads[0] > 0.9:
            raise ArithmeticError("no")
        return Coins.e_step(self, data, params)

    profiled = done(profile(changed(e_step=e_step), data, params, entry, 0.95))
    assert profiled.open == (False, True)
    assert profiled.high == 1.0
    assert profiled.values[-1] <= 0.9


def test_a_climb_ends_where_only_rounding_is_gained():
    """Heights in steps of a hundredth of a nat: the profile is right to that."""
    model, data, params = case("coins, equal weights")
    entry = entry_of(model, data, params)

    def e_step(self, data, params):
        exact = Coins.e_step(self, data, params)
        return Expectation(exact.counts, round(exact.objective, 2))

    profiled = done(profile(changed(e_step=e_step), data, params, entry, 0.95))
    np.testing.assert_allclose(profiled.heights, [best_other(a) for a in profiled.values], atol=0.05)


def test_a_mean_has_no_border():
    model, data, _ = case("gmm, faithful, K=2 full")
    scale = _Scale(next(each for each in model.parameters(data) if each.name == "mean"), (0, 0))
    assert (scale.border(-1), scale.border(1)) == (-math.inf, math.inf)
    assert (scale.place(-1.5), scale.value(-1.5)) == (-1.5, -1.5)
