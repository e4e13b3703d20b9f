"""Writes the run in front as a web page: computed in the background, its pictures drawn here, one a turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from emviz.data.writer import save_text
from emviz.pages import Picture, kept, making
from emviz.session import Results, Session
from emviz.ui.channel import Channel
from emviz.ui.easel import Easel, Sketches, drawing
from emviz.ui.errors import sentence_of
from emviz.ui.worker import Control, Delivery, Worker

#: The part of the work that is done when the last picture is drawn.
DRAWN = 0.6


class PageMaker(Channel):
    """Makes one page at a time: what its pictures show, then the pictures, then the page around them."""

    saved = Signal(str)
    refused = Signal(str)

    def __init__(self, worker: Worker, parent: QWidget) -> None:
        super().__init__("page", worker, parent)
        self._window = parent
        self._path = Path()
        self._session: Session | None = None
        self._easel: Easel | None = None
        self._waiting: deque[tuple[Session, Results]] = deque()
        self._pictures: dict[int, Picture] = {}
        self._sketched = False
        # A timer waits its turn behind the mouse and the keys.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw)

    def make(self, path: Path, session: Session) -> None:
        """Begin a page, in place of one that is under way."""
        self._put_away()
        self._path, self._session = path, session
        self._easel, self._sketched = Easel(self._window), False
        self.start(f"Saving {path.name}", partial(_sketching, session), 0.0)

    @Slot()
    def cancel(self) -> None:
        """Give up the page that is under way; nothing is written."""
        self._put_away()
        super().cancel()

    def receive(self, delivery: Delivery) -> None:
        """Draw what has been found, or say that the page is written."""
        self._waiting.extend(cast("tuple[tuple[Session, Results], ...]", delivery.values))
        if delivery.ended and delivery.error is not None:
            self._put_away()
            self.done()
            self.refused.emit(sentence_of(delivery.error))
        elif delivery.ended and self._easel is None:
            self.done()
            self.saved.emit(f"Saved {self._path.name}.")
        elif self._easel is not None:
            self._sketched = self._sketched or delivery.ended
            self._timer.start(0)

    @Slot()
    def _draw(self) -> None:
        """Draw one picture; after the last one have the page written."""
        if self._easel is None or self._session is None:
            return
        if self._waiting:
            moved, results = self._waiting.popleft()
            picture = self._easel.draw(moved, results)
            if picture is not None:
                self._pictures[moved.cursor] = picture
        if self._waiting or not self._sketched:
            if self._waiting:
                self._timer.start(0)
            return
        session, pictures = self._session, self._pictures
        self._put_away()
        self.start(self.busy, partial(_writing, self._path, session, pictures), DRAWN)

    def _put_away(self) -> None:
        """Put away what a page is made with."""
        self._timer.stop()
        self._waiting.clear()
        self._pictures = {}
        if self._easel is not None:
            self._easel.close()
        self._easel = self._session = None


def _sketching(session: Session, control: Control) -> Generator[object, None, None]:
    """Yield every half-step that the page keeps, with what its picture shows."""
    sketches, places = Sketches(), kept(session)
    for k, at in enumerate(places):
        yield (yield from drawing(session, sketches, at))
        control.report(DRAWN * (k + 1) / len(places))


def _writing(
    path: Path, session: Session, pictures: dict[int, Picture], control: Control
) -> Generator[None, None, None]:
    """Write the page, whole or not at all; yield wherever that can be given up."""
    work = making(session, pictures)
    while True:
        try:
            done = next(work)
        except StopIteration as made:
            save_text(path, made.value)
            return
        if done is not None:
            control.report(DRAWN + (1 - DRAWN) * done)
        yield
