"""The lessons that come with emviz, in the language of the user where there is a translation."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from emviz.data.examples import assets
from emviz.data.table import DataError
from emviz.lessons.lesson import ENDING, is_lesson
from emviz.lessons.reading import read_file

#: The name of a file: its place among the lessons, what it is of, and the language of a translation.
NAMED = re.compile(r"(\d+)-([a-z0-9-]+?)(?:\.([a-z]{2,3}))?")


@dataclass(frozen=True)
class Shipped:
    """A lesson that comes with emviz, as a list shows it.

    Parameters
    ----------
    key : str
        What it is called on the command line: "guessing".
    number : int
        Its place among the lessons, from 1.
    title : str
        What it is called on the screen.
    minutes : int
        About how long it takes.
    path : Path
        Its file.
    """

    key: str
    number: int
    title: str
    minutes: int
    path: Path


def shipped(language: str = "en", folder: Path | None = None) -> tuple[Shipped, ...]:
    """Return the lessons that come with emviz, in their order.

    Parameters
    ----------
    language : str
        Its two letters; a lesson without a translation is in English.
    folder : Path, optional
        Where they lie.
    """
    chosen: dict[str, tuple[int, Path]] = {}
    for path in sorted((folder or assets() / "lessons").glob(f"*{ENDING}")):
        named = NAMED.fullmatch(path.stem)
        # A file without a language sorts behind its translations, and only fills the gap that they leave.
        if named and (named[3] == language or (named[3] is None and named[2] not in chosen)):
            chosen[named[2]] = (int(named[1]), path)
    return tuple(sorted((_shown(key, *held) for key, held in chosen.items()), key=lambda each: each.number))


def shipped_path(key: str, language: str = "en") -> Path:
    """Return the file of a lesson that comes with emviz, by its key or its number.

    Raises
    ------
    DataError
        Where there is none of that name.
    """
    known = shipped(language)
    for each in known:
        if key in _names(each):
            return each.path
    raise DataError(f"there is no lesson {key!r}; there are {', '.join(each.key for each in known)}")


def path_named(name: str, models: Collection[str]) -> Path | None:
    """Return the file of the lesson that a command is given: a file, or one that comes with emviz.

    None where it is no lesson.

    Parameters
    ----------
    name : str
        "my.lesson", "guessing", "2" or "guessing.lesson".
    models : collection of str
        The keys of models, which come first: `motif` is one, `motif.lesson` a lesson.
    """
    path = Path(name)
    if name in models or (is_lesson(path) and path.exists()):
        return None if name in models else path
    known = {key: each.path for each in shipped() for key in _names(each)}
    return known.get(path.stem, path) if is_lesson(path) else known.get(name)


def _names(lesson: Shipped) -> tuple[str, ...]:
    return lesson.key, str(lesson.number), lesson.path.stem


def _shown(key: str, number: int, path: Path) -> Shipped:
    lesson = read_file(path)
    return Shipped(key, number, lesson.title, lesson.minutes, path)
