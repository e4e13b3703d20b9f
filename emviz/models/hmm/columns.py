"""The columns of the count table and the lines of the M-step, in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em import views as view
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

#: What is counted of the values in a state.
MOMENTS = ("steps", "Σx", "Σx²")


@dataclass(frozen=True)
class Layout:
    """Which columns and which lines of the M-step there are, the columns in the order of the entries of θ.

    The table shows the column of the first step last: where there is one sequence it tells least.

    Parameters
    ----------
    states : int
        K.
    symbols : tuple of str
        What is counted of each state's emissions.
    gaussian : bool
        Emissions are numbers.
    learned : bool
        The first step has a column: its distribution is learned.
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
    def groups(self) -> tuple[view.Group, ...]:
        """The columns: the first step, transitions from each state, emissions of each state."""
        names = self.names
        begin = (view.Group("first step", 0, names),) if self.learned else ()
        moves = (view.Group(f"from {name}", k, names) for k, name in enumerate(names))
        said = "in" if self.gaussian else "emits in"
        emits = (view.Group(f"{said} {name}", k, self.symbols) for k, name in enumerate(names))
        return (*begin, *moves, *emits)

    @property
    def shown(self) -> tuple[view.Group, ...]:
        """The columns as the table shows them."""
        return (*self.groups[self.learned :], *self.groups[: self.learned])

    def group_shown(self, place: int) -> int:
        """Return the group that the table shows at a place."""
        return (place + self.learned) % len(self.groups)

    def as_shown(self, counts: Array) -> Array:
        """Return counts, shape (..., M), as the table shows them."""
        return np.roll(counts, -self.states * self.learned, axis=-1)

    def as_ordered(self, shown: Array) -> Array:
        """Return counts that the table shows, shape (..., M), in the order of the entries of θ."""
        return np.roll(shown, self.states * self.learned, axis=-1)

    @property
    def chain(self) -> int:
        """How many columns come before the emissions."""
        return self.states * (self.states + self.learned)

    def columns_of(self, group: int) -> list[int]:
        """Return the columns of a group."""
        wide = self.chain // self.states
        if group < wide:
            return list(range(group * self.states, (group + 1) * self.states))
        first = self.chain + (group - wide) * len(self.symbols)
        return list(range(first, first + len(self.symbols)))

    def group_of(self, column: int) -> int:
        """Return the group of a column."""
        if column < self.chain:
            return column // self.states
        return self.chain // self.states + (column - self.chain) // len(self.symbols)

    def updates_of(self, columns: list[int]) -> list[int]:
        """Return the lines of the M-step whose numerators stand in these columns."""
        if not self.gaussian or columns[0] < self.chain:
            return columns
        k = (columns[0] - self.chain) // len(MOMENTS)
        return [self.chain + k, self.chain + self.states + k]

    def columns_behind(self, update: int) -> list[int]:
        """Return the columns that a line of the M-step is made of."""
        if not self.gaussian or update < self.chain:
            return [update]
        which, k = divmod(update - self.chain, self.states)
        return self.columns_of(self.chain // self.states + k)[: 2 + which]


def layout_of(data: HmmData, states: int, learned: bool) -> Layout:
    """Return the columns for these data."""
    return Layout(states, data.alphabet or MOMENTS, data.gaussian, learned)


def totals(counts: HmmCounts, learned: bool) -> Array:
    """Return the expected counts of all rows in the order of the columns, shape (M,)."""
    chain = [counts.initial, counts.transition.ravel()][not learned :]
    if isinstance(counts, CategoricalCounts):
        return np.concatenate([*chain, counts.emission.ravel()])
    return np.concatenate([*chain, moments(counts).ravel()])


def moments(counts: GaussianCounts) -> Array:
    """Return the expected steps, Σx and Σx² of each state, shape (K, 3)."""
    steps, around, sums, squares = counts[2:]
    return np.stack([steps, steps * around + sums, squares + 2 * around * sums + steps * around**2], axis=1)


def updates(layout: Layout, counts: HmmCounts, found: HmmParams) -> tuple[view.Update, ...]:
    """Return the lines of the M-step, in the order of the entries of θ."""
    names = layout.names
    lines: list[view.Update] = []
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
            view.Update(f"{symbol}_{name}", k, float(tops[k]), (float(steps[k]),), float(values[k]))
            for k, name in enumerate(names)
        ]
    return tuple(lines)
