"""Undo and redo: everything comes back, also where the session has moved on meanwhile."""

import numpy as np
import pytest
from desks import opened, phases, same_desk, stepped
from shared import FIGURE_1

from emviz import session as desk
from emviz.em.model import Phase
from emviz.session import Display, history

EDITS = {
    "reset": desk.reset,
    "good data": lambda session: desk.set_table(session, FIGURE_1.without_rows([1])),
    "bad data": lambda session: desk.set_table(session, FIGURE_1.with_cell(0, "tosses", "X")),
    "model": lambda session: desk.set_model(session, {"coins": 4, "weights": "learned"}),
    "start": lambda session: desk.set_start(session, {"heads": [0.2, 0.3]}),
    "draw": lambda session: desk.draw_start(session, 1),
    "open": lambda session: desk.open_instead(session, desk.example_session("coins", "one-coin")),
}


# -- undo and redo -------------------------------------------------------------------------------------------


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
    assert desk.set_table(session, FIGURE_1.with_cell(0, "tosses", "X")).future == ()


def test_the_sessions_of_the_past_hold_no_past_of_their_own(walked):
    session = desk.undo(desk.reset(desk.reset(desk.reset(walked))))
    for kept in (*session.past, *session.future):
        assert (kept.past, kept.future) == ((), ())


def ten_times_drawn(session):
    for seed in range(10):
        session = desk.draw_start(session, seed)
    return session


def test_the_past_is_bounded(first, monkeypatch):
    monkeypatch.setattr(history, "UNDO_DEPTH", 4)
    session = ten_times_drawn(first)
    assert len(session.past) == 4
    for seed in (8, 7, 6, 5):
        session = desk.undo(session)
        np.testing.assert_array_equal(session.start.heads, opened(seed=seed).start.heads)
    assert session.past == ()


def test_large_tables_are_remembered_less_often(first, monkeypatch):
    monkeypatch.setattr(history, "UNDO_CELLS", 35)
    session = ten_times_drawn(first)
    assert len(session.past) == 3
    monkeypatch.setattr(history, "UNDO_CELLS", 1)
    assert len(desk.reset(session).past) == 1


def test_limits_outlive_an_undo(walked):
    session = desk.set_limits(desk.reset(walked), 1e-4, 77)
    back = desk.undo(session)
    assert (back.tolerance, back.iterations) == (1e-4, 77)
    assert (desk.redo(back).tolerance, desk.redo(back).iterations) == (1e-4, 77)


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
