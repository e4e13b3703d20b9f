"""The E-step, the M-step and Q of a mixture of normal distributions.

All is done on standardised points z = (x − centre) / scale. The logarithm of a normal density is linear in
the features φ(z) = (1, z_i, z_i z_j), and so are the sums that the M-step needs; hence both are one matrix
product for a block of points, log p = Θ·Φ (`weighing`) and statistics = R·Φᵀ. The work done once per step is
done `by_hand` for two columns and few components, since NumPy's calls would cost more than the arithmetic.

The features lose digits for a narrow component, whose standard deviation in some direction is below 1e-3 of
that of the data. Its density is computed from whitened residuals W(z − μ), and its scatter in a second pass
over the data about one of its points, from which equal points differ by exactly 0.

With a floor ε each covariance has the prior exp(−½ n ε tr(D Σ_k⁻¹)), with D the diagonal of the variances of
the columns, as if n ε further points had been seen about μ_k with covariance D. Then
Q = … − ½ Σ_k [N_k log|Σ_k| + tr((S_k + n ε D) Σ_k⁻¹)], whose maximum is Σ_k = (S_k + n ε D) / N_k ≥ ε D;
for one variance σ² = tr(S_k + n ε D) / (d N_k), and one matrix for all, with one such prior, is
(Σ_k S_k + n ε D) / n. In standardised coordinates D is the identity.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array, log_sum_exp, xlogy
from emviz.models.gmm import by_hand, holed
from emviz.models.gmm.data import NAMES, AnyCounts, GmmCounts, GmmData, GmmParams, HoledCounts
from emviz.models.gmm.normals import FEW, LEAST, NARROW, Factors, factors
from emviz.models.gmm.scatter import about_a_point
from emviz.models.gmm.weighing import Mixture, Residual, blocks, summed, weighed

#: Expected points below which a component may have lost some to the clamp.
FAINT = 1e-200
#: Replaces 0 points in a denominator.
LEAST_POINTS = 1e-300
#: The families of covariances that have any between columns.
CROSSED = ("full", "tied")


# -- the E-step ----------------------------------------------------------------------------------------------


def expected(
    data: GmmData, params: GmmParams, crossed: bool, hard: bool = False
) -> tuple[AnyCounts, float, Factors]:
    """Return the expected counts, log P(x; θ) in nats without any prior, and the factors of the covariances.

    Parameters
    ----------
    crossed : bool
        Whether the covariances between columns are counted.
    hard : bool
        Count each point whole for its likeliest component, the first of equals.
    """
    if data.holes is not None:
        holed_counts, heights = holed.expected(
            data, GmmParams(*(each[None] for each in params)), crossed, hard
        )
        alone = HoledCounts(*(each[0] for each in holed_counts))
        return alone, float(heights[0]), factors(data, params.covariance)
    mixture = mixed(data, params, crossed)
    sums, height = summed(data, mixture, params.weight, hard)
    counts = _counts(data, mixture, sums, hard)
    if not hard and counts.points.min() < FAINT:
        _count_faint(data, params, counts, crossed)
    return counts, height, mixture.factors


def objectives(data: GmmData, params: GmmParams, family: str, floor: float) -> Array:
    """Return log P(x; θ) and the log-prior, shape (B,), at many θ stacked along a leading axis."""
    if data.holes is not None:
        taken, components = factors(data, params.covariance), params.weight.shape[-1]
        return holed.objectives(data, params) + log_prior(data, taken, components, family, floor)
    mixture = mixed(data, params, family in CROSSED)
    total = np.zeros(len(params.weight))
    for block in blocks(data, mixture):
        total += block.height
    return total + log_prior(data, mixture.factors, mixture.components, family, floor)


def shares_of(data: GmmData, params: GmmParams, crossed: bool, rows: Rows) -> Array:
    """Return the responsibilities of some rows, shape (K, rows); not to the last digits."""
    if data.holes is not None:
        joint = log_joint(data, params, rows)
        return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]).T)
    some = weighed(data.points[:, rows], mixed(data, params, crossed))
    return np.concatenate([block.shares[0].copy() for block in some], axis=-1)


def log_joint(data: GmmData, params: GmmParams, rows: Rows) -> Array:
    """Return log w_k + log N(x_i; μ_k, Σ_k) of the seen cells, shape (rows, K), from whitened residuals."""
    if data.holes is not None:
        return np.asarray(holed.log_joints(data, GmmParams(*(each[None] for each in params)), rows)[0])
    taken, mean, constants = _located(data, params)
    every = _residuals(taken, mean, constants, range(len(mean)))
    return np.stack([one.log_joint(data.points[:, rows]) for one in every], axis=-1)


def mixed(data: GmmData, params: GmmParams, crossed: bool) -> Mixture:
    """Return θ, or many θ stacked along a leading axis, ready to weigh points.

    Raises
    ------
    ArithmeticError
        Where a covariance is singular.
    """
    if crossed and params.mean.shape[1:] == (2,) and len(params.mean) <= FEW:
        taken = factors(data, params.covariance)
        if not taken.narrow:
            features = by_hand.features(data.centre, data.scale, params, taken)
            return Mixture(taken, features, (), len(features), crossed)
    taken, mean, constants = _located(data, params)
    columns = len(data.scale)
    slope = (taken.precision @ mean[:, :, None])[:, :, 0]
    rows, others, signs = _pairs(columns, crossed)
    features = np.empty((len(constants), 1 + columns + len(rows)))
    features[:, 0] = constants - 0.5 * (slope * mean).sum(axis=-1)
    features[:, 1 : 1 + columns] = slope
    features[:, 1 + columns :] = taken.precision[:, rows, others] * signs
    # Filled in by `weighed` from whitened residuals.
    features[list(taken.narrow)] = 0
    narrow = _residuals(taken, mean, constants, taken.narrow)
    return Mixture(taken, features, narrow, params.weight.shape[-1], crossed)


def _located(data: GmmData, params: GmmParams) -> tuple[Factors, Array, Array]:
    """Return the factors of the covariances, the standardised means, and the constants."""
    taken = factors(data, params.covariance)
    mean = ((params.mean - data.centre) / data.scale).reshape(-1, len(data.scale))
    # A finite number in place of log 0, since 0 × −∞ inside a matrix product would be NaN.
    return taken, mean, np.maximum(xlogy(1.0, params.weight), LEAST).ravel() + taken.height


def _residuals(taken: Factors, mean: Array, constants: Array, places: Iterable[int]) -> tuple[Residual, ...]:
    return tuple(Residual(k, float(constants[k]), mean[k][:, None], taken.white[k]) for k in places)


@cache
def _pairs(columns: int, crossed: bool) -> tuple[Rows, Rows, Array]:
    """Return the columns of each product among the features, and its factor in the exponent."""
    every = np.arange(columns)
    rows, others = np.triu_indices(columns) if crossed else (every, every)
    # −½ zᵀ P z has −½ P_ii z_i² on the diagonal, but −P_ij z_i z_j for each pair, which occurs twice.
    return rows, others, np.where(rows == others, -0.5, -1.0)


# -- counts --------------------------------------------------------------------------------------------------


def _counts(data: GmmData, mixture: Mixture, sums: Array, hard: bool) -> GmmCounts:
    """Return the counts in raw coordinates from sums of features, shape (K, F)."""
    if mixture.crossed and len(data.scale) == 2 and len(sums) <= FEW:
        points, mean, scatter = by_hand.counts(data.centre, data.scale, sums)
    else:
        points, mean, scatter = separated(data, mixture, sums)
    narrow = _narrow(data, scatter, points)
    if narrow:
        shares = np.concatenate([block.counted(hard)[narrow] for block in blocks(data, mixture)], axis=1)
        for k, own in zip(narrow, shares, strict=True):
            mean[k], scatter[k] = about_a_point(data, own, mixture.crossed)
    return GmmCounts(points, mean, scatter)


def _count_faint(data: GmmData, params: GmmParams, counts: GmmCounts, crossed: bool) -> None:
    """Recount the components with next to no points from shares relative to that of their surest point."""
    joint = log_joint(data, params, np.arange(data.rows))
    logs = joint - log_sum_exp(joint)[:, None]
    for k in np.flatnonzero(counts.points < FAINT).tolist():
        top = float(logs[:, k].max())
        relative = np.exp(logs[:, k] - top)
        counts.mean[k], scatter = about_a_point(data, relative, crossed)
        counts.points[k] = np.exp(top) * relative.sum()
        counts.scatter[k] = np.exp(top) * scatter


def separated(data: GmmData, mixture: Mixture, sums: Array) -> tuple[Array, Array, Array]:
    """Return points, means and scatter in raw coordinates from sums of features."""
    columns = len(data.scale)
    points = sums[:, 0].copy()
    mean = sums[:, 1 : 1 + columns] / np.maximum(points, LEAST_POINTS)[:, None]
    rows, others, _ = _pairs(columns, mixture.crossed)
    scatter = np.zeros((len(points), columns, columns))
    scatter[:, rows, others] = sums[:, 1 + columns :] - points[:, None] * (mean[:, rows] * mean[:, others])
    scatter[:, others, rows] = scatter[:, rows, others]
    return points, data.centre + data.scale * mean, scatter * data.area


def _narrow(data: GmmData, scatter: Array, points: Array) -> list[int]:
    """Return the components whose scatter has lost digits to the squares of the means."""
    if points.all():
        with suppress(ArithmeticError):
            # The same quotient as in the M-step, which then finds these factors remembered.
            return list(factors(data, scatter / points[:, None, None]).narrow)
    covariance = scatter / (np.maximum(points, LEAST_POINTS)[:, None, None] * data.area)
    least = np.linalg.eigvalsh(covariance)[:, 0]
    return np.flatnonzero((least < NARROW**2) & (points > 0)).tolist()


# -- the M-step ----------------------------------------------------------------------------------------------


def maximised(data: GmmData, counts: AnyCounts, family: str, floor: float) -> GmmParams:
    """Return arg max Q.

    Raises
    ------
    ZeroDivisionError
        Where a component has no points left.
    ArithmeticError
        Where a covariance is singular.
    """
    points = counts.points
    if points.min() <= 0:
        name = NAMES[int(points.argmin())]
        raise ZeroDivisionError(f"cluster {name} has no points left, so 0/0 leaves μ_{name} undefined")
    covariance = family_of(floored(data, counts, family, floor), points, family)
    factors(data, covariance)
    return GmmParams(points / points.sum(), counts.mean, covariance)


def floored(data: GmmData, counts: AnyCounts, family: str, floor: float) -> Array:
    """Return S_k + n ε D, shape (..., K, d, d); for tied covariances Σ_k S_k + n ε D, (..., 1, d, d)."""
    scatter = counts.scatter.sum(axis=-3, keepdims=True) if family == "tied" else counts.scatter
    if not floor:
        return scatter
    rows = counts.points.sum(axis=-1)[..., None, None, None]
    return np.asarray(scatter + rows * floor * np.diag(np.square(data.scale)))


def family_of(scatter: Array, points: Array, family: str) -> Array:
    """Return the covariances of a family, shape (..., K, d, d), from what `floored` returns."""
    if family == "tied":
        return np.repeat(scatter / points.sum(axis=-1)[..., None, None, None], points.shape[-1], axis=-3)
    columns = scatter.shape[-1]
    if family == "spherical":
        variance = np.trace(scatter, axis1=-2, axis2=-1) / (columns * points)
        return np.asarray(variance[..., None, None] * np.eye(columns))
    return np.asarray(scatter / points[..., None, None])


def log_prior(data: GmmData, taken: Factors, components: int, family: str, floor: float) -> Array:
    """Return −½ n ε Σ_k tr(D Σ_k⁻¹), shape (B,) for B stacked θ; a single term if they are tied."""
    if not floor:
        return np.zeros(1)
    traces = taken.precision.trace(axis1=-2, axis2=-1).reshape(-1, components)
    return np.asarray(-0.5 * data.rows * floor * traces[:, : 1 if family == "tied" else None].sum(axis=-1))


def fit_of(data: GmmData, counts: AnyCounts, params: GmmParams, family: str, floor: float) -> float:
    """Return Q = Σ_k N_k (log w_k + log height_k) − ½ tr(Σ_k⁻¹ (S_k + N_k δ_k δ_kᵀ)), and the log-prior.

    δ_k is the gap between the mean of the counted points and μ_k, which is 0 right after the M-step.
    """
    taken = factors(data, params.covariance)
    points = counts.points
    spread = np.vdot(taken.raw_precision, counts.scatter)
    if params.mean is not counts.mean:
        shift = counts.mean - params.mean
        moved = (taken.raw_precision @ shift[:, :, None])[:, :, 0]
        spread += np.vdot(points[:, None] * shift, moved)
    value = xlogy(points, params.weight).sum() + points @ taken.height - 0.5 * spread
    return float(value + log_prior(data, taken, len(points), family, floor)[0])
