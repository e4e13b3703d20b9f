"""Contour lines on a grid: marching squares over all cells at once. No Qt."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array, quantile

Flags: TypeAlias = NDArray[np.bool_]
Cells: TypeAlias = NDArray[np.intp]
Grid: TypeAlias = tuple[Array, Array, Array]

#: For each pattern of corners above the level, the pairs of edges that its segments join. Corners count
#: 1, 2, 4, 8 around the cell from its origin; edge e joins corner e to the next one.
SEGMENTS: tuple[tuple[tuple[int, int], ...], ...] = (
    (),
    ((3, 0),),
    ((0, 1),),
    ((3, 1),),
    ((1, 2),),
    ((3, 0), (1, 2)),
    ((0, 2),),
    ((3, 2),),
    ((2, 3),),
    ((2, 0),),
    ((0, 1), (2, 3)),
    ((2, 1),),
    ((1, 3),),
    ((1, 0),),
    ((0, 3),),
    (),
)
CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))


def contour(xs: Array, ys: Array, values: Array, level: float) -> Array:
    """Return the contour of one level as pairs of points, shape (2s, 2).

    Parameters
    ----------
    xs, ys : Array, shapes (n,), (m,)
        The coordinates of the grid.
    values : Array, shape (n, m)
        Finite heights.
    level : float
        Which contour.
    """
    above = values > level
    pattern = np.sum([_at(above, corner) * (1 << corner) for corner in range(len(CORNERS))], axis=0)
    pieces = [
        _segments((xs, ys, values), level, np.argwhere(pattern == case), pair)
        for case, pairs in enumerate(SEGMENTS)
        for pair in pairs
    ]
    return np.concatenate([np.empty((0, 2)), *pieces])


def levels(values: Array, most: int = 8) -> Array:
    """Return levels below the maximum, each twice as deep as the one before; they resolve the summit.

    Parameters
    ----------
    values : Array
        Finite heights.
    most : int
        How many levels.
    """
    depth = float(values.max()) - values
    typical = quantile(depth, 0.8)
    if typical <= 0:
        return np.empty(0)
    deepest = 2.0 ** np.floor(np.log2(typical))
    return np.asarray(float(values.max()) - deepest / 2.0 ** np.arange(most))


def _at(grid: Flags, corner: int) -> Flags:
    """Return the flags of one corner of every cell."""
    i, j = CORNERS[corner]
    return grid[i : grid.shape[0] - 1 + i, j : grid.shape[1] - 1 + j]


def _segments(grid: Grid, level: float, cells: Cells, pair: tuple[int, int]) -> Array:
    """Return the segments between two edges of some cells, shape (2c, 2)."""
    ends = [_crossing(grid, level, cells, edge) for edge in pair]
    return np.stack(ends, axis=1).reshape(-1, 2)


def _crossing(grid: Grid, level: float, cells: Cells, edge: int) -> Array:
    """Return where the level crosses one edge of some cells, shape (c, 2)."""
    xs, ys, values = grid
    (i, j), (p, q) = ((cells + np.array(CORNERS[corner % 4])).T for corner in (edge, edge + 1))
    part = (level - values[i, j]) / (values[p, q] - values[i, j])
    return np.stack([xs[i] + part * (xs[p] - xs[i]), ys[j] + part * (ys[q] - ys[j])], axis=1)
