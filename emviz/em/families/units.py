"""The units of a mixture: equal ones are one row with a multiplicity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from emviz.em.counts.labels import Labels, all_known
from emviz.em.model import Rows
from emviz.em.numerics import Array


@dataclass(frozen=True, eq=False)
class Units:
    """Units, equal ones collapsed: U distinct ones in N rows.

    Parameters
    ----------
    numbers : Array, shape (S, U)
        The S numbers that each distinct unit adds to the counts of its component, besides itself.
    times : Array, shape (U,)
        The number of units equal to it.
    which : integer array, shape (N,)
        The distinct unit of each row.
    count : Array, shape (N,)
        The units of each row.
    label : integer array, shape (N,), or None
        The true component of each row, `UNKNOWN` if missing.
    orders : float
        The constant term of log P, which is free of θ, in nats.
    """

    numbers: Array
    times: Array
    which: Rows
    count: Array
    label: Labels | None
    orders: float

    @classmethod
    def of_numbers(
        cls, values: Array, count: Array, label: Labels | None, free: Callable[[Array], Array]
    ) -> Self:
        """Return the units of rows with one number each, which is itself what a unit adds.

        Parameters
        ----------
        values, count : Array, shape (N,)
            The number of each row, and its units.
        label : integer array, shape (N,), or None
            The true component of each row.
        free : callable
            Returns the terms of log P of some numbers that are free of θ, in nats.
        """
        distinct, which = np.unique(values, return_inverse=True)
        times = np.bincount(which, count).astype(np.float64)
        return cls(distinct[None], times, which, count, label, float(times @ free(distinct)))

    @cached_property
    def mean(self) -> Array:
        """The mean of what a unit adds, shape (S,)."""
        return np.array([self.times @ each for each in self.numbers]) / float(self.times.sum())

    @cached_property
    def known(self) -> Array | None:
        """The number of units of each distinct unit and true component, shape (U, K or fewer), or None."""
        if not all_known(self.label):
            return None
        size = int(self.label.max()) + 1
        places = self.which * size + self.label
        return np.bincount(places, self.count, len(self.times) * size).reshape(-1, size).astype(np.float64)
