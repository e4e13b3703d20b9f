"""Means that can be dragged: which one the mouse is on, and what θ(0) it asks for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from emviz.em.bound import with_entry
from emviz.em.model import fields_of
from emviz.em.numerics import Array
from emviz.em.views import Entry
from emviz.session import Session
from emviz.ui.panels.plot.plot import Plot

#: How near to a handle the mouse has to be, in pixels.
REACH = 16.0


def distances(plot: Plot, places: Array, x: float, y: float) -> Array:
    """Return how far some places of a plot are from a point of it, shape (n,), in pixels.

    Parameters
    ----------
    places : Array, shape (n, 2)
        In the coordinates of the plot; what is not a number is infinitely far.
    x, y : float
        The point.
    """
    scale = plot.overlay.scale()
    apart = np.hypot(*(scale.pixels(places) - scale.pixels([(x, y)])).T)
    return np.where(np.isfinite(apart), apart, np.inf)


def nearest(apart: Array, within: float = np.inf) -> int | None:
    """Return the place of the smallest distance, or None where all are farther than that."""
    if not len(apart):
        return None
    best = int(apart.argmin())
    return best if apart[best] <= within and np.isfinite(apart[best]) else None


def start_with(session: Session, moves: Iterable[tuple[Entry, float]]) -> dict[str, Array]:
    """Return the fields of θ(0) that change when some of its entries get these values."""
    moved, changed = session.start, set()
    for entry, value in moves:
        moved = with_entry(session.model, session.data, moved, entry, value)
        changed.add(entry.field)
    return {name: value for name, value in fields_of(moved).items() if name in changed}
