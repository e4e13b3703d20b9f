"""One iteration: all paths of all sequences at once, residue by residue (forward and backward).

Every probability is taken relative to the background, so that inserts emit with odds 1, and scaled at each
residue. D is silent: Σ over all runs of deletes is the product with a closure matrix, one for all sequences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.model import Expectation
from emviz.em.numerics import Array, xlogy
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, allowed, normalised
from emviz.models.profile.data import Block, ProfileCounts, ProfileData, ProfileParams

#: Pseudocounts of a transition, next to 1 in all of the letters of a node.
TRANSITION = 0.1
#: A scale below this is impossible: its inverse would overflow.
TINY = 1e-300


@dataclass(frozen=True)
class Weights:
    """θ as the recursions need it.

    Parameters
    ----------
    odds : Array, shape (S, L + 1)
        The odds of each letter, at node k of matching it at node k + 1; 0 at node L.
    step : Array, shape (3, 3, L + 1)
        The transitions: from, to, node.
    closure : Array, shape (L + 1, L + 1)
        At j, k the probability that a delete at node j + 1 goes on by deletes to node k > j.
    """

    odds: Array
    step: Array
    closure: Array


@dataclass(frozen=True)
class Smoothed:
    """The posterior of a block.

    Parameters
    ----------
    evidence : Array, shape (n,)
        log P(x; θ) − Σ log background of each sequence, in nats.
    matched : Array, shape (T + 1, n, L + 1)
        The probability that residue t is matched at node k; at t = 0 the begin.
    arcs : Array, shape (3, 3, n, L + 1)
        Expected transitions of each sequence: from, to.
    """

    evidence: Array
    matched: Array
    arcs: Array


def log_odds(data: ProfileData, params: ProfileParams) -> Array:
    """Return log e_k(a) / bg(a), shape (L, S); 0 for a letter that no sequence has."""
    seen = data.background > 0
    ratio = np.ones_like(params.match)
    np.divide(params.match, data.background, out=ratio, where=seen)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(ratio))


def weights(data: ProfileData, params: ProfileParams) -> Weights:
    """Return θ as the recursions need it."""
    size = data.nodes + 1
    odds = np.zeros((len(data.letters), size))
    odds[:, :-1] = np.exp(log_odds(data, params)).T
    step = np.ascontiguousarray(params.transition.transpose(1, 2, 0))
    closure = np.zeros((size, size))
    for k in range(1, size):
        # A run of deletes that ends at node k is one that ended at k − 1, or begins there.
        closure[:, k] = closure[:, k - 1] * step[DELETE, DELETE, k - 1]
        closure[k - 1, k] = 1.0
    return Weights(odds, step, closure)


def forward(block: Block, own: Weights) -> tuple[Array, Array, Array]:
    """Return scaled forward probabilities, the scales, and the last factor of each sequence.

    Returns
    -------
    states : Array, shape (3, T + 1, n, L + 1)
        P(residues up to t, state at node k) over the product of the scales; 0 beyond the end.
    scales : Array, shape (T + 1, n)
        1 beyond the end of a sequence; 0 where θ makes it impossible.
    end : Array, shape (n,)
        P(end | all before) of each sequence.
    """
    steps, n = block.codes.shape
    size = len(own.closure)
    states = np.zeros((3, steps + 1, n, size))
    scales = np.ones((steps + 1, n))
    states[MATCH, 0, :, 0] = 1.0
    states[DELETE, 0] = (states[MATCH, 0] * own.step[MATCH, DELETE]) @ own.closure
    ones, runs = np.ones(size), own.closure.sum(axis=1)
    flow, part = np.empty((n, size)), np.empty((n, size))
    for t in range(1, steps + 1):
        m = block.active[t]
        before, now = states[:, t - 1, :m], states[:, t, :m]
        some, more = flow[:m], part[:m]
        _mixed(before, own.step[:, MATCH], some, more)
        some *= own.odds[block.codes[t - 1, :m]]
        now[MATCH, :, 1:] = some[:, :-1]
        _mixed(before, own.step[:, INSERT], now[INSERT], more)
        np.multiply(now[MATCH], own.step[MATCH, DELETE], out=some)
        some += np.multiply(now[INSERT], own.step[INSERT, DELETE], out=more)
        scales[t, :m] = now[MATCH] @ ones + now[INSERT] @ ones + some @ runs
        factor = _inverse(scales[t, :m])[:, None]
        now[:DELETE] *= factor
        some *= factor
        np.matmul(some, own.closure, out=now[DELETE])
    last = states[:, block.lengths, np.arange(n), -1]
    return states, scales, np.asarray(own.step[:, MATCH, -1] @ last)


def smooth(block: Block, own: Weights) -> Smoothed:
    """Return the posterior of a block, by a forward and a backward pass (Baum & Welch)."""
    steps, n = block.codes.shape
    states, scales, end = forward(block, own)
    arcs = np.zeros((3, 3, n, len(own.closure)))
    spare = np.empty_like(arcs)
    # What may come after node k: its match and insert at the next residue, deletes at once; M, I, D.
    ahead = np.zeros((3, n, len(own.closure)))
    inverse = _inverse(end)
    back = np.zeros((2, n, len(own.closure)))
    silent = np.ascontiguousarray(own.closure.T)
    for t in range(steps, -1, -1):
        m, later = block.active[t], block.active[t + 1] if t < steps else 0
        now = ahead[:, :m]
        if later:
            factor = _inverse(scales[t + 1, :later])[:, None]
            np.multiply(back[:, :later], factor, out=now[:DELETE, :later])
            now[MATCH, :later, :-1] = now[MATCH, :later, 1:] * own.odds[block.codes[t, :later], :-1]
            now[MATCH, :later, -1] = 0.0
        now[MATCH, later:, -1] = inverse[later:m]
        more, some = back[MATCH, :m], back[INSERT, :m]
        np.multiply(now[MATCH], own.step[DELETE, MATCH], out=some)
        some += np.multiply(now[INSERT], own.step[DELETE, INSERT], out=more)
        np.matmul(some, silent, out=now[DELETE])
        arcs[:, :, :m] += np.multiply(states[:, None, t, :m], now, out=spare[:, :, :m])
        _mixed(now, own.step[MATCH], more, spare[0, 0, :m])
        _mixed(now, own.step[INSERT], some, spare[0, 0, :m])
        states[MATCH, t, :m] *= more
    return Smoothed(_evidence(scales, end), states[MATCH], arcs * own.step[:, :, None])


def visits(block: Block, own: Weights) -> Array:
    """Return the expected residues in M and I of each node, shape (n, L + 1, 2)."""
    seen = smooth(block, own)
    return np.stack([seen.matched[1:].sum(axis=0), seen.arcs[:, INSERT].sum(axis=0)], axis=-1)


def _mixed(states: Array, arcs: Array, out: Array, spare: Array) -> None:
    """Write Σ over the three kinds of states × the transitions that leave them into `out`."""
    np.multiply(states[MATCH], arcs[MATCH], out=out)
    out += np.multiply(states[INSERT], arcs[INSERT], out=spare)
    out += np.multiply(states[DELETE], arcs[DELETE], out=spare)


def _inverse(scale: Array) -> Array:
    """Return 1 / scale; 0 where θ makes a sequence impossible, so that it counts for nothing."""
    return np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > TINY)


def _evidence(scales: Array, end: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(scales).sum(axis=0) + np.log(end))


def evidences(data: ProfileData, params: ProfileParams) -> Array:
    """Return log P(x; θ) − Σ log background of each sequence, shape (N,), in nats."""
    own = weights(data, params)
    found = np.empty(len(data.sequences))
    for block in data.blocks:
        found[block.rows] = _evidence(*forward(block, own)[1:])
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


def expectation(data: ProfileData, params: ProfileParams, pseudocount: float) -> Expectation[ProfileCounts]:
    """Return expected letters and transitions, and the log-posterior."""
    own = weights(data, params)
    evidence = np.empty(len(data.sequences))
    match, arcs = np.zeros_like(params.match), np.zeros_like(params.transition)
    for block in data.blocks:
        seen = smooth(block, own)
        evidence[block.rows] = seen.evidence
        match += letters_of(block, seen.matched, len(data.letters))
        arcs += seen.arcs.sum(axis=2).transpose(2, 0, 1)
    objective = data.base + float(evidence.sum()) + log_prior(data, params, pseudocount)
    return Expectation(ProfileCounts(match, arcs), objective)


def letters_of(block: Block, matched: Array, letters: int) -> Array:
    """Return the expected letters at each node, shape (L, S)."""
    steps, n = block.codes.shape
    which = np.eye(letters)[block.codes].reshape(steps * n, letters)
    return np.asarray(matched[1:, :, 1:].reshape(steps * n, -1).T @ which)


def padded(data: ProfileData, counts: ProfileCounts, pseudocount: float) -> ProfileCounts:
    """Return the counts with the pseudocounts of the prior."""
    return ProfileCounts(
        counts.match + pseudocount * data.background,
        counts.transition + pseudocount * TRANSITION * allowed(data.nodes),
    )


def maximisation(data: ProfileData, counts: ProfileCounts, pseudocount: float) -> ProfileParams:
    """Return the counts, pseudocounts included, over their sum in each row."""
    match, arcs = padded(data, counts, pseudocount)
    return ProfileParams(match / match.sum(axis=-1, keepdims=True), normalised(arcs))


def complete_log(
    data: ProfileData, counts: ProfileCounts, params: ProfileParams, pseudocount: float
) -> float:
    """Return Σ counts × log θ, the letters against the background, all letters of it, and the log-prior."""
    seen = data.background > 0
    letters = xlogy(counts.match[:, seen], params.match[:, seen]).sum()
    against = (counts.match[:, seen] @ np.log(data.background[seen])).sum()
    steps = xlogy(counts.transition, params.transition).sum()
    return float(data.base + letters - against + steps + log_prior(data, params, pseudocount))
