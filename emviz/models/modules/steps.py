"""The E-step, the M-step and Q of transcriptional modules.

log P(x_g, r_g, m) = Σ_a log N(x_ga; μ_ma, σ²_ma) plus log w_m + log P(r_g | m), or plus log P(m | r_g).

Each σ²_ma has the prior of `normals`, with s_a² the variance of the genes on that array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from emviz.em.families import normals
from emviz.em.model import Rows
from emviz.em.numerics import Array, largest_alone, log_sum_exp, xlogy
from emviz.em.work import checked
from emviz.models.modules import link
from emviz.models.modules.data import (
    NAMES,
    AnyCounts,
    GenerativeParams,
    HoledModuleCounts,
    ModuleCounts,
    ModuleData,
    ModuleParams,
    SoftmaxParams,
)

#: Genes that are computed at once.
BLOCK = 4096

Part = slice | Rows


def log_density(data: ModuleData, params: ModuleParams, part: Part) -> Array:
    """Return Σ_a log N(x_ga; μ_ma, σ²_ma) of some genes, shape (..., genes, M), for θ of any leading axes.

    The sum is over the cells that are seen.
    """
    points = data.points[part]
    precision = np.square(data.scale) / params.variance
    middle = (params.mean - data.centre) / data.scale
    # (x − μ)² multiplied out turns the sum over arrays into matrix products. Standardised points keep the
    # terms small, so their differences lose few digits.
    squares = np.square(points) @ np.swapaxes(precision, -1, -2)
    mixed = points @ np.swapaxes(precision * middle, -1, -2)
    constant = precision * np.square(middle) + np.log(2 * np.pi * params.variance)
    if data.seen is not None:
        return np.asarray(mixed - 0.5 * squares - 0.5 * (data.seen[part] @ np.swapaxes(constant, -1, -2)))
    return np.asarray(mixed - 0.5 * squares - 0.5 * constant.sum(axis=-1)[..., None, :])


def log_link(data: ModuleData, params: ModuleParams) -> Array:
    """Return log w_m + log P(r | m), or log P(m | r), of each pattern, shape (..., P, M)."""
    if isinstance(params, SoftmaxParams):
        return link.log_choice(params.link, data.patterns)
    return np.asarray(xlogy(1.0, params.weight)[..., None, :] + link.log_bits(params.link, data.patterns))


def log_joint(data: ModuleData, params: ModuleParams, rows: Rows) -> Array:
    """Return log P(x_g, r_g, m), or given the regulators log P(x_g, m | r_g), shape (len(rows), M)."""
    return log_density(data, params, rows) + log_link(data, params)[data.which[rows]]


def log_whole(data: ModuleData, params: ModuleParams, part: Part) -> Array:
    """Return log P(x_g, r_g, m) of some genes, holes filled with their likeliest values, (genes, M).

    There a hole adds log N(μ_ma; μ_ma, σ²_ma) = −½ log 2πσ²_ma.
    """
    joint = log_density(data, params, part) + log_link(data, params)[data.which[part]]
    if data.seen is None:
        return np.asarray(joint)
    return np.asarray(joint - 0.5 * (1 - data.seen[part]) @ np.log(2 * np.pi * params.variance).T)


def filled(data: ModuleData, params: ModuleParams, rows: Rows) -> tuple[Array, Array]:
    """Return some genes as each module fills them, and the variances of the filled values, (M, genes, A)."""
    gone = np.isnan(data.raw[rows])
    whole = np.where(gone, params.mean[:, None], data.raw[rows])
    return whole, np.where(gone, params.variance[:, None], 0.0)


def log_prior(data: ModuleData, params: ModuleParams) -> Array:
    """Return the logarithm of the priors on variances and link, up to a constant, shape (...)."""
    linked = link.ridge_prior if isinstance(params, SoftmaxParams) else link.beta_prior
    return normals.log_prior(params.variance, data.scale, (-2, -1)) + linked(params.link)


def _blocks(data: ModuleData) -> Iterator[slice]:
    return (slice(first, first + BLOCK) for first in checked(range(0, data.rows, BLOCK)))


def expected(data: ModuleData, params: ModuleParams, hard: bool = False) -> tuple[AnyCounts, float]:
    """Return the expected counts, and the log posterior at θ.

    Parameters
    ----------
    hard : bool
        Each gene goes whole to its likeliest module, the first of equals.
    """
    linked, height = log_link(data, params), float(log_prior(data, params))
    sums = _Sums(data, len(params.mean))
    for part in _blocks(data):
        joint = log_density(data, params, part) + linked[data.which[part]]
        evidence = log_sum_exp(joint)
        height += float(evidence.sum())
        sums.add(part, _likeliest(data, params, part) if hard else normals.shares(joint, evidence))
    start = params.link if isinstance(params, SoftmaxParams) else None
    return sums.counts(start, params, certain=hard), height


def _likeliest(data: ModuleData, params: ModuleParams, part: Part) -> Array:
    return largest_alone(log_whole(data, params, part))


def known(data: ModuleData, label: NDArray[np.intp], modules: int, softmax: bool) -> AnyCounts:
    """Return the counts of the true modules; with the softmax link, the W that maximises Q."""
    holes = data.holes
    if holes is not None and holes.truth is not None:
        # With its true values in the holes a gene is whole: nothing is filled, and nothing spread.
        points = np.where(holes.missing, (holes.truth - data.centre) / data.scale, data.points)
        whole = known(replace(data, points=points, holes=None), label, modules, softmax)
        seen = np.eye(modules)[label].T @ np.nan_to_num(data.raw)
        return HoledModuleCounts(*whole[:5], seen, np.zeros_like(seen))
    sums = _Sums(data, modules)
    for part in _blocks(data):
        sums.add(part, np.eye(modules)[label[part]])
    return sums.counts(link.settled(data, sums.by_pattern) if softmax else None)


class _Sums:
    """Sums over genes, block by block."""

    def __init__(self, data: ModuleData, modules: int) -> None:
        self._data = data
        self._sums = np.zeros((modules, len(data.arrays)))
        self._squares, self._seen = np.zeros_like(self._sums), np.zeros_like(self._sums)
        self.by_pattern = np.zeros((modules, len(data.patterns)))

    def add(self, part: slice, shares: Array) -> None:
        """Add a block of genes with their shares (genes, M)."""
        points, which = self._data.points[part], self._data.which[part]
        self._sums += shares.T @ points
        self._squares += shares.T @ np.square(points)
        if self._data.seen is not None:
            self._seen += shares.T @ self._data.seen[part]
        # Summed by `bincount`: a matrix product would need a matrix of genes × patterns.
        for row, share in zip(self.by_pattern, shares.T, strict=True):
            row += np.bincount(which, share, len(row))

    def counts(
        self, start: Array | None, params: ModuleParams | None = None, certain: bool = False
    ) -> AnyCounts:
        """Return the counts in the units of the data, with W(t) for the softmax link.

        Parameters
        ----------
        params : ModuleParams, optional
            The θ that fills the holes, if there are any.
        certain : bool
            Leave out the spread of the filled values.
        """
        data, genes = self._data, self.by_pattern.sum(axis=1)
        sums, squares, spread = self._sums, self._squares, np.zeros_like(self._sums)
        if data.seen is not None and params is not None:
            # A hole counts as its mean, and adds its variance to the scatter.
            gone = genes[:, None] - self._seen
            middle = (params.mean - data.centre) / data.scale
            sums, squares = sums + gone * middle, squares + gone * np.square(middle)
            spread = gone * params.variance * (not certain)
        mean, scatter = normals.moments(genes[:, None], sums, squares)
        active = self.by_pattern @ data.patterns
        counts = ModuleCounts(
            genes=genes,
            mean=data.centre + data.scale * mean,
            scatter=np.square(data.scale) * scatter + spread,
            regulated=active if start is None else self.by_pattern,
            link=np.zeros_like(active) if start is None else start.copy(),
        )
        if data.seen is None:
            return counts
        seen = data.centre * self._seen + data.scale * self._sums
        return HoledModuleCounts(*counts, seen, spread)


def active(data: ModuleData, counts: AnyCounts, softmax: bool) -> Array:
    """Return the expected genes of each module that have each regulator, shape (M, F)."""
    return counts.regulated @ data.patterns if softmax else counts.regulated


def maximised(data: ModuleData, counts: AnyCounts, softmax: bool) -> ModuleParams:
    """Return the θ that maximises Q; with the softmax link W only improves it.

    Raises
    ------
    ZeroDivisionError
        If a module has no genes left.
    """
    if not np.all(counts.genes > 0):
        name = NAMES[int(np.argmin(counts.genes))]
        raise ZeroDivisionError(f"module {name} has no genes left, so 0/0 leaves its mean undefined")
    genes = counts.genes[:, None]
    variance = normals.variance(genes, counts.scatter, data.scale)
    if softmax:
        moved = link.climbed(data, counts.regulated, counts.link)
        return SoftmaxParams(counts.mean.copy(), variance, moved)
    chance = (counts.regulated + link.HALF) / (genes + 2 * link.HALF)
    return GenerativeParams(counts.genes / counts.genes.sum(), counts.mean.copy(), variance, chance)


def fit_of(data: ModuleData, counts: AnyCounts, params: ModuleParams) -> float:
    """Return Q(θ) under the counts, with the log-priors."""
    genes = counts.genes[:, None]
    seen = (genes, counts.mean, counts.scatter)
    fit = normals.expected_log_density(*seen, params.mean, params.variance).sum()
    if isinstance(params, SoftmaxParams):
        fit += (counts.regulated.T * link.log_choice(params.link, data.patterns)).sum()
    else:
        bits = xlogy(counts.regulated, params.link) + xlogy(
            # Rounding may leave slightly more genes with a regulator than genes.
            np.maximum(genes - counts.regulated, 0),
            1 - params.link,
        )
        fit += xlogy(counts.genes, params.weight).sum() + bits.sum()
    return float(fit + log_prior(data, params))


def objectives(data: ModuleData, params: ModuleParams) -> Array:
    """Return the log posterior, shape (B,), at θ stacked along a leading axis."""
    linked, heights = log_link(data, params), log_prior(data, params)
    for part in _blocks(data):
        joint = log_density(data, params, part) + linked[:, data.which[part]]
        heights = heights + log_sum_exp(joint).sum(axis=-1)
    return np.asarray(heights)
