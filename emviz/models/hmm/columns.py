"""The columns of the count table and the lines of the M-step, in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.counts.table import Group, Update
from emviz.em.families.categoricals import row_lines
from emviz.em.numerics import Array
from emviz.models.hmm.data import (
    NAMES,
    CategoricalCounts,
    CategoricalParams,
    GaussianCounts,
    HmmCounts,
    HmmData,
    HmmParams,
)

#: The sums over the values in a state.
MOMENTS = ("steps", "Σx", "Σx²")


@dataclass(frozen=True)
class Layout:
    """The columns of the count table and the lines of the M-step.

    The column of the first step comes last, since it matters least: a sequence has only one. Its lines of the
    M-step come first, as in θ.

    Parameters
    ----------
    states : int
        K.
    symbols : tuple of str
        The symbols of the emissions, or the sums over the values.
    gaussian : bool
        Whether emissions are numbers.
    learned : bool
        Whether the distribution of the first state is learned, so that the first step has a column.
    """

    states: int
    symbols: tuple[str, ...]
    gaussian: bool
    learned: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The states."""
        return tuple(NAMES[: self.states])

    @property
    def groups(self) -> tuple[Group, ...]:
        """The columns: transitions from each state, emissions of each state, the first step."""
        names = self.names
        begin = (Group("first step", 0, names),) if self.learned else ()
        moves = (Group(f"from {name}", k, names) for k, name in enumerate(names))
        said = "in" if self.gaussian else "emits in"
        emits = (Group(f"{said} {name}", k, self.symbols) for k, name in enumerate(names))
        return (*moves, *emits, *begin)

    @property
    def _moves(self) -> int:
        """The number of columns of transitions."""
        return self.states**2

    @property
    def _begin(self) -> int:
        """The first column of the first step."""
        return self._moves + self.states * len(self.symbols)

    def emits(self, group: int) -> bool:
        """Return whether a group is the emissions of a state."""
        return self.states <= group < 2 * self.states

    def group_of(self, column: int) -> int:
        """Return the group of a column."""
        if column < self._moves:
            return column // self.states
        return self.states + min((column - self._moves) // len(self.symbols), self.states)

    def updates_of(self, columns: list[int]) -> list[int]:
        """Return the lines of the M-step whose numerators are in these columns."""
        k, before = self.group_of(columns[0]) - self.states, self.states * self.learned
        if k == self.states:
            return [column - self._begin for column in columns]
        if self.gaussian and k >= 0:
            return [before + self._moves + k, before + self._moves + self.states + k]
        return [before + column for column in columns]

    def columns_behind(self, update: int) -> list[int]:
        """Return the columns that enter a line of the M-step."""
        place = update - self.states * self.learned
        if place < 0:
            return [self._begin + update]
        if not self.gaussian or place < self._moves:
            return [place]
        # A mean needs the steps and Σx of its state, a variance Σx² too.
        which, k = divmod(place - self._moves, self.states)
        first = self._moves + k * len(MOMENTS)
        return list(range(first, first + 2 + which))


def layout_of(data: HmmData, states: int, learned: bool) -> Layout:
    """Return the columns for these data."""
    return Layout(states, data.alphabet or MOMENTS, data.gaussian, learned)


def totals(counts: HmmCounts, learned: bool) -> Array:
    """Return the expected counts of all rows in the order of the columns, shape (M,)."""
    emitted = counts.emission if isinstance(counts, CategoricalCounts) else moments(counts)
    begin = counts.initial if learned else counts.initial[:0]
    return np.concatenate([counts.transition.ravel(), emitted.ravel(), begin])


def moments(counts: GaussianCounts) -> Array:
    """Return the expected steps, Σx and Σx² of each state, shape (K, 3)."""
    steps, around, sums, squares = counts[2:]
    return np.stack([steps, steps * around + sums, squares + 2 * around * sums + steps * around**2], axis=1)


def updates(layout: Layout, counts: HmmCounts, found: HmmParams) -> tuple[Update, ...]:
    """Return the lines of the M-step, in the order of the entries of θ."""
    names = layout.names
    lines: list[Update] = []
    if layout.learned:
        lines += row_lines("π_", names, range(layout.states), counts.initial, found.initial)
    for k, name in enumerate(names):
        own = [k] * layout.states
        lines += row_lines(f"a_{name},", names, own, counts.transition[k], found.transition[k])
    if isinstance(found, CategoricalParams):
        assert isinstance(counts, CategoricalCounts)
        for k, name in enumerate(names):
            own = [k] * len(layout.symbols)
            lines += row_lines(f"b_{name},", layout.symbols, own, counts.emission[k], found.emission[k])
        return tuple(lines)
    assert isinstance(counts, GaussianCounts)
    steps, sums = moments(counts)[:, :2].T
    for symbol, tops, values in (("μ", sums, found.mean), ("σ²", steps * found.variance, found.variance)):
        lines += [
            Update(f"{symbol}_{name}", k, float(tops[k]), (float(steps[k]),), float(values[k]))
            for k, name in enumerate(names)
        ]
    return tuple(lines)
