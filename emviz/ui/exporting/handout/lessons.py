"""Content of a lesson's handout, scene by scene."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from emviz.handouts import Sheet, Solution, lesson_sheets
from emviz.lessons import Lesson
from emviz.session import Results, Session
from emviz.ui.exporting.easel import Sketches, drawing

#: A sheet, its picture's content, and the solution of its question.
Printed: TypeAlias = tuple[Sheet, Session, Results, Solution | None]


def lesson_sketches(lesson: Lesson, worksheet: bool) -> Iterator[Printed | None]:
    """Yield each scene's sheet with its picture's content, following `lesson_sheets`; None in between.

    Raises
    ------
    DataError
        If a scene cannot be performed.
    """
    run, sketches = 0, Sketches()
    for item in lesson_sheets(lesson, worksheet=worksheet):
        if item is None:
            yield None
            continue
        sheet, session, solution = item
        if session.run != run:
            run, sketches = session.run, Sketches()
        moved, results = yield from drawing(session, sketches, session.cursor)
        yield sheet, moved, results, solution
