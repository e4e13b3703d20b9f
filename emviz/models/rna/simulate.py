"""Sequences drawn from a covariance model, with their alignment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Table
from emviz.em.numerics import Array
from emviz.models.rna.data import GAP, LETTERS, RnaParams
from emviz.models.rna.structure import INTO, ON, SPLITS, Codes, Node, Structure

#: The most letters inserted at one place by one state; longer inserts are cut short: where the
#: probability to stay is 1, none would ever end.
MOST_INSERTED = 60


def drawn(params: RnaParams, size: int, rng: np.random.Generator) -> Table:
    """Return `size` sequences of a family, with their structure and alignment."""
    structure = Structure(brackets(params.partner))
    draw = _Draw(structure, params, size, rng)
    entered: dict[int, Codes] = {0: np.zeros(size, dtype=np.intp)}
    for n, node in enumerate(structure.nodes):
        own = entered.pop(n)
        draw.emit(node, own)
        if n in structure.steps:
            entered[node.next[0]] = draw.moved(node, own)
        else:
            entered.update({each: np.zeros(size, dtype=np.intp) for each in node.next})
    return _written(structure, draw.letters, draw.inserted, rng)


def brackets(partner: Array) -> str:
    """Return the structure in which each column has its partner, counted from 1; 0 for none."""
    return "".join(
        "." if other == 0 else "<" if other > column else ">" for column, other in enumerate(partner, 1)
    )


@dataclass
class _Draw:
    """Parse trees of many sequences, drawn node by node."""

    structure: Structure
    params: RnaParams
    size: int
    rng: np.random.Generator

    @cached_property
    def letters(self) -> Codes:
        """The letter of each sequence at each column; −1 for none."""
        return np.full((self.size, self.structure.columns), -1, dtype=np.intp)

    @cached_property
    def inserted(self) -> Codes:
        """The letters of each sequence inserted before each column and behind the last one."""
        return np.zeros((self.size, self.structure.columns + 1), dtype=np.intp)

    @cached_property
    def slots(self) -> dict[int, int]:
        """The slot of the letters of each insert."""
        found = {}
        for v in self.structure.having("IL", "IR").tolist():
            kind, node = self.structure.states[v].kind, self.structure.nodes[self.structure.states[v].node]
            own = node.right if kind == "IR" else node.left
            inner = (
                kind == "IR"
                if node.kind in ("MATP", "MATR")
                else node.kind in ("ROOT", "BEGR") and kind == "IL"
            )
            found[v] = own - inner
        return found

    def emit(self, node: Node, own: Codes) -> None:
        """Draw the letters of a node, for the sequences that enter it by a state that emits some."""
        for place, kind in enumerate(node.kinds):
            who, field = np.flatnonzero(own == place), self.structure.place[node.first + place]
            if kind == "MP":
                pair = self.rng.choice(len(LETTERS) ** 2, len(who), p=_sure(self.params.pair[field]))
                self.letters[who, node.left - 1], self.letters[who, node.right - 1] = np.divmod(
                    pair, len(LETTERS)
                )
            elif kind in ("ML", "MR"):
                column = (node.left if kind == "ML" else node.right) - 1
                self.letters[who, column] = self.rng.choice(
                    len(LETTERS), len(who), p=_sure(self.params.single[field])
                )

    def moved(self, node: Node, own: Codes) -> Codes:
        """Draw the way of each sequence through the inserts of a node; return the state it goes on to."""
        to = self._onward(self.structure.row[node.first + own])
        for v in range(node.inserts.start, node.inserts.stop):
            into, row = INTO.index(self.structure.states[v].kind), self.structure.row[v]
            for count in range(1, MOST_INSERTED + 1):
                who = np.flatnonzero(to == into)
                self.inserted[who, self.slots[v]] += 1
                to[who] = self._onward(np.full(len(who), row), beyond=into if count == MOST_INSERTED else -1)
        below = self.structure.nodes[node.next[0]]
        order = np.zeros(len(INTO), dtype=np.intp)
        order[[INTO.index(kind) if kind in INTO else ON for kind in below.kinds[: _entries(below)]]] = range(
            _entries(below)
        )
        return np.asarray(order[to])

    def _onward(self, rows: Codes, beyond: int = -1) -> Codes:
        """Return where a transition of each row leads, drawn from those beyond a place."""
        chances = self.params.transition[rows]
        # These are copies, since `rows` is an array: θ stays as it is.
        chances[:, : beyond + 1] = 0.0
        ends = np.cumsum(chances, axis=-1)
        # Times the last sum, which is below 1 where ways are closed, and by rounding.
        found = (self.rng.random((len(rows), 1)) * ends[:, -1:] >= ends).sum(axis=-1)
        return np.asarray(found, dtype=np.intp)


def _entries(node: Node) -> int:
    return len(SPLITS[node.kind])


def _sure(chances: Array) -> Array:
    # `choice` refuses a sum that differs from 1 by more than about 1e-8.
    return np.asarray(chances / chances.sum())


def _written(structure: Structure, letters: Codes, inserted: Codes, rng: np.random.Generator) -> Table:
    """Return the table of sequences; inserts hold letters at random."""
    size, marks = len(letters), ""
    # The gap comes last, so that the place −1, for no letter, reads it.
    codes = np.frombuffer((LETTERS + GAP).encode(), dtype=np.uint8)
    parts: list[NDArray[np.uint8]] = []
    for slot, many in enumerate(inserted.T):
        width = int(many.max(initial=0))
        filled = rng.integers(len(LETTERS), size=(size, width))
        parts.append(codes[np.where(np.arange(width) < many[:, None], filled, -1)])
        marks += "~" * width
        if slot < structure.columns:
            parts.append(codes[letters[:, slot, None]])
            marks += structure.brackets[slot].replace(".", ":")
    texts = np.concatenate(parts, axis=1).tobytes().decode()
    aligned = [texts[first : first + len(marks)] for first in range(0, len(texts), len(marks))]
    return Table.from_columns(
        {
            "name": [f"s{i + 1}" for i in range(size)],
            "sequence": [text.replace(GAP, "") for text in aligned],
            "SS_cons": [marks] * size,
            "alignment": aligned,
        }
    ).with_codes(())  # a sequence without a letter is none that is missing
