"""Unsaved work is kept, and offered again after a crash, to one window at a time."""

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFrame

from emviz import session as desk
from emviz.data import writer
from emviz.scenes.performing import performed
from emviz.scenes.reading import read_file
from emviz.scenes.writing import write
from emviz.ui.keeping import preferences
from emviz.ui.keeping.recovery import Recovery, Shelf, description_of
from emviz.ui.window import MainWindow

ROOT = Path(__file__).parents[3]


class Killed(BaseException):
    """The process has ended here."""


def noted(text):
    return desk.set_memo(desk.step(desk.example_session()), text)


def memo_of(path):
    return performed(read_file(path)).session.memo


def test_a_writer_that_is_killed_anywhere_loses_no_more_than_what_it_was_writing(tmp_path, monkeypatch):
    path = tmp_path / "own.emviz"
    path.write_text(write(noted("a minute ago")), encoding="utf-8")
    text, before = write(noted("now")), path.read_bytes()
    chance = random.Random(5)
    # Nobody cleans up behind a process that is killed.
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)
    whole = writer._write
    for _ in range(200):
        most = chance.randrange(len(text.encode()) + 1)

        def cut_off(draft, data, most=most):
            draft.write_bytes(b"".join(data)[:most])
            raise Killed

        monkeypatch.setattr(writer, "_write", cut_off)
        with pytest.raises(Killed):
            writer.save_text(path, text)
        assert path.read_bytes() == before
    assert memo_of(path) == "a minute ago"
    # Killed between the last byte and the new name the old file stands; after it the new one does.
    monkeypatch.setattr(writer, "_write", whole)
    writer.save_text(path, text)
    assert memo_of(path) == "now"
    assert [each.name for each in tmp_path.glob("*.emviz")] == ["own.emviz"]


def test_work_of_a_window_that_is_there_is_not_offered_and_that_of_one_that_is_gone_is(tmp_path):
    first, second = Shelf(tmp_path), Shelf(tmp_path)
    first.own.write_text(write(noted("mine")), encoding="utf-8")
    assert second.left_over() == []
    gone = tmp_path / "4194304000-x.emviz"
    gone.write_text(write(noted("left")), encoding="utf-8")
    os.utime(gone, (time.time() - 90_000,) * 2)
    assert second.left_over() == [gone]
    # It is offered by one window alone, and later by another one if it has not been discarded.
    assert Shelf(tmp_path).left_over() == []
    assert description_of(gone).startswith("Unsaved work of ")
    assert " on 20" in description_of(gone)
    assert description_of(gone).endswith(" (Coins)")
    first.leave()
    assert second.left_over() == [first.own, gone]
    second.discard(gone)
    assert not gone.exists()
    assert second.left_over() == [first.own]
    second.leave()
    assert Shelf(tmp_path).left_over() == [first.own]


def test_halves_of_files_are_swept_away_once_they_are_old(tmp_path):
    old, new = tmp_path / ".emviz-a.tmp", tmp_path / ".emviz-b.tmp"
    for each in (old, new):
        each.write_text("{")
    os.utime(old, (0, 0))
    Shelf(tmp_path).leave()
    assert not old.exists()
    assert new.exists()


@pytest.fixture
def make(qtbot, tmp_path):
    """Windows with a folder for unsaved work."""
    made = []

    def make():
        window = MainWindow(settings=preferences.settings_at(tmp_path / "emviz.ini"))
        qtbot.addWidget(window)
        recovery = Recovery(window, tmp_path / "unsaved")
        recovery._soon.setInterval(0)
        with qtbot.waitExposed(window):
            window.show()
        made.append((window, recovery))
        return window, recovery

    yield make
    for window, recovery in made:
        window.close()
        recovery.leave()


def test_work_is_kept_while_it_is_unsaved_and_restored_in_another_window(make, qtbot, tmp_path):
    first, recovery = make()
    own = recovery._shelf.own
    first.store.put(desk.set_memo(first.store.session, "Ask why."))
    qtbot.waitUntil(own.is_file)
    assert memo_of(own) == "Ask why."
    first.driver.undo()
    qtbot.waitUntil(lambda: not own.exists())
    first.driver.edit(partial(desk.set_start, values={"heads": [0.3, 0.4]}))
    qtbot.waitUntil(own.is_file)
    # A step is kept by the minute.
    first.driver.forward()
    qtbot.waitUntil(lambda: first.store.session.cursor == 1)
    recovery._minute.timeout.emit()
    qtbot.waitUntil(lambda: own.is_file() and performed(read_file(own)).session.cursor == 1)
    # The process is killed: its lock is free, its file stays.
    recovery._soon.stop()
    recovery._minute.stop()
    first.document.changed.disconnect()
    recovery._shelf.leave()

    second, restoring = make()
    restoring.look()
    offer = second.findChild(QFrame, "recoveryOffer")
    assert offer.isVisible()
    assert offer.words.text().endswith("(Coins)")
    # A lecture begins without it, and leaves it there.
    second.commands["present"].trigger()
    assert offer.isHidden()
    second.lecture.end()
    assert offer.isVisible()
    second.transport.setFocus()
    reached = set()
    for _ in range(40):
        second.focusNextPrevChild(True)
        reached.add(QApplication.focusWidget())
    assert {offer.restore, offer.discard} <= reached
    offer.restore.click()
    qtbot.waitUntil(lambda: second.store.session.start.heads.tolist() == [0.3, 0.4])
    assert second.store.session.cursor == 1
    assert second.document.path is None
    assert second.isWindowModified()
    assert second.preferences.recent == ()
    qtbot.waitUntil(lambda: not own.exists())
    assert offer.isHidden()
    assert performed(read_file(restoring._shelf.own)).session.cursor == 1


@pytest.mark.thorough
def test_what_is_discarded_is_gone_and_a_window_that_closes_leaves_nothing(make, qtbot, tmp_path):
    folder = tmp_path / "unsaved"
    folder.mkdir()
    for name in ("1-a", "1-b"):
        (folder / f"{name}.emviz").write_text(write(noted(name)), encoding="utf-8")
    window, recovery = make()
    recovery.look()
    for _ in range(2):
        assert recovery.offer.isVisible()
        recovery.offer.discard.click()
    assert recovery.offer.isHidden()
    assert list(folder.glob("*.emviz")) == []
    window.store.put(desk.set_memo(window.store.session, "x"))
    qtbot.waitUntil(recovery._shelf.own.is_file)
    window.close()
    recovery.leave()
    assert list(folder.iterdir()) == []


PROGRAM = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from emviz import session as desk
from emviz.ui import app
from emviz.ui.window import MainWindow

def edit():
    (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    window.store.put(desk.set_memo(window.store.session, "not lost"))

application = app.create_application()
QTimer.singleShot(0, edit)
app.run(None, "coins")
"""


@pytest.mark.thorough
def test_a_process_that_is_killed_leaves_its_work_to_the_next(tmp_path):
    own = {"QT_QPA_PLATFORM": "offscreen", "EMVIZ_SETTINGS": str(tmp_path / "emviz.ini")}
    folder = tmp_path / "emviz.ini-unsaved"
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, env=os.environ | own) as process:
        until = time.monotonic() + 60
        while not list(folder.glob("*.emviz")) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    shelf = Shelf(folder)
    (path,) = shelf.left_over()
    assert memo_of(path) == "not lost"
    shelf.leave()
