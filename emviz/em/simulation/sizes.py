"""The size of each unit in simulated data, besides the number of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from emviz.data.table import Table
from emviz.em.domains import ParameterError
from emviz.em.model import Fields

#: The most parts of all units together; more would not fit into memory.
MOST_PARTS = 20_000_000


@dataclass(frozen=True)
class UnitSize:
    """The range of the size of a simulated unit.

    Parameters
    ----------
    parts : str
        The parts of a unit, in words: "tosses in each set".
    usual, low, high : int
        The default, the minimum and the maximum of its size.
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
        """The range of the size of a unit."""
        ...

    def simulate(self, params: Fields, size: int, rng: np.random.Generator, each: int | None = None) -> Table:
        """Return `size` units with `each` parts, by default their usual size."""
        ...


def check_parts(size: int, each: int) -> None:
    """Check that simulated data fit into memory.

    Raises
    ------
    ParameterError
        For more than `MOST_PARTS` in all.
    """
    if size * each > MOST_PARTS:
        raise ParameterError(f"{size:,} × {each:,} are too many to draw; {MOST_PARTS:,} in all are the most")
