"""A table model of the first rows of a file."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from emviz.ui.widgets.visible import visible

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex
Cells: TypeAlias = tuple[tuple[str, ...], ...]
ROOT = QModelIndex()
Role = Qt.ItemDataRole

#: Maximum rows, and letters in a cell.
SHOWN = 100


class PreviewModel(QAbstractTableModel):
    """The first rows of a file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hidden: Collection[str] = ()
        self._cells: Cells = ()

    def render(self, cells: Cells, hidden: Collection[str]) -> None:
        """Show other rows, names first; the cells of hidden columns are masked."""
        self.beginResetModel()
        self._cells, self._hidden = cells, hidden
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() or not self._cells else len(self._cells) - 1

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() or not self._cells else len(self._cells[0])

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the text of a cell; hidden labels are masked here too."""
        if role != Role.DisplayRole:
            return None
        row = self._cells[index.row() + 1]
        if self._cells[0][index.column()] in self._hidden:
            return "?"
        return visible(row[index.column()][:SHOWN]) if index.column() < len(row) else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the column names."""
        if role != Role.DisplayRole:
            return None
        return visible(self._cells[0][section]) if orientation == Qt.Orientation.Horizontal else section + 1
