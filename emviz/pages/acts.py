"""The scenes of a lesson for its page, each with the half-steps from its start to its end."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from emviz.em.work import untimed
from emviz.lessons import Lesson, LessonScene, Performed, following, setup_at
from emviz.lessons.reaching import reaching
from emviz.session import Session

#: Maximum number of half-steps shown of a scene.
MOST = 24


@dataclass(frozen=True)
class Act:
    """A performed scene.

    Parameters
    ----------
    scene : LessonScene
        The scene of the lesson.
    performed : Performed
        Its text and question, with the numbers inserted.
    session : Session
        Its run, at least up to the end of the scene; each run has its own number.
    places : tuple of int
        The half-steps shown, as indices into the trace; the question is asked at the first.
    """

    scene: LessonScene
    performed: Performed
    session: Session
    places: tuple[int, ...]


def acting(lesson: Lesson) -> Generator[Act | None, None, tuple[Act, ...]]:
    """Return the performed scenes of a lesson; yields each one when done, and None in between.

    Raises
    ------
    DataError
        Same as for `emviz.lessons.perform`.
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
    """Return the half-steps of a scene; of many, both ends and some in between."""
    if last < first:
        return (first,)
    many = min(MOST, last - first + 1)
    return tuple(dict.fromkeys(np.linspace(first, last, many).round().astype(int).tolist()))
