"""The records of a lesson: what its file holds, entry by entry (see `emviz.lessons`)."""

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

#: How the name of a file ends that holds a lesson.
ENDING = ".lesson"
#: The form that is written, and the latest that is read.
FORM = 1
#: The kinds of questions.
KINDS = ("number", "choice", "click", "drag")
#: The iterations that a lesson may ask for: it is to be seen, not waited for.
MOST_ITERATIONS = 10_000

Hyper: TypeAlias = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Moment:
    """A half-step of a run by its name.

    Parameters
    ----------
    kind : str
        "θ" once θ(t) has been found, "E" after the E-step at θ(t), "next" for the θ(t+1) that follows the
        half-step on display, "end" where the run has converged.
    t : int
        The t of the first two.
    """

    kind: str
    t: int = 0

    def __str__(self) -> str:
        return f"{self.kind}({self.t})" if self.kind in ("θ", "E") else self.kind

    def place(self, session: Session) -> int | None:
        """Return where it stands in a run; None for its end.

        Raises
        ------
        DataError
            Where the method has no E-step to stand after.
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
    """Which run a scene is of; None for what is left out."""

    model: str | None = None
    example: str | None = None
    hyper: Hyper | None = None
    start: Mapping[str, object] | None = None
    preset: str | None = None
    seed: int | None = None
    method: str | None = None
    #: A session as the text of a file, in the place of the first six.
    recipe: str = ""

    @property
    def given(self) -> bool:
        """Whether anything is given."""
        return self != Setup()


@dataclass(frozen=True)
class Showing:
    """What a scene shows, and how; None for what is left out."""

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
        Markdown, with the names of numbers in braces.
    title : str
        What stands above them.
    setup : Setup
        Which run it is of.
    at, to : Moment or None
        Where it begins and ends.
    showing : Showing
        What it shows.
    question : Question or None
        What is asked.
    line : int
        The line of the file on which its header begins.
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
    """A list of scenes with words.

    Parameters
    ----------
    title : str
        What it is called.
    scenes : tuple of LessonScene
        One or more.
    about : str
        What it is about, Markdown.
    language : str
        Of the words.
    minutes : int
        About how long it takes.
    """

    title: str
    scenes: tuple[LessonScene, ...]
    about: str = ""
    language: str = "en"
    minutes: int = 5

    def where(self, place: int) -> str:
        """Return the name of a scene in an error: its number, and its line where it is from a file."""
        line = self.scenes[place].line
        return f"scene {place + 1}, line {line}" if line else f"scene {place + 1}"


MOMENT = re.compile(r"(θ|theta|E)\((\d{1,9})\)")


def moment_of(text: str) -> Moment | None:
    """Return the half-step of this name; None where it is none."""
    if text in ("end", "next"):
        return Moment(text)
    found = MOMENT.fullmatch(text)
    if found is None or int(found[2]) > MOST_ITERATIONS:
        return None
    return Moment("E" if found[1] == "E" else "θ", int(found[2]))


def is_lesson(path: Path) -> bool:
    """Return whether a file is one of a lesson, by its name."""
    return path.suffix.lower() == ENDING
