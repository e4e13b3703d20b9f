"""From brackets to a covariance model: nodes, states, and the slots of its alignment.

A structure without crossing pairs is a tree. From its outside to its inside: an unpaired column on the left
is a node MATL, else one on the right MATR, a pair MATP, and where stems are side by side BIF splits off the
first of them (Eddy & Durbin, Nucleic Acids Research 22:2079, 1994). Columns are counted from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.intp]

OPENING, CLOSING = "<([{", ">)]}"
#: What WUSS writes for an unpaired column of the consensus; where it does, a point is an insert.
SINGLE = ":,_-"
INSERTED = ".~"
#: Where a transition may lead: into an insert, into a consensus state, or into what emits nothing.
INTO = ("IL", "IR", "MP", "ML", "MR", "D", "on")
ON = INTO.index("on")
#: The states of each kind of node: those that a node is entered by, and its inserts.
SPLITS = {
    "ROOT": ("S",),
    "MATP": ("MP", "ML", "MR", "D"),
    "MATL": ("ML", "D"),
    "MATR": ("MR", "D"),
    "BIF": ("B",),
    "BEGL": ("S",),
    "BEGR": ("S",),
    "END": ("E",),
}
INSERTS: dict[str, tuple[str, ...]] = {
    "ROOT": ("IL", "IR"),
    "MATP": ("IL", "IR"),
    "MATL": ("IL",),
    "MATR": ("IR",),
    "BEGR": ("IL",),
}


class BracketError(ValueError):
    """Brackets that do not match; `place` is the position of the offender, counted from 1."""

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(reason, place)
        self.reason = reason
        self.place = place


@dataclass(frozen=True)
class Node:
    """A node of the tree.

    Parameters
    ----------
    kind : str
        ROOT, MATP, MATL, MATR, BIF, BEGL, BEGR or END.
    left, right : int
        The columns that it spans: those of the pair of a MATP, the column of a MATL on the left, of a MATR
        on the right.
    first : int
        Its first state.
    next : tuple of int
        The nodes below it: two for a BIF, none for an END.
    """

    kind: str
    left: int
    right: int
    first: int
    next: tuple[int, ...]

    @property
    def splits(self) -> slice:
        """The states that the node is entered by."""
        return slice(self.first, self.first + len(SPLITS[self.kind]))

    @property
    def inserts(self) -> slice:
        """The inserts of the node."""
        return slice(self.splits.stop, self.splits.stop + len(INSERTS.get(self.kind, ())))

    @property
    def states(self) -> slice:
        """All states of the node."""
        return slice(self.first, self.inserts.stop)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each state."""
        return SPLITS[self.kind] + INSERTS.get(self.kind, ())


@dataclass(frozen=True)
class State:
    """A state of a covariance model.

    Parameters
    ----------
    kind : str
        S, MP, ML, MR, D, IL, IR, B or E.
    node : int
        The node that it belongs to.
    name : str
        Its kind and its column: MP1–17, ML6; an insert IL is behind its column, an IR before it.
    """

    kind: str
    node: int
    name: str


@dataclass(frozen=True)
class Step:
    """How a node leads on to the next one: what inside and outside need to know of it.

    Parameters
    ----------
    node : Node
    children : slice
        The states that the states of the node may lead to; an IR leads to none before itself.
    rows : integer array, shape (states,)
        The rows of the transitions in θ.
    into : integer array, shape (children,)
        Their columns.
    mask : bool array, shape (states, children)
        Which of them exist.
    """

    node: Node
    children: slice
    rows: Codes
    into: Codes
    mask: NDArray[np.bool_]


def partners(brackets: str) -> Codes:
    """Return the partner of each column, counted from 0; −1 where a column is unpaired.

    Raises
    ------
    BracketError
        At a bracket that is closed and never opened, opened and never closed, or crosses another pair.
    """
    found = np.full(len(brackets), -1, dtype=np.intp)
    waiting: list[int] = []
    for place, mark in enumerate(brackets):
        if mark in OPENING:
            waiting.append(place)
        elif mark in CLOSING:
            opening = OPENING[CLOSING.index(mark)]
            if all(brackets[other] != opening for other in waiting):
                raise BracketError(f"{mark!r} closes no pair", place + 1)
            other = waiting.pop()
            if brackets[other] != opening:
                raise BracketError(f"{mark!r} crosses another pair", place + 1)
            found[place], found[other] = other, place
    if waiting:
        raise BracketError(f"{brackets[waiting[-1]]!r} is never closed", waiting[-1] + 1)
    return found


