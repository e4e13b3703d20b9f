"""Normal distributions of points with missing cells: conditional expectations, once for each pattern.

With O the observed and M the missing cells of a row, x_M given x_O is normal with mean μ_M + Σ_MO Σ_OO⁻¹ (x_O
− μ_O) and covariance Σ_MM − Σ_MO Σ_OO⁻¹ Σ_OM (Little & Rubin, *Statistical Analysis with Missing Data*, 1987,
section 8.2). The matrices are the same for all rows with the same missing cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array, distinct_rows, sorted_places
from emviz.em.work import checked

LOG_TWO_PI = float(np.log(2 * np.pi))
#: A covariance of standardised columns with an eigenvalue below this is singular.
SINGULAR = 1e-13
#: Numbers in the covariances that are processed together.
CELLS = 500_000


@dataclass(frozen=True, eq=False)
class Pattern:
    """Rows with the same missing cells.

    Parameters
    ----------
    seen, hidden : integer arrays
        The observed columns, and the missing ones.
    rows : integer array
        The rows.
    """

    seen: NDArray[np.intp]
    hidden: NDArray[np.intp]
    rows: NDArray[np.intp]


class Given(NamedTuple):
    """A normal distribution, given the observed cells of a pattern.

    Parameters
    ----------
    white : Array, shape (o, o)
        W with WᵀW = Σ_OO⁻¹, lower triangular.
    slopes : Array, shape (o, h)
        Σ_OO⁻¹ Σ_OM.
    spread : Array, shape (h, h)
        The conditional covariance.
    height : Array, shape ()
        The log density of the observed cells at their mean, in nats.

    All may have a leading axis of M distributions.
    """

    white: Array
    slopes: Array
    spread: Array
    height: Array


def patterns_of(missing: NDArray[np.bool]) -> tuple[Pattern, ...]:
    """Return the patterns of a mask of missing cells, shape (n, d) with d < 63; rows keep their order."""
    # Each pattern as one integer, which a single product finds.
    codes = missing @ (1 << np.arange(missing.shape[1])[::-1])
    first, which, times = distinct_rows(codes[:, None])
    kinds = missing[first]
    order = np.concatenate([*sorted_places(which)])
    parts = np.split(order, np.cumsum(times)[:-1])
    return tuple(
        Pattern(np.flatnonzero(~kind), np.flatnonzero(kind), rows)
        for kind, rows in zip(kinds, parts, strict=True)
    )


def given(pattern: Pattern, covariance: Array) -> Given:
    """Return a normal distribution with this covariance, shape (d, d), given the observed cells of a pattern.

    Raises
    ------
    LinAlgError
        If the covariance is singular.
    """
    seen, hidden = pattern.seen, pattern.hidden
    return _given(
        covariance[np.ix_(seen, seen)], covariance[np.ix_(seen, hidden)], covariance[np.ix_(hidden, hidden)]
    )


def all_given(patterns: Sequence[Pattern], covariance: Array) -> list[Given]:
    """Return M distributions with these covariances, shape (M, d, d), given each of some patterns.

    Patterns with the same number of observed cells are processed together.

    Raises
    ------
    LinAlgError
        If a covariance is singular.
    """
    alike: dict[int, list[int]] = {}
    for place, pattern in enumerate(patterns):
        alike.setdefault(len(pattern.seen), []).append(place)
    most = max(1, CELLS // covariance.size)
    found: dict[int, Given] = {}
    for places in alike.values():
        for first in range(0, len(places), most):
            found |= _given_together(patterns, places[first : first + most], covariance)
    return [found[place] for place in range(len(patterns))]


def _given_together(
    patterns: Sequence[Pattern], places: Sequence[int], covariance: Array
) -> dict[int, Given]:
    seen = np.stack([patterns[place].seen for place in places])
    hidden = np.stack([patterns[place].hidden for place in places])
    blocks = (
        covariance[:, one[:, :, None], other[:, None, :]]
        for one, other in ((seen, seen), (seen, hidden), (hidden, hidden))
    )
    every = _given(*blocks)
    return {place: Given(*(each[:, k] for each in every)) for k, place in enumerate(places)}


def _given(seen: Array, across: Array, hidden: Array) -> Given:
    """Return normal distributions given their observed cells, from Σ_OO, Σ_OM and Σ_MM."""
    factor = np.linalg.cholesky(seen)
    white = np.linalg.solve(factor, np.broadcast_to(np.eye(seen.shape[-1]), seen.shape))
    part = white @ across
    spread = hidden - part.mT @ part
    volume = np.log(np.diagonal(factor, axis1=-2, axis2=-1)).sum(axis=-1)
    height = np.asarray(-0.5 * seen.shape[-1] * LOG_TWO_PI - volume)
    # Exactly symmetric, which rounding does not guarantee.
    return Given(white, white.mT @ part, (spread + spread.mT) / 2, height)


def filled(points: Array, pattern: Pattern, mean: Array, known: Given) -> tuple[Array, Array]:
    """Return the points of a pattern, with expected values in missing cells, and their log densities.

    Parameters
    ----------
    points : Array, shape (m, d)
        Rows with this pattern.
    mean : Array, shape (d,)

    Returns
    -------
    Array, Array, shapes (m, d) and (m,)
        The completed rows, and the log density of the observed cells of each, in nats.
    """
    seen, hidden = pattern.seen, pattern.hidden
    gaps = points[:, seen] - mean[seen]
    whole = points.copy()
    whole[:, hidden] = mean[hidden] + gaps @ known.slopes
    return whole, known.height - 0.5 * np.square(gaps @ known.white.T).sum(axis=1)


def expected_log(rows: float, about: Array, covariance: Array) -> float:
    """Return the log density of `rows` rows with mean μ, in nats.

    Parameters
    ----------
    about : Array, shape (d, d)
        The sum of (x − μ)(x − μ)ᵀ, which is all that it depends on.
    """
    _, volume = np.linalg.slogdet(covariance)
    fit = float(np.trace(np.linalg.solve(covariance, about)))
    return -0.5 * (rows * (len(covariance) * LOG_TWO_PI + float(volume)) + fit)


def log_densities(points: Array, patterns: Sequence[Pattern], mean: Array, covariance: Array) -> Array:
    """Return the log density of all observed cells, at B means and covariances at once.

    Parameters
    ----------
    points : Array, shape (n, d)
    mean, covariance : Array, shapes (B, d) and (B, d, d)

    Returns
    -------
    Array, shape (B,)
        The log densities in nats; −∞ for a singular covariance.
    """
    good = np.linalg.eigvalsh(covariance)[:, 0] > SINGULAR
    mean, covariance, heights = mean[good], covariance[good], np.full(len(good), -np.inf)
    found = np.zeros(len(mean))
    for pattern in checked(patterns):
        seen, many = pattern.seen, len(pattern.rows)
        factor = np.linalg.cholesky(covariance[:, seen[:, None], seen])
        gaps = points[np.ix_(pattern.rows, seen)] - mean[:, None, seen]
        white = np.linalg.solve(factor, np.swapaxes(gaps, 1, 2))
        volume = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        found -= many * (0.5 * len(seen) * LOG_TWO_PI + volume) + 0.5 * np.square(white).sum(axis=(1, 2))
    heights[good] = found
    return heights
