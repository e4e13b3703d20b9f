"""The four cells of linkage: their classes, their probabilities, and Q, all as functions of π."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from emviz.em.convergence.rate import missing
from emviz.em.families.categories import Categories
from emviz.em.model import Round
from emviz.em.numerics import Array, xlogy

CELLS = ("1", "2", "3", "4")
#: The probability of each cell, as the derivations write it.
WRITTEN = ("1/2 + π/4", "(1 − π)/4", "(1 − π)/4", "π/4")
#: The sides of the M-step: classes proportional to π, to 1 − π, or to neither.
SIDES = ("for π", "for 1 − π", "for neither")
#: The classes: two of cell 1, and the one class of every other cell.
NAMES = ("1/2", "π/4", "one class")
#: The side for which each class of each cell is counted; −1 if the cell has no such class.
SIDE_OF = np.array([(2, 0, -1), (-1, -1, 1), (-1, -1, 1), (-1, -1, 0)])


class LinkageParams(NamedTuple):
    """The parameter π of the four cells; shape ()."""

    pi: Array


class LinkageCounts(NamedTuple):
    """Expected animals in the classes for π, for 1 − π, and for neither; shape (3,)."""

    animals: Array


LinkageRound: TypeAlias = Round[LinkageParams, LinkageCounts]


def chances(pi: Array) -> Array:
    """Return the probabilities of the four cells, shape (..., 4)."""
    return np.stack([0.5 + pi / 4, (1 - pi) / 4, (1 - pi) / 4, pi / 4], axis=-1)


def share_of(pi: Array) -> Array:
    """Return the part of cell 1 that is of class π/4."""
    return np.asarray(pi / (2 + pi))


def counted(data: Categories, split: Array) -> LinkageCounts:
    """Return the counts if `split` animals of cell 1 are of class π/4."""
    first, second, third, fourth = data.total
    return LinkageCounts(np.array([split + fourth, second + third, first - split]))


def expected_log(data: Categories, counts: LinkageCounts, pi: Array) -> Array:
    """Return Q, shape (...), at π of shape (...), in nats."""
    in_favour, against, neither = counts.animals
    logs = xlogy(in_favour, pi / 4) + xlogy(against, (1 - pi) / 4) + xlogy(neither, 0.5)
    return np.asarray(logs + data.orders)


def maximum(data: Categories) -> float:
    """Return π*, the root in [0, 1] of the score equation n π² − (y₁ − 2 (y₂ + y₃) − y₄) π − 2 y₄ = 0."""
    first, second, third, fourth = data.total.tolist()
    size, slope = first + second + third + fourth, first - 2 * (second + third) - fourth
    return float((slope + np.sqrt(slope**2 + 8 * size * fourth)) / (2 * size))


def missing_fraction(data: Categories, pi: float) -> float:
    """Return the fraction of missing information at 0 < π < 1.

    Given y₁, x₂ is binomial, so Var(x₂) / π² of the complete information (x₂ + y₄) / π² + (y₂ + y₃) / (1 −
    π)² is missing (Louis, J. R. Statist. Soc. B 44:226 (1982)).
    """
    first, share = float(data.total[0]), pi / (2 + pi)
    in_favour, against, _ = counted(data, np.array(first * share)).animals.tolist()
    return missing(first * share * (1 - share) / pi**2, in_favour / pi**2 + against / (1 - pi) ** 2)
