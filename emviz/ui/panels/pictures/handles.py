"""Dragging of means: finding the one under the mouse, and the θ(0) that follows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.model import fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import with_entry
from emviz.session import Session
from emviz.ui.panels.plot.plot import Plot

#: Distance from a handle within which the mouse grabs it, in pixels.
REACH = 16.0


def distances(plot: Plot, places: Array, x: float, y: float) -> Array:
    """Return the distances of places of a plot from a point of it, shape (n,), in pixels.

    Parameters
    ----------
    places : Array, shape (n, 2)
        In plot coordinates; NaN is infinitely far.
    x, y : float
        The point, in plot coordinates.
    """
    scale = plot.overlay.scale()
    apart = np.hypot(*(scale.pixels(places) - scale.pixels([(x, y)])).T)
    return np.where(np.isfinite(apart), apart, np.inf)


def nearest(apart: Array, within: float = np.inf) -> int | None:
    """Return the index of the smallest distance; None where all are above `within`."""
    if not len(apart):
        return None
    best = int(apart.argmin())
    return best if apart[best] <= within and np.isfinite(apart[best]) else None


def start_with(session: Session, moves: Iterable[tuple[Entry, float]]) -> dict[str, Array]:
    """Return the fields of θ(0) that change when these entries get these values."""
    moved, changed = session.start, set()
    for entry, value in moves:
        moved = with_entry(session.model, session.data, moved, entry, value)
        changed.add(entry.field)
    return {name: value for name, value in fields_of(moved).items() if name in changed}
