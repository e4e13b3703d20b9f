"""θ as the recursions need it, and what they find of a block of sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array
from emviz.models.profile.data import Block, ProfileData, ProfileParams


@dataclass(frozen=True)
class Weights:
    """θ as the recursions need it.

    Parameters
    ----------
    odds : Array, shape (C, L + 1)
        The odds of each symbol, at node k of matching it at node k + 1; 0 at node L.
    step : Array, shape (3, 3, L + 1)
        The transitions: from, to, node.
    """

    odds: Array
    step: Array


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

    def counted(self, block: Block, symbols: int) -> Counted:
        """Return what all sequences of the block count, by symbols."""
        which = np.eye(symbols)[block.codes]
        match = (which.transpose(0, 2, 1) @ self.matched[1:]).sum(axis=0)[:, 1:].T
        return Counted(self.evidence, match, self.arcs.sum(axis=2).transpose(2, 0, 1))


class Counted(NamedTuple):
    """The expected counts of a block.

    Parameters
    ----------
    evidence : Array, shape (n,)
        log P(x; θ) − Σ log background of each sequence, in nats.
    match : Array, shape (L, C)
        The expected symbols at each node.
    arcs : Array, shape (L + 1, 3, 3)
        Expected transitions: node, from, to.
    """

    evidence: Array
    match: Array
    arcs: Array


def log_odds(data: ProfileData, params: ProfileParams) -> Array:
    """Return log e_k / bg of each symbol, shape (L, C); 0 for a letter that no sequence has."""
    chances = params.match if data.known else summed(params.match, data.possible)
    ratio = np.ones_like(chances)
    np.divide(chances, data.behind, out=ratio, where=data.behind > 0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(ratio))


def weights(data: ProfileData, params: ProfileParams) -> Weights:
    """Return θ as the recursions need it."""
    size = data.nodes + 1
    odds = np.zeros((len(data.symbols), size))
    odds[:, :-1] = np.exp(log_odds(data, params)).T
    step = np.ascontiguousarray(params.transition.transpose(1, 2, 0))
    return Weights(odds, step)
