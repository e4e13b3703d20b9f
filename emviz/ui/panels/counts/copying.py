"""Copying from the count table to a spreadsheet."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from emviz import session as desk
from emviz.em.counts.table import CountTable
from emviz.em.rounding import decimal, with_hyphens
from emviz.session import Session
from emviz.ui.panels.counts.faces import Column, Kind
from emviz.ui.panels.counts.grid import CountGrid
from emviz.ui.panels.counts.view import COPIED, CountView
from emviz.wording.counts import alike_text, share_text

#: Rows that are copied together, and the most for which the window waits.
TOGETHER, FEW = 100, 200


@dataclass(frozen=True)
class Copying:
    """What is to be copied, without anything that changes meanwhile: the background copies many rows.

    Parameters
    ----------
    session : Session
        Its table is copied.
    rows : sequence of (int, int)
        Each chosen row of the view, with the row of the data.
    columns : tuple of Column
        All columns of the view.
    first : CountTable or None
        Rows that show which numbers each column has.
    places : int
        The decimals of a count.
    chosen : tuple of range, range
        The rows and the columns of each part of the selection; none if everything is selected.
    note : str
        What was left out.
    """

    session: Session
    rows: Sequence[tuple[int, int]]
    columns: tuple[Column, ...]
    first: CountTable | None
    places: int
    chosen: tuple[tuple[range, range], ...]
    note: str = ""

    def text(self) -> Generator[float, None, str]:
        """Return the selected numbers, with headings if everything is selected; yields the fraction done."""
        lines = [] if self.chosen else [self._heading()]
        columns = [
            c for c in range(len(self.columns)) if not self.chosen or any(c in own for _, own in self.chosen)
        ]
        for first in range(0, len(self.rows), TOGETHER):
            yield first / len(self.rows)
            some = self.rows[first : first + TOGETHER]
            table = desk.some_rows(self.session, np.array([row for _, row in some], dtype=np.intp))
            lines += [self._line(table, k, place, columns) for k, (place, _) in enumerate(some)]
        return "\n".join(map("\t".join, lines))

    def _line(self, table: CountTable, k: int, place: int, columns: Sequence[int]) -> list[str]:
        return [
            text if self._wanted(place, c) else ""
            for c in columns
            for text in self._bare(table, k, self.columns[c])
        ]

    def _wanted(self, place: int, column: int) -> bool:
        return not self.chosen or any(place in rows and column in own for rows, own in self.chosen)

    def _heading(self) -> list[str]:
        """Return the heading of each number."""
        if self.first is None:
            return []
        return [
            f"{column.heading} {symbol}".strip()
            for column in self.columns
            for symbol in self._parts(self.first, column)
        ]

    def _parts(self, table: CountTable, column: Column) -> tuple[str, ...]:
        """Return the symbols of the numbers in a cell."""
        if column.kind is Kind.OBSERVED and self.first is not None and self.first.brackets is not None:
            return "", "structure"
        return table.groups[column.place].symbols if column.kind is Kind.COUNT else ("",)

    def _bare(self, table: CountTable, place: int, column: Column) -> tuple[str, ...]:
        """Return the numbers of a cell one by one, or its text."""
        if column.kind is Kind.OBSERVED:
            text, brackets = " ".join(with_hyphens(table.observed[place]).split()), table.brackets
            if table.alike is not None and len(table.alike[place]) > 1:
                text += f": {alike_text(table.alike[place], len(table.alike[place]))}"
            return (text,) if brackets is None else (text, brackets[place] if brackets else "")
        if table.shares is None or table.counts is None:
            return ("",) * len(self._parts(table, column))
        if column.kind is Kind.GLANCE:
            return (table.glances[column.place].written(place, self.places + 1),)
        if column.kind is Kind.SHARE:
            return (share_text(table, place, column.place, self.places),)
        counts = table.counts[place, table.spans[column.place]]
        return tuple(decimal(float(count), self.places) for count in counts)


def copying_of(grid: CountGrid) -> Copying | None:
    """Return what copies the selected cells of the rows, and a note if some are left out; None for none."""
    view, model = grid.rows, grid.rows_model
    rows, blocks, many = view.chosen_rows(), model.blocks, model.rowCount()
    if not rows or blocks is None:
        return None
    cut = view.everything and many > COPIED
    note = f"copied the first {COPIED:,} rows; the export has all {many:,}" if cut else ""
    own = [(place, model.row_at(place)) for place in rows]
    return Copying(blocks.session, own, model.columns, model.first, model.places, view.chosen_parts, note)


def copied_totals(view: CountView) -> str:
    """Return the selected totals."""
    indexes = sorted(view.selectedIndexes(), key=lambda index: index.column())
    return "\t".join(str(index.data()) for index in indexes)
