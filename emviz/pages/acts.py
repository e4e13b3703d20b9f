"""The scenes of a lesson as its page shows them: each with the half-steps from where it begins to its end."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from emviz.em.work import untimed
from emviz.lessons import Lesson, LessonScene, Performed, following, setup_at
from emviz.lessons.reaching import reaching
from emviz.session import Session

#: Half-steps of a scene that are shown at most.
MOST = 24


@dataclass(frozen=True)
class Act:
    """A scene, performed.

    Parameters
    ----------
    scene : LessonScene
        As it is in the lesson.
    performed : Performed
        Its words and its question, with the numbers put in.
    session : Session
        Its run, at least as far as it ends; each run has a number of its own.
    places : tuple of int
        The half-steps that are shown, as places in the trace; the question is asked at the first.
    """

    scene: LessonScene
    performed: Performed
    session: Session
    places: tuple[int, ...]


def acting(lesson: Lesson) -> Generator[Act | None, None, tuple[Act, ...]]:
    """Return the scenes of a lesson, performed; yield each as it is done, and None in between.

    Raises
    ------
    DataError
        As `emviz.lessons.perform` does.
    """
    acts: list[Act] = []
    before, run = None, 0
    for place, scene in enumerate(lesson.scenes):
        if place and setup_at(lesson, place) != setup_at(lesson, place - 1):
            run += 1
        performed = yield from untimed(following(lesson, place, before))
        first, session = performed.session.cursor, performed.session
        if performed.last is not None:
            session = yield from untimed(reaching(session, performed.last))
        before = session
        shown = replace(session.moved(cursor=first), run=run, past=(), future=())
        acts.append(Act(scene, performed, shown, _thinned(first, session.cursor)))
        yield acts[-1]
    return tuple(acts)


def _thinned(first: int, last: int) -> tuple[int, ...]:
    """Return the half-steps of a scene; of many, some between its ends."""
    if last < first:
        return (first,)
    many = min(MOST, last - first + 1)
    return tuple(dict.fromkeys(np.linspace(first, last, many).round().astype(int).tolist()))
