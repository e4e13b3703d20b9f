"""Sequences concatenated in one array, so that an E-step is a handful of passes over it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table, Texts
from emviz.data.things import things
from emviz.em.families.letters import DNA, frequencies, sequences_of, summed
from emviz.em.model import Round, Rows
from emviz.em.numerics import Array
from emviz.em.work import TOGETHER as READ
from emviz.em.work import blocks, check_stop, checked

LETTERS = DNA.letters
#: Symbols that are looked up at once: a table of 4⁴ or 5⁴ entries stays in the fastest cache, …
BLOCK = 4
#: … and fewer at once if there would be more words.
MOST_WORDS = 625
#: A start this near to an annotated one counts as found.
NEAR = 3
#: Letters that are dealt with between two places where the work can be left.
TOGETHER = 2**18
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


class SharedCounts(NamedTuple):
    """The same with unknown letters: (W, 4), and the log background that Q subtracts, in nats."""

    letters: Array
    against: Array


AnyCounts: TypeAlias = MotifCounts | SharedCounts
MotifRound: TypeAlias = Round[MotifParams, AnyCounts]


@dataclass(frozen=True, eq=False)
class MotifData:
    """Sequences of letters, and the windows in them.

    Parameters
    ----------
    width : int
        W, the letters of a window.
    symbols : str
        The four letters, and the codes for unknown ones that occur.
    codes : integer array, shape (T + W,)
        The letters of all N sequences, concatenated, as places in `symbols`; followed by W zeros.
    words : integer array, shape (T + W − block + 1,)
        The block of letters from each place on, as one number; four letters if all are known.
    first, lengths : integer array, shape (N,)
        The first place of each sequence, and its number of letters.
    closed : integer array, shape (N·(W − 1),)
        The places at which no window begins, since it would end in the next sequence.
    possible : Array, shape (C, 4)
        The letters that each symbol may be, as ones and zeros.
    background : Array, shape (4,)
        The pooled letter frequencies of all sequences; unknown letters are distributed like the known ones.
    base : Array, shape (N,)
        Σ log background over all letters of a sequence, minus log (L_i − W + 1), in nats.
    names : Texts, shape (N,), or None
        The names of the sequences.
    sites : tuple of tuple of int, or None
        The annotated starts of each sequence, counted from 1; () if it has none.
    labels : tuple of int or None
        The first annotated start of each sequence; None if any has none.
    labelled : MotifCounts or None
        The letters of the windows at these starts, if all of them fit into their sequences.
    """

    width: int
    symbols: str
    codes: Codes
    words: Codes
    first: Codes
    lengths: Codes
    closed: Codes
    possible: Array
    background: Array
    base: Array
    names: Texts | None
    sites: Sites | None
    labels: tuple[int, ...] | None = None
    labelled: AnyCounts | None = None

    @property
    def known(self) -> bool:
        """Whether all letters are known."""
        return len(self.symbols) == len(LETTERS)

    @cached_property
    def block(self) -> int:
        """The number of symbols in a word."""
        return block_of(self.symbols)

    @cached_property
    def logs(self) -> Array:
        """The log background of each symbol, summed over its possible letters, shape (C,)."""
        return log_symbols(self.background, self.possible)

    @property
    def starts(self) -> Codes:
        """The number of windows of each sequence, shape (N,)."""
        return self.lengths - self.width + 1

    def sequence(self, row: int) -> str:
        """Return the letters of a sequence."""
        own = self.codes[self.first[row] : self.first[row] + self.lengths[row]]
        return "".join(self.symbols[code] for code in own)

    def name(self, row: int) -> str:
        """Return the name of a sequence, or its number."""
        return (str(self.names[row]) if self.names is not None else "") or f"sequence {row + 1}"

    def hit(self, row: int, start: int) -> bool | None:
        """Say whether a start, counted from 1, is near an annotated one; None if none is annotated."""
        own = self.sites[row] if self.sites else ()
        return any(abs(start - site) <= NEAR for site in own) if own else None


def parsed(table: Table, width: int) -> MotifData:
    """Return the sequences of a table.

    Raises
    ------
    DataError
        For no rows, a missing sequence, a letter that is neither ACGT nor a code for some of them, a sequence
        shorter than the motif, or an impossible site; and if no letter is known.
    """
    given = sequences_of(table, DNA)
    # As many sequences together as have so many letters.
    many = max(1, TOGETHER // max(map(len, given)))
    texts = [_checked(text, row, width) for row, text in enumerate(checked(given, many), 1)]
    symbols = LETTERS + DNA.codes_in(checked(texts, many))
    place = np.zeros(256, dtype=np.intp)
    place[[ord(symbol) for symbol in symbols]] = range(len(symbols))
    own = [place[np.frombuffer(text.encode(), dtype=np.uint8)] for text in checked(texts, many)]
    sites = _sites(table, [len(codes) for codes in own])
    names = table.texts("name") if "name" in table else None
    parts = (own[part] for part in blocks(len(own), many))
    seen = sum(np.bincount(np.concatenate(part), minlength=len(symbols)) for part in parts)
    return _packed(
        own,
        width,
        symbols,
        frequencies(np.asarray(seen, dtype=np.float64), DNA.possible(symbols)),
        names,
        sites,
    )


def site_column(table: Table) -> str | None:
    """Return the column with the annotated starts, if there is one."""
    return next((name for name in SITE_COLUMNS if name in table), None)


def some(data: MotifData, rows: Rows) -> MotifData:
    """Return the data of some rows, with the background of all."""
    spans = zip(data.first[rows], data.lengths[rows], strict=True)
    own = [data.codes[first : first + size] for first, size in spans]
    names = None if data.names is None else data.names[rows]
    sites = None if data.sites is None else tuple(data.sites[row] for row in rows)
    return _packed(own, data.width, data.symbols, data.background, names, sites)


def log_symbols(background: Array, possible: Array) -> Array:
    """Return the log background of each symbol, summed over its possible letters, shape (C,)."""
    chances = summed(background, possible)
    # 0 for a letter that does not occur, and whose value is not used.
    return np.asarray(np.log(np.where(chances > 0, chances, 1.0)))


def block_of(symbols: str) -> int:
    """Return the number of symbols in a word: four, or fewer if there would be too many words."""
    return next(block for block in range(BLOCK, 0, -1) if len(symbols) ** block <= MOST_WORDS)


def parts_of(first: Codes, lengths: Codes) -> Iterator[tuple[slice, slice]]:
    """Yield some rows after others, and their places: `TOGETHER` places, or a longer sequence by itself."""
    ends, row = first + lengths, 0
    while row < len(ends):
        check_stop()
        stop = max(row + 1, int(np.searchsorted(ends, first[row] + TOGETHER, side="right")))
        yield slice(row, stop), slice(int(first[row]), int(ends[stop - 1]))
        row = stop


def words_of(codes: Codes, base: int, block: int) -> Codes:
    """Return the numbers that words of some symbols are in a base, shape (len(codes) − block + 1,)."""
    weights, places = base ** np.arange(block)[::-1], len(codes) - block + 1
    words = np.empty(places, dtype=np.intp)
    for part in blocks(places, TOGETHER):
        words[part] = np.correlate(codes[part.start : part.stop + block - 1], weights, mode="valid")
    return words


def _packed(
    own: Sequence[Codes],
    width: int,
    symbols: str,
    background: Array,
    names: Texts | None,
    sites: Sites | None,
) -> MotifData:
    lengths = np.array([len(codes) for codes in own], dtype=np.intp)
    first = np.cumsum(lengths) - lengths
    # The zeros at the end let a window begin at every place; those across an end are closed.
    codes = np.zeros(int(lengths.sum()) + width, dtype=np.intp)
    possible, logs = DNA.possible(symbols), np.empty(len(own))
    each = log_symbols(background, possible)
    for rows, places in parts_of(first, lengths):
        codes[places] = np.concatenate(own[rows])
        logs[rows] = np.add.reduceat(each[codes[places]], first[rows] - places.start)
    words = words_of(codes, len(symbols), block_of(symbols))
    ends = first + lengths
    closed = (ends[:, None] - np.arange(1, width)).ravel()
    check_stop()
    base = logs - np.log(lengths - width + 1)
    labels = tuple(own[0] for own in sites) if sites and all(sites) else None
    return MotifData(
        width, symbols, codes, words, first, lengths, closed, possible, background, base, names, sites, labels
    )


def _checked(text: str, row: int, width: int) -> str:
    letters = DNA.checked(text, row)
    if len(letters) < width:
        message = f"a motif of width {width} needs at least {things(width, 'letter')}, got {len(letters)}"
        raise DataError(message, row, "sequence")
    return letters


def _sites(table: Table, lengths: Sequence[int]) -> Sites | None:
    column = site_column(table)
    if column is None:
        return None
    texts = table.texts(column).tolist()
    missing = table.missing(column).tolist()
    each = checked(zip(texts, lengths, missing, strict=True), READ)
    return tuple(
        () if gap else _starts(text, length, row, column) for row, (text, length, gap) in enumerate(each, 1)
    )


def _starts(text: str, length: int, row: int, column: str) -> tuple[int, ...]:
    words = re.split(r"[,;\s]+", text.strip())
    if not all(re.fullmatch(r"\d{1,9}", word) for word in words):
        raise DataError(f"expected start positions such as 17,61, got '{text[:40]}'", row, column)
    for start in map(int, words):
        if not 1 <= start <= length:
            raise DataError(f"a site starts between 1 and {length} here, got {start}", row, column)
    return tuple(map(int, words))
