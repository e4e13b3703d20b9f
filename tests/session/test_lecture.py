"""A lecture: where it begins, what it hides, and that nothing is left of it."""

from dataclasses import replace

import pytest
from desks import opened, same_desk, stepped
from shared import FIGURE_1

from emviz import session as desk
from emviz.em.counts.table import ShareCell
from emviz.session import Arrangement, edits
from emviz.session.display import Display

HIDDEN = {"reference": False, "revealed": False, "next": False}


def hidden(session):
    return {name: getattr(session.display, name) for name in HIDDEN}


def test_everything_is_shown_or_hidden_at_once():
    assert not Display().open  # the labels
    shown = Display(decimals=3).unveil(True)
    assert shown == Display(decimals=3, reference=True, revealed=True, next=True)
    assert shown.open
    for name in HIDDEN:
        assert not replace(shown, **{name: False}).open
    assert not any(getattr(shown.unveil(False), name) for name in HIDDEN)


def test_it_begins_at_the_start_with_everything_hidden(walked):
    shown = desk.shown(walked, {"cell": ShareCell(0, 0), "large": "counts", "revealed": True, "decimals": 3})
    begun = desk.lecture_begun(shown)
    assert (begun.cursor, len(begun.trace), begun.start) == (0, 1, walked.start)
    assert hidden(begun) == HIDDEN
    assert (begun.display.cell, begun.display.large, begun.display.decimals) == (None, "", 3)
    assert begun.past is walked.past


@pytest.mark.parametrize(
    "lesson",
    [
        lambda session: session,
        lambda session: stepped(session, 5),
        lambda session: desk.show(stepped(session, 2), session.display.unveil(True)),
        lambda session: desk.shown(session, {"arrangement": Arrangement.STAGE, "decimals": 5, "row": 2}),
    ],
)
def test_nothing_is_left_of_it(walked, lesson):
    before = desk.shown(walked, {"decimals": 2, "revealed": True, "upper": "likelihood"})
    after = desk.lecture_ended(lesson(desk.lecture_begun(before)), before)
    assert same_desk(after, before)
    assert after.display == before.display
    assert after.trace is before.trace
    assert after.cursor == before.cursor
    # What is still computed for the lecture comes too late.
    assert after.run > before.run + 1


@pytest.mark.parametrize(
    "other",
    [
        lambda session: desk.open_example(session, "coins", "one-coin"),
        lambda session: desk.open_example(session, "linkage"),
        lambda session: desk.set_table(session, FIGURE_1.without_rows([1])),
        lambda session: desk.undo(desk.open_example(desk.open_example(session, "hmm"), "linkage")),
    ],
)
def test_what_is_opened_meanwhile_begins_hidden_and_stays_afterwards(other):
    before = desk.shown(opened(), {"upper": "likelihood"})
    begun = desk.lecture_begun(before)
    shown = desk.show(begun, begun.display.unveil(True))
    session = other(shown)
    assert hidden(session) == HIDDEN
    after = desk.lecture_ended(session, before)
    assert (after.data, after.run) == (session.data, session.run)
    assert hidden(after) == {"reference": True, "revealed": False, "next": True}
    assert (after.display.guessing, after.display.upper) == (False, "likelihood")


def test_another_start_is_no_other_example():
    begun = desk.lecture_begun(opened())
    shown = desk.show(begun, begun.display.unveil(True))
    moved = desk.set_start(shown, {"heads": [0.2, 0.3]})
    assert moved.display.open
    after = desk.lecture_ended(moved, opened())
    assert after.start is moved.start


def test_outside_a_lecture_an_example_is_as_the_one_before_but_for_its_labels():
    shown = desk.show(opened(), opened().display.unveil(True))
    other = desk.open_example(shown, "linkage")
    assert hidden(other) == {"reference": True, "revealed": False, "next": True}
    assert hidden(desk.open_example(desk.show(shown, shown.display.unveil(False)), "linkage")) == HIDDEN


def test_what_is_revealed_while_another_example_is_being_opened_is_hidden_there():
    base = desk.lecture_begun(opened())
    edited = desk.open_example(base, "linkage")
    current = desk.show(base, base.display.unveil(True))
    assert hidden(edits.rebased(edited, base, current)) == HIDDEN


def test_a_change_is_told():
    session = opened()
    ahead = desk.shown(session, {"next": False})
    assert desk.diff(session, ahead) == {desk.Part.NEXT}


def test_the_truth_is_in_the_name_of_the_data_when_it_is_no_secret(walked):
    simulated = replace(walked, source="edited: simulated: 30 sets, seed 5, true θ = 0.90, 0.20")
    assert desk.named(simulated) == simulated.source
    secret = desk.lecture_begun(simulated)
    assert desk.named(secret) == "edited: simulated: 30 sets, seed 5"
    assert desk.named(desk.lecture_begun(walked)) == walked.source


def test_where_an_example_comes_from_is_told_unless_its_truth_would_be(walked):
    figure, three, _ = walked.model.examples
    secret = desk.lecture_begun(walked)
    assert desk.source_of(three, walked) == three.source
    assert "0.85" in three.source
    assert desk.source_of(three, secret) == "made for teaching: how is hidden until it is revealed (A)"
    assert desk.source_of(figure, secret) == figure.source


def test_what_would_tell_is_withheld_in_a_sentence_that_names_the_key(walked):
    assert desk.withheld(walked, "A comparison") == ""
    assert desk.withheld(desk.lecture_begun(walked), "A comparison") == (
        "A comparison would reveal what the class should guess. A reveals all of that; then try again."
    )
