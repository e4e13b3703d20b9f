"""Normal distributions of points with missing cells: what is expected there, once for each pattern of holes.

With O the cells of a row that are seen and M the others, x_M given x_O is normal with mean
μ_M + Σ_MO Σ_OO⁻¹ (x_O − μ_O) and covariance Σ_MM − Σ_MO Σ_OO⁻¹ Σ_OM (Little & Rubin, *Statistical Analysis
with Missing Data*, 1987, section 8.2). The matrices are the same for all rows with the same holes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Table
from emviz.em.columns import TRUE
from emviz.em.numerics import Array

LOG_TWO_PI = float(np.log(2 * np.pi))
#: An eigenvalue below which a covariance of standardised columns is singular.
SINGULAR = 1e-13


@dataclass(frozen=True, eq=False)
class Pattern:
    """Rows with the same holes.

    Parameters
    ----------
    seen, hidden : integer arrays
        The columns that are seen, and the others.
    rows : integer array
        The rows.
    """

    seen: NDArray[np.intp]
    hidden: NDArray[np.intp]
    rows: NDArray[np.intp]


class Given(NamedTuple):
    """A normal distribution, given the cells of a pattern that are seen.

    Parameters
    ----------
    white : Array, shape (o, o)
        W with WᵀW = Σ_OO⁻¹, lower triangular.
    slopes : Array, shape (o, h)
        Σ_OO⁻¹ Σ_OM.
    spread : Array, shape (h, h)
        The conditional covariance.
    height : float
        The log density of the seen cells at their mean, in nats.
    """

    white: Array
    slopes: Array
    spread: Array
    height: float


def patterns_of(missing: NDArray[np.bool]) -> tuple[Pattern, ...]:
    """Return the patterns of holes, shape (n, d), the rows of each in order."""
    kinds, which = np.unique(missing, axis=0, return_inverse=True)
    which = which.reshape(-1)
    return tuple(
        Pattern(np.flatnonzero(~kind), np.flatnonzero(kind), np.flatnonzero(which == place))
        for place, kind in enumerate(kinds)
    )


def given(pattern: Pattern, covariance: Array) -> Given:
    """Return a normal distribution with this covariance, shape (d, d), given the seen cells of a pattern.

    Raises
    ------
    LinAlgError
        Where the covariance is singular.
    """
    seen, hidden = pattern.seen, pattern.hidden
    factor = np.linalg.cholesky(covariance[np.ix_(seen, seen)])
    white = np.linalg.solve(factor, np.eye(len(seen)))
    part = white @ covariance[np.ix_(seen, hidden)]
    spread = covariance[np.ix_(hidden, hidden)] - part.T @ part
    height = -0.5 * len(seen) * LOG_TWO_PI - float(np.log(np.diagonal(factor)).sum())
    return Given(white, white.T @ part, (spread + spread.T) / 2, height)


def filled(points: Array, pattern: Pattern, mean: Array, known: Given) -> tuple[Array, Array]:
    """Return the points of a pattern, each hole with what is expected there, and their log densities.

    Parameters
    ----------
    points : Array, shape (m, d)
        Rows with these holes.
    mean : Array, shape (d,)

    Returns
    -------
    Array, Array, shapes (m, d) and (m,)
        The filled rows, and the log density of what is seen of each, in nats.
    """
    seen, hidden = pattern.seen, pattern.hidden
    gaps = points[:, seen] - mean[seen]
    whole = points.copy()
    whole[:, hidden] = mean[hidden] + gaps @ known.slopes
    return whole, known.height - 0.5 * np.square(gaps @ known.white.T).sum(axis=1)


def log_densities(points: Array, patterns: Sequence[Pattern], mean: Array, covariance: Array) -> Array:
    """Return the log density of all cells that are seen, at many means and covariances at once.

    Parameters
    ----------
    points : Array, shape (n, d)
    mean, covariance : Array, shapes (B, d) and (B, d, d)

    Returns
    -------
    Array, shape (B,)
        In nats; −∞ where a covariance is singular.
    """
    good = np.linalg.eigvalsh(covariance)[:, 0] > SINGULAR
    mean, covariance, heights = mean[good], covariance[good], np.full(len(good), -np.inf)
    found = np.zeros(len(mean))
    for pattern in patterns:
        seen, many = pattern.seen, len(pattern.rows)
        factor = np.linalg.cholesky(covariance[:, seen[:, None], seen])
        gaps = points[np.ix_(pattern.rows, seen)] - mean[:, None, seen]
        white = np.linalg.solve(factor, np.swapaxes(gaps, 1, 2))
        volume = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        found -= many * (0.5 * len(seen) * LOG_TWO_PI + volume) + 0.5 * np.square(white).sum(axis=(1, 2))
    heights[good] = found
    return heights


def destroyed(
    rows: Array, params: tuple[Array, Array], part: float, by_value: bool, rng: np.random.Generator
) -> Table:
    """Return rows as x1, x2, … with cells destroyed, and in columns of their own what stood there.

    Parameters
    ----------
    rows : Array, shape (n, d)
    params : pair of Array, shapes (d,) and (d, d)
        The mean and the covariance that they were drawn from.
    part : float
        The part of the cells that is destroyed, at most a half.
    by_value : bool
        A cell is destroyed with probability 2 part Φ(z), z its number in standard deviations above the mean.
    """
    chances = np.full_like(rows, part)
    if by_value:
        z = (rows - params[0]) / np.sqrt(np.diagonal(params[1]))
        chances = part * (1 + np.vectorize(erf, otypes=[np.float64])(z / sqrt(2)))
    gone = rng.random(rows.shape) < chances
    names = [f"x{place + 1}" for place in range(rows.shape[1])]
    seen, hidden = np.where(gone, np.nan, rows), np.where(gone, rows, np.nan)
    told = {TRUE + name: column for name, column in zip(names, hidden.T, strict=True)}
    return Table.from_columns({**dict(zip(names, seen.T, strict=True)), **told})
