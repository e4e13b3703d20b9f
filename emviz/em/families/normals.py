"""Components with normal values, and a prior on each variance that keeps it away from 0.

With a component of a single value, the variance would go to 0 and the likelihood to infinity. So each σ² has
the prior −½ ν (log σ² + s² / σ²), equivalent to ν = 0.1 further units with the variance s² of all values: σ²
= (scatter + ν s²) / (N + ν).
"""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array

#: The weight of the prior, in units.
NU = 0.1
#: Log-weights below this count as −∞, since exp is a hundred times slower for results below 1e-308.
CLAMP = -700.0


def log_prior(spread: Array, scale: Array | float, axes: tuple[int, ...] = (-1,)) -> Array:
    """Return −½ ν Σ (log σ² + s² / σ²), summed over some axes, in nats."""
    return np.asarray(-0.5 * NU * (np.log(spread) + np.square(scale) / spread).sum(axis=axes))


def shares(joint: Array, evidence: Array) -> Array:
    """Return the shares exp(joint − evidence), shape (n, K), from log P(x, k) and log P(x) in nats."""
    logs = joint - evidence[:, None]
    return np.asarray(np.exp(np.maximum(logs, CLAMP)) * (logs > CLAMP))


def moments(units: Array, sums: Array, squares: Array) -> tuple[Array, Array]:
    """Return mean and scatter Σ q (x − mean)² from Σ q, Σ q x and Σ q x²; 0 if there are no units."""
    mean = np.divide(sums, units, out=np.zeros_like(sums), where=units > 0)
    # Rounding can make the difference slightly negative.
    return mean, np.maximum(squares - sums * mean, 0)


def variance(units: Array, scatter: Array, scale: Array | float) -> Array:
    """Return (scatter + ν s²) / (N + ν)."""
    return np.asarray((scatter + NU * np.square(scale)) / (units + NU))


def expected_log_density(units: Array, mean: Array, scatter: Array, centre: Array, spread: Array) -> Array:
    """Return −½ (N log 2πσ² + (scatter + N (mean − μ)²) / σ²), in nats.

    Parameters
    ----------
    units, mean, scatter : Array
        The counts: N, the mean and Σ q (x − mean)².
    centre, spread : Array
        μ and σ².
    """
    gaps = (scatter + units * np.square(mean - centre)) / spread
    return np.asarray(-0.5 * (units * np.log(2 * np.pi * spread) + gaps))
