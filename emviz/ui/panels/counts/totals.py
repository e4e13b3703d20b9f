"""The Qt model of the row of totals."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt

from emviz.em.counts.glances import Portion
from emviz.em.counts.table import Cell, CountCell, CountTable, TotalCell
from emviz.ui.panels.counts.columns import NOWHERE, TOTAL, AnyIndex, CountColumns
from emviz.ui.panels.counts.faces import Column, Face, Kind


class TotalsModel(CountColumns):
    """The row of totals."""

    #: The column with the word "total".
    _word_at = 0

    def show_word(self, at: int) -> None:
        """Write the word "total" in a column, which must be visible and have no total."""
        if at != self._word_at:
            self._word_at = at
            self._forget_faces()

    def number(self, row: int, column: Column) -> Cell | None:
        """Return the total in a cell, or None."""
        if column.kind is Kind.GLANCE:
            return self._total_of(column)
        return TotalCell(column.place) if column.kind is Kind.COUNT else None

    def _total_of(self, column: Column) -> TotalCell | None:
        """Return the total of a glance column's counts, or None."""
        cell = self._derived(column, 0)
        return TotalCell(cell.group) if isinstance(cell, CountCell) else None

    def has_total(self, column: Column) -> bool:
        """Return whether a column has a total after the E-step."""
        if column.kind is Kind.GLANCE and self.first is not None:
            return self.first.glances[column.place].sums is not None
        return column.kind is Kind.COUNT

    def index_of(self, cell: Cell) -> QModelIndex:
        """Return the index of a total."""
        if not isinstance(cell, TotalCell):
            return NOWHERE
        return (
            self.index(0, len(self.columns) - len(self.first.groups) + cell.group) if self.first else NOWHERE
        )

    def _framed(self, row: int, column: Column) -> tuple[bool, bool]:
        """Return the marks of a cell, which only totals have."""
        return super()._framed(row, column) if self.has_total(column) else (False, False)

    def settled(self, row: int, column: Column) -> Face:
        """Return the face of a total, which is lit once the M-step has used it."""
        assert self.blocks is not None
        table, k = self.first, column.place
        if table is None or table.totals is None:
            return Face("")
        if column.kind is Kind.GLANCE and self.has_total(column):
            return self._glance_total(table, column)
        if column.kind is not Kind.COUNT:
            return Face(TOTAL if self.columns[self._word_at] is column else "")
        return replace(self._counted(table, column, table.totals[table.spans[k]]), lit=bool(table.updates))

    def _glance_total(self, table: CountTable, column: Column) -> Face:
        glance, lit = table.glances[column.place], bool(table.updates)
        pictured = Face("", column.component, lit=lit, glance=glance)
        if not isinstance(glance, Portion):
            return pictured
        return Face(self.face_text(pictured), column.component, lit=lit)

    def spoken(self, row: int, column: Column) -> str:
        """Return the text that a screen reader reads for a total."""
        text = self.face_text(self.face(row, column))
        return f"total of {column.heading}: {text}" if text and self.has_total(column) else text

    # -- Qt overrides

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column; the row itself has none."""
        return (
            super().headerData(section, orientation, role)
            if orientation == Qt.Orientation.Horizontal
            else None
        )

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Return 1, or 0 without data."""
        return 0 if parent.isValid() or self.blocks is None else 1
