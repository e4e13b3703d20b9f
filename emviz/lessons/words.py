"""Inserts numbers into the text of a scene."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emviz.data.table import DataError
from emviz.lessons.lesson import LessonScene
from emviz.lessons.quantities import Quantity, found, quantity_of
from emviz.session import Session

#: A name in braces, or an escaped brace.
PLACEHOLDER = re.compile(r"\\([{}])|\{([^{}\n]*)\}")
DIGITS = re.compile(r"(.*?)(?::\s*([0-6])\s*)?")
USUAL = 2


def words(scene: LessonScene, session: Session) -> str:
    """Return the text of a scene with the numbers in braces evaluated at its half-step.

    Raises
    ------
    DataError
        If the session has no such number; names the line of the text.
    """
    return filled(scene.words, session)


def filled(text: str, session: Session) -> str:
    """Return a text with the numbers in braces inserted."""

    def put_in(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        quantity, digits = _named(match[2])
        try:
            return found(quantity, session).text(digits)
        except DataError as error:
            raise DataError(f"in {match[0]}: {error}") from None

    return PLACEHOLDER.sub(put_in, text)


def check_names(text: str) -> None:
    """Check that every name in braces is valid.

    Raises
    ------
    DataError
        Names the invalid one.
    """
    # Reading an invalid name raises the error.
    for _ in named_in(text):
        pass


def named_in(text: str) -> Iterator[Quantity]:
    """Yield the quantities named in a text."""
    for match in PLACEHOLDER.finditer(text):
        if match[1] is None:
            yield _named(match[2])[0]


def _named(inside: str) -> tuple[Quantity, int]:
    said = DIGITS.fullmatch(inside)
    assert said is not None
    try:
        return quantity_of(said[1]), USUAL if said[2] is None else int(said[2])
    except DataError as error:
        raise DataError(f"in {{{inside}}}: {error}; a literal brace is written \\{{") from None
