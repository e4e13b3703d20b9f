"""E and M of a network: expected cases of each cell of its tables, and their shares.

L = Σ_rows log Σ_x Π_v θ_v(x_v | parents of v), over all states x that agree with the observed cells. With a
pseudocount α the objective is L + α Σ log θ, the log-posterior under a Dirichlet prior without its constant.
"""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from emviz.em.families.case_sums import heights, summing
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.completions import flat
from emviz.em.model import Fields, Round
from emviz.em.numerics import Array, xlogy
from emviz.em.theta.structure import record
from emviz.models.network.data import NetworkCounts

NetworkRound = Round[Fields, NetworkCounts]


def expecting(data: Cases, params: Fields) -> Generator[None, None, tuple[NetworkCounts, float]]:
    """Return the expected cases, and log P(x; θ) in nats; yield between blocks of cases."""
    cases, height = yield from summing(data, params)
    return NetworkCounts(cases, flat(params)), height


def objectives(data: Cases, stacked: Fields, pseudocount: float) -> Array:
    """Return log P(x; θ), with any log-prior, shape (B,), at θ stacked along a leading axis."""
    many = [type(stacked)(*(each[k] for each in stacked)) for k in range(len(stacked[0]))]
    return np.array([log_prior(one, pseudocount) for one in many]) + heights(data, many)


def maximised(data: Cases, counts: NetworkCounts, pseudocount: float) -> Fields:
    """Return (N + α) / Σ (N + α) in each row of each table; an empty row stays as it was."""
    found = []
    for cases, before in zip(data.tables(counts.cases), data.tables(counts.before), strict=True):
        sums = (cases + pseudocount).sum(axis=-1, keepdims=True)
        share = np.divide(cases + pseudocount, sums, out=np.array(before), where=sums > 0)
        found.append(share)
    return record(*data.names)(*found)


def fit_of(counts: NetworkCounts, params: Fields, pseudocount: float) -> float:
    """Return Σ (N + α) log θ, in nats."""
    return float(xlogy(counts.cases + pseudocount, flat(params)).sum())


def log_prior(params: Fields, pseudocount: float) -> float:
    """Return α Σ log θ, in nats."""
    return float(xlogy(np.asarray(pseudocount), flat(params)).sum()) if pseudocount else 0.0


def known(data: Cases) -> NetworkCounts | None:
    """Return the counts of the true states of all cells; None if one is not known."""
    if data.truth is None or (data.truth[data.count > 0] == UNSEEN).any():
        return None
    # UNSEEN is −1 and only left in rows without cases, where any state will do.
    cases = data.tallied(np.maximum(data.truth, 0), data.count)
    return NetworkCounts(cases, np.concatenate([np.full(math.prod(s), 1 / s[-1]) for s in data.shapes]))
