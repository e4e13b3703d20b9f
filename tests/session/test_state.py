"""What a session holds, how it is opened, and what follows from it."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from desks import A, B, all_known, dying, opened, phases, stepped
from shared import FIGURE_1

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.methods import Hard
from emviz.em.model import ModelError, Phase, fields_of
from emviz.models.coins import CoinParams, Coins
from emviz.session import Display

# -- opening -------------------------------------------------------------------------------------------------


def test_the_first_screen():
    session = desk.example_session()
    assert session.model == Coins()
    assert session.source == "Do & Batzoglou 2008, Figure 1"
    assert phases(session) == [(0, Phase.START)]
    np.testing.assert_array_equal(session.start.heads, [0.6, 0.5])
    assert session.table.rows == 5
    assert session.display == Display(axes=(A, B))
    assert (session.cursor, session.run, session.past, session.future) == (0, 1, (), ())
    assert session.draft is session.table
    assert session.fault is session.failure is session.outcome is None


def test_an_example_brings_its_hyper_parameters():
    assert desk.example_session("coins", "three-coins").model == Coins(coins=3)
    with pytest.raises(ParameterError, match="no example 'x'"):
        desk.example_session("coins", "x")
    with pytest.raises(ParameterError, match="no model 'x'"):
        desk.example_session("x")


def test_a_start_is_given_drawn_or_the_default():
    np.testing.assert_array_equal(opened(start={"heads": [0.9, 0.1]}).start.heads, [0.9, 0.1])
    drawn = Coins().start(None, np.random.default_rng(3)).heads
    np.testing.assert_array_equal(opened(seed=3).start.heads, drawn)
    np.testing.assert_array_equal(opened(seed=3, start={"heads": [0.9, 0.1]}).start.heads, [0.9, 0.1])
    np.testing.assert_array_equal(opened(start={}, seed=3).start.heads, [0.6, 0.5])


def test_a_session_that_cannot_be_opened():
    with pytest.raises(DataError):
        opened(table=Table.from_columns({"x": [1]}))
    with pytest.raises(ParameterError):
        opened(start={"heads": [2, 2]})
    with pytest.raises(ModelError):
        opened(start={"heads": [1, 1]})


def test_a_session_is_frozen(first):
    with pytest.raises(FrozenInstanceError):
        first.cursor = 1


def test_axes_need_two_entries():
    assert opened(all_known()).display.axes is None


def test_start_is_theta_of_the_first_step(walked):
    assert fields_of(walked.start)["heads"].tolist() == [0.6, 0.5]
    assert walked.start is walked.trace[0].params


# -- the iteration on display --------------------------------------------------------------------------------


def test_the_round_on_display(walked):
    assert (walked.round.phase, walked.round.base) == (Phase.M, walked.trace[1])
    assert walked.round.updated is walked.trace[2].params
    assert desk.seek(walked, 3).round.base is walked.trace[3]


def test_the_gain_is_that_of_the_last_iteration(walked):
    heights = [step.expectation.objective for step in walked.trace]
    assert [desk.seek(walked, cursor).gain for cursor in range(6)] == [
        None,
        None,
        heights[2] - heights[0],
        heights[2] - heights[0],
        heights[4] - heights[2],
        heights[4] - heights[2],
    ]
    assert walked.gain == pytest.approx(-31.8592579482 + 33.0938625198, abs=1e-9)


def test_settled_is_told_on_the_m_step_that_gained_nothing(first):
    session = desk.set_limits(first, 1e-3, 1000)
    told = []
    for _ in range(16):
        session = desk.step(session)
        told.append(desk.settled(session))
    gains = {step.index: desk.seek(session, 2 * step.index).gain for step in session.trace[2::2]}
    assert told == [
        step.phase is Phase.M and gains[step.index] <= 1e-3 * abs(step.expectation.objective)
        for step in session.trace[1:]
    ]
    assert told[1] is False
    assert told[-1] is True
    assert not desk.settled(first)


def test_there_is_no_target_where_the_m_step_fails():
    assert desk.target(dying()) is None


def test_the_target_is_the_next_theta(walked):
    np.testing.assert_array_equal(desk.target(desk.seek(walked, 0)).heads, walked.trace[2].params.heads)
    np.testing.assert_array_equal(desk.target(desk.seek(walked, 1)).heads, walked.trace[2].params.heads)
    assert desk.target(desk.seek(walked, 2)) is walked.trace[2].params
    np.testing.assert_array_equal(desk.target(desk.seek(walked, 3)).heads, walked.trace[4].params.heads)


# -- what follows from it ------------------------------------------------------------------------------------


def test_the_reference_is_figure_1a(first):
    reference = desk.reference(first)
    np.testing.assert_allclose(reference.params.heads, [0.80, 0.45], rtol=1e-15)
    np.testing.assert_array_equal(reference.counts.heads, [24, 9])
    height = first.model.e_step(first.data, CoinParams(np.full(2, 0.5), np.array([0.8, 0.45]))).objective
    assert reference.objective == pytest.approx(height, rel=1e-14)
    unlabelled = desk.set_table(first, FIGURE_1.with_cell(0, "coin", "?"))
    assert desk.reference(unlabelled) is None


def test_the_trace_as_fit_returns_it(walked):
    trace = desk.trace_of(walked)
    assert trace.steps is walked.trace
    assert (trace.model, trace.method, trace.outcome) == ("coins", "em", Outcome.TOLD)
    done = desk.extended(walked, walked.run, (), Outcome.CONVERGED)
    assert desk.trace_of(done).converged
    assert desk.trace_of(opened(method=Hard())).method == "hard"
    assert (trace.remark, trace.failure) == ("", "")


def test_a_trace_tells_of_a_special_place_and_of_a_half_step_that_failed():
    equal = desk.trace_of(opened(start={"heads": [0.6, 0.6]}))
    assert equal.remark == "both coins are equal: EM cannot tell them apart from here"
    failed = desk.trace_of(stepped(dying(), 2))
    assert failed.outcome is Outcome.FAILED
    assert failed.failure.startswith("Iteration 1, M-step: coin A has no expected tosses left")
    assert list(failed.record())[-1] == "failure"
