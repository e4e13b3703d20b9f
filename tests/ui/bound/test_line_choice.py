"""The line on which the bound is drawn: chosen from the list, typed as a name, or as two iterations."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from emviz import session as desk
from emviz.em.counts.table import Entry
from emviz.em.objective.lines import Between, Goal
from emviz.ui.panels.bound.line_choice import LineChoice

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def choice(qtbot):
    choice = LineChoice()
    qtbot.addWidget(choice)
    choice.setFixedWidth(220)
    choice.show()
    return choice


def session_at(halves, model="coins", example=None):
    session = desk.example_session(model, example)
    for _ in range(halves):
        session = desk.step(session)
    return session


def typed(choice, text):
    choice.setEditText(text)
    QTest.keyClick(choice.lineEdit(), Qt.Key.Key_Return)


def test_every_parameter_can_be_found_by_a_part_of_its_name(choice, qtbot):
    session = session_at(0, "tomography")
    choice.fill(session, labelled=False)
    assert choice.count() == 32 * 32 + 3  # this step, the truth, two iterations
    choice.completer().setCompletionPrefix("31,31")
    assert choice.completer().completionCount() == 1
    choice.completer().setCompletionPrefix("no such name")
    assert choice.completer().completionCount() == 0
    with qtbot.waitSignal(choice.chosen) as asked:
        typed(choice, choice.itemText(choice.count() - 1))
    assert asked.args == [Entry("activity", (1023,))]


@pytest.mark.parametrize("text", ["θ_B", "b", "Along θ B"])
def test_a_part_of_a_name_that_only_one_line_has_is_that_line(choice, qtbot, text):
    choice.fill(session_at(7), labelled=False)
    with qtbot.waitSignal(choice.chosen) as asked:
        typed(choice, text)
    assert asked.args == [Entry("heads", (1,))]


@pytest.mark.parametrize("text", ["p_Ab", "along p Ab"])
def test_haplotypes_that_differ_in_capitals_are_told_apart(choice, qtbot, text):
    choice.fill(session_at(0, "haplotype"), labelled=False)
    with qtbot.waitSignal(choice.chosen) as asked:
        typed(choice, text)
    assert asked.args == [Entry("frequency", (1,))]


@pytest.mark.parametrize("text", ["0 → 3", "θ(0) → θ(3)", "0-3", " 0 3 "])
def test_two_iterations_are_typed(choice, qtbot, text):
    choice.fill(session_at(7), labelled=True)
    with qtbot.waitSignal(choice.chosen) as asked:
        typed(choice, text)
    assert asked.args == [Between(0, 3)]
    assert not choice.lineEdit().hasFocus()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0 → 9", "two different iterations from 0 to 3"),
        ("2 2", "two different iterations from 0 to 3"),
        ("θ_X", "no line “θ_X”: a part of a name, or two iterations"),
        ("along", "2 lines have “along” in their names: choose one of the list"),
    ],
)
def test_what_is_no_line_is_refused_in_a_sentence(choice, qtbot, text, told):
    choice.fill(session_at(7), labelled=True)
    with qtbot.waitSignal(choice.refused) as refused:
        typed(choice, text)
    assert refused.args == [told]


def test_the_entry_for_two_iterations_waits_for_them(choice):
    choice.fill(session_at(7), labelled=True)
    choice.activated.emit(choice.findText("two iterations…"))
    assert (choice.currentText(), choice.lineEdit().selectedText()) == ("0 → 3", "0 → 3")


def test_goals_are_offered_where_there_are_some_and_they_may_be_seen(choice):
    def offered(session, labelled):
        choice.fill(session, labelled)
        return [each for each in choice.directions if isinstance(each, Goal)]

    session = session_at(0, "coins", "three-coins")
    assert session.truth is not None
    assert offered(session, True) == [Goal.TRUTH, Goal.COMPLETE]
    assert offered(session, False) == [Goal.TRUTH]
    assert offered(desk.shown(session, {"reference": False}), True) == []
    assert offered(session_at(0), True) == [Goal.COMPLETE]


def test_what_is_drawn_is_named(choice):
    session = session_at(7)
    choice.fill(desk.shown(session, {"slice": Between(0, 8)}), labelled=True)
    assert choice.currentText() == "θ(0) → θ(3)"
    choice.fill(desk.shown(session, {"slice": Goal.COMPLETE}), labelled=True)
    assert choice.currentText() == "towards complete data"
    choice.fill(desk.shown(session, {"slice": Goal.COMPLETE, "reference": False}), labelled=True)
    choice.name_step(3)
    assert choice.currentText() == "θ(3) → θ(4)"


def test_what_is_half_typed_is_put_back(choice, qtbot):
    choice.fill(session_at(2), labelled=True)
    choice.name_step(0)
    choice.lineEdit().setFocus()
    choice.setEditText("θ_")
    choice.fill(session_at(4), labelled=True)
    choice.name_step(1)
    assert choice.currentText() == "θ_"
    choice.name_step(0)
    choice.lineEdit().clearFocus()
    qtbot.waitUntil(lambda: choice.currentText() == "θ(0) → θ(1)")


def test_a_long_name_is_cut_where_there_is_no_room_and_whole_where_it_is_typed(choice, qtbot):
    session = session_at(0, "gmm")
    entry = Entry("covariance", (0, 0, 1))
    choice.setFixedWidth(120)
    choice.lineEdit().clearFocus()
    choice.fill(desk.shown(session, {"slice": entry}), labelled=False)
    text, metrics = choice.currentText(), choice.lineEdit().fontMetrics()
    assert text.startswith("Σ A")
    assert text.endswith("…")
    assert metrics.horizontalAdvance(text) <= choice.lineEdit().width()
    choice.fill(desk.shown(session_at(0), {"slice": Goal.COMPLETE}), labelled=True)
    assert choice.currentText().startswith("complete")
    choice.fill(desk.shown(session, {"slice": entry}), labelled=False)
    choice.lineEdit().setFocus()
    assert choice.currentText() == "along Σ A,eruptions,waiting"
    choice.lineEdit().clearFocus()
    assert choice.currentText() == text


def test_what_is_typed_after_a_click_replaces_the_name(choice, qtbot):
    choice.lineEdit().clearFocus()
    choice.fill(session_at(4), labelled=True)
    choice.name_step(1)
    QTest.mouseClick(choice.lineEdit(), Qt.MouseButton.LeftButton)
    assert choice.lineEdit().selectedText() == "θ(1) → θ(2)"
    QTest.keyClicks(choice.lineEdit(), "0 2")
    assert choice.currentText() == "0 2"
    with qtbot.waitSignal(choice.chosen) as asked:
        QTest.keyClick(choice.lineEdit(), Qt.Key.Key_Return)
    assert asked.args == [Between(0, 2)]


@pytest.mark.parametrize(("width", "named"), [(220, "θ(0) → θ(1)"), (66, "0 → 1")])
def test_a_narrow_field_names_two_iterations_by_their_numbers(choice, width, named):
    choice.fill(session_at(0), labelled=False)
    choice.name_step(0)
    choice.lineEdit().clearFocus()
    choice.setFixedWidth(width)
    assert choice.lineEdit().text() == named
