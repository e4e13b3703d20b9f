"""Handout of a lesson: a sheet for each scene with text and question, and the solutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.work import untimed
from emviz.handouts.blanks import GAP, Solution
from emviz.handouts.sheets import Derived, Sheet, derived, handout
from emviz.lessons import Lesson, Performed
from emviz.pages import recording
from emviz.pages.acts import acting
from emviz.session import Session, shown_at


def lesson_sheets(
    lesson: Lesson, *, worksheet: bool = False
) -> Iterator[tuple[Sheet, Session, Solution | None] | None]:
    """Yield for each scene its sheet, the session for its picture, and the solution of its question.

    A scene is shown at its start, where its question is asked; the question has the number of the scene. None
    is yielded in between, where the work can be cancelled.

    Parameters
    ----------
    lesson : Lesson
        The result of `emviz.lessons.read`.
    worksheet : bool
        Put the derivations of scenes with the solutions. The derivation of the requested number always goes
        there.

    Raises
    ------
    DataError
        Same as for `emviz.lessons.perform`.
    """
    place = 0
    for act in acting(lesson):
        if act is None:
            yield None
            continue
        place, performed = place + 1, act.performed
        # Nothing of the run is shown beyond the start of the scene.
        session = replace(performed.session, run=act.session.run)
        cell = session.display.cell
        record = yield from untimed(recording(session, places=(session.cursor,), whole=False, cell=cell))
        # The row that the scene asks about is printed, however far down it stands.
        row = shown_at(session, cell.row) if isinstance(cell, ShareCell | CountCell) else None
        ((sheet,), _) = handout(record, (session.cursor,), row)
        where = f"scene {place} of {len(lesson.scenes)}; {sheet.place}"
        words = f"{performed.words}\n\n{_asked(performed, place)}".strip()
        name = act.scene.title or lesson.title
        right, opened = performed.solution, _opened(record)
        kept_back = worksheet or (right is not None and right.cell == cell)
        shown = replace(sheet, name=name, place=where, say="", words=words)
        complete = replace(shown, derived=() if kept_back else opened, solved=opened if kept_back else ())
        yield complete, session, None if right is None else Solution(place, right.words)


def _opened(record: Mapping[str, Any]) -> tuple[Derived, ...]:
    """Return the derivation that a scene shows, if any."""
    see = record["see"]
    return () if see is None else (derived(record, see["why"], set()),)


def _asked(performed: Performed, number: int) -> str:
    """Return the question of a scene in Markdown with its choices or a blank; "" without a question."""
    question = performed.question
    if question is None:
        return ""
    choices = "".join(f"\n\n☐ {choice}" for choice in question.choices)
    blank = f" {GAP}" if question.kind == "number" else ""
    return f"**({number}) {question.ask}**{blank}{choices}"
