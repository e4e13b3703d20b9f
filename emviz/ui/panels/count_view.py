"""The count table on the screen: rows that scroll, and totals below them that never scroll out of sight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionRange, QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QVBoxLayout, QWidget

from emviz.em.views import CountTable
from emviz.ui.panels.count_blocks import Blocks
from emviz.ui.panels.count_delegate import CountDelegate, CountHeader
from emviz.ui.panels.count_model import CountColumns, CountModel, TotalsModel
from emviz.ui.panels.count_widths import Width, column_widths, spread, text_width
from emviz.ui.theme import Theme

#: Heights of a row, in heights of the font: where room is short, and where there is plenty.
TIGHT, ROOMY = 1.3, 2.3
#: Heights of the headings in one line and in two, in heights of the font.
HEADING, HEADINGS = 1.45, 2.4
#: Rows that a copy of the whole table takes at once; the export has them all.
COPIED = 20_000


class CountView(QTableView):
    """A table whose cells can be picked and copied, a million rows or five."""

    picked = Signal(QModelIndex)
    copy_requested = Signal()

    def __init__(self, model: CountColumns, totals: bool, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.delegate = CountDelegate(totals, self)
        #: The share of the height, from the top, that a step has painted again.
        self.share = 1.0
        self.headings = CountHeader(Qt.Orientation.Horizontal, self)
        self.numbers = CountHeader(Qt.Orientation.Vertical, self)
        self.setHorizontalHeader(self.headings)
        self.setVerticalHeader(self.numbers)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(name)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumSize(1, 1)
        self.clicked.connect(self._pick)

    @property
    def everything(self) -> bool:
        """Whether all rows are selected; Qt's own selection of a million rows would take seconds."""
        return self.delegate.everything

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.delegate.theme = theme
        self.headings.apply_theme(theme)
        self.numbers.apply_theme(theme)
        self.setStyleSheet(
            f"QTableView, QHeaderView {{ background: {theme.card}; border: none; outline: none; }}"
            f"QTableCornerButton::section {{ background: {theme.card}; border: none; }}"
        )

    def set_growth(self, growth: float) -> None:
        """Paint what has just changed, so far into its motion."""
        self.delegate.growth = growth
        self.repaint_rows(0, self.share)

    def repaint_rows(self, first: float, last: float) -> None:
        """Have rows painted again, from one share of the height to another.

        What was observed does not change, and its letters are the dearest to paint.
        """
        area = self.viewport().rect()
        left, top, bottom = (
            self.columnViewportPosition(1),
            int(first * area.height()),
            int(last * area.height()),
        )
        self.viewport().update(area.adjusted(left, top, 0, bottom - area.height()))

    def set_everything(self, everything: bool) -> None:
        """Select all rows, or none of them in this way."""
        if everything != self.delegate.everything:
            self.delegate.everything = everything
            self.viewport().update()

    def chosen_rows(self) -> Sequence[int]:
        """Return the rows with a selected cell, in order, as many as a copy takes."""
        if self.everything:
            return range(min(COPIED, self.model().rowCount()))
        ranges = [range(part.top(), part.bottom() + 1) for part in self._parts()]
        if len(ranges) == 1:
            return ranges[0][:COPIED]
        return list(islice(sorted(set().union(*ranges)), COPIED))

    def is_chosen(self, row: int, column: int) -> bool:
        """Return whether a cell is selected."""
        if self.everything:
            return True
        index = self.model().index(row, column)
        return any(part.contains(index) for part in self._parts())

    def choose_nothing(self) -> None:
        """Give up the selection."""
        self.clearSelection()
        self.set_everything(False)

    def _parts(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(place) for place in range(selection.count())]

    @Slot(QModelIndex)
    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(index)

    # -- Qt overrides

    def selectAll(self) -> None:
        """Select all rows without naming each of them to Qt."""
        self.clearSelection()
        self.set_everything(True)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Give up the selection of everything when something is selected."""
        if not selected.isEmpty():
            self.set_everything(False)
        super().selectionChanged(selected, deselected)

    def event(self, event: QEvent) -> bool:
        """Claim the keys of copying before the window's shortcuts do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            standard = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
            if any(event.matches(key) for key in standard):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter picks the current cell; the keys of copying copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a number that can be picked."""
        super().mouseMoveEvent(event)
        model = self.model()
        assert isinstance(model, CountColumns)
        if model.cell(self.indexAt(event.position().toPoint())) is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)


class CountGrid(QWidget):
    """Rows above, totals below, their columns aligned, and one scroll bar for both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model, self.totals_model = CountModel(self), TotalsModel(self)
        self.rows = CountView(self.rows_model, False, "Expected counts", self)
        self.totals = CountView(self.totals_model, True, "Totals of the expected counts", self)
        self._widths: tuple[Width, ...] = ()
        self._row_height = 1
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.totals.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.totals.headings.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.rows, 1)
        self._layout.addWidget(self.totals)
        self.totals.horizontalScrollBar().valueChanged.connect(self.rows.horizontalScrollBar().setValue)
        self.rows.horizontalScrollBar().valueChanged.connect(self.totals.horizontalScrollBar().setValue)

    def show_blocks(self, blocks: Blocks) -> None:
        """Show another session."""
        self.rows_model.show(blocks)
        self.totals_model.show(blocks)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.rows.apply_theme(theme)
        self.totals.apply_theme(theme)

    def set_growth(self, growth: float) -> None:
        """Move the bars and the wash of what is new."""
        self.rows_model.set_growth(growth)
        self.rows.set_growth(growth)
        self.totals.set_growth(growth)

    def measure(self, filled: CountTable) -> None:
        """Find the least width of each column, from the font, the decimals, and the largest numbers.

        Parameters
        ----------
        filled : CountTable
            The table as an M-step leaves it, with any rows.
        """
        blocks = self.rows_model.blocks
        if blocks is None:
            return
        number = text_width(self, str(blocks.rows), heavy=False)
        for view in (self.rows, self.totals):
            view.numbers.setFixedWidth(number)
            view.updateGeometries()
        self._widths = column_widths(self, blocks, filled)
        parts = {place: width.parts for place, width in enumerate(self._widths) if width.parts}
        for view in (self.rows, self.totals):
            view.delegate.parts = view.headings.parts = parts
        self._spread()

    def set_row_height(self, height: int) -> None:
        """Make each row so high, and the totals with them."""
        self._row_height = height
        self.rows.headings.setFixedHeight(self.heading_height)
        for view in (self.rows, self.totals):
            if view.numbers.defaultSectionSize() != height:
                view.numbers.setMinimumSectionSize(height)
                view.numbers.setDefaultSectionSize(height)
        self._spread()

    def row_height_for(self, room: int) -> int:
        """Return the height of a row where the table has so much room: more for few rows."""
        font = self.fontMetrics().height()
        rows = max(1, self.rows_model.rowCount())
        fitting = (room - self.heading_height - self._bar_height) // (rows + 1)
        return int(min(ROOMY * font, max(TIGHT * font, fitting)))

    def height_for(self, row_height: int) -> int:
        """Return the height at which every row is in sight."""
        rows = self.rows_model.rowCount()
        return self.heading_height + rows * row_height + self._totals_height(row_height)

    @property
    def heading_height(self) -> int:
        """The height of the headings: of two lines where units stand in the second."""
        model = self.rows_model
        units = any(model.units(column) for column in model.columns)
        return int((HEADINGS if units else HEADING) * self.fontMetrics().height())

    @property
    def tight_height(self) -> int:
        """The height at which all rows are in sight, if close together."""
        return self.height_for(self.row_height_for(0))

    @property
    def some_height(self) -> int:
        """The height below which not even a few rows are in sight."""
        return min(self.tight_height, self.least_height + 4 * self.row_height_for(0))

    @property
    def least_height(self) -> int:
        """The height below which not one row is in sight."""
        tight = self.row_height_for(0)
        return self.heading_height + tight + self._totals_height(tight)

    @property
    def least_width(self) -> int:
        """The width below which the columns scroll."""
        return sum(width.least for width in self._widths) + self.rows.numbers.width()

    def _needs_bars(self) -> tuple[bool, bool]:
        """Return whether the rows and whether the columns have to scroll.

        Left to itself each bar can be the only reason for the other.
        """
        rows = self.heading_height + (self.rows_model.rowCount() + 1) * self._row_height
        across, down = self.rows.verticalScrollBar().sizeHint(), self.totals.horizontalScrollBar().sizeHint()
        columns_scroll = self.least_width > self.width()
        rows_scroll = self.height() < rows + (down.height() if columns_scroll else 0)
        columns_scroll = self.least_width > self.width() - (across.width() if rows_scroll else 0)
        return self.height() < rows + (down.height() if columns_scroll else 0), columns_scroll

    def _totals_height(self, row_height: int) -> int:
        return row_height + self._bar_height

    @property
    def _bar_height(self) -> int:
        """The height of the bar that scrolls the columns, where they have to."""
        bar = self.totals.horizontalScrollBar().sizeHint().height()
        return bar if self.least_width > self.width() else 0

    def _spread(self) -> None:
        """Share out the room: the bars that are needed, then the columns."""
        rows_scroll, columns_scroll = self._needs_bars()
        always, never = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.rows.setVerticalScrollBarPolicy(always if rows_scroll else never)
        self.totals.setHorizontalScrollBarPolicy(always if columns_scroll else never)
        beside = self.rows.verticalScrollBar().sizeHint().width() if rows_scroll else 0
        below = self.totals.horizontalScrollBar().sizeHint().height() if columns_scroll else 0
        room = max(1, self.width() - beside)
        self.totals.setMaximumWidth(room)
        self.totals.setFixedHeight(self._row_height + below)
        for place, width in enumerate(spread(self._widths, room - self.rows.numbers.width())):
            self.rows.setColumnWidth(place, width)
            self.totals.setColumnWidth(place, width)
        for view in (self.rows, self.totals):
            view.updateGeometries()

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the new width."""
        super().resizeEvent(event)
        self._spread()

    def sizeHint(self) -> QSize:
        """Return the size at which every column and row is in sight."""
        return QSize(self.least_width, self.height_for(self._row_height))

    def minimumSizeHint(self) -> QSize:
        """Return a size at which one row is in sight; the columns may scroll."""
        return QSize(80, self.heading_height + 2 * self.row_height_for(0))
