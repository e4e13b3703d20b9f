"""What differs between two sessions, and that what is put together from a change is the later one."""

from dataclasses import fields, replace

import pytest
from desks import opened, stepped

from emviz import session as desk
from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.methods import Hard
from emviz.session import EVERYTHING, Arrangement, Display, Part, diff


def test_the_same_session_has_not_changed_and_a_first_one_is_new_in_everything(walked):
    assert diff(walked, walked) == frozenset()
    assert diff(None, walked) == EVERYTHING


MOVES = {
    "step": (lambda session: desk.step(session), {Part.TRAIL, Part.STEP}),
    "back": (desk.back, {Part.STEP}),
    "reset": (desk.reset, {Part.RUN, Part.TRAIL, Part.STEP, Part.PAST}),
    "method": (
        lambda session: desk.set_method(session, Hard()),
        {Part.RUN, Part.TRAIL, Part.STEP, Part.PAST},
    ),
    "limits": (lambda session: desk.set_limits(session, 0.0, 7), {Part.LIMITS}),
    "start": (
        lambda session: desk.set_start(session, {"heads": [0.7, 0.2]}),
        {Part.START, Part.RUN, Part.TRAIL, Part.STEP, Part.PAST},
    ),
    "model": (
        lambda session: desk.set_model(session, {"weights": "learned"}),
        {Part.MODEL, Part.DATA, Part.START, Part.RUN, Part.TRAIL, Part.STEP, Part.PAST},
    ),
    "edit": (
        lambda session: desk.edit_table(session, session.table.without_rows([0])),
        {Part.DATA, Part.DRAFT, Part.START, Part.RUN, Part.TRAIL, Part.STEP, Part.PAST},
    ),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_move_or_an_edit_changes_what_it_should(name):
    move, parts = MOVES[name]
    before = stepped(opened(), 3)
    assert diff(before, move(before)) == parts


CHOICES = {
    "decimals": 3,
    "earlier": True,
    "parts": True,
    "profile": True,
    "contours": True,
    "slowest": True,
    "slice": None,
    "axes": None,
    "reference": False,
    "revealed": True,
    "next": False,
    "cell": ShareCell(1, 0),
    "row": 2,
    "columns": (1,),
    "picture": "Landscape",
    "seed": 7,
    "plot": "θ",
    "group": "θ",
    "field": "heads",
    "arrangement": Arrangement.STAGE,
    "upper": "likelihood",
    "large": "counts",
    "order": "changed",
    "node": "disease",
}


def test_each_choice_of_the_display_is_a_part_of_its_own(walked):
    # Whether a class is guessing shows nowhere before something is opened; what is supposed can be undone.
    assert {each.name for each in fields(Display)} == {*CHOICES, "guessing", "supposed"}
    for name, value in CHOICES.items():
        before = desk.show(walked, replace(walked.display, slice=walked.display.axes[0]))
        assert diff(before, desk.shown(before, {name: value})) == {Part[name.upper()]}


def test_a_derivation_follows_to_another_row_and_an_answer_to_that_of_a_derivation(walked):
    asked = desk.shown(walked, {"row": 1, "cell": CountCell(1, 0)})
    assert desk.shown(asked, {"row": 3}).display.cell == CountCell(3, 0)
    assert desk.shown(asked, {"cell": ShareCell(4, 1)}).display.row == 4
    assert desk.shown(asked, {"row": None}).display.cell == CountCell(1, 0)
    assert desk.shown(walked, {"cell": ShareCell(4, 1)}).display.row is None
