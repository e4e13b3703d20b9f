"""E and M of a network: expected cases of each cell of its tables, and their shares.

L = Σ_rows log Σ over the states that fit of Π_v θ_v(x_v | parents of v). With a pseudocount α the objective
is L + α Σ log θ, the log-posterior under a Dirichlet prior without its constant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.em.model import Fields, Round, Rows
from emviz.em.numerics import Array, xlogy
from emviz.em.structure import record
from emviz.models.network.data import MOST_LISTED, UNSEEN, NetworkCounts, NetworkData
from emviz.models.network.tree import States

#: Cells of all cliques that are in memory at once.
TOGETHER = 1 << 20
#: Decimals in which shares are compared: what rounding alone tells apart is equal.
COMPARED = 12
NetworkRound = Round[Fields, NetworkCounts]


@dataclass(frozen=True, eq=False)
class Ranked:
    """The likeliest completions of some rows.

    Parameters
    ----------
    states : int array, shape (R, k, V)
        All states of each; `UNSEEN` throughout where a row has no more.
    shares : Array, shape (R, k)
    rest : Array, shape (R,)
        The share of all others.
    """

    states: States
    shares: Array
    rest: Array


def flat(params: Fields) -> Array:
    """Return θ laid out, one table after the other, shape (M,)."""
    return np.concatenate([np.ravel(each) for each in params])


def blocks(data: NetworkData, rows: int) -> Iterator[slice]:
    """Yield so many rows at once as their cliques have room in memory."""
    many = max(1, TOGETHER // data.tree.cells)
    for first in range(0, rows, many):
        yield slice(first, first + many)


def expected(data: NetworkData, params: Fields, hard: bool = False) -> tuple[NetworkCounts, float]:
    """Return the expected cases, and log P(x; θ) in nats; or those of the likeliest completions."""
    cases, height = np.zeros(data.spans[-1].stop), 0.0
    for block in blocks(data, len(data.cells)):
        times = data.times[block]
        if hard:
            states, _ = data.tree.likeliest(params, data.seen(data.cells[block]))
            for v in range(len(data.names)):
                cases += np.bincount(data.places(v, states), times, len(cases))
            continue
        every, heights = cells_of(data, params, data.cells[block])
        cases += times @ every
        height += float(np.where(times > 0, times * heights, 0.0).sum())
    return NetworkCounts(cases, flat(params)), height


def cells_of(data: NetworkData, params: Fields, cells: States) -> tuple[Array, Array]:
    """Return what some cases give to each cell of the tables, shape (len(cells), M), and log P of each.

    A case that cannot be at θ is shared alike between all its completions.
    """
    found, heights = data.tree.beliefs(params, data.seen(cells))
    laid = _laid(data, found, len(cells))
    lost = np.flatnonzero(np.isneginf(heights))
    if len(lost):
        alike = [np.ones(shape) for shape in data.shapes]
        found, _ = data.tree.beliefs(alike, data.seen(cells[lost]))
        laid[lost] = _laid(data, found, len(lost))
    return laid, heights


def _laid(data: NetworkData, found: list[Array], rows: int) -> Array:
    laid = np.empty((rows, data.spans[-1].stop))
    for v, span in enumerate(data.spans):
        laid[:, span] = data.tree.family(found, v).reshape(-1, span.stop - span.start)
    return laid


def maximised(data: NetworkData, counts: NetworkCounts, pseudocount: float) -> Fields:
    """Return (N + α) / Σ (N + α) in each row of each table; a row with nothing in it as it was."""
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


def known(data: NetworkData) -> NetworkCounts | None:
    """Return the counts of the true states of all cells; None where one is not known."""
    if data.truth is None or (data.truth[data.count > 0] == UNSEEN).any():
        return None
    states = np.maximum(data.truth, 0)
    cases = np.zeros(data.spans[-1].stop)
    for v in range(len(data.names)):
        cases += np.bincount(data.places(v, states), data.count, len(cases))
    return NetworkCounts(cases, np.concatenate([np.full(math.prod(s), 1 / s[-1]) for s in data.shapes]))


# -- completions of a row ------------------------------------------------------------------------------------


def listed(data: NetworkData, params: Fields, cases: Rows) -> Array:
    """Return the shares of all completions of some of the U cases, shape (len(cases), most of any case)."""
    found = np.zeros((len(cases), data.most))
    with np.errstate(divide="ignore"):
        logs = np.log(flat(params))
    for unseen, own in _alike(data, cases):
        joint = _joints(data, logs, cases[own], unseen)
        top = joint.max(axis=1, keepdims=True)
        weights = np.where(np.isneginf(top), 1.0, np.exp(joint - np.where(np.isneginf(top), 0.0, top)))
        found[own, : joint.shape[1]] = weights / weights.sum(axis=1, keepdims=True)
    return found


def _alike(data: NetworkData, cases: Rows) -> Iterator[tuple[tuple[int, ...], Rows]]:
    """Yield the variables that were not seen, and the places of the cases of which that is so."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place, case in enumerate(cases.tolist()):
        groups.setdefault(data.unseen[case], []).append(place)
    for unseen, own in groups.items():
        yield unseen, np.array(own)


