"""Records of the coins: θ, the expected counts, and the data with equal sets collapsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Texts
from emviz.em.families.units import Units
from emviz.em.model import Round
from emviz.em.numerics import Array, distinct

NAMES = "ABCDEF"
SYMBOLS = ("H", "T")


class CoinParams(NamedTuple):
    """The probability of choosing each coin, and each coin's probability of heads; shapes (K,)."""

    weight: Array
    heads: Array


class CoinCounts(NamedTuple):
    """Expected sets, heads and tails of each coin; shapes (K,)."""

    sets: Array
    heads: Array
    tails: Array


@dataclass(frozen=True, eq=False)
class CoinData(Units):
    """Sets of tosses, equal ones collapsed; each distinct set adds its heads and tails.

    Parameters
    ----------
    tosses : Texts, shape (N,), or None
        The sequences as written; None if only heads and tails are given.
    """

    tosses: Texts | None

    @property
    def heads(self) -> Array:
        """Heads of each distinct set, shape (U,)."""
        heads: Array = self.numbers[0]
        return heads

    @property
    def tails(self) -> Array:
        """Tails of each distinct set, shape (U,)."""
        tails: Array = self.numbers[1]
        return tails


CoinRound: TypeAlias = Round[CoinParams, CoinCounts]


def collapsed(heads: Array, tails: Array) -> tuple[tuple[Array, Array], NDArray[np.intp], Array]:
    """Return the distinct pairs, the pair of each set, and how many sets have each pair."""
    # A pair becomes one complex number, so that a single sort of numbers finds equal pairs.
    pairs, which, times = distinct(heads + 1j * tails)
    return (pairs.real.copy(), pairs.imag.copy()), which, times.astype(np.float64)
