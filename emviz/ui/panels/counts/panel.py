"""The panel of expected counts, as in Figure 1b of Do & Batzoglou, with the derivation of each number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from emviz.em.counts.table import Cell
from emviz.em.model import Phase
from emviz.session import NUMBERS, Part, Results, Session
from emviz.ui.look.lettering import Holds, lettering
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.awaiting import Awaiting
from emviz.ui.panels.counts.blocks import Blocks, found_order, latest
from emviz.ui.panels.counts.copying import copied_totals, copying_of
from emviz.ui.panels.counts.decimals_box import DecimalsBox
from emviz.ui.panels.counts.finder import Finder
from emviz.ui.panels.counts.more_columns import MoreColumns
from emviz.ui.panels.counts.order_button import OrderButton
from emviz.ui.panels.counts.sharing import is_beside, shared
from emviz.ui.panels.counts.sheet import CountSheet
from emviz.ui.panels.counts.shelf import Shelf
from emviz.ui.panels.counts.walk import Walk
from emviz.ui.widgets.card import Card
from emviz.wording.spoken import spoken

#: Hints beside the title; the longest that fits is shown.
HINTS = ("click a number to see where it comes from", "click a number", "")
#: Height of a card, in lines, from which there is a shelf below its table.
TALL = 27


class CountPanel(Card):
    """The count table: the E-step row by row, the totals, and the M-step."""

    holds, holds_bare = Holds(26, 13), Holds(26, 23)
    concerns = NUMBERS | {
        *(Part.DECIMALS, Part.CELL, Part.REFERENCE, Part.REVEALED, Part.NEXT, Part.ORDER),
        *(Part.COMPLETE, Part.SINGLE, Part.TABLE, Part.ROWS, Part.COLUMNS, Part.FAR, Part.DERIVED),
    }
    display_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Expected counts", parent=parent)
        self.setObjectName("countPanel")
        self._blocks: Blocks | None = None
        self._measured: tuple[object, ...] = ()
        self._compared: tuple[object, ...] = ()
        self._derived: tuple[object, ...] = ()
        self._dragged, self._titled = False, self.title.text()
        #: Whether the parts below the table still show an earlier session.
        self._rest_is_late = False
        self._motion = Motion(self)
        self.decimals = DecimalsBox(self)
        self.sheet = CountSheet(self)
        self.shelf = Shelf(self)
        self.derivation = self.shelf.derivation
        self._splitter, self.walk = QSplitter(Qt.Orientation.Vertical, self), Walk(self)
        self.awaiting = Awaiting(self.sheet.grid, self.derivation, self.walk, self)
        self.awaiting.noted.connect(self.hint.setText)
        self._build()

    def _build(self) -> None:
        self.decimals.valueChanged.connect(self._request_decimals)
        self.finder = Finder(self)
        self.finder.row_found.connect(self._go_to_row)
        self.finder.column_found.connect(self.sheet.go_to_column)
        self.more = MoreColumns(self.sheet.grid, self)
        self.order = OrderButton(self)
        self.order.chosen.connect(self._request_order)
        for part in (self.finder, self.more, self.order, self.decimals.word, self.decimals):
            self.tools.addWidget(part)
        self.shelf.hide()
        for each in (self.sheet, self.shelf):
            self._splitter.addWidget(each)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(7)
        self._splitter.splitterMoved.connect(self._leave_splitter)
        self.body.addWidget(self._splitter, 1)
        self.sheet.picked.connect(self._request_cell)
        self.sheet.moved.connect(self._follow_cell)
        self.sheet.copy_requested.connect(self.copy)
        self.shelf.board.picked.connect(self.sheet.pick_update)
        self.shelf.gathered.picked.connect(self._request_cell)
        self.derivation.closed.connect(self._request_no_cell)
        self.walk.reached.connect(self._request_cell)
        self.walk.reached.connect(self.sheet.focus_on)

    def show_session(self, session: Session, results: Results) -> None:
        """Show the table, then the parts below it."""
        for render in (self._render_table, self._render_rest, self._show_single):
            render(session, results)

    def _render_table(self, session: Session, results: Results) -> None:
        before, known = self.session, self.results
        super().show_session(session, results)
        if session is not before or (results.table, results.order) != (known.table, known.order):
            self._show(session)
        self.awaiting.take(results, known)
        assert self._blocks is not None
        self.stamp_step(session, table=self._blocks.session)

    def _render_rest(self, session: Session, results: Results) -> None:
        """Show the parts below the table, if the table has changed."""
        if self._rest_is_late and self._blocks is not None:
            self._render_shelf(session, self._blocks)
            self._rest_is_late = False

    def _show(self, session: Session) -> None:
        """Show the session, animated if it is one step on."""
        self._motion.finish()
        before = self._blocks
        seen = None if before is None else before.session
        self._blocks = blocks = latest(session, before, self.results.table, self.awaiting.on)
        stepped = blocks is not before
        grown = one_step(seen, blocks.session)
        self._titled = session.method.sayings.counted.capitalize()
        self.decimals.show_value(session.display.decimals)
        # The column widths depend on these alone.
        display = session.display
        measured = (session.data, session.model, session.front, display.decimals, display.columns)
        anew, self._measured = measured != self._measured, measured
        if stepped and not anew:
            # Set before the rows are shown: a change of order afterwards would compute them again.
            blocks.set_order(self.sheet.grid.suited(found_order(session, self.results)))
        self.sheet.show_blocks(blocks, anew)
        self.setAccessibleDescription(spoken(blocks.session, blocks.first, blocks.rows, self.sheet.found))
        if anew:
            self.shelf.board.reserve_like(self.sheet.strip)
            self.shelf.board.set_footnote(self.sheet.comparisons)
        self.finder.show_table(session, self.sheet.grid.rows_model.names)
        self.more.refresh()
        if stepped and grown:
            self._motion.play(self._set_growth)
        elif stepped:
            self._set_growth(1.0)
        self._put_in_order(session)
        self.awaiting.follow(blocks)
        self._rest_is_late = True

    @Slot()
    def search(self) -> None:
        """Open the search field."""
        self.finder.open()
        self._fit_head()

    @Slot(int)
    def _go_to_row(self, row: int) -> None:
        """Scroll to a row; −1 means that none was found."""
        if row >= 0:
            self.sheet.go_to_row(row)
        assert self._blocks is not None
        self.hint.setText(self._blocks.among(row) if row >= 0 else "not found")

    def _put_in_order(self, session: Session) -> None:
        """Order the rows, if not all are in sight, and scroll to the chosen cell or the first row."""
        order, grid = found_order(session, self.results), self.sheet.grid
        self.order.show_order(session.display.order, order.timed)
        self._fit_head()
        if not grid.set_order(order):
            return
        if session.display.cell is not None:
            self.sheet.make_current(session.display.cell)
            self.sheet.bring_into_sight(session.display.cell)
        else:
            self.sheet.choose_nothing()
            grid.show_first()

    def _set_growth(self, growth: float) -> None:
        self.sheet.set_growth(growth)
        self.shelf.board.set_growth(growth)

    def _show_single(self, session: Session, results: Results) -> None:
        """Show the estimates from the single most likely completion and from the complete data."""
        display = (session.display.decimals, session.display.reference, session.display.next)
        compared = (results.single, results.reference, session.run, session.cursor, *display)
        if compared != self._compared:
            self._compared = compared
            self.sheet.show_single(session, results)
            self.shelf.board.set_footnote(self.sheet.comparisons)

    def hurry(self, hurried: bool) -> None:
        """Set whether EM runs flat out, and repaint the rows that missed their last turn."""
        super().hurry(hurried)
        self.derivation.hurry(hurried)
        self.sheet.grid.rows.repaint_rows(0.0, 1.0)

    def parts(self) -> tuple[Callable[[Session, Results], None], ...]:
        """Return the parts that take turns: each half of the rows, what is below them, the comparisons."""
        return self._render_upper, self._render_lower, self._render_rest, self._show_single

    def _render_upper(self, session: Session, results: Results) -> None:
        rows = self.sheet.grid.rows
        rows.share = 0.5
        self._render_table(session, results)
        rows.share = 1.0

    def _render_lower(self, session: Session, results: Results) -> None:
        self.sheet.grid.rows.repaint_left()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the font."""
        super().apply_theme(theme)
        self.sheet.apply_theme(theme)
        self.shelf.apply_theme(theme)
        self._measured, self._derived = (), ()
        if self.session is not None:
            self._show(self.session)
            self._render_rest(self.session, self.results)
            self._show_single(self.session, self.results)
        self._arrange()

    @Slot()
    def copy(self) -> bool | None:
        """Copy the selection for a spreadsheet; return whether there is one, None if that takes a while."""
        if (grid := self.sheet.grid).totals.hasFocus():
            QGuiApplication.clipboard().setText(copied_totals(grid.totals))
            return True
        copying = copying_of(grid)
        return False if copying is None else self.awaiting.copy(copying)

    @property
    def _tall(self) -> bool:
        """Whether there is room for a shelf; by the height alone, so that it does not come and go."""
        return self.height() >= TALL * self.fontMetrics().height()

    def _render_shelf(self, session: Session, blocks: Blocks) -> None:
        """Show the chosen derivation, or on a shelf the default one or the M-step."""
        cell, phase = blocks.shown(session.display.cell), blocks.phase
        asked = cell is not None and phase is not Phase.START
        tall, found = self._tall, self.sheet.found
        turned = (tall or asked) == self.shelf.isHidden()
        self.shelf.setVisible(tall or asked)
        if phase is Phase.START or not (asked or tall):
            self.shelf.show_nothing()
        elif asked or found is None:
            self.shelf.show_derivation()
        else:
            self.shelf.show_board()
            self.shelf.board.show_lines(found, session.display.decimals, self.theme, None)
        self.derivation.set_closable(asked)
        if turned:
            self._arrange()
        derived = cell if asked else None
        if tall and not asked:
            derived = blocks.default_cell(found_order(session, self.results).first)
        self.sheet.grid.mark(derived, self.walk.show_number(blocks, derived, found))
        beside = tall and (asked or phase is Phase.E)
        self.shelf.gathered.show_totals(blocks if beside else None, self.theme, derived)
        self._render_derivation(session, blocks, derived)
        if turned and asked and cell is not None:
            self.sheet.bring_into_sight(cell)

    def _render_derivation(self, session: Session, blocks: Blocks, cell: Cell | None) -> None:
        if cell is None:
            self.derivation.forget()
            self._derived, self._dragged = (), False
            return
        if session.display.cell is not None:
            self.sheet.make_current(cell)
        display = session.display.decimals, session.display.next
        wanted = (blocks.session.run, blocks.session.cursor, *display, cell)
        if wanted != self._derived:
            self._derived = wanted
            self.sheet.grid.reveal(self.sheet.grid.totals_model.index_of(cell))
            self.derivation.follow(blocks.deriving(cell), self._weighed_at(), blocks.awaits)

    def fits(self, size: QSize) -> bool:
        """Return whether every row and every column would be visible in a card of a size.

        For the session rendered last, True before the first, and in the window's font size, not the card's.
        """
        size *= lettering(self)
        layout = self.layout()
        assert layout is not None
        inner = QRect(QPoint(0, 0), size) - self.contentsMargins() - layout.contentsMargins()
        head = self.head.sizeHint().height() + layout.spacing()
        return self.sheet.fits(QSize(inner.width(), inner.height() - head))

    def restore_usual(self) -> None:
        """Reset the division between table and derivation."""
        self._dragged = False
        self._arrange()

    def _arrange(self) -> None:
        """Lay out the head, the table and the derivation."""
        self._fit_head()
        self.sheet.set_shelved(self._tall)
        if self.shelf.isHidden():
            self.sheet.set_brief(False)
        if self.shelf.isHidden() or self._dragged:
            return
        # The division changes the font of the rows, and that the division; the second pass is stable.
        for _ in range(2):
            self._share_out()

    def _share_out(self) -> None:
        space = self._splitter.size() - QSize(1, 1) * self._splitter.handleWidth()
        grid, em = self.sheet.grid, self.fontMetrics().height()
        beside = not self._tall and is_beside(space, grid, em)
        if not self._tall:
            self.sheet.set_brief(not beside)
        whole, first = shared(space, grid, em, "beside" if beside else "shelf" if self._tall else "below")
        self._splitter.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
        self._splitter.setSizes([first, whole - first])

    def _fit_head(self) -> None:
        """Shorten the hint in a narrow card, then hide the label, the order and the decimals in turn."""
        parts = (self.finder, self.more, self.enlarge)
        others = sum(part.sizeHint().width() + 8 for part in parts if not part.isHidden())
        self.title.setText(self._titled)
        if self.title.sizeHint().width() + others + 64 > self.width():
            self.title.setText(self._titled.split()[-1].capitalize())
        # With enlarged text, controls that the menus have too are hidden rather than rows.
        bare = self.bare or self.yields
        named = (self.title, self.decimals, self.decimals.word)
        title, spin, word = (each.sizeHint().width() for each in named)
        room = self.width() - title - others - 64
        boxed = spin <= room and not bare
        self.decimals.setVisible(boxed)
        room -= spin * boxed
        order = self.order.sizeHint().width() + 8
        # The name of an order is useless if cut, so the button is hidden instead.
        ordered = self.sheet.grid.is_long() and not bare and order <= room
        self.order.setVisible(ordered)
        room -= word + order * ordered
        self.decimals.word.setVisible(boxed and room >= 0)
        hints = HINTS[-1:] if bare else HINTS
        texts = [", ".join(part for part in (self._weighed_at(), hint) if part) for hint in hints]
        metrics = self.hint.fontMetrics()
        fitting = (text for text in texts if metrics.horizontalAdvance(text) <= room)
        self.hint.setText(next(fitting, texts[-1]))

    def strip(self, bare: bool) -> None:
        """Hide the controls as well."""
        super().strip(bare)
        self.apply_theme(self.theme)

    def _weighed_at(self) -> str:
        """Return "at θ(t)", where the completions are weighed; "" before the E-step."""
        blocks = self._blocks
        return "" if blocks is None or blocks.phase is Phase.START else f"at θ({blocks.iteration})"

    @Slot(int)
    def _request_decimals(self, places: int) -> None:
        if self.session is not None and places != self.session.display.decimals:
            self.display_requested.emit({"decimals": places})

    @Slot(str)
    def _request_order(self, kind: str) -> None:
        self.display_requested.emit({"order": kind})

    @Slot(object)
    def _request_cell(self, cell: Cell) -> None:
        if self.session is not None and cell != self.session.display.cell:
            self.display_requested.emit({"cell": cell})

    @Slot(object)
    def _follow_cell(self, cell: Cell | None) -> None:
        """Let an open derivation follow the current cell; a cell without a number closes it."""
        if self.session is not None and self.session.display.cell not in (None, cell):
            self.display_requested.emit({"cell": cell})

    @Slot()
    def _request_no_cell(self) -> None:
        self.sheet.choose_nothing()
        if self.session is not None and self.session.display.cell is not None:
            self.display_requested.emit({"cell": None})

    def end_derivation(self) -> bool:
        """Close the search, the derivation or the selection; return whether one was open."""
        if not self.finder.isHidden():
            self.finder.hide()
            self.sheet.grid.rows.setFocus()
            self._fit_head()
            return True
        asked = self.session is not None and self.session.display.cell is not None
        if found := (asked and not self.derivation.isHidden()) or self.sheet.has_choice:
            self._request_no_cell()
        return found

    @Slot()
    def _leave_splitter(self) -> None:
        """Keep the division that the user has chosen."""
        self._dragged = True

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the parts for the new size."""
        super().resizeEvent(event)
        if self._blocks is not None and self.session is not None:
            self._render_shelf(self.session, self._blocks)
        self._arrange()
        if self.session is not None:
            self._put_in_order(self.session)
