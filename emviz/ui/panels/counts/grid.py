"""The count table: rows that scroll, and totals below them that stay in sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from functools import partial

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QScrollBar, QVBoxLayout, QWidget

from emviz.em.counts.table import Cell, CountCell, CountTable, ShareCell, TotalCell, UpdateCell
from emviz.session import Order
from emviz.ui.look.lettering import font_for, usual_share
from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.faces import Kind, Units
from emviz.ui.panels.counts.leading import leading_groups
from emviz.ui.panels.counts.look import FEW, LOOKS, ROOMY
from emviz.ui.panels.counts.looks import Looks, Room
from emviz.ui.panels.counts.model import CountModel
from emviz.ui.panels.counts.paging import Paging, glance_paging, narrowed, needed_widths, paging, shares_in
from emviz.ui.panels.counts.totals import TotalsModel
from emviz.ui.panels.counts.view import CountView
from emviz.ui.panels.counts.widths import Width, column_texts, spread


class CountGrid(QWidget):
    """Rows above totals with aligned columns, which are paged together if not all fit."""

    columns_turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model, self.totals_model = CountModel(self), TotalsModel(self)
        self.rows = CountView(self.rows_model, False, "Counts", self)
        self.totals = CountView(self.totals_model, True, "Totals of the counts", self)
        self.looks = Looks(font_for(self))
        self._look = self.looks.measured(*LOOKS[0], rows=0)
        self._row_height, self._is_spread = 1, False
        self._paging: Paging | None = None
        #: The groups of counts in display order, and the model and data that it was found for.
        self.leading: tuple[int, ...] = ()
        self._led: tuple[object, object] = (None, None)
        #: Whether the gathered totals are shown beside the table.
        self.gathers = False
        #: The scroll bar that pages the columns if not all fit.
        self.turner = QScrollBar(Qt.Orientation.Horizontal, self)
        self.turner.setAccessibleName("Columns")
        self.turner.hide()
        self.turner.valueChanged.connect(self._turn)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.totals.setVerticalScrollBarPolicy(never)
        self.totals.headings.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.rows, 1)
        self._layout.addWidget(self.totals)
        self._layout.addWidget(self.turner)
        for view in (self.rows, self.totals):
            view.setHorizontalScrollBarPolicy(never)
            view.turned.connect(self.turn_by)
            view.selectionModel().currentChanged.connect(self.reveal)
        self._scrolled_to = 0

    def show_blocks(self, blocks: Blocks) -> None:
        """Show the blocks of a session."""
        before = self.rows_model.blocks
        if before is None or not before.same_rows(blocks.session):
            self._scrolled_to = 0
        self.rows_model.show(blocks)
        self.totals_model.show(blocks)

    @property
    def in_sight(self) -> tuple[int, ...]:
        """The rows in sight."""
        return tuple(map(self.rows_model.row_at, self.rows.places_in_sight))

    def take(self, table: CountTable) -> None:
        """Show rows that have been computed in the background."""
        self.rows_model.take(table)
        self.rows.viewport().update()

    def suited(self, order: Order) -> Order:
        """Return the order for the rows: that of the data if all are in sight."""
        blocks = self.rows_model.blocks
        return order if self.is_long() or blocks is None else blocks.in_file

    def set_order(self, order: Order) -> bool:
        """Order the rows, if not all are in sight; return whether the order has changed."""
        before = self.rows_model.order
        self.rows_model.set_order(self.suited(order))
        return not self.rows_model.order.same(before)

    def mark(self, cell: Cell | None, path: tuple[Cell, ...] = ()) -> None:
        """Frame the number whose derivation is displayed; outline its sources and the path to it."""
        before, marked = (self.rows_model.shown, *self.rows_model.path), (cell, *path)
        if marked == before:
            return
        for model in (self.rows_model, self.totals_model):
            model.mark(cell, path)
        if any(isinstance(each, TotalCell | UpdateCell) for each in marked + before):
            # The sources of a total are outlined in every row.
            for view in (self.rows, self.totals):
                view.viewport().update()
        else:
            rows = {each.row for each in marked + before if isinstance(each, ShareCell | CountCell)}
            self.rows.repaint_each(map(self.rows_model.order.place, rows))

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.rows.apply_theme(theme)
        self.totals.apply_theme(theme)

    def set_growth(self, growth: float) -> None:
        """Set the progress of the animation, 0 … 1."""
        self.rows_model.set_growth(growth)
        self.rows.set_growth(growth)
        self.totals.set_growth(growth)

    def measure(self, filled: CountTable) -> None:
        """Measure the columns from the font, the decimals, and the largest numbers.

        Parameters
        ----------
        filled : CountTable
            The table as an M-step leaves it.
        """
        blocks = self.rows_model.blocks
        assert blocks is not None
        # Only these places of the units make a difference for this table.
        several = any(len(group.symbols) > 1 for group in filled.groups)
        needed = {Units.CHOSEN: filled.telling is not None, Units.ABOVE: several}
        possible = [units for units in Units if needed.get(units, True)]
        # A copy, since the widths are computed on demand and the blocks move on to other sessions.
        self.looks.set_columns(possible, partial(column_texts, copy(blocks), filled), filled)
        whose = blocks.session.model, blocks.session.data
        if whose[0] != self._led[0] or whose[1] is not self._led[1]:
            self._led, self.leading = whose, leading_groups(filled, blocks.parameters)
        self.begin_fitting()

    def begin_fitting(self) -> None:
        """Take a first look, with which the parts below are laid out before the final one is chosen."""
        self.looks.set_letters(font_for(self))
        self._look = self.looks.measured(*LOOKS[0], self.rows_model.rowCount())

    def fit(self, room: int) -> bool:
        """Choose the largest font that suits a height in pixels; return whether few rows are all in sight."""
        if not self.looks:
            return True
        place = self._place(QSize(self.width(), room))
        self._look = self.looks.fitting(place)
        self._apply_look()
        return place.rows > FEW or self.tight_height <= room

    def fits(self, room: QSize) -> bool:
        """Return whether every row and column would be visible in a size, in nearly the full font size."""
        return not self.looks or self.looks.fits(self._place(room))

    def _place(self, size: QSize) -> Room:
        """Return the room for the table in a size."""
        letters, bar = font_for(self), self.rows.verticalScrollBar().sizeHint().width()
        self.looks.set_letters(letters)
        return Room(size, self.rows_model.rowCount(), bar, usual_share(letters, self.window()))

    def _apply_look(self) -> None:
        look = self._look
        for model in (self.rows_model, self.totals_model):
            model.set_units(look.units)
        # A view whose font was set once no longer follows its parent, so each part gets the font.
        if not look.font == self.font() == self.rows.font():
            lettered: list[QWidget] = [self]
            for view in (self.rows, self.totals):
                lettered += [view, view.viewport(), view.headings, view.numbers]
            for part in lettered:
                part.setFont(look.font)
        for view in (self.rows, self.totals):
            view.numbers.setFixedWidth(look.number)
            view.updateGeometries()
            view.cells.parts = view.headings.parts = look.parts

    @property
    def least_width(self) -> int:
        """The width below which the columns are paged, in pixels."""
        return self._look.least_width

    @property
    def _widths(self) -> tuple[Width, ...]:
        return self._look.widths

    def set_row_height(self, height: int, room: int) -> None:
        """Set the height of the rows, and take as much of the room as whole rows need, in pixels."""
        self._row_height = height
        self.rows.headings.setFixedHeight(self.heading_height)
        for view in (self.rows, self.totals):
            own = height if view is self.rows else height * self._look.below
            if view.numbers.defaultSectionSize() != own:
                view.numbers.setDefaultSectionSize(own)
        self._is_spread = False
        self.setFixedHeight(max(1, self.whole_rows(height, room)))
        # A new height has called _spread from resizeEvent.
        if not self._is_spread:
            self._spread()

    def row_height_for(self, room: int) -> int:
        """Return the height of a row if the table has `room` pixels; more for few rows."""
        return self._look.row_height_for(self.rows_model.rowCount(), room - self._bar_height)

    def height_for(self, row_height: int) -> int:
        """Return the height of the table with every row in sight, in pixels."""
        rows = self.rows_model.rowCount()
        return self.heading_height + rows * row_height + self._totals_height(row_height)

    @property
    def heading_height(self) -> int:
        """The height of the headings, in pixels; two lines if the second has the units."""
        return self._look.heading_height

    @property
    def tight_row(self) -> int:
        """The smallest height of a row, in pixels."""
        return self._look.tight_row

    @property
    def tight_height(self) -> int:
        """The height with all rows in sight at the smallest row height, in pixels."""
        return self.height_for(self.tight_row)

    def whole_rows(self, row_height: int, room: int) -> int:
        """Return the largest height, within the room, at which no row is cut at the bottom."""
        fixed = self.heading_height + self._totals_height(row_height)
        seen = min(self.rows_model.rowCount(), max(0, room - fixed) // row_height)
        return min(room, fixed + seen * row_height) if seen else room

    @property
    def roomy_height(self) -> int:
        """The height with all rows in sight at the largest row height, in pixels."""
        return self.height_for(int(ROOMY * self._look.line))

    def whole_height(self, room: int) -> int:
        """Return the height with as many whole rows as fit the room, at least one, in pixels."""
        more = max(0, room - self.least_height) // self.tight_row
        return min(self.tight_height, self.least_height + more * self.tight_row)

    @property
    def some_height(self) -> int:
        """The height with four rows in sight, in pixels."""
        return min(self.tight_height, self.least_height + 3 * self.tight_row)

    @property
    def least_height(self) -> int:
        """The height with one row in sight, in pixels."""
        return self.heading_height + self.tight_row + self._totals_height(self.tight_row)

    def is_long(self) -> bool:
        """Return whether there are many rows and they scroll: only then does their order matter."""
        return self.rows_model.rowCount() > FEW and self.rows_scroll()

    def rows_scroll(self) -> bool:
        """Return whether the rows have to scroll."""
        rows = self.heading_height + (self.rows_model.rowCount() + self._look.below) * self._row_height
        return self.height() < rows + self._bar_height

    def _totals_height(self, row_height: int) -> int:
        return row_height * self._look.below + self._bar_height

    @property
    def _bar_height(self) -> int:
        """The height of the columns' scroll bar, in pixels; 0 if all columns fit."""
        return self.turner.sizeHint().height() if self.least_width > self.width() else 0

    def _spread(self) -> None:
        """Lay out the scroll bars that are needed, then the columns."""
        self._is_spread = True
        rows_scroll, columns_turn = self.rows_scroll(), self.least_width > self.width()
        always, never = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.rows.setVerticalScrollBarPolicy(always if rows_scroll else never)
        beside = self.rows.verticalScrollBar().sizeHint().width() if rows_scroll else 0
        self.turner.setVisible(columns_turn)
        room = max(1, self.width() - beside)
        self.totals.setMaximumWidth(room)
        self.totals.setFixedHeight(self._row_height * self._look.below)
        self._layout.activate()
        self._page(room - self.rows.numbers.width(), columns_turn or self.least_width > room)
        for view in (self.rows, self.totals):
            view.updateGeometries()

    def show_first(self) -> None:
        """Scroll to the first row of the order, unless the user has scrolled.

        For rows that are steps in time, that is the step around which most changes.
        """
        bar = self.rows.verticalScrollBar()
        if bar.value() != self._scrolled_to:
            return
        model = self.rows_model
        index = model.index(model.order.place(model.order.first), 0)
        hint = QAbstractItemView.ScrollHint
        self.rows.scrollTo(index, hint.PositionAtCenter if model.order.timed else hint.PositionAtTop)
        self._scrolled_to = bar.value()

    # -- paging through columns ------------------------------------------------------------------------------

    @property
    def more_columns(self) -> int:
        """Number of hidden columns."""
        return sum(map(self.rows.isColumnHidden, range(len(self._widths))))

    @property
    def at_last_columns(self) -> bool:
        """Whether the last columns are visible."""
        return self.turner.value() == self.turner.maximum()

    def _page(self, room: int, turned: bool) -> None:
        """Show a page of columns, or all of them."""
        if not turned or not self._widths:
            self._paging = None
            self._show_columns(tuple(range(len(self._widths))), self._widths, room)
            self.columns_turned.emit()
            return
        kinds = [column.kind for column in self.rows_model.columns]
        needed = needed_widths(kinds, self._widths, room, self._look.units is Units.BEGUN)
        shares, own = kinds.count(Kind.SHARE), self.rows_model.columns
        totals = [self.totals_model.has_total(each) for each in own if each.kind is Kind.GLANCE]
        if totals:
            self._paging = glance_paging(needed, totals, shares, room)
        else:
            cut = self._widths[1].cut if shares else 0
            self._paging = paging(needed, shares, room, self._apart(), self.leading, cut)
        self.turner.setRange(0, self._paging.last)
        self._turn()

    def _apart(self) -> Iterator[int]:
        """Yield the columns whose totals are shown beside the table too."""
        table = self.rows_model.first
        gathered = None if table is None or not self.gathers else table.gathered
        groups = () if gathered is None else gathered.groups
        for place, column in enumerate(self.rows_model.columns):
            if column.kind is Kind.COUNT and column.place in groups:
                yield place

    @Slot()
    def _turn(self) -> None:
        """Show the columns from the scroll bar's position on."""
        if self._paging is None:
            return
        seen = self._paging.seen(self.turner.value())
        page = self._paging.widened(seen, self._widths[1].least)
        label = page.label_beside(seen, self._widths[0])
        others = map(narrowed, self._widths[1:], page.widths[1:])
        self.turner.setPageStep(max(1, len(seen) - len(self._paging.still)))
        self._show_columns(seen, (label, *others), self._paging.room)
        self.columns_turned.emit()

    def _show_columns(self, seen: Sequence[int], widths: Sequence[Width], room: int) -> None:
        columns, totals = self.rows_model.columns, self.totals_model
        totals.show_word(max((at for at in seen if not totals.has_total(columns[at])), default=0))
        wide = dict(zip(seen, spread([widths[place] for place in seen], room), strict=True))
        # A single column that is too wide ends with the table, so that its texts are elided, not clipped.
        if len(seen) > 1 and (over := sum(wide.values()) - room) > 0:
            wide[seen[-1]] = max(1, wide[seen[-1]] - over)
        self.rows.cells.shares = shares_in(wide, widths)
        for view in (self.rows, self.totals):
            for place in range(len(widths)):
                hidden = place not in wide
                if hidden != view.isColumnHidden(place):
                    view.setColumnHidden(place, hidden)
                if not hidden:
                    view.setColumnWidth(place, wide[place])
            view.show_label(self._widths[0].level(wide.get(0, 0)) if self._widths else 0)

    @Slot(int)
    def turn_by(self, pages: int) -> None:
        """Page the columns; after the last page comes the first."""
        bar = self.turner
        at_end = pages > 0 and bar.value() == bar.maximum()
        bar.setValue(0 if at_end else bar.value() + pages * bar.pageStep())

    @Slot(QModelIndex)
    def reveal(self, index: QModelIndex) -> None:
        """Page to the column of a cell, if it is hidden."""
        if self._paging is not None and index.isValid() and self.rows.isColumnHidden(index.column()):
            self.turner.setValue(self._paging.first_for(index.column(), self.turner.value()))

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the columns for the new width."""
        super().resizeEvent(event)
        self._spread()

    def sizeHint(self) -> QSize:
        """Return the size with every column and row in sight."""
        return QSize(self.least_width, self.height_for(self._row_height))

    def minimumSizeHint(self) -> QSize:
        """Return a size with one row in sight; the columns may be paged."""
        return QSize(80, self.heading_height + 2 * self.tight_row)
