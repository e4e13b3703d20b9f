"""The count table of mixtures of measured values with missing cells, which each component imputes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.answers import ranked
from emviz.em.counts.derivation import MOST_TERMS, outcome, rounded, upright
from emviz.em.counts.table import Answer, CountTable, Line
from emviz.em.families.clouds import Holes
from emviz.em.families.holed import guesses_text
from emviz.em.families.measured import Measured
from emviz.em.model import C, D, P, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import short

#: The sign for a missing cell, and the names of the sums of a column with missing cells.
HOLE = "·"
SEEN, GUESSED, SPREAD = "seen", "guessed", "spread"


@dataclass(frozen=True, eq=False)
class Filled(Measured[D, P, C]):
    """A ledger in which a missing value counts by its expectation and its spread in each completion.

    Without missing cells it is the same as `Measured`.
    """

    # -- required --------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def holes(self) -> Holes | None:
        """The missing cells; None if there are none."""

    @property
    @abstractmethod
    def places(self) -> Sequence[int]:
        """The columns of the first of `values`, those that may have missing cells."""

    @property
    @abstractmethod
    def column_names(self) -> Sequence[str]:
        """The columns that may have missing cells."""

    @property
    @abstractmethod
    def first_symbol(self) -> str:
        """The symbol of the first column of a completion."""

    @abstractmethod
    def guessed(self, rows: Rows, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """Return some rows as imputed by each completion, and the covariances of the imputed values.

        Returns
        -------
        Array, Array, shapes (Z, m, d) and (Z, m, len(pairs))
            The rows, and the covariances of some pairs of columns, 0 if one of them is observed.
        """

    @abstractmethod
    def hole_lines(self, row: int, place: int, column: int, places: int) -> Iterator[Line]:
        """Yield the lines for the expectation of a missing cell in a completion, and its spread."""

    # -- the table -------------------------------------------------------------------------------------------

    @property
    def each(self) -> tuple[str, ...]:
        """The symbols of the rows and sums; with missing cells, of observed and imputed sums, and spread."""
        return (self.first_symbol, *(symbol for symbol, _ in self._columns))

    def table(self, rows: Rows) -> CountTable:
        """Return the table of Figure 1b; if there is no room for all sums, that of one column is kept."""
        return replace(super().table(rows), telling=self.telling)

    def telling(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return the columns to keep in a group: its rows, and the sums of the first of these columns."""
        summed = [at for at, column in enumerate(self.places) for _ in range(3 if self._lacks(at) else 1)]
        chosen = next((self.places.index(column) for column in columns if column in self.places), 0)
        return (0, *(1 + k for k, at in enumerate(summed) if at == chosen))

    @cached_property
    def _columns(self) -> tuple[tuple[str, str], ...]:
        """The symbol and the unit of each column but the first."""
        found: list[tuple[str, str]] = []
        for at, ((unit, _), symbol) in enumerate(zip(self.values, self.symbols_of_values, strict=True)):
            if self._lacks(at):
                units = (rf"\,{unit}", rf"\,{unit}", r"\,\mathrm{spread}")
                named = (f"{symbol} {SEEN}", GUESSED, SPREAD)
                found += zip(named, units, strict=True)
            else:
                found.append((symbol, rf"\,{unit}"))
        return tuple(found)

    @property
    @abstractmethod
    def symbols_of_values(self) -> Sequence[str]:
        """The symbol of each of `values`: "Σ waiting"."""

    def _lacks(self, at: int) -> bool:
        """Return whether one of `values` has missing cells."""
        holes = self.holes
        return holes is not None and at < len(self.places) and bool(holes.missing[:, self.places[at]].any())

    @property
    def certain(self) -> bool:
        """Whether imputed values count as if they had been observed, without a spread."""
        return self.state.whole

    def fills(self, rows: Rows, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """Return `guessed` as this round counts it: with true values if known, without spread in hard EM."""
        whole, spread = self.guessed(rows, pairs)
        holes = self.holes
        if self.state.known and holes is not None and holes.truth is not None:
            whole = np.where(holes.missing[rows], holes.truth[rows], whole)
        return whole, spread * (not self.certain)

    def own_amounts(self, rows: Rows) -> Array:
        """Return the counts that each completion of some rows adds if its share is 1, (len(rows), Z, S)."""
        pairs = [(j, j) for j in self.places]
        whole, spread = self.fills(rows, pairs)
        columns = [np.ones(whole.shape[:2])]
        for at, (_, values) in enumerate(self.values):
            if not self._lacks(at):
                columns.append(np.broadcast_to(values[rows], whole.shape[:2]))
                continue
            j = self.places[at]
            gone = self._missing(rows, j)
            columns += [whole[:, :, j] * ~gone, whole[:, :, j] * gone, spread[:, :, at]]
        return np.stack(columns, axis=-1).swapaxes(0, 1)

    def _missing(self, rows: Rows, column: int) -> NDArray[np.bool]:
        assert self.holes is not None
        return np.asarray(self.holes.missing[rows, column])

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares and the counts of some rows."""
        if self.holes is None:
            return super().entries(rows)
        shares = self.shares(rows)
        return shares, (shares[:, :, None] * self.own_amounts(rows)).reshape(len(rows), -1)

    def summed_up(
        self, units: Array, mean: Array, seen: Array, spread: Array, more: Sequence[Array]
    ) -> Array:
        """Return the totals in the order of the groups, shape (M,).

        Parameters
        ----------
        units, mean, seen, spread : Array, shapes (Z,), (Z, d), (Z, d), (Z, d)
            The counts: rows, means including imputed values, Σ x of observed values, Σ C.
        more : sequence of Array, shape (Z,)
            The totals of those `values` that cannot have missing cells.
        """
        columns = [units]
        for at, j in enumerate(self.places):
            whole = units * mean[:, j]
            columns += [seen[:, j], whole - seen[:, j], spread[:, j]] if self._lacks(at) else [whole]
        return np.column_stack([*columns, *more]).ravel()

    def unit(self, column: int) -> str:
        """Return the unit of a column as LaTeX."""
        place = column % len(self.each)
        return rf"\,\mathrm{{{self.each[0]}}}" if not place else self._columns[place - 1][1]

    def filled_values(
        self, place: int, column: int, pairs: Sequence[tuple[int, int]] = ()
    ) -> tuple[Array, Array]:
        """Return a column of the first rows as imputed by a completion, and covariances of these."""
        whole, spread = self.fills(np.arange(min(self.rows, MOST_TERMS)), pairs)
        return whole[place, :, column], spread[place]

    # -- one row ---------------------------------------------------------------------------------------------

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the derivation of the share of a completion, of its imputed values, and of what it adds."""
        yield from self.explained(row, place, places)
        holes = self.holes
        if holes is not None and self.state.whole and not self.state.known and holes.missing[row].any():
            yield self._peak_line(row)
        for j in self.places if holes is not None else ():
            assert holes is not None
            if not holes.missing[row, j]:
                continue
            if self.state.known and holes.truth is not None:
                name, value = upright(self.column_names[j]), rounded(float(holes.truth[row, j]), self.digits)
                yield Line(rf"x_{{{name}}} = {value}", "The file has the true value of this missing cell.")
            else:
                yield from self.hole_lines(row, place, j, places)
        yield self.counted(row, place, self.share(row, place), places)

    def _peak_line(self, row: int) -> Line:
        """Return the line with the log probability of each completion together with its imputed values."""
        logs = self.preference(np.array([row]))[0].tolist()
        terms = (
            rf"\log P(x, \hat{{x}}, \mathrm{{{tag.text}}}) \approx {outcome(log, self.digits)}"
            for tag, log in zip(self.completions, logs, strict=True)
        )
        words = f"The likeliest pair of {self.kind} and missing values is counted."
        return Line(r",\quad ".join(terms), words)

    def parts(self, row: int, place: int) -> Sequence[tuple[str, float]]:
        """Return the unit, as LaTeX, and the amount of everything that a row adds besides itself."""
        if self.holes is None:
            return super().parts(row, place)
        amounts = self.own_amounts(np.array([row]))[0, place, 1:].tolist()
        gone = [symbol == GUESSED for symbol, _ in self._columns]
        spare = self._spare(row)
        columns = zip(self._columns, amounts, gone, spare, strict=True)
        return [
            (rf"{unit}\,\mathrm{{{GUESSED}}}" if guess else unit, amount)
            for (_, unit), amount, guess, left_out in columns
            if not left_out
        ]

    def _spare(self, row: int) -> list[bool]:
        """Return the columns that a row cannot add to, such as the observed sum if its cell is missing."""
        found: list[bool] = []
        for at in range(len(self.values)):
            if self._lacks(at):
                gone = bool(self._missing(np.array([row]), self.places[at])[0])
                found += [gone, not gone, not gone or self.certain]
            else:
                found.append(False)
        return found


def short_or_hole(value: float, scale: float) -> str:
    """Return a number rounded to a hundredth of `scale`, or a dot for a missing one."""
    return HOLE if np.isnan(value) else short(value, scale)


def most_holed(holes: Holes, many: int) -> tuple[int, ...]:
    """Return the `many` columns with the most missing cells, in column order."""
    order = np.argsort(-holes.missing.sum(axis=0), kind="stable")[:many]
    return tuple(sorted(order.tolist()))


def answered(
    shares: Array,
    names: Sequence[str],
    columns: Sequence[str],
    scale: Array,
    missing: NDArray[np.bool],
    fills: tuple[Array, Array],
) -> tuple[Answer, ...]:
    """Return the answer of each row, each completion with its imputed values.

    Parameters
    ----------
    shares, missing : Array, shapes (m, Z) and (m, d)
    fills : pair of Array, shapes (Z, m, d)
        The rows as imputed by each completion, and the variances of the imputed values.
    """
    whole, sd = fills[0], np.sqrt(fills[1])
    found: list[Answer] = []
    for i, gone in enumerate(missing):
        own = list(names)
        if gone.any():
            own = [
                f"{name}: {guesses_text(columns, scale, gone, whole[k, i], sd[k, i])}"
                for k, name in enumerate(names)
            ]
        found += ranked(shares[[i]], own)
    return tuple(found)
