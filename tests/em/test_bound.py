import numpy as np
import pytest
from toys import ANIMALS, COINS, DIE, LINKAGE, PAPER, PI_BEST, TOSSED, Pi, biased

from emviz.data.table import Table
from emviz.em.counts.table import Entry
from emviz.em.engine import advance, start
from emviz.em.methods import EM, Hard, method_named
from emviz.em.objective import bound, pace
from emviz.em.objective.lines import Between, Goal, position_on
from emviz.em.optional import BatchedObjective
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture

A, B = Entry("heads", (0,)), Entry("heads", (1,))
PI = Entry("pi", ())


def one_iteration(model=COINS, data=TOSSED, params=PAPER):
    weighed = advance(model, data, start(model, data, params))
    return weighed, advance(model, data, weighed)


def heights(positions, make, model=COINS, data=TOSSED):
    return np.array([model.e_step(data, make(x)).objective for x in positions])


# -- the segment from θ(t) to θ(t+1) -------------------------------------------------------------------------


def test_the_segment_of_the_paper():
    at, found = one_iteration()
    cut = bound.segment(COINS, TOSSED, at, found.params)
    assert (cut.entry, cut.touch, cut.target) == (None, 0, 1)
    assert cut.positions[0] == -0.5
    assert cut.positions[-1] == 1.5
    assert np.all(np.diff(cut.positions) > 0)
    way = found.params.heads - PAPER.heads
    np.testing.assert_allclose(
        cut.objective, heights(cut.positions, lambda a: biased(*(PAPER.heads + a * way))), rtol=1e-12
    )
    expected = [EM.bound(COINS, TOSSED, at, biased(*(PAPER.heads + a * way))) for a in cut.positions]
    np.testing.assert_allclose(cut.bound, expected, rtol=1e-12)


def test_the_segment_touches_at_the_old_place_and_peaks_at_the_new_one():
    at, found = one_iteration()
    cut = bound.segment(COINS, TOSSED, at, found.params)
    gap = cut.objective - cut.bound
    assert cut.positions[gap.argmin()] == 0
    assert gap.min() == pytest.approx(0, abs=1e-12)
    assert np.sort(gap)[1] > 1e-6
    assert cut.positions[cut.bound.argmax()] == 1
    assert cut.touch_objective == at.expectation.objective
    assert cut.target_objective == pytest.approx(found.expectation.objective, rel=1e-14)
    assert cut.target_bound == pytest.approx(found.bound, rel=1e-14)
    assert cut.gap == cut.target_objective - cut.target_bound > 0


def test_the_gap_is_a_kullback_leibler_divergence():
    at, found = one_iteration()
    rows = np.arange(5)
    q, p = (COINS.posterior(TOSSED, params, rows) for params in (at.params, found.params))
    cut = bound.segment(COINS, TOSSED, at, found.params)
    assert cut.gap == pytest.approx(float((q * np.log(q / p)).sum()), rel=1e-9)
    assert cut.divergence == cut.gap


def test_the_segment_is_clipped_at_the_border_of_the_domain():
    """From .9 to .99 θ_A would leave at a = 1/0.9."""
    at = advance(COINS, TOSSED, start(COINS, TOSSED, biased(0.9, 0.5)))
    cut = bound.segment(COINS, TOSSED, at, biased(0.99, 0.5))
    assert cut.positions[-1] == pytest.approx(10 / 9, rel=1e-9)
    assert cut.positions[-1] <= 10 / 9
    assert cut.positions[0] == -0.5
    back = bound.segment(COINS, TOSSED, at, biased(0.4, 0.5))
    assert back.positions[0] == pytest.approx(-0.2, rel=1e-9)
    assert back.positions[-1] == 1.5
    for one in (cut, back):
        assert {0, 1} <= set(one.positions)
        assert one.positions[(one.objective - one.bound).argmin()] == 0
        assert not np.any(np.isnan(one.objective))
        assert not np.any(np.isnan(one.bound))


