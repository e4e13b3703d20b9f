"""Runs of inserts at a node: each residue that it inserts multiplies a path by the same probability.

The value at residue t is Σ over earlier ones t′ of c^(t − t′ − 1) x(t′). Within a piece (`lattice`) this is
a product with a small matrix, and the carry from piece to piece a product with another.

Shape of values: (S, n R), by the place within a piece, and by sequence and piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array


@dataclass(frozen=True)
class Runs:
    """The powers of c at each node.

    Parameters
    ----------
    within : Array, shape (L + 1, S, S)
        To a residue from an earlier one of the same piece.
    on, off : Array, shape (L + 1, S)
        From the beginning of a piece to each residue, and from each residue to its end.
    across : Array, shape (L + 1, R, R)
        To the beginning of a piece from the end of an earlier one.
    """

    within: Array
    on: Array
    off: Array
    across: Array

    def forward(self, node: int, entered: Array, out: Array) -> None:
        """Fill the values of inserts at each residue, from the entries before it."""
        carried = self.off[node] @ entered
        np.matmul(self.within[node], entered, out=out)
        out += self.on[node][:, None] * _moved(carried, self.across[node].T)

    def backward(self, node: int, left: Array, out: Array) -> None:
        """Fill what comes after inserts at each residue, by what they lead to behind it."""
        carried = self.on[node] @ left
        np.matmul(self.within[node].T, left, out=out)
        out += self.off[node][:, None] * _moved(carried, self.across[node])


def _moved(carried: Array, across: Array) -> Array:
    return np.asarray((carried.reshape(-1, len(across)) @ across).ravel())


def runs(stay: Array, many: int, size: int) -> Runs:
    """Return the powers of c, shape (L + 1,), for `many` pieces of `size` places."""
    power = stay[:, None] ** np.arange(many * size)
    return Runs(
        _earlier(power, size, 1),
        power[:, :size],
        np.ascontiguousarray(power[:, :size][:, ::-1]),
        _earlier(power, many, size),
    )


def _earlier(power: Array, many: int, apart: int) -> Array:
    """Return the powers to each of `many` places from each earlier one; from the one just before it is 1."""
    places = np.arange(many)
    between = places[:, None] - places - 1
    return np.where(between >= 0, power[:, apart * np.maximum(between, 0)], 0.0)
