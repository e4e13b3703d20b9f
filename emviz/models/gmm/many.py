"""The steps of EM from many starts at once, by the matrix products of a single one.

A start is left out if a component is so narrow that the features would lose digits, or has next to no points;
the others are far from singular.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.models.gmm import holed, steps
from emviz.models.gmm.data import AnyCounts, GmmCounts, GmmData, GmmParams
from emviz.models.gmm.normals import NARROW, factors
from emviz.models.gmm.steps import FAINT
from emviz.models.gmm.weighing import blocks

Bools: TypeAlias = NDArray[np.bool_]

#: Shares that are computed together.
CELLS = 500_000


def at_once(data: GmmData, components: int) -> int:
    """Return the number of starts that can be computed together."""
    columns = 1 if data.holes is None else len(data.columns)
    return max(1, CELLS // (data.rows * components * columns))


def expected(data: GmmData, params: GmmParams, family: str, floor: float) -> tuple[AnyCounts, Array]:
    """Return the counts, and log P(x; θ) with the log-prior if any, shape (B,).

    NaN marks a start that is left out.
    """
    wide = _wide(data, params.covariance) & _finite(params)
    heights = np.full(len(wide), np.nan)
    if not wide.any():
        return GmmCounts(params.weight, params.mean, params.covariance), heights
    # A start that is left out borrows the θ of another, so that the arrays keep their shape.
    place = np.where(wide, np.arange(len(wide)), wide.argmax())
    counts, found = _expected(data, GmmParams(*(each[place] for each in params)), family, floor)
    points = np.maximum(counts.points, FAINT)
    sound = wide & (counts.points > FAINT).all(axis=-1)
    sound &= _wide(data, counts.scatter / points[..., None, None])
    heights[sound] = found[sound]
    return counts, heights


def maximised(data: GmmData, counts: AnyCounts, family: str, floor: float) -> GmmParams:
    """Return arg max Q."""
    points = counts.points
    covariance = steps.family_of(steps.floored(data, counts, family, floor), points, family)
    return GmmParams(points / points.sum(axis=-1, keepdims=True), counts.mean, covariance)


def _expected(data: GmmData, params: GmmParams, family: str, floor: float) -> tuple[AnyCounts, Array]:
    many, components = params.weight.shape
    if data.holes is not None:
        counts, found = holed.expected(data, params, family in steps.CROSSED)
        taken = factors(data, params.covariance)
        return counts, found + steps.log_prior(data, taken, components, family, floor)
    mixture = steps.mixed(data, params, family in steps.CROSSED)
    sums, heights = np.zeros(mixture.features.shape), np.zeros(many)
    for block in blocks(data, mixture):
        heights += block.height
        sums += block.shares.reshape(len(sums), -1) @ block.features.T
    heights += steps.log_prior(data, mixture.factors, components, family, floor)
    counted = (
        each.reshape(many, components, *each.shape[1:]) for each in steps.separated(data, mixture, sums)
    )
    return GmmCounts(*counted), heights


def _wide(data: GmmData, covariance: Array) -> Bools:
    """Return whether no component is narrow in any direction, shape (B,)."""
    standardised = np.nan_to_num(covariance / data.area, posinf=0.0, neginf=0.0)
    least = np.linalg.eigvalsh(standardised)[..., 0]
    # `factors` calls a component narrow by the trace of its inverse, at most d over the least eigenvalue.
    return np.asarray((least > len(data.scale) * NARROW**2).all(axis=-1))


def _finite(params: GmmParams) -> Bools:
    flat = np.concatenate([each.reshape(len(each), -1) for each in params], axis=1)
    return np.asarray(np.isfinite(flat).all(axis=1))
