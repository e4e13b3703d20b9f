"""Session: every function, each from a session that is worth keeping."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.methods import Hard
from emviz.em.model import ModelError, Phase, fields_of
from emviz.em.views import CountCell, Entry
from emviz.models.coins import CoinParams, Coins
from emviz.session import Display, edits

FIGURE_1 = Table.from_columns(
    {
        "tosses": ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"],
        "coin": list("BAABA"),
    }
)
A, B, C = (Entry("heads", (k,)) for k in range(3))


def opened(model=None, table=FIGURE_1, **more):
    return desk.new_session(model or Coins(), table, "Figure 1", **more)


def stepped(session, halves):
    for _ in range(halves):
        session = desk.step(session)
    return session


def phases(session):
    return [(step.index, step.phase) for step in session.trace]


@pytest.fixture
def first():
    return opened()


@pytest.fixture
def walked(first):
    """Five half-steps, the cursor on the second."""
    return desk.seek(stepped(first, 5), 2)


def same_desk(one, other):
    """Say whether what undo has to restore is the very same."""
    names = ("model", "table", "data", "source", "trace", "cursor", "draft", "fault", "failure", "outcome")
    return all(getattr(one, name) is getattr(other, name) for name in names)


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


def all_known():
    """Coins of which nothing is estimated."""

    def parameters(self, data):
        return tuple(replace(parameter, fixed=True) for parameter in Coins.parameters(self, data))

    return type("Known", (Coins,), {"parameters": parameters})()


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


def finished(steps):
    kept = []
    while True:
        try:
            kept.append(next(steps))
        except StopIteration as end:
            return kept, end.value


def test_steps_to_convergence(first):
    more, outcome = finished(desk.steps(first, None, lambda: False))
    session = desk.extended(first, first.run, more, outcome)
    assert session.outcome is Outcome.CONVERGED
    assert session.at_end
    assert desk.settled(session)
    limited = desk.set_limits(first, 1e-8, 2)
    more, outcome = finished(desk.steps(limited, None, lambda: False))
    assert (more[-1].index, outcome) == (2, Outcome.ITERATIONS)
    assert finished(desk.steps(first, None, lambda: True)) == ([], Outcome.TOLD)


def test_so_many_steps(walked):
    more, outcome = finished(desk.steps(walked, 3, lambda: False))
    assert outcome is Outcome.TOLD
    assert [(step.index, step.phase) for step in more] == [(3, Phase.M), (3, Phase.E), (4, Phase.M)]


def test_steps_use_the_method_of_the_session():
    session = opened(method=Hard())
    np.testing.assert_allclose(stepped(session, 2).step.params.heads, [0.8, 0.45], rtol=1e-15)
    for halves in (2, None):
        more, _ = finished(desk.steps(session, halves, lambda: False))
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


def dying():
    """θ_A = 1 where every set has tails: coin A gets nothing, and the M-step divides 0 by 0."""
    return opened(start={"heads": [1.0, 0.5]})


def test_a_failing_step_keeps_the_trace():
    weighed = desk.step(dying())
    assert weighed.failure is None
    session = desk.step(weighed)
    assert session.trace is weighed.trace
    assert session.at_end
    assert (session.failure.iteration, session.failure.phase) == (1, Phase.M)
    assert "coin A has no expected tosses left" in str(session.failure)
    assert desk.back(session).failure is session.failure


def test_a_new_start_forgets_the_failure():
    session = stepped(dying(), 2)
    assert desk.set_start(session, {"heads": [0.6, 0.5]}).failure is None
    assert desk.reset(session).failure is None
    assert desk.undo(desk.reset(session)).failure is session.failure


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


# -- editing θ(0) --------------------------------------------------------------------------------------------


def test_stepping_back_and_changing_theta_leaves_no_later_step(walked):
    session = desk.set_start(walked, {"heads": [0.9, 0.1]})
    assert phases(session) == [(0, Phase.START)]
    assert session.cursor == 0
    assert session.run > walked.run
    np.testing.assert_array_equal(session.start.heads, [0.9, 0.1])
    session = stepped(session, 2)
    fresh = stepped(opened(start={"heads": [0.9, 0.1]}), 2)
    assert session.step.expectation.objective == fresh.step.expectation.objective


def test_fields_left_out_keep_their_value():
    session = opened(Coins(weights="learned"), start={"weight": [0.3, 0.7]})
    session = desk.set_start(session, {"heads": [0.9, 0.1]})
    np.testing.assert_array_equal(session.start.weight, [0.3, 0.7])


@pytest.mark.parametrize(
    ("values", "error"),
    [({"heads": [0.5, 2]}, ParameterError), ({"heads": [1, 1]}, ModelError), ({"x": 1}, ParameterError)],
)
def test_an_impossible_start_is_refused(walked, values, error):
    with pytest.raises(error):
        desk.set_start(walked, values)


def test_a_drag_is_one_edit(walked):
    session = desk.set_start(walked, {"heads": [0.61, 0.5]})
    for bias in (0.62, 0.63, 0.64):
        session = desk.set_start(session, {"heads": [bias, 0.5]}, continuing=True)
    np.testing.assert_array_equal(session.start.heads, [0.64, 0.5])
    assert len(session.past) == 1
    assert same_desk(desk.undo(session), walked)


def test_a_drawn_start_is_told_by_its_seed(walked):
    one, again, other = (desk.draw_start(walked, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.start.heads, again.start.heads)
    assert one.start.heads.tolist() != other.start.heads.tolist()
    np.testing.assert_array_equal(one.start.heads, opened(seed=5).start.heads)


def test_reset_goes_back_to_the_start(walked):
    session = desk.reset(walked)
    assert session.trace == walked.trace[:1]
    assert session.cursor == 0
    assert session.run > walked.run
    assert same_desk(desk.undo(session), walked)


# -- editing data --------------------------------------------------------------------------------------------


def test_other_data_start_a_new_trace_from_the_same_theta(walked):
    session = desk.set_table(walked, FIGURE_1.with_cell(0, "tosses", "HHHHHHHHHH"))
    assert phases(session) == [(0, Phase.START)]
    assert session.start.heads.tolist() == walked.start.heads.tolist()
    assert session.draft is session.table
    assert session.source == walked.source
    assert session.data.heads.max() == 10
    assert desk.set_table(walked, FIGURE_1, "mine.csv").source == "mine.csv"


def test_a_wrong_cell_leaves_the_last_good_data_in_force(walked):
    bad = FIGURE_1.with_cell(2, "tosses", "HXH")
    session = desk.set_table(walked, bad)
    assert (session.fault.row, session.fault.column) == (3, "tosses")
    assert session.draft is bad
    assert session.table is walked.table
    assert session.data is walked.data
    assert session.trace is walked.trace
    assert session.cursor == walked.cursor
    assert session.run == walked.run
    assert desk.step(session).cursor == 3


def test_a_second_wrong_cell_and_then_a_good_one(walked):
    session = desk.set_table(walked, FIGURE_1.with_cell(2, "tosses", "HXH"))
    session = desk.set_table(session, session.draft.with_cell(3, "tosses", ""))
    assert session.fault.row == 3
    session = desk.set_table(session, session.draft.with_cell(2, "tosses", "HTH"))
    assert session.fault.row == 4
    session = desk.set_table(session, session.draft.with_cell(3, "tosses", "T"))
    assert session.fault is None
    assert session.table is session.draft
    assert session.table.cell(3, "tosses") == "T"
    for _ in range(4):
        session = desk.undo(session)
    assert same_desk(session, walked)


def test_undo_of_a_wrong_cell_takes_the_fault_away(walked):
    session = desk.undo(desk.set_table(walked, FIGURE_1.with_cell(2, "tosses", "HXH")))
    assert session.fault is None
    assert session.draft is session.table is FIGURE_1
    again = desk.redo(session)
    assert again.fault.row == 3


def test_theta_that_the_new_data_rule_out_becomes_the_default():
    certain = Table.from_columns({"tosses": ["HHH", "HH"]})
    session = opened(table=certain, start={"heads": [1.0, 1.0]})
    session = desk.set_table(session, certain.with_cell(0, "tosses", "HTH"))
    np.testing.assert_array_equal(session.start.heads, [0.6, 0.5])
    assert session.fault is None


def test_data_that_no_start_makes_possible_are_refused(walked):
    def e_step(self, data, params):
        return (
            replace(Coins.e_step(self, data, params), objective=-np.inf)
            if len(data.which) < 5
            else (Coins.e_step(self, data, params))
        )

    session = opened(type("Fussy", (Coins,), {"e_step": e_step})())
    with pytest.raises(ModelError):
        desk.set_table(session, FIGURE_1.without_rows([0]))


# -- editing the model ---------------------------------------------------------------------------------------


def test_other_hyper_parameters_start_a_new_trace(walked):
    session = desk.set_model(walked, {"coins": 3})
    assert session.model == Coins(coins=3)
    assert phases(session) == [(0, Phase.START)]
    np.testing.assert_array_equal(session.start.heads, [0.6, 0.5, 0.4])
    assert session.table is walked.table
    kept = desk.set_model(desk.set_start(walked, {"heads": [0.9, 0.1]}), {"weights": "learned"})
    np.testing.assert_array_equal(kept.start.heads, [0.9, 0.1])
    assert same_desk(desk.undo(session), walked)


def test_learned_weights_that_become_equal_again_start_from_the_default():
    session = opened(Coins(weights="learned"), start={"weight": [0.3, 0.7], "heads": [0.9, 0.1]})
    np.testing.assert_array_equal(desk.set_model(session, {"weights": "equal"}).start.heads, [0.6, 0.5])


def test_an_impossible_model_is_refused(walked):
    with pytest.raises(ParameterError):
        desk.set_model(walked, {"coins": 9})
    three = Table.from_columns({"tosses": ["HT", "TT", "HH"], "coin": list("ABC")})
    session = opened(Coins(coins=3), three)
    with pytest.raises(DataError, match="'C' is one more than the 2"):
        desk.set_model(session, {"coins": 2})


def test_a_draft_that_suits_the_new_model_comes_into_force(walked):
    draft = FIGURE_1.with_cell(0, "coin", "C")
    session = desk.set_table(walked, draft)
    assert session.fault.column == "coin"
    session = desk.set_model(session, {"coins": 3})
    assert session.fault is None
    assert session.table is session.draft is draft


def test_a_draft_that_suits_no_model_stays_a_draft(walked):
    bad = FIGURE_1.with_cell(2, "tosses", "HXH")
    before = desk.set_table(walked, bad)
    session = desk.set_model(before, {"coins": 3})
    assert session.model == Coins(coins=3)
    assert session.draft is bad
    assert session.fault.row == 3
    assert session.table is FIGURE_1
    assert same_desk(desk.undo(session), before)


def test_the_display_lets_go_of_what_the_model_no_longer_has(walked):
    session = desk.set_model(walked, {"coins": 3})
    chosen = Display(decimals=3, slice=C, axes=(C, A), cell=CountCell(4, 2))
    session = desk.show(session, chosen)
    fewer = desk.set_model(session, {"coins": 2})
    assert fewer.display == Display(decimals=3, axes=(A, B))
    more = desk.set_model(session, {"coins": 4})
    assert more.display == replace(chosen, cell=None)


def test_a_model_without_anything_to_estimate_has_no_axes(walked):
    session = opened(all_known())
    assert desk.set_table(session, FIGURE_1.without_rows([0])).display.axes is None


# -- other edits ---------------------------------------------------------------------------------------------


def test_another_session_takes_the_place_of_this_one(walked):
    walked = desk.show(desk.set_limits(walked, 1e-5, 50), Display(decimals=4, slice=B, revealed=True))
    other = desk.example_session("coins", "three-coins")
    session = desk.open_instead(walked, other)
    assert session.model == Coins(coins=3)
    assert session.run > walked.run
    assert (session.tolerance, session.iterations) == (1e-5, 50)
    assert session.display == Display(decimals=4, axes=(A, B))
    assert same_desk(desk.undo(session), walked)


@pytest.mark.parametrize(("tolerance", "iterations"), [(-1e-9, 10), (1.0, 10), (float("nan"), 10), (0.1, 0)])
def test_impossible_limits_are_refused(first, tolerance, iterations):
    with pytest.raises(ParameterError):
        desk.set_limits(first, tolerance, iterations)


def test_limits_are_no_edit(walked):
    done = desk.extended(walked, walked.run, (), Outcome.ITERATIONS)
    session = desk.set_limits(done, 0, 5)
    assert (session.tolerance, session.iterations, session.outcome) == (0, 5, None)
    assert session.past == walked.past
    assert session.trace is done.trace


def test_limits_outlive_an_undo(walked):
    session = desk.set_limits(desk.reset(walked), 1e-4, 77)
    back = desk.undo(session)
    assert (back.tolerance, back.iterations) == (1e-4, 77)
    assert (desk.redo(back).tolerance, desk.redo(back).iterations) == (1e-4, 77)


def test_showing_is_no_edit(walked):
    session = desk.show(walked, Display(decimals=6))
    assert session.display.decimals == 6
    assert (session.past, session.run, session.trace) == (walked.past, walked.run, walked.trace)


# -- undo and redo -------------------------------------------------------------------------------------------

EDITS = {
    "reset": desk.reset,
    "good data": lambda session: desk.set_table(session, FIGURE_1.without_rows([1])),
    "bad data": lambda session: desk.set_table(session, FIGURE_1.with_cell(0, "tosses", "?")),
    "model": lambda session: desk.set_model(session, {"coins": 4, "weights": "learned"}),
    "start": lambda session: desk.set_start(session, {"heads": [0.2, 0.3]}),
    "draw": lambda session: desk.draw_start(session, 1),
    "open": lambda session: desk.open_instead(session, desk.example_session("coins", "one-coin")),
}


@pytest.mark.parametrize("name", EDITS)
def test_undo_and_redo_restore_everything(walked, name):
    edited = EDITS[name](walked)
    moved = stepped(edited, 3)
    back = desk.undo(moved)
    assert same_desk(back, walked)
    assert back.past == walked.past
    forth = desk.redo(back)
    assert same_desk(forth, moved)
    assert desk.undo(forth).trace is walked.trace
    assert len({session.run for session in (moved, back, forth, desk.undo(forth))}) == 4
    assert forth.future == ()


def test_several_edits_are_undone_and_redone_in_their_order(walked):
    desks = [walked]
    for name in ("start", "bad data", "model"):
        desks.append(desk.step(EDITS[name](desks[-1])))
    session = desks[-1]
    for before in reversed(desks[:-1]):
        session = desk.undo(session)
        assert same_desk(session, before)
    assert desk.undo(session) is session
    for after in desks[1:]:
        session = desk.redo(session)
        assert same_desk(session, after)
    assert desk.redo(session) is session


def test_undo_keeps_how_things_are_shown(walked):
    session = desk.show(desk.reset(walked), Display(decimals=5, reference=False, revealed=True))
    back = desk.undo(session)
    assert (back.display.decimals, back.display.reference, back.display.revealed) == (5, False, True)
    assert back.display.axes == walked.display.axes


def test_nothing_to_undo_or_redo(first):
    assert desk.undo(first) is first
    assert desk.redo(first) is first


def test_an_edit_after_an_undo_forgets_the_future(walked):
    session = desk.undo(desk.reset(walked))
    assert len(session.future) == 1
    assert desk.draw_start(session, 1).future == ()
    assert desk.set_table(session, FIGURE_1.with_cell(0, "tosses", "?")).future == ()


def test_the_sessions_of_the_past_hold_no_past_of_their_own(walked):
    session = desk.undo(desk.reset(desk.reset(desk.reset(walked))))
    for kept in (*session.past, *session.future):
        assert (kept.past, kept.future) == ((), ())


def test_the_past_is_bounded(first, monkeypatch):
    monkeypatch.setattr(edits, "UNDO_DEPTH", 4)
    session = first
    for seed in range(10):
        session = desk.draw_start(session, seed)
    assert len(session.past) == 4
    for seed in (8, 7, 6, 5):
        session = desk.undo(session)
        np.testing.assert_array_equal(session.start.heads, opened(seed=seed).start.heads)
    assert session.past == ()


def test_large_tables_are_remembered_less_often(first, monkeypatch):
    monkeypatch.setattr(edits, "UNDO_CELLS", 35)
    session = first
    for seed in range(10):
        session = desk.draw_start(session, seed)
    assert len(session.past) == 3
    monkeypatch.setattr(edits, "UNDO_CELLS", 1)
    assert len(desk.reset(session).past) == 1


# -- edits that were made while the session moved ------------------------------------------------------------


@pytest.mark.parametrize("name", EDITS)
def test_undo_of_an_edit_made_meanwhile_returns_to_where_one_was(walked, name):
    edited = EDITS[name](walked)
    current = stepped(desk.seek(walked, 5), 2)
    session = desk.rebased(edited, walked, current)
    assert same_desk(desk.undo(session), current)
    assert session.draft is edited.draft
    assert desk.rebased(edited, walked, walked) is edited


def test_a_wrong_cell_typed_meanwhile_takes_no_steps_away(walked):
    edited = EDITS["bad data"](walked)
    current = stepped(desk.seek(walked, 5), 2)
    session = desk.rebased(edited, walked, current)
    assert session.fault is edited.fault
    assert session.trace is current.trace
    assert session.cursor == current.cursor
    assert session.run == current.run
    typed_twice = EDITS["bad data"](edited)
    moved = desk.step(desk.seek(edited, 5))
    assert same_desk(desk.undo(desk.rebased(typed_twice, edited, moved)), moved)


def test_an_undo_made_meanwhile_redoes_to_where_one_was(walked):
    base = desk.reset(walked)
    current = stepped(base, 3)
    session = desk.rebased(desk.undo(base), base, current)
    assert same_desk(session, walked)
    assert same_desk(desk.redo(session), current)


def test_an_undo_after_a_wrong_cell_made_meanwhile_keeps_the_older_past(walked):
    once = EDITS["bad data"](walked)
    base = desk.set_table(once, once.draft.with_cell(1, "tosses", "X"))
    session = desk.rebased(desk.undo(base), base, desk.step(base))
    assert same_desk(session, once)
    assert same_desk(desk.undo(session), walked)


def test_limits_set_meanwhile_leave_the_past_alone(walked):
    base = EDITS["bad data"](walked)
    current = desk.step(base)
    session = desk.rebased(desk.set_limits(base, 0.1, 3), base, current)
    assert session.past is base.past
    assert session.trace is current.trace
    assert session.tolerance == 0.1


def test_a_drag_made_meanwhile_is_undone_at_once(walked):
    base = desk.set_start(walked, {"heads": [0.3, 0.4]})
    dragged = desk.set_start(base, {"heads": [0.31, 0.4]}, continuing=True)
    session = desk.rebased(dragged, base, desk.step(base))
    assert phases(session) == [(0, Phase.START)]
    assert same_desk(desk.undo(session), walked)


def test_the_display_of_now_is_kept(walked):
    current = desk.show(walked, Display(decimals=6))
    assert desk.rebased(desk.reset(walked), walked, current).display.decimals == 6


def test_start_is_theta_of_the_first_step(walked):
    assert fields_of(walked.start)["heads"].tolist() == [0.6, 0.5]
    assert walked.start is walked.trace[0].params
