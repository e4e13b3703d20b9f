"""Moving through the trace: what is computed, what is kept, and what fails."""

import numpy as np
import pytest
from desks import dying, opened, phases, stepped
from shared import finished

from emviz import session as desk
from emviz.em import engine
from emviz.em.engine import Outcome
from emviz.em.methods import Hard
from emviz.em.model import ModelError, Phase

# -- moving --------------------------------------------------------------------------------------------------


def test_steps_follow_one_another(first):
    assert first.next_phase is Phase.E
    session = stepped(first, 4)
    assert phases(session) == [(0, Phase.START), (0, Phase.E), (1, Phase.M), (1, Phase.E), (2, Phase.M)]
    assert session.at_end
    assert session.next_phase is Phase.E
    assert desk.back(session).next_phase is Phase.M
    assert phases(first) == [(0, Phase.START)]


def test_back_and_forth_computes_nothing(walked):
    assert desk.back(walked).cursor == 1
    forth = desk.step(desk.back(walked))
    assert forth.cursor == 2
    assert forth.trace is walked.trace
    assert forth.run == walked.run


@pytest.mark.parametrize(("asked", "found"), [(-5, 0), (0, 0), (3, 3), (5, 5), (6, 5), (1000, 5)])
def test_seek_goes_as_near_as_there_is(walked, asked, found):
    session = desk.seek(walked, asked)
    assert session.cursor == found
    assert session.step is walked.trace[found]
    assert session.trace is walked.trace


def test_back_at_the_start_stays(first):
    assert desk.back(first).cursor == 0


def test_steps_to_convergence(first):
    more, outcome = finished(desk.steps(first, None))
    session = desk.extended(first, first.run, more, outcome)
    assert session.outcome is Outcome.CONVERGED
    assert session.at_end
    assert desk.settled(session)
    limited = desk.set_limits(first, 1e-8, 2)
    more, outcome = finished(desk.steps(limited, None))
    assert (more[-1].index, outcome) == (2, Outcome.ITERATIONS)


def test_so_many_steps(walked):
    more, outcome = finished(desk.steps(walked, 3))
    assert outcome is Outcome.TOLD
    assert [(step.index, step.phase) for step in more] == [(3, Phase.M), (3, Phase.E), (4, Phase.M)]


def test_steps_use_the_method_of_the_session():
    session = opened(method=Hard())
    np.testing.assert_allclose(stepped(session, 2).step.params.heads, [0.8, 0.45], rtol=1e-15)
    for halves in (2, None):
        more, _ = finished(desk.steps(session, halves))
        np.testing.assert_allclose(more[1].params.heads, [0.8, 0.45], rtol=1e-15)


def test_late_steps_of_an_older_run_are_dropped(walked):
    late = (engine.advance(walked.model, walked.data, walked.trace[-1]),)
    moved = desk.set_start(walked, {"heads": [0.9, 0.1]})
    assert desk.extended(moved, walked.run, late) is moved
    assert desk.failed(moved, walked.run, ModelError("x", 1, Phase.M)) is moved
    grown = desk.extended(walked, walked.run, late)
    assert grown.trace == (*walked.trace, *late)
    assert grown.cursor == 6


def test_late_steps_are_dropped_even_if_undo_brings_their_trace_back(walked):
    late = (engine.advance(walked.model, walked.data, walked.trace[-1]),)
    again = desk.undo(desk.reset(walked))
    assert again.trace is walked.trace
    assert desk.extended(again, walked.run, late) is again


# -- failures ------------------------------------------------------------------------------------------------


def test_a_failing_step_keeps_the_trace():
    weighed = desk.step(dying())
    assert weighed.failure is None
    session = desk.step(weighed)
    assert session.trace is weighed.trace
    assert session.at_end
    assert (session.failure.iteration, session.failure.phase) == (1, Phase.M)
    assert "coin A has no expected tosses left" in str(session.failure)
    assert desk.back(session).failure is session.failure
