"""The data as an editable table, with a bad cell marked and the reason below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from emviz import session as desk
from emviz.data.reader import paste_cells
from emviz.data.table import DataError
from emviz.data.things import things
from emviz.em.columns import label_columns
from emviz.intake import with_way_out
from emviz.session import NUMBERS, Part, Request, Results, Session
from emviz.session.cells import Block, unread, with_cell, with_inserted, with_pasted, with_row, without_rows
from emviz.ui.errors import sentence_of
from emviz.ui.experiment.answer_strip import AnswerStrip
from emviz.ui.experiment.clipboard import (
    clip_text,
    inserted_news,
    pasted_block,
    pasted_news,
    with_copied,
)
from emviz.ui.experiment.data_model import DataModel
from emviz.ui.experiment.data_view import DataView
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.card import FORM, Card
from emviz.ui.widgets.grid import make_compact
from emviz.ui.widgets.labels import PlainLabel, as_caption, as_tip

if TYPE_CHECKING:
    from emviz.ui.work.driver import Driver

#: Rows whose cells are measured for the size hint.
MEASURED_ROWS = 1000
#: Maximum number of cells copied directly; larger selections are copied in the background.
COPIED_AT_ONCE = 50_000
#: Advice on leaving out rows with a missing cell.
BY_DELETING = "delete such rows"


class DataPanel(Card):
    """The data, to be edited, extended, copied and pasted in place.

    Parameters
    ----------
    driver : Driver
        Applies the edits.
    """

    holds = FORM
    display_requested = Signal(object)
    copied = Signal(str)
    concerns = NUMBERS | {Part.DRAFT, Part.ROW, Part.REVEALED, Part.DECIMALS, Part.ANSWER}
    row_due = Signal(int)

    def __init__(self, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent=parent)
        self.setObjectName("dataPanel")
        self._driver = driver
        self._awaited: Block | None = None
        self.model = DataModel(self)
        self.view = DataView(self.model)
        self.reason = PlainLabel()
        self.answer = AnswerStrip()
        self.add = QPushButton("Add row")
        self.remove = QPushButton("Delete")
        self.reveal = QCheckBox("Reveal")
        self._furnish()
        self._arrange()
        self._connect()

    def show_session(self, session: Session, results: Results) -> None:
        """Show the data, and any error in them."""
        before = self.session
        super().show_session(session, results)
        self.model.render(session)
        if before is None or before.draft is not session.draft:
            self.hint.setText(extent(session))
            self.view.fit_columns()
            self._go_to_awaited()
        if before is None or before.fault is not session.fault or before.unfilled != session.unfilled:
            self._show_fault(session)
        self._follow_row(before, session)
        self._render_reveal(session)
        self.answer.show_session(session, results)
        of = self.answer.of
        self.stamp_step(session, **({} if self.answer.isHidden() or of is None else {"answer": of}))

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        super().apply_theme(theme)
        self.view.fit_rows()
        self.model.apply_theme(theme, self.view.font())
        for part in (self.reason, self.reveal):
            part.setFont(self.view.font())
        self.view.fit_columns()
        self.answer.apply_theme(theme)

    def minimumSizeHint(self) -> QSize:
        """Include the height of an answer even if there is none, so that selecting a row moves nothing."""
        own = super().minimumSizeHint()
        answer = self.answer.minimumSizeHint().height() + self.body.spacing()
        return own + QSize(0, answer if self.answer.isHidden() else 0)

    @Slot()
    def copy(self) -> bool:
        """Copy the selected cells; return whether there are any.

        Hidden labels are not copied.
        """
        blocks, table = self.view.blocks(), self.model.table
        if sum(block.cells for block in blocks) > COPIED_AT_ONCE:
            # Joining many cells takes long, so the worker does it, as an edit that changes nothing.
            self._driver.edit(partial(with_copied, table=table, blocks=blocks, copied=self.copied))
        elif blocks:
            self._fill_clipboard(clip_text(table, blocks, self.model.hidden))
        return bool(blocks)

    @Slot()
    def paste(self) -> None:
        """Paste over the cells from the first selected one on."""
        cells = self._clipped()
        row, column = self.view.anchor(max(map(len, cells), default=0))
        if cells and self._expect(row, column, cells):
            change = partial(with_pasted, row=row, column=column, cells=cells)
            self._driver.edit(Request(change, desk.same_rows, partial(pasted_news, row, column, cells)))

    @Slot()
    def paste_rows(self) -> None:
        """Paste as new rows below the current one or at the end."""
        cells, at = self._clipped(), self._below()
        width = max(map(len, cells), default=0)
        # New rows are filled from the first column, whatever the current cell.
        column = 0 if width == self.model.columnCount() else self.view.anchor(width)[1]
        if cells and self._expect(at, column, cells):
            change = partial(with_inserted, at=at, column=column, cells=cells)
            self._driver.edit(Request(change, desk.same_rows, partial(inserted_news, at, column, cells)))

    @Slot()
    def insert_row(self) -> None:
        """Add a row below the current one, or at the end."""
        at, place = self._below(), self.model.first_read
        # The row does not exist before the worker has done the edit; it is selected then.
        self._awaited = Block(at, at, place, place)
        self._driver.edit(Request(partial(with_row, at=at), desk.same_data, partial(row_news, at)))

    @Slot()
    def delete_rows(self) -> None:
        """Delete the rows of the selected cells."""
        blocks = self.view.blocks()
        if blocks:
            self._driver.edit(Request(partial(without_rows, blocks=blocks), desk.same_rows))

    def _clipped(self) -> tuple[tuple[str, ...], ...]:
        try:
            return paste_cells(QGuiApplication.clipboard().text())
        except DataError as error:
            self._driver.refused.emit(str(error))
            return ()

    def _below(self) -> int:
        current = self.view.currentIndex()
        return current.row() + 1 if current.isValid() else self.model.rowCount()

    def _expect(self, row: int, column: int, cells: Sequence[Sequence[str]]) -> bool:
        """Remember to select the pasted cells when they arrive; report if they do not fit."""
        try:
            self._awaited = pasted_block(self.model.table, row, column, cells)
        except DataError as error:
            self._driver.refused.emit(str(error))
            return False
        return True

    @Slot()
    def _forget_awaited(self) -> None:
        self._awaited = None

    @Slot(str)
    def _fill_clipboard(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    @Slot(int, str, str)
    def _set_cell(self, row: int, name: str, text: str) -> None:
        change = partial(with_cell, row=row, name=name, text=text)
        self._driver.edit(Request(change, desk.same_rows, partial(cell_news, name)))

    @Slot(int)
    def _ask_about(self, row: int) -> None:
        """Ask the model about a row, unless the data are a draft, whose rows it does not know.

        A row selected because it has just been added is left to `_follow_row`, once all panels show the edit.
        """
        session = self.session
        if session is None or session.fault is not None or row == session.display.row or self._awaited:
            return
        if 0 <= row < session.table.rows:
            self.display_requested.emit({"row": row})

    @Slot(bool)
    def _reveal(self, revealed: bool) -> None:
        if self.session is not None:
            self.display_requested.emit({"revealed": revealed})

    def _furnish(self) -> None:
        self.reason.setProperty("role", "fault")
        self.reason.setObjectName("dataFault")
        self.reason.setAccessibleName("What is wrong with the data")
        self.reason.setWordWrap(True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.hide()
        for button in (self.add, self.remove):
            make_compact(button)
        self.add.setObjectName("addRow")
        self.add.setToolTip("Add a row below the current one (Insert)")
        self.remove.setObjectName("deleteRows")
        self.remove.setAccessibleName("Delete the selected rows")
        self.remove.setToolTip("Delete the selected rows (Delete)")
        self.reveal.setObjectName("reveal")

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for widget in (self.add, self.remove):
            buttons.addWidget(widget)
        buttons.addStretch()
        buttons.addWidget(self.reveal)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.answer)
        self.body.addLayout(buttons)

    def _connect(self) -> None:
        self.model.edited.connect(self._set_cell)
        self.add.clicked.connect(self.insert_row)
        self.remove.clicked.connect(self.delete_rows)
        self.reveal.clicked.connect(self._reveal)
        self.view.row_chosen.connect(self._ask_about)
        self.view.table_pasted.connect(self.paste)
        for unchanged in (self._driver.refused, self._driver.cancelled):
            unchanged.connect(self._forget_awaited)
        self.copied.connect(self._fill_clipboard)
        # Queued until all panels show the edit; a direct request would be processed before it.
        self.row_due.connect(self._ask_about, Qt.ConnectionType.QueuedConnection)
        bindings, standard = QKeySequence.keyBindings, QKeySequence.StandardKey
        for text, keys, slot in (
            ("Copy", bindings(standard.Copy), self.copy),
            ("Paste", bindings(standard.Paste), self.paste),
            ("Paste as new rows", [QKeySequence("Ctrl+Shift+V")], self.paste_rows),
            ("Add row", [QKeySequence(Qt.Key.Key_Insert)], self.insert_row),
            ("Delete rows", bindings(standard.Delete), self.delete_rows),
        ):
            action = QAction(text, self.view)
            action.setShortcuts(keys)
            # Only with the focus in the table: elsewhere the window has the same keys.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self.view.addAction(action)

    def _render_reveal(self, session: Session) -> None:
        labels = label_columns(session.model, session.draft.names)
        what = "column" if len(labels) == 1 else "columns"
        name = next(iter(labels)) if len(labels) == 1 else "what is true"
        named = ", ".join(name for name in session.draft.names if name in labels)
        self.reveal.setVisible(bool(labels))
        self.reveal.setText(f"Reveal {as_caption(name)}")
        self.reveal.setToolTip(as_tip(f"Show the {what} {named}, which the model does not see"))
        self.reveal.setAccessibleName(f"Reveal the {what} {named}")
        self.reveal.setChecked(session.display.revealed)

    def _show_fault(self, session: Session) -> None:
        fault = session.fault
        self.reason.setVisible(fault is not None and not session.unfilled)
        if fault is None:
            self.reason.clear()
            return
        fault = with_way_out(session.model, session.draft, fault, BY_DELETING)
        self.reason.setText(f"! {sentence_of(fault)} The last valid data remain in use.")
        # Laid out now, because the table must know its height before it scrolls.
        self.body.activate()
        place = self.model.fault_place()
        if place.isValid():
            self.view.scrollTo(place)

    def _follow_row(self, before: Session | None, session: Session) -> None:
        """Keep the highlighted row and the selected row the same."""
        row, shown = session.display.row, self.view.selected_row()
        if before is None or session.fault is not None or row == shown:
            return
        # Other data were opened, so the old selection would ask about an unrelated row.
        if session.opened is not before.opened:
            self.view.clearSelection()
        elif row is not None and row not in (before.display.row, self.view.currentIndex().row()):
            self.view.setCurrentIndex(self.model.index(row, max(0, self.view.currentIndex().column())))
        elif shown is not None and session.draft is not before.draft:
            self.row_due.emit(shown)

    def _go_to_awaited(self) -> None:
        if self._awaited is not None and not self.view.is_editing:
            self.view.select(self._awaited)
            self.view.setFocus()
        self._awaited = None


def cell_news(name: str, before: Session, after: Session) -> str:
    """Return a message if an edited column is not read by the model."""
    if not unread(after, name):
        return ""
    return f"{after.model.title} does not read the column {name}: its results stay as they are."


def row_news(at: int, before: Session, after: Session) -> str:
    """Return a message if a new row does not count yet."""
    if not after.unfilled:
        return ""
    return f"Row {min(at, before.draft.rows) + 1:,} is new: it counts as soon as it is filled."


def extent(session: Session) -> str:
    """Return the size of the data in the words of the model: 5 sets × 10 tosses."""
    table, words = session.draft, session.model.words
    many = things(table.rows, words.unit, words.units)
    read = [spec.name for spec in session.model.columns if spec.name in table]
    if not read or table.rows > MEASURED_ROWS or table.is_numeric(read[0]) or not read[0].endswith("s"):
        return many
    lengths = {len(text) for text in table.texts(read[0]).tolist()}
    return f"{many} × {lengths.pop()} {read[0]}" if len(lengths) == 1 else many
