"""The words of a scene with the numbers put in that they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emviz.data.table import DataError
from emviz.lessons.lesson import LessonScene
from emviz.lessons.quantities import Quantity, found, quantity_of
from emviz.session import Session

#: A name in braces, or a brace that means itself.
PLACEHOLDER = re.compile(r"\\([{}])|\{([^{}\n]*)\}")
DIGITS = re.compile(r"(.*?)(?::\s*([0-6])\s*)?")
USUAL = 2


def words(scene: LessonScene, session: Session) -> str:
    """Return the Markdown of a scene, with the numbers that are in braces calculated at its half-step.

    Raises
    ------
    DataError
        Where the session has no number of a name, with the line of the words that it stands on.
    """
    return filled(scene.words, session)


def filled(text: str, session: Session) -> str:
    """Return a text with the numbers put in that it names in braces."""

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
    """Refuse words with a name in braces that says nothing.

    Raises
    ------
    DataError
        With the name.
    """
    for _ in named_in(text):
        pass


def named_in(text: str) -> Iterator[Quantity]:
    """Yield the numbers that words name."""
    for match in PLACEHOLDER.finditer(text):
        if match[1] is None:
            yield _named(match[2])[0]


def _named(inside: str) -> tuple[Quantity, int]:
    said = DIGITS.fullmatch(inside)
    assert said is not None
    try:
        return quantity_of(said[1]), USUAL if said[2] is None else int(said[2])
    except DataError as error:
        raise DataError(f"in {{{inside}}}: {error}; a brace that means itself is written \\{{") from None
