"""The Open dialog: the detected dialect, the model's reading of the file, and all corrections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, zip_longest
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from emviz.data.column import column_of
from emviz.data.dialect import Dialect
from emviz.data.files import check_readable, explained
from emviz.data.formats import FORMATS
from emviz.data.packed import opened
from emviz.data.parts import Parts, parts_of
from emviz.data.reader import PREVIEW_BYTES, preview, read_table, sniff
from emviz.data.remarks import blocks_words, questions, skipped_words
from emviz.data.spreadsheet import KeptSheet, is_spreadsheet
from emviz.data.table import DataError, Table
from emviz.em.columns import columns_read, label_columns
from emviz.em.model import AnyModel
from emviz.intake import Choice, Taken, Wishes, others_words, readers, suiting, with_way_out
from emviz.intake.take import if_dropped, lacking, read_of, understood
from emviz.models import discover
from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.errors import by_window, sentence_of
from emviz.ui.experiment.model_selector import ModelSelector
from emviz.ui.opening.column_form import KEYS, ColumnForm, read_words
from emviz.ui.opening.dialect_form import DialectForm
from emviz.ui.opening.openings import CHANGED, LOOKED, Opening, again
from emviz.ui.opening.preview_model import SHOWN, Cells, PreviewModel
from emviz.ui.widgets.grid import Grid
from emviz.ui.widgets.labels import PlainLabel, as_title
from emviz.ui.widgets.scroller import Scroller

#: Above this size in bytes, the dialect is detected from the start of the file, so that opening is quick.
SNIFFED_WHOLE, SNIFFED_START = 2**24, 2**18
#: Lines that are searched for alignments.
SEARCHED = 200_000
#: Mnemonics in every dialog of this kind: Open, Preview, Model used.
OWN = "opu"
#: Advice on leaving out rows with a missing cell.
BY_TICK = "tick “Leave out” (Alt+V)"
#: Letters per line and lines that fit into the dialog, if the screen is large enough.
ACROSS, DOWN = 105, 36
#: Columns that are resized to their contents; thousands of them would take seconds.
MOST_FITTED = 200
#: Rows of the preview that are always visible, and the minimum height of the controls in pixels.
LEAST_ROWS, LEAST_CONTROLS = 4, 150


def detected(path: Path, sheet: str = "") -> Dialect:
    """Return the dialect of a file, detected quickly.

    Parameters
    ----------
    sheet : str
        The sheet or alignment to read; empty for the first one.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    with explained(path):
        if check_readable(path) <= SNIFFED_WHOLE:
            return sniff(path, sheet)
        with opened(path) as (file, _):
            start = file.read(SNIFFED_START)
        if is_spreadsheet(start):
            return sniff(path, sheet)
        # Cutting at a line end never splits a multi-byte letter.
        found = sniff(start[: start.rfind(b"\n") + 1] or start, name=path.name)
        return replace(found, sheet=sheet) if found.layout == "stockholm" else found


def first_table(cells: Cells, dialect: Dialect) -> Table:
    """Return the first rows of a file, as the full table would begin."""
    names, body = cells[0], cells[1:]
    width = len(names)
    columns = list(zip_longest(*(row[:width] for row in body), fillvalue="")) or [()] * width
    columns += [("",) * len(body)] * (width - len(columns))
    made = [column_of(column, dialect.decimal) for column in columns]
    return Table.from_columns(dict(zip(names, made, strict=True)))


def first_cells(table: Table) -> Cells:
    """Return the names of a table and the texts of its first rows."""
    first = table.where(np.arange(table.rows) < SHOWN)
    return (table.names, *zip(*(first.texts(name).tolist() for name in first.names), strict=True))


