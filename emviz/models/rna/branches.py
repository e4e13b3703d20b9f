"""The nodes of a covariance model between two forks, as one matrix of transitions from state to state.

Nodes in a row make up a branch, which ends at a bifurcation or at an END. Its states that emit letters come
first, those of a kind side by side; then the silent ones, D, S, B or E, one of each node, the first of which
is where the branch begins, and the last where it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from emviz.em.numerics import Array
from emviz.models.rna.structure import Codes, Step, Structure

#: The kinds of states that emit, in their order: those on the left are side by side, those on the right, and
#: those that match.
EMITTING = ("IL", "ML", "MP", "MR", "IR")


@dataclass(frozen=True)
class Branch:
    """Nodes in a row, the first of which is ROOT, BEGL or BEGR.

    Parameters
    ----------
    size : int
        m, the number of nodes; there are m + 1 silent states.
    fork : tuple of int or None
        The two branches that it splits into, by their numbers; None where it ends.
    many : dict of int
        The number of states of each kind that emits, R in all.
    own : tuple of integer arrays
        Each of its transitions: from which state, to which.
    theta : tuple of integer arrays
        The place of each of them in θ: row and column.
    places : dict of integer arrays
        The places in θ of what the states ML, MR and MP emit.
    """

    size: int
    fork: tuple[int, int] | None
    many: dict[str, int]
    own: tuple[Codes, Codes]
    theta: tuple[Codes, Codes]
    places: dict[str, Codes]

    @property
    def emitting(self) -> int:
        """R, the number of states that emit."""
        return sum(self.many.values())

    def of(self, first: str, last: str | None = None) -> slice:
        """Return the slice of the states of a kind, or of all from one kind to another."""
        begin, end = EMITTING.index(first), EMITTING.index(last or first) + 1
        sizes = [self.many[kind] for kind in EMITTING]
        return slice(sum(sizes[:begin]), sum(sizes[:end]))

    def steps(self, transition: Array) -> Array:
        """Return the transitions, shape (R + m + 1, R + m + 1), from those of θ, shape (R, 7)."""
        states = self.emitting + self.size + 1
        found = np.zeros((states, states))
        found[self.own] = transition[self.theta]
        return found


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
    states: dict[str, list[int]] = {kind: [] for kind in (*EMITTING, "")}
    for step in steps:
        for own, kind in enumerate(step.node.kinds):
            states[kind if kind in EMITTING else ""].append(step.node.first + own)
    # Beside its inserts, the last node leads to the first state of what follows.
    states[""].append(steps[-1].children.stop - 1)
    number = {v: place for place, v in enumerate(chain.from_iterable(states.values()))}
    moves = [
        (number[step.node.first + own], number[step.children.start + child], step.rows[own], step.into[child])
        for step in steps
        for own, child in np.argwhere(step.mask).tolist()
    ]
    begin, to, row, column = np.array(moves, dtype=np.intp).T
    many = {kind: len(states[kind]) for kind in EMITTING}
    places = {kind: structure.place[states[kind]].astype(np.intp) for kind in ("ML", "MR", "MP")}
    return Branch(len(steps), fork, many, (begin, to), (row, column), places)
