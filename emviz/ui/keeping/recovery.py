"""Saves work in progress every few seconds, and offers it again after a crash."""

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

#: Milliseconds from an edit until it is saved, and between two saves of the position in the trace.
SOON, MINUTE = 1_000, 60_000
#: Age in seconds at which an incomplete file of a killed process may be deleted.
STALE = 3_600
#: Letters at the start of a file that include the name of its model.
HEAD = 2_000


class Shelf:
    """The folder of unsaved work, with one file per window; a lock marks a file in use.

    Parameters
    ----------
    folder : Path
        The folder; created if necessary.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # A process may have several windows, and a later one may get its number.
        self.own = folder / f"{os.getpid()}-{os.urandom(4).hex()}{ENDING}"
        self._locks = {self.own: _lock_of(self.own)}
        self._locks[self.own].tryLock(0)
        self._sweep()

    def left_over(self) -> list[Path]:
        """Return the files of windows that no longer exist, latest first, and lock them."""
        for path in self.folder.glob(f"*{ENDING}"):
            # A lock that can be taken belongs to no running window.
            if path not in self._locks:
                lock = _lock_of(path)
                if lock.tryLock(0):
                    self._locks[path] = lock
        theirs = [path for path in self._locks if path != self.own and path.is_file()]
        return sorted(theirs, key=lambda path: path.stat().st_mtime, reverse=True)

    def discard(self, path: Path) -> None:
        """Delete a file; if that fails, it will be offered again another day."""
        with suppress(OSError):
            path.unlink(missing_ok=True)
        if path != self.own and path in self._locks:
            self._locks.pop(path).unlock()

    def leave(self) -> None:
        """Release all files; those that still exist will be offered again."""
        for lock in self._locks.values():
            lock.unlock()
        self._locks.clear()

    def _sweep(self) -> None:
        for path in self.folder.glob(".emviz-*.tmp"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE:
                    path.unlink()


def description_of(path: Path) -> str:
    """Return a sentence with the time and the model of unsaved work."""
    then = datetime.fromtimestamp(path.stat().st_mtime)
    day = "" if then.date() == datetime.now().date() else f" on {then:%Y-%m-%d}"
    with path.open(encoding="utf-8", errors="replace") as file:
        named = re.search(r'^"model": "(\w+)"', ",\n" + file.read(HEAD), re.MULTILINE)
    model = f" ({TITLES.get(named[1], named[1])})" if named else ""
    return f"Unsaved work of {then:%H:%M}{day}{model}"


class Keeper(Channel):
    """Writes the session of a window to its recovery file in the background."""

    kept = Signal()
    refused = Signal(str)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("recovery", worker, parent)
        self._refused = ""

    def keep(self, path: Path, session: Session) -> None:
        """Write a session atomically."""
        self.start(None, partial(writing, path, session, session_text))

    def receive(self, delivery: Delivery) -> None:
        """Signal success; report a failure once."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is None:
            self.kept.emit()
        elif (reason := sentence_of(delivery.error)) != self._refused:
            self._refused = reason
            self.refused.emit(f"Unsaved work cannot be kept: {reason}")


class Offer(QFrame):
    """A line above the panels that offers to restore or discard unsaved work."""

    restore_requested, discard_requested = Signal(), Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recoveryOffer")
        self.setProperty("role", "card")
        self.setAccessibleName("Unsaved work")
        self.words = PlainLabel()
        self.restore = QPushButton("Restore")
        self.restore.setToolTip("Load it; undo returns to the current session")
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
    """Saves a window's unsaved work, and offers work left by other windows.

    Parameters
    ----------
    window : MainWindow
        The window.
    folder : Path
        The folder of unsaved work.
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
        """Offer the latest work left by a window that no longer exists."""
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
        """Show the offer, except in front of a class."""
        if self.offer is None:
            return
        if self._offered is not None:
            self.offer.words.setText(description_of(self._offered))
        # The key that starts a lecture checks its action first and only then begins the lecture.
        given = self._window.commands["present"].isChecked()
        self.offer.setVisible(self._offered is not None and not given)

    @Slot()
    def keep(self) -> None:
        """Save the session if it has changed; delete the file if nothing is unsaved."""
        session = self._window.lessons.own
        if not self._window.document.unsaved:
            self._keeper.cancel()
            self._shelf.discard(self._shelf.own)
            self._kept = None
        elif session is not self._kept:
            self._written = session
            self._keeper.keep(self._shelf.own, session)

    def leave(self) -> None:
        """Delete the file, as the user was asked when closing the window."""
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
        """Save the restored work as this window's work, then release the file it came from."""
        self._replaced, self._offered = self._offered, None
        self._show_offer()
        self.keep()

    @Slot()
    def _let_go(self) -> None:
        self._kept = self._written
        # The restored file is deleted only now that the same work is saved as ours.
        if self._replaced is not None:
            self._shelf.discard(self._replaced)
            self._replaced = None
            self.look()


def _lock_of(path: Path) -> QLockFile:
    """Return the lock of a file, which is released when its process ends for any reason."""
    lock = QLockFile(str(path.with_suffix(".lock")))
    # By default Qt takes a lock for abandoned after 30 s, but windows stay open for hours.
    lock.setStaleLockTime(0)
    return lock
