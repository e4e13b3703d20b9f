"""Points weighed by a mixture, block by block: shares and log P(x) from one matrix product.

A block stays in the cache. Log-weights more than 650 below the largest, weights of the components included,
count as 0, which changes no printed digit: numbers below 1e-308 would make exp and the product a hundred
times slower.

A log density is concave, so that over the box around all points it is least at a corner, and it is at most
its height at the mean. Where both are small, no block needs to be checked, and a single mixture is weighed
by the ratios ρ_k = p_k / p_1, which takes one exponential less for each point: with τ = 1 + Σ_{k>1} ρ_k the
shares are 1/τ and ρ_k/τ, and log P(x) = log p_1 + log τ, where Σ_i log p_1(x_i) is linear in Σ_i φ(z_i).
The component with the largest weight takes the place of p_1. What it adds to the sums of features is what the
others leave of Σ_i φ(z_i), which saves one row of their product.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from emviz.em.numerics import Array
from emviz.em.work import checked
from emviz.models.gmm.data import GmmData
from emviz.models.gmm.features import Box, fill
from emviz.models.gmm.normals import Factors

#: The most points of a block.
BLOCK = 20_000
#: Numbers in the features of a block: few enough for the cache.
CELLS = 120_000
#: Log-weights this far below the largest one count as 0.
CLAMP = -650.0
#: A little more than exp(−650), subtracted from every weight so that the clamped ones are 0; a component
#: whose points it would change is counted again (`steps.FAINT`).
CLAMPED = 6e-283
#: Log joints within this of 0 can be exponentiated without first subtracting the largest.
SAFE = 600.0
#: Densities whose logarithm is taken together, as that of their product.
FOLD = 4
#: The least part of its even share, n/K points, at which a component may be counted as what the others leave.
LEFT = 0.5


class Residual(NamedTuple):
    """A component whose density is computed from whitened residuals.

    Parameters
    ----------
    place : int
        Its place among the components.
    constant : float
        log w + log of the density at the mean.
    mean, white : Array, shapes (d, 1), (d, d)
        In standardised coordinates.
    """

    place: int
    constant: float
    mean: Array
    white: Array

    def log_joint(self, points: Array) -> Array:
        """Return log w_k + log N(x; μ_k, Σ_k) of points z (d, m), shape (m,)."""
        whitened = np.square(self.white @ (points - self.mean))
        return np.asarray(self.constant - 0.5 * whitened.sum(axis=0))


class Mixture(NamedTuple):
    """A mixture ready to weigh points: B of them at once, with K components each.

    Parameters
    ----------
    factors : Factors
        The covariances of all B·K components.
    features : Array, shape (B·K, F)
        Θ; 0 for narrow components.
    narrow : tuple of Residual
        Those components.
    components : int
        K.
    crossed : bool
        Whether the features have products of different columns.
    """

    factors: Factors
    features: Array
    narrow: tuple[Residual, ...]
    components: int
    crossed: bool


class Weighed(NamedTuple):
    """A block of points: features (F, m), shares (B, K, m), and a part of Σ log P(x), (B,), that adds up."""

    features: Array
    shares: Array
    height: Array

    def counted(self, hard: bool) -> Array:
        """Return the shares (K, m) of a single mixture; for hard EM each point goes whole to its best."""
        shares: Array = self.shares[0]
        if not hard:
            return shares
        whole: Array = np.equal(np.arange(len(shares))[:, None], shares.argmax(axis=0)).astype(np.float64)
        return whole


def blocks(data: GmmData, mixture: Mixture) -> Iterator[Weighed]:
    """Yield all points block by block with their shares; each block reuses the memory of the last."""
    return weighed(data.points, mixture, data.features, data.box)


def summed(data: GmmData, mixture: Mixture, weight: Array, hard: bool) -> tuple[Array, float]:
    """Return the features summed with the shares, R·Φᵀ (K, F), and log P(x), of a single mixture.

    Parameters
    ----------
    weight : Array, shape (K,)
    hard : bool
        Count each point whole for its likeliest component, the first of equals.
    """
    lead = int(weight.argmax())
    led = mixture._replace(features=_exchanged(mixture.features, lead))
    if hard or data.box is None or _ratios(led, data.box)[0] is None:
        return _summed(data, mixture, hard)
    sums, height = _summed(data, led, spared=1)
    sums[0] = data.box.sums - sums[1:].sum(axis=0)
    if sums[0, 0] * len(sums) < LEFT * data.rows:
        # The difference of nearly equal sums would lose digits.
        return _summed(data, mixture)
    return _exchanged(sums, lead), height


def _summed(data: GmmData, mixture: Mixture, hard: bool = False, spared: int = 0) -> tuple[Array, float]:
    """Return R·Φᵀ, with 0 in the rows that are spared, and log P(x)."""
    sums, height = np.zeros(mixture.features.shape), 0.0
    for block in blocks(data, mixture):
        height += float(block.height[0])
        sums[spared:] += block.counted(hard)[spared:] @ block.features.T
    return sums, height


def _exchanged(rows: Array, place: int) -> Array:
    """Return a copy in which the first row and another have changed places."""
    other = rows.copy()
    other[0], other[place] = rows[place], rows[0]
    return other


def weighed(
    points: Array, mixture: Mixture, kept: Array | None = None, box: Box | None = None
) -> Iterator[Weighed]:
    """Yield points block by block with their shares; each block reuses the memory of the last.

    Parameters
    ----------
    points : Array, shape (d, n)
        In standardised coordinates.
    kept : Array or None, shape (F, n)
        Their features, if they were kept with the data.
    box : Box or None
        Theirs, if known.
    """
    rows, (components, terms) = points.shape[1], mixture.features.shape
    size = max(1, min(rows, BLOCK, CELLS // max(components, terms)))
    if size < rows:
        size = max(FOLD, size - size % FOLD)
    ratios, height = _ratios(mixture, box)
    features, logs = np.ones((terms, size if kept is None else 0)), np.empty((components, size))
    for first in checked(range(0, rows, size)):
        part = points[:, first : first + size]
        weights = logs[:, : part.shape[1]]
        if kept is None:
            phi = features[:, : part.shape[1]]
            fill(phi, part, mixture.crossed)
        else:
            phi = kept[:, first : first + size]
        shares = weights.reshape(-1, mixture.components, part.shape[1])
        if ratios is not None:
            np.matmul(ratios, phi, out=weights[1:])
            yield Weighed(phi, shares, height + _shared_by_ratios(weights))
            height = 0.0
            continue
        np.matmul(mixture.features, phi, out=weights)
        for one in mixture.narrow:
            weights[one.place] = one.log_joint(part)
        yield Weighed(phi, shares, _shared(shares))


def _ratios(mixture: Mixture, box: Box | None) -> tuple[Array | None, float]:
    """Return Θ_k − Θ_1 of a single mixture, with Σ log p_1; None where a product of ratios may overflow."""
    features = mixture.features
    if box is None or mixture.narrow or len(features) > mixture.components:
        return None, 0.0
    least, most = float((features @ box.corners).min()), float(mixture.factors.height.max())
    if not FOLD * (most - least) < SAFE:
        return None, 0.0
    return features[1:] - features[0], float(features[0] @ box.sums)


def _shared_by_ratios(logs: Array) -> Array:
    """Turn the log ratios below a first row into shares, shape (K, m), in place; return Σ log τ, (1,)."""
    first, ratios = logs[0], logs[1:]
    np.exp(ratios, out=ratios)
    total = ratios[0] + 1
    for ratio in ratios[1:]:
        total += ratio
    np.divide(1, total, out=first)
    ratios *= first
    if len(total) % FOLD == 0:
        some, *others = total.reshape(FOLD, -1)
        for other in others:
            some *= other
        total = some
    return np.asarray(np.log(total, out=total).sum(keepdims=True))


def _shared(logs: Array) -> Array:
    """Turn log joints (B, K, m) into shares in their place; return Σ log P(x), shape (B,)."""
    if logs.min() > -SAFE and logs.max() < SAFE:
        np.exp(logs, out=logs)
        total: Array = np.add.reduce(logs, axis=-2)
        logs *= (1 / total)[:, None]
        return np.asarray(np.log(total, out=total).sum(axis=-1))
    top: Array = np.maximum.reduce(logs, axis=-2)
    logs -= top[:, None]
    np.maximum(logs, CLAMP, out=logs)
    np.exp(logs, out=logs)
    logs -= CLAMPED
    np.maximum(logs, 0, out=logs)
    total = np.add.reduce(logs, axis=-2)
    logs *= (1 / total)[:, None]
    top += np.log(total)
    return np.asarray(top.sum(axis=-1))
