import math
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shared import finished
from toys import ANIMALS, COINS, LINKAGE, PAPER, PI_BEST, TOSSED, Pi, biased, changed

from emviz.data.table import Table
from emviz.em.engine import (
    Outcome,
    advance,
    advancing,
    iterations_of,
    next_params,
    round_at,
    run,
    start,
)
from emviz.em.methods import EM
from emviz.em.model import Expectation, ModelError, Phase, fields_of
from emviz.models.coins import CoinCounts, Coins

BEYOND = "the numbers have become too large or too small to be computed with, or led to 0/0"


def walk(model, data, params, halves):
    steps = [start(model, data, params)]
    for _ in range(halves):
        steps.append(advance(model, data, steps[-1]))
    return steps


# -- half-steps ----------------------------------------------------------------------------------------------


def test_phases_and_indices_take_turns():
    steps = walk(COINS, TOSSED, PAPER, 5)
    assert [(step.index, step.phase) for step in steps] == [
        (0, Phase.START),
        (0, Phase.E),
        (1, Phase.M),
        (1, Phase.E),
        (2, Phase.M),
        (2, Phase.E),
    ]


def test_an_e_step_moves_nothing_but_the_bound():
    first, weighed, found, again = walk(COINS, TOSSED, PAPER, 3)
    assert weighed.params is first.params
    assert weighed.expectation is first.expectation
    assert first.bound == weighed.bound == weighed.expectation.objective
    assert found.bound < found.expectation.objective
    assert again.params is found.params
    assert again.bound == found.expectation.objective


def test_the_bound_after_an_m_step_is_the_old_one_at_the_new_place():
    _, weighed, found = walk(COINS, TOSSED, PAPER, 2)
    assert found.bound == EM.bound(COINS, TOSSED, weighed, found.params)
    before, after = weighed.expectation, found.expectation
    rise = COINS.q(TOSSED, before.counts, found.params) - COINS.q(TOSSED, before.counts, PAPER)
    assert found.bound == pytest.approx(before.objective + rise, rel=1e-14)
    assert before.objective < found.bound < after.objective


def test_stepping_changes_no_step_that_was():
    steps = walk(COINS, TOSSED, PAPER, 4)
    kept = [[*step.params, *step.expectation.counts] for step in steps]
    copies = [[array.copy() for array in arrays] for arrays in kept]
    walk(COINS, TOSSED, PAPER, 8)
    advance(COINS, TOSSED, steps[-1])
    for arrays, before in zip(kept, copies, strict=True):
        for array, copy in zip(arrays, before, strict=True):
            np.testing.assert_array_equal(array, copy)


def test_a_method_that_writes_its_own_step_is_asked_for_it_whole():
    class Own(type(EM)):
        def advance(self, model, data, step):
            return replace(super().advance(model, data, step), bound=7.0)

    begun = start(COINS, TOSSED, PAPER)
    assert finished(advancing(COINS, TOSSED, begun, Own()))[1].bound == 7.0
    assert finished(advancing(COINS, TOSSED, begun))[1].bound == advance(COINS, TOSSED, begun).bound


def test_dempster_laird_and_rubin():
    found = [float(step.params.pi) for step in iterations_of(walk(LINKAGE, ANIMALS, Pi(np.array(0.5)), 8))]
    published = [0.5, 0.608247423, 0.624321050, 0.626488879, 0.626777322]
    np.testing.assert_allclose(found, published, rtol=0, atol=5e-10)
    last = [float(step.params.pi) for step in iterations_of(walk(LINKAGE, ANIMALS, Pi(np.array(0.5)), 60))]
    assert last[-1] == pytest.approx(PI_BEST, rel=1e-14)
    errors = PI_BEST - np.array(last[5:8])
    np.testing.assert_allclose(errors[1:] / errors[:-1], 0.132779, rtol=0, atol=2e-5)


def test_rounds_are_what_the_pictures_show():
    steps = walk(COINS, TOSSED, PAPER, 4)
    shown = [round_at(steps, cursor) for cursor in range(5)]
    assert [state.phase for state in shown] == [Phase.START, Phase.E, Phase.M, Phase.E, Phase.M]
    assert [steps.index(state.base) for state in shown] == [0, 1, 1, 3, 3]
    assert [state.updated for state in shown] == [None, None, steps[2].params, None, steps[4].params]


def test_iterations_are_the_start_and_the_m_steps():
    steps = walk(COINS, TOSSED, PAPER, 5)
    assert list(iterations_of(steps)) == [steps[0], steps[2], steps[4]]


# -- runs ----------------------------------------------------------------------------------------------------


