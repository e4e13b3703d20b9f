"""One iteration: expected letters and transitions, and rows over their sums; evidence and prior."""

from __future__ import annotations

import numpy as np

from emviz.em.model import Expectation
from emviz.em.numerics import Array, xlogy
from emviz.models.profile import passes
from emviz.models.profile.arcs import INSERT, allowed, normalised
from emviz.models.profile.data import (
    AnyCounts,
    Block,
    ProfileCounts,
    ProfileData,
    ProfileParams,
    SharedCounts,
)
from emviz.models.profile.unknown import counted
from emviz.models.profile.weights import Weights, weights

#: Pseudocounts of a transition, next to 1 in all of the letters of a node.
TRANSITION = 0.1


def visits(block: Block, own: Weights) -> Array:
    """Return the expected visits of M and I of each node, shape (n, L + 1, 2)."""
    seen = passes.smooth(block, own)
    matched = seen.matched.sum(axis=0)
    return np.stack([matched, seen.arcs[:, INSERT].sum(axis=0)], axis=-1)


def evidences(data: ProfileData, params: ProfileParams) -> Array:
    """Return log P(x; θ) − Σ log background of each sequence, shape (N,), in nats."""
    own = weights(data, params)
    found = np.empty(len(data.sequences))
    for block in data.blocks:
        found[block.rows] = passes.evidence(block, own)
    return found


def log_prior(data: ProfileData, params: ProfileParams, pseudocount: float) -> float:
    """Return c (Σ bg(a) log e_k(a) + 0.1 Σ log t), the logarithm of the prior up to a constant."""
    there = params.transition[allowed(data.nodes)]
    letters = xlogy(data.background, params.match).sum()
    return float(pseudocount * (letters + TRANSITION * xlogy(1.0, there).sum()))


def log_posterior(data: ProfileData, params: ProfileParams, pseudocount: float) -> float:
    """Return log P(x; θ) and the log-prior, in nats, by a forward pass alone."""
    evidence = float(evidences(data, params).sum())
    return data.base + evidence + log_prior(data, params, pseudocount)


def expectation(data: ProfileData, params: ProfileParams, pseudocount: float) -> Expectation[AnyCounts]:
    """Return expected letters and transitions, and the log-posterior."""
    own = weights(data, params)
    evidence = np.empty(len(data.sequences))
    match, arcs = np.zeros((data.nodes, len(data.symbols))), np.zeros_like(params.transition)
    for block in data.blocks:
        seen = passes.counted(block, own)
        evidence[block.rows] = seen.evidence
        match += seen.match
        arcs += seen.arcs
    objective = data.base + float(evidence.sum()) + log_prior(data, params, pseudocount)
    return Expectation(counted(data, params, ProfileCounts(match, arcs)), objective)


def padded(data: ProfileData, counts: AnyCounts, pseudocount: float) -> ProfileCounts:
    """Return the counts with the pseudocounts of the prior."""
    return ProfileCounts(
        counts.match + pseudocount * data.background,
        counts.transition + pseudocount * TRANSITION * allowed(data.nodes),
    )


def maximisation(data: ProfileData, counts: AnyCounts, pseudocount: float) -> ProfileParams:
    """Return the counts, pseudocounts included, over their sum in each row."""
    match, arcs = padded(data, counts, pseudocount)
    return ProfileParams(match / match.sum(axis=-1, keepdims=True), normalised(arcs))


def complete_log(data: ProfileData, counts: AnyCounts, params: ProfileParams, pseudocount: float) -> float:
    """Return Σ counts × log θ, the letters against the background, all letters of it, and the log-prior."""
    # A letter that does not occur has no counts, and its log background is −∞.
    seen = data.background > 0
    if isinstance(counts, SharedCounts):
        letters, against = xlogy(counts.match, params.match).sum(), counts.against
    else:
        letters = xlogy(counts.match[:, seen], params.match[:, seen]).sum()
        against = (counts.match[:, seen] @ np.log(data.background[seen])).sum()
    steps = xlogy(counts.transition, params.transition).sum()
    return float(data.base + letters - against + steps + log_prior(data, params, pseudocount))
