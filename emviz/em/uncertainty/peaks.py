"""The highest places of a curve that is known at some points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array

#: Heights that differ by no more than this, in nats, are equal.
SAME = 1e-6
#: A peak is refined for as long as that promises more than this, in nats, in at most this number of rounds.
LITTLE, ROUNDS = 1e-9, 12
#: A highest place that is wider than this fraction of the curve is flat.
FLAT = 0.02


def vertices(values: Array, heights: Array) -> list[float]:
    """Return where each peak is expected: at the vertex of a parabola through three of its points.

    Parameters
    ----------
    values, heights : Array, shape (n,)
        The points of the curve, from left to right.

    Returns
    -------
    list of float
        One value for each inner peak that promises to be higher than its highest point.
    """
    found = []
    for place in range(1, len(values) - 1):
        beside = [place - 1, place + 1]
        if heights[beside].max() > heights[place] or heights[beside].min() == heights[place]:
            continue
        # The two nearest points, unless they lead away from the peak: then those on either side.
        near = np.argsort(np.abs(values - values[place]))[1:3]
        vertex, gain = _vertex(values, heights, place, near)
        if not values[place - 1] < vertex < values[place + 1]:
            vertex, gain = _vertex(values, heights, place, beside)
        if gain > LITTLE:
            found.append(vertex)
    return found


def _vertex(
    values: Array, heights: Array, place: int, others: Sequence[int] | NDArray[np.intp]
) -> tuple[float, float]:
    """Return the vertex of the parabola through three points, and how far it is above the first, or NaN."""
    x, y = float(values[place]), float(heights[place])
    # Seen from the first point, it is b·u − c·u², through the other two at u and v.
    (u, v), (one, two) = (values[others] - x).tolist(), (heights[others] - y).tolist()
    c = (one / u - two / v) / (v - u)
    b = one / u + c * u
    return (x + b / (2 * c), b * b / (4 * c)) if c > 0 else (np.nan, np.nan)


def tops(values: Array, heights: Array, least: float | None = None) -> tuple[tuple[float, float], ...]:
    """Return the highest places of a curve, each from its first to its last value.

    Between two of them it is lower. A place that is not flat is a single value.

    Parameters
    ----------
    least : float, optional
        The height that they reach; by default that of the highest point.
    """
    high = np.flatnonzero(heights >= (heights.max() if least is None else least) - SAME)
    runs = np.split(high, np.flatnonzero(np.diff(high) > 1) + 1)
    span = values[-1] - values[0]
    found = []
    for run in runs:
        low, end = float(values[run[0]]), float(values[run[-1]])
        best = float(values[run[np.argmax(heights[run])]])
        found.append((low, end) if end - low > FLAT * span else (best, best))
    return tuple(found)
