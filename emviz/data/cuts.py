"""The places of all cells in a piece of delimited text, found at once."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.data.lines import BLANKS, MAX_CELL

Places = NDArray[np.signedinteger]

LINE, QUOTE, BLANK, TAB = b'\n" \t'
BLANK_LINES = re.compile(rb"^[ \t]*\n", re.MULTILINE)
#: If tabs separate cells, a line of tabs is a row of empty cells, not a blank line.
SPACED_LINES = re.compile(rb"^ *\n", re.MULTILINE)
#: The most blanks before a cell; with more, the text is read row by row.
MOST_BLANKS = 64
#: The index of the single flag set in a byte; the first flag is the highest bit.
WHICH = np.array([8 - max(byte.bit_length(), 1) for byte in range(256)])


class Cuts(NamedTuple):
    """A piece of text, and the cells in it.

    Parameters
    ----------
    text : bytes
        UTF-8 with line feeds at the ends of lines.
    starts, ends : int array, shape (rows, columns)
        The places where the cells begin and end.
    """

    text: bytes
    starts: Places
    ends: Places


def cuts(text: bytes, delimiter: str, width: int) -> Cuts | None:
    """Return the cells of lines with `width` cells each; None if the text has to be read row by row.

    The result is the same as of `Lines.records`.

    Parameters
    ----------
    text : bytes
        Whole lines in UTF-8.
    delimiter : str
        The separator of cells.
    width : int
        The number of cells in a row.
    """
    # The slow reader finds the NUL again, and reports its place.
    if b"\0" in text:
        return None
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not text.endswith(b"\n"):
        text += b"\n"
    found = _between_blanks(text, width) if delimiter == BLANKS else _between(text, delimiter, width)
    if found is None or (found.ends - found.starts).max(initial=0) > MAX_CELL:
        return None
    return found


def _between_blanks(text: bytes, width: int) -> Cuts | None:
    found = None if b"\t" in text else _grid(text, BLANKS, width)
    if found is None or not (found[0] < found[1]).all():
        found = _runs(text, width)
    if found is None or (b'"' in text and not _unquote(text, *found)):
        return None
    return Cuts(text, *found)


def _runs(text: bytes, width: int) -> tuple[Places, Places] | None:
    """Return the places of cells between runs of blanks if all non-blank lines have `width` cells."""
    letters = np.frombuffer(text, np.uint8)
    lines = np.flatnonzero(letters == LINE)
    inside = (letters != BLANK) & (letters != TAB)
    inside[lines] = False
    edges = np.flatnonzero(np.diff(inside, prepend=False))
    if len(edges) % (2 * width):
        return None
    starts, ends = edges[::2].reshape(-1, width), edges[1::2].reshape(-1, width)
    first, last = np.searchsorted(lines, starts[:, 0]), np.searchsorted(lines, starts[:, -1])
    if not (first == last).all() or not (np.diff(first) > 0).all():
        return None
    return starts, ends


def _between(text: bytes, delimiter: str, width: int) -> Cuts | None:
    found = _grid(text, delimiter, width)
    if found is None and width > 1:
        text = (SPACED_LINES if delimiter == "\t" else BLANK_LINES).sub(b"", text)
        found = _grid(text, delimiter, width)
    if found is None:
        return None
    letters = np.frombuffer(text, np.uint8)
    starts, ends = found
    if b" " in text and not _skip_blanks(letters, starts, ends):
        return None
    if width == 1:
        # A blank line is not a row.
        kept = starts[:, 0] < ends[:, 0]
        starts, ends = starts[kept], ends[kept]
        if (letters[starts] == TAB).any():
            return None
    if b'"' in text and not _unquote(text, starts, ends):
        return None
    return Cuts(text, starts, ends)


def _grid(text: bytes, delimiter: str, width: int) -> tuple[Places, Places] | None:
    """Return the places of cells if there are lines and all have `width` cells, otherwise None."""
    if not text:
        return None
    letters = np.frombuffer(text, np.uint8)
    between = letters == LINE
    between |= letters == ord(delimiter)
    places = _places(between)
    if len(places) % width:
        return None
    is_line = letters[places] == LINE
    rows = len(places) // width
    if np.count_nonzero(is_line) != rows or not is_line[width - 1 :: width].all():
        return None
    ends = places.astype(np.int32)
    starts = np.empty_like(ends)
    starts[:1] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    return starts.reshape(-1, width), ends.reshape(-1, width)


def _places(flags: NDArray[np.bool]) -> Places:
    """Return the indices of set flags like `np.flatnonzero`, but faster if they are sparse."""
    eights = np.packbits(flags)
    places = np.flatnonzero(eights.view(np.bool))
    eights = eights[places]
    if (eights & (eights - 1)).any():
        return np.flatnonzero(flags)
    places *= 8
    places += WHICH.take(eights)
    return places


def _skip_blanks(letters: NDArray[np.uint8], starts: Places, ends: Places) -> bool:
    """Move starts beyond leading blanks (in place); return whether that was possible."""
    for _ in range(MOST_BLANKS):
        blank = (letters[starts] == BLANK) & (starts < ends)
        if not blank.any():
            return True
        starts += blank
    return False


def _unquote(text: bytes, starts: Places, ends: Places) -> bool:
    """Move starts and ends inside the quotes (in place); return whether all quotes are around cells."""
    letters = np.frombuffer(text, np.uint8)
    opened, closed = letters[starts] == QUOTE, letters[ends - 1] == QUOTE
    if not (opened == closed).all() or 2 * np.count_nonzero(opened) != text.count(b'"'):
        return False
    starts += opened
    ends -= closed
    return bool((starts <= ends).all())
