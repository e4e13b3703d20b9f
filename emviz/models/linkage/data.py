"""The four cells: what the data are, how probable each cell is, and what their classes say of π."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.model import Round
from emviz.em.numerics import Array, xlogy
from emviz.em.rate import missing

CELLS = ("1", "2", "3", "4")
#: What each cell is, as the derivations write it.
WRITTEN = ("1/2 + π/4", "(1 − π)/4", "(1 − π)/4", "π/4")
#: What a class says of π: it is one of π, one of 1 − π, or neither.
SIDES = ("for π", "for 1 − π", "for neither")
#: The classes that the cells are made of: the two of cell 1, and the one of another.
NAMES = ("1/2", "π/4", "one class")
#: The side for which each class of each cell is counted; −1 where a cell has no such class.
SIDE_OF = np.array([(2, 0, -1), (-1, -1, 1), (-1, -1, 1), (-1, -1, 0)])


class LinkageParams(NamedTuple):
    """The parameter π of the four cells; shape ()."""

    pi: Array


class LinkageCounts(NamedTuple):
    """Expected animals in the classes that say π, 1 − π, and neither; shape (3,)."""

    animals: Array


@dataclass(frozen=True, eq=False)
class LinkageData:
    """Animals by cell.

    Parameters
    ----------
    cell : integer array, shape (N,)
        The cell of each row, from 0.
    count : Array, shape (N,)
        The animals of each row.
    total : Array, shape (4,)
        The animals of each cell.
    orders : float
        log n! / Π y_c!, the multinomial coefficient of these counts.
    """

    cell: NDArray[np.intp]
    count: Array
    total: Array
    orders: float


LinkageRound: TypeAlias = Round[LinkageParams, LinkageCounts]


def chances(pi: Array) -> Array:
    """Return the probabilities of the four cells, shape (..., 4)."""
    return np.stack([0.5 + pi / 4, (1 - pi) / 4, (1 - pi) / 4, pi / 4], axis=-1)


def share_of(pi: Array) -> Array:
    """Return the part of cell 1 that is of class π/4."""
    return np.asarray(pi / (2 + pi))


def counted(data: LinkageData, split: Array) -> LinkageCounts:
    """Return the counts when so many animals of cell 1 are of class π/4."""
    first, second, third, fourth = data.total
    return LinkageCounts(np.array([split + fourth, second + third, first - split]))


def expected_log(data: LinkageData, counts: LinkageCounts, pi: Array) -> Array:
    """Return Q, shape (...), at π of shape (...), in nats."""
    told, against, neither = counts.animals
    logs = xlogy(told, pi / 4) + xlogy(against, (1 - pi) / 4) + xlogy(neither, 0.5)
    return np.asarray(logs + data.orders)


def maximum(data: LinkageData) -> float:
    """Return π*, the root in [0, 1] of the score: n π² − (y₁ − 2 (y₂ + y₃) − y₄) π − 2 y₄ = 0."""
    first, second, third, fourth = data.total.tolist()
    size, slope = first + second + third + fourth, first - 2 * (second + third) - fourth
    return float((slope + np.sqrt(slope**2 + 8 * size * fourth)) / (2 * size))


def missing_fraction(data: LinkageData, pi: float) -> float:
    """Return the fraction of missing information at 0 < π < 1: x₂ is binomial given y₁."""
    first, share = float(data.total[0]), pi / (2 + pi)
    told, against, _ = counted(data, np.array(first * share)).animals.tolist()
    return missing(first * share * (1 - share) / pi**2, told / pi**2 + against / (1 - pi) ** 2)
