"""The count table of a multivariate normal: each row with its holes filled, and its part of the sums.

Each column has a group for Σx, and each pair of columns one for Σxy; observed values, guesses and the spread
of the guesses have separate columns, so that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from emviz.data.table import Mask
from emviz.em.counts.derivation import bracketed, upright
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Cell, CountCell, CountTable, Group, Line, ShareCell, Tag, TotalCell, Update
from emviz.em.families.holed import HOLES, Holed, guess_text, heading_of, row_text, truth_text
from emviz.em.families.regressed import Regressed, added, moment_line, product_line, shown, spread_line
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.normal import steps
from emviz.models.normal.steps import NormalCounts, NormalParams

if TYPE_CHECKING:
    from emviz.models.normal import MultivariateNormal

#: The part of a sum from holes: guesses, or true values.
GUESSED, TRUE = "guessed", "true"


class NormalLedger(Ledger[Holed, NormalParams, NormalCounts]):
    """Rows with their holes filled, and the sums of their numbers and of their products."""

    model: MultivariateNormal
    counts_truth = True
    added = "The exact terms of all rows are added, and rounded only for display."

    @property
    def heading(self) -> str:
        """The columns."""
        return heading_of(self.data.columns)

    @property
    def completions(self) -> tuple[Tag, ...]:
        """One completion, with a number for each hole of a row."""
        return (Tag("holes", 0),)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The heading of the filled values."""
        return (Tag("in the holes", 0),)

    @cached_property
    def pairs(self) -> tuple[tuple[int, ...], ...]:
        """The column of each group of sums, then the two columns of each group of products."""
        d = len(self.data.columns)
        singles = [(j,) for j in range(d)] if self.model.free else []
        return (*singles, *((j, k) for j in range(d) for k in range(j, d)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """Σx of each column unless the mean is known, and Σxy of each pair of columns."""
        parts = ("seen", self._filling)
        return tuple(
            Group(self._sum(pair), pair[0], parts if len(pair) == 1 else (*parts, "spread"))
            for pair in self.pairs
        )

    @property
    def _filling(self) -> str:
        return TRUE if self._true else GUESSED

    def _sum(self, pair: Sequence[int]) -> str:
        names = [self.data.columns[j] for j in pair]
        return f"Σ {names[0]}²" if len(pair) == 2 and pair[0] == pair[1] else f"Σ {'·'.join(names)}"

    def table(self, rows: Rows) -> CountTable:
        """Return the table of Figure 1b, the column with the most holes and its spread first."""
        return replace(super().table(rows), leading=self._sums_of(self.data.missing.sum(axis=0)))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the numbers of each row, a dot for a hole."""
        return tuple(row_text(self.data, row) for row in rows.tolist())

    def names(self, rows: Rows) -> tuple[tuple[str, ...], ...]:
        """Return the filled values of some rows, and their standard deviations."""
        if self._true:
            return tuple((truth_text(self.data, row),) for row in rows.tolist())
        whole, spread = self._guessed(rows)
        sd = np.sqrt(np.diagonal(spread, axis1=1, axis2=2).clip(0))
        return tuple(
            (guess_text(self.data, row, whole[i], sd[i] if self.uncertain else None, short=True),)
            for i, row in enumerate(rows.tolist())
        )

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true values of the holes of some rows, if the file has them."""
        if not self.data.known:
            return None
        pairs = ((truth_text(self.data, row), self.data.missing[row].argmax()) for row in rows.tolist())
        return tuple(Tag(text, int(j)) if text else None for text, j in pairs)

    @property
    def uncertain(self) -> bool:
        """Whether guesses keep their spread."""
        return self.model.way(self.state) == steps.EXPECTED and not self._true

    @property
    def _true(self) -> bool:
        """Whether holes count with their true values."""
        return self.state.known and self.data.known

    def _guessed(self, rows: Rows) -> tuple[Array, Array]:
        if self._true:
            whole = self.data.true_rows(rows)
            return whole, np.zeros((len(rows), *2 * whole.shape[1:]))
        whole, spread = steps.guesses(self.data, self.params, rows, self.model.way(self.state))
        return whole, spread * self.uncertain

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the single completion of some rows as certain, and their parts of the sums."""
        whole, spread = self._guessed(rows)
        missing, used = self.data.missing[rows], (self.data.which[rows] >= 0)[:, None]
        columns = [added(pair, whole, spread, missing) for pair in self.pairs]
        return np.ones((len(rows), 1)), np.hstack(columns) * used

    def totals(self, counts: NormalCounts) -> Array:
        """Return the sums over all rows, in the order of the groups."""
        n, mean = float(counts.rows), counts.mean
        products = counts.scatter + n * np.outer(mean, mean)
        return np.concatenate([self._total(pair, n * mean, products, counts.spread) for pair in self.pairs])

    def _total(self, pair: Sequence[int], sums: Array, products: Array, spread: Array) -> Array:
        whole = sums[pair[0]] if len(pair) == 1 else products[pair[0], pair[1]]
        both = self.data.seen_sums if len(pair) == 1 else self.data.seen_products
        seen = both[tuple(pair)]
        # Without a hole the difference would be rounding noise, not a guess.
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
                return f"Which values are expected in the holes of row {row + 1}, and why?"
            case CountCell(row, group):
                return f"What does row {row + 1} add to {self._sum(self.pairs[group])}?"
            case TotalCell(group):
                return f"Where does {self._sum(self.pairs[group])} come from?"
        return super().asked(cell)

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the sums to which a derivation leads: that of the first hole of a row, and its square."""
        return self._sums_of(self.data.missing[row] * (self.data.which[row] >= 0))

    def _sums_of(self, holes: Array | Mask) -> list[int]:
        """Return Σx and Σx², which has the spread, of the first column with the most holes, shape (d,)."""
        j = int(holes.argmax())
        return [self.pairs.index(pair) for pair in ((j,), (j, j)) if pair in self.pairs] if holes[j] else []

    def feeds(self, cell: Cell, other: Cell) -> bool:
        """Return whether one number of the table enters another: guesses enter all their sums."""
        if isinstance(cell, CountCell) and isinstance(other, ShareCell):
            return cell.row == other.row and bool(self.data.missing[cell.row, self.pairs[cell.group]].any())
        return super().feeds(cell, other)

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the expected values and standard deviations of the first holes of a row."""
        holes = np.flatnonzero(self.data.missing[row])
        if not len(holes):
            yield Line(r"\mathrm{no\ hole}", "Every number of this row was observed.")
        for j in holes[:HOLES].tolist():
            yield from self._hole_lines(row, j, places)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the terms that a row adds to a sum: observed numbers, guesses, and their spread."""
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
        gone = self.data.missing[row, pair]
        yield product_line(whole[pair,].tolist(), self._filling if gone.any() else "seen", places)
        if len(pair) == 2 and gone.all():
            yield spread_line(float(spread[pair[0], pair[1]]) if self.uncertain else None)

    def _hole_lines(self, row: int, j: int, places: int) -> Iterator[Line]:
        """Yield the slopes, the expected value in a hole, and its variance."""
        hole = Regressed(self.data.columns, *self.params, self.data.raw[row], j)
        if not len(hole.seen) or self.model.way(self.state) == steps.COLUMN_MEAN:
            yield hole.mean_line("Guesses: mean" if len(hole.seen) else "Nothing is seen of this row")
            return
        yield from hole.lines(places, spread=self.uncertain)

    # -- the M-step ------------------------------------------------------------------------------------------

    def sum_line(self, column: int, terms: Array, total: float, places: int) -> Line:
        """Return the line on the total of a column."""
        added = " + ".join(bracketed(shown(term, places)) for term in terms.tolist())
        tail = r" + \cdots" if self.rows > len(terms) else ""
        return Line(rf"{added}{tail} \approx {shown(total, places)}{self.unit(column)}", self.added)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterator[Line]:
        """Yield μ = Σx / n, or Σ = Σxy / n − μμ, with all numbers put in."""
        pair, found = self.pairs[place], self.found
        assert found is not None
        sums = [float(self.summed[column]) for column in self.spans[place]]
        middles = [float(found.mean[j]) for j in pair] if len(pair) == 2 and self.model.free else []
        name = upright(",".join(self.data.columns[j] for j in pair))
        symbol = rf"\mu_{{{name}}}" if len(pair) == 1 else rf"\Sigma_{{{name}}}"
        yield moment_line(
            symbol, sums, middles, float(self.expected.rows), update.value, places + 1, self.treated
        )
