"""The mean and scatter of a component about one of its points, where sums of squares would lose digits."""

from __future__ import annotations

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.gmm.data import GmmCounts, GmmData


def about_a_point(data: GmmData, shares: Array, crossed: bool) -> tuple[Array, Array]:
    """Return the mean and scatter of a component from its shares of all points, about its surest point.

    S = Σ r_i d_i d_iᵀ − (Σ r_i d_i)(Σ r_i d_i)ᵀ / Σ r_i with d_i the difference of point i from that point.
    """
    own, here = int(shares.argmax()), np.flatnonzero(shares)
    residual = data.points[:, here] - data.points[:, [own]]
    weighted = shares[here] * residual
    first, second = weighted.sum(axis=1), weighted @ residual.T
    points = shares[here].sum()
    scatter = kept(second - np.outer(first, first) / points, crossed)
    raw = np.array([column[own] for column in data.raw])
    return raw + data.scale * first / points, scatter * data.area


def kept(scatter: Array, crossed: bool) -> Array:
    """Return the scatter, symmetric to the last bit, without entries that the family lacks."""
    # Rounding may leave a variance of −1e-17 where all points are equal.
    variances = np.diag(np.diagonal(scatter).clip(0))
    if not crossed:
        return variances
    upper = np.triu(scatter, 1)
    return np.asarray(upper + upper.T + variances)


def known(data: GmmData, label: Rows, components: int, crossed: bool) -> GmmCounts:
    """Return the counts if the component of each point is known."""
    points = np.bincount(label, minlength=components).astype(np.float64)
    mean = np.zeros((components, len(data.scale)))
    scatter = np.zeros((components, len(data.scale), len(data.scale)))
    for k in np.flatnonzero(points):
        own = np.stack([column[label == k] for column in data.raw])
        mean[k] = own.mean(axis=1)
        residual = own - mean[k][:, None]
        scatter[k] = kept(residual @ residual.T, crossed)
    return GmmCounts(points, mean, scatter)
