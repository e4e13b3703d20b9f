"""The steps of EM for emission tomography (Shepp & Vardi 1982), and with a prior (De Pierro 1995).

L(λ) = Σ_i (y_i log ŷ_i − ŷ_i − log y_i!) with ŷ = Aλ. The prior subtracts
R(λ) = (β/2) Σ (λ_j − λ_k)² over pairs of neighbours. Q replaces R by its bound from De Pierro's inequality
(λ_j − λ_k)² ≤ ½(2λ_j − m)² + ½(2λ_k − m)², m = λ_j(t) + λ_k(t), which treats each pixel by itself. Both sides
are equal at λ(t), so g_t still touches there; elsewhere the gap is KL plus the slack of this inequality.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from emviz.em.model import Expectation, Rows
from emviz.em.numerics import Array, xlogy
from emviz.models.tomography.data import TomographyCounts, TomographyData, TomographyParams, regions


def expect(data: TomographyData, params: TomographyParams, beta: float) -> Expectation[TomographyCounts]:
    """Return the counts expected of each pixel, and the objective.

    e_j = λ_j Σ_i a_ij y_i/ŷ_i.
    """
    activity = params.activity
    # e does not depend on the unit of λ. With the largest pixel near 1 no ratio overflows; a power of two
    # rounds nothing.
    unit = 2.0 ** np.frexp(activity.max())[1]
    relative = activity / unit
    seen = data.projector.project(relative)
    emitted = relative * data.projector.back(ratios(data.counts, seen))
    fitted = seen * unit
    pull = _pull(activity, data.projector.size) if beta else np.empty(0)
    height = log_likelihood(data, fitted)
    if beta:
        height -= roughness(activity, data.projector.size, beta)
    return Expectation(TomographyCounts(emitted, pull), height)


def update(data: TomographyData, counts: TomographyCounts, beta: float) -> TomographyParams:
    """Return λ_j = e_j / s_j, with the prior the root of 2βWλ² + (s − βM)λ − e = 0 for each pixel."""
    numerator, *terms = fractions(data, counts, beta)
    return TomographyParams(numerator / sum(terms))


def fractions(data: TomographyData, counts: TomographyCounts, beta: float) -> tuple[Array, ...]:
    """Return for every pixel the numerator of its new activity, and the terms whose sum is the denominator.

    The root of aλ² + bλ − e = 0, a = 2βW, is e / (b/2 + √(b²/4 + ae)); where b ≤ 0
    the equal (√(b²/4 + ae) − b/2) / a is used. Neither subtracts numbers of the same sign, which would lose
    digits.
    """
    if not beta:
        return counts.emitted, data.sensitivity
    square, slope = quadratic(data, counts, beta)
    root = np.sqrt(slope**2 / 4 + square * counts.emitted)
    drawn = slope <= 0
    numerator = np.where(drawn, root - slope / 2, counts.emitted)
    return numerator, np.where(drawn, square, slope / 2), np.where(drawn, 0.0, root)


def quadratic(data: TomographyData, counts: TomographyCounts, beta: float) -> tuple[Array, Array]:
    """Return a = 2βW and b = s − βM of every pixel; W is its number of neighbours."""
    many = neighbour_sums(np.ones(len(counts.emitted)), data.projector.size)
    return 2 * beta * many, data.sensitivity - beta * counts.pull


def expected_log(
    data: TomographyData, counts: TomographyCounts, params: TomographyParams, beta: float
) -> float:
    """Return Σ_j e_j log λ_j − s_j λ_j, with the prior less its surrogate Σ_j β(W_j λ_j² − M_j λ_j)."""
    activity = params.activity
    # Sums, not dot products: BLAS would start its threads for them, which takes longer than they save.
    height = float(xlogy(counts.emitted, activity).sum() - (data.sensitivity * activity).sum())
    if not beta:
        return height
    many = neighbour_sums(np.ones(len(activity)), data.projector.size)
    return height - beta * float(((many * activity - counts.pull) * activity).sum())


def slack(data: TomographyData, base: TomographyParams, params: TomographyParams, beta: float) -> float:
    """Return (β/2) Σ (δ_j + δ_k)² over pairs of neighbours, δ = λ − λ(t): the slack of De Pierro's bound.

    This is its right side minus its left one for λ_j = λ_j(t) + δ_j.
    """
    grid = (params.activity - base.activity).reshape(data.projector.size, -1)
    pairs = grid[1:] + grid[:-1], grid[:, 1:] + grid[:, :-1]
    return beta / 2 * float(sum((each**2).sum() for each in pairs))


def line(
    data: TomographyData, base: TomographyParams, ahead: TomographyParams, beta: float
) -> Callable[[Array], Array]:
    """Return the objective at base + a (ahead − base) as a function of a, from two projections in all."""
    size, way = data.projector.size, ahead.activity - base.activity
    fitted, slope = data.projector.project(base.activity), data.projector.project(way)
    first, second = (np.concatenate(differences(image, size)) for image in (base.activity, way))

    def height(a: float) -> float:
        # Where pixels reach 0, rounding may leave a line slightly negative.
        found = log_likelihood(data, np.maximum(fitted + a * slope, 0.0))
        return found - beta / 2 * float(((first + a * second) ** 2).sum())

    return lambda positions: np.array([height(a) for a in positions.tolist()])


def log_likelihood(data: TomographyData, fitted: Array) -> float:
    """Return Σ_i (y_i log ŷ_i − ŷ_i − log y_i!), in nats."""
    nothing = fitted == 0
    if data.counts[nothing].any():
        return -np.inf
    # 0 log 0 counts as 0 log 1. A masked logarithm takes far longer.
    return float((data.counts * np.log(fitted + nothing)).sum() - fitted.sum()) - data.factorials


def ratios(counts: Array, fitted: Array) -> Array:
    """Return y_i / ŷ_i; 0 where nothing is expected."""
    # A masked division takes far longer.
    return np.asarray(counts / np.where(fitted > 0, fitted, np.inf))


def row_shares(data: TomographyData, params: TomographyParams, rows: Rows) -> Array:
    """Return the part of each angle's counts that each region is expected to have emitted.

    An angle without counts has the shares of its expected counts.

    Returns
    -------
    Array, shape (len(rows), regions)
    """
    wanted = set(rows.tolist())
    parts = [
        data.projector.project(np.where(region, params.activity, 0.0), wanted)[rows]
        for region in regions(data.projector.size)
    ]
    fitted, counts = np.sum(parts, axis=0), data.counts[rows]
    # Ratios would all be 0 there, and the shares 0/0.
    weights = np.where(counts.sum(axis=1, keepdims=True) > 0, ratios(counts, fitted), 1.0)
    shares = np.stack([(weights * part).sum(axis=1) for part in parts], axis=1)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def roughness(activity: Array, size: int, beta: float) -> float:
    """Return the penalty (β/2) Σ (λ_j − λ_k)² over pairs of neighbours."""
    return beta / 2 * float(sum((each**2).sum() for each in differences(activity, size)))


def differences(activity: Array, size: int) -> tuple[Array, Array]:
    """Return λ_j − λ_k for all pairs one above the other, and side by side."""
    grid = activity.reshape(size, size)
    return np.diff(grid, axis=0).ravel(), np.diff(grid, axis=1).ravel()


def neighbour_sums(activity: Array, size: int) -> Array:
    """Return for every pixel the sum over the pixels above, below, left and right of it."""
    grid = activity.reshape(size, size)
    sums = np.zeros_like(grid)
    sums[1:] += grid[:-1]
    sums[:-1] += grid[1:]
    sums[:, 1:] += grid[:, :-1]
    sums[:, :-1] += grid[:, 1:]
    return sums.ravel()


def _pull(activity: Array, size: int) -> Array:
    """Return M_j = Σ_k (λ_j + λ_k) over the neighbours k of every pixel."""
    return neighbour_sums(np.ones(len(activity)), size) * activity + neighbour_sums(activity, size)
