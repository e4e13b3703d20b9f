"""The features φ(z) = (1, z_i, z_i z_j) of standardised points, in which every log density is linear."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

from emviz.em.numerics import Array

#: The most numbers of features that are kept with the data.
KEPT = 10_000
#: Points of a block.
BLOCK = 10_000
#: The most columns for which a box is made: it has 2^d corners.
MOST_BOXED = 6


class Box(NamedTuple):
    """What is known of all points of a large table, so that no step has to look at each.

    Parameters
    ----------
    corners : Array, shape (F, 2^d)
        The features of the corners of the smallest upright box around the points.
    sums : Array, shape (F,)
        The features summed over all points.
    """

    corners: Array
    sums: Array


def kept_features(points: Array, crossed: bool) -> Array | None:
    """Return the features of standardised points (d, n), shape (F, n); None if there are too many.

    Parameters
    ----------
    crossed : bool
        Whether they include products of different columns.
    """
    if _terms(points, crossed) * points.shape[1] > KEPT:
        return None
    return _made(points, crossed)


def boxed(points: Array, crossed: bool) -> Box | None:
    """Return the box of standardised points (d, n); None for few points or many columns."""
    columns, rows = points.shape
    if rows <= BLOCK or columns > MOST_BOXED:
        return None
    ends = zip(points.min(axis=1), points.max(axis=1), strict=True)
    corners = np.array(list(product(*ends))).T
    features, sums = np.ones((_terms(points, crossed), BLOCK)), np.zeros(_terms(points, crossed))
    for first in range(0, rows, BLOCK):
        part = points[:, first : first + BLOCK]
        fill(features[:, : part.shape[1]], part, crossed)
        sums += features[:, : part.shape[1]].sum(axis=1)
    return Box(_made(corners, crossed), sums)


def fill(features: Array, points: Array, crossed: bool) -> None:
    """Write z and its products below the row of ones."""
    columns = len(points)
    first = 1 + columns
    near = features[1:first]  # the points again, but side by side in the cache
    near[...] = points
    if not crossed:
        np.multiply(near, near, out=features[first:])
        return
    for i in range(columns):
        np.multiply(near[i], near[i:], out=features[first : first + columns - i])
        first += columns - i


def _terms(points: Array, crossed: bool) -> int:
    columns = len(points)
    return 1 + columns + (columns * (columns + 1) // 2 if crossed else columns)


def _made(points: Array, crossed: bool) -> Array:
    features = np.ones((_terms(points, crossed), points.shape[1]))
    fill(features, points, crossed)
    return features
