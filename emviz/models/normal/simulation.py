"""Rows of a normal distribution, some of their cells destroyed."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE
from emviz.em.numerics import Array
from emviz.models.normal.data import NormalParams


def drawn(params: NormalParams, size: int, part: float, by_value: bool, rng: np.random.Generator) -> Table:
    """Return rows x1, x2, … with cells destroyed, and in columns of their own what stood there.

    Parameters
    ----------
    part : float
        The part of the cells that is destroyed, at most a half.
    by_value : bool
        A cell is destroyed with probability 2 part Φ(z), z its number in standard deviations above the mean.
    """
    columns = len(params.mean)
    rows = params.mean + rng.normal(size=(size, columns)) @ np.linalg.cholesky(params.covariance).T
    chances = np.full_like(rows, part)
    if by_value:
        chances = 2 * part * _normal_below((rows - params.mean) / np.sqrt(np.diagonal(params.covariance)))
    gone = rng.random(rows.shape) < chances
    names = [f"x{place + 1}" for place in range(columns)]
    seen, hidden = np.where(gone, np.nan, rows), np.where(gone, rows, np.nan)
    told = {TRUE + name: column for name, column in zip(names, hidden.T, strict=True)}
    return Table.from_columns({**dict(zip(names, seen.T, strict=True)), **told})


def _normal_below(z: Array) -> Array:
    """Return Φ(z)."""
    return np.array([0.5 * (1 + erf(each / sqrt(2))) for each in z.ravel().tolist()]).reshape(z.shape)
