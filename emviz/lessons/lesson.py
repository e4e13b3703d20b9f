"""The records of a lesson, which correspond to the entries of its file (see `emviz.lessons`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from emviz.data.table import DataError
from emviz.em.model import Phase
from emviz.session import Session

if TYPE_CHECKING:
    from emviz.lessons.questions import Question

#: File ending of lessons.
ENDING = ".lesson"
#: Version of the file format that is written, and the latest that can be read.
FORM = 1
#: Kinds of questions.
KINDS = ("number", "choice", "click", "drag")
#: Maximum iterations of a lesson, which must not keep a class waiting.
MOST_ITERATIONS = 10_000

Hyper: TypeAlias = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Moment:
    """A half-step of a run, by name.

    Parameters
    ----------
    kind : str
        "θ" when θ(t) has been found, "E" after the E-step at θ(t), "next" for the θ(t+1) that follows the
            displayed half-step, "end" when the run has converged.
    t : int
        The t of "θ" and "E".
    """

    kind: str
    t: int = 0

    def __str__(self) -> str:
        return f"{self.kind}({self.t})" if self.kind in ("θ", "E") else self.kind

    def place(self, session: Session) -> int | None:
        """Return its index in a run; None for the end.

        Raises
        ------
        DataError
            If the method has no E-step.
        """
        trace = session.trace
        if self.kind == "end":
            return None
        if self.kind == "next":
            return trace.place(session.round.base.index + 1)
        if self.kind == "θ":
            return trace.place(self.t)
        if Phase.E not in session.method.phases:
            raise DataError(f"{session.method.title} has no E-step to be shown at {self}; write θ({self.t})")
        return trace.place(self.t) + 1


@dataclass(frozen=True)
class Setup:
    """The run of a scene; None for entries that are missing."""

    model: str | None = None
    example: str | None = None
    hyper: Hyper | None = None
    start: Mapping[str, object] | None = None
    preset: str | None = None
    seed: int | None = None
    method: str | None = None
    #: The text of a session file, in place of the first six entries.
    recipe: str = ""

    @property
    def given(self) -> bool:
        """Whether any entry is given."""
        return self != Setup()


@dataclass(frozen=True)
class Showing:
    """The display settings of a scene; None for entries that are missing."""

    stage: str | None = None
    picture: str | None = None
    along: str | None = None
    cell: str | None = None
    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    display: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class LessonScene:
    """A scene of a lesson.

    Parameters
    ----------
    words : str
        Markdown, with names of numbers in braces.
    title : str
        The heading.
    setup : Setup
        The run.
    at, to : Moment or None
        Start and end.
    showing : Showing
        The display settings.
    question : Question or None
        The question.
    line : int
        Line of the file where its header starts.
    """

    words: str = ""
    title: str = ""
    setup: Setup = Setup()
    at: Moment | None = None
    to: Moment | None = None
    showing: Showing = field(default_factory=Showing)
    question: Question | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Lesson:
    """A list of scenes.

    Parameters
    ----------
    title : str
        Its name.
    scenes : tuple of LessonScene
        One or more.
    about : str
        Description in Markdown.
    language : str
        Language of the texts.
    minutes : int
        Approximate duration.
    """

    title: str
    scenes: tuple[LessonScene, ...]
    about: str = ""
    language: str = "en"
    minutes: int = 5

    def where(self, place: int) -> str:
        """Return the name of a scene for an error message: its number, and its line in a file."""
        line = self.scenes[place].line
        return f"scene {place + 1}, line {line}" if line else f"scene {place + 1}"


MOMENT = re.compile(r"(θ|theta|E)\((\d{1,9})\)")


def moment_of(text: str) -> Moment | None:
    """Return the half-step with a name; None if the name is invalid."""
    if text in ("end", "next"):
        return Moment(text)
    found = MOMENT.fullmatch(text)
    if found is None or int(found[2]) > MOST_ITERATIONS:
        return None
    return Moment("E" if found[1] == "E" else "θ", int(found[2]))


def is_lesson(path: Path) -> bool:
    """Return whether a file is a lesson, judged by its name."""
    return path.suffix.lower() == ENDING
