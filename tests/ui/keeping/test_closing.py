"""Work that is in no file is asked about before it is lost, once, and never by surprise."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

from emviz import session as desk
from emviz.scenes.performing import performed
from emviz.scenes.reading import read_file
from emviz.session.cells import with_cell, with_row
from emviz.ui.keeping import preferences
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Answer = QMessageBox.StandardButton


class UserCloses(QCloseEvent):
    """The frame of the window has been clicked."""

    def spontaneous(self):
        return True


@pytest.fixture
def window(window_as_new):
    return window_as_new


@pytest.fixture
def edited(window, qtbot):
    return with_an_edit(window, qtbot)


@pytest.fixture
def closed(window, monkeypatch):
    """Have the window stay where it would close, and return when it would have."""
    closed = []
    monkeypatch.setattr(window, "close", lambda: closed.append(True))
    return closed


@pytest.fixture
def passing(qtbot, tmp_path):
    """Return a window that the test may close, with an edit."""
    window = MainWindow(settings=preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return with_an_edit(window, qtbot)


def with_an_edit(window, qtbot):
    window.driver.edit(partial(with_cell, row=0, name="tosses", text="HHHH"))
    qtbot.waitUntil(lambda: window.store.session.edited)
    return window


def quit_window(window):
    window.commands["quit"].trigger()
    return window.findChild(QMessageBox, "closeQuestion")


def answer(window, qtbot, button):
    box = window.findChild(QMessageBox, "closeQuestion")
    box.button(button).click()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "closeQuestion") is None)


@pytest.mark.thorough
def test_nothing_made_is_nothing_asked(window, closed, qtbot):
    window.driver.edit(partial(desk.draw_start, seed=5))
    qtbot.waitUntil(lambda: window.store.session.seed == 5)
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    assert quit_window(window) is None
    assert closed


@pytest.mark.thorough
def test_a_start_that_was_set_and_notes_are_asked_about_and_gone_with_undo(window, qtbot):
    window.driver.edit(partial(desk.set_start, values={"heads": [0.3, 0.4]}))
    qtbot.waitUntil(lambda: window.document.unsaved == ("θ(0) has been set",))
    window.store.put(desk.set_memo(window.store.session, "Ask why."))
    assert window.isWindowModified()
    assert quit_window(window).text() == "θ(0) has been set; notes have been written."
    answer(window, qtbot, Answer.Cancel)
    window.driver.undo()
    window.driver.undo()
    qtbot.waitUntil(lambda: window.document.unsaved == ())
    assert not window.isWindowModified()


@pytest.mark.thorough
def test_edited_data_are_asked_about_once(edited, closed, qtbot):
    assert quit_window(edited).text() == "The data have been edited."
    quit_window(edited)
    assert len(edited.findChildren(QMessageBox, "closeQuestion")) == 1
    answer(edited, qtbot, Answer.Cancel)
    assert quit_window(edited) is not None
    assert not closed
    answer(edited, qtbot, Answer.Discard)
    assert closed


def test_the_frame_asks_too(edited, qtbot):
    event = UserCloses()
    QApplication.sendEvent(edited, event)
    assert not event.isAccepted()
    assert edited.isVisible()
    answer(edited, qtbot, Answer.Cancel)


@pytest.fixture
def key_map(window, qtbot):
    """Open the keys over the window."""
    window.commands["keys"].trigger()
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_the_key_closes_the_window_under_a_dialog_and_the_dialog_first(window, key_map, closed):
    QTest.keyClick(key_map, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert closed
    assert not key_map.isVisible()


def test_the_question_comes_over_a_dialog_which_stays_where_the_window_does(edited, key_map, closed, qtbot):
    QTest.keyClick(key_map, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.activeModalWidget().objectName() == "closeQuestion"
    answer(edited, qtbot, Answer.Cancel)
    assert key_map.isVisible()
    assert not closed
    # A window manager does so by itself.
    key_map.activateWindow()
    qtbot.waitUntil(key_map.isActiveWindow)
    QTest.keyClick(key_map, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    answer(edited, qtbot, Answer.Discard)
    assert closed
    assert QApplication.activeModalWidget() is None


@pytest.mark.thorough
def test_the_program_closes_without_a_question(passing):
    passing.close()
    assert not passing.isVisible()
    assert passing.findChild(QMessageBox, "closeQuestion") is None


@pytest.mark.thorough
def test_an_edit_taken_back_is_nothing_to_ask_about(edited, closed, qtbot):
    edited.driver.undo()
    qtbot.waitUntil(lambda: not edited.store.session.edited)
    assert quit_window(edited) is None
    assert closed


def test_the_session_is_saved_and_then_the_window_closes(passing, qtbot, monkeypatch, tmp_path):
    path = tmp_path / "mine.emviz"
    monkeypatch.setattr(passing.saving, "choose_path", lambda title, suggestion: path)
    quit_window(passing)
    answer(passing, qtbot, Answer.Save)
    qtbot.waitUntil(lambda: not passing.isVisible())
    saved = performed(read_file(path)).session.table
    assert saved.same(passing.store.session.draft)
    assert saved.texts("tosses").tolist()[0] == "HHHH"
    assert saved.numbers("heads").tolist() == [4, 9, 8, 4, 7]
    assert saved.texts("coin").tolist() == list("BAABA")


def test_a_place_that_is_not_chosen_leaves_the_window_open(edited, qtbot, monkeypatch):
    monkeypatch.setattr(edited.saving, "choose_path", lambda title, suggestion: None)
    quit_window(edited)
    answer(edited, qtbot, Answer.Save)
    assert edited.isVisible()
    assert edited.document.unsaved


def test_data_that_cannot_be_saved_leave_the_window_open(edited, qtbot, monkeypatch, tmp_path):
    path = tmp_path / "no such folder" / "mine.emviz"
    monkeypatch.setattr(edited.saving, "choose_path", lambda title, suggestion: path)
    quit_window(edited)
    answer(edited, qtbot, Answer.Save)
    qtbot.waitUntil(lambda: "folder" in edited.status.notice.words.text())
    assert edited.isVisible()
    monkeypatch.setattr(edited.saving, "choose_path", lambda title, suggestion: tmp_path / "mine.csv")
    edited.commands["dataCsv"].trigger()
    qtbot.waitUntil(lambda: not edited.document.unsaved)
    assert edited.isVisible()


@pytest.mark.thorough
def test_what_has_been_exported_is_not_asked_about_until_it_is_edited_again(
    edited, closed, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setattr(edited.saving, "choose_path", lambda title, suggestion: tmp_path / "mine.csv")
    edited.commands["traceCsv"].trigger()
    qtbot.waitUntil(lambda: (tmp_path / "mine.csv").exists() and edited.exporter.busy is None)
    assert edited.document.unsaved
    edited.commands["dataCsv"].trigger()
    qtbot.waitUntil(lambda: not edited.document.unsaved)
    edited.driver.edit(partial(with_row, at=0))
    qtbot.waitUntil(lambda: edited.document.unsaved != ())
    edited.driver.undo()
    qtbot.waitUntil(lambda: not edited.document.unsaved)
    assert quit_window(edited) is None
    assert closed


@pytest.mark.thorough
def test_paste_of_the_menu_goes_into_a_line_that_has_the_focus(window, qtbot):
    window.activateWindow()
    QApplication.clipboard().setText("7")
    session = window.store.session
    box = window.setup.start.seed
    box.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is box)
    box.findChild(QLineEdit).selectAll()
    window.commands["paste"].trigger()
    assert box.value() == 7
    # The seed of the next draw is shown; nothing has been pasted into the data.
    assert window.store.session.draft is session.draft
    assert window.store.session.display.seed == 7
    window.desk.setFocus()
    QApplication.clipboard().setText("TTTT")
    window.commands["paste"].trigger()
    qtbot.waitUntil(lambda: window.store.session.table.rows == 6)
    assert window.status.sentence.text() == "1 row pasted, row 6 added."
    qtbot.waitUntil(lambda: window.store.session.display.row == 5)
    assert window.data.answer.question.text().startswith("Row 6")
    window.commands["pasteRows"].trigger()
    qtbot.waitUntil(lambda: window.store.session.table.rows == 7)
    assert window.status.sentence.text() == "1 row inserted after row 6."
