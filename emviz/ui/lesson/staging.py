"""Performs scenes in the background, and tracks the position in a lesson."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emviz.data.table import DataError
from emviz.em.objective.bound import entry_label
from emviz.em.work import untimed
from emviz.session import Session
from emviz.ui.frame.folding import Fold
from emviz.ui.keeping.preferences import Preferences
from emviz.ui.work.worker import Control
from emviz.wording.numbers import number

if TYPE_CHECKING:
    from emviz.lessons import Lesson, Performed, Verdict


@dataclass(frozen=True)
class Staged:
    """A scene performed in the background.

    Parameters
    ----------
    lesson, path : Lesson, Path
        The lesson and its file.
    place : int
        Index of the scene.
    performed : Performed
        The session at the start of the scene, its text and its question.
    session : Session
        The session to display: at the start or at the end of the scene.
    same : bool
        It belongs to the run that was already displayed.
    """

    lesson: Lesson
    path: Path
    place: int
    performed: Performed
    session: Session
    same: bool


@dataclass
class Walk:
    """The position in a lesson.

    Parameters
    ----------
    staged : Staged
        The current scene.
    before : Session
        The session before the lesson.
    fold : Fold
        Place of the setup before the lesson.
    verdicts : dict of int to Verdict
        Verdict on the last answer, by scene.
    left_at : int
        Index of the scene reached last time.
    guess : tuple of float, or None
        The chosen place in the landscape.
    """

    staged: Staged
    before: Session
    fold: Fold
    left_at: int = 0
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    guess: tuple[float, float] | None = None

    @property
    def first(self) -> int:
        """First half-step of the scene."""
        return self.staged.performed.session.cursor

    @property
    def last(self) -> int:
        """Last half-step of the scene, as far as it is known."""
        performed = self.staged.performed
        place = None if performed.last is None else performed.last.place(performed.session)
        # A place that the run has not reached is later than any.
        return self.first if performed.last is None else 10**9 if place is None else place

    @property
    def verdict(self) -> Verdict | None:
        """Verdict on the last answer in this scene."""
        return self.verdicts.get(self.staged.place)

    @property
    def asks(self) -> bool:
        """Whether the scene's question is open."""
        question = self.staged.performed.question
        return question is not None and (self.verdict is None or not self.verdict.right)

    @property
    def offered(self) -> int | None:
        """Number, from 1, of the scene to offer for continuing; None for no offer."""
        there = 0 < self.left_at < len(self.staged.lesson.scenes)
        return self.left_at + 1 if there and not self.staged.place else None

    @property
    def final(self) -> bool:
        """Whether this is the last scene."""
        return self.staged.place == len(self.staged.lesson.scenes) - 1


def in_sight(staged: Staged) -> Session:
    """Return the session to display, with the panel visible in which the question is answered.

    A user who has maximised another panel would not find it.
    """
    session, question = staged.session, staged.performed.question
    if question is None or question.kind not in ("click", "drag"):
        return session
    panel = "picture" if question.kind == "drag" else "bound" if "point" in question.of else "counts"
    if session.display.large in ("", panel):
        return session
    return replace(session, display=replace(session.display, large=""))


def same_run(one: Session, other: Session) -> bool:
    """Return whether two sessions belong to one run: same data, model, θ(0) and method."""
    # By identity: whatever changes is a new object, and arrays are slow to compare.
    return (
        one.model == other.model
        and one.data is other.data
        and one.start is other.start
        and one.front == other.front
    )


def place_words(session: Session, place: tuple[float, float]) -> str:
    """Return the text for a chosen place in the landscape."""
    axes = session.display.axes
    assert axes is not None
    labels = (entry_label(session.model, session.data, axis) for axis in axes)
    return ", ".join(f"{label} = {number(at, 2)}" for label, at in zip(labels, place, strict=True))


def remembered(kept: Preferences, walk: Walk) -> Preferences:
    """Return preferences that remember the scene; after the last one the lesson starts from the beginning."""
    scenes = kept.left_at(str(walk.staged.path), 0 if walk.final else walk.staged.place)
    return replace(kept, scenes=scenes)


def opened(path: Path, control: Control) -> Generator[None, None, Staged]:
    """Return the first scene of the lesson in a file.

    Raises
    ------
    DataError
        If there is no lesson, or its first scene cannot be shown.
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
    """Return another scene of a lesson, continuing the current run if it is the same.

    Raises
    ------
    DataError
        If it cannot be shown.
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
