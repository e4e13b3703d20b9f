"""The landscape of the objective, in a module of its own because the first screen needs only this one."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.counts.table import Entry
from emviz.em.numerics import Array


@dataclass(frozen=True)
class Landscape:
    """The objective over two entries of θ, with the path of EM on it.

    Parameters
    ----------
    entries : tuple of Entry
        The entries available for the axes, initially the first two.
    starts : tuple of tuple of Array
        Parameters from which EM searches for optima and saddles.
    """

    entries: tuple[Entry, ...]
    starts: tuple[tuple[Array, ...], ...]
    title: str = "Landscape"
