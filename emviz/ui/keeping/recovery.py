"""Work that is in no file yet, kept from minute to minute, and offered again where emviz ended by force."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from emviz.models import TITLES
from emviz.scenes import ENDING
from emviz.session import Session
from emviz.ui.errors import sentence_of
from emviz.ui.exporting.exports import writing
from emviz.ui.keeping.document import session_text
from emviz.ui.shield import shield_all
from emviz.ui.widgets.labels import PlainLabel
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Delivery, Worker

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Milliseconds after an edit until it is kept, and between two times that the place in the trace is.
SOON, MINUTE = 1_000, 60_000
#: Seconds after which half a file that a killed process has left is no other's.
STALE = 3_600
#: Letters at the head of a file among which its model is named.
HEAD = 2_000


class Shelf:
    """The files of unsaved work in a folder, one for each window; a lock says whose is in use.

    Parameters
    ----------
    folder : Path
        Where they lie; made where it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.own = folder / f"{os.getpid()}-{os.urandom(4).hex()}{ENDING}"
        self._locks = {self.own: _lock_of(self.own)}
        self._locks[self.own].tryLock(0)
        self._sweep()

    def left_over(self) -> list[Path]:
        """Return the files of windows that are gone, the latest first; from now on they are ours to offer."""
        for path in self.folder.glob(f"*{ENDING}"):
            if path not in self._locks:
                lock = _lock_of(path)
                if lock.tryLock(0):
                    self._locks[path] = lock
        theirs = [path for path in self._locks if path != self.own and path.is_file()]
        return sorted(theirs, key=lambda path: path.stat().st_mtime, reverse=True)

    def discard(self, path: Path) -> None:
        """Take a file away; one that cannot be is offered again another day."""
        with suppress(OSError):
            path.unlink(missing_ok=True)
        if path != self.own and path in self._locks:
            self._locks.pop(path).unlock()

    def leave(self) -> None:
        """Let go of all files; those that are still there are offered again."""
        for lock in self._locks.values():
            lock.unlock()
        self._locks.clear()

    def _sweep(self) -> None:
        for path in self.folder.glob(".emviz-*.tmp"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE:
                    path.unlink()


def told_of(path: Path) -> str:
    """Return in words of when, and of which model, unsaved work is."""
    then = datetime.fromtimestamp(path.stat().st_mtime)
    day = "" if then.date() == datetime.now().date() else f" on {then:%Y-%m-%d}"
    with path.open(encoding="utf-8", errors="replace") as file:
        named = re.search(r'^"model": "(\w+)"', ",\n" + file.read(HEAD), re.MULTILINE)
    model = f" ({TITLES.get(named[1], named[1])})" if named else ""
    return f"Unsaved work of {then:%H:%M}{day}{model}"


class Keeper(Channel):
    """Writes the session of a window into its file in the background."""

    kept = Signal()
    refused = Signal(str)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("recovery", worker, parent)
        self._refused = ""

    def keep(self, path: Path, session: Session) -> None:
        """Write a session, whole or not at all."""
        self.start(None, partial(writing, path, session, session_text))

    def receive(self, delivery: Delivery) -> None:
        """Say that it is kept; why it is not, once."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is None:
            self.kept.emit()
        elif (reason := sentence_of(delivery.error)) != self._refused:
            self._refused = reason
            self.refused.emit(f"Unsaved work cannot be kept: {reason}")


class Offer(QFrame):
    """One line above the panels: work of another day, to be restored or discarded."""

    restore_requested, discard_requested = Signal(), Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recoveryOffer")
        self.setProperty("role", "card")
        self.setAccessibleName("Unsaved work")
        self.words = PlainLabel()
        self.restore = QPushButton("Restore")
        self.restore.setToolTip("Put it on the desk; undo brings back what is there now")
        self.discard = QPushButton("Discard")
        self.discard.setToolTip("Delete it")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 14, 5)
        row.addWidget(self.words, 1)
        row.addWidget(self.restore)
        row.addWidget(self.discard)
        self.restore.clicked.connect(self.restore_requested)
        self.discard.clicked.connect(self.discard_requested)


class Recovery(QObject):
    """Keeps the work of a window while it is in no file of the user's, and offers what others have left.

    Parameters
    ----------
    window : MainWindow
        The window.
    folder : Path
        Where unsaved work lies.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._shelf = Shelf(folder)
        self._keeper = Keeper(window.worker, self)
        self._keeper.kept.connect(self._let_go)
        self._keeper.refused.connect(window.status.refuse)
        self._kept: Session | None = None
        self._written: Session | None = None
        self._offered: Path | None = None
        self._replaced: Path | None = None
        self.offer: Offer | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._minute = QTimer(self, interval=MINUTE)
        for clock in (self._soon, self._minute):
            clock.timeout.connect(self.keep)
        self._minute.start()
        window.document.changed.connect(self._soon.start)
        window.document.restored.connect(self._note_restored)
        window.commands["present"].toggled.connect(self._show_offer)

    @Slot()
    def look(self) -> None:
        """Offer the latest work that a window which is gone has left."""
        found = self._shelf.left_over()
        self._offered = found[0] if found else None
        if self.offer is None and found:
            self.offer = Offer()
            shield_all()
            self.offer.restore_requested.connect(self._restore)
            self.offer.discard_requested.connect(self._discard)
            self._window.desk.stand_above(self.offer)
        self._show_offer()

    @Slot()
    def _show_offer(self) -> None:
        """Show what is offered, but not to a class."""
        if self.offer is None:
            return
        if self._offered is not None:
            self.offer.words.setText(told_of(self._offered))
        # Its command is checked before a lecture begins.
        given = self._window.commands["present"].isChecked()
        self.offer.setVisible(self._offered is not None and not given)

    @Slot()
    def keep(self) -> None:
        """Write what is on the desk, where it has changed; take the file away where nothing is unsaved."""
        session = self._window.lessons.own
        if not self._window.document.unsaved:
            self._keeper.cancel()
            self._shelf.discard(self._shelf.own)
            self._kept = None
        elif session is not self._kept:
            self._written = session
            self._keeper.keep(self._shelf.own, session)

    def leave(self) -> None:
        """Take away what the user was asked about as the window closed; nothing of it is offered again."""
        self._soon.stop()
        self._minute.stop()
        self._shelf.discard(self._shelf.own)
        if self._replaced is not None:
            self._shelf.discard(self._replaced)
        self._shelf.leave()

    @Slot()
    def _restore(self) -> None:
        if self._offered is not None:
            self._window.document.restore(self._offered)

    @Slot()
    def _discard(self) -> None:
        if self._offered is not None:
            self._shelf.discard(self._offered)
        self.look()

    @Slot()
    def _note_restored(self) -> None:
        """Keep what has been restored as work of this window, and then let go of the file that it lay in."""
        self._replaced, self._offered = self._offered, None
        self._show_offer()
        self.keep()

    @Slot()
    def _let_go(self) -> None:
        self._kept = self._written
        if self._replaced is not None:
            self._shelf.discard(self._replaced)
            self._replaced = None
            self.look()


def _lock_of(path: Path) -> QLockFile:
    """Return the lock of a file: taken by its process, and free once that has ended in whatever way."""
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock
