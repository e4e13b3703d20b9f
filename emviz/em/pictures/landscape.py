"""The picture of what EM climbs; the first screen has it, and imports no other."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.numerics import Array
from emviz.em.views import Entry


@dataclass(frozen=True)
class Landscape:
    """The objective over two entries of θ, with the path of EM on it.

    Parameters
    ----------
    entries : tuple of Entry
        The entries that can be put on the axes; the first two are there at first.
    starts : tuple of tuple of Array
        Parameters to climb from in search of optima and saddles.
    """

    entries: tuple[Entry, ...]
    starts: tuple[tuple[Array, ...], ...]
    title: str = "Landscape"
