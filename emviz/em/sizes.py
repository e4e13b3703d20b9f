"""The second size of simulated data: how large each unit is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from emviz.data.table import Table
from emviz.em.domains import ParameterError
from emviz.em.model import Fields

#: Parts of all units together that are drawn at the most; more would not fit into the memory.
MOST_PARTS = 20_000_000


@dataclass(frozen=True)
class UnitSize:
    """How large a simulated unit may be.

    Parameters
    ----------
    parts : str
        What it is made of, and of what: "tosses in each set".
    usual, low, high : int
        Its size where nothing else is asked for, and the least and the most.
    """

    parts: str
    usual: int
    low: int
    high: int


@runtime_checkable
class Sized(Protocol):
    """A model whose simulated units can be larger or smaller."""

    @property
    def unit_size(self) -> UnitSize:
        """How large a unit may be."""
        ...

    def simulate(self, params: Fields, size: int, rng: np.random.Generator, each: int | None = None) -> Table:
        """Return `size` units, `each` so large, or of their usual size."""
        ...


def check_parts(size: int, each: int) -> None:
    """Refuse what would be too much to draw.

    Raises
    ------
    ParameterError
        For more than `MOST_PARTS` in all.
    """
    if size * each > MOST_PARTS:
        raise ParameterError(f"{size:,} × {each:,} are too many to draw; {MOST_PARTS:,} in all are the most")
