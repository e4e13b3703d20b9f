"""All paths of all sequences at once, node by node: forward and backward.

Every probability is taken relative to the background, so that inserts emit with odds 1. From one node to the
next the transitions are a matrix product of all residues of all sequences; the inserts of a node lead back to
themselves (`runs`). Each path passes each node once, in M or in D, and these values are scaled.

What underflows is lost. The gain of the rest of a path on all paths is bounded; if it could make up for the
loss, the sequence is computed again in logarithms (`logs`).

Shapes: n sequences on one axis of M places (`lattice`), L nodes behind the begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.em.work import checked
from emviz.models.profile import logs as in_logs
from emviz.models.profile.arcs import DELETE, INSERT, MATCH
from emviz.models.profile.data import Block
from emviz.models.profile.lattice import Lattice
from emviz.models.profile.runs import runs
from emviz.models.profile.weights import Counted, Smoothed, Weights

#: The states in which a path passes a node: M and D.
ONCE = slice(MATCH, None, DELETE - MATCH)
#: Nodes from one scaling to the next, too few for paths to leave the range of a float.
EVERY = 8
#: A scale below this is impossible: its inverse would overflow.
TINY = 1e-300
#: The least scale with which all that is lost at a node is below 1e-268 of all paths …
LEAST_SCALE = 1e-40
#: … and no gain up to the first of these can make up for it, nor one up to the second if no b exceeds HIGH.
GAIN, MOST_GAIN, HIGH = 520.0, 1100.0, 1e220


@dataclass(frozen=True)
class Forward:
    """The results of a forward pass.

    Parameters
    ----------
    states : Array, shape (L + 1, 3, M)
        P(residues up to t, state at node k) over the product of the scales; 0 beyond the end.
    scales : Array, shape (L + 1, n)
        1 at nodes without scaling; 0 if θ makes a sequence impossible.
    end : Array, shape (n,)
        P(end | all before) of each sequence.
    """

    states: Array
    scales: Array
    end: Array

    @property
    def evidence(self) -> Array:
        """Log P(x; θ) − Σ log background of each sequence, in nats, shape (n,)."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.scales).sum(axis=0) + np.log(self.end))


class Passes:
    """The two passes over a block at θ."""

    def __init__(self, block: Block, own: Weights) -> None:
        self.block, self.own = block, own
        symbols, self.nodes = own.odds.shape
        self.lattice = Lattice(block, symbols)
        # Where there is no residue there is none to match.
        self._odds = np.zeros((self.nodes, symbols + 1))
        self._odds[:, :-1] = own.odds.T
        self._runs = runs(own.step[INSERT, INSERT], self.lattice.pieces, self.lattice.size)

    def forward(self) -> Forward:
        """Return the forward probabilities."""
        step, lattice, places = self.own.step, self.lattice, len(self.lattice.codes)
        onto = np.ascontiguousarray(step[:, ONCE].transpose(2, 1, 0))
        into = np.ascontiguousarray(step[ONCE, INSERT].T)
        states, scales = np.empty((self.nodes, 3, places)), np.ones((self.nodes, lattice.many))
        states[0] = 0.0
        lattice.each(states[0, MATCH])[0, :, 0] = 1.0
        come, odds, entered = np.empty((2, places)), np.empty(places), np.empty(places)
        for k, now in checked(enumerate(states)):
            if k > 0:
                np.matmul(onto[k - 1], states[k - 1], out=come)
                lattice.later(come[0], self._taken(k - 1, odds), now[MATCH])
                now[DELETE] = come[1]
                if k % EVERY == 0:
                    scaled = lattice.each(now[ONCE])
                    scales[k] = scaled.sum(axis=(0, 1, 3))
                    scaled *= _inverse(scales[k])[:, None]
            np.matmul(into[k], now[ONCE], out=entered)
            self._runs.forward(k, lattice.rows(entered), lattice.rows(now[INSERT]))
            # Inserts run on into the padding behind a sequence, where matches cannot.
            now[INSERT] *= lattice.there
        return Forward(states, scales, step[:, MATCH, -1] @ states[-1][:, lattice.ends])

    def backward(self, found: Forward) -> Iterator[tuple[int, Array, Array]]:
        """Yield each node from the last, with scaled probabilities of the rest of the sequence.

        Yields
        ------
        k : int
        ahead : Array, shape (3, M)
            P(all residues after t, by way of M, I or D next | the transition there), from node k: match and
            insert at the next residue, deletes at once. Valid until the next k.
        back : Array, shape (M,)
            P(all residues after t | M at node k). Valid until the next k.
        """
        step, lattice, places = self.own.step, self.lattice, len(self.lattice.codes)
        onward = np.ascontiguousarray(step[ONCE].transpose(2, 0, 1))
        out_of = np.ascontiguousarray(step[INSERT, ONCE].T)
        ahead, back = np.zeros((3, places)), np.empty((2, places))
        odds, left = np.empty(places), np.empty(places)
        # Divided by P(end), so that products of forward and backward are posteriors at once.
        ahead[MATCH, lattice.ends] = _inverse(found.end)
        for k in checked(reversed(range(self.nodes))):
            if k + 1 < self.nodes:
                if (k + 1) % EVERY == 0:
                    scaled = lattice.each(back)
                    scaled *= _inverse(found.scales[k + 1])[:, None]
                lattice.earlier(back[0], self._taken(k, odds), ahead[MATCH])
                ahead[DELETE] = back[1]
            np.matmul(out_of[k], ahead[ONCE], out=left)
            self._runs.backward(k, lattice.rows(left), lattice.rows(ahead[INSERT]))
            np.matmul(onward[k], ahead, out=back)
            yield k, ahead, back[0]

    def _taken(self, node: int, out: Array) -> Array:
        """Return the odds of matching each residue at the next node, shape (M,)."""
        return np.take(self._odds[node], self.lattice.codes, out=out, mode="clip")

    def gains(self, found: Forward) -> Array:
        """Return the most nats that a path can gain on all paths of a sequence, shape (n,).

        The bound is the best odds of the letter at each residue; ∞ if a scale is too small.
        """
        best = np.log(np.maximum(self._odds.max(axis=0), 1.0))[self.lattice.codes]
        gains = self.lattice.each(best).sum(axis=(0, 2)) - found.evidence
        safe = (found.scales.min(axis=0) > LEAST_SCALE) & (found.end > LEAST_SCALE)
        return np.where(safe, gains, np.inf)


