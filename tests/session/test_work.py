"""What of a session somebody has made, and would miss."""

from dataclasses import replace

import pytest
from desks import opened, stepped

from emviz import session as desk
from emviz.em.methods import Hard
from emviz.session.cells import with_cell


def test_steps_random_starts_and_the_display_are_no_work():
    session = stepped(desk.draw_start(opened(), 4), 3)
    assert desk.work_in(desk.shown(session, {"row": 2, "decimals": 4})) == ()
    assert desk.same_work(stepped(session, 2), session)


def test_edited_data_a_start_that_was_set_and_notes_are():
    session = opened()
    edited = with_cell(session, 0, "tosses", "HH")
    assert desk.work_in(edited) == ("the data have been edited",)
    set_by_hand = desk.set_start(session, {"heads": [0.1, 0.2]})
    assert desk.work_in(set_by_hand) == ("θ(0) has been set",)
    assert desk.work_in(desk.undo(set_by_hand)) == ()
    assert desk.work_in(desk.draw_start(set_by_hand)) == ()
    assert desk.work_in(desk.set_memo(set_by_hand, "x")) == ("θ(0) has been set", "notes have been written")
    assert desk.work_in(desk.set_memo(session, " \n")) == ()


def test_another_number_of_coins_is_no_start_that_was_set():
    three = desk.set_model(opened(), {"coins": 3})
    assert desk.work_in(three) == ()
    assert desk.work_in(desk.set_start(three, {"heads": [0.1, 0.2, 0.3]})) == ("θ(0) has been set",)
    assert not desk.same_work(three, opened())


@pytest.mark.parametrize(
    "change",
    [
        lambda session: desk.set_memo(session, "x"),
        lambda session: desk.set_start(session, {"heads": [0.1, 0.2]}),
        lambda session: with_cell(session, 0, "tosses", "HH"),
        lambda session: desk.set_method(session, Hard()),
        lambda session: desk.set_limits(session, iterations=5),
        lambda session: desk.set_model(session, {"weights": "learned"}),
    ],
)
def test_each_kind_of_change_is_work(change):
    session = opened()
    assert not desk.same_work(change(session), session)
    assert desk.same_work(replace(session), session)


def test_notes_that_are_written_while_an_edit_is_under_way_stay():
    base = opened()
    edited = desk.draw_start(base, 3)
    current = desk.set_memo(base, "meanwhile")
    assert desk.rebased(edited, base, current).memo == "meanwhile"


def test_a_lecture_leaves_the_notes_that_were_written_in_it():
    before = opened()
    given = desk.set_memo(desk.lecture_begun(before), "said in the lecture")
    assert desk.lecture_ended(given, before).memo == "said in the lecture"


def test_more_of_the_same_writing_is_taken_back_at_once():
    session = desk.set_memo(desk.set_memo(opened(), "a"), "ab", continuing=True)
    assert (session.memo, desk.undo(session).memo) == ("ab", "")
