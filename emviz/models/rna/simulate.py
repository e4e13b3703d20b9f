"""Sequences drawn from a covariance model, with their alignment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from emviz.data.table import Table
from emviz.em.numerics import Array
from emviz.em.simulation import draws
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
                pair = draws.chosen(_sure(self.params.pair[field]).ravel(), len(who), self.rng)
                self.letters[who, node.left - 1], self.letters[who, node.right - 1] = np.divmod(
                    pair, len(LETTERS)
                )
            elif kind in ("ML", "MR"):
                column = (node.left if kind == "ML" else node.right) - 1
                self.letters[who, column] = draws.chosen(_sure(self.params.single[field]), len(who), self.rng)

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
        chances = self.params.transition.copy()
        chances[:, : beyond + 1] = 0.0
        ends = np.cumsum(chances, axis=-1)

        def led(part: Codes) -> Codes:
            own = ends[rows[part]]
            # Times the last sum, which is below 1 where ways are closed, and by rounding.
            return np.asarray((self.rng.random((len(part), 1)) * own[:, -1:] >= own).sum(axis=-1))

        return draws.in_blocks(len(rows), led, ends.shape[-1])


def _entries(node: Node) -> int:
    return len(SPLITS[node.kind])


def _sure(chances: Array) -> Array:
    # `choice` refuses a sum that differs from 1 by more than about 1e-8.
    return np.asarray(chances / chances.sum())


def _written(structure: Structure, letters: Codes, inserted: Codes, rng: np.random.Generator) -> Table:
    """Return the table of sequences; inserts hold letters at random."""
    size, marks = len(letters), ""
    parts: list[Codes] = []
    for slot, many in enumerate(inserted.T):
        width = int(many.max(initial=0))
        parts.append(draws.in_blocks(size, partial(_filled, rng, many, width), width))
        marks += "~" * width
        if slot < structure.columns:
            parts.append(letters[:, slot, None])
            marks += structure.brackets[slot].replace(".", ":")
    # The gap comes last, so that the place −1, for no letter, reads it.
    aligned = draws.in_blocks(
        size,
        lambda rows: draws.spelled(LETTERS + GAP, np.concatenate([part[rows] for part in parts], axis=1)),
        len(marks),
    )
    return Table.from_columns(
        {
            "name": draws.numbered("s", np.arange(size)),
            "sequence": draws.in_blocks(
                size, lambda rows: np.strings.replace(aligned[rows], GAP, ""), len(marks)
            ),
            "SS_cons": draws.named((marks,), np.zeros(size, dtype=np.intp)),
            "alignment": aligned,
        }
    ).with_codes(())  # a sequence without a letter is none that is missing


def _filled(rng: np.random.Generator, many: Codes, width: int, rows: Codes) -> Codes:
    """Return random letters for the inserts of some rows at one slot, −1 behind the last one."""
    letters = rng.integers(len(LETTERS), size=(len(rows), width))
    return np.where(np.arange(width) < many[rows, None], letters, -1)
