"""θ as the recursions need it, and what they find of a block of sequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array
from emviz.models.profile.arcs import DELETE
from emviz.models.profile.data import ProfileData, ProfileParams


@dataclass(frozen=True)
class Weights:
    """θ as the recursions need it.

    Parameters
    ----------
    odds : Array, shape (C, L + 1)
        The odds of each symbol, at node k of matching it at node k + 1; 0 at node L.
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
    """Return log e_k / bg of each symbol, shape (L, C); 0 for a letter that no sequence has."""
    chances = params.match if data.known else summed(params.match, data.stands)
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
    closure = np.zeros((size, size))
    for k in range(1, size):
        # A run of deletes that ends at node k is one that ended at k − 1, or begins there.
        closure[:, k] = closure[:, k - 1] * step[DELETE, DELETE, k - 1]
        closure[k - 1, k] = 1.0
    return Weights(odds, step, closure)
