"""One iteration: all paths of all sequences at once, residue by residue (forward and backward).

Every probability is taken relative to the background, so that inserts emit with odds 1, and scaled at each
residue. D is silent: Σ over all runs of deletes is the product with a closure matrix, one for all sequences.

What falls below a float is lost. How much the rest of a path can gain on all paths is bounded; where that may
make up for the loss, a sequence is weighed `in logs`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emviz.em.model import Expectation
from emviz.em.numerics import Array, xlogy
from emviz.models.profile import logs as in_logs
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, allowed, normalised
from emviz.models.profile.data import (
    AnyCounts,
    Block,
    ProfileCounts,
    ProfileData,
    ProfileParams,
    SharedCounts,
)
from emviz.models.profile.unknown import counted
from emviz.models.profile.weights import Smoothed, Weights, weights

#: Pseudocounts of a transition, next to 1 in all of the letters of a node.
TRANSITION = 0.1
#: A scale below this is impossible: its inverse would overflow.
TINY = 1e-300
#: The least scale with which all that is lost at a residue is below 1e-268 of all paths …
LEAST_SCALE = 1e-40
#: … and is made up for neither by a gain of so many nats, nor by one of more, if no b is so high.
GAIN, MOST_GAIN, HIGH = 520.0, 1100.0, 1e220


def forward(block: Block, own: Weights) -> tuple[Array, Array, Array]:
    """Return scaled forward probabilities, the scales, and the last factor of each sequence.

    Returns
    -------
    states : Array, shape (T + 1, 3, n, L + 1)
        P(residues up to t, state at node k) over the product of the scales; 0 beyond the end.
    scales : Array, shape (T + 1, n)
        1 beyond the end of a sequence; 0 where θ makes it impossible.
    end : Array, shape (n,)
        P(end | all before) of each sequence.
    """
    steps, n = block.codes.shape
    size = len(own.closure)
    states, scales = np.empty((steps + 1, 3, n, size)), np.ones((steps + 1, n))
    states[0] = 0.0
    states[0, MATCH, :, 0] = 1.0
    states[0, DELETE] = (states[0, MATCH] * own.step[MATCH, DELETE]) @ own.closure
    spoken, silent = own.step[:, :DELETE], own.step[:DELETE, DELETE]
    runs = own.closure.sum(axis=1)
    for t in range(1, steps + 1):
        m = block.active[t]
        now = states[t, :, :m]
        states[t, :, m:] = 0.0
        now[MATCH, :, 0] = 0.0
        onto = np.einsum("smk,sdk->dmk", states[t - 1, :, :m], spoken)
        np.multiply(onto[MATCH, :, :-1], own.odds[block.codes[t - 1, :m], :-1], out=now[MATCH, :, 1:])
        now[INSERT] = onto[INSERT]
        first = np.einsum("smk,sk->mk", now[:DELETE], silent)
        scales[t, :m] = now[:DELETE].sum(axis=(0, 2)) + first @ runs
        factor = _inverse(scales[t, :m])[:, None]
        now[:DELETE] *= factor
        first *= factor
        np.matmul(first, own.closure, out=now[DELETE])
    last = states[block.lengths, :, np.arange(n), -1]
    return states, scales, np.asarray(last @ own.step[:, MATCH, -1])


def smooth(block: Block, own: Weights) -> Smoothed:
    """Return the posterior of a block, by a forward and a backward pass (Baum & Welch)."""
    states, scales, end = forward(block, own)
    gains = _gains(block, own, scales, end)
    high = np.zeros(len(gains))
    arcs = np.zeros((3, 3, *states.shape[2:]))
    spare = np.empty_like(arcs)
    # What overflows is seen to be high, and weighed again.
    with np.errstate(over="ignore", invalid="ignore"):
        for t, ahead, back in _backward(block, own, scales, end):
            m = block.active[t]
            arcs[:, :, :m] += np.multiply(states[t, :, None, :m], ahead, out=spare[:, :, :m])
            states[t, MATCH, :m] *= back[MATCH]
            if gains[:m].max() > GAIN:
                np.maximum(high[:m], back.max(axis=(0, 2)), out=high[:m])
    seen = Smoothed(_evidence(scales, end), states[:, MATCH], arcs * own.step[:, :, None])
    some = np.flatnonzero(~((gains <= MOST_GAIN) & (high < HIGH)))
    if len(some):
        in_logs.smooth_some(block, own, some, seen)
    return seen


def visits(block: Block, own: Weights) -> Array:
    """Return the expected visits of M and I of each node, shape (n, L + 1, 2)."""
    seen = smooth(block, own)
    matched = seen.matched.sum(axis=0)
    return np.stack([matched, seen.arcs[:, INSERT].sum(axis=0)], axis=-1)


def _backward(block: Block, own: Weights, scales: Array, end: Array) -> Iterator[tuple[int, Array, Array]]:
    """Yield each t from the last, with scaled probabilities of what comes after it.

    Yields
    ------
    t : int
    ahead : Array, shape (3, m, L + 1)
        P(all residues after t, by way of M, I or D next | the transition there), from node k: match and
        insert at the next residue, deletes at once. Valid until the next t.
    back : Array, shape (2, m, L + 1)
        P(all residues after t | M or I at node k). Valid until the next t.
    """
    steps, n = block.codes.shape
    inverse, runs = _inverse(end), np.ascontiguousarray(own.closure.T)
    later, ahead, back = 0, np.zeros((3, n, len(runs))), np.zeros((2, n, len(runs)))
    for t in range(steps, -1, -1):
        m = block.active[t]
        now, past = ahead[:, :m], back[:, :later]
        if later:
            past *= _inverse(scales[t + 1, :later])[:, None]
            odds = own.odds[block.codes[t, :later], :-1]
            np.multiply(past[MATCH, :, 1:], odds, out=now[MATCH, :later, :-1])
            now[INSERT, :later] = past[INSERT]
            now[MATCH, :later, -1] = 0.0
        now[MATCH, later:, -1] = inverse[later:m]
        np.matmul(np.einsum("rmk,rk->mk", now[:DELETE], own.step[DELETE, :DELETE]), runs, out=now[DELETE])
        np.einsum("rmk,srk->smk", now, own.step[:DELETE], out=back[:, :m])
        yield t, now, back[:, :m]
        later = m


def _inverse(scale: Array) -> Array:
    """Return 1 / scale; 0 where θ makes a sequence impossible, so that it counts for nothing."""
    return np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > TINY)


def _evidence(scales: Array, end: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(scales).sum(axis=0) + np.log(end))


def _gains(block: Block, own: Weights, scales: Array, end: Array) -> Array:
    """Return how many nats a path may gain on all paths of a sequence at the most, shape (n,).

    At each residue that is the best odds of its letter over the scale. ∞ where a scale is too small.
    """
    best = np.log(np.maximum(own.odds.max(axis=1), 1.0))[block.codes]
    there = np.arange(len(best))[:, None] < block.lengths
    with np.errstate(divide="ignore"):
        gains = (there * best).sum(axis=0) - _evidence(scales, end)
    safe = (scales.min(axis=0) > LEAST_SCALE) & (end > LEAST_SCALE)
    return np.where(safe, gains, np.inf)


def evidences(data: ProfileData, params: ProfileParams) -> Array:
    """Return log P(x; θ) − Σ log background of each sequence, shape (N,), in nats."""
    own = weights(data, params)
    found = np.empty(len(data.sequences))
    for block in data.blocks:
        found[block.rows] = _block_evidence(block, own)
    return found


def _block_evidence(block: Block, own: Weights) -> Array:
    scales, end = forward(block, own)[1:]
    near = _gains(block, own, scales, end).max() <= GAIN
    return _evidence(scales, end) if near else smooth(block, own).evidence


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
        seen = smooth(block, own)
        evidence[block.rows] = seen.evidence
        match += symbols_of(block, seen.matched, len(data.symbols))
        arcs += seen.arcs.sum(axis=2).transpose(2, 0, 1)
    objective = data.base + float(evidence.sum()) + log_prior(data, params, pseudocount)
    return Expectation(counted(data, params, ProfileCounts(match, arcs)), objective)


def symbols_of(block: Block, matched: Array, symbols: int) -> Array:
    """Return the expected symbols at each node, shape (L, C)."""
    which = np.eye(symbols)[block.codes]
    return np.asarray((which.transpose(0, 2, 1) @ matched[1:]).sum(axis=0)[:, 1:].T)


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
    seen = data.background > 0
    if isinstance(counts, SharedCounts):
        letters, against = xlogy(counts.match, params.match).sum(), counts.against
    else:
        letters = xlogy(counts.match[:, seen], params.match[:, seen]).sum()
        against = (counts.match[:, seen] @ np.log(data.background[seen])).sum()
    steps = xlogy(counts.transition, params.transition).sum()
    return float(data.base + letters - against + steps + log_prior(data, params, pseudocount))
