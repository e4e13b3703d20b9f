"""E-step and M-step over the pairs of haplotypes, and what they say of single rows.

Excoffier & Slatkin, Molecular Biology and Evolution 12:921 (1995). P(g; p) = Σ m p_h p_k over the unordered
pairs (h, k) that make up genotype g, with m = 2 where they differ and 1 where they do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from emviz.em.model import Expectation, Rows
from emviz.em.numerics import Array, xlogy
from emviz.models.haplotype.data import HaplotypeCounts, HaplotypeData, Ints, counted


class HaplotypeParams(NamedTuple):
    """The frequency of each haplotype; shape (H,)."""

    frequency: Array


def expect(data: HaplotypeData, params: HaplotypeParams) -> Expectation[HaplotypeCounts]:
    """Return expected copies of each haplotype, and log P(x; θ) in nats."""
    joint = pair_chances(data, params.frequency)
    evidence = np.add.reduceat(joint, data.starts)
    # An impossible genotype gets no weight; the objective says so, unless nobody has it.
    weight = np.divide(data.times, evidence, out=np.zeros_like(evidence), where=evidence > 0)
    counts = counted(data, joint * np.repeat(weight, data.sizes))
    return Expectation(counts, float(xlogy(data.times, evidence).sum()))


def update(data: HaplotypeData, counts: HaplotypeCounts) -> HaplotypeParams:
    """Return p_h = expected copies of h / (2 × people)."""
    return HaplotypeParams(counts.copies / (2 * data.total))


def expected_log(counts: HaplotypeCounts, params: HaplotypeParams) -> float:
    """Return Σ_h copies_h log p_h + (people with two different haplotypes) × log 2."""
    return float(xlogy(counts.copies, params.frequency).sum() + counts.mixed * np.log(2))


def heights(data: HaplotypeData, params: HaplotypeParams) -> Array:
    """Return log P(x; θ), shape (B,), at frequencies of shape (B, H)."""
    joint = pair_chances(data, params.frequency)
    return np.asarray(xlogy(data.times, np.add.reduceat(joint, data.starts, axis=-1)).sum(axis=-1))


def pair_chances(data: HaplotypeData, frequency: Array, pairs: Ints | slice = slice(None)) -> Array:
    """Return m p_h p_k of each pair, shape (..., P), for frequencies of shape (..., H)."""
    first, second = data.first[pairs], data.second[pairs]
    factor = 1.0 + (first != second)
    return np.asarray(factor * frequency[..., first] * frequency[..., second])


def likeliest(data: HaplotypeData, params: HaplotypeParams) -> HaplotypeCounts:
    """Return the counts when everyone has the likeliest pair of his genotype, the first of equals."""
    joint = pair_chances(data, params.frequency)
    best = joint == np.repeat(np.maximum.reduceat(joint, data.starts), data.sizes)
    order = np.cumsum(best)
    before = np.repeat(order[data.starts] - best[data.starts], data.sizes)
    chosen = best & (order == before + 1)
    return counted(data, chosen * np.repeat(data.times, data.sizes))


def row_pairs(data: HaplotypeData, rows: Rows) -> tuple[Ints, Array]:
    """Return the pairs of some rows, shape (rows, Z), and 1 where there is one, 0 where a row has no more."""
    genotype = data.which[rows]
    places = np.arange(data.sizes[genotype].max(initial=1))
    real = places < data.sizes[genotype][:, None]
    return np.where(real, data.starts[genotype][:, None] + places, 0), real.astype(np.float64)


def row_shares(data: HaplotypeData, params: HaplotypeParams, rows: Rows) -> Array:
    """Return q(z) over the pairs of some rows, shape (rows, Z); alike where a row is impossible."""
    pairs, real = row_pairs(data, rows)
    joint = pair_chances(data, params.frequency, pairs) * real
    evidence = joint.sum(axis=-1, keepdims=True)
    alike = real / real.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(joint, evidence, out=alike, where=evidence > 0))


def row_copies(data: HaplotypeData, shares: Array, rows: Rows) -> Array:
    """Return the expected copies of each haplotype that some rows give, shape (rows, H)."""
    pairs, real = row_pairs(data, rows)
    copies = np.zeros((len(rows), len(data.names)))
    weights = shares * real * data.people[rows][:, None]
    lines = np.broadcast_to(np.arange(len(rows))[:, None], pairs.shape)
    for side in (data.first, data.second):
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
        The pairs, shape (rows, most), −1 where a row has no more; their shares; what is left, shape (rows,).
    """
    pairs, real = row_pairs(data, rows)
    left = np.where(real > 0, shares, -1.0)
    lines = np.arange(len(rows))
    found, told = np.empty((len(rows), most), dtype=np.intp), np.zeros((len(rows), most))
    for rank in range(most):
        best = left.argmax(axis=-1)
        there = left[lines, best] >= 0
        found[:, rank] = np.where(there, pairs[lines, best], -1)
        told[:, rank] = np.where(there, left[lines, best], 0.0)
        left[lines, best] = -1.0
    return found, told, np.maximum(left, 0.0).sum(axis=-1)
