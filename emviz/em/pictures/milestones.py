"""The selection of iterations of a long run for its pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import ascending

#: The most iterations that a picture is given.
MOST = 2000


def milestones(length: int, most: int = MOST) -> NDArray[np.intp]:
    """Return the t among 0 … length − 1 that a picture is given, ascending.

    For a long run: the first half of `most`, where most happens, then an even selection up to the last. They
    come in groups of three consecutive t, so that the ratio of two steps can be measured.
    """
    if length <= most:
        return np.arange(length)
    early = most // 2
    ends = np.linspace(early + 2, length - 1, (most - early) // 3).round().astype(np.intp)
    return ascending(np.concatenate([np.arange(early), ends - 2, ends - 1, ends]))
