"""Points weighed block by block, in blocks that stay in the cache, and in parts of blocks for each thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from emviz.em.numerics import Array
from emviz.models.gmm.data import GmmData, fill
from emviz.models.gmm.normals import Factors

#: Points that are weighed at once.
BLOCK = 5000
#: Numbers in the features of a block: few enough for the cache, and for BLAS to keep to one thread.
CELLS = 80_000
#: Blocks that a thread weighs before it takes the next part: some milliseconds.
BLOCKS = 20
#: Log-weights this far below the largest one count as 0.
CLAMP = -650.0
#: A little more than exp(−650), taken away from every weight so that the clamped ones are 0; a component
#: to whose points it matters is counted again (`steps.FAINT`).
CLAMPED = 6e-283
#: Log joints within this of 0 need no largest one taken from them before exp.
SAFE = 600.0


class Residual(NamedTuple):
    """A component whose density is computed from whitened residuals.

    Parameters
    ----------
    place : int
        Which of the components it is.
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
    """A block of points: z (d, m), features (F, m), shares (B, K, m), and log P(x) of each, (B, m)."""

    points: Array
    features: Array
    shares: Array
    heights: Array


def size_of(rows: int, mixture: Mixture) -> int:
    """Return how many points are weighed at once."""
    return max(1, min(rows, BLOCK, CELLS // int(max(mixture.features.shape))))


def parts(data: GmmData, mixture: Mixture) -> list[slice]:
    """Return which points make up each part, of whole blocks, that is worth a thread."""
    size = BLOCKS * size_of(data.rows, mixture)
    return [slice(first, first + size) for first in range(0, data.rows, size)]


def part_blocks(data: GmmData, mixture: Mixture, part: slice) -> Iterator[Weighed]:
    """Yield the blocks of some points."""
    kept = None if data.features is None else data.features[:, part]
    return blocks(data.points[:, part], mixture, kept)


def blocks(points: Array, mixture: Mixture, kept: Array | None = None) -> Iterator[Weighed]:
    """Yield the points block by block with their shares; each block reuses the memory of the last.

    Parameters
    ----------
    points : Array, shape (d, n)
        In standardised coordinates.
    kept : Array or None, shape (F, n)
        Their features, where they are at hand.
    """
    rows, (components, terms) = points.shape[1], mixture.features.shape
    size = size_of(rows, mixture)
    features, logs = np.ones((terms, size if kept is None else 0)), np.empty((components, size))
    for first in range(0, rows, size):
        part = points[:, first : first + size]
        weights = logs[:, : part.shape[1]]
        if kept is None:
            phi = features[:, : part.shape[1]]
            fill(phi, part, mixture.crossed)
        else:
            phi = kept[:, first : first + size]
        np.matmul(mixture.features, phi, out=weights)
        for one in mixture.narrow:
            weights[one.place] = one.log_joint(part)
        shares = weights.reshape(-1, mixture.components, part.shape[1])
        yield Weighed(part, phi, shares, _shared(shares))


def _shared(logs: Array) -> Array:
    """Turn log joints (B, K, m) into shares in their place; return log P(x), shape (B, m)."""
    if logs.min() > -SAFE and logs.max() < SAFE:
        np.exp(logs, out=logs)
        total: Array = np.add.reduce(logs, axis=-2)
        logs *= (1 / total)[:, None]
        return np.log(total, out=total)
    top: Array = np.maximum.reduce(logs, axis=-2)
    logs -= top[:, None]
    np.maximum(logs, CLAMP, out=logs)
    np.exp(logs, out=logs)
    logs -= CLAMPED
    np.maximum(logs, 0, out=logs)
    total = np.add.reduce(logs, axis=-2)
    logs *= (1 / total)[:, None]
    top += np.log(total)
    return top


def block_shares(block: Weighed, hard: bool) -> Array:
    """Return the shares (K, m) of a block, for hard EM with each point whole in its likeliest component."""
    shares: Array = block.shares[0]
    if not hard:
        return shares
    whole: Array = np.equal(np.arange(len(shares))[:, None], shares.argmax(axis=0)).astype(np.float64)
    return whole
