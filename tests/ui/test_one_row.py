"""One row, one iteration: the derivation, the answer, the table and the highlight are of the same."""

import re

import pytest
from PySide6.QtCore import Qt
from standing import stand_for

from emviz import session as desk
from emviz.em.counts.table import ShareCell

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
AFTER_E = desk.step(desk.example_session())


@pytest.fixture
def window(window_with, qtbot):
    window = window_with(AFTER_E, pinned=True)
    settle(window, qtbot)
    return window


def settle(window, qtbot):
    qtbot.waitUntil(lambda: window.pictures.idle and not window.counts.derivation.busy)


def click(qtbot, view, row, column):
    view.scrollTo(view.model().index(row, column))
    place = view.visualRect(view.model().index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def rows(window):
    """Return the row that each part of the window names or marks; None where it shows none."""
    counts, data = window.counts, window.data
    title = re.search(r"in row (\d+)", counts.derivation.title.text())
    told = re.search(r"Row (\d+)", data.answer.accessibleName())
    return {
        "derivation": int(title[1]) if title and counts.derivation.isVisible() else None,
        "current cell": counts.sheet.grid.rows.currentIndex().row() + 1,
        "answer": int(told[1]) if data.answer.isVisible() else None,
        "highlight": data.view.currentIndex().row() + 1,
    }


@pytest.mark.thorough
def test_answer_and_derivation_go_from_row_to_row_together(window, qtbot):
    counts = window.counts.sheet.grid.rows
    click(qtbot, window.data.view, 0, 1)
    click(qtbot, counts, 1, 1)
    settle(window, qtbot)
    assert set(rows(window).values()) == {2}
    assert window.data.answer.bars.texts == ("coin A 0.80", "coin B 0.20")
    click(qtbot, window.data.view, 3, 1)
    settle(window, qtbot)
    assert set(rows(window).values()) == {4}
    assert window.data.answer.bars.texts == ("coin B 0.65", "coin A 0.35")
    assert "≈ 0.35" in window.counts.derivation.text
    place = counts.visualRect(counts.currentIndex())
    assert counts.viewport().rect().contains(place)


@pytest.mark.thorough
def test_a_derivation_alone_asks_for_no_answer_and_an_answer_for_no_derivation(window, qtbot):
    click(qtbot, window.counts.sheet.grid.rows, 1, 1)
    assert window.store.session.display.row is None
    window.show_display({"cell": None})
    click(qtbot, window.data.view, 3, 1)
    assert window.store.session.display.cell is None


@pytest.mark.thorough
def test_the_derivation_is_of_the_iteration_that_the_table_is_of(window, qtbot):
    click(qtbot, window.counts.sheet.grid.rows, 0, 1)
    for name, halves, share in (
        ("step", 2, "0.45"),
        ("step", 3, "0.30"),
        ("back", 2, "0.45"),
        ("first", 0, ""),
    ):
        window.commands[name].trigger()
        qtbot.waitUntil(lambda halves=halves: window.store.session.cursor == halves)
        settle(window, qtbot)
        assert window.counts.sheet.grid.rows_model.index(0, 1).data() == share
        assert window.counts.derivation.isVisible() == bool(share)
        if share:
            assert f"≈ {share}" in window.counts.derivation.text
            at = f"at θ({window.store.session.round.base.index})"
            assert at == window.counts.derivation.place.text()
            assert window.counts.hint.text().startswith(at)


@pytest.mark.thorough
def test_after_a_run_the_derivation_is_of_its_last_iteration(window, qtbot):
    click(qtbot, window.counts.sheet.grid.rows, 0, 1)
    window.driver.run()
    qtbot.waitUntil(lambda: not window.driver.running and window.store.session.outcome is not None)
    settle(window, qtbot)
    t = window.store.session.round.base.index
    assert t > 5
    assert window.counts.derivation.place.text() == f"at θ({t})"
    shown = window.counts.sheet.grid.rows_model.index(0, 1).data()
    assert f"≈ {shown}" in window.counts.derivation.text


@pytest.mark.thorough
def test_other_data_put_the_derivation_away_and_undo_brings_it_back_as_it_was(window, qtbot):
    click(qtbot, window.counts.sheet.grid.rows, 1, 1)
    settle(window, qtbot)
    window.driver.edit(lambda session: desk.edit_table(session, session.table.without_rows([1])))
    qtbot.waitUntil(lambda: window.store.session.table.rows == 4)
    window.commands["step"].trigger()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    assert rows(window)["derivation"] is None
    window.commands["undo"].trigger()
    qtbot.waitUntil(lambda: window.store.session.table.rows == 5)
    settle(window, qtbot)
    assert (rows(window)["derivation"], rows(window)["current cell"]) == (2, 2)
    assert "0.60^9 · 0.40^1" in window.counts.derivation.text


def test_what_is_asked_while_an_edit_is_under_way_is_not_asked_of_its_data():
    base = desk.step(desk.example_session())
    edited = desk.edit_table(base, base.table.without_rows([3, 4]))
    current = desk.show(base, base.display.at_cell(ShareCell(4, 0)))
    assert desk.rebased(edited, base, current).display.cell is None
    limits = desk.set_limits(base, 0.1, 3)
    assert desk.rebased(limits, base, current).display.cell == ShareCell(4, 0)


@pytest.mark.thorough
@pytest.mark.parametrize("key", stand_for(["gmm", "hmm", "motif"], ["gmm"]))
def test_a_picture_says_at_which_parameters_it_is(window, qtbot, key):
    window.driver.edit(lambda session: desk.open_instead(session, desk.example_session(key)))
    qtbot.waitUntil(lambda: window.store.session.model.key == key)
    for halves, words in ((0, ""), (1, "at θ(0)"), (2, "weighed at θ(0), parameters θ(1)"), (3, "at θ(1)")):
        if halves:
            window.commands["step"].trigger()
        qtbot.waitUntil(lambda halves=halves: window.store.session.cursor == halves)
        settle(window, qtbot)
        told = window.model_picture.hint.text()
        assert told.startswith(words)
        assert ("θ(" in told) == bool(words)
