"""Where points with holes are drawn in two columns, and the line along which each of them may lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array


def placed(
    raw: Array, extent: tuple[float, float, float, float], guesses: tuple[Array, Array] | None
) -> tuple[Array, Array]:
    """Return where points are drawn, shape (n, 2), and the ends of the line of each hole, shape (m, 2, 2).

    Parameters
    ----------
    raw : Array, shape (n, 2)
        The two numbers of each; NaN in a hole.
    extent : tuple of float
        x0, x1, y0, y1 of the picture.
    guesses : pair of Array, shape (n, 2), or None
        What is expected in the holes, and how far it may be off. None before the E-step, when a number that
        is missing may be anything: the line goes right through the picture, from a point at its edge.
    """
    gone = np.isnan(raw)
    if guesses is None:
        low, high = np.array(extent[::2]), np.array(extent[1::2])
        points = np.where(gone, low, raw)
        return points, _lines(points, gone, np.broadcast_to(low, raw.shape), np.broadcast_to(high, raw.shape))
    points, sd = np.where(gone, guesses[0], raw), guesses[1]
    return points, _lines(points, gone, points - sd, points + sd)


def _lines(points: Array, gone: NDArray[np.bool], low: Array, high: Array) -> Array:
    """Return a line for each hole, along the axis of the hole."""
    made = []
    for axis in (0, 1):
        here = np.flatnonzero(gone[:, axis])
        ends = np.stack([points[here], points[here]], axis=1)
        ends[:, 0, axis], ends[:, 1, axis] = low[here, axis], high[here, axis]
        made.append(ends)
    return np.concatenate(made)


def mixed(shares: Array, whole: Array, spread: Array) -> tuple[Array, Array]:
    """Return what a mixture expects in each column of some rows, and its standard deviation, (n, d) each.

    Parameters
    ----------
    shares : Array, shape (n, K)
    whole, spread : Array, shape (K, n, d)
        The rows as each component fills them, and the variance of what it fills in.
    """
    weights = shares.T[:, :, None]
    mean = (weights * whole).sum(axis=0)
    variance = (weights * (spread + np.square(whole - mean))).sum(axis=0)
    return mean, np.sqrt(variance)
