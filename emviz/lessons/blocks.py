"""The text of a lesson, cut into its headers and the words after each of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emviz.data.table import DataError

#: The line before and after a header.
FENCE = "+++"
#: A line of the words that would be one; each backslash but the first is the user's own.
MEANT = re.compile(r"^(\\*)\+\+\+$", re.MULTILINE)
MASKED = re.compile(r"^\\(\\*)\+\+\+$", re.MULTILINE)
#: Letters of a header, and of the words of a scene without a session: beyond is no honest lesson.
MOST_HEADER = 100_000
PLACED = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Block:
    """A header, and the words after it.

    Parameters
    ----------
    header : mapping
        Its entries.
    words : str
        Without empty lines around them.
    line : int
        The line on which the header begins, from 1.
    """

    header: Mapping[str, object]
    words: str
    line: int


def blocks(content: str) -> Iterator[Block]:
    """Yield the headers of a file with their words.

    Raises
    ------
    DataError
        Where one is not closed, or is no TOML; with its line.
    """
    lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fences = [place for place, line in enumerate(lines) if line.rstrip() == FENCE]
    before = [place for place, line in enumerate(lines[: fences[0]] if fences else lines) if line.strip()]
    if before or not fences:
        raise DataError(f"this is no lesson: it does not begin with a header between two lines of {FENCE}")
    if len(fences) % 2:
        raise DataError(f"line {fences[-1] + 1}: this {FENCE} opens a header that no other {FENCE} closes")
    ends = [*fences[2::2], len(lines)]
    for first, last, end in zip(fences[::2], fences[1::2], ends, strict=True):
        header = _parsed("\n".join(lines[first + 1 : last]), first + 1)
        words = MASKED.sub(r"\1+++", "\n".join(lines[last + 1 : end]))
        yield Block(header, trimmed(words), first + 1)


def trimmed(words: str) -> str:
    """Return words without empty lines around them."""
    return words.strip("\n")


def masked(words: str) -> str:
    """Return words as a file holds them: no line of them opens a header."""
    return MEANT.sub(r"\\\1+++", words)


def _parsed(header: str, above: int) -> Mapping[str, object]:
    """Return the entries of a header; a fault in it is told with the line of the file."""
    if len(header) > MOST_HEADER:
        raise DataError(f"line {above}: a header has at most {MOST_HEADER:,} letters, this one more")
    try:
        return tomllib.loads(header)
    except RecursionError:
        raise DataError(f"line {above}: this header is nested too deeply") from None
    except ValueError as error:
        found = PLACED.search(str(error))
        line = above + int(found[1]) if found and found[1] else above + header.count("\n") + 1
        what = PLACED.sub("", str(error)).rstrip(".")
        raise DataError(f"line {line}: this header is no TOML: {what[:200]}") from None
