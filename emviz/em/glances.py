"""Columns that are read at a glance, which a count table shows first: strips, words, bars, each with numbers.

A model declares them in its ledger. They are drawn, and told, copied and exported as text; what is drawn is
what the arrays hold. A glance tells the rows of its table in their order, none before the E-step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.em.views import Cell, Tag

#: Places of a strip, and letters of a position, that are told in words.
TOLD = 3


@dataclass(frozen=True)
class Portion:
    """A probability of each row: P of its likeliest path.

    Parameters
    ----------
    heading : str
        What stands above.
    component : int
        The component that gives it its colour.
    values : Array, shape (rows,)
        From 0 to 1.
    total : float or None
        The sum over all rows of the data, where it is a count.
    derives : callable or None
        Returns for a row of the data the number of the table that this one is, or is a part of; or a share
        beyond those that have a column, which the ledger derives as well.
    """

    heading: str
    component: int
    values: Array
    total: float | None = None
    derives: Callable[[int], Cell] | None = None

    lines: ClassVar[int] = 1

    @property
    def column(self) -> str:
        """What the column of a file is called."""
        return self.heading

    @property
    def sums(self) -> Array | None:
        """The total, shape (1,); None where it is no count."""
        return None if self.total is None else np.array([self.total])

    def __len__(self) -> int:
        return len(self.values)

    def told(self, place: int, digits: int) -> str:
        """Return the probability with so many decimals."""
        return decimal(float(self.values[place]), digits)

    def written(self, place: int, digits: int | None) -> str:
        """Return the same for a file, not rounded for None."""
        return number(float(self.values[place]), digits)

    def total_told(self, digits: int) -> str:
        """Return the total with so many decimals."""
        return "" if self.total is None else decimal(self.total, digits)

    def total_written(self, digits: int | None) -> str:
        """Return the same for a file."""
        return "" if self.total is None else number(self.total, digits)


@dataclass(frozen=True)
class Strip:
    """Probabilities of each row over its own places: where a motif may start.

    Parameters
    ----------
    heading, component
        As of a portion.
    place : str
        What a place is called: "start".
    values : sequence of Array
        Those of each row, place after place.
    derives
        As of a portion.
    """

    heading: str
    component: int
    place: str
    values: Sequence[Array]
    derives: Callable[[int], Cell] | None = None

    lines: ClassVar[int] = 1
    #: Places of different rows do not add up.
    sums: ClassVar[Array | None] = None

    @property
    def column(self) -> str:
        """What the column of a file is called."""
        return f"{self.heading} of every {self.place}"

    def __len__(self) -> int:
        return len(self.values)

    def told(self, place: int, digits: int) -> str:
        """Return the likeliest places with their probabilities, and what the others have together."""
        values = np.asarray(self.values[place])
        order = np.argsort(-values, kind="stable")
        best = [f"{self.place} {k + 1} {decimal(float(values[k]), digits)}" for k in order[:TOLD].tolist()]
        others = order[TOLD:]
        rest = decimal(float(values[others].sum()), digits)
        return ", ".join([*best, *([f"{things(len(others), 'other')} {rest}"] if len(others) else [])])

    def written(self, place: int, digits: int | None) -> str:
        """Return all probabilities, place after place, with blanks between them."""
        return " ".join(number(value, digits) for value in np.asarray(self.values[place]).tolist())

    def total_told(self, digits: int) -> str:
        """Return nothing."""
        return ""

    def total_written(self, digits: int | None) -> str:
        """Return nothing."""
        return ""


@dataclass(frozen=True)
class Word:
    """The likeliest word of each row, letter by letter; below them how often each letter is counted.

    Parameters
    ----------
    heading, component
        As of a portion.
    place : str
        What the place is called at which a word begins: "start".
    starts : sequence of int
        That place in each row, from 1.
    words : sequence of str
        As many letters in each row as there are positions.
    shares : Array, shape (rows,)
        The probability of each.
    letters : tuple of str
        The alphabet, A letters.
    counts : Array, shape (W, A)
        The expected letters at each position in all rows.
    most : int
        The last place at which a word may begin in any row of the data.
    derives
        As of a portion.
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

    #: The letters of the totals are as high as their counts.
    lines: ClassVar[int] = 2

    @property
    def column(self) -> str:
        """What the column of a file is called."""
        return self.heading

    @property
    def sums(self) -> Array | None:
        """The expected letters at each position, shape (W, A)."""
        return self.counts

    def __len__(self) -> int:
        return len(self.words)

    def told(self, place: int, digits: int) -> str:
        """Return the place, the word, and its probability."""
        share = decimal(float(self.shares[place]), digits)
        return f"{self.place} {self.starts[place]} {self.words[place]} {share}"

    def written(self, place: int, digits: int | None) -> str:
        """Return the same for a file."""
        share = number(float(self.shares[place]), digits)
        return f"{self.starts[place]} {self.words[place]} {share}"

    def total_told(self, digits: int) -> str:
        """Return the letters of each position with their counts, those that are most frequent first."""
        return "; ".join(
            f"{k} " + ", ".join(f"{self.letters[a]} {decimal(float(row[a]), digits)}" for a in _most(row))
            for k, row in enumerate(self.counts, 1)
        )

    def total_written(self, digits: int | None) -> str:
        """Return the consensus: the letter of each position that is counted most."""
        return "".join(self.letters[a] for a in self.counts.argmax(axis=1).tolist())


@dataclass(frozen=True)
class Stack:
    """What is expected of each row at one node, side by side in one bar, and the letter that stands there.

    Parameters
    ----------
    heading : str
        What stands above: "node 12".
    parts : tuple of Tag
        What is counted: M, I, D.
    values : Array, shape (rows, K)
        How often.
    letters : tuple of str
        The alphabet.
    marks : sequence of str
        The letter of each row.
    totals : Array, shape (K,)
        The sum over all rows of the data.
    consensus : str
        The letter that is counted most in all rows.
    derives
        As of a portion.
    widest : str
        The longest heading that the column may have, lest it change its width.
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
        """What the column of a file is called: the counts of a node may have a column of its name."""
        return f"{self.heading} {', '.join(tag.text for tag in self.parts)}"

    @property
    def component(self) -> int:
        """The component of the first part, which gives the heading its colour."""
        return self.parts[0].component

    def __len__(self) -> int:
        return len(self.values)

    def told(self, place: int, digits: int) -> str:
        """Return the letter, and each part with its number."""
        return f"{self.marks[place]} {self._told(self.values[place], digits)}"

    def written(self, place: int, digits: int | None) -> str:
        """Return the same for a file."""
        return f"{self.marks[place]} {self._told(self.values[place], digits)}"

    def total_told(self, digits: int) -> str:
        """Return the letter of most, and each part with its total."""
        return f"{self.consensus} {self._told(self.totals, digits)}"

    def total_written(self, digits: int | None) -> str:
        """Return the same for a file."""
        return f"{self.consensus} {self._told(self.totals, digits)}"

    def _told(self, values: Array, digits: int | None) -> str:
        pairs = zip(self.parts, values.tolist(), strict=True)
        return " ".join(f"{tag.text} {number(value, digits)}" for tag, value in pairs)


Glance: TypeAlias = Portion | Strip | Word | Stack


def number(value: float, digits: int | None) -> str:
    """Return a number with so many decimals; for None with all that tell it from others."""
    return repr(float(value)) if digits is None else decimal(value, digits)


def _most(counts: Array) -> list[int]:
    """Return the letters that are counted most, and at all."""
    order = np.argsort(-counts, kind="stable")[:TOLD]
    return [int(a) for a in order if counts[a] > 0]
