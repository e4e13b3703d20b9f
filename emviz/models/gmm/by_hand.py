"""Two columns and few components in plain floats, since NumPy's calls would cost more than the arithmetic.

Each function agrees with the arrays of `normals` and `steps` to the last digits.
"""

from __future__ import annotations

import math

import numpy as np

from emviz.em.numerics import Array
from emviz.models.gmm.data import GmmParams
from emviz.models.gmm.normals import LEAST, Factors


def features(centre: Array, scale: Array, params: GmmParams, taken: Factors) -> Array:
    """Return the factors Θ of the features 1, x, y, x², xy, y² of each component, shape (K, 6)."""
    (cx, cy), (sx, sy) = centre.tolist(), scale.tolist()
    rows: list[float] = []
    weights, heights = params.weight.tolist(), taken.height.tolist()
    places, precisions = params.mean.tolist(), taken.precision.tolist()
    for weight, height, (mx, my), ((p, q), (_, s)) in zip(weights, heights, places, precisions, strict=True):
        x, y = (mx - cx) / sx, (my - cy) / sy
        u, v = p * x + q * y, q * x + s * y
        # The quadratic form (z − m)ᵀ P (z − m), multiplied out into the features of z.
        constant = height + (math.log(weight) if weight > 0 else LEAST) - 0.5 * (u * x + v * y)
        rows += (constant, u, v, -0.5 * p, -q, -0.5 * s)
    return np.array(rows).reshape(-1, 6)


def counts(centre: Array, scale: Array, sums: Array) -> tuple[Array, Array, Array]:
    """Return points (K,), means (K, 2) and scatter (K, 2, 2) in raw coordinates from sums of features."""
    (cx, cy), (sx, sy) = centre.tolist(), scale.tolist()
    points: list[float] = []
    means: list[float] = []
    scatter: list[float] = []
    for n, nx, ny, nxx, nxy, nyy in sums.tolist():
        x, y = (nx / n, ny / n) if n > 0 else (0.0, 0.0)
        # Computed once and used twice, so that the matrix is symmetric to the last bit.
        mixed = (nxy - n * (x * y)) * (sx * sy)
        points.append(n)
        means += (cx + sx * x, cy + sy * y)
        scatter += ((nxx - n * (x * x)) * (sx * sx), mixed, mixed, (nyy - n * (y * y)) * (sy * sy))
    return np.array(points), np.array(means).reshape(-1, 2), np.array(scatter).reshape(-1, 2, 2)
