"""The two links between regulators and modules, their priors, and Böhning's steps.

Generative: a gene of module m has regulator f with probability β_mf. A pseudocount of ½ on either side is the
prior ½ log β + ½ log(1 − β), a Beta(1.5, 1.5).

Softmax: P(m | r) = exp(Σ_f W_mf r_f) / Σ_k exp(Σ_f W_kf r_f), with the prior −½ λ ΣW². The
maximum over W has no closed form. The curvature of the logarithm is nowhere more than ½ XᵀX (Böhning,
Annals of the Institute of Statistical Mathematics 44:197 (1992)), so that the step

    W ← W + ((q − p)ᵀX − λW) (½ XᵀX + λI)⁻¹

climbs a parabola that lies below Q and touches it: Q never falls. q are the probabilities of the modules for
each gene, p those under W, and X, the regulators, has a row for each gene. In the code genes with the same
pattern of regulators are summed.
"""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array, log_sum_exp
from emviz.models.modules.data import ModuleData

#: The pseudocount of β, and the λ of W.
HALF, RIDGE = 0.5, 0.1
#: Steps of Böhning in one M-step.
INNER = 3
#: For known modules W climbs to its maximum: until a step moves it less than this, or at most this often.
CLOSE, MOST = 1e-9, 2000
#: Replaces a probability of 0 in logarithms, which the prior rules out: the smallest positive float.
LEAST = 5e-324


def log_bits(link: Array, patterns: Array) -> Array:
    """Return log P(r | m) of patterns (P, F) under β (..., M, F), shape (..., P, M)."""
    present, absent = (np.log(np.maximum(side, LEAST)) for side in (link, 1 - link))
    # Σ_f of r log β + (1 − r) log(1 − β), with r factored out: one matrix product.
    slopes = np.swapaxes(present - absent, -1, -2)
    return np.asarray(patterns @ slopes + absent.sum(axis=-1)[..., None, :])


def log_choice(link: Array, patterns: Array) -> Array:
    """Return log P(m | r) of patterns (P, F) under W (..., M, F), shape (..., P, M)."""
    pull = patterns @ np.swapaxes(link, -1, -2)
    return np.asarray(pull - log_sum_exp(pull)[..., None])


def beta_prior(link: Array) -> Array:
    """Return ½ Σ log β + log(1 − β), shape (...); −∞ if a β is 0 or 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(HALF * (np.log(link) + np.log1p(-link)).sum(axis=(-2, -1)))


def ridge_prior(link: Array) -> Array:
    """Return −½ λ ΣW², shape (...)."""
    return np.asarray(-0.5 * RIDGE * np.square(link).sum(axis=(-2, -1)))


def climbed(data: ModuleData, regulated: Array, link: Array, steps: int = INNER) -> Array:
    """Return W (M, F) after a number of Böhning's steps.

    Parameters
    ----------
    regulated : Array, shape (M, P)
        The expected genes of each module with each pattern.
    """
    for _ in range(steps):
        link = link + inner_step(data, regulated, link)
    return link


def settled(data: ModuleData, regulated: Array) -> Array:
    """Return the W (M, F) that maximises Q, by steps from W = 0."""
    link = np.zeros((len(regulated), len(data.regulators)))
    for _ in range(MOST):
        step = inner_step(data, regulated, link)
        link = link + step
        # `initial`, since there may be no regulators.
        if np.abs(step).max(initial=0.0) < CLOSE:
            break
    return link


def inner_step(data: ModuleData, regulated: Array, link: Array) -> Array:
    """Return the step ((q − p)ᵀX − λW) (½ XᵀX + λI)⁻¹, shape (M, F)."""
    # The curvature is symmetric, so dividing from the right is solving the transposed system.
    return np.asarray(np.linalg.solve(curvature(data), slope(data, regulated, link).T).T)


def slope(data: ModuleData, regulated: Array, link: Array) -> Array:
    """Return (q − p)ᵀX − λW, the slope of Q in W, shape (M, F)."""
    fitted = data.times * np.exp(log_choice(link, data.patterns)).T
    return np.asarray((regulated - fitted) @ data.patterns - RIDGE * link)


def curvature(data: ModuleData) -> Array:
    """Return ½ XᵀX + λI, shape (F, F)."""
    squares = (data.patterns * data.times[:, None]).T @ data.patterns
    return np.asarray(0.5 * squares + RIDGE * np.eye(len(data.regulators)))
