"""The lessons included with emviz, in the user's language if translated."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from emviz.data.examples import assets
from emviz.data.table import DataError
from emviz.lessons.lesson import ENDING, is_lesson
from emviz.lessons.reading import read_file

#: A file name: number of the lesson, key, and language of a translation.
NAMED = re.compile(r"(\d+)-([a-z0-9-]+?)(?:\.([a-z]{2,3}))?")


@dataclass(frozen=True)
class Shipped:
    """A lesson included with emviz.

    Parameters
    ----------
    key : str
        Its name on the command line: "guessing".
    number : int
        Its number, from 1.
    title : str
        Its name on the screen.
    minutes : int
        Approximate duration.
    path : Path
        Its file.
    """

    key: str
    number: int
    title: str
    minutes: int
    path: Path


def shipped(language: str = "en", folder: Path | None = None) -> tuple[Shipped, ...]:
    """Return the included lessons in order.

    Parameters
    ----------
    language : str
        Two-letter code; a lesson without a translation is in English.
    folder : Path, optional
        Their folder.
    """
    chosen: dict[str, tuple[int, Path]] = {}
    for path in sorted((folder or assets() / "lessons").glob(f"*{ENDING}")):
        named = NAMED.fullmatch(path.stem)
        # The file without a language comes after translations, so it only fills a gap.
        if named and (named[3] == language or (named[3] is None and named[2] not in chosen)):
            chosen[named[2]] = (int(named[1]), path)
    return tuple(sorted((_shown(key, *held) for key, held in chosen.items()), key=lambda each: each.number))


def shipped_path(key: str, language: str = "en") -> Path:
    """Return the file of an included lesson by key or number.

    Raises
    ------
    DataError
        If there is no such lesson.
    """
    known = shipped(language)
    for each in known:
        if key in _names(each):
            return each.path
    raise DataError(f"there is no lesson {key!r}; there are {', '.join(each.key for each in known)}")


def path_named(name: str, models: Collection[str]) -> Path | None:
    """Return the file of a lesson named on a command line: a path or an included lesson.

    None if the name is not a lesson.

    Parameters
    ----------
    name : str
        "my.lesson", "guessing", "2" or "guessing.lesson".
    models : collection of str
        Keys of models, which take precedence: `motif` is a model, `motif.lesson` a lesson.
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
