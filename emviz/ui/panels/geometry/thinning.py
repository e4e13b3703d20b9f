"""Which points of a long line are drawn: those that can be told apart on a screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array, ascending

#: A line of fewer points is drawn as it is.
FEW = 4000
#: Parts of the width and of the height of a line that a screen can just tell apart.
PARTS = 2000


def thinned(*axes: Array) -> NDArray[np.intp]:
    """Return which points of a line to draw, in their order, so that none of the others is missed.

    The first, the last, and one wherever the line has gone another part of its width or height: long steps
    keep both ends, and what is left out lies within two parts of what is drawn. A line that goes once across
    and once up is drawn with no more than 4,000 points.

    Parameters
    ----------
    axes : Array, shape (n,)
        The coordinates of all points, x and y.
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
