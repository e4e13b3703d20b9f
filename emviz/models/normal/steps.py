"""The E-step, the M-step and Q of a multivariate normal, by pattern of holes.

L(θ) = Σ_i log N(x_iO; μ_O, Σ_OO), with O the observed cells of row i. All is computed on standardised points
z = (x − centre) / scale, so that columns in very different units lose no digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from emviz.em.families.dependence import held_open
from emviz.em.families.holed import Holed
from emviz.em.families.holes import Given, Pattern, expected_log, filled, given, log_densities
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.work import check_stop, checked

#: The most rows whose covariances are written between two checks for a cancellation.
TOGETHER = 4096
#: Treatments of a hole: that of EM, without the spread of the guess, or with the mean of the column.
EXPECTED, FORGOTTEN, COLUMN_MEAN = "expected", "forgotten", "mean"


class NormalParams(NamedTuple):
    """The mean (d,) and the covariance (d, d)."""

    mean: Array
    covariance: Array


class NormalCounts(NamedTuple):
    """Expected statistics of all rows, with each hole filled.

    rows is n, a single number; mean m (d,) that of the filled rows; scatter S (d, d) = Σ (x̂ − m)(x̂ − m)ᵀ,
    about the mean since sums of squares would lose the digits of columns far from 0; spread C (d, d) the sum
    of the conditional covariances of the filled values.
    """

    rows: Array
    mean: Array
    scatter: Array
    spread: Array


def standardised(data: Holed, params: NormalParams) -> NormalParams:
    """Return θ of the standardised points."""
    mean = (params.mean - data.centre) / data.scale
    return NormalParams(mean, params.covariance / np.outer(data.scale, data.scale))


def conditions(
    data: Holed, patterns: Sequence[Pattern], covariance: Array, way: str
) -> Iterator[tuple[Pattern, Given]]:
    """Yield patterns, each with the distribution of its holes; an error for a singular covariance."""
    held_open(data, covariance)
    for pattern in checked(patterns):
        known = given(pattern, covariance)
        if way == COLUMN_MEAN:
            known = known._replace(slopes=np.zeros_like(known.slopes))
        yield pattern, known


def expected(data: Holed, params: NormalParams, way: str) -> tuple[NormalCounts, float]:
    """Return the counts with each hole filled, and log P(x; θ) of the observed cells, in nats."""
    at, (rows, columns) = standardised(data, params), data.points.shape
    whole, spread, height = np.zeros((rows, columns)), np.zeros((columns, columns)), 0.0
    for pattern, known in conditions(data, data.patterns, at.covariance, way):
        whole[pattern.rows], logs = filled(data.points[pattern.rows], pattern, at.mean, known)
        # The density of raw values is that of standardised ones over the product of the seen columns'
        # scales.
        height += float(logs.sum()) - len(logs) * float(np.log(data.scale[pattern.seen]).sum())
        if way == EXPECTED:
            spread[np.ix_(pattern.hidden, pattern.hidden)] += len(logs) * known.spread
    return counted(data, whole[data.which >= 0], spread), height


def objectives(data: Holed, params: NormalParams) -> Array:
    """Return log P(x; θ) at θ stacked along a leading axis, shape (B,), in nats; −∞ if Σ is singular."""
    scales = sum(len(each.rows) * float(np.log(data.scale[each.seen]).sum()) for each in data.patterns)
    return log_densities(data.points, data.patterns, *standardised(data, params)) - scales


def counted(data: Holed, whole: Array, spread: Array) -> NormalCounts:
    """Return the counts of standardised filled rows, given the spread of the filled values."""
    mean = whole.mean(axis=0)
    gaps, area = whole - mean, np.outer(data.scale, data.scale)
    middle = data.centre + data.scale * mean
    return NormalCounts(np.array(float(len(whole))), middle, gaps.T @ gaps * area, spread * area)


def scattered(counts: NormalCounts, free: bool) -> Array:
    """Return n Σ: the scatter and spread about the mean of the rows, or about 0."""
    about = counts.scatter + counts.spread
    return about if free else about + float(counts.rows) * np.outer(counts.mean, counts.mean)


def fit_of(data: Holed, counts: NormalCounts, params: NormalParams) -> float:
    """Return Q = −½ [n d log 2π + n log|Σ| + tr Σ⁻¹ (S + C + n (m − μ)(m − μ)ᵀ)], in nats."""
    at, area = standardised(data, params), np.outer(data.scale, data.scale)
    held_open(data, at.covariance)
    gap = (counts.mean - params.mean) / data.scale
    rows = float(counts.rows)
    about = (counts.scatter + counts.spread) / area + rows * np.outer(gap, gap)
    return expected_log(rows, about, at.covariance) - rows * float(np.log(data.scale).sum())


def guesses(data: Holed, params: NormalParams, rows: Rows, way: str) -> tuple[Array, Array]:
    """Return some rows with each hole filled, and the covariances of the filled values.

    Returns
    -------
    Array, Array, shapes (m, d) and (m, d, d)
        Raw numbers; for a row without any number the mean and Σ itself. Covariances of observed cells are 0.
    """
    at = standardised(data, params)
    kinds = np.unique(data.which[rows])
    patterns = [data.patterns[kind] for kind in kinds[kinds >= 0].tolist()]
    whole = np.tile(at.mean, (len(rows), 1))
    # Empty, since it is filled block by block below: zeroing it first took the longest of all.
    spread = np.empty((len(rows), *at.covariance.shape))
    spread[data.which[rows] < 0] = at.covariance
    known = conditions(data, patterns, at.covariance, way)
    for kind, (pattern, known_here) in zip(kinds[kinds >= 0].tolist(), known, strict=True):
        here = np.flatnonzero(data.which[rows] == kind)
        whole[here], _ = filled(data.points[rows[here]], pattern, at.mean, known_here)
        own = np.zeros_like(at.covariance)
        own[np.ix_(pattern.hidden, pattern.hidden)] = known_here.spread
        for some in checked(np.array_split(here, 1 + len(here) // TOGETHER)):
            spread[some] = own
    raw = np.where(data.missing[rows], data.centre + data.scale * whole, data.raw[rows])
    check_stop()
    spread *= np.outer(data.scale, data.scale)
    return raw, spread
