"""A long sequence reduced to the columns of a picture: means, shares, extremes, and runs to label.

A window shows the steps `first` … `first + span` of a sequence; both may be fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy import intp
from numpy.typing import NDArray

from emviz.em.numerics import Array

#: Fewest steps in sight.
CLOSEST = 8.0


@dataclass(frozen=True)
class Window:
    """The steps in sight: the first, their number, and the length of the sequence."""

    first: float
    span: float
    steps: int

    @property
    def whole(self) -> bool:
        """Whether all steps are in sight."""
        return self.span >= self.steps

    @property
    def inside(self) -> range:
        """The steps that are at least partly in sight."""
        last = int(np.ceil(self.first + self.span - 1e-9))
        return range(max(int(self.first), 0), min(last, self.steps))

    def zoomed(self, at: float, factor: float) -> Window:
        """Return the window with `factor` times the steps and the step `at` in the same place."""
        span = min(max(self.span * factor, min(CLOSEST, self.steps)), float(self.steps))
        return Window(at - (at - self.first) * span / self.span, span, self.steps)._kept()

    def moved(self, first: float) -> Window:
        """Return the window scrolled to begin at `first`."""
        return Window(first, self.span, self.steps)._kept()

    def showing(self, step: int) -> Window:
        """Return the window scrolled, if necessary, to show a step."""
        if self.first <= step <= self.first + self.span - 1:
            return self
        return self.moved(step + 0.5 - self.span / 2)

    def _kept(self) -> Window:
        return Window(min(max(self.first, 0.0), self.steps - self.span), self.span, self.steps)


def whole(steps: int) -> Window:
    """Return the window on all steps."""
    return Window(0.0, float(steps), steps)


def starts(steps: range, columns: int) -> NDArray[intp]:
    """Return the first step of each column; all steps if they are no more than the columns.

    Returns
    -------
    integer array, shape (at most columns,)
    """
    many = min(len(steps), columns)
    return np.asarray(steps.start + np.arange(many, dtype=np.int64) * len(steps) // many, dtype=intp)


def means(values: Array, steps: range, columns: int) -> Array:
    """Return the mean of the values in each column.

    Parameters
    ----------
    values : Array, shape (T, K)

    Returns
    -------
    Array, shape (at most columns, K)
    """
    begins = starts(steps, columns)
    if len(begins) == len(steps):
        return values[steps.start : steps.stop]
    sums = np.add.reduceat(values[steps.start : steps.stop], begins - steps.start, axis=0)
    return np.asarray(sums / _widths(begins, steps)[:, None])


def shares(path: NDArray[intp], states: int, steps: range, columns: int) -> Array:
    """Return the share of each state in each column, shape (at most columns, K)."""
    begins = starts(steps, columns)
    widths = _widths(begins, steps)
    cells = np.repeat(np.arange(len(begins)) * states, widths) + path[steps.start : steps.stop]
    counts = np.bincount(cells, minlength=len(begins) * states).reshape(len(begins), states)
    return np.asarray(counts / widths[:, None])


def extremes(values: Array, steps: range, columns: int) -> tuple[Array, Array]:
    """Return the least and the greatest value of each column, ignoring NaN."""
    begins = starts(steps, columns) - steps.start
    inside = values[steps.start : steps.stop]
    return np.fmin.reduceat(inside, begins), np.fmax.reduceat(inside, begins)


def stacked(parts: Array, height: int) -> NDArray[np.uint8]:
    """Return the state at each pixel of a stacked ribbon, the first state at the bottom.

    Parameters
    ----------
    parts : Array, shape (columns, K)
        Shares that sum to 1 in each column.

    Returns
    -------
    integer array, shape (height, columns)
    """
    # Comparing short integers is three times as fast as comparing floats.
    tops = np.rint(np.cumsum(parts, axis=1)[:, :-1] * height).astype(np.int16)
    above = np.arange(height, dtype=np.int16)[::-1, None]
    states = np.zeros((height, len(parts)), dtype=np.uint8)
    for top in tops.T:
        states += above >= top
    return states


def runs(
    path: NDArray[intp], steps: range, breaks: Sequence[int] = ()
) -> tuple[NDArray[intp], NDArray[intp]]:
    """Return the first step of each run of one state, followed by the end of the last, and the states."""
    inside = path[steps.start : steps.stop]
    changed = np.concatenate([[True], np.diff(inside) != 0])
    changed[[each - steps.start for each in breaks if steps.start <= each < steps.stop]] = True
    begins = np.flatnonzero(changed)
    return np.append(begins, len(inside)) + steps.start, np.asarray(inside[begins], dtype=intp)


def _widths(begins: NDArray[intp], steps: range) -> NDArray[intp]:
    return np.diff(np.append(begins, steps.stop))