def test_a_segment_that_ends_on_the_border_ends_there():
    data = COINS.parse(Table.from_columns({"tosses": ["HHH", "HHT"]}))
    at = advance(COINS, data, start(COINS, data, biased(0.8, 0.5)))
    cut = bound.segment(COINS, data, at, biased(1.0, 0.5))
    assert cut.positions[-1] == 1
    assert cut.bound[-1] == cut.target_bound == -np.inf
    assert np.isfinite(cut.objective[-1])
    assert cut.gap == np.inf


def test_a_segment_of_no_length_is_flat():
    still = biased(0.66, 0.66)
    at, found = one_iteration(params=still)
    cut = bound.segment(COINS, TOSSED, at, found.params)
    np.testing.assert_allclose(cut.objective, cut.touch_objective, rtol=1e-12)
    np.testing.assert_allclose(cut.bound, cut.touch_objective, rtol=1e-12)


# -- along one entry -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [A, B])
def test_along_one_entry(entry):
    at, found = one_iteration()
    cut = bound.along(COINS, TOSSED, at, entry, found.params)
    place = entry.index[0]

    def moved(x):
        heads = PAPER.heads.copy()
        heads[place] = x
        return biased(*heads)

    assert cut.entry == entry
    assert (cut.touch, cut.target) == (PAPER.heads[place], found.params.heads[place])
    assert {cut.touch, cut.target} <= set(cut.positions)
    assert 0 < cut.positions[0] < 0.01
    assert 0.99 < cut.positions[-1] < 1
    np.testing.assert_allclose(cut.objective, heights(cut.positions, moved), rtol=1e-12)
    gap = cut.objective - cut.bound
    assert cut.positions[gap.argmin()] == cut.touch
    assert gap.min() == pytest.approx(0, abs=1e-12)
    assert cut.positions[cut.bound.argmax()] == cut.target
    alone = moved(cut.target)
    assert cut.target_objective == pytest.approx(COINS.e_step(TOSSED, alone).objective, rel=1e-14)
    assert cut.target_bound == pytest.approx(EM.bound(COINS, TOSSED, at, alone), rel=1e-14)


def test_along_an_entry_of_a_simplex_the_others_follow():
    model = Coins(weights="learned")
    at, found = one_iteration(model)
    cut = bound.along(model, TOSSED, at, Entry("weight", (0,)), found.params, points=9)
    expected = [
        model.e_step(TOSSED, PAPER._replace(weight=np.array([x, 1 - x]))).objective for x in cut.positions
    ]
    np.testing.assert_allclose(cut.objective, expected, rtol=1e-12)


def test_along_the_only_number_of_a_model_the_slice_is_all_there_is():
    at, found = one_iteration(LINKAGE, ANIMALS, Pi(np.array(0.5)))
    cut = bound.along(LINKAGE, ANIMALS, at, PI, found.params)
    assert not isinstance(LINKAGE, BatchedObjective)
    assert cut.positions[cut.objective.argmax()] == pytest.approx(PI_BEST, abs=0.01)
    assert cut.target == pytest.approx(0.608247423, abs=5e-10)
    assert np.all(cut.bound <= cut.objective + 1e-12 * np.abs(cut.objective))
    assert cut.positions[cut.bound.argmax()] == cut.target


def test_without_a_hidden_variable_the_bound_is_the_objective():
    data = np.array([5.0, 3.0, 2.0])
    at, found = one_iteration(DIE, data, DIE.default(data))
    cut = bound.segment(DIE, data, at, found.params)
    np.testing.assert_allclose(cut.bound, cut.objective, rtol=1e-12)
    assert cut.gap == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("entry", [None, B])
