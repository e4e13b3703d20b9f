"""The count table of mixtures of measured values: sums that may be negative, and small in their units."""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import (
    agreed,
    bracketed,
    equals,
    outcome,
    ratio_digits,
    result,
    rounded,
    rounds_to,
    upright,
)
from emviz.em.counts.sharing import Sharing
from emviz.em.counts.table import Line, Update
from emviz.em.domains import Index
from emviz.em.model import C, D, P, Rows, fields_of
from emviz.em.numerics import Array
from emviz.em.rounding import all_whole, decimal, figures


@dataclass(frozen=True, eq=False)
class Measured(Sharing[D, P, C]):
    """A ledger in which each completion counts the rows and adds up their measured values.

    The lines of the M-step are those of the free entries of θ, whose first axis is the completion.
    """

    #: Significant digits of inputs and of results.
    digits: ClassVar[int] = 10
    fewer: ClassVar[int] = 6
    #: Whether values may be small in their units, so that decimals would leave too few digits.
    scaled: ClassVar[bool] = True
    #: The word for a row, after the number 1: "point".
    unit_name: ClassVar[str]

    # -- required --------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def values(self) -> Sequence[tuple[str, Array]]:
        """For each column but the first, the unit as LaTeX and the value of each row, shape (rows,)."""

    @abstractmethod
    def spread(self, counts: C, name: str, index: Index, value: float) -> tuple[float, tuple[float, ...]]:
        """Return `ratio` for an entry of θ that is neither a weight nor a mean."""

    @property
    @abstractmethod
    def letters(self) -> Mapping[str, str]:
        """The symbol of each field of θ as LaTeX."""

    @abstractmethod
    def behind(self, name: str, index: Index, places: int) -> Iterable[Line]:
        """Return the lines for the sums that enter the ratio of an entry of θ."""

    def axis(self, name: str) -> Sequence[str]:
        """Return the names along the axes of a field of θ other than the completion."""
        return ()

    def symbol(self, name: str, index: Index) -> str:
        """Return an entry of θ as LaTeX."""
        along = self.axis(name)
        inner = (self.completions[index[0]].text, *(along[j] for j in index[1:]))
        return rf"{self.letters[name]}_{{{','.join(map(upright, inner))}}}"

    def ratio(self, counts: C, name: str, index: Index, value: float) -> tuple[float, tuple[float, ...]]:
        """Return the numerator of an entry of θ, and the terms of its denominator.

        The first field of the counts is the number of rows of each completion, and one is called mean.
        """
        rows, mean = next(iter(counts)), fields_of(counts)["mean"]
        own = float(rows[index[0]])
        if name == "weight":
            return own, tuple(rows.tolist())
        if name == "mean":
            return own * float(mean[index]), (own,)
        return self.spread(counts, name, index, value)

    def follows(self, name: str, index: Index) -> bool:
        """Return whether the derivation of a completion includes this entry."""
        return name in ("weight", "mean")

    def exact(self, name: str) -> tuple[float, float]:
        """Return the exact terms of the prior in the numerator and denominator, shown separately, or 0."""
        return 0.0, 0.0

    def m_words(self, name: str) -> str:
        """Return the words under the line of an entry of θ."""
        return self.treated

    def counted_words(self, place: int) -> str:
        """Return the clause "point is counted for cluster A"."""
        return f"{self.unit_name} is counted for {self.groups[place].heading}"

    # -- the table and its derivations -----------------------------------------------------------------------

    @cached_property
    def free(self) -> tuple[tuple[str, Index, str], ...]:
        """The field, index and label of each free entry of θ."""
        return tuple(
            (each.name, index, each.label(index))
            for each in self.model.parameters(self.data)
            for index in each.free
        )

    def updates(self, counts: C, found: P) -> tuple[Update, ...]:
        """Return the lines of the M-step for all free entries of θ."""
        made, fields = [], fields_of(found)
        for name, index, label in self.free:
            value = float(fields[name][index])
            made.append(Update(label, index[0], *self.ratio(counts, name, index, value), value))
        return tuple(made)

    def amounts(self, rows: Rows) -> Array:
        """Return 1 and the values of each row, shape (len(rows), S)."""
        return np.column_stack([np.ones(len(rows)), *(values[rows] for _, values in self.values)])

    def unit(self, column: int) -> str:
        """Return the unit of a column as LaTeX."""
        place = column % len(self.each)
        return rf"\,\mathrm{{{self.each[0]}}}" if not place else rf"\,{self.values[place - 1][0]}"

    def parts(self, row: int, place: int) -> Sequence[tuple[str, float]]:
        """Return the unit, as LaTeX, and the amount of everything that a row adds besides itself."""
        return [(rf"\,{unit}", float(values[row])) for unit, values in self.values]

    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line for the part of a row and of its values that counts for a completion."""
        whole = self.state.whole
        part = f"{share:g}" if whole else decimal(share, places + 1)
        parts = [rf"{part} \cdot 1\,\mathrm{{{self.unit_name}}}"]
        for unit, amount in self.parts(row, place):
            weight, shown = self._factors(share, amount, places)
            count = result(share * amount, places, whole)
            parts.append(rf"{f'{share:g}' if whole else weight} \cdot {shown} {count}{unit}")
        return Line(r",\quad ".join(parts), f"So this share of the {self.counted_words(place)}.")

    def _factors(self, share: float, amount: float, places: int) -> Sequence[str]:
        """Return a share and an amount with the fewest digits for which their product is right."""

        def shown(digits: int) -> Sequence[str]:
            return decimal(share, digits), rounded(amount, self.digits + digits - places - 1)

        return agreed(shown, operator.mul, rounds_to(share * amount, places), places + 1)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of a completion, and the lines of its entries of θ."""
        yield from self.sums(self.spans[group], places)
        shown = (at for at, (name, index, _) in enumerate(self.free) if self.follows(name, index))
        yield from self.ratios((at for at in shown if self.free[at][1][0] == group), places)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals enter a line of the M-step: all for a weight."""
        name, index, _ = self.free[place]
        return range(len(self.groups)) if name == "weight" else index[:1]

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the lines for the sums of an entry of θ, and for its ratio."""
        name, index, _ = self.free[place]
        yield from self.behind(name, index, places)
        yield from self.ratios([place], places)

    # -- building blocks for the lines -----------------------------------------------------------------------

    def rows_line(self, k: int, places: int) -> Iterator[Line]:
        """Yield the sum of the shares of a completion."""
        return self.sums([self.spans[k][0]], places)

    def weighted_line(
        self, k: int, values: Array, total: float, places: int, unit: str = "", words: str = ""
    ) -> Line:
        """Return the line for the sum of share × value of a completion, from values of shape (≥ few,)."""
        shares = self.first[0][:, k]
        terms = shares * values[: len(shares)]
        return self._sum_line(terms, total, places, unit, words or self.added)

    def sum_line(self, column: int, terms: Array, total: float, places: int) -> Line:
        """Return the line on the total of a column."""
        return self._sum_line(terms, total, places, self.unit(column), self.added)

    def _sum_line(self, terms: Array, total: float, places: int, unit: str, words: str) -> Line:
        if not self._small(total, places) or (self.state.whole and all_whole((*terms, total))):
            return self.total_line(terms, total, self.rows, places, unit, words)
        shown = " + ".join(rounded(term, self.digits) for term in terms.tolist())
        tail = r" + \cdots" if self.rows > len(terms) else ""
        return Line(rf"{shown}{tail} \approx {outcome(total, self.digits)}{unit}", words)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterable[Line]:
        """Return an entry of θ as a ratio, with as many digits as a hand calculation needs."""
        name, index, _ = self.free[place]
        small, digits = self._small(update.value, places + 1), ratio_digits(update, places)
        above, below = self.exact(name)
        top = update.numerator - above
        numerator = rounded(top, self.digits) if small else bracketed(decimal(top, digits))
        terms = [rounded(n, self.digits) if small else decimal(n, digits) for n in update.terms]
        if below:
            terms[-1] = figures(below, 6)
        value = (
            rf"\approx {outcome(update.value, self.fewer)}"
            if small
            else f"{equals(update.value, places + 1)} {decimal(update.value, places + 1)}"
        )
        fraction = rf"\frac{{{numerator}{f' + {above}' if above else ''}}}{{{' + '.join(terms)}}}"
        return (Line(f"{self.symbol(name, index)} = {fraction} {value}", self.m_words(name)),)

    def _small(self, total: float, places: int) -> bool:
        """Return whether `places` decimals would leave too few significant digits of a number."""
        return self.scaled and 0 < abs(total) < 10.0 ** (2 - places)


def normal_density(name: str, x: float, mean: float, variance: float, digits: int, value: str) -> str:
    """Return the formula of a normal density at x, with numbers of `digits` significant digits.

    Parameters
    ----------
    name, value : str
        The left-hand side and the result, as LaTeX.
    """
    own, middle, spread = (rounded(each, digits) for each in (x, mean, variance))
    return (
        rf"{name} = \frac{{1}}{{\sqrt{{2\pi \cdot {spread}}}}} "
        rf"\exp\left(-\frac{{({own} - {middle})^{{2}}}}{{2 \cdot {spread}}}\right) \approx {value}"
    )
