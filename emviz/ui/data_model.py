"""The data as rows and columns on the screen, and what can be done to them as edits of the session."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QColor, QFont, QFontDatabase

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.model import Rows
from emviz.session import Session
from emviz.ui.grid import badge, small_font
from emviz.ui.theme import LIGHT, Theme

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Role = Qt.ItemDataRole

#: What stands in a cell whose label is not revealed; in a file it says that the label is not known.
HIDDEN = "?"
#: Letters of a cell that are shown.
SHOWN = 200
EDITED = "edited: "
#: Cells that tell how wide a column should be.
MEASURED_ROWS, MEASURED_COLUMNS = 40, 50


# -- edits of the session ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A rectangle of cells: its first and last row and column, counted from 0."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def cells(self) -> int:
        """The number of cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


def hidden_column(session: Session) -> str | None:
    """Return the column whose cells are not to be shown now, if the data have it."""
    label = session.model.label_column
    return None if session.display.revealed or label not in session.draft else label


def with_cell(session: Session, row: int, name: str, text: str) -> Session:
    """Return the session with one cell of its data changed."""
    return _with_table(session, session.draft.with_cell(row, name, text).retyped())


def with_row(session: Session, at: int) -> Session:
    """Return the session with an empty row before row `at`, or at the end where there are fewer."""
    return _with_table(session, session.draft.with_rows(min(at, session.draft.rows), [{}]))


def without_rows(session: Session, blocks: Sequence[Block]) -> Session:
    """Return the session without the rows of these blocks."""
    indices = chain.from_iterable(range(block.top, block.bottom + 1) for block in blocks)
    return _with_table(session, session.draft.without_rows(indices).retyped())


def with_pasted(session: Session, row: int, column: int, cells: Sequence[Sequence[str]]) -> Session:
    """Return the session with a block of cells put over those that begin at a place; rows grow as needed.

    A first line that repeats the names of the columns is left out.

    Raises
    ------
    DataError
        Where the block is wider than what is left of the table, or goes over labels that are hidden.
    """
    table = session.draft
    width = max(map(len, cells), default=0)
    names = table.names[column : column + width]
    if width > len(names):
        raise DataError(f"the clipboard has {width} columns, and only {len(names)} fit from here on")
    if tuple(cells[0]) == names:
        cells = cells[1:]
    return _with_table(session, _overlaid(table, row, names, cells, hidden_column(session)).retyped())


def _with_table(session: Session, table: Table) -> Session:
    source = session.draft_source or session.source
    return desk.set_table(session, table, source if source.startswith(EDITED) else EDITED + source)


def _overlaid(
    table: Table, row: int, names: Sequence[str], cells: Sequence[Sequence[str]], hidden: str | None
) -> Table:
    grown = table.with_rows(table.rows, [{}] * max(0, row + len(cells) - table.rows))
    for place, name in enumerate(names):
        texts: list[str] = grown.texts(name).tolist()
        pasted = [line[place] if place < len(line) else "" for line in cells]
        if name == hidden:
            pasted = _unseen(pasted, texts[row : row + len(cells)], table.rows - row, name)
        texts[row : row + len(cells)] = pasted
        grown = grown.with_column(name, texts)
    return grown


def _unseen(pasted: list[str], present: list[str], rows: int, name: str) -> list[str]:
    """Return what may be pasted over hidden labels: "?" leaves each as it is."""
    if any(text != HIDDEN for text in pasted[: max(0, rows)]):
        raise DataError(
            "reveal the column first; pasting would change labels that cannot be seen", column=name
        )
    return [old if old and new == HIDDEN else new for new, old in zip(pasted, present, strict=True)]


# -- the clipboard -------------------------------------------------------------------------------------------


def clip_text(table: Table, blocks: Sequence[Block], hidden: str | None) -> str:
    """Return the selected cells as tab-separated lines; what lies between them is empty.

    Parameters
    ----------
    blocks : sequence of Block
        The selection.
    hidden : str or None
        A column of which only "?" may leave the table.
    """
    rows = np.flatnonzero(_taken(table, blocks))
    places = sorted({place for block in blocks for place in range(block.left, block.right + 1)})
    columns = [_clipped(table, blocks, rows, place, hidden) for place in places]
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(zip(*columns, strict=True))
    return text.getvalue()


def _clipped(table: Table, blocks: Sequence[Block], rows: Rows, place: int, hidden: str | None) -> list[str]:
    name = table.names[place]
    texts: list[str] = [HIDDEN] * len(rows) if name == hidden else table.texts(name)[rows].tolist()
    taken = _taken(table, [block for block in blocks if block.left <= place <= block.right])[rows]
    for between in np.flatnonzero(~taken).tolist():
        texts[between] = ""
    return texts


def _taken(table: Table, blocks: Sequence[Block]) -> NDArray[np.bool]:
    taken = np.zeros(table.rows, dtype=np.bool)
    for block in blocks:
        taken[block.top : block.bottom + 1] = True
    return taken


