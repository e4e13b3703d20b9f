"""The domain of covariance matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.domains import Index, replaced
from emviz.em.numerics import Array


@dataclass(frozen=True)
class Covariance:
    """Symmetric positive definite matrices in the last two axes."""

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        # First, because eigvalsh reads only the lower triangle and would not notice.
        if not np.allclose(value, np.swapaxes(value, -1, -2), rtol=1e-9, atol=0):
            return "must be symmetric"
        variances = np.diagonal(value, axis1=-2, axis2=-1)
        if not np.all(variances > 0):
            return "must be positive definite"
        # Of correlations: with very different units, rounding would drown an eigenvalue of the covariance.
        scale = 1 / np.sqrt(variances)
        correlation = value * scale[..., :, None] * scale[..., None, :]
        return None if np.all(np.linalg.eigvalsh(correlation) > 0) else "must be positive definite"

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member from a Wishart-like distribution with expectation of order 1."""
        # More than twice as many draws as dimensions, so that the matrix is well conditioned.
        factor = rng.normal(size=(*shape[:-1], 2 * shape[-1] + 1))
        return np.asarray(factor @ np.swapaxes(factor, -1, -2) / factor.shape[-1])

    def to_free(self, value: Array) -> Array:
        """Return the Cholesky factor, its diagonal as logarithms."""
        factor = np.asarray(np.linalg.cholesky(value), dtype=np.float64)
        diagonal = np.arange(factor.shape[-1])
        factor[..., diagonal, diagonal] = np.log(factor[..., diagonal, diagonal])
        return np.asarray(factor[..., *np.tril_indices(value.shape[-1])]).ravel()

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the matrices that have this Cholesky factor."""
        factor = np.zeros(shape)
        rows, columns = np.tril_indices(shape[-1])
        factor[..., rows, columns] = free.reshape((*shape[:-2], len(rows)))
        diagonal = np.arange(shape[-1])
        factor[..., diagonal, diagonal] = np.exp(factor[..., diagonal, diagonal])
        return np.asarray(factor @ np.swapaxes(factor, -1, -2))

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the matrices with one entry and its mirror image changed."""
        moved = replaced(value, index, entry)
        moved[(*index[:-2], index[-1], index[-2])] = entry
        return moved

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return the range that keeps the matrix positive definite, cut at three times a variance."""
        row, column = index[-2:]
        matrix = value[index[:-2]]
        if row == column:
            low = 1 / float(np.linalg.inv(matrix)[row, row])
            variance = float(matrix[row, row])
            # At variance − low the matrix becomes singular; 0.95 of the way stays clear of it.
            return variance - 0.95 * low, 3 * variance
        inverse = np.linalg.inv(matrix)
        a, b, c = inverse[row, row], inverse[row, column], inverse[column, column]
        # det(S + s(E_ij + E_ji)) / det S = (1 + s b)^2 - s^2 a c > 0 between the two roots.
        root = float(np.sqrt(a * c))
        low, high = -1 / (root + b), 1 / (root - b)
        return float(matrix[row, column] + 0.95 * low), float(matrix[row, column] + 0.95 * high)