def test_a_run_stops_where_the_gain_is_small():
    steps, outcome = finished(run(COINS, TOSSED, start(COINS, TOSSED, PAPER), iterations=500, tolerance=1e-8))
    assert outcome is Outcome.CONVERGED
    heights = [step.expectation.objective for step in iterations_of(steps)]
    gains = np.diff(heights)
    assert gains[-1] <= 1e-8 * abs(heights[-1])
    assert np.all(gains[:-1] > 1e-8 * np.abs(heights[1:-1]))
    assert steps[-1].phase is Phase.M


def test_a_run_continues_what_was_begun():
    first = start(COINS, TOSSED, PAPER)
    whole, _ = finished(run(COINS, TOSSED, first, iterations=500, tolerance=1e-8))
    heights = [step.expectation.objective for step in iterations_of([first, *whole])]
    for at in (0, 1, 6, len(whole) - 2):
        before = heights[: whole[at].index]
        rest, outcome = finished(run(COINS, TOSSED, whole[at], iterations=500, tolerance=1e-8, before=before))
        assert outcome is Outcome.CONVERGED
        assert [step.expectation.objective for step in rest] == [
            step.expectation.objective for step in whole[at + 1 :]
        ]


def test_a_run_stops_at_its_last_iteration():
    first = start(COINS, TOSSED, PAPER)
    steps, outcome = finished(run(COINS, TOSSED, first, iterations=3, tolerance=0))
    assert outcome is Outcome.ITERATIONS
    assert [(step.index, step.phase) for step in steps[-2:]] == [(2, Phase.E), (3, Phase.M)]
    assert finished(run(COINS, TOSSED, steps[-1], iterations=3, tolerance=0)) == ([], Outcome.ITERATIONS)


def test_certain_data_settle_at_once():
    """All heads: log P(x;θ) is 0 from the first M-step on."""
    data = COINS.parse(Table.from_columns({"tosses": ["HHH", "HH"]}))
    steps, outcome = finished(run(COINS, data, start(COINS, data, PAPER), iterations=500, tolerance=1e-8))
    assert outcome is Outcome.CONVERGED
    assert (steps[-1].index, steps[-1].expectation.objective) == (2, 0)


def test_a_run_finishes_the_iteration_it_begins_in():
    steps = walk(COINS, TOSSED, PAPER, 3)
    more, outcome = finished(run(COINS, TOSSED, steps[-1], iterations=1, tolerance=0))
    assert [(step.index, step.phase) for step in more] == [(2, Phase.M)]
    assert outcome is Outcome.ITERATIONS


# -- failures ------------------------------------------------------------------------------------------------


def after(count, answer):
    """An E-step that goes well so many times and then does something else."""
    calls = []

    def e_step(self, data, params):
        calls.append(None)
        good = Coins.e_step(self, data, params)
        return good if len(calls) <= count else answer(good)

    return e_step


def raising(error):
    def raise_it(*_):
        raise error

    return raise_it


def divided(*_):
    return np.zeros(2) / np.zeros(2)


BAD_E_STEPS = {
    "NaN": (lambda good: Expectation(good.counts, float("nan")), "log P(x;θ) is not a finite number (nan)"),
    "+inf": (lambda good: Expectation(good.counts, float("inf")), "log P(x;θ) is not a finite number (inf)"),
    "-inf": (
        lambda good: Expectation(good.counts, float("-inf")),
        "log P(x;θ) is −∞, the data are impossible under these parameters",
    ),
    "NaN counts": (
        lambda good: Expectation(CoinCounts(*[count * np.nan for count in good.counts]), good.objective),
        "Q(θ|θ) is not a finite number (nan)",
    ),
    "an exception": (raising(ValueError("matrix is singular")), "matrix is singular"),
    "an exception without words": (raising(KeyError()), "the model coins has a fault (KeyError)"),
    "0/0": (divided, BEYOND),
}


def from_the_start(model, steps):
    steps.append(start(model, TOSSED, PAPER))
    for step in run(model, TOSSED, steps[0], iterations=50, tolerance=0):
        steps.append(step)


@pytest.mark.parametrize("name", BAD_E_STEPS)
@pytest.mark.parametrize("iterations", [0, 1, 3])
def test_a_failing_e_step_ends_the_run_and_keeps_the_steps(name, iterations):
    answer, reason = BAD_E_STEPS[name]
    model = changed(e_step=after(iterations, answer))
    steps = []
    with pytest.raises(ModelError) as caught:
        from_the_start(model, steps)
    failure = caught.value
    phase = Phase.M if iterations else Phase.START
    assert (failure.reason, failure.iteration, failure.phase) == (reason, iterations, phase)
    place = f"Iteration {iterations}, M-step" if iterations else "At the start"
    assert str(failure) == f"{place}: {reason}"
    good = walk(COINS, TOSSED, PAPER, 2 * iterations - 1) if iterations else []
    assert [step.expectation.objective for step in steps] == [step.expectation.objective for step in good]