def with_copied(session: Session, table: Table, blocks: Sequence[Block], copied: SignalInstance) -> Session:
    """Return the session as it is, and tell the text of many cells to whoever copies them."""
    copied.emit(clip_text(table, blocks, hidden_column(session)))
    return session


# -- what is shown -------------------------------------------------------------------------------------------


def fixed_font() -> QFont:
    """Return the font in which sequences stand letter under letter, as large as any text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(small_font().pointSizeF())
    return font


class DataModel(QAbstractTableModel):
    """The draft of the session as a table."""

    edited = Signal(int, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = Table.from_columns({})
        self._names: tuple[str, ...] = ()
        self._read: frozenset[str] = frozenset()
        self._meanings: dict[str, str] = {}
        self._hidden: str | None = None
        self._fault: DataError | None = None
        self._theme = LIGHT
        self._fixed = QFont()
        self._bold = QFont()

    @property
    def table(self) -> Table:
        """The table on the screen."""
        return self._table

    def render(self, session: Session) -> None:
        """Show the draft of the session; cells and an open editor are kept where the columns are the same."""
        same = session.draft is self._table
        marks = (hidden_column(session), session.fault)
        if same and marks == (self._hidden, self._fault):
            return
        self._hidden, self._fault = marks
        self._meanings = {spec.name: spec.meaning for spec in session.model.columns}
        if not same:
            self._replace(session.draft)
        self._repaint()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        self._theme = theme
        self._fixed = fixed_font()
        self._bold = fixed_font()
        self._bold.setBold(True)
        self._repaint()

    def fault_place(self) -> QModelIndex:
        """Return the wrong cell, the first of its row where no column is known, or no place."""
        if self._fault is None or self._fault.row is None or self._fault.row > self._table.rows:
            return ROOT
        name = self._fault.column
        return self.index(self._fault.row - 1, self._names.index(name) if name in self._names else 0)

    @property
    def hidden(self) -> str | None:
        """The column whose cells are not shown."""
        return self._hidden

    def place(self, row: int) -> QModelIndex:
        """Return the cell of a row that the model reads first."""
        read = [k for k, name in enumerate(self._names) if name in self._meanings]
        return self.index(row, read[0] if read else 0)

    def samples(self) -> tuple[tuple[str, str], ...]:
        """Return the names of the first columns, each with the longest of its first cells as shown."""
        rows = range(min(MEASURED_ROWS, self._table.rows))
        return tuple(
            (name, max((self._text(row, name) for row in rows), key=len, default=""))
            for name in self._names[:MEASURED_COLUMNS]
        )

    def _replace(self, table: Table) -> None:
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
        return HIDDEN if name == self._hidden else self._table.cell(row, name)

    def _colour(self, row: int, name: str) -> QColor:
        if self._is_wrong(row, name):
            return QColor(self._theme.fault)
        quiet = name not in self._meanings or name == self._hidden
        return QColor(self._theme.muted if quiet else self._theme.ink)

    def _font(self, row: int, name: str) -> QFont | None:
        if self._is_wrong(row, name):
            return self._bold
        return None if self._table.is_numeric(name) or name == self._hidden else self._fixed

    def _mark(self) -> object:
        return badge("!", self._theme.fault, self._theme.card, small_font())

    def _tip(self, row: int, name: str) -> str | None:
        if self._is_wrong(row, name):
            return str(self._fault)
        if name == self._hidden:
            return "Hidden until it is revealed"
        text = self._text(row, name)
        return text[: 5 * SHOWN] if len(text) > 8 else None

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else self._table.rows

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._names)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let every cell be edited that can be seen."""
        flags = super().flags(index)
        hidden = self._names[index.column()] == self._hidden
        return flags if hidden else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the text of a cell, or how it looks."""
        row, name = index.row(), self._names[index.column()]
        match role:
            case Role.DisplayRole:
                return self._text(row, name)[:SHOWN]
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
                return self._tip(row, name)
            case Role.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if self._table.is_numeric(name)
                    else Qt.AlignmentFlag.AlignLeft
                )
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Role.EditRole) -> bool:
        """Ask for another text in a cell."""
        row, name = index.row(), self._names[index.column()]
        if role != Role.EditRole or str(value) == self._text(row, name):
            return False
        self.edited.emit(row, name, str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the names of the columns above, the numbers of the rows at the left."""
        if orientation == Qt.Orientation.Vertical:
            return self._row_header(section, role)
        name = self._names[section]
        match role:
            case Role.DisplayRole:
                return name
            case Role.ToolTipRole:
                return f"{name}: {self._meanings.get(name, 'the model does not read this column')}"
            case Role.ForegroundRole:
                return QColor(self._theme.ink if name in self._meanings else self._theme.muted)
        return None

    def _row_header(self, row: int, role: int) -> object:
        wrong = self._fault is not None and self._fault.row == row + 1
        if role == Role.DisplayRole:
            return f"! {row + 1}" if wrong else str(row + 1)
        if role == Role.ToolTipRole:
            return str(self._fault) if wrong else None
        return None
