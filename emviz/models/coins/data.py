"""Sets of tosses as the coins read them: θ, the expected counts, and the data with equal sets collapsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Texts
from emviz.em.model import Round, Rows
from emviz.em.numerics import Array, xlog1m, xlogy

NAMES = "ABCDEF"
SYMBOLS = ("H", "T")


class CoinParams(NamedTuple):
    """The probability of taking each coin, and of each coin to show heads; shapes (K,)."""

    weight: Array
    heads: Array


class CoinCounts(NamedTuple):
    """Expected sets, heads and tails of each coin; shapes (K,)."""

    sets: Array
    heads: Array
    tails: Array


@dataclass(frozen=True, eq=False)
class CoinData:
    """Sets of tosses, equal ones collapsed.

    Parameters
    ----------
    heads, tails : Array, shape (U,)
        The distinct pairs of numbers of heads and tails.
    times : Array, shape (U,)
        How many sets have each pair.
    which : integer array, shape (N,)
        The pair of each set.
    tosses : Texts, shape (N,), or None
        The sequences as they were written.
    coin : integer array, shape (N,), or None
        The true coin of each set, −1 where it is not known.
    labelled : CoinCounts or None
        The counts of the true coins, where all were tossed.
    orders : float
        Σ log of the binomial coefficients, where the order of the tosses is not known; else 0.
    """

    heads: Array
    tails: Array
    times: Array
    which: NDArray[np.intp]
    tosses: Texts | None
    coin: NDArray[np.intp] | None
    labelled: CoinCounts | None
    orders: float


CoinRound: TypeAlias = Round[CoinParams, CoinCounts]


def labelled(coin: NDArray[np.intp], heads: Array, tails: Array, coins: int) -> CoinCounts | None:
    """Return the counts of the true coins, where all were tossed."""
    columns = (np.ones(len(coin)), heads, tails)
    counts = CoinCounts(*(np.bincount(coin, column, coins).astype(np.float64) for column in columns))
    return counts if np.all(counts.heads + counts.tails > 0) else None


def collapsed(heads: Array, tails: Array) -> tuple[tuple[Array, Array], NDArray[np.intp], Array]:
    """Return the distinct pairs, the pair of each set, and how many sets have each pair."""
    pairs, which, times = np.unique(heads + 1j * tails, return_inverse=True, return_counts=True)
    return (pairs.real.copy(), pairs.imag.copy()), which, times.astype(np.float64)


def log_joint(data: CoinData, params: CoinParams, some: Rows | None = None) -> Array:
    """Return log w_k + h log θ_k + t log(1 − θ_k), shape (..., U, K), for parameters of shape (..., K)."""
    sides = (data.heads, data.tails) if some is None else (data.heads[some], data.tails[some])
    h, t = (side[:, None] for side in sides)
    heads, weight = params.heads[..., None, :], params.weight[..., None, :]
    return np.asarray(xlogy(1.0, weight) + xlogy(h, heads) + xlog1m(t, heads))
