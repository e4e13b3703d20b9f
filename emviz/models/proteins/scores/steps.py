"""The steps of the layer "scores": a mixture of two normal distributions, correct and wrong matches.

Each variance has the prior of `normals`, with s² the variance of all scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table, Texts
from emviz.em.counts.labels import UNKNOWN, Labels, all_known, surplus, true_components
from emviz.em.families import normals
from emviz.em.model import Round, Rows
from emviz.em.numerics import Array, log_sum_exp, xlogy
from emviz.em.scales import location

SCORE, CORRECT, PEPTIDE = "score", "correct", "peptide"
NAMES = ("correct", "wrong")
#: The labels of correct (0) and wrong (1) matches.
WRITTEN = {"1": 0, "yes": 0, "correct": 0, "0": 1, "no": 1, "wrong": 1}


class ScoresParams(NamedTuple):
    """Share, mean and variance of correct and of wrong matches, shapes (2,)."""

    weight: Array
    mean: Array
    variance: Array


class ScoresCounts(NamedTuple):
    """Expected matches N of either kind, their mean score, and Σ q (x − mean)²; shapes (2,)."""

    matches: Array
    mean: Array
    scatter: Array


ScoresRound: TypeAlias = Round[ScoresParams, ScoresCounts]


@dataclass(frozen=True, eq=False)
class ScoresData:
    """The scores of n matches.

    Parameters
    ----------
    score : Array, shape (n,)
    names : Texts, shape (n,), or None
        The peptides.
    centre, scale : float
        Mean and standard deviation of the scores.
    kind : integer array, shape (n,), or None
        0 for a correct match and 1 for a wrong one, −1 if not known.
    """

    score: Array
    names: Texts | None
    centre: float
    scale: float
    kind: NDArray[np.intp] | None


def parsed(table: Table) -> ScoresData:
    """Return the scores of a table.

    Raises
    ------
    DataError
        For fewer than two rows, a score that is no finite number, scores that are all the same, or a label
        that is neither correct nor wrong.
    """
    if table.rows < 2:
        raise DataError("two scores at least are needed")
    score = table.finite(SCORE)
    centre, scale = location(score, SCORE)
    if scale == 0:
        raise DataError("all scores are the same", column=SCORE)
    names = table.texts(PEPTIDE) if PEPTIDE in table else None
    return ScoresData(score, names, centre, scale, _kinds(table))


def set_aside(table: Table) -> str | None:
    """Return a sentence if the labels name more than two kinds, else None."""
    return None if _written(table) else surplus(table, CORRECT, 2, "kinds")


def _kinds(table: Table) -> Labels | None:
    """Return which matches are correct: yes and no, 1 and 0, correct and wrong."""
    known = _written(table)
    if not known:
        return true_components(table, CORRECT, NAMES)
    return np.array([known.get(cell, UNKNOWN) for cell in table.texts(CORRECT).tolist()], dtype=np.intp)


def _written(table: Table) -> dict[str, int]:
    """Return the kind of each label; none if there is no label, or an unknown one."""
    if CORRECT not in table:
        return {}
    cells: set[str] = set(table.texts(CORRECT)[~table.missing(CORRECT)].tolist())
    small = {cell: cell.strip().lower() for cell in cells}
    return (
        {cell: WRITTEN[text] for cell, text in small.items()} if set(small.values()) <= set(WRITTEN) else {}
    )


def log_joint(data: ScoresData, params: ScoresParams, rows: Rows | slice) -> Array:
    """Return log w_k + log N(x; μ_k, σ²_k), shape (..., rows, 2), for θ of any leading axes."""
    weight, mean, variance = (field[..., None, :] for field in params)
    gaps = np.square(data.score[rows][:, None] - mean) / variance
    # log w, and −∞ for a weight of 0, without a warning.
    return np.asarray(xlogy(1.0, weight) - 0.5 * (np.log(2 * np.pi * variance) + gaps))


def log_prior(data: ScoresData, params: ScoresParams) -> Array:
    """Return the logarithm of the prior on the variances, shape (...)."""
    return normals.log_prior(params.variance, data.scale)


def expected(data: ScoresData, params: ScoresParams) -> tuple[ScoresCounts, float]:
    """Return the expected counts, and the log posterior."""
    joint = log_joint(data, params, slice(None))
    evidence = log_sum_exp(joint)
    return counted(data, normals.shares(joint, evidence)), float(evidence.sum() + log_prior(data, params))


def counted(data: ScoresData, shares: Array) -> ScoresCounts:
    """Return the counts of shares (n, 2)."""
    # About the mean of all scores: squares of raw scores far from 0 would lose digits.
    gaps = data.score - data.centre
    matches = shares.sum(axis=0)
    mean, scatter = normals.moments(matches, gaps @ shares, np.square(gaps) @ shares)
    return ScoresCounts(matches, data.centre + mean, scatter)


def known(data: ScoresData) -> ScoresCounts | None:
    """Return the counts of the true kinds, if all are known and both occur."""
    # Matches of one kind alone leave the other kind without a mean.
    if not all_known(data.kind) or len(np.unique(data.kind)) < 2:
        return None
    return counted(data, np.eye(2)[data.kind])


def maximised(data: ScoresData, counts: ScoresCounts) -> ScoresParams:
    """Return w = N / n, μ = mean and σ² = (scatter + ν s²) / (N + ν).

    Raises
    ------
    ZeroDivisionError
        If no match of a kind is left.
    """
    if not np.all(counts.matches > 0):
        name = NAMES[int(np.argmin(counts.matches))]
        raise ZeroDivisionError(f"no {name} matches are left, so 0/0 leaves their mean undefined")
    variance = normals.variance(counts.matches, counts.scatter, data.scale)
    return ScoresParams(counts.matches / counts.matches.sum(), counts.mean.copy(), variance)


def fit_of(data: ScoresData, counts: ScoresCounts, params: ScoresParams) -> float:
    """Return Q with the log-prior."""
    normal = normals.expected_log_density(*counts, params.mean, params.variance)
    return float((xlogy(counts.matches, params.weight) + normal).sum() + log_prior(data, params))