def smooth(block: Block, own: Weights) -> Smoothed:
    """Return the posterior of each sequence of a block, by a forward and a backward pass (Baum & Welch)."""
    passes = Passes(block, own)
    return _smoothed(passes, passes.forward())


def _smoothed(passes: Passes, found: Forward) -> Smoothed:
    gains, states, each = passes.gains(found), found.states, passes.lattice.each
    high = np.zeros_like(gains)
    arcs = np.empty((passes.nodes, 3, 3, len(gains)))
    # An overflow is above `HIGH`, so the sequence is computed again in logarithms.
    with np.errstate(over="ignore", invalid="ignore"):
        for k, ahead, back in passes.backward(found):
            np.einsum("asnr,bsnr->abn", each(states[k]), each(ahead), out=arcs[k])
            states[k, MATCH] *= back
            if gains.max() > GAIN:
                np.maximum(high, each(ahead).max(axis=(0, 1, 3)), out=high)
        # A transition is common to all residues, so it is multiplied once, at the end.
        arcs *= passes.own.step.transpose(2, 0, 1)[..., None]
    matched = passes.lattice.in_order(states[:, MATCH])[: len(passes.block.codes) + 1]
    seen = Smoothed(found.evidence, matched, arcs.transpose(1, 2, 3, 0))
    some = np.flatnonzero(~((gains <= MOST_GAIN) & (high < HIGH)))
    if len(some):
        in_logs.smooth_some(passes.block, passes.own, some, seen)
    return seen


def counted(block: Block, own: Weights) -> Counted:
    """Return the counts of a block by symbols, all sequences together, which takes fewer sums."""
    passes = Passes(block, own)
    found, codes, symbols = passes.forward(), passes.lattice.codes, len(own.odds)
    if passes.gains(found).max() > GAIN:
        return _smoothed(passes, found).counted(block, symbols)
    match, arcs = np.empty((passes.nodes, symbols)), np.empty((passes.nodes, 3, 3))
    for k, ahead, back in passes.backward(found):
        np.matmul(found.states[k], ahead.T, out=arcs[k])
        match[k] = np.bincount(codes, found.states[k, MATCH] * back, symbols + 1)[:symbols]
    return Counted(found.evidence, match[1:], arcs * own.step.transpose(2, 0, 1))


def evidence(block: Block, own: Weights) -> Array:
    """Return log P(x; θ) − Σ log background of each sequence of a block, shape (n,), in nats."""
    passes = Passes(block, own)
    found = passes.forward()
    near = passes.gains(found).max() <= GAIN
    return found.evidence if near else _smoothed(passes, found).evidence


def _inverse(scale: Array) -> Array:
    """Return 1 / scale; 0 if θ makes a sequence impossible, so that it adds no counts."""
    return np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > TINY)
