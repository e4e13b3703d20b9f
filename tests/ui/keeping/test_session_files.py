"""Sessions saved and opened in the window: their names, notes, and what is told of them."""

import json
from functools import partial

import pytest
from PySide6.QtWidgets import QDialog, QPlainTextEdit

from emviz import session as desk
from emviz.scenes.reading import read_file
from emviz.scenes.writing import write
from emviz.ui.keeping import preferences
from emviz.ui.window import MainWindow


@pytest.fixture
def window(window_as_new):
    return window_as_new


@pytest.fixture
def passing(qtbot, tmp_path):
    """Return a window that the test may close."""
    window = MainWindow(settings=preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def at(window, monkeypatch):
    """Answer the question where to save."""

    def at(path):
        monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
        return path

    return at


def lesson():
    """A session that differs from the first one in about everything."""
    session = desk.set_start(desk.example_session("gmm"), {})
    for _ in range(5):
        session = desk.step(session)
    session = desk.seek(session, 3)
    choices = {"row": 7, "decimals": 3, "reference": False, "large": "counts", "picture": "Ellipses"}
    return desk.set_memo(desk.shown(session, choices), "Which point is most divided?")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lesson 1.emviz"
    path.write_text(write(lesson()), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.emviz"
    memo = "Which set is most divided?"
    path.write_text(write(desk.set_memo(desk.step(desk.example_session()), memo)), encoding="utf-8")
    return path


def opened(window, qtbot, path):
    window.setup.open_path(path)
    qtbot.waitUntil(lambda: window.document.path == path)


@pytest.mark.thorough
def test_a_session_that_was_written_for_this_window_alone_is_read_and_gone(window, qtbot, small):
    folder, recent = small.parent / "emviz-1", window.preferences.recent
    folder.mkdir()
    path = small.rename(folder / small.name)
    window.document.receive(path)
    qtbot.waitUntil(lambda: not folder.exists())
    assert (window.store.session.cursor, window.store.session.memo) == (1, "Which set is most divided?")
    assert window.document.path is None
    assert window.document.unsaved == ("notes have been written",)
    assert window.preferences.recent == recent


def test_a_session_file_opens_as_it_was_saved_and_undo_brings_the_old_one_back(
    window, qtbot, monkeypatch, file
):
    before = window.store.session
    opened(window, qtbot, file)
    session, saved = window.store.session, lesson()
    assert (session.cursor, len(session.trace), session.memo) == (3, 6, saved.memo)
    assert session.display == saved.display
    assert session.step.expectation.objective == saved.step.expectation.objective
    assert window.windowTitle() == "lesson 1.emviz[*] — emviz"
    assert not window.isWindowModified()
    assert window.preferences.recent == (str(file),)
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.trace is before.trace)
    assert window.document.path is None
    assert window.windowTitle().startswith(before.source)
    window.driver.redo()
    qtbot.waitUntil(lambda: window.document.path == file)
    window.document.take_over(str(file.with_name("gone.csv")))
    window.menus.file.aboutToShow.emit()
    assert [action.data() for action in window.menus.recent.actions()] == [str(file)]
    assert str(file.with_name("gone.csv")) in window.preferences.recent
    # With other data the session has no file: saving asks for one.
    window.driver.edit(partial(desk.open_example, model="coins"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "coins")
    assert window.document.path is None
    asked = []
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: asked.append(suggestion))
    window.commands["save"].trigger()
    assert asked == ["coins.emviz"]


def test_save_asks_once_and_then_knows_the_file(window, qtbot, at, tmp_path):
    path = at(tmp_path / "mine.emviz")
    window.driver.edit(partial(desk.set_start, values={"heads": [0.3, 0.4]}))
    qtbot.waitUntil(window.isWindowModified)
    window.commands["save"].trigger()
    qtbot.waitUntil(lambda: window.document.path == path)
    assert not window.isWindowModified()
    assert window.windowTitle() == "mine.emviz[*] — emviz"
    assert window.preferences.recent == (str(path),)
    assert read_file(path).start["heads"] == [0.3, 0.4]
    at(None)  # nobody is asked any more
    window.driver.edit(partial(desk.set_start, values={"heads": [0.7, 0.4]}))
    qtbot.waitUntil(window.isWindowModified)
    assert window.document.unsaved == ("it has changed since it was saved",)
    window.commands["save"].trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert read_file(path).start["heads"] == [0.7, 0.4]
    other = at(tmp_path / "other.emviz")
    window.commands["saveAs"].trigger()
    qtbot.waitUntil(lambda: window.document.path == other)
    assert window.preferences.recent == (str(other), str(path))
    at(tmp_path / "no folder" / "mine.emviz")
    window.commands["saveAs"].trigger()
    qtbot.waitUntil(lambda: "folder" in window.status.notice.words.whole)
    assert window.document.path == other


BROKEN = {
    '{"emviz": 7, "model": "coins"}': "install the latest emviz",
    "HTTH": "cut off",
    '{"emviz": 1, "model": "dice"}': "there is no model 'dice'",
}


@pytest.mark.thorough
def test_files_that_are_not_as_they_should_be(window, qtbot, tmp_path, small):
    before, path = window.store.session, tmp_path / "bad.emviz"
    for content, said in BROKEN.items():
        path.write_text(content)
        window.setup.read_path(path)
        qtbot.waitUntil(lambda said=said: said in window.status.notice.words.whole)
        assert "bad.emviz" in window.status.notice.words.whole
        assert window.store.session is before
        assert window.document.path is None
    # A run that would take hours is given up.
    record = json.loads(write(desk.example_session("rna")))
    record["runs"][0]["steps"] = 1_000_000
    path.write_text(json.dumps(record), encoding="utf-8")
    window.setup.read_path(path)
    qtbot.waitUntil(lambda: window.driver.busy == "Reading bad.emviz")
    window.driver.cancel()
    window.driver.edit(partial(desk.draw_start, seed=2))
    qtbot.waitUntil(lambda: window.store.session.seed == 2)
    assert window.store.session.model is before.model
    # One that comes out otherwise than it was saved says so; in a lecture its answers stay hidden.
    record = json.loads(small.read_text(encoding="utf-8"))
    record["runs"][0]["objective"] += 1
    record["display"] |= {"reference": True, "next": True}
    small.write_text(json.dumps(record), encoding="utf-8")
    window.store.put(desk.lecture_begun(window.store.session))
    opened(window, qtbot, small)
    assert window.status.sentence.whole.startswith("Not all is as it was saved")
    display = window.store.session.display
    assert (display.guessing, display.reference, display.next) == (True, False, False)


# -- notes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def notes(passing, qtbot):
    passing.commands["notes"].trigger()
    dialog = passing.findChild(QDialog, "notesDialog")
    qtbot.waitUntil(dialog.isVisible)
    return dialog


@pytest.mark.thorough
def test_notes_become_part_of_the_session_and_undo_takes_back_all_that_was_written_at_once(
    passing, qtbot, notes, small
):
    box = notes.findChild(QPlainTextEdit)
    box.setPlainText("Why")
    qtbot.waitUntil(lambda: passing.store.session.memo == "Why")
    box.setPlainText("Why 0.45?")
    qtbot.waitUntil(lambda: passing.store.session.memo == "Why 0.45?")
    assert len(passing.store.session.past) == 1
    passing.driver.forward()
    qtbot.waitUntil(lambda: passing.store.session.cursor == 1)
    passing.driver.undo()
    qtbot.waitUntil(lambda: box.toPlainText() == "")
    assert (passing.store.session.memo, passing.store.session.cursor) == ("", 1)
    box.setPlainText("first")
    notes.close()
    assert passing.store.session.memo == "first"
    passing.commands["notes"].trigger()
    opened(passing, qtbot, small)
    assert box.toPlainText() == "Which set is most divided?"
    assert not passing.isWindowModified()
    box.setPlainText("last words")
    passing.close()
    assert passing.store.session.memo == "last words"
