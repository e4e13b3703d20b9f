"""Starts of a mixture: means spread over the data, or on random points."""

from __future__ import annotations

import math

import numpy as np

from emviz.em.families.covariances import Restricted, covariance_domain
from emviz.em.numerics import Array
from emviz.models.gmm.data import GmmData, GmmParams

#: The most parameters for which a start is rounded as coarsely as somebody would type it.
FEW = 6
#: Random points per component among which distinct means are sought.
DRAWN = 1000


def spread(data: GmmData, components: int, family: str) -> GmmParams:
    """Return means spread along the first principal axis, and the variances of the columns, rounded."""
    values, vectors = np.linalg.eigh(data.points @ data.points.T / data.rows)
    # The sign of an eigenvector is arbitrary and differs between LAPACKs; the largest entry is made
    # positive.
    axis = vectors[:, -1] * np.sign(vectors[np.abs(vectors[:, -1]).argmax(), -1])
    # The middles of K equal parts of the interval of ±2 standard deviations.
    steps = 2 * (2 * np.arange(components) + 1 - components) / components
    means = data.centre + data.scale * steps[:, None] * math.sqrt(values[-1]) * axis
    digits = 1 if means.size <= FEW else 2
    columns = zip(means.T, data.scale, strict=True)
    rounded = np.stack([_rounded(column, float(unit), digits) for column, unit in columns], axis=-1)
    variances = np.array([_rounded(np.array(unit**2), unit**2, 2) for unit in data.scale.tolist()])
    return _equal_weights(rounded, np.diag(variances), family)


def drawn(data: GmmData, components: int, family: str, rng: np.random.Generator) -> GmmParams:
    """Return means on random points, distinct if possible, and the covariance of the data."""
    rows = rng.permutation(data.rows)[: DRAWN * components]
    some = data.points[:, rows]
    _, first = np.unique(some, axis=1, return_index=True)
    # Distinct points first, in the order drawn, then the repeated ones in case there are fewer than K.
    order = np.unique(np.concatenate([np.sort(first), np.arange(len(rows))]), return_index=True)
    chosen = rows[order[0][np.argsort(order[1])][:components]]
    means = np.stack([column[chosen] for column in data.raw], axis=-1)
    means = np.where(np.isnan(means), data.centre, means)
    covariance = data.points @ data.points.T / data.rows * data.area
    return _equal_weights(means, covariance, family)


def _equal_weights(means: Array, covariance: Array, family: str) -> GmmParams:
    components = len(means)
    copies = np.repeat((covariance + covariance.T)[None] / 2, components, axis=0)
    domain = covariance_domain(family)
    inside = domain.projected(copies) if isinstance(domain, Restricted) else copies
    return GmmParams(np.full(components, 1 / components), means, inside)


def _rounded(value: Array, unit: float, digits: int) -> Array:
    """Return numbers rounded to a number of significant digits of a unit."""
    return np.round(value, digits - 1 - math.floor(math.log10(unit))) + 0.0  # never −0
