"""Expectations of the missing cells of a case: family counts, and its likeliest completions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.em.families.cases import MOST_LISTED, UNSEEN, Cases
from emviz.em.families.cliques import States
from emviz.em.model import Fields, Rows
from emviz.em.numerics import Array
from emviz.em.work import checked

#: Cells of all cliques that are in memory at once.
TOGETHER = 1 << 20
#: Cases whose likeliest completions are searched together.
CASES = 1024
#: Decimals in which shares are compared, so that rounding does not order equal shares.
COMPARED = 12


@dataclass(frozen=True, eq=False)
class Ranked:
    """The likeliest completions of some rows.

    Parameters
    ----------
    states : int array, shape (R, k, V)
        The states of all variables in each; all `UNSEEN` if a row has no more completions.
    shares : Array, shape (R, k)
    rest : Array, shape (R,)
        The total share of all other completions.
    """

    states: States
    shares: Array
    rest: Array


def flat(params: Fields) -> Array:
    """Return θ flattened, table by table, shape (M,)."""
    return np.concatenate([np.ravel(each) for each in params])


def blocks(data: Cases, rows: int) -> Iterator[slice]:
    """Yield blocks of rows whose cliques fit into memory; it can be cancelled before each block."""
    many = max(1, TOGETHER // data.tree.cells)
    for first in checked(range(0, rows, many)):
        yield slice(first, first + many)


def cells_of(data: Cases, params: Fields, cells: States) -> tuple[Array, Array]:
    """Return the counts of some cases for each cell of the tables, (len(cells), M), and log P of each case.

    A case that is impossible at θ is shared equally between all its completions.
    """
    found, heights = data.tree.beliefs(params, data.seen(cells))
    laid = _laid(data, found, len(cells))
    lost = np.flatnonzero(np.isneginf(heights))
    if len(lost):
        # Uniform tables give equal shares to all completions.
        alike = [np.ones(shape) for shape in data.shapes]
        found, _ = data.tree.beliefs(alike, data.seen(cells[lost]))
        laid[lost] = _laid(data, found, len(lost))
    return laid, heights


def _laid(data: Cases, found: list[Array], rows: int) -> Array:
    laid = np.empty((rows, data.spans[-1].stop))
    for v, span in checked(enumerate(data.spans)):
        laid[:, span] = data.tree.family(found, v).reshape(-1, span.stop - span.start)
    return laid


def listed(data: Cases, params: Fields, cases: Rows) -> Array:
    """Return the shares of all completions of some cases, shape (len(cases), data.most)."""
    found = np.zeros((len(cases), data.most))
    with np.errstate(divide="ignore"):
        logs = np.log(flat(params))
    for unseen, own in checked(_alike(data, cases)):
        joint = _joints(data, logs, cases[own], unseen)
        top = joint.max(axis=1, keepdims=True)
        # For an impossible case −∞ − (−∞) would be NaN; its completions get equal weights.
        weights = np.where(np.isneginf(top), 1.0, np.exp(joint - np.where(np.isneginf(top), 0.0, top)))
        found[own, : joint.shape[1]] = weights / weights.sum(axis=1, keepdims=True)
    return found


def _alike(data: Cases, cases: Rows) -> Iterator[tuple[tuple[int, ...], Rows]]:
    """Yield each set of missing variables, with the indices of the cases that lack them."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place, case in enumerate(cases.tolist()):
        groups.setdefault(data.unseen[case], []).append(place)
    for unseen, own in groups.items():
        yield unseen, np.array(own)


def completed(data: Cases, cases: Rows, unseen: tuple[int, ...]) -> States:
    """Return the states of all completions of cases with the same missing variables, (len(cases), Z, V)."""
    options = data.listed(unseen)
    states = np.repeat(data.cells[cases][:, None], len(options), axis=1)
    states[:, :, list(unseen)] = options
    return states


def _joints(data: Cases, logs: Array, cases: Rows, unseen: tuple[int, ...]) -> Array:
    """Return log P(x, z; θ) of all completions, shape (len(cases), Z)."""
    states = completed(data, cases, unseen)
    return np.asarray(sum(logs[data.places(v, states)] for v in range(len(data.names))))


def shares_of(data: Cases, params: Fields, rows: Rows, many: int) -> Array:
    """Return the shares of all completions of some rows, or of the likeliest ones if there are too many.

    Parameters
    ----------
    many : int
        The number of the likeliest ones; the share of all others follows them.
    """
    if data.most <= MOST_LISTED:
        cases, back = np.unique(data.which[rows], return_inverse=True)
        return np.asarray(listed(data, params, cases)[back.ravel()])
    found = ranked(data, params, rows, many)
    return np.column_stack([found.shares, found.rest])


