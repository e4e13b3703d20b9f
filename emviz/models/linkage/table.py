"""The count table of linkage: its columns, and the derivation of each share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import given, people_line
from emviz.em.counts.sharing import Sharing
from emviz.em.counts.table import Group, Line, Tag, Update
from emviz.em.families.categories import Categories
from emviz.em.model import Rows
from emviz.em.numerics import Array, xlogy
from emviz.models.linkage.data import (
    CELLS,
    NAMES,
    SIDE_OF,
    SIDES,
    WRITTEN,
    LinkageCounts,
    LinkageParams,
)


class LinkageLedger(Sharing[Categories, LinkageParams, LinkageCounts]):
    """Cell 1 shared between its classes, and the side of each class."""

    kind = "class"
    heading: ClassVar[str] = "cell"
    added = "The exact counts of all cells are added, and rounded only for display."
    completions: ClassVar[tuple[Tag, ...]] = tuple(map(Tag, NAMES, (2, 0, 1)))
    each: ClassVar[tuple[str, ...]] = ("animals",)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The animals of each side."""
        return tuple(Group(side, k, self.each) for k, side in enumerate(SIDES))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the cells and their animals."""
        pairs = zip(self.data.place[rows], self.data.count[rows], strict=True)
        return tuple(f"{CELLS[cell]}: {count:.0f}" for cell, count in pairs)

    def amounts(self, rows: Rows) -> Array:
        """Return the animals of a row, on the side of each of its classes."""
        belongs = SIDE_OF[self.data.place[rows]][:, :, None] == np.arange(len(SIDES))
        return np.asarray(belongs * self.data.count[rows, None, None])

    def totals(self, counts: LinkageCounts) -> Array:
        """Return the animals of each side."""
        return counts.animals

    def updates(self, counts: LinkageCounts, found: LinkageParams) -> tuple[Update, ...]:
        """Return π = animals for π / (animals for π and for 1 − π)."""
        in_favour, against, _ = counts.animals.tolist()
        return (Update("π", 0, in_favour, (in_favour, against), float(found.pi)),)

    def group_words(self, group: int) -> str:
        """Return the side."""
        return SIDES[group]

    def share_component(self, row: int, place: int) -> int:
        """Return the colour of the side for which a class is counted."""
        return max(0, *self.leads_to(row, place))

    def denied(self, row: int, place: int) -> Line | None:
        """Return the line on a class that a cell does not have."""
        cell = self.data.place[row]
        if SIDE_OF[cell, place] >= 0:
            return None
        words = f"Cell {CELLS[cell]} has probability {WRITTEN[cell]}: it has no such part."
        return Line(rf"{self.letter}({_written(place)}) = 0", words)

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the side of a class."""
        return (int(SIDE_OF[self.data.place[row], place]),)

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the probability of a class of cell 1, relative to the cell; the others hide nothing."""
        cell = self.data.place[row]
        if cell:
            words = f"Cell {CELLS[cell]} is one class of probability {WRITTEN[cell]}: nothing is hidden."
            yield Line(rf"{self.letter}({_written(place)}) = 1", words)
            return
        pi = float(self.params.pi)
        logs = xlogy(1.0, np.array([0.5, pi / 4])).tolist()
        asked = f"E-step: how probable the part {NAMES[place]} is, against the whole of cell 1 (Bayes)."
        yield from self.bayes(row, place, ("1/2", f"{given(pi, places + 1)}/4"), logs, asked, places)

    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line on the animals counted for a side."""
        (side,) = self.leads_to(row, place)
        words = f"So this share of the animals in the cell is counted {SIDES[side]}."
        return people_line(share, float(self.data.count[row]), places, "animals", words, self.state.whole)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on the class of a cell that is counted for a side."""
        cell = self.data.place[row]
        classes = np.flatnonzero(SIDE_OF[cell] == group).tolist()
        if not classes:
            yield Line(r"0\,\mathrm{animals}", f"No animal of cell {CELLS[cell]} is counted {SIDES[group]}.")
        for place in classes:
            yield from self.share_lines(row, place, places)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line: both sides."""
        return (0, 1)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the total of a side, and the M-step if that side enters it."""
        yield from self.sums([group], places)
        if group < 2:
            yield from self.ratios([0], places)
        else:
            words = "The class 1/2 has the same probability for every π, so it carries no information."
            yield Line(r"\frac{d}{dπ} \log \frac{1}{2} = 0", words)


def _written(place: int) -> str:
    """Return the name of a class as LaTeX."""
    return rf"\mathrm{{{NAMES[place]}}}".replace(" ", r"\ ")
