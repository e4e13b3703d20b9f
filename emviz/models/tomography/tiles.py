"""The sums of `projector` by tiles, for small images: a few products of small matrices.

At one angle about 15 bins at most see a tile of 8 × 8 pixels, so the matrix from its pixels to these bins is
small and not sparse. Angles that a reflection of the image maps onto one another share this matrix; the eight
views of a tile are the columns that it multiplies.

Shapes: P pixels, I lines; T tiles of half of the image, p pixels each; K angles of at most 45° with a window
of W bins each; 8 views, which are four mirror images, each from both ends.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array

Codes: TypeAlias = NDArray[np.intp]
#: Pixels along each side of a tile.
SIDE = 8


class Tiles(NamedTuple):
    """The weights from each tile to its windows, and the pixels and lines of each view.

    Parameters
    ----------
    weights : Array, shape (T, p, K W)
        The part of each pixel of a tile that goes to each bin of its windows.
    pixels : integer array, shape (T, p, 8)
        The pixel of the image at each place; P for none.
    lines : integer array, shape (T, K W, 8)
        The line of the scan for each bin; I for none.
    of_pixel, of_line : integer array, shape (4, P), (C, I)
        The places of a pixel in `pixels`, of a line in `lines`, filled up with the size of the table.
    """

    weights: Array
    pixels: Codes
    lines: Codes
    of_pixel: Codes
    of_line: Codes

    def project(self, image: Array) -> Array:
        """Return the sums along all lines, shape (I,), of an image, shape (P,)."""
        return _sums(image, self.pixels, self.weights.transpose(0, 2, 1), self.of_line)

    def back(self, values: Array) -> Array:
        """Return for every pixel the sum of the values, shape (I,), of its lines, shape (P,)."""
        return _sums(values, self.lines, self.weights, self.of_pixel)


def _sums(values: Array, columns: Codes, weights: Array, places: Codes) -> Array:
    """Return the products of weights and columns of values, summed over places; a 0 follows the last."""
    shape = (*weights.shape[:2], columns.shape[-1])
    # Gathered by place rather than scattered: `take` and one sum are far faster than `np.add.at`.
    products = np.zeros(weights.shape[0] * weights.shape[1] * columns.shape[-1] + 1)
    chosen = np.take(np.append(values, 0.0), columns, mode="clip")
    np.matmul(weights, chosen, out=products[:-1].reshape(shape))
    return np.asarray(np.take(products, places, mode="clip").sum(axis=0))


def tiles(size: int, places: Array, pixels: Codes, lines: Codes) -> Tiles:
    """Return the tiles of an image.

    Parameters
    ----------
    size : int
        Pixels along each side of the image.
    places : Array, shape (K, h)
        The positions of half of the pixels, row by row, on the detector: 1 at the centre of the first bin,
        from 0 to one past the last.
    pixels : integer array, shape (h, 8)
        Which pixels these are in each view; P for none.
    lines : integer array, shape (K, bins + 3, 8)
        Which lines the bins are in each view, from one in front of the detector to two behind it; I for none.
    """
    tile = _cut(size, places.shape[1])
    there, at = tile >= 0, places[:, tile]
    first = at.astype(np.intp)
    begins = first.min(axis=2, where=there, initial=lines.shape[1])
    ahead = np.where(there, first - begins[..., None], 0)
    width = int(ahead.max()) + 2
    weights = np.zeros((*first.shape, width))
    np.put_along_axis(weights, ahead[..., None], (there * (1 - (at - first)))[..., None], axis=3)
    np.put_along_axis(weights, ahead[..., None] + 1, (there * (at - first))[..., None], axis=3)
    # The code for "none" is the number of lines, hence the largest.
    many_pixels, many_lines = size**2, int(lines.max())
    windows = np.minimum(begins[..., None] + np.arange(width), lines.shape[1] - 1)
    seen = lines[np.arange(len(lines))[:, None, None], windows].swapaxes(0, 1).reshape(len(tile), -1, 8)
    shown = np.where(there[..., None], pixels[tile], many_pixels)
    return Tiles(
        weights.transpose(1, 2, 0, 3).reshape(*tile.shape, -1),
        shown,
        seen,
        _standing(shown, many_pixels),
        _standing(seen, many_lines),
    )


def _cut(size: int, half: int) -> Codes:
    """Return which of the first half of the pixels are in each tile, shape (T, p); −1 for none."""
    high, wide = (SIDE * -(-many // SIDE) for many in (-(-size // 2), size))
    row, column = np.indices((high, wide))
    grid = np.where((column < size) & (size * row + column < half), size * row + column, -1)
    return grid.reshape(-1, SIDE, wide // SIDE, SIDE).swapaxes(1, 2).reshape(-1, SIDE**2)


def _standing(table: Codes, many: int) -> Codes:
    """Return all places of each of 0 … many − 1 in a table, shape (C, many), filled up with its size."""
    order = np.argsort(table, axis=None, kind="stable")
    values = table.ravel()[order]
    order, values = order[values < many], values[values < many]
    # The rank of each place among those of the same value, which is its row in the result.
    which = np.arange(len(values)) - np.searchsorted(values, values)
    found = np.full((int(which.max(initial=0)) + 1, many), table.size)
    found[which, values] = order
    return found
