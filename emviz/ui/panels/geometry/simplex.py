"""Three probabilities that sum to 1 as a point of a triangle, and heights over it. No Qt.

The corners are at the lower left, the lower right and the top, in this order; edges have length 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.ui.panels.geometry.contours import contour

CORNERS = np.array([(0.0, 0.0), (1.0, 0.0), (0.5, np.sqrt(0.75))])
HEIGHT = float(np.sqrt(0.75))


def on_plane(shares: Array) -> Array:
    """Return probabilities, shape (..., 3), as points of the plane, shape (..., 2)."""
    return np.asarray(shares @ CORNERS)


def on_simplex(points: Array) -> Array:
    """Return points of the plane as weights, shape (..., 3); outside the triangle some are negative."""
    top = points[..., 1] / HEIGHT
    right = points[..., 0] - top / 2
    return np.stack([1 - right - top, right, top], axis=-1)


def inside(shares: Array, least: float = 0.01, places: int = 2) -> Array:
    """Return the nearest round probabilities that sum to 1 and are at least `least`; shape (3,).

    Parameters
    ----------
    shares : Array, shape (3,)
        Any weights that sum to 1.
    least : float
        Smallest probability.
    places : int
        Decimals.
    """
    pulled = np.maximum(shares, least)
    pulled = least + (pulled - least) * (1 - 3 * least) / max(float((pulled - least).sum()), 1e-12)
    rounded = np.round(pulled, places)
    # The rounding error goes to the largest, which stays above the minimum.
    largest = int(rounded.argmax())
    rounded[largest] = round(1.0 - float(np.delete(rounded, largest).sum()), places)
    return np.asarray(rounded)


@dataclass(frozen=True, eq=False)
class Mesh:
    """Heights on a regular triangular grid.

    Parameters
    ----------
    side : int
        Steps along an edge.
    heights : Array, shape (side+1, side+1)
        The height at first probability i / side and second probability j / side. Where i + j > side, outside
        the triangle, the heights are mirrored, so that there is no cliff along the third edge.
    """

    side: int
    heights: Array

    def at(self, shares: Array) -> Array:
        """Return interpolated heights, shape (...), at probabilities of shape (..., 3)."""
        first, second = (np.clip(shares[..., k], 0, 1) * self.side for k in (0, 1))
        i, j = (np.minimum(place.astype(np.intp), self.side - 1) for place in (first, second))
        a, b = first - i, second - j
        grid = self.heights
        lower = grid[i, j] + a * (grid[i + 1, j] - grid[i, j]) + b * (grid[i, j + 1] - grid[i, j])
        far = grid[i + 1, j + 1]
        upper = far + (1 - a) * (grid[i, j + 1] - far) + (1 - b) * (grid[i + 1, j] - far)
        return np.asarray(np.where(a + b <= 1, lower, upper))

    def contour(self, level: float) -> Array:
        """Return the contour of one level as pairs of points of the plane, shape (2s, 2)."""
        at = np.linspace(0.0, 1.0, self.side + 1)
        ends = contour(at, at, self.heights, level).reshape(-1, 2, 2)
        return on_plane(_weights(_clipped(ends))).reshape(-1, 2)


def mesh(places: Array, side: int, heights: Array) -> Mesh:
    """Return heights, given in any order, as a mesh.

    Parameters
    ----------
    places : Array, shape (m, 3)
        The points of the grid.
    side : int
        Steps along an edge.
    heights : Array, shape (m,)
        Finite heights.
    """
    grid = np.full((side + 1, side + 1), np.nan)
    i, j = (np.rint(places[:, k] * side).astype(np.intp) for k in (0, 1))
    grid[i, j] = heights
    rows, columns = np.indices(grid.shape)
    beyond = rows + columns > side
    grid[beyond] = grid[side - columns[beyond], side - rows[beyond]]
    # Missing points are drawn as low ground.
    return Mesh(side, np.where(np.isfinite(grid), grid, heights.min(initial=0.0)))


def raster_places(columns: int) -> tuple[Array, int]:
    """Return the weights at the centres of square pixels, shape (rows, columns, 3), and `rows`."""
    rows = max(1, round(columns * HEIGHT))
    x = (np.arange(columns) + 0.5) / columns
    y = (np.arange(rows) + 0.5) / rows * HEIGHT
    points = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)
    return on_simplex(points), rows


def _weights(pairs: Array) -> Array:
    """Return all three probabilities from the first two."""
    return np.concatenate([pairs, 1 - pairs.sum(axis=-1, keepdims=True)], axis=-1)


def _clipped(segments: Array) -> Array:
    """Return the parts of segments, shape (s, 2, 2), where the first two probabilities sum to at most 1."""
    sums = segments.sum(axis=2)
    kept, sums = segments[sums.min(axis=1) < 1], sums[sums.min(axis=1) < 1]
    spread = sums[:, 1] - sums[:, 0]
    cut = np.divide(1 - sums[:, 0], spread, out=np.zeros_like(spread), where=spread != 0)
    crossing = kept[:, 0] + cut[:, None] * (kept[:, 1] - kept[:, 0])
    outside = sums > 1
    return np.asarray(np.where(outside[:, :, None], crossing[:, None, :], kept))
