"""Parse trees one by one: the best one of each sequence, and the one given by an alignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.rna.algebra import BEST
from emviz.models.rna.data import AnyCounts, RnaCounts, RnaData, RnaParams
from emviz.models.rna.inside import Weights, safe_inside
from emviz.models.rna.steps import planes
from emviz.models.rna.structure import INTO, Codes, Node, Step, Structure
from emviz.models.rna.unknown import counted, empty_symbols, settled_counts

#: Visits to a state: the sequences, and where the stretches that it explains begin and end.
Visits: TypeAlias = tuple[Codes, Codes, Codes]


@dataclass(frozen=True)
class Parses:
    """The best parse tree of each of some sequences.

    Parameters
    ----------
    log : Array, shape (n,)
        log P(x, parse tree; θ), in nats.
    columns : integer array, shape (n, C)
        The letter at each consensus column, counted from 0; −1 where there is none.
    symbols : RnaCounts
        Symbols, pairs (P, C²) and single letters (S, C), and transitions of all of them.
    """

    log: Array
    columns: Codes
    symbols: RnaCounts


def best_counts(data: RnaData, params: RnaParams, rows: Rows) -> AnyCounts:
    """Return the letters and transitions of the best parse trees, unknown letters shared by θ."""
    return counted(data, params, best_parses(data, params, rows).symbols)


def best_parses(data: RnaData, params: RnaParams, rows: Rows) -> Parses:
    """Return the single best parse tree of each of some sequences; of equals the first state first."""
    structure = data.structure
    columns = np.full((len(rows), structure.columns), -1, dtype=np.intp)
    found = Parses(np.zeros(len(rows)), columns, empty_symbols(data))
    for batch in data.batched(rows):
        _Trace(Weights(structure, params, batch, algebra=BEST), found).follow()
    return found


def missing_pairs(structure: Structure, columns: Codes) -> Codes:
    """Return the number of pairs that lack a letter in each alignment, shape (n,), as a completion."""
    left, right = np.array(structure.pairs).T - 1
    gone = ((columns[:, left] < 0) | (columns[:, right] < 0)).sum(axis=1)
    return np.asarray(np.minimum(gone, planes(structure) - 1), dtype=np.intp)


class _Trace:
    """The way back through the matrices of the best parse trees, all sequences of a batch at once."""

    def __init__(self, weights: Weights, found: Parses) -> None:
        self.weights, planes, logs = safe_inside(weights)
        self.found, self.structure, self.batch = found, weights.structure, weights.batch
        self.inside, self.log = planes[:, 0], logs[0]
        self._times = self.weights.algebra.times
        self.waiting: dict[int, list[Visits]] = {}

    def follow(self) -> None:
        """Add the columns and counts of the best parse trees to the result."""
        batch = self.batch
        self.found.log[batch.rows] = self.log
        # A sequence that θ makes impossible has no tree to follow, and counts nothing.
        possible = np.flatnonzero(self.log > -np.inf)
        self.waiting[0] = [(possible, np.zeros_like(possible), batch.lengths[possible])]
        for n, node in enumerate(self.structure.nodes):
            if node.kind == "BIF":
                self._fork(node)
            elif node.kind != "END":
                for own in range(len(node.kinds)):
                    self._leave(self.structure.steps[n], own)

    def _visits(self, state: int) -> Visits | None:
        waiting = self.waiting.pop(state, None)
        if waiting is None:
            return None
        who, left, right = (np.concatenate(parts) for parts in zip(*waiting, strict=True))
        return who, left, right

    def _fork(self, node: Node) -> None:
        """Split what a bifurcation explains where both parts together are the most probable."""
        visits = self._visits(node.first)
        if visits is None:
            # θ makes every sequence of the batch impossible.
            return
        who, left, right = visits
        first, second = (self.structure.nodes[below].first for below in node.next)
        ways = self._times(self.inside[first, left, :, who], self.inside[second, :, right, who])
        middle = ways.argmax(axis=-1)
        self.waiting[first], self.waiting[second] = [(who, left, middle)], [(who, middle, right)]

    def _leave(self, step: Step, own: int) -> None:
        """Let all that visit a state emit its letters, and go on to the best child."""
        state = step.node.first + own
        moves = self.weights.moves(step)[own]
        # An insert may lead back to itself, so its state can be waiting again.
        while (visits := self._visits(state)) is not None:
            who, left, right = self._emitted(state, visits)
            below = self.inside[step.children, left, right, who]
            chosen_child = self._times(moves[:, None], below).argmax(axis=0)
            row = self.found.symbols.transition[step.rows[own]]
            row += np.bincount(step.into[chosen_child], minlength=len(INTO))
            for child in np.unique(chosen_child).tolist():
                some = chosen_child == child
                onward = (who[some], left[some], right[some])
                self.waiting.setdefault(step.children.start + child, []).append(onward)

    def _emitted(self, state: int, visits: Visits) -> Visits:
        """Return the visits without the letters of a state, and count these."""
        who, left, right = visits
        kind, node = (
            self.structure.states[state].kind,
            self.structure.nodes[self.structure.states[state].node],
        )
        goes_left, goes_right = kind in ("MP", "ML", "IL"), kind in ("MP", "MR", "IR")
        first = self.batch.codes[left, who] if goes_left else np.zeros_like(left)
        last = self.batch.codes[right - 1, who] if goes_right else np.zeros_like(right)
        place, rows, many = self.structure.place[state], self.batch.rows[who], len(self.batch.possible)
        if kind == "MP":
            self.found.symbols.pair[place] += np.bincount(many * first + last, minlength=many**2)
        elif place >= 0:
            self.found.symbols.single[place] += np.bincount(first + last, minlength=many)
        if kind in ("MP", "ML"):
            self.found.columns[rows, node.left - 1] = left
        if kind in ("MP", "MR"):
            self.found.columns[rows, node.right - 1] = right - 1
        return who, left + goes_left, right - goes_right


# -- an alignment --------------------------------------------------------------------------------------------


def aligned_counts(data: RnaData, pseudocount: float) -> AnyCounts | None:
    """Return the counts of the parse trees given by the alignment; None if it is not known."""
    if data.columns is None or data.inserted is None:
        return None
    structure, counts = data.structure, empty_symbols(data)
    taken = np.zeros((len(structure.states), len(data.texts)), dtype=np.intp)
    taken[list(structure.slots)] = data.inserted.T
    for n, node in enumerate(structure.nodes):
        entered = chosen(node, data.columns)
        if n in structure.steps:
            _count_moves(structure, n, data.columns, taken, counts)
        for own, kind in enumerate(node.kinds):
            if structure.place[node.first + own] >= 0:
                _count_letters(data, data.columns, node, kind, np.flatnonzero(entered == own), counts)
    return settled_counts(data, counts, pseudocount)


def chosen(node: Node, columns: Codes) -> Codes:
    """Return which state each sequence enters a node by, counted from its first one."""
    if node.kind not in ("MATP", "MATL", "MATR"):
        return np.zeros(len(columns), dtype=np.intp)
    sides = {"MATP": (node.left, node.right), "MATL": (node.left,), "MATR": (node.right,)}[node.kind]
    gone = [columns[:, side - 1] < 0 for side in sides]
    # MP, ML, MR, D: the first two have their left letter.
    return np.asarray(2 * gone[0] + gone[1] if len(gone) > 1 else gone[0], dtype=np.intp)


def _count_moves(structure: Structure, n: int, columns: Codes, taken: Codes, counts: RnaCounts) -> None:
    """Count the transitions of a node: from the state it is entered by, through its inserts, to the next."""
    node, step = structure.nodes[n], structure.steps[n]
    here = structure.row[node.first + chosen(node, columns)]
    for v in range(node.inserts.start, node.inserts.stop):
        into, some = INTO.index(structure.states[v].kind), taken[v] > 0
        # Several sequences may take the same transition, which `+=` would count once.
        np.add.at(counts.transition, (here[some], into), 1.0)
        # n letters of an insert are n − 1 transitions into itself.
        counts.transition[structure.row[v], into] += float((taken[v][some] - 1).sum())
        here = np.where(some, structure.row[v], here)
    below = structure.nodes[node.next[0]]
    to = step.into[node.inserts.stop - node.inserts.start + chosen(below, columns)]
    np.add.at(counts.transition, (here, to), 1.0)


def _count_letters(
    data: RnaData, columns: Codes, node: Node, kind: str, who: Rows, counts: RnaCounts
) -> None:
    sides = {"MP": (node.left, node.right), "ML": (node.left,), "MR": (node.right,)}[kind]
    code = np.zeros(len(who), dtype=np.intp)
    for side in sides:
        code = code * len(data.symbols) + data.codes[who, columns[who, side - 1]]
    target = counts.pair if kind == "MP" else counts.single
    place = data.structure.place[node.first + node.kinds.index(kind)]
    target[place] += np.bincount(code, minlength=target.shape[1])
