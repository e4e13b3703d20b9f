"""The nodes of a covariance model as stacks of small matrices, each with room for every kind of state.

A node has six rows: its ML, IL, MR, IR, MP, and the silent D or S. Its columns are what these lead to, in the
same order: its own inserts, and the consensus states and the silent one, D, S, B or E, of the next node. What
a node does not have stays 0. Nodes in a row make up a branch, which ends at a bifurcation or at an END.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.models.rna.structure import Codes, Step, Structure

ML, IL, MR, IR, MP, SILENT = range(6)
KINDS = {"ML": ML, "IL": IL, "MR": MR, "IR": IR, "MP": MP}
#: The states of a node that emit letters.
EMITTING = slice(ML, SILENT)


@dataclass(frozen=True)
class Branch:
    """Nodes in a row, the first of which is ROOT, BEGL or BEGR.

    Parameters
    ----------
    size : int
        m, the number of nodes.
    fork : tuple of int or None
        The two branches that it splits into, by their numbers; None where it ends.
    own : tuple of integer arrays
        Where each of its transitions stands: node, row and column.
    theta : tuple of integer arrays
        Where each of them stands in θ: row and column.
    matches : dict of tuples of integer arrays
        For ML, MR and MP, the nodes that have one, and the places of these in θ.
    """

    size: int
    fork: tuple[int, int] | None
    own: tuple[Codes, ...]
    theta: tuple[Codes, ...]
    matches: dict[int, tuple[Codes, Codes]]

    def moves(self, transition: Array) -> Array:
        """Return the transitions, shape (m, 6, 6), from those of θ, shape (R, 7)."""
        found = np.zeros((self.size, 6, 6))
        found[self.own] = transition[self.theta]
        return found

    def add_moves(self, counts: Array, to: Array) -> None:
        """Add counts of transitions, shape (m, 6, 6), to those of a model, shape (R, 7)."""
        to[self.theta] += counts[self.own]


def branches_of(structure: Structure) -> tuple[Branch, ...]:
    """Return the branches of a structure, from the root on."""
    runs: list[list[int]] = [[]]
    for n in structure.steps:
        runs[-1].append(n)
        if structure.nodes[n].next[0] not in structure.steps:
            runs.append([])
    number = {run[0]: place for place, run in enumerate(runs[:-1])}
    found = []
    for run in runs[:-1]:
        below = structure.nodes[structure.nodes[run[-1]].next[0]].next
        fork = (number[below[0]], number[below[1]]) if below else None
        found.append(_branch(structure, [structure.steps[n] for n in run], fork))
    return tuple(found)


def _branch(structure: Structure, steps: Sequence[Step], fork: tuple[int, int] | None) -> Branch:
    moves, matches = [], {kind: [(0, 0)][:0] for kind in (ML, MR, MP)}
    for at, step in enumerate(steps):
        here = [KINDS.get(kind, SILENT) for kind in step.node.kinds]
        onward = range(step.children.start, step.children.stop)
        below = [KINDS.get(structure.states[v].kind, SILENT) for v in onward]
        moves += [
            (at, here[own], below[child], step.rows[own], step.into[child])
            for own, child in np.argwhere(step.mask).tolist()
        ]
        for own, kind in enumerate(here):
            if kind in matches:
                matches[kind].append((at, int(structure.place[step.node.first + own])))
    columns = tuple(np.array(moves, dtype=np.intp).T)
    places = {kind: np.array(own, dtype=np.intp).reshape(-1, 2).T for kind, own in matches.items()}
    return Branch(
        len(steps), fork, columns[:3], columns[3:], {kind: (own[0], own[1]) for kind, own in places.items()}
    )
