"""The table model of the data."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase

from emviz.data.table import DataError, Table
from emviz.em.columns import columns_read
from emviz.em.model import AnyModel
from emviz.session import Session
from emviz.session.cells import HIDDEN, agree, follows, hidden_columns, sources
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.grid import badge
from emviz.ui.widgets.labels import as_tip
from emviz.ui.widgets.visible import visible

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Role = Qt.ItemDataRole

#: Maximum length of a displayed cell.
SHOWN = 200
#: Rows that are sampled for the column widths.
MEASURED_ROWS, MEASURED_COLUMNS = 40, 50


def fixed_font(beside: QFont) -> QFont:
    """Return a monospaced font, which aligns sequences, of the size of the text beside it."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(beside.pointSizeF())
    return font


def following(derived: str, text: str, sources: str) -> str:
    """Return a sentence about a cell that is derived from others."""
    if agree(text, derived):
        return f"It follows from {sources}: change that, and it changes too."
    return f"The model reads {sources}, from which {derived or 'nothing'} would follow here."


class DataModel(QAbstractTableModel):
    """The current data, including an invalid draft, as a table."""

    edited = Signal(int, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = Table.from_columns({})
        self._names: tuple[str, ...] = ()
        self._model: AnyModel | None = None
        self._read: frozenset[str] = frozenset()
        self._meanings: dict[str, str] = {}
        self._hidden: frozenset[str] = frozenset()
        self._fault: DataError | None = None
        self._theme = LIGHT
        self._plain = self._fixed = QFont()
        self._bold = QFont()

    @property
    def table(self) -> Table:
        """The displayed table."""
        return self._table

    def render(self, session: Session) -> None:
        """Show the data of a session; cells and an open editor are kept if the columns are the same."""
        same = session.draft is self._table
        fault = None if session.unfilled else session.fault
        marks = (hidden_columns(session), fault, session.model)
        if same and marks == (self._hidden, self._fault, self._model):
            return
        self._hidden, self._fault, self._model = marks
        self._meanings = {spec.name: spec.meaning for spec in session.model.columns}
        self._read = columns_read(session.model, session.draft)
        if not same:
            self._replace(session.draft)
        self._repaint()

    def apply_theme(self, theme: Theme, font: QFont) -> None:
        """Apply the colours and the table's font."""
        self._theme, self._plain = theme, font
        self._fixed = fixed_font(font)
        self._bold = fixed_font(font)
        self._bold.setBold(True)
        self._repaint()

    def fault_place(self) -> QModelIndex:
        """Return the bad cell, the first of its row if no column is known, or an invalid index."""
        if self._fault is None or self._fault.row is None or self._fault.row > self._table.rows:
            return ROOT
        name = self._fault.column
        return self.index(self._fault.row - 1, self._names.index(name) if name in self._names else 0)

    @property
    def hidden(self) -> frozenset[str]:
        """The columns whose cells are hidden."""
        return self._hidden

    @property
    def first_read(self) -> int:
        """Index of the first column that the model reads."""
        return next((k for k, name in enumerate(self._names) if name in self._read), 0)

    def reads(self, name: str) -> bool:
        """Return whether the model reads a column."""
        return name in self._read

    def samples(self) -> tuple[tuple[str, str], ...]:
        """Return the names of the first columns, each with its longest sampled text."""
        rows = range(min(MEASURED_ROWS, self._table.rows))
        return tuple(
            (name, max((self._text(row, name) for row in rows), key=len, default=""))
            for name in self._names[:MEASURED_COLUMNS]
        )

    def _replace(self, table: Table) -> None:
        # A reset closes an open cell editor, so it is done only if the columns change.
        if table.names != self._names:
            self.beginResetModel()
            self._table, self._names = table, table.names
            self.endResetModel()
            return
        before, after = self._table.rows, table.rows
        if after > before:
            self.beginInsertRows(ROOT, before, after - 1)
            self._table = table
            self.endInsertRows()
        elif after < before:
            self.beginRemoveRows(ROOT, after, before - 1)
            self._table = table
            self.endRemoveRows()
        self._table = table

    def _repaint(self) -> None:
        if self._table.rows and self._names:
            last = self.index(self._table.rows - 1, len(self._names) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self._table.rows - 1)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._names) - 1)

    def _is_wrong(self, row: int, name: str) -> bool:
        fault = self._fault
        return fault is not None and fault.row == row + 1 and fault.column in (None, name)

    def _text(self, row: int, name: str) -> str:
        return HIDDEN if name in self._hidden else self._table.cell(row, name)

    def _colour(self, row: int, name: str) -> QColor:
        if self._is_wrong(row, name):
            return QColor(self._theme.fault)
        quiet = name not in self._read or name in self._hidden
        return QColor(self._theme.muted if quiet else self._theme.ink)

    def _font(self, row: int, name: str) -> QFont | None:
        if self._is_wrong(row, name):
            return self._bold
        return None if self._table.is_numeric(name) or name in self._hidden else self._fixed

    def _derived(self, row: int, name: str) -> str | None:
        """Return the value that a cell must have because of other cells in its row; None if it is free."""
        if self._model is None or name in self._read:
            return None
        return follows(self._model, self._table, row, name)

    def _mark(self) -> object:
        return badge("!", self._theme.fault, self._theme.card, self._plain)

    def _tip(self, row: int, name: str) -> str | None:
        if self._is_wrong(row, name):
            return str(self._fault)
        if name in self._hidden:
            return "Hidden until it is revealed"
        derived, text = self._derived(row, name), self._text(row, name)
        if derived is not None and self._model is not None:
            return following(derived, text, sources(self._model, self._table))
        return text[: 5 * SHOWN] if len(text) > 8 else None

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else self._table.rows

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._names)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Make every visible cell editable that is not derived from others."""
        row, name = index.row(), self._names[index.column()]
        flags, derived = super().flags(index), self._derived(row, name)
        settled = derived is not None and agree(self._table.cell(row, name), derived)
        return flags if settled or name in self._hidden else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the text or the appearance of a cell."""
        row, name = index.row(), self._names[index.column()]
        match role:
            case Role.DisplayRole:
                return visible(self._text(row, name)[:SHOWN])
            case Role.EditRole:
                return self._text(row, name)
            case Role.ForegroundRole:
                return self._colour(row, name)
            case Role.BackgroundRole:
                return QColor(self._theme.fault_wash) if self._is_wrong(row, name) else None
            case Role.FontRole:
                return self._font(row, name)
            case Role.DecorationRole:
                return self._mark() if self._is_wrong(row, name) else None
            case Role.ToolTipRole:
                return as_tip(self._tip(row, name) or "")
            case Role.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if self._table.is_numeric(name)
                    else Qt.AlignmentFlag.AlignLeft
                )
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Role.EditRole) -> bool:
        """Request a new text for a cell."""
        row, name = index.row(), self._names[index.column()]
        # An unchanged text is not an edit, which would discard the run.
        if role != Role.EditRole or str(value) == self._text(row, name):
            return False
        self.edited.emit(row, name, str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the column names and the row numbers."""
        if orientation == Qt.Orientation.Vertical:
            return self._row_header(section, role)
        name = self._names[section]
        match role:
            case Role.DisplayRole:
                return visible(name)
            case Role.ToolTipRole:
                return as_tip(self._meaning(name))
            case Role.ForegroundRole:
                return QColor(self._theme.ink if name in self._read else self._theme.muted)
        return None

    def _meaning(self, name: str) -> str:
        """Return the meaning of a column, and whether the model reads it."""
        meaning = self._meanings.get(name)
        if name in self._read:
            return f"{name}: {meaning or 'the model reads this column'}"
        unread = "the model does not read this column"
        return f"{name}: {unread}" + (f" here ({meaning})" if meaning else "")

    def _row_header(self, row: int, role: int) -> object:
        wrong = self._fault is not None and self._fault.row == row + 1
        if role == Role.DisplayRole:
            return f"! {row + 1}" if wrong else str(row + 1)
        if role == Role.ToolTipRole:
            return as_tip(str(self._fault)) if wrong else None
        return None
