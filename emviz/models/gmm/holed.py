"""The E-step of a mixture whose points have holes, by pattern of missing cells (Ghahramani & Jordan 1994).

Each component fills a point with the values it expects, and the covariance of these values belongs to its
scatter; the M-step and Q are then those of points without holes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.families import clouds
from emviz.em.families.clouds import Clouds, Holes
from emviz.em.model import Rows
from emviz.em.numerics import Array, log_sum_exp, xlogy
from emviz.em.work import blocks
from emviz.models.gmm.data import GmmData, GmmParams, HoledCounts
from emviz.models.gmm.normals import LEAST, factors

#: Densities that are computed together.
CELLS = 2_000_000


def expected(
    data: GmmData, params: GmmParams, crossed: bool, hard: bool = False
) -> tuple[HoledCounts, Array]:
    """Return the counts and log P(x; θ), shape (B,), at B mixtures stacked along a leading axis.

    Parameters
    ----------
    hard : bool
        Each point goes whole to the component in which it is likeliest with its holes filled.

    Raises
    ------
    ArithmeticError
        Where a covariance is singular.
    """
    own = _clouds(data, params, _holes(data))
    joint = _joint(data, params, own, data.points)
    height = log_sum_exp(np.swapaxes(joint, 1, 2))
    logs = joint - height[:, None]
    if hard:
        whole = (joint + clouds.log_peaks(own, data.rows).reshape(joint.shape)).argmax(axis=1)
        logs = np.where(np.arange(joint.shape[1])[:, None] == whole[:, None], 0.0, -np.inf)
    sums = clouds.summed(data.points.T, own, logs.reshape(-1, data.rows), certain=hard)
    return _counts(data, sums, joint.shape[:2], crossed), height.sum(axis=1)


def known(data: GmmData, label: Rows, components: int, crossed: bool) -> HoledCounts:
    """Return the counts if the component of each point and the true values of its holes are known."""
    holes = _holes(data)
    assert holes.truth is not None
    whole = np.where(holes.missing, holes.truth, np.stack(data.raw, axis=-1))
    points, columns = (whole - data.centre) / data.scale, len(data.scale)
    shares = np.eye(components)[label]
    # `summed` takes log responsibilities: log 1 = 0 for the true component, −∞ for the others.
    none = np.zeros((components, columns))
    with np.errstate(divide="ignore"):
        logs = np.log(shares.T)
    full = Holes(np.zeros_like(holes.missing), None)
    units = np.repeat(np.eye(columns)[None], components, axis=0)
    counts = _counts(
        data, clouds.summed(points, clouds.clouds(full, none, units), logs), (1, components), crossed
    )
    seen = shares.T @ np.where(holes.missing, 0.0, whole)
    return HoledCounts(*(each[0] for each in counts))._replace(seen=seen)


def objectives(data: GmmData, params: GmmParams) -> Array:
    """Return log P(x; θ), shape (B,), at θ stacked along a leading axis."""
    together = max(1, CELLS // (data.points.size * params.weight.shape[1]))
    parts = (
        GmmParams(*(each[first : first + together] for each in params))
        for first in range(0, len(params.weight), together)
    )
    return np.concatenate([log_sum_exp(log_joints(data, part)).sum(axis=1) for part in parts])


def log_joints(data: GmmData, params: GmmParams, rows: Rows | None = None) -> Array:
    """Return log w_k + log N(x_iO; μ_kO, Σ_kOO) of all or of some rows, shape (B, rows, K)."""
    holes, points = _holes(data), data.points
    if rows is not None:
        holes, points = holes.of(rows), points[:, rows]
    return np.swapaxes(_joint(data, params, _clouds(data, params, holes), points), 1, 2)


def log_whole(data: GmmData, params: GmmParams, rows: Rows) -> Array:
    """Return log w_k + log N(x̂_i; μ_k, Σ_k) of some rows with their holes filled, shape (rows, K)."""
    stacked, holes = _alone(params), _holes(data).of(rows)
    own = _clouds(data, stacked, holes)
    joint = _joint(data, stacked, own, data.points[:, rows])[0]
    return np.asarray((joint + clouds.log_peaks(own, len(rows))).T)


def filled(
    data: GmmData, params: GmmParams, rows: Rows, pairs: Sequence[tuple[int, int]]
) -> tuple[Array, Array]:
    """Return some rows as each component fills them, and covariances of the filled values.

    Returns
    -------
    Array, Array, shapes (K, m, d) and (K, m, len(pairs))
        In the units of the columns.
    """
    holes = _holes(data)
    own = _clouds(data, _alone(params), holes.of(rows))
    whole, spread = clouds.filled(data.points[:, rows].T, own, pairs)
    units = np.array([data.area[pair] for pair in pairs])
    for part in blocks(len(rows), clouds.BLOCK):
        raw = np.stack([column[rows[part]] for column in data.raw], axis=-1)
        guessed = data.centre + data.scale * whole[:, part]
        whole[:, part] = np.where(holes.missing[rows[part]], guessed, raw)
        spread[:, part] *= units
    return whole, spread


def _alone(params: GmmParams) -> GmmParams:
    return GmmParams(*(each[None] for each in params))


def _holes(data: GmmData) -> Holes:
    assert data.holes is not None
    return data.holes


def _clouds(data: GmmData, params: GmmParams, holes: Holes) -> Clouds:
    """Return the components of all mixtures in standardised coordinates."""
    # For its error alone, which names the singular component; the factors themselves are not used.
    factors(data, params.covariance)
    columns = len(data.scale)
    mean, covariance = (params.mean - data.centre) / data.scale, params.covariance / data.area
    return clouds.clouds(holes, mean.reshape(-1, columns), covariance.reshape(-1, columns, columns))


def _joint(data: GmmData, params: GmmParams, own: Clouds, points: Array) -> Array:
    """Return log w_k + log N(x_iO; μ_kO, Σ_kOO), shape (B, K, m), in the units of the columns."""
    logs = clouds.log_densities(points.T, own).reshape(*params.weight.shape, -1)
    # The density of raw values is that of standardised ones over the product of the scales of the seen
    # columns.
    units = np.empty(points.shape[1])
    for pattern in own.holes.patterns:
        units[pattern.rows] = np.log(data.scale[pattern.seen]).sum()
    # A finite number in place of log 0, as in the mixture without holes.
    weights = np.maximum(xlogy(1.0, params.weight), LEAST)
    return np.asarray(logs + weights[:, :, None] - units)


def _counts(data: GmmData, sums: clouds.Sums, shape: tuple[int, ...], crossed: bool) -> HoledCounts:
    """Return the counts of B mixtures in raw coordinates, without covariances that the family lacks."""
    kept = np.ones_like(data.area) if crossed else np.eye(len(data.scale))
    # Sums of products round differently above and below the diagonal; a Cholesky factor would use one half.
    scatter, spread = (0.5 * (each + each.mT) * data.area * kept for each in (sums.scatter, sums.spread))
    mean = data.centre + data.scale * sums.mean
    seen = data.scale * sums.seen + data.centre * sums.seen_units
    found = (sums.units, mean, scatter, seen, spread)
    return HoledCounts(*(each.reshape(*shape, *each.shape[1:]) for each in found))
