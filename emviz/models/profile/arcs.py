"""The transitions of a profile: nine at each node, and those that do not exist at its two ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import SUM_SLACK, Index, Simplex
from emviz.em.numerics import Array

#: The states of a node: match, insert, delete; a kind is a place in this text.
KINDS = "MID"
MATCH, INSERT, DELETE = range(3)


def allowed(nodes: int) -> NDArray[np.bool_]:
    """Return the transitions that exist, shape (L + 1, 3, 3): node, from, to.

    Node 0 is the begin (its M) with the insert before the first node, and has no D; from node L, M leads to
    the end, and no D follows.
    """
    there = np.ones((nodes + 1, 3, 3), dtype=np.bool_)
    there[0, DELETE] = False
    there[nodes, :, DELETE] = False
    return there


def normalised(arcs: Array) -> Array:
    """Return rows that add up to 1; rows of zeros stay as they are."""
    sums = arcs.sum(axis=-1, keepdims=True)
    scaled: Array = np.divide(arcs, sums, out=np.zeros_like(arcs), where=sums > 0)
    return scaled


def run_on(deletes: Array, stay: Array, beside: np.ufunc) -> None:
    """Combine runs of deletes of any length in logarithms, by `logaddexp` or `maximum`.

    Doubling: runs of up to 1, 3, 7, … steps, each made of two shorter ones.
    """
    reach, cost = 1, np.concatenate(([-np.inf], stay[:-1]))
    while reach < len(stay):
        beside(deletes[:, reach:], deletes[:, :-reach] + cost[reach:], out=deletes[:, reach:])
        cost = np.concatenate((np.full(reach, -np.inf), cost[reach:] + cost[:-reach]))
        reach *= 2


@dataclass(frozen=True)
class Arcs(Simplex):
    """Probabilities that add up to 1 over the transitions that exist; the others are 0.

    Parameters
    ----------
    nodes : int
        L.
    """

    nodes: int

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """Which transitions exist, shape (L + 1, 3, 3)."""
        return allowed(self.nodes)

    @cached_property
    def _origins(self) -> NDArray[np.bool_]:
        return np.asarray(self.there.any(axis=-1))

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        if np.any(value < 0):
            return "must not be negative"
        if np.any(value[..., ~self.there] != 0):
            return "must be 0 where there is no transition"
        good = np.isclose(value.sum(axis=-1), self._origins, rtol=0, atol=SUM_SLACK)
        return None if good.all() else "must add up to 1"

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member uniformly."""
        # Exponential numbers over their sum are spread evenly over the simplex.
        return normalised(rng.exponential(size=shape) * self.there)

    def to_free(self, value: Array) -> Array:
        """Return the logarithms of the ratios to the transition into the insert, which always exists."""
        others = self.there.copy()
        others[..., INSERT] = False
        ratios = np.log(value[others]) - np.log(
            np.broadcast_to(value[..., INSERT : INSERT + 1], value.shape)[others]
        )
        return np.asarray(ratios)

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the member that has these log-ratios."""
        others = self.there.copy()
        others[..., INSERT] = False
        logs = np.where(self.there, 0.0, -np.inf)
        logs[others] = free
        # At least 0: a row without transitions is −∞ throughout, and −∞ − (−∞) is not a number.
        weights = np.exp(logs - np.maximum(logs.max(axis=-1, keepdims=True), 0.0))
        return normalised(weights)

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the member with one entry changed and the others of its row scaled to fit."""
        row, there = value[index[:-1]].copy(), self.there[index[:-1]].copy()
        there[index[-1]] = False
        rest = row[there].sum()
        row[there] = row[there] * ((1 - entry) / rest) if rest > 0 else (1 - entry) / there.sum()
        row[index[-1]] = entry
        moved = value.copy()
        moved[index[:-1]] = row
        return moved
