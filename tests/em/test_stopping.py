"""When a run stops: what is left, next to series that can be summed by hand and to runs that go on."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from shared import finished
from toys import ANIMALS, LINKAGE, PI_BEST, Pi

import emviz
from emviz import session as desk
from emviz.em.convergence.rate import fixed_point
from emviz.em.convergence.stopping import ROUNDING, Rule, doubt, left, length, settled
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome, advance, iterations_of, start
from emviz.models import model_named

README = Path(__file__).parents[2] / "README.md"
#: Two states on the way past a saddle: the gains shrink by 0.54 up to iteration 42 and grow again from 52 on.
PLATEAU = {"symbol": list("3312112132313111")}
TWO_STATES = {
    "initial": [0.5, 0.5],
    "transition": [[0.4, 0.6], [0.9, 0.1]],
    "emission": [[0.5, 0.1, 0.4], [0.3, 0.3, 0.4]],
}


def climbed(*gains, top=-100.0):
    """Heights that end at `top`, with these gains between them."""
    return [top - sum(gains[k:]) for k in range(len(gains) + 1)]


# -- what is left --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.9, 0.999])
def test_what_is_left_of_one_series_is_its_sum(ratio):
    gains = [3 * ratio**t for t in range(6)]
    assert left(climbed(*gains)) == pytest.approx(3 * ratio**6 / (1 - ratio), rel=1e-6)
    assert left(climbed(*gains[-2:])) == pytest.approx(3 * ratio**6 / (1 - ratio), rel=1e-6)


def test_what_is_left_of_two_series_is_the_sum_of_both():
    gains = [5 * 0.3**t + 0.2 * 0.95**t for t in range(8)]
    rest = 5 * 0.3**8 / 0.7 + 0.2 * 0.95**8 / 0.05
    assert left(climbed(*gains)) == pytest.approx(rest, rel=1e-6)
    # One series alone, through the last two gains, would see less than half of it.
    assert left(climbed(*gains[:4])[-3:]) < rest / 2


def test_nothing_can_be_told_of_gains_that_do_not_shrink_or_will_grow_again():
    assert left(climbed()) == left(climbed(1.0)) == math.inf
    assert left(climbed(1.0, 1.0)) == left(climbed(1.0, 2.0)) == math.inf
    # They still shrink, by 0.52 to 0.58: a falling and a rising series.
    gains = [0.5**t + 0.001 * 1.2**t for t in range(6)]
    assert gains[-1] < 0.6 * gains[-2]
    assert left(climbed(*gains)) == math.inf


def test_gains_that_shrink_faster_and_faster_are_taken_as_one_series():
    assert left(climbed(4.0, 2.0, 0.9, 0.1)) == pytest.approx(0.1 / 9 / (1 - 1 / 9))


def test_rounding_tells_nothing():
    assert left([-1000.0, -1000.0]) is None
    assert left([-1000.0, math.nextafter(-1000.0, 0)]) is None
    assert left([0.0, 0.0]) is None
    # Of one series, what rounding does to its ratio is no second one.
    heights = [-1000 - 1e-6 * 0.5**t for t in range(5)]
    assert left(heights) == pytest.approx(1e-6 * 0.5**4, rel=1e-3)


def test_the_estimate_is_near_the_truth_on_a_real_run():
    step = start(LINKAGE, ANIMALS, Pi(np.array(0.5)))
    best = LINKAGE.e_step(ANIMALS, Pi(np.array(PI_BEST))).objective
    steps = [step]
    for _ in range(8):
        steps.append(advance(LINKAGE, ANIMALS, steps[-1]))
    heights = [step.expectation.objective for step in iterations_of(steps)]
    # The gains shrink by the square of the rate of θ, 0.132779.
    assert left(heights) == pytest.approx(best - heights[-1], rel=0.01)


# -- when it is enough ---------------------------------------------------------------------------------------


def test_both_the_gain_and_what_is_left_are_held_against_the_tolerance():
    assert settled(climbed(1.0, 2e-7), 1e-8)
    assert not settled(climbed(1e-6 + 1e-7, 1e-6), 1e-8)
    # The gain is small enough, and 99 times as much is left.
    assert not settled(climbed(1e-7 / 0.99, 1e-7), 1e-8)
    assert settled(climbed(1e-8 / 0.99, 1e-8), 1e-8)
    assert not settled(climbed(1e-7, 1e-7), 1e-8)


def test_settled_is_relative_to_the_objective():
    assert settled(climbed(2e-5, 1e-5 / 2, top=-1000.0), 1e-8)
    assert not settled(climbed(2e-5, 1e-5 / 2, top=-100.0), 1e-8)


def test_a_gain_within_rounding_is_the_end_unless_the_tolerance_is_0():
    assert settled([-5.0, -5.0], 1e-8)
    assert settled([0.0, 0.0], 1e-8)
    assert not settled([-5.0, -5.0], 0)
    assert not settled([-5.0], 1e-8)


# -- whole runs ----------------------------------------------------------------------------------------------


def test_a_plateau_is_no_end():
    """hmmlearn 0.3.3 from the same start, tol 1e-12: log P = −15.101574139643 after 705 iterations."""
    trace = emviz.fit("hmm", PLATEAU, start=TWO_STATES, states=2)
    assert trace.converged
    assert trace.objectives[-1] == pytest.approx(-15.101574139627, abs=2e-7)
    # On the plateau the gain alone would have been small enough.
    gain = trace.objectives[42] - trace.objectives[41]
    assert trace.objectives[42] == pytest.approx(-15.118845826, abs=1e-9)
    assert gain < 1e-8 * abs(trace.objectives[42])


@pytest.mark.thorough
def test_a_plateau_is_passed_in_two_goes_as_in_one():
    model, taken, source = emviz.api.fitting.chosen("hmm", PLATEAU, hyper={"states": 2})
    session = desk.new_session(model, taken.table, source, start=TWO_STATES)
    for _ in range(2 * 42):
        session = desk.step(session)
    assert not desk.settled(session)
    more, outcome = finished(desk.steps(session, None))
    assert outcome is Outcome.CONVERGED
    assert more[-1].index == emviz.fit("hmm", PLATEAU, start=TWO_STATES, states=2).iterations


def test_a_slow_tail_stops_at_the_limit_with_what_is_left():
    """λ / (1 − e^−λ) is the mean where zeros are hidden, so the maximum is known without EM."""
    counts = {"value": [1, 2], "count": [1_000_000, 50]}
    trace = emviz.fit("poisson", counts, start={"rate": 0.5})
    assert (trace.outcome, trace.iterations) == (Outcome.ITERATIONS, 1000)
    model, taken, _ = emviz.api.fitting.chosen("poisson", counts, hyper={})
    mean = 1_000_100 / 1_000_050
    rate = fixed_point(lambda rate: mean * -math.expm1(-rate), 1e-9, 1.0)
    best = model.e_step(model.parse(taken.table), model.make_params({"rate": np.array(rate)})).objective
    assert best - trace.objectives[-1] == pytest.approx(818.86, abs=0.01)
    # Far from the maximum the gains shrink ever more slowly: the right order, and no more than that.
    assert 818.86 / 2 < trace.left < 818.86 * 2


@pytest.mark.parametrize("model", ["abo", "linkage", "poisson", "haplotype"])
def test_a_fast_run_stops_where_its_gain_is_small(model):
    trace = emviz.fit(model)
    gains = np.diff(trace.objectives)
    enough = np.abs(gains) <= 1e-8 * np.abs(trace.objectives[1:])
    assert trace.converged
    assert trace.iterations <= 1 + np.flatnonzero(enough)[0] + 1


def test_a_tolerance_of_0_never_stops_a_run():
    trace = emviz.fit("coins", iterations=300, tol=0)
    assert (trace.iterations, trace.converged, trace.left) == (300, False, None)


def test_gains_that_do_not_shrink_steadily_have_to_be_small_twice():
    """A refused jump of SQUAREM gains little, and the next one much: no ratio tells what is left."""
    assert not settled([-100, -50, -50 - 1e-9], 1e-8, steady=False)
    assert settled([-100, -50, -50 - 1e-9, -50 - 2e-9], 1e-8, steady=False)
    assert not settled([-100, -50, -50 - 1e-6, -50 - 1e-6 - 1e-9], 1e-8, steady=False)
    assert not settled([-50 - 1e-9, -50], 1e-8, steady=False)
    assert settled([-100, -50, -50], 1e-8, steady=False)  # no more than rounding
    assert not settled([-100, -50, -50], 0, steady=False)


def test_the_tolerance_may_be_on_the_step_of_theta():
    """The independent program counts 2,643 iterations of the deaths to a step of 1e-8 from (.5; 1, 3)."""
    start = {"weight": [0.5, 0.5], "rate": [1.0, 3.0]}
    fitted = emviz.fit("deaths", start=start, tol=1e-8, tol_on="theta", iterations=5000)
    assert (fitted.iterations, fitted.converged) == (2643, True)
    # √(Δw² + Δλ_A² + Δλ_B²): the second weight follows from the first.
    before, last = (step.params for step in fitted.steps[-3::2])
    moved = [last.weight[0] - before.weight[0], *(last.rate - before.rate)]
    parameters = model_named("deaths").parameters(None)
    assert length(parameters, before, last) == pytest.approx(
        np.hypot(np.hypot(*moved[:2]), moved[2]), rel=1e-12
    )
    assert length(parameters, before, last) <= 1e-8
    # README tells where a run stops that takes steps of 3e-4 for small.
    thetas = [step.params for step in fitted.steps[::2]]
    small = [length(parameters, *pair) <= 3e-4 for pair in pairwise(thetas)]
    stopped = 1 + small.index(True)
    told = " ".join(README.read_text(encoding="utf-8").split())
    assert f"stopped at a step of 3×10⁻⁴, after {stopped}, they look converged" in told


def test_a_run_on_theta_goes_on_where_it_was_stopped_and_never_stops_at_0():
    session = desk.set_limits(desk.example_session(), 1e-5, 1000, on="theta")
    assert desk.stride_of(session) is None
    assert not desk.settled(session)
    whole, outcome = finished(desk.steps(session, None))
    assert outcome is Outcome.CONVERGED
    for halves in (3, 4):
        part = session
        for _ in range(halves):
            part = desk.step(part)
        more, _ = finished(desk.steps(part, None))
        assert halves + len(more) == len(whole)
    done = desk.extended(session, session.run, whole)
    assert desk.settled(done)
    assert not desk.settled(desk.seek(done, done.cursor - 1))
    assert not desk.settled(desk.seek(done, done.cursor - 2))
    endless = desk.set_limits(done, 0.0, 40)
    assert not desk.settled(endless)
    assert finished(desk.steps(endless, None))[1] is Outcome.ITERATIONS


def test_how_far_below_its_place_a_run_may_have_stopped():
    halving = [-1.0, -0.5, -0.25, -0.125]
    assert doubt(halving, Rule(1e-3)) == 0.125e-3
    # Gains that halve leave as much as the last one, which stands for it where the ratio tells nothing.
    assert doubt(halving, Rule(1e-3, "theta")) == 0.125
    assert doubt(halving, Rule(1e-3, "theta"), steady=False) == 0.125
    assert doubt([-3.0, -2.5, -1.5], Rule(1e-3, "theta")) == 1.0
    assert doubt([-3.0], Rule(1e-3, "theta")) == doubt([-3.0, -3.0], Rule(1e-3, "theta")) == 3 * ROUNDING


def test_a_tolerance_on_something_else_is_refused():
    with pytest.raises(ParameterError, match="the tolerance is on gain or theta, got 'slope'"):
        desk.set_limits(desk.example_session(), on="slope")
