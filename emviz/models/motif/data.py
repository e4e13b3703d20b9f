"""Sequences end to end in one array, so that an E-step is a handful of passes over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table, Texts
from emviz.data.things import things
from emviz.em.model import Rows
from emviz.em.numerics import Array

LETTERS = "ACGT"
#: Letters that are looked up at once: a table of 4⁴ entries stays in the fastest memory.
BLOCK = 4
#: A start this near to an annotated one counts as found.
NEAR = 3
#: The columns that may hold the annotated starts: as FASTA headers write them, and in the singular.
SITE_COLUMNS = ("sites", "site")

Codes: TypeAlias = NDArray[np.intp]
Sites: TypeAlias = tuple[tuple[int, ...], ...]


class MotifParams(NamedTuple):
    """The probability of each letter at each position of the motif; shape (W, 4)."""

    letters: Array


class MotifCounts(NamedTuple):
    """Expected letters at each position of the motif, over all sequences; shape (W, 4)."""

    letters: Array


@dataclass(frozen=True, eq=False)
class MotifData:
    """Sequences of letters, and the windows in them.

    Parameters
    ----------
    width : int
        W, the letters of a window.
    codes : integer array, shape (T + W,)
        The letters of all N sequences, one after the other, as places in `LETTERS`; W zeros follow.
    words : integer array, shape (T + W − 3,)
        The four letters from each place on, as one number.
    first, lengths : integer array, shape (N,)
        Where each sequence begins, and its number of letters.
    closed : integer array, shape (N·(W − 1),)
        The places at which no window begins, as it would not end in the same sequence.
    background : Array, shape (4,)
        The letter frequencies of all sequences, pooled.
    base : Array, shape (N,)
        Σ log background over all letters of a sequence, less log (L_i − W + 1), in nats.
    names : Texts, shape (N,), or None
        The names of the sequences.
    sites : tuple of tuple of int, or None
        The annotated starts of each sequence, counted from 1; () where it has none.
    labels : tuple of int or None
        The first annotated start of each sequence; None where any has none.
    labelled : MotifCounts or None
        The letters of the windows that begin there, where all of them fit into their sequences.
    """

    width: int
    codes: Codes
    words: Codes
    first: Codes
    lengths: Codes
    closed: Codes
    background: Array
    base: Array
    names: Texts | None
    sites: Sites | None
    labels: tuple[int, ...] | None = None
    labelled: MotifCounts | None = None

    @property
    def starts(self) -> Codes:
        """The number of windows of each sequence, shape (N,)."""
        return self.lengths - self.width + 1

    def sequence(self, row: int) -> str:
        """Return the letters of a sequence."""
        own = self.codes[self.first[row] : self.first[row] + self.lengths[row]]
        return "".join(LETTERS[code] for code in own)

    def name(self, row: int) -> str:
        """Return the name of a sequence; where it has none, its number."""
        return (str(self.names[row]) if self.names is not None else "") or f"sequence {row + 1}"

    def hit(self, row: int, start: int) -> bool | None:
        """Say whether a start, counted from 1, is near an annotated one; None where none is annotated."""
        own = self.sites[row] if self.sites else ()
        return any(abs(start - site) <= NEAR for site in own) if own else None


def parsed(table: Table, width: int) -> MotifData:
    """Return the sequences of a table.

    Raises
    ------
    DataError
        For no rows, a letter that is none of ACGT, a sequence shorter than the motif, or an impossible site.
    """
    texts = table.texts("sequence").tolist()
    if not texts:
        raise DataError("there are no rows; a sequence is needed")
    own = [_coded(text, row, width) for row, text in enumerate(texts, 1)]
    letters = np.concatenate(own)
    background = np.bincount(letters, minlength=len(LETTERS)) / len(letters)
    sites = _sites(table, [len(codes) for codes in own])
    return _packed(own, width, background, table.texts("name") if "name" in table else None, sites)


def site_column(table: Table) -> str | None:
    """Return the column with the annotated starts, if there is one."""
    return next((name for name in SITE_COLUMNS if name in table), None)


def some(data: MotifData, rows: Rows) -> MotifData:
    """Return the data of some rows, with the background of all."""
    spans = zip(data.first[rows], data.lengths[rows], strict=True)
    own = [data.codes[first : first + size] for first, size in spans]
    names = None if data.names is None else data.names[rows]
    sites = None if data.sites is None else tuple(data.sites[row] for row in rows)
    return _packed(own, data.width, data.background, names, sites)


def log_background(background: Array) -> Array:
    """Return log background, shape (4,); 0 for a letter that the data do not hold and nothing asks for."""
    return np.asarray(np.log(np.where(background > 0, background, 1.0)))


def _packed(
    own: Sequence[Codes], width: int, background: Array, names: Texts | None, sites: Sites | None
) -> MotifData:
    lengths = np.array([len(codes) for codes in own], dtype=np.intp)
    first = np.cumsum(lengths) - lengths
    codes = np.concatenate([*own, np.zeros(width, dtype=np.intp)])
    # The last place in the word counts single, the one before fourfold, and so on.
    words = np.correlate(codes, len(LETTERS) ** np.arange(BLOCK)[::-1], mode="valid")
    ends = first + lengths
    closed = (ends[:, None] - np.arange(1, width)).ravel()
    logs = np.add.reduceat(log_background(background)[codes[: len(codes) - width]], first)
    base = logs - np.log(lengths - width + 1)
    labels = tuple(own[0] for own in sites) if sites and all(sites) else None
    return MotifData(width, codes, words, first, lengths, closed, background, base, names, sites, labels)


def _coded(text: str, row: int, width: int) -> Codes:
    letters = "".join(text.split()).upper()
    codes = _CODE[np.frombuffer(letters.encode("ascii", "replace"), dtype=np.uint8)]
    strange = np.flatnonzero(codes < 0)
    if len(strange):
        place = int(strange[0])
        message = f"expected only A, C, G and T, got {letters[place]!r} at position {place + 1}"
        raise DataError(message, row, "sequence")
    if len(codes) < width:
        message = f"a motif of width {width} needs at least {things(width, 'letter')}, got {len(codes)}"
        raise DataError(message, row, "sequence")
    return codes


def _sites(table: Table, lengths: Sequence[int]) -> Sites | None:
    column = site_column(table)
    if column is None:
        return None
    texts = table.texts(column).tolist()
    missing = table.missing(column).tolist()
    return tuple(
        () if gap else _starts(text, length, row, column)
        for row, (text, length, gap) in enumerate(zip(texts, lengths, missing, strict=True), 1)
    )


def _starts(text: str, length: int, row: int, column: str) -> tuple[int, ...]:
    words = re.split(r"[,;\s]+", text.strip())
    if not all(re.fullmatch(r"\d{1,9}", word) for word in words):
        raise DataError(f"expected start positions such as 17,61, got '{text[:40]}'", row, column)
    for start in map(int, words):
        if not 1 <= start <= length:
            raise DataError(f"a site starts between 1 and {length} here, got {start}", row, column)
    return tuple(map(int, words))


def _code_table() -> Codes:
    table = np.full(256, -1, dtype=np.intp)
    table[[ord(letter) for letter in LETTERS]] = range(len(LETTERS))
    table.flags.writeable = False
    return table


#: The place of each byte in `LETTERS`; −1 for others.
_CODE = _code_table()
