"""The sheet of the count panel: the table, the lines of the M-step, and the comparisons."""

from __future__ import annotations

from math import ceil

import numpy as np
from PySide6.QtCore import QModelIndex, QSize, Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QApplication, QVBoxLayout, QWidget

from emviz.em.counts.table import Cell, CountTable, UpdateCell
from emviz.em.domains import Parameter
from emviz.em.methods import EM
from emviz.em.model import Fields, Phase, fields_of
from emviz.session import Reference, Results, Session
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.columns import CountColumns
from emviz.ui.panels.counts.grid import CountGrid
from emviz.ui.panels.counts.strip import UpdateStrip
from emviz.ui.panels.counts.view import CountView
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.labels import RichLabel, below_lines, in_even_lines
from emviz.wording.counts import reference_text
from emviz.wording.lines import Lines
from emviz.wording.narration import estimates, telling_field

#: Gap between the parts, in pixels.
GAP = 6
#: Largest share of the height for the M-step; with many lines, the number of lines instead.
MOST, FEW_LINES = 0.36, 2
#: Number of lines, out of many, if at least this number of rows stays in sight.
SOME_LINES, ENOUGH_ROWS = 4, 8
#: The iteration that lines are measured with: its two digits leave room for a long run.
ROOM_FOR = 10
#: A line with nothing on it.
BLANK = "\N{NO-BREAK SPACE}"


