"""The ranked table of optima; a row opens its run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.opening.preview_model import ROOT, AnyIndex
from emviz.ui.starts.looks import colour_of
from emviz.ui.starts.rows import Row
from emviz.ui.widgets.grid import Grid, badge, small_font
from emviz.ui.widgets.labels import as_tip
from emviz.ui.widgets.scripted import ScriptedCells
from emviz.ui.widgets.visible import visible

Role = Qt.ItemDataRole
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
#: Rows shown without scrolling, and pixels between columns.
ROWS, GAP = 6, 18
#: Centred columns, and the column with a long text; the others are right-aligned.
MIDDLE, LONG = (4, 5), 6
TIPS = (
    "How many runs ended there",
    "The best value reached there",
    "In how many orders of the components it was reached; they are the same solution",
    "The median number of iterations",
    "A maximum, a saddle, a ridge or the border; determined for the best ones at the end",
    "The seed of the best run's θ(0)",
    "θ at the end of that run",
)


class OptimaModel(QAbstractTableModel):
    """One row per optimum, then rows for runs without one."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._headings = headings
        self._theme: Theme = LIGHT

    def show_rows(self, rows: list[Row]) -> None:
        """Show other rows; the selection stays if their number does."""
        # A reset would drop the selection and scroll back to the top.
        if len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._headings) - 1))
                self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(rows) - 1)
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self._theme = theme
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(0, len(self.rows) - 1))

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns; the ranks are in the vertical header."""
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return a cell; numbers are right-aligned."""
        row = self.rows[index.row()]
        if role == Role.TextAlignmentRole:
            return _aligned(index.column())
        if role == Role.ToolTipRole:
            return as_tip(row.cells[LONG] if index.column() == LONG else row.sentence)
        if role == Role.AccessibleDescriptionRole:
            return row.sentence
        return visible(row.cells[index.column()]) if role == Role.DisplayRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the headings, and the rank of each row in the colour of its optimum."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.TextAlignmentRole:
                return _aligned(section)
            return {Role.DisplayRole: self._headings[section], Role.ToolTipRole: TIPS[section]}.get(
                Role(role)
            )
        row = self.rows[section]
        if role == Role.DecorationRole and row.rank is not None:
            return badge(row.name, colour_of(row.rank, self._theme), self._theme.card, small_font())
        return row.name if role == Role.DisplayRole and row.rank is None else None


class OptimaTable(Grid):
    """The table; a click on a row, or Enter, requests its run."""

    #: The chosen row.
    chosen = Signal(object)

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__("optimaTable", "Distinct optima, the best first")
        self.optima = OptimaModel(headings, self)
        self.setModel(self.optima)
        self.setItemDelegate(ScriptedCells(self))
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.clicked.connect(self._choose)

    def show_rows(self, rows: list[Row]) -> None:
        """Show other rows, and fit the columns."""
        self.optima.show_rows(rows)
        self.resizeColumnsToContents()
        for column in range(LONG):
            self.setColumnWidth(column, self.columnWidth(column) + GAP)

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.fit_rows()
        self.optima.apply_theme(theme)
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Return room for a few rows."""
        rows = ROWS * self.verticalHeader().defaultSectionSize()
        high = rows + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2
        return QSize(super().sizeHint().width(), high)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Treat Enter as a click on the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _choose(self, index: AnyIndex) -> None:
        self.chosen.emit(self.optima.rows[index.row()])


def _aligned(column: int) -> int:
    if column == LONG:
        return LEFT
    return CENTRE if column in MIDDLE else RIGHT
