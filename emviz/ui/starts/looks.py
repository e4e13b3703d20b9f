"""What tells optima apart: a number and a colour each; the last ones of many share a muted colour."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array
from emviz.em.starts import Optimum
from emviz.ui.theme import Theme

#: The orders of one optimum beyond this many bear no letter.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def colour_of(rank: int, theme: Theme) -> str:
    """Return the colour of an optimum."""
    return theme.component(rank) if rank < len(theme.components) else theme.muted


def name_of(rank: int, optimum: Optimum, order: int) -> str:
    """Return the number of an optimum, with a letter for the order of the components where there are more."""
    letter = LETTERS[order] if order < len(LETTERS) else f".{order + 1}"
    return f"{rank + 1}{letter if len(optimum.orders) > 1 else ''}"


def segments(path: Array) -> Array:
    """Return the pieces of a path one after another as pairs of ends, shape (2 (n − 1), 2)."""
    return np.stack([path[:-1], path[1:]], axis=1).reshape(-1, 2)