class CountSheet(QWidget):
    """Divides its height between the table, the M-step and the comparisons."""

    picked = Signal(object)
    #: The row whose observation, which is not a number, was clicked.
    row_picked = Signal(int)
    #: The new current cell; None if it is not a number.
    moved = Signal(object)
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._brief, self._shelved = False, False
        #: The comparisons below the table: as shown, with blanks for hidden ones, and in full.
        self._lines = self._whole = ("", "")
        self._seen = (True, True)
        self._parameters: tuple[tuple[object, object], tuple[Parameter, ...]] | None = None
        #: The height of the comparisons, with the text, width and font that it was measured for.
        self._room: tuple[tuple[str, int, QFont], int] | None = None
        #: The results of the M-step; None before it.
        self.found: Lines | None = None
        self.grid = CountGrid(self)
        self.strip = UpdateStrip(self)
        self.reference = RichLabel(self)
        self.reference.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.grid)
        layout.addWidget(self.strip)
        layout.addWidget(self.reference)
        layout.addStretch(1)
        for view in (self.grid.rows, self.grid.totals):
            view.picked.connect(self._pick)
            view.moved.connect(self._move)
            view.copy_requested.connect(self.copy_requested)
        self.grid.rows.left.connect(self._leave_rows)
        self.grid.totals.left.connect(self._leave_totals)
        self.strip.picked.connect(self.pick_update)

    def show_blocks(self, blocks: Blocks, measure: bool) -> None:
        """Show the blocks of a session.

        Parameters
        ----------
        measure : bool
            Whether data, decimals or font have changed, so that widths must be measured again.
        """
        self.grid.show_blocks(blocks)
        table = self.grid.rows_model.first
        if table is None:
            return
        display = blocks.session.display
        seen = (display.reference, display.next)
        measure = measure or self.grid.looks.outgrown(table)
        if measure or seen != self._seen:
            self._seen = seen
            self._compare(blocks, table)
            self._set_lines()
            if measure:
                self._measure(blocks)
            else:
                self.share_out()
        self.found = self._found(blocks, table)
        place = display.cell.place if isinstance(display.cell, UpdateCell) else None
        self.strip.show_lines(self.found, display.decimals, self._theme, place)

    def _compare(self, blocks: Blocks, table: CountTable) -> None:
        """Take the estimate from the complete data; if it is to be guessed, only its room."""
        known, display = _reference(blocks, table) if table.reference else "", blocks.session.display
        self._whole = (known if display.reference or not display.next else "", self._whole[1])
        hidden = BLANK if self._whole[0] else ""
        self._lines = (known if display.reference else hidden, self._lines[1])

    def _found(self, blocks: Blocks, table: CountTable) -> Lines | None:
        if not table.updates:
            return None
        session = blocks.session
        of = session.model, session.data
        # The same parameters keep the labels of their entries, of which there may be thousands.
        if self._parameters is None or any(
            old is not new for old, new in zip(self._parameters[0], of, strict=True)
        ):
            self._parameters = of, tuple(session.model.parameters(session.data))
        return Lines(table.updates, self._parameters[1], session.round)

    @property
    def comparisons(self) -> tuple[str, str]:
        """The estimates from the complete data and from hard EM, a line each."""
        return self._lines

    def show_single(self, session: Session, results: Results) -> None:
        """Show the estimate from the single most likely completion.

        While EM runs flat out it may be from an earlier θ(t), which is then named.
        """
        text, single, complete = "", results.single, results.reference
        if single is not None and single.value is not None and session.method is EM:
            known = session.display.reference or not session.display.next
            reference = complete.value if complete is not None and known else None
            t, component = single.of.round.base.index, session.model.words.component
            late = f" at θ({t})" if t != session.round.base.index else ""
            ends = _led_to(session, single.value, reference)
            text = f"hard EM{late} (likeliest {component} as certain): {ends}"
        # A blank line keeps its room before the E-step and while it is hidden: the table must not jump.
        hidden = session.step.phase is Phase.START or not session.display.next
        before = self._below()[1]
        self._whole = (self._whole[0], text)
        self._lines = (self._lines[0], BLANK if text and hidden else text)
        self._set_lines()
        if self._below()[1] != before:
            self.share_out()

    def _set_lines(self) -> None:
        self.reference.show_html("<br>".join(rich(line) for line in self._lines if line))

    def _measure(self, blocks: Blocks) -> None:
        filled, session = blocks.filled(), blocks.session
        self.grid.measure(filled)
        self.strip.reserve(filled.updates, ROOM_FOR, session.display.decimals, self._theme)
        self.share_out()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self._theme = theme
        self.grid.apply_theme(theme)
        self.strip.apply_theme(theme)
        self.reference.setStyleSheet(f"color: {theme.muted};")

    def set_growth(self, growth: float) -> None:
        """Set the progress of the animation, 0 … 1."""
        self.grid.set_growth(growth)
        self.strip.set_growth(growth)

    def set_brief(self, brief: bool) -> None:
        """Set whether the rows get all the room, because the derivation shows the M-step anyway."""
        if brief != self._brief:
            self._brief = brief
            self.share_out()

    def set_shelved(self, shelved: bool) -> None:
        """Set whether the rows get all the room, because M-step and comparisons are on the shelf."""
        if shelved != self._shelved:
            self._shelved = self.grid.gathers = shelved
            self.share_out()

    def fits(self, room: QSize) -> bool:
        """Return whether every row, every column and the M-step would be visible in a size."""
        strip = self.strip.height_for(room.width())
        if self.strip.crowded:
            strip = min(strip, FEW_LINES * self.strip.line_height)
        return self.grid.fits(QSize(room.width(), room.height() - _with_gaps(strip)))

    def share_out(self) -> None:
        """Divide the height; if there is too little, the least important parts are hidden first."""
        size = self.size()
        self._share_out()
        if self.size() != size:
            # New columns have changed the height of the card's head, and so ours.
            self._share_out()

    def _share_out(self) -> None:
        (whole, reference), strip, all_fits = self._below(), -1, True
        # Rows and M-step depend on each other. From the same first look, so that each size has one layout.
        self.grid.begin_fitting()
        for _ in range(2):
            before, strip = strip, self._strip_height(whole) if whole else 0
            if strip != before:
                all_fits = self.grid.fit(self.height() - _with_gaps(strip, reference))
        if not all_fits or self.height() < self.grid.some_height + _with_gaps(strip, reference):
            reference = 0
            self.grid.fit(self.height() - _with_gaps(strip))
        least = self.grid.tight_height if self._brief else self.grid.least_height
        if self.height() < least + strip + GAP:
            strip = 0
        below = _with_gaps(strip, reference)
        focus = QApplication.focusWidget()
        # Qt would move the focus of a hidden line out of the panel, where Alt+Up and Alt+Down do nothing.
        if strip <= 0 and focus is not None and self.strip.isAncestorOf(focus):
            self.setFocus()
        self.strip.setVisible(strip > 0)
        self.strip.setFixedHeight(strip)
        self.reference.setVisible(reference > 0)
        self.grid.set_row_height(self.grid.row_height_for(self.height() - below), self.height() - below)

    def _strip_height(self, whole: int) -> int:
        """Return the height of the M-step, in pixels, which may be less than all of its lines need."""
        line = self.strip.line_height
        most = self._most_of_many() if self.strip.crowded else int(MOST * self.height())
        strip = min(whole, max(most, line))
        return min(strip, max(FEW_LINES * line, self.height() - self.grid.some_height - GAP))

    def _most_of_many(self) -> int:
        """Return the largest height for many lines, in pixels, which leaves enough rows in sight."""
        line = self.strip.line_height
        rows = self.grid.least_height + (ENOUGH_ROWS - 1) * self.grid.tight_row
        left = self.height() - rows - GAP
        # The last line is the button with the number of further ones.
        return max(FEW_LINES + 1, min(SOME_LINES, left // line)) * line

    @property
    def has_choice(self) -> bool:
        """Whether any cell is selected."""
        views = (self.grid.rows, self.grid.totals)
        return any(view.everything or view.selectionModel().hasSelection() for view in views)

    def choose_nothing(self) -> None:
        """Clear the selection."""
        for view in (self.grid.rows, self.grid.totals):
            view.choose_nothing()

    def make_current(self, cell: Cell) -> None:
        """Make the cell whose derivation is displayed the current one."""
        model, here = self.grid.rows_model, self.grid.rows.currentIndex()
        index = model.index_of(cell)
        if index.isValid() and index != here and model.cell(here) != cell:
            self.grid.totals.choose_nothing()
            self.grid.rows.go_to(index)

    def bring_into_sight(self, cell: Cell) -> None:
        """Scroll to a cell."""
        index = self.grid.rows_model.index_of(cell)
        if index.isValid():
            self.grid.rows.scrollTo(index)

    @Slot(object)
    def focus_on(self, cell: Cell) -> None:
        """Move the keyboard focus to a number of the table."""
        self.choose_nothing()
        for view, model in (
            (self.grid.rows, self.grid.rows_model),
            (self.grid.totals, self.grid.totals_model),
        ):
            index = model.index_of(cell)
            if index.isValid():
                view.setFocus()
                view.go_to(index)
                view.scrollTo(index)

    @Slot(int)
    def pick_update(self, place: int) -> None:
        """Request the derivation of a line of the M-step."""
        self.choose_nothing()
        self.picked.emit(UpdateCell(place))

    @Slot(int, int)
    def _leave_rows(self, rows: int, column: int) -> None:
        if rows > 0:
            self._go_to(self.grid.totals, 0, column)

    @Slot(int, int)
    def _leave_totals(self, rows: int, column: int) -> None:
        if rows < 0:
            self._go_to(self.grid.rows, self.grid.rows_model.rowCount() - 1, column)

    def _go_to(self, view: CountView, row: int, column: int) -> None:
        """Move the focus between rows and totals."""
        for each in (self.grid.rows, self.grid.totals):
            each.choose_nothing()
        view.setFocus()
        view.go_to(view.model().index(row, column))
        view.go_to_number()
        view.moved.emit(view.currentIndex())

    def go_to_row(self, row: int) -> None:
        """Make a row of the data the current one and scroll it to the centre."""
        rows, model = self.grid.rows, self.grid.rows_model
        index = model.index(model.order.place(row), max(0, rows.currentIndex().column()))
        rows.go_to(index)
        rows.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @Slot(int)
    def go_to_column(self, column: int) -> None:
        """Make a column the current one, in the current row or the first visible one."""
        rows = self.grid.rows
        row = rows.currentIndex().row() if rows.currentIndex().isValid() else max(0, rows.rowAt(0))
        rows.go_to(self.grid.rows_model.index(row, column))

    def _below(self) -> tuple[int, int]:
        """Return the heights that the M-step and the comparisons need, in pixels."""
        if self._shelved:
            return 0, 0
        return self.strip.height_for(self.width()), self._room_below()

    def _room_below(self) -> int:
        """Return the height of the comparisons, with the hidden ones, in pixels."""
        if not any(self._whole):
            return 0
        html = "<br>".join(rich(line) for line in self._whole if line)
        wanted = html, self.width(), self.reference.font()
        if self._room is None or self._room[0] != wanted:
            self._room = wanted, _height(*wanted)
        return self._room[1]

    @Slot(QModelIndex)
    def _move(self, index: QModelIndex) -> None:
        self.moved.emit(_cell_at(index))

    @Slot(QModelIndex)
    def _pick(self, index: QModelIndex) -> None:
        model, cell = index.model(), _cell_at(index)
        for view in (self.grid.rows, self.grid.totals):
            if view.model() is not model:
                view.choose_nothing()
        if cell is not None:
            self.picked.emit(cell)
        elif model is self.grid.rows_model:
            self.row_picked.emit(self.grid.rows_model.row_at(index.row()))

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new height."""
        super().resizeEvent(event)
        self.share_out()

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size of the table."""
        return self.grid.minimumSizeHint()


def _height(html: str, width: int, font: QFont) -> int:
    """Return the height of a text, in pixels."""
    measured = QTextDocument()
    measured.setDocumentMargin(0)
    measured.setDefaultFont(font)
    measured.setHtml(in_even_lines(html, font))
    measured.setTextWidth(width)
    return ceil(measured.size().height()) + below_lines(html, font)


def _with_gaps(*heights: int) -> int:
    """Return the height of the parts below the table, with a gap before each that is not hidden."""
    return sum(height + GAP for height in heights if height)


def _led_to(session: Session, single: Reference, reference: Reference | None) -> str:
    """Return the estimates from the single most likely completion, compared with the complete data."""
    one, other = single.counts, None if reference is None else reference.counts
    if one is not None and other is not None and _alike(one, other):
        return "the same, as every guess is right"
    return estimates(session, single.params)


def _alike(one: Fields, other: Fields) -> bool:
    """Return whether two sets of counts are the same."""
    pairs = zip(fields_of(one).values(), fields_of(other).values(), strict=True)
    return all(np.allclose(a, b) for a, b in pairs)


def _cell_at(index: QModelIndex) -> Cell | None:
    model = index.model()
    return model.cell(index) if isinstance(model, CountColumns) else None


def _reference(blocks: Blocks, table: CountTable) -> str:
    field = telling_field(blocks.session.model, blocks.session.data)
    symbol = next(each.symbol for each in blocks.parameters if each.name == field)
    return reference_text(table, blocks.session.display.decimals, symbol)
