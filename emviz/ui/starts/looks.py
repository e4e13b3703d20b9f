"""Number and colour of each optimum; beyond the first few they share a muted colour."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array
from emviz.ui.look.theme import Theme


def colour_of(rank: int, theme: Theme) -> str:
    """Return the colour of an optimum."""
    return theme.component(rank) if rank < len(theme.components) else theme.muted


def segments(path: Array) -> Array:
    """Return the segments of a path as pairs of end points, shape (2 (n − 1), 2)."""
    return np.stack([path[:-1], path[1:]], axis=1).reshape(-1, 2)
