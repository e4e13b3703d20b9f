"""The units of a mixture: equal ones are one row with a multiplicity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from emviz.em.labels import Labels, all_known
from emviz.em.model import Rows
from emviz.em.numerics import Array


@dataclass(frozen=True, eq=False)
class Units:
    """Units, equal ones collapsed: U distinct ones in N rows.

    Parameters
    ----------
    told : Array, shape (S, U)
        What each distinct unit adds, beside itself, to the counts of the component that it belongs to.
    times : Array, shape (U,)
        How many there are.
    which : integer array, shape (N,)
        The distinct unit of each row.
    count : Array, shape (N,)
        The units of each row.
    label : integer array, shape (N,), or None
        The true component of each row, `UNKNOWN` where it is missing.
    orders : float
        What log P has beside the sum, free of θ, in nats.
    """

    told: Array
    times: Array
    which: Rows
    count: Array
    label: Labels | None
    orders: float

    @classmethod
    def of_numbers(
        cls, values: Array, count: Array, label: Labels | None, free: Callable[[Array], Array]
    ) -> Self:
        """Return rows of one number each, told as it is, equal ones collapsed.

        Parameters
        ----------
        values, count : Array, shape (N,)
            The number of each row, and its units.
        label : integer array, shape (N,), or None
            The true component of each row.
        free : callable
            Tells what log P has of a number that is free of θ, in nats.
        """
        distinct, which = np.unique(values, return_inverse=True)
        times = np.bincount(which, count).astype(np.float64)
        return cls(distinct[None], times, which, count, label, float(times @ free(distinct)))

    @cached_property
    def mean(self) -> Array:
        """What a unit adds in the mean, shape (S,)."""
        return np.array([self.times @ each for each in self.told]) / float(self.times.sum())

    @cached_property
    def known(self) -> Array | None:
        """How many of each distinct unit are known to be of each component, shape (U, K or fewer)."""
        if not all_known(self.label):
            return None
        size = int(self.label.max()) + 1
        places = self.which * size + self.label
        return np.bincount(places, self.count, len(self.times) * size).reshape(-1, size).astype(np.float64)
