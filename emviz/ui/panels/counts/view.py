"""The table view of the counts, whose cells can be picked, navigated and copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from emviz.ui.commands.keys import STEPPING, STRIDES, is_alone, is_with_ctrl
from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.cell_painter import CellPainter, Seen
from emviz.ui.panels.counts.columns import CountColumns
from emviz.ui.panels.counts.header import CountHeader

#: Most rows that are copied at once; the export has them all.
COPIED = 20_000


class CountView(QTableView):
    """A table view that stays fast with a million rows.

    The keys that step EM work here too: Up and Down move by a row, Ctrl with an arrow moves by a cell.
    """

    picked = Signal(QModelIndex)
    #: Mouse or keyboard have made this cell the current one.
    moved = Signal(QModelIndex)
    #: Up or Down past the first or the last row, in a column.
    left = Signal(int, int)
    copy_requested = Signal()
    #: Number of pages of columns that the wheel asks for.
    turned = Signal(int)

    def __init__(self, model: CountColumns, totals: bool, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells, self._totals = CellPainter(totals), totals
        #: The part of the height, from the top, that the current turn repaints.
        self.share = 1.0
        #: The part that the last turn repainted; the rest may be outdated.
        self._done = 1.0
        self.headings = CountHeader(Qt.Orientation.Horizontal, self)
        self.numbers = CountHeader(Qt.Orientation.Vertical, self)
        self.setHorizontalHeader(self.headings)
        self.setVerticalHeader(self.numbers)
        self.setModel(model)
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
        self.numbers.sectionClicked.connect(self._report_moved)

    @property
    def everything(self) -> bool:
        """Whether all rows are selected, as a flag: selecting a million rows in Qt takes seconds."""
        return self.cells.everything

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.cells.apply_theme(theme)
        self.headings.apply_theme(theme)
        self.numbers.apply_theme(theme)
        self.setStyleSheet(
            f"QTableView, QHeaderView {{ background: {theme.card}; border: none; outline: none; }}"
            f"QTableCornerButton::section {{ background: {theme.card}; border: none; }}"
        )

    def set_growth(self, growth: float) -> None:
        """Set the progress of the animation, 0 … 1."""
        self.cells.growth = growth
        self.repaint_rows(0, self.share)
        self._done = self.share

    def repaint_left(self) -> None:
        """Repaint the rows that the last turn has left out."""
        if self._done < 1:
            self.repaint_rows(self._done, 1)
            self._done = 1.0

    def repaint_rows(self, first: float, last: float) -> None:
        """Repaint the rows between two parts of the height, 0 … 1.

        The first column is left out, since observations do not change and are the slowest to paint; for the
        totals it is repainted, since it may hold the word "total".
        """
        area = self.viewport().rect()
        left, top, bottom = (
            0 if self._totals else self.columnViewportPosition(1),
            int(first * area.height()),
            int(last * area.height()),
        )
        self.viewport().update(area.adjusted(left, top, 0, bottom - area.height()))

    def repaint_each(self, rows: Iterable[int]) -> None:
        """Repaint some rows."""
        for row in rows:
            area = QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))
            self.viewport().update(area)

    def show_label(self, level: int) -> None:
        """Shorten the row labels and their heading to a level; 0 is unshortened."""
        if level != self.cells.level:
            self.cells.level = self.headings.level = level
            self.viewport().update()
            self.headings.viewport().update()

    def set_everything(self, everything: bool) -> None:
        """Set or clear the flag that all rows are selected."""
        if everything != self.cells.everything:
            self.cells.everything = everything
            self.viewport().update()

    def chosen_rows(self) -> Sequence[int]:
        """Return the rows with a selected cell, in order, at most `COPIED`."""
        if self.everything:
            return range(min(COPIED, self.model().rowCount()))
        ranges = [range(part.top(), part.bottom() + 1) for part in self._parts()]
        if len(ranges) == 1:
            return ranges[0][:COPIED]
        return list(islice(sorted(set().union(*ranges)), COPIED))

    @property
    def chosen_parts(self) -> tuple[tuple[range, range], ...]:
        """The rows and the columns of each part of the selection; none if all rows are selected."""
        parts = () if self.everything else self._parts()
        return tuple(
            (range(each.top(), each.bottom() + 1), range(each.left(), each.right() + 1)) for each in parts
        )

    def choose_nothing(self) -> None:
        """Clear the selection."""
        self.clearSelection()
        self.set_everything(False)

    def go_to(self, index: QModelIndex) -> None:
        """Make a cell the current one and the only one selected, regardless of modifier keys."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def go_to_number(self) -> None:
        """If the current cell is not a number, go to the first number to its right."""
        here, model = self.currentIndex(), self.model()
        assert isinstance(model, CountColumns)
        beside = (here.siblingAtColumn(c) for c in range(max(here.column(), 0), model.columnCount()))
        self.go_to(next((index for index in beside if model.cell(index) is not None), here))

    def _parts(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(place) for place in range(selection.count())]

    @Slot(QModelIndex)
    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(index)

    @Slot()
    def _report_moved(self) -> None:
        if self.currentIndex().isValid():
            self.moved.emit(self.currentIndex())

    def _stride(self, rows: int, columns: int) -> None:
        """Go to a neighbouring cell; past the first or the last row, emit `left`."""
        here, model = self.currentIndex(), self.model()
        if not here.isValid():
            self.go_to(model.index(0, 0))
            return
        row, column = here.row() + rows, here.column() + columns
        if not 0 <= row < model.rowCount():
            self.left.emit(rows, here.column())
        elif 0 <= column < model.columnCount():
            self.go_to(model.index(row, column))

    @property
    def places_in_sight(self) -> Iterator[int]:
        """The places of the rows in sight."""
        return self._rows_in(self.viewport().rect())

    # -- painting

    def _rows_in(self, area: QRect) -> Iterator[int]:
        """Yield the rows that are seen in an area."""
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        rows = self.model().rowCount()
        if first >= 0:
            yield from range(first, rows if last < 0 else last + 1)

    def _columns_in(self, area: QRect) -> Iterator[tuple[int, int, int]]:
        """Yield the columns visible in an area, each with its left end and its width in pixels."""
        for column in range(self.model().columnCount()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if width and left <= area.right() and left + width > area.left():
                yield column, left, width

    def _cells_of(self, row: int, columns: Iterable[tuple[int, int, int]]) -> list[Seen]:
        model, chosen, here = self.model(), self.selectionModel(), self.currentIndex()
        assert isinstance(model, CountColumns)
        place = model.row_at(row)
        at = here.column() if here.row() == row and self.hasFocus() else -1
        # Asking Qt for the selection of every cell is slow, and mostly nothing is selected.
        marked = at >= 0 or chosen.hasSelection()
        return [
            Seen(
                model.face_at(place, column),
                column,
                left,
                width,
                marked and chosen.isSelected(model.index(row, column)),
                column == at,
            )
            for column, left, width in columns
        ]

    # -- Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the visible rows directly: Qt's own painting calls Python several times per cell."""
        model, area, region = self.model(), event.rect(), event.region()
        columns = list(self._columns_in(area))
        if not columns or not isinstance(model, CountColumns) or model.blocks is None:
            return
        left, width = columns[0][1], columns[-1][1] + columns[-1][2] - columns[0][1]
        whole = region.rectCount() == 1
        font, painter = self.font(), QPainter(self.viewport())
        for row in self._rows_in(area):
            place = left, self.rowViewportPosition(row), width, self.rowHeight(row)
            if whole or region.intersects(QRect(*place)):
                self.cells.paint_row(painter, font, place, self._cells_of(row, columns))
        painter.end()

    def selectAll(self) -> None:
        """Select all rows by the flag."""
        self.clearSelection()
        self.set_everything(True)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Clear the flag when cells are selected."""
        if not selected.isEmpty():
            self.set_everything(False)
        super().selectionChanged(selected, deselected)

    def event(self, event: QEvent) -> bool:
        """Claim the keys for copying before the window's shortcuts get them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            standard = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
            if any(event.matches(key) for key in standard):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick the current cell or the number beside it with Enter; move with arrows; copy."""
        key, alone, ctrl = event.key(), is_alone(event), is_with_ctrl(event)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_to_number()
            self.picked.emit(self.currentIndex())
        elif alone and key in STEPPING:
            event.ignore()
        else:
            before = self.currentIndex()
            if key in STRIDES and (alone or ctrl):
                self._stride(*STRIDES[Qt.Key(key)])
            else:
                super().keyPressEvent(event)
            if self.currentIndex() != before:
                self._report_moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Page the columns with a horizontal wheel; else scroll the rows."""
        across = event.angleDelta().x()
        if across:
            self.turned.emit(-1 if across > 0 else 1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are the window's shortcuts, and Qt would search a million rows."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report the cell that the mouse has made current."""
        super().mouseReleaseEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self._report_moved()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a pointing hand over numbers that can be picked."""
        super().mouseMoveEvent(event)
        model = self.model()
        assert isinstance(model, CountColumns)
        if model.cell(self.indexAt(event.position().toPoint())) is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
