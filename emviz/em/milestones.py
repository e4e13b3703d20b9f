"""Which iterations of a long run its pictures are given: those of a short one all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import ascending

#: More iterations than this are too many for a picture.
MOST = 2000


def milestones(length: int, most: int = MOST) -> NDArray[np.intp]:
    """Return which t of 0 … length − 1 a picture is given, in their order.

    Of a long run the first ones, where most happens, and an even selection of the others up to the last, in
    groups of three that follow one another, so that the ratio of their steps can be measured.
    """
    if length <= most:
        return np.arange(length)
    early = most // 2
    ends = np.linspace(early + 2, length - 1, (most - early) // 3).round().astype(np.intp)
    return ascending(np.concatenate([np.arange(early), ends - 2, ends - 1, ends]))
