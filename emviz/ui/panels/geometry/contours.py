"""Contour lines on a grid: marching squares over all cells at once. No Qt."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array, quantile

Flags: TypeAlias = NDArray[np.bool_]
Cells: TypeAlias = NDArray[np.intp]
Grid: TypeAlias = tuple[Array, Array, Array]

NONE = (-1, -1)
#: For each pattern of corners above the level, the pairs of edges that its segments join; NONE where a cell
#: has no second one. Corners count 1, 2, 4, 8 around the cell from its origin; edge e joins corner e to the
#: next.
SEGMENTS: Cells = np.array(
    (
        (NONE, NONE),
        ((3, 0), NONE),
        ((0, 1), NONE),
        ((3, 1), NONE),
        ((1, 2), NONE),
        ((3, 0), (1, 2)),
        ((0, 2), NONE),
        ((3, 2), NONE),
        ((2, 3), NONE),
        ((2, 0), NONE),
        ((0, 1), (2, 3)),
        ((2, 1), NONE),
        ((1, 3), NONE),
        ((1, 0), NONE),
        ((0, 3), NONE),
        (NONE, NONE),
    )
)
CORNERS: Cells = np.array(((0, 0), (1, 0), (1, 1), (0, 1)))


def contour(xs: Array, ys: Array, values: Array, level: float) -> Array:
    """Return the contour of one level as pairs of points, shape (2s, 2).

    Parameters
    ----------
    xs, ys : Array, shapes (n,), (m,)
        Coordinates of the grid.
    values : Array, shape (n, m)
        Finite heights, or NaN, where there are no lines.
    level : float
        Height of the contour.
    """
    above = values > level
    pattern = np.sum([_at(above, i, j) * (1 << corner) for corner, (i, j) in enumerate(CORNERS)], axis=0)
    known = ~np.isnan(values)
    whole = np.all([_at(known, i, j) for i, j in CORNERS], axis=0)
    crossed = np.argwhere((pattern > 0) & (pattern < len(SEGMENTS) - 1) & whole)
    cases = pattern[tuple(crossed.T)]
    cells, which = np.nonzero(SEGMENTS[cases, :, 0] >= 0)
    order = np.argsort(2 * cases[cells] + which, kind="stable")
    cells, which = cells[order], which[order]
    return _crossings((xs, ys, values), level, crossed[cells], SEGMENTS[cases[cells], which]).reshape(-1, 2)


def levels(values: Array, most: int = 8) -> Array:
    """Return levels at depths that halve towards the maximum, so that they resolve the summit.

    Parameters
    ----------
    values : Array
        Finite heights, or NaN.
    most : int
        Number of levels.
    """
    known = values[~np.isnan(values)]
    top = float(known.max())
    typical = quantile(top - known, 0.8)
    if typical <= 0:
        return np.empty(0)
    deepest = 2.0 ** np.floor(np.log2(typical))
    return np.asarray(top - deepest / 2.0 ** np.arange(most))


def _at(grid: Flags, i: int, j: int) -> Flags:
    """Return the flags at one corner of every cell, shape (n−1, m−1)."""
    return grid[i : grid.shape[0] - 1 + i, j : grid.shape[1] - 1 + j]


def _crossings(grid: Grid, level: float, cells: Cells, edges: Cells) -> Array:
    """Return the points where the level crosses two edges of each cell, shape (c, 2, 2)."""
    xs, ys, values = grid
    corners = (cells[:, None] + CORNERS[(edges + turn) % len(CORNERS)] for turn in (0, 1))
    (i, j), (p, q) = (np.moveaxis(corner, -1, 0) for corner in corners)
    part = (level - values[i, j]) / (values[p, q] - values[i, j])
    return np.stack([xs[i] + part * (xs[p] - xs[i]), ys[j] + part * (ys[q] - ys[j])], axis=-1)
