"""The derivation of an imputed value: slopes, expectation, and conditional variance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.derivation import MOST_TERMS, agreed, outcome, rounded, upright
from emviz.em.counts.table import Line
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures

#: Significant digits that a hand calculation starts with, and those of a result too small for its decimals.
FIRST, FEWER = 6, 6
#: Significant digits that reproduce any number of the data.
WHOLE = 15


@dataclass(frozen=True, eq=False)
class Regressed:
    """A missing cell of a row, given the observed ones.

    Parameters
    ----------
    columns : tuple of str
        The names of the d columns.
    mean, covariance : Array, shapes (d,) and (d, d)
        The parameters of a normal distribution.
    row : Array, shape (d,)
        The numbers of the row; NaN in missing cells.
    place : int
        The column of the missing cell.
    """

    columns: tuple[str, ...]
    mean: Array
    covariance: Array
    row: Array
    place: int

    @cached_property
    def seen(self) -> NDArray[np.intp]:
        """The observed columns."""
        return np.flatnonzero(~np.isnan(self.row))

    @cached_property
    def slopes(self) -> Array:
        """The regression slopes on the observed numbers, shape (o,)."""
        seen = self.seen
        return np.linalg.solve(self.covariance[np.ix_(seen, seen)], self.covariance[seen, self.place])

    @property
    def name(self) -> str:
        """The column of the missing cell as LaTeX."""
        return upright(self.columns[self.place])

    def mean_line(self, why: str) -> Line:
        """Return the line for a missing cell that counts as the mean of its column."""
        value = outcome(float(self.mean[self.place]), FIRST)
        return Line(
            rf"x_{{{self.name}}} = \mu_{{{self.name}}} = {value}", f"{why}: the mean of the column is used."
        )

    def slope_line(self, places: int) -> Line:
        """Return the line for the slopes; with a single observed number, covariance over variance."""
        own = self.columns[self.place]
        if len(self.seen) > 1:
            betas = r",\ ".join(rounded(slope, FIRST) for slope in self.slopes[:MOST_TERMS].tolist())
            more = r",\ \ldots" if len(self.slopes) > MOST_TERMS else ""
            formula = rf"\beta = \Sigma_{{OO}}^{{-1}} \Sigma_{{O,{self.name}}}:\quad {betas}{more}"
            return Line(formula, f"How much {own} changes with each observed number of this row (O).")
        k, value = int(self.seen[0]), shown(float(self.slopes[0]), places + 2)
        above, below = agreed(
            lambda digits: [rounded(float(self.covariance[at, k]), digits) for at in (self.place, k)],
            lambda above, below: above / below,
            shows(value, places + 2),
            FIRST,
        )
        words = f"How much {own} changes with {self.columns[k]}: covariance over variance."
        return Line(rf"\beta = \frac{{{above}}}{{{below}}} \approx {value}", words)

    def guess_line(self, places: int) -> Line:
        """Return the line μ_j + Σ β (x − μ), with numbers."""
        slopes, xs, means = self.slopes.tolist(), self.row[self.seen].tolist(), self.mean[self.seen].tolist()
        middle = float(self.mean[self.place])
        gaps = self.row[self.seen] - self.mean[self.seen]
        value = shown(middle + float(self.slopes @ gaps), places)

        def inputs(digits: int) -> list[str]:
            triples = [
                (rounded(b, digits), rounded(x, WHOLE), rounded(m, digits))
                for b, x, m in zip(slopes, xs, means, strict=True)
            ]
            return [rounded(middle, digits), *(each for triple in triples for each in triple)]

        def by_hand(first: Decimal, *rest: Decimal) -> Decimal:
            triples = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
            return first + sum((b * (x - m) for b, x, m in triples), Decimal(0))

        first, *rest = agreed(inputs, by_hand, shows(value, places), FIRST)
        triples = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        terms = [rf"{b} \cdot ({x} - {m})" for b, x, m in triples]
        words = "E-step: the mean, corrected by the distance of each observed number from its own mean."
        return Line(rf"x_{{{self.name}}} = {_cut(first, terms, ' + ')} \approx {value}", words)

    def variance_line(self, places: int) -> Line:
        """Return the line σ_jj − Σ β σ_kj, with its root in the words."""
        whole, parts = float(self.covariance[self.place, self.place]), self.covariance[self.seen, self.place]
        variance = whole - float(self.slopes @ parts)
        # Rounding may leave a variance of 0 slightly below 0.
        value, root = (shown(each, places) for each in (variance, math.sqrt(max(variance, 0.0))))

        def inputs(digits: int) -> list[str]:
            pairs = zip(self.slopes.tolist(), parts.tolist(), strict=True)
            return [rounded(whole, digits), *(rounded(each, digits) for pair in pairs for each in pair)]

        def by_hand(first: Decimal, *rest: Decimal) -> Decimal:
            return first - sum((b * s for b, s in zip(rest[::2], rest[1::2], strict=True)), Decimal(0))

        first, *rest = agreed(inputs, by_hand, shows(value, places), FIRST)
        terms = [rf"{b} \cdot {s}" for b, s in zip(rest[::2], rest[1::2], strict=True)]
        words = f"The spread of this guess, whose standard deviation is √σ² = {root}."
        return Line(rf"\sigma^{{2}} = {_cut(first, terms, ' - ')} \approx {value}", words)

    def lines(self, places: int, spread: bool) -> Iterator[Line]:
        """Yield the lines for slopes and guess, and for its variance if that counts."""
        yield self.slope_line(places)
        yield self.guess_line(places)
        if spread:
            yield self.variance_line(places)


def product_line(values: Sequence[float], kind: str, places: int) -> Line:
    """Return the line for a number of a row, or for the product of two, observed or imputed."""
    value = shown(math.prod(values), places)
    factors = agreed(
        lambda digits: [rounded(each, digits) for each in values],
        lambda *each: math.prod(each, start=Decimal(1)),
        shows(value, places),
        FIRST,
    )
    words = "The number of this row." if len(values) == 1 else "The product of the numbers of this row."
    product = r" \cdot ".join(factors)
    return Line(rf"{product} \approx {value}\,\mathrm{{{kind}}}", words)


def added(pair: Sequence[int], whole: Array, spread: Array, missing: NDArray[np.bool]) -> Array:
    """Return what rows add to Σx or Σxy, shape (m, 2 or 3): observed part, imputed part, and spread of Σxy.

    Parameters
    ----------
    whole, missing : Array, shape (m, d)
        The completed rows, and the mask of their missing cells.
    spread : Array, shape (m, d, d)
        The covariances of the imputations, which only add to Σxy.
    """
    value, guess = whole[:, pair].prod(axis=1), missing[:, pair].any(axis=1)
    parts = [value * ~guess, value * guess]
    return np.column_stack(parts if len(pair) == 1 else [*parts, spread[:, pair[0], pair[1]]])


def moment_line(
    symbol: str,
    sums: Sequence[float],
    means: Sequence[float],
    n: float,
    value: float,
    places: int,
    words: str,
) -> Line:
    """Return the line μ = Σx / n, or Σ = Σxy / n − μμ, with numbers.

    Parameters
    ----------
    sums : sequence of float
        The terms of Σx, or of Σxy.
    means : sequence of float
        The two means of a covariance; empty if they are known to be 0.
    """
    rows, result = figures(n, WHOLE), shown(value, places)

    def by_hand(*each: Decimal) -> Decimal:
        parts, middles = each[: len(sums)], each[len(sums) :]
        return sum(parts, Decimal(0)) / Decimal(rows) - (middles[0] * middles[1] if middles else 0)

    numbers = agreed(
        lambda digits: [rounded(each, digits) for each in (*sums, *means)],
        by_hand,
        shows(result, places),
        FIRST,
    )
    top, middles = " + ".join(numbers[: len(sums)]), numbers[len(sums) :]
    less = rf" - {middles[0]} \cdot {middles[1]}" if middles else ""
    return Line(rf"{symbol} = \frac{{{top}}}{{{rows}}}{less} \approx {result}", words)


def spread_line(value: float | None) -> Line:
    """Return the line for the spread of a guess; None for a spread that is left out."""
    if value is None:
        words = "The guess is taken as if it were certain: its spread is left out."
        return Line(r"0\,\mathrm{spread}", words)
    words = "The guess may be off: its conditional covariance is counted too."
    return Line(rf"{rounded(value, FIRST)}\,\mathrm{{spread}}", words)


def _cut(first: str, terms: Sequence[str], sign: str) -> str:
    """Return the first terms of a sum, and dots for the others."""
    return sign.join([first, *terms[:MOST_TERMS], *([r"\cdots"] if len(terms) > MOST_TERMS else [])])


def shown(value: float, places: int) -> str:
    """Return a result with `places` decimals; in significant digits if these are too few."""
    if 0 < abs(value) < 10.0 ** (2 - places):
        return outcome(value, FEWER)
    return decimal(value, places)


def shows(text: str, places: int) -> Callable[[Decimal], bool]:
    """Return a check whether a hand calculation gives the same text."""
    return lambda hand: shown(float(hand), places) == text
