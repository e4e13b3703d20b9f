"""The dialog that makes a handout of the run or of the lesson."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from PySide6.QtCore import QTimer, Slot

from emviz.data.things import things
from emviz.data.writer import save_bytes
from emviz.em.work import within
from emviz.handouts import Sheet, Solution, Written, handout
from emviz.lessons import Lesson
from emviz.pages import kept, kept_words, recording
from emviz.session import Results, Session
from emviz.ui.exporting.easel import Easel, Sketches, drawing
from emviz.ui.exporting.handout.lessons import Printed, lesson_sketches
from emviz.ui.exporting.handout.press import PAPERS, PICTURE, Press, heading_of
from emviz.ui.exporting.making_dialog import Maker, Making, MakingDialog
from emviz.ui.widgets.controls import choice_field, whole_field
from emviz.ui.work.worker import Control, Delivery

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

FORMS = ("handout", "worksheet with blanks")
#: Additional choices during a lesson.
LESSON = ("the lesson, a sheet for each scene", "the lesson, derivations with the solutions")
#: The row that is derived where none is chosen.
MOST_DIVIDED = "the most divided one"
#: What becomes of the data of a page, once it is known how much of a table has room.
Writing: TypeAlias = Callable[..., Written]
#: Fraction of the work done once everything is computed.
COMPUTED = 0.6


class HandoutDialog(MakingDialog):
    """Asks for form, paper, half-steps and row, then shows the progress.

    Parameters
    ----------
    window : MainWindow
        Holds the run or the lesson to print.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__("handoutDialog", "Handout", window)
        session = window.store.session
        self._session = session
        walk = window.lessons.walk
        self._lesson = None if walk is None else walk.staged.lesson
        self.form = choice_field("form", "What it is", FORMS if walk is None else (*LESSON, *FORMS))
        self.paper = choice_field("paper", "Paper", [*PAPERS])
        row = 0 if session.display.row is None else session.display.row + 1
        self.row = whole_field("row", "Derivation of row", 0, session.table.rows, row)
        self.row.setSpecialValueText(MOST_DIVIDED)
        self._making = Making("handout", window.worker, self)
        self._easel, self._press = cast("Easel | None", None), cast("Press | None", None)
        self._sketched: dict[int, tuple[Session, Results]] = {}
        self._sheets: deque[tuple[Sheet, Session, Results]] = deque()
        self._solutions: tuple[Solution, ...] = ()
        self._writing = cast("Writing | None", None)
        self._drawing: Iterator[None] = iter(())
        # A timer lets mouse and keyboard events go first.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._draw)
        self.arrange((self.form, self.paper, self.row))
        self._making.found.connect(self._take)
        self._making.written.connect(self.end)
        self._making.refused.connect(self.refuse)
        self._making.state_changed.connect(self._follow)

    @property
    def worksheet(self) -> bool:
        """Whether numbers are replaced by blanks, or derivations moved to the solutions."""
        return self.form.currentText() in (FORMS[1], LESSON[1])

    @property
    def lesson(self) -> Lesson | None:
        """The lesson to print; None for the run."""
        return self._lesson if self.form.currentText() in LESSON else None

    @property
    def ready(self) -> bool:
        """Whether there is a lesson or at least one step."""
        return self.lesson is not None or super().ready

    @property
    def places(self) -> list[int]:
        """The half-steps that get a sheet."""
        first, last = self.ends
        return [at for at in kept(self._session) if first <= at <= last]

    def outlook(self) -> str:
        """Return the number of sheets."""
        lesson = self.lesson
        for field in (self.first, self.last):
            field.setEnabled(lesson is None)
        self.row.setEnabled(lesson is None)
        if lesson is not None:
            return f"{things(len(lesson.scenes), 'sheet')}, and the solutions."
        more = ", and the solutions" if self.worksheet else ""
        left_out = kept_words(self._session).replace("this page", "the handout")
        return f"{things(len(self.places), 'sheet')}{more}. {left_out}".strip()

    def suggestion(self) -> str:
        """Return a suggested file name."""
        walk = self.window_shown.lessons.walk
        if self.lesson is not None and walk is not None:
            return f"{walk.staged.path.stem}.pdf"
        return f"{self._session.model.key}-{FORMS[self.worksheet].split()[0]}.pdf"

    def make(self, path: Path) -> None:
        """Compute everything, then draw one sheet per pass of the event loop."""
        self._easel = Easel(self.window_shown, PICTURE)
        self._sketched, self._sheets, self._solutions = {}, deque(), ()
        self._writing = None
        self._making.writing = False
        row = self.row.value() - 1 if self.row.value() else None
        what = self._session, self.places, self.ends, row, self.worksheet
        work = partial(_computing, *what)
        lesson = self.lesson
        scenes = None if lesson is None else partial(_scenes, lesson, self.worksheet)
        self._making.start("Computing", scenes or work)

    def give_up(self) -> None:
        """Cancel the work."""
        self._put_away()
        self._making.cancel()

    def refuse(self, reason: str) -> None:
        """Show why nothing was written, and allow another try."""
        self._put_away()
        super().refuse(reason)

    @Slot()
    def _follow(self) -> None:
        if self._making.progress is not None:
            self.show_done("Computing", COMPUTED * self._making.progress)

    @Slot(object)
    def _take(self, delivery: Delivery) -> None:
        """Keep a computed sheet; after the last one start drawing."""
        if self.lesson is not None:
            for sheet, moved, results, solution in cast("tuple[Printed, ...]", delivery.values):
                self._sheets.append((sheet, moved, results))
                self._solutions += (solution,) if solution else ()
            if delivery.ended:
                self._begin(self.lesson.title)
            return
        for moved, results in cast("tuple[tuple[Session, Results], ...]", delivery.values):
            self._sketched[moved.cursor] = moved, results
        if not delivery.ended:
            return
        title, self._writing = cast("tuple[str, Writing]", delivery.result)
        self._begin(title)

    def _begin(self, title: str) -> None:
        self._press = Press(title, self.paper.currentText())
        if self._easel is not None:
            self._drawing = self._drawn(self._press, self._easel)
        self._timer.start(0)

    def _drawn(self, press: Press, easel: Easel) -> Iterator[None]:
        """Draw all sheets; yields between the parts of each."""
        if self._writing is not None:
            sheets, self._solutions = yield from press.fitted(self._writing)
            self._sheets = deque((sheet, *self._sketched[sheet.drawn]) for sheet in sheets)
        many = len(self._sheets)
        while self._sheets:
            sheet, moved, results = self._sheets.popleft()
            picture = easel.show(moved, results)
            yield
            yield from press.draw(sheet, picture, heading_of(picture, moved, results))
            done = many - len(self._sheets)
            self.show_done(f"Sheet {done:,} of {many:,}", COMPUTED + (1 - COMPUTED) * done / many)
        yield from press.solutions(self._solutions)

    @Slot()
    def _draw(self) -> None:
        """Draw one part of a sheet; after the last one write the file."""
        press = self._press
        if press is None:
            return
        if next(self._drawing, True) is None:
            self._timer.start(0)
            return
        self._press = None
        self._saved_text = f"Saved {self._path.name}: {things(press.pages, 'page')}."
        self._making.writing = True
        self._making.start("Writing", partial(_writing, self._path, press.finish()))

    def _put_away(self) -> None:
        """Release the easel and the press."""
        self._timer.stop()
        self._drawing = iter(())
        if self._press is not None:
            self._press.finish()
        if self._easel is not None:
            self._easel.close()
        self._easel = self._press = None