class OpenDialog(QDialog):
    """A preview of a file with all settings that determine how it is read.

    Parameters
    ----------
    path : Path
        The file.
    dialect : Dialect
        The detected dialect.
    model : AnyModel
        The model that reads the file.
    revealed : bool
        Whether true labels may be shown.
    known : Opening, optional
        How the file was opened last time.
    """

    chosen = Signal(object)
    #: Emitted when another model is chosen: an `Opening` with that model and no wishes.
    turned = Signal(object)

    def __init__(
        self,
        path: Path,
        dialect: Dialect,
        model: AnyModel,
        revealed: bool,
        parent: QWidget | None = None,
        known: Opening | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._detected = dialect
        self._kept = KeptSheet()
        self._names: tuple[str, ...] = ()
        self._model = model
        self.setWindowTitle(f"Open {as_title(path.name)}")
        self.setAccessibleName(f"Open {path.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        settled, wishes, self._news = again(path, dialect, known)
        with suppress(DataError):  # reported when the file is previewed
            self._model = suiting(model, first_table(preview(path, settled, LOOKED, self._kept), settled))
        self._parts = _parts(path, settled)
        self.form = DialectForm(settled, self._parts)
        self.reader = ModelSelector()
        self.mapping = ColumnForm(self._model, wishes, f"{self.form.keys}{OWN}")
        self._others: list[AnyModel] = []
        # Other models are tried one per timer event, so that the dialog stays responsive.
        self._search: Iterator[AnyModel | None] = iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._try_next)
        self.rows = PreviewModel(self)
        self._revealed = revealed
        self.table = Grid("previewTable", "The first rows of the file")
        self.caption = PlainLabel("&Preview")
        self.summary = PlainLabel()
        self.verdict = PlainLabel()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        self._furnish()
        self._arrange()
        self.form.changed.connect(self._look)
        self.form.part_chosen.connect(self._turn_to)
        self.mapping.changed.connect(self._look)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._look()
        letter_buttons(self, f"{self.form.keys}{KEYS}")
        # The form has dropped wishes that no longer apply to the file.
        if self.mapping.wishes != wishes:
            self._news = CHANGED
            self._look()

    @property
    def dialect(self) -> Dialect:
        """The dialect chosen for the file."""
        return self.form.dialect

    def _furnish(self) -> None:
        # The dialog is a child of the window, which has a selector with that object name.
        self.reader.setObjectName("readBy")
        self.reader.choose(self._model.key)
        self.reader.activated.connect(self._turn_to_model)
        self.table.setModel(self.rows)
        self.table.verticalHeader().hide()
        rows = LEAST_ROWS * self.table.verticalHeader().defaultSectionSize()
        self.table.setMinimumHeight(self.table.horizontalHeader().sizeHint().height() + rows)
        self.caption.setBuddy(self.table)
        self.summary.setObjectName("columnsFound")
        self.summary.setAccessibleName("What is read of the file")
        self.verdict.setObjectName("verdict")
        self.verdict.setAccessibleName("What the model makes of the file")
        for label in (self.summary, self.verdict):
            label.setWordWrap(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setText("&Open")

    def _arrange(self) -> None:
        controls = QWidget()
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        caption = PlainLabel("Model &used")
        caption.setBuddy(self.reader)
        used = QHBoxLayout()
        used.addWidget(caption)
        used.addWidget(self.reader)
        used.addStretch()
        column.addLayout(used)
        column.addWidget(self.form)
        column.addWidget(self.mapping)
        # As wide as the controls; on a low screen they scroll.
        scroller = Scroller(controls, least=(self.screen().availableSize().width(), LEAST_CONTROLS))
        scroller.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        boxes = (self.mapping.aside, self.mapping.drop)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(scroller)
        layout.addWidget(self.caption)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        for box in boxes:
            layout.addWidget(box)
        layout.addWidget(self.verdict)
        layout.addWidget(self.buttons)
        stops = (self.reader, *self.form.fields, *self.mapping.fields, self.table, *boxes, self.buttons)
        for one, next_one in pairwise(stops):
            self.setTabOrder(one, next_one)
        letters = self.fontMetrics()
        wanted = QSize(ACROSS * letters.averageCharWidth(), DOWN * letters.height())
        # The size of the window's frame is not known before the dialog is shown.
        self.resize(wanted.boundedTo(self.screen().availableSize() - QSize(20, 48)))

    @Slot(str)
    def _turn_to(self, part: str) -> None:
        """Show another sheet or alignment, and detect its dialect."""
        try:
            self.form.show_dialect(detected(self._path, part))
            self._parts = _parts(self._path, self.dialect)
        except DataError as error:
            self._refuse(error)
            return
        self._look()

    @Slot(int)
    def _turn_to_model(self, place: int) -> None:
        """Preview the file for another model, with the current dialect."""
        key = self.reader.itemData(place)
        if key != self._model.key:
            # The controls depend on the model, so another dialog is opened for the new one.
            self.turned.emit(Opening(str(self._path), key, self._names, Wishes(), self.dialect))
            self.reject()

    @Slot()
    def _try_next(self) -> None:
        """Try the next model; after the last one, name those that can use the file."""
        for model in self._search:
            if model is not None and model.key != self._model.key:
                self._others.append(model)
            return
        self._timer.stop()
        others = others_words(self._others)
        if others:
            self.verdict.setText(f"{self.verdict.text()} {sentence_of(others)}")

    @Slot()
    def _look(self) -> None:
        """Read the start of the file again with the current settings."""
        dialect = self.dialect
        try:
            cells = preview(self._path, dialect, LOOKED, self._kept)
            self.form.ask(questions(self._path, dialect))
        except DataError as error:
            self._refuse(error)
            return
        self._names = cells[0]
        self.mapping.show()
        self._judge(cells, first_table(cells, dialect))
        for column in range(min(self.rows.columnCount(), MOST_FITTED)):
            self.table.resizeColumnToContents(column)

    def _refuse(self, error: DataError) -> None:
        """Say why the file cannot be read; without columns there is nothing to be asked about them."""
        for asked in (self.mapping, self.mapping.drop, self.mapping.aside):
            asked.hide()
        self.rows.render((), set())
        self.summary.clear()
        self._say(str(error), usable=False, good=False)

    def _judge(self, cells: Cells, table: Table) -> None:
        """Show the table as the model would read it, or the raw cells with the reason why it cannot."""
        self.rows.render(cells[: SHOWN + 1], self._hidden(cells[0]))
        self.summary.clear()
        self._timer.stop()
        read = None
        try:
            choice = self.mapping.show_table(table)
            self.rows.render(cells[: SHOWN + 1], self._hidden(cells[0], choice.named))
            read = read_of(self._model, table, choice)
            self.rows.render(first_cells(read), self._hidden(read.names))
            self.summary.setText(self._summary(table, choice, read))
            self._model.parse(read)
        except DataError as error:
            # A bad cell can be corrected in the window; what these rows lack may come in later ones.
            more = self._is_cut(table) and read is not None and columns_read(self._model, read)
            usable = error.row is not None or bool(more)
            shown = error
            if read is not None:
                mended = with_way_out(self._model, read, error, BY_TICK)
                shown = Taken(read, choice=choice, source=table).explained(self._model, mended)
            why = by_window(str(shown))
            self._say(f"As it is, {self._model.title} cannot use it: {why}.", usable, good=False)
            if not usable:
                self._others, self._search = [], readers(discover(), table)
                self._timer.start(0)
            return
        rows = f"The first {read.rows:,} rows" if self._is_cut(table) else f"All {read.rows:,} rows"
        sentence = f"{rows} can be used." if read.rows > 1 else "It can be used."
        self._say(sentence, usable=True, good=True)

    def _hidden(self, names: Sequence[str], read: Mapping[str, str] | None = None) -> frozenset[str]:
        """Return the columns whose labels are hidden, under their names in the file and in the model."""
        if self._revealed:
            return frozenset()
        label = self._model.label_column or ""
        return label_columns(self._model, names) | {(read or {}).get(label, label)}

    def _is_cut(self, table: Table) -> bool:
        """Return whether the file continues beyond the previewed part."""
        return table.rows == LOOKED or self._path.stat().st_size > PREVIEW_BYTES

    def _summary(self, table: Table, choice: Choice, read: Table) -> str:
        """Return sentences on what is read, what is skipped, and what is assumed."""
        parts = [self._news, read_words(self._model, table, choice, read), str(self._parts or "")]
        parts += [skipped_words(self._path, self.dialect), blocks_words(table) if self.dialect.blocks else ""]
        if self.dialect.layout in (*FORMATS, "fasta") and not self._is_cut(table):
            parts += read_table(self._path, self.dialect).notes
        parts += understood(self._model, read, choice)
        parts += self._dropped(table, choice)
        if self._is_cut(table):
            parts.append(f"judged by the first {table.rows:,} rows; all are checked when the file is opened")
        return " ".join(sentence_of(by_window(each)) for each in parts if each).removesuffix(".")

    def _dropped(self, table: Table, choice: Choice) -> list[str]:
        """Return how the estimate changes because rows are left out, if any are."""
        if not choice.drop:
            return []
        whole = read_of(self._model, table, replace(choice, drop=False))
        return if_dropped(self._model, whole) if lacking(self._model, whole).any() else []

    def _say(self, sentence: str, usable: bool, good: bool) -> None:
        self.verdict.setText(("✓ " if good else "! ") + sentence)
        self.verdict.setProperty("role", "gain" if good else "fault")
        # A style sheet looks at the property only when the widget is polished.
        self.verdict.style().unpolish(self.verdict)
        self.verdict.style().polish(self.verdict)
        self.summary.setVisible(self.summary.text() != "")
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(usable)

    def accept(self) -> None:
        """Request that the file be opened with these settings."""
        dialect = None if self.dialect == self._detected else self.dialect
        self.chosen.emit(Opening(str(self._path), self._model.key, self._names, self.mapping.wishes, dialect))
        super().accept()


def _parts(path: Path, dialect: Dialect) -> Parts | None:
    with suppress(DataError):  # reported by the verdict
        return parts_of(path, dialect, SEARCHED)
    return None
