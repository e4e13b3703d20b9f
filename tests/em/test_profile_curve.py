"""The profile likelihood along a slice, against brute force."""

import math

import numpy as np
import pytest
from toys import COINS, PAPER, TOSSED, biased

from emviz import session as desk
from emviz.em.counts.table import Entry
from emviz.em.uncertainty import profile_curve as module
from emviz.em.uncertainty.profile_curve import profile_curve
from emviz.em.work import finished

HEADS = np.array([5, 9, 8, 4, 7])[:, None]
A = Entry("heads", (0,))


def curves(model, data, params, entry, **more):
    return [each for each in profile_curve(model, data, params, entry, **more) if each is not None]


def best_other(a):
    """The highest log P of the coins over θ_B, on a grid made finer around its top; counts of Figure 1."""
    grid = np.linspace(0.001, 0.999, 999)
    for _ in range(4):
        both = (np.log(0.5) + HEADS * np.log(b) + (10 - HEADS) * np.log1p(-b) for b in (np.asarray(a), grid))
        heights = np.logaddexp(*both).sum(axis=0)
        at, step = grid[heights.argmax()], grid[1] - grid[0]
        grid = np.linspace(max(at - step, 1e-9), min(at + step, 1 - 1e-9), 201)
    return heights.max()


@pytest.mark.parametrize("start", [PAPER, biased(0.3, 0.3)], ids=["paper", "saddle"])
def test_of_the_coins_it_is_log_p_at_the_best_other_coin(start):
    """From the saddle, too, at which a run from equal coins ends, either hill is found."""
    coarse, fine = curves(COINS, TOSSED, start, A)
    assert 2 * len(coarse.values) < len(fine.values)
    for each in (coarse, fine):
        assert np.all(np.diff(each.values) > 0)
        np.testing.assert_allclose(each.heights, [best_other(a) for a in each.values], atol=1e-8)
    assert (fine.values[0], fine.values[-1]) == pytest.approx((1 / 162, 161 / 162))


def test_it_touches_where_the_run_ends_and_tells_how_far_it_is():
    told = []
    curve = curves(COINS, TOSSED, PAPER, A, report=told.append)[-1]
    assert told == [place / 52 for place in range(53)]
    assert curve.top == pytest.approx(-31.570200236, abs=1e-8)


@pytest.mark.parametrize("start", [PAPER, biased(0.3, 0.3)], ids=["paper", "saddle"])
def test_it_is_as_high_where_the_coins_have_exchanged_their_names(start):
    """The maximum is (.7967891, .5195831) or, with the names exchanged, (.5195831, .7967891)."""
    for each in curves(COINS, TOSSED, start, A):
        assert [low for low, _ in each.tops] == pytest.approx([0.5195831, 0.7967891], abs=5e-6)
        assert all(low == high for low, high in each.tops)


@pytest.mark.thorough
def test_of_the_deaths_either_rate_may_be_the_first():
    """λ* = 1.2560951, 2.6634044; at λ_A = 3.4 the best of a grid of the others is −1991.8214."""
    session = desk.example_session("deaths")
    curve = curves(session.model, session.data, session.start, Entry("rate", (0,)))[-1]
    assert [low for low, _ in curve.tops] == pytest.approx([1.2560951, 2.6634044], abs=5e-5)
    assert np.interp(3.4, curve.values, curve.heights) == pytest.approx(-1991.82, abs=0.02)


class Ledge:
    """Climbs to a hill of height −40 that ends at .2 and .8, beyond which there is only one of height −20."""

    def __init__(self, *about):
        pass

    def best(self, starts, value):
        yield 0.0
        low = starts[0] is PAPER and 0.2 < value < 0.8
        return (PAPER, -40.0) if low else (biased(0.5, 0.6), -20.0)


@pytest.mark.parametrize(("outer", "last"), [((0.1, 0.9), 0.25), ((0.9, 0.1), 0.75), ((0.1,), 0.25)])
def test_a_better_hill_that_is_found_on_the_way_mends_the_curve_behind(monkeypatch, outer, last):
    monkeypatch.setattr(module, "Climber", Ledge)
    work = module._Following(COINS, TOSSED, (PAPER,), A)
    for value in (0.5, 0.7, 0.3, *outer):
        finished(work.add(value))
    low = [value for value in work.curve().values if 0.2 < value < 0.8]
    assert low == [0.3, 0.5, 0.6, 0.7]
    assert (work.curve().heights > -20.1).sum() == len(outer)
    finished(work.add(last))
    assert work.curve().heights.tolist() == [-20.0] * (5 + len(outer))


def test_of_a_single_parameter_it_is_log_p():
    session = desk.example_session("linkage")
    model, data = session.model, session.data
    curve = curves(model, data, session.start, Entry("pi", ()), sizes=(5,))[-1]
    constant = math.lgamma(198) - sum(math.lgamma(n + 1) for n in (125, 18, 20, 34))
    pi = curve.values
    log_p = 125 * np.log(0.5 + pi / 4) + 38 * np.log((1 - pi) / 4) + 34 * np.log(pi / 4) + constant
    np.testing.assert_allclose(curve.heights, log_p, atol=1e-9)


def test_too_many_parameters_have_none():
    session = desk.example_session("motif")
    (found,) = curves(session.model, session.data, session.start, Entry("letters", (0, 0)))
    assert found.withheld.startswith("No profile: 66 parameters are estimated, and 50 are the most")
    assert not len(found.values)


def test_values_at_which_another_entry_leaves_its_domain_are_left_out():
    class Broken(type(COINS)):
        def e_step(self, data, params):
            if params.heads[0] > 0.9:
                raise ArithmeticError
            return super().e_step(data, params)

    curve = curves(Broken(), TOSSED, PAPER, A, sizes=(13,))[-1]
    assert 0.7 < curve.values[-1] <= 0.9
    assert {0.5, 0.7967891} <= set(curve.values.round(7).tolist())


def test_a_run_that_does_not_come_to_rest_is_followed_from_its_start(monkeypatch):
    monkeypatch.setattr("emviz.em.convergence.slowest.ITERATIONS", 2)
    (curve,) = curves(COINS, TOSSED, PAPER, A, sizes=(5,))
    assert 0.6 in curve.values
    np.testing.assert_allclose(curve.heights, [best_other(a) for a in curve.values], atol=1e-8)
