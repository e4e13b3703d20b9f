"""What the handout of a lesson is drawn from, scene by scene."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from emviz.handouts import Sheet, Solution, lesson_sheets
from emviz.lessons import Lesson
from emviz.session import Results, Session
from emviz.ui.exporting.easel import Sketches, drawing

#: A sheet, what its picture shows, and the solution of its question.
Printed: TypeAlias = tuple[Sheet, Session, Results, Solution | None]


def lesson_sketches(lesson: Lesson, worksheet: bool) -> Iterator[Printed | None]:
    """Yield the sheet of each scene with what is drawn on it, as `lesson_sheets` does; None in between.

    Raises
    ------
    DataError
        Where a scene cannot be performed.
    """
    run, sketches = 0, Sketches()
    for told in lesson_sheets(lesson, worksheet=worksheet):
        if told is None:
            yield None
            continue
        sheet, session, solution = told
        if session.run != run:
            run, sketches = session.run, Sketches()
        moved, results = yield from drawing(session, sketches, session.cursor)
        yield sheet, moved, results, solution
