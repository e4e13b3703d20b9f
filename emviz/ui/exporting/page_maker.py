"""Makes web pages: computed in the background, with pictures drawn here, one per pass of the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from emviz.data.writer import save_text
from emviz.em.work import mapped, within
from emviz.session import Session
from emviz.ui.errors import sentence_of
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

if TYPE_CHECKING:
    from emviz.lessons import Lesson
    from emviz.pages import Picture
    from emviz.ui.exporting.easel import Easel, Sketch

Making: TypeAlias = Generator[float | None, None, str]
#: Background work that finds the contents of pictures; work that writes the page.
Sketching: TypeAlias = "Generator[Sketch | float | None, None, object]"
Writing: TypeAlias = "Callable[[Any, dict[Any, Picture]], Making]"

#: Fraction of the work done once all pictures are drawn.
DRAWN = 0.6


class PageMaker(Channel):
    """Makes one page at a time: first the pictures' contents, then the pictures, then the page."""

    saved = Signal(str)
    refused = Signal(str)

    def __init__(self, worker: Worker, parent: QWidget) -> None:
        super().__init__("page", worker, parent)
        self._window = parent
        self._path = Path()
        self._write: Writing | None = None
        self._easel: Easel | None = None
        self._waiting: deque[Sketch] = deque()
        self._pictures: dict[Any, Picture] = {}
        self._sketched: object = None
        # A timer lets mouse and keyboard events go first.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._draw)

    def make(self, path: Path, session: Session) -> None:
        """Start the page of a run, in place of one in progress."""
        from emviz.pages import making
        from emviz.ui.exporting.easel import sketching

        self._begin(path, sketching(session), making)

    def make_lesson(self, path: Path, lesson: Lesson) -> None:
        """Start the page of a lesson, in place of one in progress."""
        from emviz.pages.lesson_page import lesson_making
        from emviz.ui.exporting.easel import sketching_lesson

        self._begin(path, sketching_lesson(lesson), partial(lesson_making, lesson))

    def _begin(self, path: Path, work: Sketching, write: Writing) -> None:
        from emviz.ui.exporting.easel import Easel

        self._put_away()
        self._path, self._write, self._sketched = path, write, None
        self._easel = Easel(self._window)
        self.start(f"Saving {path.name}", partial(_reporting, work))

    def drop(self) -> None:
        """Stop the page, so that nothing is written."""
        self._put_away()
        super().drop()

    def receive(self, delivery: Delivery) -> None:
        """Draw the pictures found, or report that the page is written."""
        self._waiting.extend(cast("tuple[Sketch, ...]", delivery.values))
        if delivery.ended and delivery.error is not None:
            self._put_away()
            self.done()
            self.refused.emit(sentence_of(delivery.error))
        elif delivery.ended and self._easel is None:
            self.done()
            self.saved.emit(f"Saved {self._path.name}.")
        elif self._easel is not None:
            self._sketched = delivery.result if delivery.ended else None
            self._timer.start(0)

    @Slot()
    def _draw(self) -> None:
        """Draw one picture; after the last one write the page."""
        if self._easel is None or self._write is None:
            return
        if self._waiting:
            sketch = self._waiting.popleft()
            picture = self._easel.draw(sketch.session, sketch.results)
            if picture is not None:
                self._pictures[sketch.key] = picture
        if self._waiting or self._sketched is None:
            if self._waiting:
                self._timer.start(0)
            return
        page = partial(self._write, self._sketched, self._pictures)
        self._put_away()
        self.start(self.busy, partial(_writing, self._path, page), DRAWN)

    def _put_away(self) -> None:
        """Release the easel."""
        self._timer.stop()
        self._waiting.clear()
        self._pictures = {}
        if self._easel is not None:
            self._easel.close()
        self._easel = self._write = None


def _reporting(work: Sketching, control: Control) -> Generator[Sketch | None, None, object]:
    """Return the result of sketching; yields the sketches, and reports the fraction done."""

    def sketch(item: Sketch | float | None) -> Sketch | None:
        if isinstance(item, float):
            control.report(DRAWN * item)
            return None
        return item

    return mapped(work, sketch)


def _writing(path: Path, page: Callable[[], Making], control: Control) -> Generator[None, None, None]:
    """Write a page atomically; yields where it can be cancelled."""
    save_text(path, (yield from control.reporting(within(page(), DRAWN, 1.0))))
