"""The count table of mixtures of measured values of which some may be missing: each component fills them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.em.answers import ranked
from emviz.em.derivation import MOST_TERMS, outcome, rounded, upright
from emviz.em.families.clouds import Holes
from emviz.em.families.holed import guesses_text
from emviz.em.families.measured import Measured
from emviz.em.model import C, D, P, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import short
from emviz.em.views import Answer, CountTable, Line

#: What stands for a hole, and what a column with holes adds up.
HOLE = "·"
SEEN, GUESSED, SPREAD = "seen", "guessed", "spread"


@dataclass(frozen=True, eq=False)
class Filled(Measured[D, P, C]):
    """A ledger in which a missing value counts as what each completion expects there, and as its spread.

    Without holes it is that of measured values.
    """

    # -- what a model says -----------------------------------------------------------------------------------

    @property
    @abstractmethod
    def holes(self) -> Holes | None:
        """Which cells are missing; None where none is."""

    @property
    @abstractmethod
    def places(self) -> Sequence[int]:
        """The column of each of `values` that may have holes, which are the first of them."""

    @property
    @abstractmethod
    def column_names(self) -> Sequence[str]:
        """The columns that may have holes."""

    @property
    @abstractmethod
    def first_symbol(self) -> str:
        """What the first column of a completion counts."""

    @abstractmethod
    def guessed(self, rows: Rows, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """Return some rows as each completion fills them, and the covariances of what is filled in.

        Returns
        -------
        Array, Array, shapes (Z, m, d) and (Z, m, len(pairs))
            The covariances of some pairs of columns, 0 where one of them is seen.
        """

    @abstractmethod
    def hole_lines(self, row: int, place: int, column: int, places: int) -> Iterator[Line]:
        """Yield what a completion expects in a hole of a row, and how far that may be off."""

    # -- what follows ----------------------------------------------------------------------------------------

    @property
    def each(self) -> tuple[str, ...]:
        """The rows of each completion and their sums; of a column with holes what was seen, and what not."""
        return (self.first_symbol, *(symbol for symbol, _ in self._columns))

    def table(self, rows: Rows) -> CountTable:
        """Return the table of Figure 1b; of the sums, where they have no room, that of one column is left."""
        return replace(super().table(rows), telling=self.telling)

    def telling(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return where the rows of a completion stand, and its sum of the first column that is asked for."""
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
        """Return whether one of `values` has holes."""
        holes = self.holes
        return holes is not None and at < len(self.places) and bool(holes.missing[:, self.places[at]].any())

    @property
    def certain(self) -> bool:
        """Whether what is filled in counts as if it had been seen."""
        return self.state.whole

    def fills(self, rows: Rows, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """Return the same as `guessed`, as this round counts it: with the truth, or without the spread."""
        whole, spread = self.guessed(rows, pairs)
        holes = self.holes
        if self.state.known and holes is not None and holes.truth is not None:
            whole = np.where(holes.missing[rows], holes.truth[rows], whole)
        return whole, spread * (not self.certain)

    def own_amounts(self, rows: Rows) -> Array:
        """Return what each completion of some rows adds where it is counted in full, (len(rows), Z, S)."""
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
        """Return the shares of some rows, and what they give to each column."""
        if self.holes is None:
            return super().entries(rows)
        shares = self.shares(rows)
        return shares, (shares[:, :, None] * self.own_amounts(rows)).reshape(len(rows), -1)

    def summed_up(
        self, units: Array, mean: Array, seen: Array, spread: Array, more: Sequence[Array]
    ) -> Array:
        """Return the totals, group after group.

        Parameters
        ----------
        units, mean, seen, spread : Array, shapes (Z,), (Z, d), (Z, d), (Z, d)
            What was counted: rows, the mean of the filled rows, Σ x of what was seen, Σ C.
        more : sequence of Array, shape (Z,)
            The totals of those of `values` that have no holes by their nature.
        """
        columns = [units]
        for at, j in enumerate(self.places):
            whole = units * mean[:, j]
            columns += [seen[:, j], whole - seen[:, j], spread[:, j]] if self._lacks(at) else [whole]
        return np.column_stack([*columns, *more]).ravel()

    def unit(self, column: int) -> str:
        """Return what a column adds up, as LaTeX."""
        place = column % len(self.each)
        return rf"\,\mathrm{{{self.each[0]}}}" if not place else self._columns[place - 1][1]

    def filled_values(
        self, place: int, column: int, pairs: Sequence[tuple[int, int]] = ()
    ) -> tuple[Array, Array]:
        """Return a column of the first rows as a completion fills it, and covariances of the guesses."""
        whole, spread = self.fills(np.arange(min(self.rows, MOST_TERMS)), pairs)
        return whole[place, :, column], spread[place]

    # -- one row ---------------------------------------------------------------------------------------------

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on a completion of a row: its share, what it fills in, and what is counted."""
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
                yield Line(rf"x_{{{name}}} = {value}", "The file tells what this hole hides.")
            else:
                yield from self.hole_lines(row, place, j, places)
        yield self.counted(row, place, self.share(row, place), places)

    def _peak_line(self, row: int) -> Line:
        """Return how probable each completion is together with what fills the holes of a row."""
        logs = self.preference(np.array([row]))[0].tolist()
        told = (
            rf"\log P(x, \hat{{x}}, \mathrm{{{tag.text}}}) \approx {outcome(log, self.digits)}"
            for tag, log in zip(self.completions, logs, strict=True)
        )
        words = (
            f"What is in the holes is counted with the {self.kind}: the likeliest pair of both is counted."
        )
        return Line(r",\quad ".join(told), words)

    def parts(self, row: int, place: int) -> Sequence[tuple[str, float]]:
        """Return what a row adds to a completion beside itself, each amount behind its unit as LaTeX."""
        if self.holes is None:
            return super().parts(row, place)
        amounts = self.own_amounts(np.array([row]))[0, place, 1:].tolist()
        gone = [symbol == GUESSED for symbol, _ in self._columns]
        spare = self._spare(row)
        told = zip(self._columns, amounts, gone, spare, strict=True)
        return [
            (rf"{unit}\,\mathrm{{{GUESSED}}}" if guess else unit, amount)
            for (_, unit), amount, guess, left_out in told
            if not left_out
        ]

    def _spare(self, row: int) -> list[bool]:
        """Return which columns a row cannot add to: where it has a hole what is seen, and the reverse."""
        found: list[bool] = []
        for at in range(len(self.values)):
            if self._lacks(at):
                gone = bool(self._missing(np.array([row]), self.places[at])[0])
                found += [gone, not gone, not gone or self.certain]
            else:
                found.append(False)
        return found


def short_or_hole(value: float, scale: float) -> str:
    """Return a number to what tells values of this scale apart, or a dot for a hole."""
    return HOLE if np.isnan(value) else short(value, scale)


def most_holed(holes: Holes, many: int) -> tuple[int, ...]:
    """Return the columns with the most holes, so many of them, in their order."""
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
    """Return the answer of each row, each completion with what it expects in the holes of the row.

    Parameters
    ----------
    shares, missing : Array, shapes (m, Z) and (m, d)
    fills : pair of Array, shapes (Z, m, d)
        The rows as each completion fills them, and the variances of what it fills in.
    """
    whole, sd = fills[0], np.sqrt(fills[1])
    told: list[Answer] = []
    for i, gone in enumerate(missing):
        own = list(names)
        if gone.any():
            own = [
                f"{name}: {guesses_text(columns, scale, gone, whole[k, i], sd[k, i])}"
                for k, name in enumerate(names)
            ]
        told += ranked(shares[[i]], own)
    return tuple(told)