BAD_M_STEPS = {
    "NaN": (
        lambda self, data, counts: biased(np.nan, 0.5),
        "log P(x;θ) is not a finite number (nan)",
    ),
    "0/0": (divided, BEYOND),
    "ZeroDivisionError": (raising(ZeroDivisionError("coin A has gone")), "coin A has gone"),
    "impossible": (lambda self, data, counts: biased(1.0, 1.0), "log P(x;θ) is −∞"),
    "no params": (lambda self, data, counts: None, "the model coins has a fault (AttributeError: 'NoneType'"),
}


@pytest.mark.parametrize("name", BAD_M_STEPS)
def test_a_failing_m_step_tells_its_iteration(name):
    m_step, reason = BAD_M_STEPS[name]
    model = changed(m_step=m_step)
    kept = []
    with pytest.raises(ModelError) as caught:
        from_the_start(model, kept)
    assert caught.value.reason.startswith(reason)
    assert (caught.value.iteration, caught.value.phase) == (1, Phase.M)
    assert caught.value.__cause__ is not None
    assert [step.phase for step in kept] == [Phase.START, Phase.E]


@pytest.mark.parametrize(
    "fails",
    [
        lambda: np.ones(2) @ np.linalg.inv(np.zeros((2, 2))),
        lambda: np.linalg.cholesky(-np.eye(2)),
        lambda: np.array([0.0]) / np.array([0.0]),
        lambda: 1.0 / 0.0,
        lambda: 1 // 0,
        lambda: 0.0**-1,
        lambda: math.log(0),
        lambda: math.exp(1000),
        lambda: 10.0**400,
        lambda: int(math.inf),
        lambda: int(math.nan),
    ],
)
def test_what_the_machine_says_of_its_numbers_reaches_nobody(fails):
    model = changed(m_step=lambda self, data, counts: fails())
    with pytest.raises(ModelError) as caught:
        advance(model, TOSSED, advance(model, TOSSED, start(model, TOSSED, PAPER)))
    assert caught.value.reason == BEYOND


def test_an_array_that_does_not_fit_is_told_without_its_shape():
    model = changed(m_step=raising(MemoryError("Unable to allocate 8.00 EiB for an array")))
    with pytest.raises(ModelError, match="the memory of this computer does not suffice"):
        next_params(model, TOSSED, start(model, TOSSED, PAPER))


def test_the_next_theta_is_the_one_that_the_m_step_finds():
    at = start(COINS, TOSSED, PAPER)
    for _ in range(3):
        weighed = advance(COINS, TOSSED, at)
        found = advance(COINS, TOSSED, weighed)
        for step in (at, weighed):
            np.testing.assert_array_equal(next_params(COINS, TOSSED, step).heads, found.params.heads)
        at = found


def test_the_next_theta_of_a_failing_m_step_tells_its_iteration():
    model = changed(m_step=raising(KeyError("no such coin")))
    with pytest.raises(ModelError, match="no such coin") as caught:
        next_params(model, TOSSED, start(model, TOSSED, PAPER))
    assert (caught.value.iteration, caught.value.phase) == (1, Phase.M)
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_failing_q_is_a_failure_too():
    model = changed(q=lambda self, data, counts, params: float("nan"))
    with pytest.raises(ModelError, match=r"At the start: Q\(θ\|θ\) is not a finite number \(nan\)"):
        start(model, TOSSED, PAPER)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_no_failure_of_the_model_passes(error):
    with pytest.raises(error):
        start(changed(e_step=raising(error())), TOSSED, PAPER)


def test_fields_by_name():
    assert list(fields_of(PAPER)) == ["weight", "heads"]
    assert fields_of(PAPER)["heads"] is PAPER.heads


# -- ten thousand iterations on a million rows fit in a few megabytes ----------------------------------------

WALK = """
    import time
    import tracemalloc
    from pathlib import Path

    import numpy as np

    from emviz.data.table import Table
    from emviz.em.engine import advance, start
    from emviz.models.coins import Coins

    STATM = Path("/proc/self/statm")

    def used():
        if STATM.exists():
            return int(STATM.read_text().split()[1]) * 4096
        return tracemalloc.get_traced_memory()[0]

    heads = np.random.default_rng(1).binomial(10, 0.6, 1_000_000).astype(float)
    model = Coins()
    data = model.parse(Table.from_columns({"heads": heads, "tails": 10 - heads}))
    if not STATM.exists():
        tracemalloc.start()
    before = used()
    trace = [start(model, data, model.default(data))]
    for _ in range(5_000):
        trace.append(advance(model, data, trace[-1]))
    print(used() - before, trace[-1].index)
"""


@pytest.mark.thorough
def test_five_thousand_half_steps_on_a_million_rows_stay_small():
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WALK)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    more, iterations = map(int, done.stdout.split())
    assert iterations == 2_500
    assert 0.25e6 < more < 10e6