class Structure:
    """The covariance model of a consensus structure.

    Parameters
    ----------
    brackets : str
        A consensus column each: brackets of any kind for a pair, any other mark for an unpaired one.
    """

    def __init__(self, brackets: str) -> None:
        self.partner = partners(brackets)
        self.brackets = "".join(
            "." if other < 0 else "<" if other > place else ">" for place, other in enumerate(self.partner)
        )
        self.nodes = tuple(_numbered(_grown(self.partner)))
        self.states = tuple(
            State(kind, n, _name(kind, node, len(brackets)))
            for n, node in enumerate(self.nodes)
            for kind in node.kinds
        )

    @property
    def columns(self) -> int:
        """The number of consensus columns."""
        return len(self.brackets)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The columns of each pair, counted from 1, in the order of the nodes."""
        return tuple((node.left, node.right) for node in self.nodes if node.kind == "MATP")

    def having(self, *kinds: str) -> Codes:
        """Return the states of some kinds, in order."""
        return np.array([v for v, state in enumerate(self.states) if state.kind in kinds], dtype=np.intp)

    @cached_property
    def place(self) -> Codes:
        """The place of each state among the pairs or the single letters of θ; −1 for all others."""
        found = np.full(len(self.states), -1, dtype=np.intp)
        for kinds in (("MP",), ("ML", "MR")):
            own = self.having(*kinds)
            found[own] = np.arange(len(own))
        return found

    @cached_property
    def sources(self) -> Codes:
        """The states that have transitions."""
        return self.having("S", "MP", "ML", "MR", "D", "IL", "IR")

    @cached_property
    def row(self) -> Codes:
        """The row of the transitions of each state in θ; −1 for B and E, which have none."""
        found = np.full(len(self.states), -1, dtype=np.intp)
        found[self.sources] = np.arange(len(self.sources))
        return found

    @cached_property
    def steps(self) -> dict[int, Step]:
        """How each node leads on, by its number; BIF and END are left out."""
        return {n: self._step(node) for n, node in enumerate(self.nodes) if len(node.next) == 1}

    def _step(self, node: Node) -> Step:
        below = self.nodes[node.next[0]]
        children = slice(node.inserts.start, below.splits.stop)
        kinds = [self.states[child].kind for child in range(children.start, children.stop)]
        mask = np.ones((len(node.kinds), len(kinds)), dtype=np.bool_)
        if node.kinds[-1] == "IR":  # what has gone right never inserts on the left again
            mask[-1, : len(INSERTS[node.kind]) - 1] = False
        into = np.array([INTO.index(kind) if kind in INTO else ON for kind in kinds], dtype=np.intp)
        return Step(node, children, self.row[node.states], into, mask)

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Which transitions exist, shape (rows, 7)."""
        found = np.zeros((len(self.sources), len(INTO)), dtype=np.bool_)
        for step in self.steps.values():
            found[step.rows[:, None], step.into] = step.mask
        return found

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """The insert state that takes the letters before each column and behind the last one.

        At the inner end of a stem or a loop two inserts are side by side, and no alignment distinguishes
        them: the outer one takes the letters there, the IL where both belong to one node.
        """
        found: dict[int, int] = {}
        # From the inside out: the outer of two inserts at one place overwrites the inner one.
        for v in reversed(range(len(self.states))):
            kind, node = self.states[v].kind, self.nodes[self.states[v].node]
            if kind == "IR":
                found[node.right if node.kind == "ROOT" else node.right - 1] = v
            elif kind == "IL":
                found[node.left if node.kind in ("MATP", "MATL") else node.left - 1] = v
        return tuple(found[k] for k in range(self.columns + 1))


def _grown(partner: Codes) -> list[tuple[str, int, int, list[int]]]:
    """Return kind, span and the nodes below of each node, from the root on, left branches first."""
    grown: list[tuple[str, int, int, list[int]]] = []
    # What is still to be grown, the next one last: the kind of its first node, its span, the node above.
    waiting: list[tuple[str, int, int, int]] = [("ROOT", 0, len(partner), -1)]
    while waiting:
        kind, left, right, above = waiting.pop()
        here = len(grown)
        if above >= 0:
            grown[above][3].append(here)
        grown.append((kind, left + 1, right, []))
        if kind == "BIF":
            middle = int(partner[left]) + 1
            waiting += [("BEGR", middle, right, here), ("BEGL", left, middle, here)]
        elif kind != "END":
            left += kind in ("MATP", "MATL")
            right -= kind in ("MATP", "MATR")
            waiting.append((_kind(partner, left, right), left, right, here))
    return grown


def _kind(partner: Codes, left: int, right: int) -> str:
    if left == right:
        return "END"
    if partner[left] < 0:
        return "MATL"
    if partner[right - 1] < 0:
        return "MATR"
    return "MATP" if partner[left] == right - 1 else "BIF"


def _numbered(grown: list[tuple[str, int, int, list[int]]]) -> Iterator[Node]:
    first = 0
    for kind, left, right, below in grown:
        node = Node(kind, left, right, first, tuple(below))
        yield node
        first = node.inserts.stop


def _name(kind: str, node: Node, columns: int) -> str:
    """Return the name of a state: its kind with its column."""
    if kind == "MP":
        return f"MP{node.left}–{node.right}"
    if node.kind == "ROOT":
        return {"S": "S", "IL": "IL0", "IR": f"IR{columns + 1}"}[kind]
    if kind in ("S", "B", "E"):
        return f"{node.kind}{node.left}"
    if node.kind == "BEGR":
        return f"IL{node.left - 1}"
    right = kind in ("MR", "IR") or node.kind == "MATR"
    return f"{kind}{node.right if right else node.left}"
