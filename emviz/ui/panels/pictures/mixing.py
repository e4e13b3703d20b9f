"""Colours blended by responsibility, and palettes of few colours for many points.

Colours are arrays of red, green and blue, 0 … 255.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from emviz.em.numerics import Array

#: Most brushes for the points of a scatter: one for each of thousands is slow.
BRUSHES = 64


def channels(colours: tuple[str, ...]) -> Array:
    """Return colours "#rrggbb" as an array, shape (K, 3)."""
    shown = [QColor(colour) for colour in colours]
    return np.array([(c.red(), c.green(), c.blue()) for c in shown], dtype=np.float64).reshape(-1, 3)


def blended(shares: Array, colours: Array) -> Array:
    """Return the components' colours blended by shares, shape (..., 3).

    Parameters
    ----------
    shares : Array, shape (..., K)
        Responsibilities or counts, not negative; all zeros give black.
    colours : Array, shape (K, 3)
        The colour of each component.
    """
    totals = shares.sum(axis=-1, keepdims=True)
    parts = np.divide(shares, totals, out=np.zeros_like(shares, dtype=np.float64), where=totals > 0)
    return np.asarray(parts @ colours)


def quantised(colours: Array, most: int = BRUSHES) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Return a small palette that approximates many colours, and the index of each colour in it.

    Parameters
    ----------
    colours : Array, shape (n, 3)
        The colours.
    most : int
        Largest size of the palette.

    Returns
    -------
    places : integer array, shape (n,)
    palette : uint8 array, shape (p, 3)
    """
    grain, most = 4, max(most, 1)
    while True:
        cells = (colours // grain).astype(np.int64)
        codes = (cells[:, 0] << 16) | (cells[:, 1] << 8) | cells[:, 2]
        places, size = _numbered(codes)
        if size <= most or grain >= 256:
            return places, _middles(colours, places, size)
        grain *= 2


def _numbered(codes: NDArray[np.int64]) -> tuple[NDArray[np.intp], int]:
    """Return the rank of each code among the distinct ones, and their number."""
    # np.unique would import numpy.ma at its first call, which takes 15 ms.
    order = np.argsort(codes)
    ranks = np.cumsum(np.diff(codes[order], prepend=codes[order[:1]]) > 0)
    places = np.empty_like(order)
    places[order] = ranks
    return places, int(ranks[-1]) + 1 if len(ranks) else 0


def _middles(colours: Array, places: NDArray[np.intp], size: int) -> NDArray[np.uint8]:
    """Return the mean colour of each palette entry, so that a pure colour stays pure."""
    weights = np.maximum(np.bincount(places, minlength=size), 1)
    sums = [np.bincount(places, colours[:, k], minlength=size) / weights for k in range(3)]
    return np.asarray(np.rint(np.stack(sums, axis=1)), dtype=np.uint8)
