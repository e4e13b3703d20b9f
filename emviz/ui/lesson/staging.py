"""Scenes of a lesson in the background, and how far somebody has come in it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emviz.data.table import DataError
from emviz.em.bound import entry_label
from emviz.em.rounding import decimal
from emviz.em.work import untimed
from emviz.session import Session
from emviz.ui.frame.folding import Fold
from emviz.ui.keeping.preferences import Preferences
from emviz.ui.work.worker import Control

if TYPE_CHECKING:
    from emviz.lessons import Lesson, Performed, Verdict


@dataclass(frozen=True)
class Staged:
    """A scene that has been performed in the background.

    Parameters
    ----------
    lesson, path : Lesson, Path
        What it is a scene of.
    place : int
        Which one, from 0.
    performed : Performed
        The session where it begins, its words and its question.
    session : Session
        What is put on the desk: the same, or where the scene ends.
    same : bool
        It is the run that was on the desk already.
    """

    lesson: Lesson
    path: Path
    place: int
    performed: Performed
    session: Session
    same: bool


@dataclass
class Walk:
    """How far somebody has come in a lesson.

    Parameters
    ----------
    staged : Staged
        The scene on the desk.
    before : Session
        What was on the desk before the lesson.
    fold : Fold
        Where the setup stood.
    verdicts : dict of int to Verdict
        What was said of the last answer, by scene.
    left_at : int
        The scene to which somebody came last time, from 0.
    guess : tuple of float, or None
        Where in the landscape the answer has been put.
    """

    staged: Staged
    before: Session
    fold: Fold
    left_at: int = 0
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    guess: tuple[float, float] | None = None

    @property
    def first(self) -> int:
        """The half-step at which the scene begins."""
        return self.staged.performed.session.cursor

    @property
    def last(self) -> int:
        """The half-step at which it ends, as far as that is known."""
        performed = self.staged.performed
        place = None if performed.last is None else performed.last.place(performed.session)
        return self.first if performed.last is None else 10**9 if place is None else place

    @property
    def verdict(self) -> Verdict | None:
        """What was said of the last answer to the question of the scene."""
        return self.verdicts.get(self.staged.place)

    @property
    def asks(self) -> bool:
        """Whether the question of the scene is still open."""
        question = self.staged.performed.question
        return question is not None and (self.verdict is None or not self.verdict.right)

    @property
    def offered(self) -> int | None:
        """The number, from 1, of the scene to which somebody came last time; None where none is offered."""
        there = 0 < self.left_at < len(self.staged.lesson.scenes)
        return self.left_at + 1 if there and not self.staged.place else None

    @property
    def final(self) -> bool:
        """Whether it is the last scene."""
        return self.staged.place == len(self.staged.lesson.scenes) - 1


def in_sight(staged: Staged) -> Session:
    """Return what is put on the desk, so that the panel is seen in which the question is answered.

    Whoever has given all the room to another panel would not find it.
    """
    session, question = staged.session, staged.performed.question
    if question is None or question.kind not in ("click", "drag"):
        return session
    panel = "picture" if question.kind == "drag" else "bound" if "point" in question.of else "counts"
    if session.display.large in ("", panel):
        return session
    return replace(session, display=replace(session.display, large=""))


def same_run(one: Session, other: Session) -> bool:
    """Return whether two sessions are of one run: the same data, model, θ(0) and method."""
    return (
        one.model == other.model
        and one.data is other.data
        and one.start is other.start
        and one.front == other.front
    )


def place_told(session: Session, place: tuple[float, float]) -> str:
    """Return what is said of a place in the landscape that is given for an answer."""
    axes = session.display.axes
    assert axes is not None
    labels = (entry_label(session.model, session.data, axis) for axis in axes)
    return ", ".join(f"{label} = {decimal(at, 2)}" for label, at in zip(labels, place, strict=True))


def remembered(kept: Preferences, walk: Walk) -> Preferences:
    """Return preferences that know the scene for the next time; after the last one a lesson begins anew."""
    scenes = kept.left_at(str(walk.staged.path), 0 if walk.final else walk.staged.place)
    return replace(kept, scenes=scenes)


def opened(path: Path, control: Control) -> Generator[None, None, Staged]:
    """Return the first scene of the lesson in a file.

    Raises
    ------
    DataError
        Where there is none, or its first scene cannot be shown.
    """
    from emviz.lessons import performing, read_file

    lesson = read_file(path)
    yield
    try:
        performed = yield from untimed(performing(lesson, 0))
    except DataError as error:
        raise error.within(path.name) from None
    return Staged(lesson, path, 0, performed, performed.session, same=False)


def stepped(
    staged: Staged, place: int, here: Session | None, ending: bool, control: Control
) -> Generator[None, None, Staged]:
    """Return another scene of a lesson, from the run on the desk where it is of the same.

    Raises
    ------
    DataError
        Where it cannot be shown.
    """
    from emviz.lessons import performing, setup_at
    from emviz.lessons.reaching import reaching

    lesson = staged.lesson
    same = here is not None and setup_at(lesson, place) == setup_at(lesson, staged.place)
    performed = yield from untimed(performing(lesson, place, here if same else None))
    session = performed.session
    if ending and performed.last is not None:
        session = yield from reaching(session, performed.last)
    return Staged(lesson, staged.path, place, performed, session, same)
