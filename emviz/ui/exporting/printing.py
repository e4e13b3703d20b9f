"""Draws the pictures of pages and handouts without a screen; the window is not needed for them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

from emviz.em.work import finished, within
from emviz.handouts import handout
from emviz.lessons import Lesson
from emviz.pages import Picture, kept, making, recording
from emviz.pages.lesson_page import lesson_making
from emviz.session import Session, shown_at
from emviz.ui.application import create_application
from emviz.ui.exporting.easel import Easel, Sketch, Sketches, drawing, sketching, sketching_lesson
from emviz.ui.exporting.handout.lessons import lesson_sketches
from emviz.ui.exporting.handout.press import PICTURE, Press, heading_of

T = TypeVar("T")

#: The part of the work on a page that is done when the last picture is drawn.
DRAWN = 0.6


def run_page(session: Session) -> Generator[float | None, None, str]:
    """Return the page of a run with its pictures; yield how much is done, and None in between."""
    _, pictures = yield from within(_drawn(sketching(session)), 0.0, DRAWN)
    return (yield from within(making(session, pictures), DRAWN, 1.0))


def lesson_page(told: Lesson) -> Generator[float | None, None, str]:
    """Return the page of a lesson with its pictures; yield as `run_page` does."""
    acts, pictures = yield from within(_drawn(sketching_lesson(told)), 0.0, DRAWN)
    return (yield from within(lesson_making(told, acts, pictures), DRAWN, 1.0))


def _drawn(
    work: Generator[Sketch | float | None, None, T],
) -> Generator[float | None, None, tuple[T, dict[Any, Picture]]]:
    """Return what comes of sketching, and the pictures by their keys."""
    # The name must outlive the easel: Qt's application dies with its last Python reference.
    application = create_application()
    easel, found = Easel(), dict[Any, Picture]()
    while True:
        try:
            told = next(work)
        except StopIteration as end:
            easel.close()
            application.sendPostedEvents()
            return end.value, found
        if not isinstance(told, Sketch):
            yield told
        elif (picture := easel.draw(told.session, told.results)) is not None:
            found[told.key] = picture


def sheets(
    session: Session, paper: str, first: int, last: int | None, row: int, worksheet: bool
) -> Generator[float | None, None, bytes]:
    """Return a handout of a run, as the bytes of a PDF; yield how much is done.

    Parameters
    ----------
    paper : str
        "A4" or "Letter".
    first, last : int
        The half-steps, as places in the trace.
    row : int
        The row of the data whose first number is derived, from 0.
    worksheet : bool
        Blanks in the place of numbers, and the solutions at the end.
    """
    application = create_application()
    record, sketches, easel = finished(recording(session)), Sketches(), Easel(size=PICTURE)
    drawn, solutions = handout(
        record, kept(session), shown_at(session, row), first=first, last=last, worksheet=worksheet
    )
    press = Press(str(record["title"]), paper)
    try:
        for place, sheet in enumerate(drawn):
            yield place / len(drawn)
            moved, results = finished(drawing(session, sketches, sheet.drawn))
            picture = easel.show(moved, results)
            press.draw(sheet, picture, heading_of(picture, moved, results))
        press.solutions(solutions)
        return press.finish()
    finally:
        press.close()
        easel.close()
        application.sendPostedEvents()


def lesson(told: Lesson, paper: str, worksheet: bool) -> Generator[float | None, None, bytes]:
    """Return a handout of a lesson, as the bytes of a PDF: a sheet for each scene, and the solutions.

    It yields how much is done.

    Parameters
    ----------
    paper : str
        "A4" or "Letter".
    worksheet : bool
        The derivations that scenes open come with the solutions.
    """
    application = create_application()
    easel, press = Easel(size=PICTURE), Press(told.title, paper)
    solutions = []
    try:
        for sketched in lesson_sketches(told, worksheet):
            yield min(press.pages / len(told.scenes), 1.0)
            if sketched is None:
                continue
            sheet, moved, results, solution = sketched
            picture = easel.show(moved, results)
            press.draw(sheet, picture, heading_of(picture, moved, results))
            if solution is not None:
                solutions.append(solution)
        press.solutions(solutions)
        return press.finish()
    finally:
        press.close()
        easel.close()
        application.sendPostedEvents()
