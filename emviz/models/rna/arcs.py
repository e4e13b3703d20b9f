"""The transitions of a covariance model: to each row those children that its state has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Index, Simplex
from emviz.em.numerics import Array


@dataclass(frozen=True, eq=False)
class Arcs(Simplex):
    """Probabilities that add up to 1 over the entries of each row that exist; the others are 0.

    Parameters
    ----------
    there : bool array, shape (R, K)
        Which entries exist; two at least in each row.
    """

    there: NDArray[np.bool_]

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        if np.any(value[..., ~self.there] != 0):
            return "must be 0 where there is no transition"
        return super().fault(value)

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member uniformly."""
        # Exponential numbers over their sum are spread evenly over the simplex.
        drawn = rng.exponential(size=shape) * self.there
        return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))

    def to_free(self, value: Array) -> Array:
        """Return the logarithms of the ratios to the last entry of each row."""
        # The logarithm of 1 is 0: entries that do not exist are dropped below, but must not warn before.
        logs = np.log(np.where(self.there, value, 1.0))
        return np.asarray((logs - np.take_along_axis(logs, self._last, axis=-1))[self._others])

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the member that has these log-ratios."""
        logs = np.where(self.there, 0.0, -np.inf)
        logs[self._others] = free
        # Less the largest, so that no exponential overflows.
        weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the member with one entry changed and the others of its row scaled to fit."""
        row = index[:-1]
        others = self.there[row].copy()
        others[index[-1]] = False
        rest = float(value[row][others].sum())
        moved = value.copy()
        # Zeros cannot be scaled up, so they share the rest evenly.
        moved[row] = np.where(others, value[row] / rest if rest > 0 else 1 / others.sum(), 0) * (1 - entry)
        moved[index] = entry
        return moved

    @property
    def _last(self) -> NDArray[np.intp]:
        """The last entry of each row that exists, shape (R, 1)."""
        # `argmax` returns the first True, so the rows are read backwards.
        return np.asarray(self.there.shape[-1] - 1 - self.there[:, ::-1].argmax(axis=-1)[:, None])

    @property
    def _others(self) -> NDArray[np.bool_]:
        others = self.there.copy()
        np.put_along_axis(others, self._last, False, axis=-1)
        return others
