"""Thinning of long lines to the points that a screen can resolve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array, ascending

#: Lines with fewer points are not thinned.
FEW = 4000
#: Number of parts of a line's width and height that a screen can resolve.
PARTS = 2000


def thinned(*axes: Array) -> NDArray[np.intp]:
    """Return the indices of the points to draw, in order, without a visible difference.

    These are the first, the last, and one whenever the line has moved by another part of its width or height.
    Long steps keep both ends, and omitted points lie within two parts of a drawn one. A line that goes once
    across and once up keeps at most 4,000 points.

    Parameters
    ----------
    axes : Array, shape (n,)
        The coordinates of the points, x and y.
    """
    last = len(axes[0]) - 1
    if last < FEW:
        return np.arange(last + 1)
    way = np.zeros(last)
    for values in axes:
        span = _span(values)
        steps = np.abs(np.diff(values))
        way += np.where(np.isfinite(steps), steps, 0.0) * (PARTS / span if span > 0 else 0.0)
    part = np.floor(np.cumsum(way))
    passed = np.flatnonzero(np.diff(part, prepend=0.0)) + 1
    return ascending(np.concatenate([[0], passed, [last]]))


def _span(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(np.ptp(finite)) if len(finite) else 0.0