def test_slices_come_coarse_and_then_fine(entry):
    at, found = one_iteration()
    yielded = list(bound.slices(COINS, TOSSED, at, entry, found.params, sizes=(5, 40)))
    coarse, fine = (each for each in yielded if each is not None)
    assert yielded[0] is None
    assert yielded[-1] is fine
    assert len(coarse.positions) < 8 < 40 <= len(fine.positions)
    for picture, points in ((coarse, 5), (fine, 40)):
        alone = (
            bound.along(COINS, TOSSED, at, entry, found.params, points)
            if entry
            else bound.segment(COINS, TOSSED, at, found.params, points)
        )
        for name in ("positions", "objective", "bound"):
            np.testing.assert_allclose(getattr(picture, name), getattr(alone, name), rtol=1e-12)
        assert (picture.touch, picture.target, picture.gap) == (alone.touch, alone.target, alone.gap)


def test_slow_data_are_evaluated_bit_by_bit(monkeypatch):
    """Where every part is too slow, no part grows: a pause after each point. Else each is twice the last."""
    monkeypatch.setattr(pace, "PART", 0)
    at, found = one_iteration()
    *pauses, cut = bound.slices(COINS, TOSSED, at, None, found.params, sizes=(33,))
    assert pauses == [None] * len(cut.positions)
    monkeypatch.setattr(pace, "PART", 1e9)
    *pauses, again = bound.slices(COINS, TOSSED, at, None, found.params, sizes=(33,))
    assert len(pauses) == 1 + len([1, 2, 4, 8, 16])
    np.testing.assert_allclose(again.objective, cut.objective, rtol=1e-12)


# -- entries -------------------------------------------------------------------------------------------------


def test_free_entries_are_those_estimated():
    assert bound.free_entries(COINS, TOSSED) == (A, B)
    weights = (Entry("weight", (0,)), Entry("weight", (1,)))
    assert bound.free_entries(Coins(weights="learned"), TOSSED) == (*weights, A, B)
    assert bound.free_entries(LINKAGE, ANIMALS) == (PI,)
    assert [entry.index for entry in bound.free_entries(DIE, None)] == [(0,), (1,), (2,)]


def test_entries_have_names_and_values():
    assert bound.entry_label(COINS, TOSSED, B) == "θ_B"
    assert bound.entry_label(LINKAGE, ANIMALS, PI) == "π"
    assert bound.entry_value(PAPER, A) == 0.6
    assert bound.entry_value(Pi(np.array(0.25)), PI) == 0.25


def test_an_entry_can_be_moved():
    moved = bound.with_entry(COINS, TOSSED, PAPER, B, 0.9)
    np.testing.assert_array_equal(moved.heads, [0.6, 0.9])
    np.testing.assert_array_equal(PAPER.heads, [0.6, 0.5])
    assert moved.weight is PAPER.weight


def test_objectives_where_the_data_are_impossible():
    stacked = COINS.make_params({"weight": np.full((2, 2), 0.5), "heads": np.array([[1.0, 1.0], [0.6, 0.5]])})
    impossible, possible = EM.objectives(COINS, TOSSED, stacked)
    assert impossible == -np.inf
    assert possible == pytest.approx(-33.0938625198, abs=1e-9)


# -- thousands of entries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("many", "most", "step"), [(0, 5, 1), (5, 5, 1), (6, 5, 2), (10, 5, 2), (11, 5, 3)])
def test_of_too_many_every_so_many_are_taken(many, most, step):
    entries = tuple(Entry("heads", (k,)) for k in range(many))
    taken = bound.sampled(entries, most)
    assert taken == entries[::step]
    assert len(taken) <= most


def test_entries_are_made_once():
    model = Coins(3)
    assert bound.free_entries(model, TOSSED) is bound.free_entries(model, TOSSED)
    assert bound.free_entries(model, TOSSED) == tuple(Entry("heads", (k,)) for k in range(3))


class Straight(Coins):
    """Coins that look along a line, and say so."""

    def objective_along(self, data, base, ahead):
        def heights(positions):
            mixed = [one + positions[:, None] * (other - one) for one, other in zip(base, ahead, strict=True)]
            return self.objectives(data, type(base)(*mixed))

        return heights

    def e_step(self, data, params):
        raise AssertionError("the objective is known along the line")


