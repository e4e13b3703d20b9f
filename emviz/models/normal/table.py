"""The count table of a multivariate normal: each row with its holes filled, and what it adds to the sums.

Each column has a group for Σx, and each two columns one for Σxy; what was seen, what was guessed and the
spread of the guesses are columns of their own, so that none is forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from emviz.data.table import Mask
from emviz.em.derivation import MOST_TERMS, agreed, bracketed, rounded, upright
from emviz.em.ledger import Ledger
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.em.views import Cell, CountCell, Group, Line, ShareCell, Tag, TotalCell, Update
from emviz.models.normal import steps
from emviz.models.normal.data import NormalCounts, NormalData, NormalParams

if TYPE_CHECKING:
    from emviz.models.normal import MultivariateNormal

#: Columns of a row that its text tells, and holes that are told and derived.
TOLD, HOLES = 5, 3
#: What stands for a hole.
HOLE = "·"
#: Significant digits that a hand calculation begins with, and of a result whose decimals would tell little.
FIRST, FEWER = 6, 6
SUM, PRODUCT = ("seen", "guessed"), ("seen", "guessed", "spread")


class NormalLedger(Ledger[NormalData, NormalParams, NormalCounts]):
    """Rows with their holes filled, and the sums of their numbers and of their products."""

    model: MultivariateNormal
    added = "The exact terms of all rows are added, and rounded only for display."

    @property
    def heading(self) -> str:
        """The columns."""
        more = ", …" if len(self.data.columns) > TOLD else ""
        return ", ".join(self.data.columns[:TOLD]) + more

    @property
    def completions(self) -> tuple[Tag, ...]:
        """What the holes of a row are filled with: one completion, which has a number for each."""
        return (Tag("holes", 0),)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The heading of what the holes are filled with."""
        return (Tag("in the holes", 0),)

    @cached_property
    def pairs(self) -> tuple[tuple[int, ...], ...]:
        """The column of each group of sums, then the two columns of each group of products."""
        d = len(self.data.columns)
        singles = [(j,) for j in range(d)] if self.model.free else []
        return (*singles, *((j, k) for j in range(d) for k in range(j, d)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """Σx of each column unless the mean is known, and Σxy of each two columns."""
        return tuple(
            Group(self._sum(pair), pair[0], SUM if len(pair) == 1 else PRODUCT) for pair in self.pairs
        )

    def _sum(self, pair: Sequence[int]) -> str:
        names = [self.data.columns[j] for j in pair]
        return f"Σ {names[0]}²" if len(pair) == 2 and pair[0] == pair[1] else f"Σ {'·'.join(names)}"

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the numbers of each row, a dot for a hole."""
        places = [_places(scale) for scale in self.data.scale.tolist()]
        return tuple(self._told(row, places) for row in rows.tolist())

    def _told(self, row: int, places: Sequence[int]) -> str:
        cells = zip(self.data.raw[row, :TOLD].tolist(), places, strict=False)
        told = ", ".join(HOLE if math.isnan(value) else _short(value, digits) for value, digits in cells)
        return f"{told}, …" if len(places) > TOLD else told

    def names(self, rows: Rows) -> tuple[tuple[str, ...], ...]:
        """Return what each hole of some rows is filled with, and how far that may be off."""
        whole, sd = self._filled(rows)
        return tuple(
            (guess_text(self.data, row, whole[i], sd[i] if self.uncertain else None),)
            for i, row in enumerate(rows.tolist())
        )

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return what the holes of some rows hide, where the file tells."""
        return tuple(map(self._hidden, rows.tolist())) if self.data.known else None

    def _hidden(self, row: int) -> Tag | None:
        truth, holes = self.data.truth, np.flatnonzero(self.data.missing[row]).tolist()
        if truth is None or not holes or self.data.which[row] < 0:
            return None
        told = [_short(float(truth[row, j]), _places(float(self.data.scale[j]))) for j in holes[:HOLES]]
        return Tag(", ".join([*told, *(["…"] if len(holes) > HOLES else [])]), holes[0])

    @property
    def uncertain(self) -> bool:
        """Whether guesses keep their spread."""
        return self.model.way(self.state) == steps.EXPECTED

    def _guessed(self, rows: Rows) -> tuple[Array, Array]:
        way = self.model.way(self.state)
        whole, spread = steps.guesses(self.data, self.params, rows, way)
        return whole, spread * (way == steps.EXPECTED)

    def _filled(self, rows: Rows) -> tuple[Array, Array]:
        whole, spread = self._guessed(rows)
        return whole, np.sqrt(np.diagonal(spread, axis1=1, axis2=2).clip(0))

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the single completion of some rows as certain, and what they add to the sums."""
        whole, spread = self._guessed(rows)
        missing, used = self.data.missing[rows], (self.data.which[rows] >= 0)[:, None]
        columns = [self._added(pair, whole, spread, missing) for pair in self.pairs]
        return np.ones((len(rows), 1)), np.hstack(columns) * used

    @staticmethod
    def _added(pair: Sequence[int], whole: Array, spread: Array, missing: Mask) -> Array:
        """Return what rows add to a group: what is seen of it, what is guessed, and the spread of that."""
        value, guess = whole[:, pair].prod(axis=1), missing[:, pair].any(axis=1)
        parts = [value * ~guess, value * guess]
        return np.column_stack(parts if len(pair) == 1 else [*parts, spread[:, pair[0], pair[1]]])

    def totals(self, counts: NormalCounts) -> Array:
        """Return the sums over all rows, in the order of the groups."""
        n, mean = float(counts.rows), counts.mean
        products = counts.scatter + n * np.outer(mean, mean)
        return np.concatenate([self._total(pair, n * mean, products, counts.spread) for pair in self.pairs])

    def _total(self, pair: Sequence[int], sums: Array, products: Array, spread: Array) -> Array:
        whole = sums[pair[0]] if len(pair) == 1 else products[pair[0], pair[1]]
        both = self.data.seen_sums if len(pair) == 1 else self.data.seen_products
        seen = both[tuple(pair)]
        # What rounding alone would leave is no guess.
        guessed = whole - seen if self.data.missing[:, pair].any() else 0.0
        return np.array([seen, guessed] if len(pair) == 1 else [seen, guessed, spread[pair[0], pair[1]]])

    def updates(self, counts: NormalCounts, found: NormalParams) -> tuple[Update, ...]:
        """Return μ = Σx / n and Σ = (Σxy − n μμ) / n, with the spread in Σxy."""
        n, about = float(counts.rows), steps.scattered(counts, self.model.free)
        names = self.data.columns
        return tuple(
            Update(
                f"μ_{names[pair[0]]}", pair[0], n * float(counts.mean[pair[0]]), (n,), float(found.mean[pair])
            )
            if len(pair) == 1
            else Update(
                *(f"Σ_{','.join(names[j] for j in pair)}", pair[0], float(about[pair]), (n,)),
                float(found.covariance[pair]),
            )
            for pair in self.pairs
        )

    # -- derivations -----------------------------------------------------------------------------------------

    def asked(self, cell: Cell) -> str:
        """Return the question that a derivation answers."""
        match cell:
            case ShareCell(row, _):
                return f"What is expected in the holes of row {row + 1}, and why?"
            case CountCell(row, group):
                return f"What does row {row + 1} add to {self._sum(self.pairs[group])}?"
            case TotalCell(group):
                return f"Where does {self._sum(self.pairs[group])} come from?"
        return super().asked(cell)

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the sums that the first holes of a row go into: each number, and its square."""
        holes = np.flatnonzero(self.data.missing[row])[:HOLES].tolist() if self.data.which[row] >= 0 else []
        return [self.pairs.index(pair) for j in holes for pair in ((j,), (j, j)) if pair in self.pairs]

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield for the first holes of a row what is expected there, and how far it may be off."""
        holes = np.flatnonzero(self.data.missing[row])
        if not len(holes):
            yield Line(r"\mathrm{no\ hole}", "Every number of this row was observed.")
        for j in holes[:HOLES].tolist():
            yield from self._hole_lines(row, j, places)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield what a row adds to a sum: numbers that were seen, guesses, and the spread of these."""
        pair = self.pairs[group]
        if self.data.which[row] < 0:
            yield Line("0", "A row without any number is not counted.")
            return
        for j in dict.fromkeys(pair):
            if self.data.missing[row, j]:
                yield from self._hole_lines(row, j, places)
        yield from self._term_lines(row, pair, places)

    def _term_lines(self, row: int, pair: Sequence[int], places: int) -> Iterator[Line]:
        whole, spread = (each[0] for each in self._guessed(np.array([row])))
        kind = "guessed" if self.data.missing[row, pair].any() else "seen"
        value = float(whole[pair,].prod())
        shown = _shown(value, places)
        factors = agreed(
            lambda digits: [rounded(float(whole[j]), digits) for j in pair],
            lambda *each: math.prod(each, start=Decimal(1)),
            _shows(shown, places),
            FIRST,
        )
        words = "The number of this row." if len(pair) == 1 else "The product of the numbers of this row."
        product = r" \cdot ".join(factors)
        yield Line(rf"{product} \approx {shown}\,\mathrm{{{kind}}}", words)
        if len(pair) == 2 and self.data.missing[row, pair].all():
            yield self._spread_line(float(spread[pair[0], pair[1]]), places)

    def _spread_line(self, value: float, places: int) -> Line:
        if self.uncertain:
            words = "The guess may be off: its conditional covariance is counted too."
            return Line(rf"{rounded(value, FIRST)}\,\mathrm{{spread}}", words)
        return Line(
            r"0\,\mathrm{spread}", "The guess is taken as if it were certain: its spread is left out."
        )

    def _hole_lines(self, row: int, j: int, places: int) -> Iterator[Line]:
        """Yield the slopes, what is expected in a hole, and its variance."""
        way, name = self.model.way(self.state), upright(self.data.columns[j])
        seen = np.flatnonzero(~self.data.missing[row])
        if way == steps.COLUMN_MEAN or not len(seen):
            value = rounded(float(self.params.mean[j]), FIRST)
            why = "Nothing is seen of this row" if not len(seen) else "Guesses: mean"
            yield Line(
                rf"x_{{{name}}} = \mu_{{{name}}} = {value}", f"{why}: the mean of the column stands in."
            )
            return
        slopes = np.linalg.solve(self.params.covariance[np.ix_(seen, seen)], self.params.covariance[seen, j])
        yield self._slope_line(j, seen, slopes, places)
        yield self._guess_line(row, j, seen, slopes, places)
        if way == steps.EXPECTED:
            yield self._variance_line(j, seen, slopes, places)

    def _slope_line(self, j: int, seen: Rows, slopes: Array, places: int) -> Line:
        name, sigma = upright(self.data.columns[j]), self.params.covariance
        if len(seen) > 1:
            told = ",\\ ".join(rounded(slope, FIRST) for slope in slopes[:MOST_TERMS].tolist())
            more = r",\ \ldots" if len(slopes) > MOST_TERMS else ""
            return Line(
                rf"\beta = \Sigma_{{OO}}^{{-1}} \Sigma_{{O,{name}}}:\quad {told}{more}",
                f"How much {self.data.columns[j]} changes with each number that is seen of this row (O).",
            )
        k, value = int(seen[0]), _shown(float(slopes[0]), places + 2)
        numbers = agreed(
            lambda digits: [rounded(float(sigma[each]), digits) for each in ((j, k), (k, k))],
            lambda above, below: above / below,
            _shows(value, places + 2),
            FIRST,
        )
        return Line(
            rf"\beta = \frac{{{numbers[0]}}}{{{numbers[1]}}} \approx {value}",
            f"How much {self.data.columns[j]} changes with {self.data.columns[k]}: covariance over variance.",
        )

    def _guess_line(self, row: int, j: int, seen: Rows, slopes: Array, places: int) -> Line:
        """Return μ_j + Σ β (x − μ), all numbers put in."""
        mean, xs = self.params.mean, self.data.raw[row, seen]
        whole, _ = self._guessed(np.array([row]))
        value = _shown(float(whole[0, j]), places)

        def by_hand(first: Decimal, *rest: Decimal) -> Decimal:
            triples = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
            return first + sum((slope * (x - middle) for slope, x, middle in triples), Decimal(0))

        def inputs(digits: int) -> list[str]:
            triples = zip(slopes.tolist(), xs.tolist(), mean[seen].tolist(), strict=True)
            rest = [(rounded(b, digits), _whole(x), rounded(m, digits)) for b, x, m in triples]
            return [rounded(float(mean[j]), digits), *(each for triple in rest for each in triple)]

        first, *rest = agreed(inputs, by_hand, _shows(value, places), FIRST)
        terms = [rf"{b} \cdot ({x} - {m})" for b, x, m in zip(rest[::3], rest[1::3], rest[2::3], strict=True)]
        told = " + ".join([first, *terms[:MOST_TERMS], *([r"\cdots"] if len(terms) > MOST_TERMS else [])])
        return Line(
            rf"x_{{{upright(self.data.columns[j])}}} = {told} \approx {value}",
            "E-step: the mean, moved by how far each number that is seen lies from its own.",
        )

    def _variance_line(self, j: int, seen: Rows, slopes: Array, places: int) -> Line:
        """Return σ_jj − Σ β σ_kj, and its root."""
        sigma = self.params.covariance
        value = float(sigma[j, j] - slopes @ sigma[seen, j])
        shown, root = _shown(value, places), _shown(math.sqrt(max(value, 0.0)), places)

        def by_hand(first: Decimal, *rest: Decimal) -> Decimal:
            return first - sum((b * s for b, s in zip(rest[::2], rest[1::2], strict=True)), Decimal(0))

        def inputs(digits: int) -> list[str]:
            pairs = zip(slopes.tolist(), sigma[seen, j].tolist(), strict=True)
            rest = [rounded(each, digits) for pair in pairs for each in pair]
            return [rounded(float(sigma[j, j]), digits), *rest]

        first, *rest = agreed(inputs, by_hand, _shows(shown, places), FIRST)
        terms = [rf"{b} \cdot {s}" for b, s in zip(rest[::2], rest[1::2], strict=True)]
        told = " - ".join([first, *terms[:MOST_TERMS], *([r"\cdots"] if len(terms) > MOST_TERMS else [])])
        return Line(
            rf"\sigma^{{2}} = {told} \approx {shown}",
            f"The spread of this guess, which is off by about √σ² = {root}: what the row leaves open.",
        )

    # -- the M-step ------------------------------------------------------------------------------------------

    def sum_line(self, column: int, terms: Array, total: float, places: int) -> Line:
        """Return the line on the total of a column."""
        shown = " + ".join(_shown(term, places) for term in terms.tolist())
        tail = r" + \cdots" if self.rows > len(terms) else ""
        return Line(rf"{shown}{tail} \approx {_shown(total, places)}{self.unit(column)}", self.added)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterator[Line]:
        """Yield μ = Σx / n, or Σ = Σxy / n − μμ, all numbers put in."""
        pair, found = self.pairs[place], self.found
        assert found is not None
        sums = [float(self.summed[column]) for column in self.spans[place]]
        middles = [float(found.mean[j]) for j in pair] if len(pair) == 2 and self.model.free else []
        n, value = figures(float(self.expected.rows), 15), _shown(update.value, places + 1)

        def by_hand(*each: Decimal) -> Decimal:
            parts, means = each[: len(sums)], each[len(sums) :]
            return sum(parts, Decimal(0)) / Decimal(n) - (means[0] * means[1] if means else 0)

        told = agreed(
            lambda digits: [rounded(each, digits) for each in (*sums, *middles)],
            by_hand,
            _shows(value, places + 1),
            FIRST,
        )
        top, means = " + ".join(told[: len(sums)]), told[len(sums) :]
        less = rf" - {means[0]} \cdot {means[1]}" if means else ""
        name = upright(",".join(self.data.columns[j] for j in pair))
        symbol = rf"\mu_{{{name}}}" if len(pair) == 1 else rf"\Sigma_{{{name}}}"
        yield Line(rf"{symbol} = \frac{{{top}}}{{{n}}}{less} \approx {value}", self.treated)


def guess_text(data: NormalData, row: int, whole: Array, sd: Array | None) -> str:
    """Return what the first holes of a row are filled with: "day14 ≈ 203.1 ± 32.4"; "" without a hole.

    Parameters
    ----------
    whole, sd : Array, shape (d,)
        The filled row, and how far each guess may be off; None where that is forgotten.
    """
    holes = np.flatnonzero(data.missing[row]).tolist()
    told = [_guess(data, j, float(whole[j]), None if sd is None else float(sd[j])) for j in holes[:HOLES]]
    return ", ".join([*told, *(["…"] if len(holes) > HOLES else [])])


def _guess(data: NormalData, j: int, value: float, sd: float | None) -> str:
    places = _places(float(data.scale[j]))
    off = "" if sd is None else f" ± {decimal(sd, places)}"
    return f"{data.columns[j]} ≈ {_minus(decimal(value, places))}{off}"


def _places(scale: float) -> int:
    """Return the decimals of a hundredth of a standard deviation."""
    return max(0, 2 - math.floor(math.log10(scale)))


def _short(value: float, places: int) -> str:
    text = decimal(value, places)
    return _minus(text.rstrip("0").rstrip(".") if "." in text else text)


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


def _whole(value: float) -> str:
    """Return a number of the data with all of its digits."""
    return rounded(value, 15)


def _shown(value: float, places: int) -> str:
    """Return a result with so many decimals; in significant digits where these would tell too little."""
    if 0 < abs(value) < 10.0 ** (2 - places):
        return rounded(value, FEWER)
    return bracketed(decimal(value, places))


def _shows(text: str, places: int) -> Callable[[Decimal], bool]:
    """Return what says whether a hand calculation comes to the same."""
    return lambda hand: _shown(float(hand), places) == text
