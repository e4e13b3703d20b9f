"""Makes web pages and handouts with pictures, without a window or a screen."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any, TypeVar

from emviz.em.work import finished, within
from emviz.handouts import handout
from emviz.lessons import Lesson
from emviz.pages import Picture, kept, making, recording
from emviz.pages.lesson_page import lesson_making
from emviz.session import Session
from emviz.ui.application import create_application
from emviz.ui.exporting.easel import Easel, Sketch, Sketches, drawing, sketching, sketching_lesson
from emviz.ui.exporting.handout.lessons import lesson_sketches
from emviz.ui.exporting.handout.press import PICTURE, Press, heading_of

T = TypeVar("T")

#: Fraction of the work on a page done once all pictures are drawn.
DRAWN = 0.6


def run_page(session: Session) -> Generator[float | None, None, str]:
    """Return the web page of a run with pictures; yields the fraction done, or None."""
    _, pictures = yield from within(_drawn(sketching(session)), 0.0, DRAWN)
    return (yield from within(making(session, pictures), DRAWN, 1.0))


def lesson_page(lesson: Lesson) -> Generator[float | None, None, str]:
    """Return the web page of a lesson with pictures; yields like `run_page`."""
    acts, pictures = yield from within(_drawn(sketching_lesson(lesson)), 0.0, DRAWN)
    return (yield from within(lesson_making(lesson, acts, pictures), DRAWN, 1.0))


def _drawn(
    work: Generator[Sketch | float | None, None, T],
) -> Generator[float | None, None, tuple[T, dict[Any, Picture]]]:
    """Return the result of sketching, and the pictures by key."""
    # The variable must outlive the easel: Qt's application dies with its last Python reference.
    application = create_application()
    easel, found = Easel(), dict[Any, Picture]()
    while True:
        try:
            item = next(work)
        except StopIteration as end:
            easel.close()
            application.sendPostedEvents()
            return end.value, found
        if not isinstance(item, Sketch):
            yield item
        elif (picture := easel.draw(item.session, item.results)) is not None:
            found[item.key] = picture


def sheets(
    session: Session, paper: str, first: int, last: int | None, worksheet: bool
) -> Generator[float | None, None, bytes]:
    """Return the PDF of a run's handout; yields the fraction done.

    Parameters
    ----------
    paper : str
        "A4" or "Letter".
    first, last : int
        The half-steps, as indices into the trace.
    worksheet : bool
        Replace numbers by blanks, and put the solutions at the end.
    """
    application = create_application()
    record, sketches, easel = finished(recording(session)), Sketches(), Easel(size=PICTURE)
    written = partial(handout, record, kept(session), first=first, last=last, worksheet=worksheet)
    press = Press(str(record["title"]), paper)
    try:
        drawn, solutions = finished(press.fitted(written))
        for place, sheet in enumerate(drawn):
            yield place / len(drawn)
            moved, results = finished(drawing(session, sketches, sheet.drawn))
            picture = easel.show(moved, results)
            yield from press.draw(sheet, picture, heading_of(picture, moved, results))
        yield from press.solutions(solutions)
        return press.finish()
    finally:
        press.close()
        easel.close()
        application.sendPostedEvents()


def lesson(taught: Lesson, paper: str, worksheet: bool) -> Generator[float | None, None, bytes]:
    """Return the PDF of a lesson's handout, with a sheet for each scene and the solutions at the end.

    Yields the fraction done.

    Parameters
    ----------
    paper : str
        "A4" or "Letter".
    worksheet : bool
        Print the derivations of the scenes with the solutions.
    """
    application = create_application()
    easel, press = Easel(size=PICTURE), Press(taught.title, paper)
    solutions = []
    try:
        for sketched in lesson_sketches(taught, worksheet):
            yield min(press.pages / len(taught.scenes), 1.0)
            if sketched is None:
                continue
            sheet, moved, results, solution = sketched
            picture = easel.show(moved, results)
            yield from press.draw(sheet, picture, heading_of(picture, moved, results))
            if solution is not None:
                solutions.append(solution)
        yield from press.solutions(solutions)
        return press.finish()
    finally:
        press.close()
        easel.close()
        application.sendPostedEvents()