@pytest.mark.parametrize("entry", [None, B])
def test_a_slice_looks_along_the_line_where_a_model_can(entry):
    at, found = one_iteration()
    to = found.params
    usual, straight = (
        bound._last(bound.slices(model, TOSSED, at, entry, to)) for model in (COINS, Straight())
    )
    np.testing.assert_array_equal(straight.positions, usual.positions)
    np.testing.assert_allclose(straight.objective, usual.objective, rtol=1e-12)
    assert straight.target_bound == pytest.approx(usual.target_bound, rel=1e-12)


# -- other lines ---------------------------------------------------------------------------------------------


def last_of(*given, **named):
    return bound._last(bound.slices(*given, sizes=(21,), **named))


def walked(model, data, params, halves):
    steps = [start(model, data, params)]
    for _ in range(halves):
        steps.append(advance(model, data, steps[-1]))
    return steps


def test_a_line_through_two_iterations_carries_the_bound_of_a_third():
    steps = walked(COINS, TOSSED, PAPER, 7)
    ends, at, following = (steps[0].params, steps[6].params), steps[3], steps[4]
    cut = last_of(COINS, TOSSED, at, Between(0, 3), following.params, ends=ends)
    first, way = ends[0].heads, ends[1].heads - ends[0].heads
    points = [biased(*(first + a * way)) for a in cut.positions]
    np.testing.assert_allclose(cut.objective, EM.objectives(COINS, TOSSED, _many(points)), rtol=1e-12)
    np.testing.assert_allclose(cut.bound, [EM.bound(COINS, TOSSED, at, each) for each in points], rtol=1e-12)
    assert (cut.direction, cut.entry) == (Between(0, 3), None)
    assert np.isnan([cut.touch, cut.target, cut.gap, cut.slack]).all()
    assert (cut.objective - cut.bound).min() > 1e-6
    touching = last_of(
        COINS, TOSSED, steps[5], Between(0, 3), steps[6].params, ends=(ends[0], steps[4].params)
    )
    assert touching.touch == 1


def _many(points):
    return type(points[0])(*map(np.stack, zip(*points, strict=True)))


def test_on_the_only_line_there_is_every_iteration_lies():
    steps = walked(LINKAGE, ANIMALS, Pi(np.array(0.5)), 6)
    values = [float(each.params.pi) for each in steps]
    cut = last_of(
        *(LINKAGE, ANIMALS, steps[3], Between(0, 2), steps[6].params), ends=(steps[0].params, steps[4].params)
    )
    assert cut.touch == pytest.approx((values[3] - 0.5) / (values[4] - 0.5), rel=1e-9)
    assert cut.target == pytest.approx((values[6] - 0.5) / (values[4] - 0.5), rel=1e-9)
    assert cut.target_objective == pytest.approx(steps[6].expectation.objective, rel=1e-12)
    beyond = last_of(
        *(LINKAGE, ANIMALS, steps[1], Between(1, 2), steps[2].params), ends=(steps[2].params, steps[4].params)
    )
    assert np.isnan(beyond.touch)  # θ(0) lies more than half the way before θ(1)


def test_a_line_towards_a_goal_touches_where_it_begins():
    at, _ = one_iteration()
    truth = biased(0.8, 0.45)
    cut = last_of(COINS, TOSSED, at, Goal.TRUTH, truth, ends=(at.params, truth))
    assert (cut.touch, cut.target) == (0, 1)
    rows = np.arange(5)
    q, p = (COINS.posterior(TOSSED, params, rows) for params in (at.params, truth))
    assert cut.gap == pytest.approx(float((q * np.log(q / p)).sum()), rel=1e-9)
    here, beside = (int(np.searchsorted(cut.positions, 0.0)) + k for k in (0, 1))
    assert cut.bound[here] == pytest.approx(cut.objective[here], abs=1e-12)
    step = 1e-6
    nearby = [biased(*(PAPER.heads + sign * step * (truth.heads - PAPER.heads))) for sign in (-1, 1)]
    slopes = [
        np.diff([height(each) for each in nearby]) / (2 * step)
        for height in (
            lambda each: COINS.e_step(TOSSED, each).objective,
            lambda each: EM.bound(COINS, TOSSED, at, each),
        )
    ]
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-7)
    assert cut.objective[beside] > cut.bound[beside]