def completed(data: NetworkData, cases: Rows, unseen: tuple[int, ...]) -> States:
    """Return the states of all completions of cases with the same holes, shape (len(cases), Z, V)."""
    options = data.listed(unseen)
    states = np.repeat(data.cells[cases][:, None], len(options), axis=1)
    states[:, :, list(unseen)] = options
    return states


def _joints(data: NetworkData, logs: Array, cases: Rows, unseen: tuple[int, ...]) -> Array:
    """Return log P(x, z; θ) of all completions, shape (len(cases), Z)."""
    states = completed(data, cases, unseen)
    return np.asarray(sum(logs[data.places(v, states)] for v in range(len(data.names))))


def ranked(data: NetworkData, params: Fields, rows: Rows, many: int, hard: bool = False) -> Ranked:
    """Return the likeliest completions of some rows of the table, the first of equals first.

    Parameters
    ----------
    many : int
        How many of each row.
    hard : bool
        The likeliest is counted whole.
    """
    cases, back = np.unique(data.which[rows], return_inverse=True)
    found = (
        _from_list(data, params, cases, many)
        if data.most <= MOST_LISTED
        else _searched(data, params, cases, many)
    )
    shares, rest = found.shares, found.rest
    if hard:
        shares, rest = np.eye(many)[np.zeros(len(cases), dtype=np.intp)], np.zeros(len(cases))
        # Of equals hard EM counts the one that the tree finds first.
        states, _ = data.tree.likeliest(params, data.seen(data.cells[cases]))
        for line, own in enumerate(states):
            place = int(np.all(found.states[line] == own, axis=-1).argmax())
            found.states[line, [0, place]] = found.states[line, [place, 0]]
    back = back.ravel()
    return Ranked(found.states[back], shares[back], rest[back])


def _from_list(data: NetworkData, params: Fields, cases: Rows, many: int) -> Ranked:
    shares = listed(data, params, cases)
    states = np.full((len(cases), many, len(data.names)), UNSEEN)
    told = np.zeros((len(cases), many))
    order = np.argsort(-np.round(shares, COMPARED), axis=1, kind="stable")[:, :many]
    for unseen, own in _alike(data, cases):
        known = min(many, data.completions(unseen))
        first = order[own, :known]
        told[own, :known] = np.take_along_axis(shares[own], first, axis=1)
        all_states = completed(data, cases[own], unseen)
        states[own, :known] = np.take_along_axis(all_states, first[:, :, None], axis=1)
    return Ranked(states, told, np.clip(1 - told.sum(axis=1), 0.0, 1.0))


def _searched(data: NetworkData, params: Fields, cases: Rows, many: int) -> Ranked:
    """Return the same where all completions are too many: the best of what the better ones leave.

    Lawler, Management Science 18:401 (1972): the rest is parted by the first variable in which a completion
    differs from the one found, and the best of each part is sought anew.
    """
    _, heights = data.tree.beliefs(params, data.seen(data.cells[cases]))
    states = np.full((len(cases), many, len(data.names)), UNSEEN)
    told = np.zeros((len(cases), many))
    for line, case in enumerate(cases.tolist()):
        free = data.unseen[case]
        seen = [each[0] for each in data.seen(data.cells[[case]])]
        parts = [seen]
        open_ = list(zip(*_best_of(data, params, parts), parts, strict=True))
        for rank in range(many):
            if not open_:
                break
            place = max(range(len(open_)), key=lambda k: (open_[k][1], -k))
            best, height, own = open_.pop(place)
            if np.isneginf(height):
                break
            states[line, rank], told[line, rank] = best, np.exp(height - heights[line])
            parts = list(_parted(own, best, free))
            open_ += list(zip(*_best_of(data, params, parts), parts, strict=True)) if parts else []
    return Ranked(states, told, np.clip(1 - told.sum(axis=1), 0.0, 1.0))


def _best_of(data: NetworkData, params: Fields, parts: list[list[Array]]) -> tuple[States, Array]:
    return data.tree.likeliest(params, [np.stack(each) for each in zip(*parts, strict=True)])


def _parted(seen: list[Array], best: States, free: tuple[int, ...]) -> Iterator[list[Array]]:
    """Yield what may be seen but the best: the first variables as there, the next one otherwise."""
    for at, v in enumerate(free):
        other = seen[v] * (np.arange(len(seen[v])) != best[v])
        if not other.any():
            continue
        part = list(seen)
        for before in free[:at]:
            part[before] = np.eye(len(seen[before]))[best[before]]
        part[v] = other
        yield part
