"""E-step and M-step over the pairs of haplotypes, and their results for single rows.

Excoffier & Slatkin, Molecular Biology and Evolution 12:921 (1995). P(g; p) = Σ m p_h p_k over the unordered
pairs (h, k) that make up genotype g, with m = 2 if they differ and 1 if they do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from emviz.em.model import Expectation, Rows
from emviz.em.numerics import Array, xlogy
from emviz.models.haplotype.data import HaplotypeCounts, HaplotypeData, Ints, counted

#: The least P(g; p) of a genotype for which a pair that underflows is negligible.
LEAST = 1e-200


class HaplotypeParams(NamedTuple):
    """The frequency of each haplotype; shape (H,)."""

    frequency: Array


def expect(data: HaplotypeData, params: HaplotypeParams) -> Expectation[HaplotypeCounts]:
    """Return expected copies of each haplotype, and log P(x; θ) in nats."""
    joint, evidence, scale = scaled_chances(data, params.frequency)
    # An impossible genotype gets no weight; log P is then −∞, unless nobody has it.
    weight = np.divide(data.times, evidence, out=np.zeros_like(evidence), where=evidence > 0)
    counts = counted(data, joint * np.repeat(weight, data.sizes))
    return Expectation(counts, float((xlogy(data.times, evidence) + data.times * scale).sum()))


def update(data: HaplotypeData, counts: HaplotypeCounts) -> HaplotypeParams:
    """Return p_h = expected copies of h / (2 × people)."""
    return HaplotypeParams(counts.copies / (2 * data.total))


def expected_log(counts: HaplotypeCounts, params: HaplotypeParams) -> float:
    """Return Σ_h copies_h log p_h + (people with two different haplotypes) × log 2."""
    return float(xlogy(counts.copies, params.frequency).sum() + counts.mixed * np.log(2))


def heights(data: HaplotypeData, params: HaplotypeParams) -> Array:
    """Return log P(x; θ), shape (B,), at frequencies of shape (B, H)."""
    _, evidence, scale = scaled_chances(data, params.frequency)
    return np.asarray((xlogy(data.times, evidence) + data.times * scale).sum(axis=-1))


def scaled_chances(data: HaplotypeData, frequency: Array) -> tuple[Array, Array, Array]:
    """Return m p_h p_k of each pair, (..., P), and their sums P(g; p), (..., G), up to a scale per genotype.

    Returns
    -------
    Array, shape (..., P)
    Array, shape (..., G)
    Array, shape (..., G)
        The logarithm of the scale, in nats: 0 unless products would underflow.
    """
    joint = pair_chances(data, frequency)
    evidence = np.add.reduceat(joint, data.starts, axis=-1)
    # The common case: logarithms are taken only where products underflow.
    if evidence.min() >= LEAST:
        return joint, evidence, np.zeros(())
    logs = log_pair_chances(data, frequency)
    top = np.maximum.reduceat(logs, data.starts, axis=-1)
    # All pairs of a genotype are impossible: −∞ − (−∞) would not be a number.
    top = np.where(np.isfinite(top), top, 0.0)
    joint = np.exp(logs - np.repeat(top, data.sizes, axis=-1))
    return joint, np.add.reduceat(joint, data.starts, axis=-1), top


def pair_chances(data: HaplotypeData, frequency: Array, pairs: Ints | slice = slice(None)) -> Array:
    """Return m p_h p_k of each pair, shape (..., P), for frequencies of shape (..., H)."""
    first, second = data.first[pairs], data.second[pairs]
    factor = 1.0 + (first != second)
    return np.asarray(factor * frequency[..., first] * frequency[..., second])


def log_pair_chances(data: HaplotypeData, frequency: Array, pairs: Ints | slice = slice(None)) -> Array:
    """Return the logarithm of the same, in nats; −∞ where it is 0."""
    first, second = data.first[pairs], data.second[pairs]
    with np.errstate(divide="ignore"):
        logs = np.log(frequency)
    return np.asarray(np.log(1.0 + (first != second)) + (logs[..., first] + logs[..., second]))


def likeliest(data: HaplotypeData, params: HaplotypeParams) -> HaplotypeCounts:
    """Return the counts if everyone has the likeliest pair of their genotype, the first of equals."""
    joint = scaled_chances(data, params.frequency)[0]
    # Equal to the last digit: the maximum is one of these very numbers.
    best = joint == np.repeat(np.maximum.reduceat(joint, data.starts), data.sizes)
    # The first of equals is the best pair with no other before it in its genotype.
    order = np.cumsum(best)
    before = np.repeat(order[data.starts] - best[data.starts], data.sizes)
    chosen = best & (order == before + 1)
    return counted(data, chosen * np.repeat(data.times, data.sizes))


def row_pairs(data: HaplotypeData, rows: Rows) -> tuple[Ints, Array]:
    """Return the pairs of some rows, shape (rows, Z), and 1 for each, 0 after the last pair of a row."""
    genotype = data.which[rows]
    places = np.arange(data.sizes[genotype].max(initial=1))
    real = places < data.sizes[genotype][:, None]
    # After the last pair of a row pair 0 is read, with the weight 0.
    return np.where(real, data.starts[genotype][:, None] + places, 0), real.astype(np.float64)


def row_shares(data: HaplotypeData, params: HaplotypeParams, rows: Rows, whole: bool = False) -> Array:
    """Return q(z) over the pairs of some rows, shape (rows, Z); uniform for an impossible row.

    Parameters
    ----------
    whole : bool
        All on the likeliest pair, the first of equals.
    """
    pairs, real = row_pairs(data, rows)
    joint = pair_chances(data, params.frequency, pairs) * real
    evidence = joint.sum(axis=-1, keepdims=True)
    if evidence.min(initial=1.0) < LEAST:
        logs = np.where(real > 0, log_pair_chances(data, params.frequency, pairs), -np.inf)
        top = logs.max(axis=-1, keepdims=True)
        joint = np.exp(logs - np.where(np.isfinite(top), top, 0.0))
        evidence = joint.sum(axis=-1, keepdims=True)
    if whole:
        return np.asarray(np.eye(joint.shape[-1])[joint.argmax(axis=-1)])
    alike = real / real.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(joint, evidence, out=alike, where=evidence > 0))


def true_shares(data: HaplotypeData, rows: Rows) -> Array:
    """Return 1 for the true pair of each row, otherwise 0, shape (rows, Z)."""
    assert data.phase is not None
    pairs, real = row_pairs(data, rows)
    return np.asarray((pairs == data.phase[rows][:, None]) * real)


def row_copies(data: HaplotypeData, shares: Array, rows: Rows) -> Array:
    """Return the expected copies of each haplotype in some rows, shape (rows, H)."""
    pairs, real = row_pairs(data, rows)
    copies = np.zeros((len(rows), len(data.names)))
    weights = shares * real * data.people[rows][:, None]
    lines = np.broadcast_to(np.arange(len(rows))[:, None], pairs.shape)
    for side in (data.first, data.second):
        # Not by `+=`, which adds once if several pairs of a row hold the same haplotype.
        np.add.at(copies, (lines, side[pairs]), weights)
    return copies


def ranked_pairs(data: HaplotypeData, shares: Array, rows: Rows, most: int) -> tuple[Ints, Array, Array]:
    """Return the likeliest pairs of some rows, the first of equals first.

    Parameters
    ----------
    shares : Array, shape (rows, Z)
        q(z) over the pairs of those rows.

    Returns
    -------
    integer array, Array, Array
        The pairs, shape (rows, most), −1 after the last; their shares; the remainder, shape (rows,).
    """
    pairs, real = row_pairs(data, rows)
    # Below every share, so that a pair with the share 0 still comes before none.
    left = np.where(real > 0, shares, -1.0)
    lines = np.arange(len(rows))
    found, largest = np.empty((len(rows), most), dtype=np.intp), np.zeros((len(rows), most))
    for rank in range(most):
        best = left.argmax(axis=-1)
        there = left[lines, best] >= 0
        found[:, rank] = np.where(there, pairs[lines, best], -1)
        largest[:, rank] = np.where(there, left[lines, best], 0.0)
        left[lines, best] = -1.0
    return found, largest, np.maximum(left, 0.0).sum(axis=-1)
