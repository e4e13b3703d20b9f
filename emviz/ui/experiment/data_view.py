"""The view of the data table: selection, column widths, size."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent

from emviz.session.cells import Block
from emviz.ui.experiment.data_model import DataModel, fixed_font
from emviz.ui.widgets.grid import Grid

#: Maximum width of a column in pixels, if the model does not read it and if it does, so that a sequence
#: scrolls; the user can drag it wider.
WIDEST, READ = 260, 2000


class DataView(Grid):
    """The view of the data table."""

    takes_tables = True
    row_chosen = Signal(int)

    def __init__(self, model: DataModel) -> None:
        super().__init__("dataTable", "Data")
        self._model = model
        self.setModel(model)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        # A sequence may be wider than the view, which would otherwise scroll past it at once.
        self.setHorizontalScrollMode(Grid.ScrollMode.ScrollPerPixel)

    def blocks(self) -> tuple[Block, ...]:
        """Return the selection as rectangles, without listing its cells."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(place) for place in range(selection.count())]
        return tuple(Block(each.top(), each.bottom(), each.left(), each.right()) for each in ranges)

    def anchor(self, width: int) -> tuple[int, int]:
        """Return the row and column of the first selected cell.

        Without a selection: the row after the last, and the first column that the model reads, or column 0 if
        `width` columns would not fit from there.
        """
        blocks = self.blocks()
        if blocks:
            return min(block.top for block in blocks), min(block.left for block in blocks)
        first = self._model.first_read
        return self._model.rowCount(), first if first + width <= self._model.columnCount() else 0

    def select(self, block: Block) -> None:
        """Select a block, clipped to the table, and scroll to it."""
        bottom = min(block.bottom, self._model.rowCount() - 1)
        first, last = self._model.index(block.top, block.left), self._model.index(bottom, block.right)
        if first.isValid() and last.isValid():
            # The first cell comes last, so that the beginning is in view if not all of the block fits.
            self.scrollTo(last)
            self.scrollTo(first)
            # `NoUpdate`: moving the current cell would select it alone.
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().select(QItemSelection(first, last), chosen)

    def selected_row(self) -> int | None:
        """Return the row of the current cell if it is selected."""
        current = self.currentIndex()
        return current.row() if current.isValid() and self.selectionModel().isSelected(current) else None

    def fit_columns(self) -> None:
        """Fit the columns to their texts; the widest one gets the rest of the width."""
        plain, fixed = QFontMetrics(self.font()), QFontMetrics(fixed_font(self.font()))
        # The header enforces a minimum width, which would be taken from other columns.
        least = self.horizontalHeader().minimumSectionSize()
        needed = [
            min(
                READ if self._model.reads(name) else WIDEST,
                max(least, plain.horizontalAdvance(name) + 8, fixed.horizontalAdvance(text) + 8),
            )
            for name, text in self._model.samples()
        ]
        if needed:
            spare = self.viewport().width() - sum(needed)
            needed[needed.index(max(needed))] += max(0, spare)
        for place, width in enumerate(needed):
            self.setColumnWidth(place, width)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Signal the selected row; the keyboard focus alone does not select one."""
        super().selectionChanged(selected, deselected)
        if not selected.isEmpty() and self.currentIndex().isValid():
            self.row_chosen.emit(self.currentIndex().row())

    def sizeHint(self) -> QSize:
        """Return a small size: the table takes the rest of the column."""
        return QSize(200, 6 * self.verticalHeader().defaultSectionSize())

    def minimumSizeHint(self) -> QSize:
        """Return the height of the header and three rows."""
        bar = self.horizontalScrollBar()
        beneath = bar.height() if bar.isVisible() else 0
        names = self.horizontalHeader().sizeHint().height()
        rows = 3 * self.verticalHeader().defaultSectionSize()
        return QSize(120, names + rows + 2 * self.frameWidth() + beneath)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns, and keep the bad or the selected cell visible."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit_columns()
        # It shrinks when an answer or a fault appears below, and must still show the row of these.
        if event.size().height() < event.oldSize().height():
            wrong = self._model.fault_place()
            if wrong.isValid() or self.selected_row() is not None:
                self.scrollTo(wrong if wrong.isValid() else self.currentIndex())