def test_a_line_between_equal_places_and_one_that_misses_theta():
    here, there = biased(0.6, 0.5), biased(0.8, 0.4)
    assert position_on((here, here), here) == 0
    assert np.isnan(position_on((here, here), there))
    assert position_on((here, there), biased(0.7, 0.45)) == pytest.approx(0.5, rel=1e-12)
    assert np.isnan(position_on((here, there), biased(0.7, 0.46)))
    assert np.isnan(position_on((here, biased(0.8, 0.5)), biased(0.7, 0.51)))


def test_earlier_bounds_are_those_of_their_own_iterations_on_this_line():
    steps = walked(COINS, TOSSED, PAPER, 6)
    at, earlier = steps[5], (steps[2], steps[0])
    cut = last_of(COINS, TOSSED, at, A, steps[6].params, earlier=earlier)
    assert [each.t for each in cut.earlier] == [1, 0]
    points = [biased(x, float(at.params.heads[1])) for x in cut.positions]
    for drawn, step in zip(cut.earlier, earlier, strict=True):
        expected = [EM.bound(COINS, TOSSED, step, each) for each in points]
        np.testing.assert_allclose(drawn.bound, expected, rtol=1e-12)
        assert np.all(drawn.bound <= cut.objective)


def test_the_bound_is_q_and_the_entropy_of_the_completions():
    at, found = one_iteration()
    cut = bound.segment(COINS, TOSSED, at, found.params, points=11)
    q = COINS.posterior(TOSSED, at.params, np.arange(5))
    assert cut.entropy == pytest.approx(float(-(q * np.log(q)).sum()), rel=1e-12)
    way = found.params.heads - PAPER.heads
    expected = [
        COINS.q(TOSSED, at.expectation.counts, biased(*(PAPER.heads + a * way))) for a in cut.positions
    ]
    np.testing.assert_allclose(cut.expected, expected, rtol=1e-12)
    hard = Hard()
    weighed = advance(COINS, TOSSED, start(COINS, TOSSED, PAPER, hard), hard)
    assert bound.segment(COINS, TOSSED, weighed, found.params, 5, hard).entropy == 0


def test_without_a_bound_there_are_no_numbers_for_one():
    newton = method_named("newton")
    at = start(COINS, TOSSED, PAPER, newton)
    cut = last_of(COINS, TOSSED, at, A, biased(0.7, 0.5), method=newton)
    assert np.isnan(cut.bound).all()
    assert np.isfinite(cut.objective).all()


def test_what_moves_with_an_entry_is_said():
    assert bound.bound_to(COINS, TOSSED, PAPER, A) == ""
    learned = Coins(weights="learned")
    weight = Entry("weight", (0,))
    assert bound.bound_to(learned, TOSSED, PAPER, weight) == "the rest of its row in proportion"
    mixture = GaussianMixture(covariance="full")
    data = mixture.parse(Table.from_columns({"x": [0.0, 1, 5, 7, 2], "y": [1.0, 0, 3, 9, 2]}))
    params = mixture.default(data)
    aside, own = Entry("covariance", (0, 0, 1)), Entry("covariance", (0, 0, 0))
    assert bound.bound_to(mixture, data, params, aside) == "its mirror image with it"
    assert bound.bound_to(mixture, data, params, own) == ""
    round_ones = GaussianMixture(covariance="spherical")
    told = bound.bound_to(round_ones, data, round_ones.default(data), own)
    assert told == "all entries tied to it as well"
