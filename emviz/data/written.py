"""Cells as positions in the text of a file, converted to text or numbers only on demand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from emviz.data.digits import EACH, LAST, PAD, TOP, Bytes, Flags, Floats, Words, numbers_in, words_before
from emviz.data.notation import Decimal

Places = NDArray[np.int32]
Texts = np.ndarray[tuple[int, ...], np.dtypes.StringDType]

TEXT = np.dtypes.StringDType()
WORD = 8  # bytes
#: Cells copied together, and their maximum width.
TOGETHER = 2**14
WIDE = PAD

#: Added to a byte, these set its top bit for letters from A on, beyond Z, for printed characters, for any.
FROM_A = np.uint64(0x80 - ord("A")) * EACH
BEHIND_Z = np.uint64(0x80 - ord("Z") - 1) * EACH
PRINTED = np.uint64(0x80 - ord(" ") - 1) * EACH
ANY = np.uint64(0x80 - 1) * EACH


class Grid:
    """The cells of all columns as positions in a text; their numbers are parsed together.

    Parameters
    ----------
    text : uint8 array
        UTF-8 with `PAD` bytes in front, which do not count as places, and as many at the end.
    starts, ends : int32 array, shape (rows, columns)
        The places where the cells begin and end.
    decimal : str
        The decimal sign, "." or ",".
    """

    def __init__(self, text: Bytes, starts: Places, ends: Places, decimal: Decimal = ".") -> None:
        self.text = text
        self.starts = starts
        self.ends = ends
        self.decimal = decimal

    @cached_property
    def numbers(self) -> tuple[Floats, Flags, Flags]:
        """The result of `numbers_in`."""
        return numbers_in(self.text, self.starts, self.ends, self.decimal)

    def columns(self) -> list[Written]:
        """Return the cells column by column."""
        return [Written(self, column) for column in range(self.starts.shape[1])]


class Written:
    """The cells of one column as positions in a text.

    Besides the text, which all columns of a file share, a cell takes 8 bytes.

    Parameters
    ----------
    grid : Grid
        The cells of this column and of others.
    column : int
        The index of this column.
    """

    def __init__(self, grid: Grid, column: int = 0) -> None:
        self._grid = grid
        self._column = column
        self._text = grid.text
        self._starts = grid.starts[:, column]
        self._ends = grid.ends[:, column]

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def size(self) -> int:
        """The number of cells."""
        return len(self)

    @property
    def ndim(self) -> int:
        """Always 1."""
        return 1

    @cached_property
    def numbers(self) -> tuple[Floats, Flags, bool]:
        """The cells as numbers, which of them are plain, and whether any has a decimal sign.

        The others may be numbers too; see `numbers_in`.
        """
        values, plain, pointed = self._grid.numbers
        return values[self._column], plain[self._column], bool(pointed[self._column])

    def cell(self, row0: int) -> str:
        """Return the text of one cell."""
        return self._text[PAD + int(self._starts[row0]) : PAD + int(self._ends[row0])].tobytes().decode()

    def texts(self) -> Texts:
        """Return the cells as text, shape (cells,)."""
        widest = int((self._ends - self._starts).max(initial=0))
        # The fast way copies windows of bytes, so it needs short cells in ASCII.
        if not 0 < widest <= WIDE or self._text.max() >= 0x80:
            return cast("Texts", np.array([self.cell(row0) for row0 in range(len(self))], dtype=TEXT))
        parts = [self._copied(row0, widest) for row0 in range(0, len(self), TOGETHER)]
        return cast("Texts", np.concatenate(parts))

    def with_decimal(self, decimal: Decimal) -> Written:
        """Return the same cells with another decimal sign."""
        same = decimal == self._grid.decimal
        return self if same else _alone(self._text, self._starts, self._ends, decimal)

    def taken(self, rows: Flags | NDArray[np.intp]) -> Written:
        """Return some of the cells."""
        return _alone(self._text, self._starts[rows], self._ends[rows], self._grid.decimal)

    def spliced(self, at: int, until: int, texts: Sequence[str]) -> Written:
        """Return the cells with rows `at` to `until` − 1 replaced, counted from 0."""
        text, ends = joined([cell.encode(errors="replace") for cell in texts], len(self._text) - PAD)
        return _alone(
            np.concatenate([self._text, np.frombuffer(text, np.uint8)]),
            np.concatenate([self._starts[:at], ends[:-1], self._starts[until:]]),
            np.concatenate([self._ends[:at], ends[1:], self._ends[until:]]),
            self._grid.decimal,
        )

    def among(self, codes: Collection[str]) -> Flags:
        """Return which cells are one of these codes, ignoring case and surrounding blanks, shape (cells,)."""
        length = self._ends - self._starts
        short = length <= WORD
        words = words_before(self._text)[self._ends]
        words &= LAST[np.minimum(length, WORD)]
        small = _lowered(words)
        found = np.zeros(len(self), dtype=np.bool)
        encoded = [code.encode() for code in codes]
        for code in encoded:
            if len(code) <= WORD:
                found |= small == np.uint64(int.from_bytes(code.rjust(WORD, b"\0"), "little"))
        found &= short
        # Python decides on cells with blanks or letters beyond ASCII, and on cells longer than a word.
        doubtful = short & _has_unprinted(words)
        doubtful[~short] = self.taken(~short)._may_be_long(max(map(len, encoded), default=0))
        for row0 in np.flatnonzero(doubtful).tolist():
            found[row0] = self.cell(row0).strip().lower() in codes
        return found

    def _may_be_long(self, longest: int) -> Flags:
        """Return which cells are no longer than that, or may have blanks around them."""
        text = self._text[PAD - 1 :]
        first, last = text[self._starts + 1], text[self._ends]
        blank = (np.minimum(first, last) <= ord(" ")) | (np.maximum(first, last) >= 0x80)
        return blank | (self._ends - self._starts <= longest)

    def _copied(self, first: int, widest: int) -> Texts:
        """Return a block of cells as text, starting at one; all are ASCII of at most this width."""
        starts, ends = (places[first : first + TOGETHER] for places in (self._starts, self._ends))
        windows = np.lib.stride_tricks.sliding_window_view(self._text, widest)
        cells = windows[starts + PAD] * (np.arange(widest) < (ends - starts)[:, None])
        return cast("Texts", cells.view(f"S{widest}").ravel().astype(TEXT))


def _alone(text: Bytes, starts: Places, ends: Places, decimal: Decimal) -> Written:
    return Written(Grid(text, starts[:, np.newaxis], ends[:, np.newaxis], decimal))


def joined(cells: Sequence[bytes], start: int = 0) -> tuple[bytes, Places]:
    """Return the concatenation of cells with `PAD` bytes at the end, and the places of their ends.

    Parameters
    ----------
    start : int
        The place of the first cell.
    """
    places = np.cumsum([start, *map(len, cells)], dtype=np.int32)
    return b"".join([*cells, b" " * PAD]), places


def _lowered(words: Words) -> Words:
    """Return words of ASCII in lower case."""
    # In ASCII, the bit 0x20 distinguishes upper from lower case: the top bit, shifted by two.
    capital = (words + FROM_A) & ~(words + BEHIND_Z) & TOP
    return words | (capital >> np.uint64(2))


def _has_unprinted(words: Words) -> Flags:
    """Return which words have a blank, a control character or a letter beyond ASCII."""
    low = words & ~TOP
    found: Flags = ((words | ((low + ANY) & ~(low + PRINTED))) & TOP) != 0
    return found
