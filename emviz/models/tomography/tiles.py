"""The same sums by tiles of the image, for images that are not large: a few products of small matrices.

At an angle a tile of 8 × 8 pixels is seen by a window of some 15 bins at the most, so that what its pixels
give to them is a matrix of which much is not 0. Angles that mirror images turn into one another have the same
matrix: what they see of a tile are eight columns that it is multiplied with.

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
    """What each tile gives to its windows, and where it stands in each view.

    Parameters
    ----------
    weights : Array, shape (T, p, K W)
        The part of each pixel of a tile that goes to each bin of its windows.
    pixels : integer array, shape (T, p, 8)
        Which pixel of the image stands there; P where none does.
    lines : integer array, shape (T, K W, 8)
        Which line of the scan each bin is; I where it is none.
    of_pixel, of_line : integer array, shape (4, P), (C, I)
        The places where a pixel stands in `pixels`, a line in `lines`, filled up with one behind the last.
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
        """Return for every pixel the sum over its lines, shape (P,), of what these have, shape (I,)."""
        return _sums(values, self.lines, self.weights, self.of_pixel)


def _sums(values: Array, columns: Codes, weights: Array, places: Codes) -> Array:
    """Return sums over places in the products of weights and columns of values, with 0 behind the last."""
    shape = (*weights.shape[:2], columns.shape[-1])
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
        Where half of the pixels, row by row, stand on the detector: 1 at the middle of the first bin, from 0
        to 1 behind the last.
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
    """Return all places of 0 … many − 1 in a table, shape (C, many), filled up with its size."""
    order = np.argsort(table, axis=None, kind="stable")
    values = table.ravel()[order]
    order, values = order[values < many], values[values < many]
    which = np.arange(len(values)) - np.searchsorted(values, values)
    found = np.full((int(which.max(initial=0)) + 1, many), table.size)
    found[which, values] = order
    return found