def ranked(data: Cases, params: Fields, rows: Rows, many: int, hard: bool = False) -> Ranked:
    """Return the likeliest completions of some rows of the table, ties in the order of the list.

    Parameters
    ----------
    many : int
        The number for each row.
    hard : bool
        True for hard EM, in which the likeliest counts whole.
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
        # Of equally likely ones, hard EM counts the one that the tree finds first.
        states, _ = data.tree.likeliest(params, data.seen(data.cells[cases]))
        for line, own in enumerate(states):
            place = int(np.all(found.states[line] == own, axis=-1).argmax())
            found.states[line, [0, place]] = found.states[line, [place, 0]]
    back = back.ravel()
    return Ranked(found.states[back], shares[back], rest[back])


def _from_list(data: Cases, params: Fields, cases: Rows, many: int) -> Ranked:
    shares = listed(data, params, cases)
    states = np.full((len(cases), many, len(data.names)), UNSEEN)
    kept = np.zeros((len(cases), many))
    order = np.argsort(-np.round(shares, COMPARED), axis=1, kind="stable")[:, :many]
    for unseen, own in checked(_alike(data, cases)):
        known = min(many, data.completions(unseen))
        first = order[own, :known]
        kept[own, :known] = np.take_along_axis(shares[own], first, axis=1)
        all_states = completed(data, cases[own], unseen)
        states[own, :known] = np.take_along_axis(all_states, first[:, :, None], axis=1)
    # Rounding may leave the sum of all shares slightly above 1.
    return Ranked(states, kept, np.clip(1 - kept.sum(axis=1), 0.0, 1.0))


def _searched(data: Cases, params: Fields, cases: Rows, many: int) -> Ranked:
    """Return `ranked` if there are too many completions to list them.

    Lawler, Management Science 18:401 (1972): the remaining completions are partitioned by the first variable
    in which they differ from the one found, and the best of each part is searched for; for all cases at once.
    """
    blocks = [cases[first : first + CASES] for first in range(0, len(cases), CASES)]
    parts = [_searched_together(data, params, own, many) for own in blocks]
    return Ranked(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _searched_together(data: Cases, params: Fields, cases: Rows, many: int) -> tuple[States, Array, Array]:
    """Return states (R, many, V), shares (R, many) and rest (R,) of some cases."""
    cells = data.cells[cases]
    states = np.full((len(cases), many, len(data.names)), UNSEEN)
    shares = np.zeros((len(cases), many))
    heights = np.concatenate(
        [data.tree.beliefs(params, data.seen(cells[each]))[1] for each in blocks(data, len(cases))]
    )
    open_ = _best_of(data, params, np.arange(len(cases)), data.seen(cells))
    for rank in checked(range(many)):
        first, open_ = open_.split()
        lines = first.lines
        states[lines, rank], shares[lines, rank] = first.best, np.exp(first.heights - heights[lines])
        if rank + 1 < many:
            lines, seen = _rest_of(first, cells)
            open_ = open_.joined(_best_of(data, params, lines, seen))
    return states, shares, np.clip(1 - shares.sum(axis=1), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class _Parts:
    """Sets of completions, each with its likeliest one.

    Parameters
    ----------
    lines : int array, shape (P,)
        The case of each set.
    best : int array, shape (P, V)
    heights : Array, shape (P,)
        The log of the joint probability of the likeliest one, in nats.
    seen : list of Array, shapes (P, states)
        1 for each state that a variable may have in the set, otherwise 0.
    """

    lines: Rows
    best: States
    heights: Array
    seen: list[Array]

    def taken(self, places: Rows) -> _Parts:
        """Return some of the sets."""
        seen = [each[places] for each in self.seen]
        return _Parts(self.lines[places], self.best[places], self.heights[places], seen)

    def split(self) -> tuple[_Parts, _Parts]:
        """Return the set with the likeliest completion of each case (the first of equals), and the others."""
        order = np.lexsort((np.arange(len(self.lines)), -self.heights, self.lines))
        # Cut to length, since without any set there is no first one either.
        known = np.flatnonzero(np.r_[True, np.diff(self.lines[order]) > 0][: len(order)])
        chosen = np.zeros(len(order), dtype=np.bool)
        chosen[order[known]] = True
        return self.taken(np.flatnonzero(chosen)), self.taken(np.flatnonzero(~chosen))

    def joined(self, other: _Parts) -> _Parts:
        """Return these sets followed by others."""
        seen = [np.concatenate(pair) for pair in zip(self.seen, other.seen, strict=True)]
        return _Parts(
            np.concatenate([self.lines, other.lines]),
            np.concatenate([self.best, other.best]),
            np.concatenate([self.heights, other.heights]),
            seen,
        )


def _best_of(data: Cases, params: Fields, lines: Rows, seen: list[Array]) -> _Parts:
    """Return sets with their likeliest completions, without impossible sets."""
    found = [data.tree.likeliest(params, [own[each] for own in seen]) for each in blocks(data, len(lines))]
    best = np.concatenate([states for states, _ in found]) if found else np.zeros((0, len(seen)), np.intp)
    heights = np.concatenate([own for _, own in found]) if found else np.zeros(0)
    parts = _Parts(lines, best, heights, seen)
    return parts.taken(np.flatnonzero(~np.isneginf(heights)))


def _rest_of(first: _Parts, cells: States) -> tuple[Rows, list[Array]]:
    """Return the partition of some sets without their likeliest completions: cases, and allowed states.

    In part v, the variables before v have the states of the likeliest completion, and v has another one.
    """
    one = [np.eye(own.shape[1])[first.best[:, v]] for v, own in enumerate(first.seen)]
    lines, parts = list[Rows](), list[list[Array]]()
    for v, own in enumerate(first.seen):
        other = own * (1 - one[v])
        here = np.flatnonzero(other.any(axis=1) & (cells[first.lines, v] == UNSEEN))
        lines.append(first.lines[here])
        parts.append(
            [*(one[u][here] for u in range(v)), other[here], *(each[here] for each in first.seen[v + 1 :])]
        )
    return np.concatenate(lines), [np.concatenate(each) for each in zip(*parts, strict=True)]
