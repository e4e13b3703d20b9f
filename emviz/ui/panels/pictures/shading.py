"""Shades and colours of the cells of a heat map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from emviz.em.numerics import Array
from emviz.em.pictures import Matrix
from emviz.ui.look.theme import Theme


def shades(matrix: Matrix) -> Array:
    """Return the shade of each cell, 0 … 1, shape (R, C); NaN where a value is missing."""
    span = matrix.high - matrix.low
    if span <= 0:
        return np.where(np.isnan(matrix.values), np.nan, 0.0)
    return np.clip((matrix.values - matrix.low) / span, 0.0, 1.0)


def pooled(values: Array, size: tuple[int, int]) -> tuple[Array, NDArray[np.intp]]:
    """Return the shades reduced to at most one per pixel, and the first row of each line of pixels.

    The darkest of the cells that share a pixel is kept: a peak one cell wide must not vanish.

    Parameters
    ----------
    values : Array, shape (R, C)
        The shades; NaN where a value is missing.
    size : pair of int
        Pixels down and across.
    """
    starts = [
        np.arange(count) if count <= most else np.arange(most) * count // most
        for count, most in zip(values.shape, size, strict=True)
    ]
    fewer = np.fmax.reduceat(np.fmax.reduceat(values, starts[0], axis=0), starts[1], axis=1)
    return fewer, starts[0]


def channels(colour: str) -> Array:
    """Return red, green and blue of a colour, 0 … 255, shape (3,)."""
    shown = QColor(colour)
    return np.array([shown.red(), shown.green(), shown.blue()], dtype=np.float64)


def mixed(theme: Theme, colour: str, shade: float) -> str:
    """Return a colour blended into that of the cards, with the shade as its opacity."""
    card = channels(theme.card)
    red, green, blue = np.rint(card + shade * (channels(colour) - card)).astype(int).tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"


def begins(matrix: Matrix) -> list[int]:
    """Return the rows at which a component begins; none where the rows are not sorted by component."""
    components = np.asarray(matrix.components or (0,))
    found: list[int] = (np.flatnonzero(np.diff(components)) + 1).tolist()
    return found if len(found) < len(np.unique(components)) else []
