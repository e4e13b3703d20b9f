"""Compact columns that a count table shows first: strips, words and bars, each backed by numbers.

A model declares them in its ledger. They are drawn, and also available as text for tooltips, copying and
export. A glance has one value for each row of its table, in order, and none before the E-step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from emviz.data.things import things
from emviz.em.counts.table import Cell, Tag
from emviz.em.numerics import Array
from emviz.em.rounding import decimal

#: Places of a strip, and letters of a position, that are named in a text.
NAMED = 3


@dataclass(frozen=True)
class Portion:
    """A column of one probability for each row, such as P of its likeliest path.

    Parameters
    ----------
    heading : str
        The heading of the column.
    component : int
        The component that sets its colour.
    values : Array, shape (rows,)
        From 0 to 1.
    total : float or None
        The sum over all rows of the data, if that is a count.
    derives : callable or None
        Returns, for a row of the data, the cell of the table to derive: the one with this number, or one that
        it is a part of; or a share without a column, which the ledger derives as well.
    """

    heading: str
    component: int
    values: Array
    total: float | None = None
    derives: Callable[[int], Cell] | None = None

    lines: ClassVar[int] = 1

    @property
    def column(self) -> str:
        """The heading of the column in an exported file."""
        return self.heading

    @property
    def sums(self) -> Array | None:
        """The total, shape (1,); None if it is no count."""
        return None if self.total is None else np.array([self.total])

    def __len__(self) -> int:
        return len(self.values)

    def text(self, place: int, digits: int) -> str:
        """Return the probability as a text with `digits` decimals."""
        return decimal(float(self.values[place]), digits)

    def written(self, place: int, digits: int | None) -> str:
        """Return the probability for a file; unrounded if `digits` is None."""
        return number(float(self.values[place]), digits)

    def total_text(self, digits: int) -> str:
        """Return the total with `digits` decimals."""
        return "" if self.total is None else decimal(self.total, digits)

    def total_written(self, digits: int | None) -> str:
        """Return the total for a file."""
        return "" if self.total is None else number(self.total, digits)


@dataclass(frozen=True)
class Strip:
    """A distribution for each row over its own positions, such as the starts of a motif.

    Parameters
    ----------
    heading, component
        As in `Portion`.
    place : str
        The word for a position: "start".
    values : sequence of Array
        The probabilities of each row, in the order of its positions.
    derives
        As in `Portion`.
    """

    heading: str
    component: int
    place: str
    values: Sequence[Array]
    derives: Callable[[int], Cell] | None = None

    lines: ClassVar[int] = 1
    #: The positions of different rows do not correspond, so there are no totals.
    sums: ClassVar[Array | None] = None

    @property
    def column(self) -> str:
        """The heading of the column in an exported file."""
        return f"{self.heading} of every {self.place}"

    def __len__(self) -> int:
        return len(self.values)

    def text(self, place: int, digits: int) -> str:
        """Return the likeliest positions with their probabilities, and the sum of the others."""
        values = np.asarray(self.values[place])
        order = np.argsort(-values, kind="stable")
        best = [f"{self.place} {k + 1} {decimal(float(values[k]), digits)}" for k in order[:NAMED].tolist()]
        others = order[NAMED:]
        rest = decimal(float(values[others].sum()), digits)
        return ", ".join([*best, *([f"{things(len(others), 'other')} {rest}"] if len(others) else [])])

    def written(self, place: int, digits: int | None) -> str:
        """Return all probabilities, separated by blanks."""
        return " ".join(number(value, digits) for value in np.asarray(self.values[place]).tolist())

    def total_text(self, digits: int) -> str:
        """Return "": there are no totals."""
        return ""

    def total_written(self, digits: int | None) -> str:
        """Return "": there are no totals."""
        return ""


@dataclass(frozen=True)
class Word:
    """The likeliest word of each row, letter by letter, with the expected letters at each position as totals.

    Parameters
    ----------
    heading, component
        As in `Portion`.
    place : str
        The word for the position where it begins: "start".
    starts : sequence of int
        The positions where the words begin, from 1.
    words : sequence of str
        The words, all of W letters.
    shares : Array, shape (rows,)
        The probability of each word.
    letters : tuple of str
        The alphabet, A letters.
    counts : Array, shape (W, A)
        The expected letters at each position in all rows.
    most : int
        The last position at which a word may begin in any row of the data, to reserve width.
    derives
        As in `Portion`.
    """

    heading: str
    component: int
    place: str
    starts: Sequence[int]
    words: Sequence[str]
    shares: Array
    letters: tuple[str, ...]
    counts: Array
    most: int
    derives: Callable[[int], Cell] | None = None

    #: Two, because the letters of the totals are drawn in the height of their counts.
    lines: ClassVar[int] = 2

    @property
    def column(self) -> str:
        """The heading of the column in an exported file."""
        return self.heading

    @property
    def sums(self) -> Array | None:
        """The expected letters at each position, shape (W, A)."""
        return self.counts

    def __len__(self) -> int:
        return len(self.words)

    def text(self, place: int, digits: int) -> str:
        """Return position, word and probability."""
        share = decimal(float(self.shares[place]), digits)
        return f"{self.place} {self.starts[place]} {self.words[place]} {share}"

    def written(self, place: int, digits: int | None) -> str:
        """Return position, word and probability for a file."""
        share = number(float(self.shares[place]), digits)
        return f"{self.starts[place]} {self.words[place]} {share}"

    def total_text(self, digits: int) -> str:
        """Return the letters of each position with their counts, the most frequent first."""
        return "; ".join(
            f"{k} " + ", ".join(f"{self.letters[a]} {decimal(float(row[a]), digits)}" for a in _most(row))
            for k, row in enumerate(self.counts, 1)
        )

    def total_written(self, digits: int | None) -> str:
        """Return the consensus: the most frequent letter of each position."""
        return "".join(self.letters[a] for a in self.counts.argmax(axis=1).tolist())


@dataclass(frozen=True)
class Stack:
    """A bar for each row with its expected counts at one node, and the letter of the row there.

    Parameters
    ----------
    heading : str
        The heading of the column: "node 12".
    parts : tuple of Tag
        The K parts of the bar: M, I, D.
    values : Array, shape (rows, K)
        The expected counts.
    letters : tuple of str
        The alphabet.
    marks : sequence of str
        The letter of each row at this node.
    totals : Array, shape (K,)
        The sum over all rows of the data.
    consensus : str
        The most frequent letter over all rows.
    derives
        As in `Portion`.
    widest : str
        The longest possible heading, so that the width of the column does not change.
    """

    heading: str
    parts: tuple[Tag, ...]
    values: Array
    letters: tuple[str, ...]
    marks: Sequence[str]
    totals: Array
    consensus: str
    derives: Callable[[int], Cell] | None = None
    widest: str = ""

    lines: ClassVar[int] = 1

    @property
    def sums(self) -> Array | None:
        """The totals, shape (K,)."""
        return self.totals

    @property
    def column(self) -> str:
        """The heading in an exported file; with the parts, since the counts may have a column "node 12"."""
        return f"{self.heading} {', '.join(tag.text for tag in self.parts)}"

    @property
    def component(self) -> int:
        """The component of the first part, which sets the colour of the heading."""
        return self.parts[0].component

    def __len__(self) -> int:
        return len(self.values)

    def text(self, place: int, digits: int) -> str:
        """Return the letter and each part with its count."""
        return f"{self.marks[place]} {self._parts(self.values[place], digits)}"

    def written(self, place: int, digits: int | None) -> str:
        """Return the letter and each part with its count, for a file."""
        return f"{self.marks[place]} {self._parts(self.values[place], digits)}"

    def total_text(self, digits: int) -> str:
        """Return the most frequent letter and each part with its total."""
        return f"{self.consensus} {self._parts(self.totals, digits)}"

    def total_written(self, digits: int | None) -> str:
        """Return the most frequent letter and each part with its total, for a file."""
        return f"{self.consensus} {self._parts(self.totals, digits)}"

    def _parts(self, values: Array, digits: int | None) -> str:
        pairs = zip(self.parts, values.tolist(), strict=True)
        return " ".join(f"{tag.text} {number(value, digits)}" for tag, value in pairs)


Glance: TypeAlias = Portion | Strip | Word | Stack


def number(value: float, digits: int | None) -> str:
    """Return a number with `digits` decimals; for None with all digits that identify the float."""
    return repr(float(value)) if digits is None else decimal(value, digits)


def _most(counts: Array) -> list[int]:
    """Return the indices of the most frequent letters, without those of count 0."""
    order = np.argsort(-counts, kind="stable")[:NAMED]
    return [int(a) for a in order if counts[a] > 0]
