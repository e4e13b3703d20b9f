"""Splits the text of a lesson into headers and the texts after them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emviz.data.table import DataError

#: The line around a header.
FENCE = "+++"
#: A text line that is an escaped fence; further backslashes belong to the text.
MEANT = re.compile(r"^(\\*)\+\+\+$", re.MULTILINE)
MASKED = re.compile(r"^\\(\\*)\+\+\+$", re.MULTILINE)
#: Maximum length of a header, and of a scene's text without its session.
MOST_HEADER = 100_000
#: Where tomllib finds an error, in the last words of its message.
PLACED = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Block:
    """A header and the text after it.

    Parameters
    ----------
    header : mapping
        Its entries.
    words : str
        The text, without blank lines at its ends.
    line : int
        Number of the header's first line, from 1.
    """

    header: Mapping[str, object]
    words: str
    line: int


def blocks(content: str) -> Iterator[Block]:
    """Yield the headers of a file with their texts.

    Raises
    ------
    DataError
        If a header is not closed or is not TOML; with its line.
    """
    lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fences = [place for place, line in enumerate(lines) if line.rstrip() == FENCE]
    before = [place for place, line in enumerate(lines[: fences[0]] if fences else lines) if line.strip()]
    if before or not fences:
        raise DataError(f"this is not a lesson: it does not start with a header between two lines of {FENCE}")
    if len(fences) % 2:
        raise DataError(f"line {fences[-1] + 1}: this {FENCE} opens a header that no other {FENCE} closes")
    ends = [*fences[2::2], len(lines)]
    for first, last, end in zip(fences[::2], fences[1::2], ends, strict=True):
        header = _parsed("\n".join(lines[first + 1 : last]), first + 1)
        words = MASKED.sub(r"\1+++", "\n".join(lines[last + 1 : end]))
        yield Block(header, words.strip("\n"), first + 1)


def masked(words: str) -> str:
    """Return a text as written to a file, with fence lines escaped."""
    return MEANT.sub(r"\\\1+++", words)


def _parsed(header: str, above: int) -> Mapping[str, object]:
    """Return the entries of a header; errors name the line of the file."""
    if len(header) > MOST_HEADER:
        raise DataError(f"line {above}: a header has at most {MOST_HEADER:,} letters, but this one has more")
    try:
        return tomllib.loads(header)
    except RecursionError:
        raise DataError(f"line {above}: this header is nested too deeply") from None
    except ValueError as error:
        found = PLACED.search(str(error))
        line = above + int(found[1]) if found and found[1] else above + header.count("\n") + 1
        what = PLACED.sub("", str(error)).rstrip(".")
        raise DataError(f"line {line}: this header is not TOML: {what[:200]}") from None