class Handouts(Maker):
    """Opens the handout dialog."""

    def dialog(self, window: MainWindow) -> HandoutDialog:
        """Return the dialog for the current run."""
        return HandoutDialog(window)


def _scenes(lesson: Lesson, worksheet: bool, control: Control) -> Generator[Printed | None, None, None]:
    """Yield the sheet of every scene, with its picture's content."""
    done = 0
    for item in lesson_sketches(lesson, worksheet):
        done += item is not None
        control.report(done / len(lesson.scenes))
        yield item


def _writing(path: Path, pdf: bytes, control: Control) -> Generator[None, None, None]:
    """Write the handout atomically."""
    yield None
    save_bytes(path, pdf)


def _computing(
    session: Session,
    places: list[int],
    ends: tuple[int, int],
    row: int | None,
    worksheet: bool,
    control: Control,
) -> Generator[object, None, tuple[str, Writing]]:
    """Yield the picture's content of every half-step that gets a sheet; return the title and `Writing`."""
    sketches = Sketches()
    # On a worksheet the picture of the first sheet may be that of the previous half-step.
    wanted = sorted({*places, max(0, places[0] - 1)})
    for k, at in enumerate(wanted):
        yield (yield from drawing(session, sketches, at))
        control.report(0.5 * (k + 1) / len(wanted))
    work = recording(replace(session, display=replace(session.display, row=row)))
    record = yield from control.reporting(within(work, 0.5, 1.0))
    first, last = ends
    written = partial(handout, record, kept(session), first=first, last=last, worksheet=worksheet)
    return str(record["title"]), written
