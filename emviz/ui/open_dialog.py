"""Opening a text file: how it is written as far as can be told, what that makes of it, and the last word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QVBoxLayout,
    QWidget,
)

from emviz.data.column import column_of
from emviz.data.dialect import Dialect
from emviz.data.files import check_readable, explained
from emviz.data.packed import opened
from emviz.data.reader import PREVIEW_BYTES, preview, sniff
from emviz.data.table import DataError, Table
from emviz.em.columns import columns_read
from emviz.em.model import AnyModel
from emviz.intake import Wishes, take
from emviz.ui.column_form import ColumnForm, read_words
from emviz.ui.controls import ComboBox, SpinBox
from emviz.ui.grid import Grid
from emviz.ui.labels import PlainLabel, as_title
from emviz.ui.visible import visible

AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex
Cells: TypeAlias = tuple[tuple[str, ...], ...]
ROOT = QModelIndex()
Role = Qt.ItemDataRole

#: Above this size in bytes, the dialect is told from the beginning of the file: the window does not wait.
SNIFFED_WHOLE, SNIFFED_START = 2**24, 2**18
SHOWN = 100
#: Rows by which a file is judged.
LOOKED = 10_000
UNASKED = Wishes()
DELIMITERS = {",": "comma  ,", ";": "semicolon  ;", "\t": "tab", "|": "bar  |", " ": "blanks"}
DECIMALS = {".": "point  1.5", ",": "comma  1,5"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "utf-16": "UTF-16 with BOM",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO 8859-15",
    "mac-roman": "Mac Roman",
}


def detected(path: Path) -> Dialect:
    """Return how a file is written, as far as can be told without making anybody wait.

    Raises
    ------
    DataError
        Where it cannot be read as text.
    """
    with explained(path):
        if check_readable(path) <= SNIFFED_WHOLE:
            return sniff(path)
        with opened(path) as (file, _):
            start = file.read(SNIFFED_START)
        # A letter of several bytes may be cut in two; a line end never is.
        return sniff(start[: start.rfind(b"\n") + 1] or start)


def first_table(cells: Cells, dialect: Dialect) -> Table:
    """Return the first rows of a file as the table that reading all of it would begin with."""
    names, body = cells[0], cells[1:]
    width = len(names)
    columns = list(zip_longest(*(row[:width] for row in body), fillvalue="")) or [()] * width
    columns += [("",) * len(body)] * (width - len(columns))
    made = [column_of(column, dialect.decimal) for column in columns]
    return Table.from_columns(dict(zip(names, made, strict=True)))


def first_cells(table: Table) -> Cells:
    """Return the names of a table and its first rows, as they are shown."""
    rows = range(min(SHOWN, table.rows))
    return (table.names, *(tuple(table.cell(row, name) for name in table.names) for row in rows))


class OpenDialog(QDialog):
    """A preview of a file, and everything about how it is written, each open to correction.

    Parameters
    ----------
    path : Path
        The file.
    dialect : Dialect
        How it is written, as detected.
    model : AnyModel
        The model that is to read it.
    revealed : bool
        Whether the labels may be seen.
    wishes : Wishes
        What is to be read of it at first.
    """

    chosen = Signal(object, object, object, object)

    def __init__(
        self,
        path: Path,
        dialect: Dialect,
        model: AnyModel,
        revealed: bool,
        parent: QWidget | None = None,
        wishes: Wishes = UNASKED,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._detected = dialect
        self._names: tuple[str, ...] = ()
        self._model = model
        self.setWindowTitle(f"Open {as_title(path.name)}")
        self.setAccessibleName(f"Open {path.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = DialectForm(dialect)
        self.mapping = ColumnForm(model, wishes)
        self.rows = PreviewModel(self)
        self._hidden = None if revealed else model.label_column
        self.table = Grid("previewTable", "The first rows of the file")
        self.summary = PlainLabel()
        self.verdict = PlainLabel()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        self._arrange()
        self.form.changed.connect(self._look)
        self.mapping.changed.connect(self._look)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._look()

    @property
    def dialect(self) -> Dialect:
        """How the file is to be read."""
        return self.form.dialect(self._detected)

    def _arrange(self) -> None:
        self.table.setModel(self.rows)
        self.table.verticalHeader().hide()
        self.summary.setObjectName("columnsFound")
        self.summary.setAccessibleName("What is read of the file")
        self.verdict.setObjectName("verdict")
        self.verdict.setAccessibleName("What the model makes of the file")
        for label in (self.summary, self.verdict):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(self.form)
        layout.addWidget(self.mapping)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.verdict)
        layout.addWidget(self.buttons)
        self.resize(860, 640)

    @Slot()
    def _look(self) -> None:
        """Read the beginning of the file again, as the form now says."""
        dialect = self.dialect
        try:
            cells = preview(self._path, dialect, LOOKED)
        except DataError as error:
            self.rows.render((), set())
            self._say(str(error), usable=False, good=False)
            return
        self._names = cells[0]
        self._judge(cells, first_table(cells, dialect))
        self.table.resizeColumnsToContents()

    def _judge(self, cells: Cells, table: Table) -> None:
        """Show the table as the model would read it, or what is in the file where it cannot."""
        self.rows.render(cells[: SHOWN + 1], {self._hidden})
        self.summary.clear()
        read = None
        try:
            choice = self.mapping.show_table(table)
            self.rows.render(cells[: SHOWN + 1], {self._hidden, choice.named.get(self._hidden or "")})
            read = take(self._model, table, choice).table
            self._model.parse(read)
        except DataError as error:
            # A wrong cell can be mended in the window; what these rows lack, later ones may have.
            cut = table.rows == LOOKED or self._path.stat().st_size > PREVIEW_BYTES
            more = cut and read is not None and columns_read(self._model, read)
            usable = error.row is not None or bool(more)
            self._say(f"As it stands, {self._model.title} cannot use it: {error}.", usable, good=False)
            return
        self.rows.render(first_cells(read), {self._hidden})
        self.summary.setText(read_words(self._model, table, choice, read))
        sentence = f"The first {read.rows:,} rows can be used." if read.rows > 1 else "It can be used."
        self._say(sentence, usable=True, good=True)

    def _say(self, sentence: str, usable: bool, good: bool) -> None:
        self.verdict.setText(("✓ " if good else "! ") + sentence)
        self.verdict.setProperty("role", "gain" if good else "fault")
        self.verdict.style().unpolish(self.verdict)
        self.verdict.style().polish(self.verdict)
        self.summary.setVisible(good)
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(usable)

    def accept(self) -> None:
        """Ask for the file to be read as it has been settled."""
        self.chosen.emit(self._path, self.dialect, self.mapping.wishes, self._names)
        super().accept()


class DialectForm(QWidget):
    """How a file is written: delimiter, decimal sign, encoding, header, lines to skip, comments."""

    changed = Signal()

    def __init__(self, dialect: Dialect, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.delimiter = _combo("delimiter", DELIMITERS, dialect.delimiter)
        self.decimal = _combo("decimal", DECIMALS, dialect.decimal)
        self.encoding = _combo("encoding", ENCODINGS, dialect.encoding)
        self.header = QCheckBox("The first row names the columns")
        self.comments = QCheckBox("Lines above the table that begin with # are comments")
        self.skip = SpinBox()
        self._furnish(dialect)
        self._arrange(dialect)

    def dialect(self, detected: Dialect) -> Dialect:
        """Return the dialect that the form shows."""
        encoding = self.encoding.currentData()
        return replace(
            detected,
            encoding=encoding,
            delimiter=self.delimiter.currentData(),
            decimal=self.decimal.currentData(),
            header=self.header.isChecked(),
            skip=self.skip.value(),
            guessed_encoding=detected.guessed_encoding and encoding == detected.encoding,
            comment="#" if self.comments.isChecked() else "",
        )

    def _furnish(self, dialect: Dialect) -> None:
        self.header.setObjectName("header")
        self.header.setChecked(dialect.header)
        self.comments.setObjectName("comments")
        self.comments.setChecked(bool(dialect.comment))
        self.skip.setObjectName("skip")
        self.skip.setAccessibleName("Lines to skip")
        self.skip.setRange(0, 10_000)
        self.skip.setValue(dialect.skip)
        for combo in (self.delimiter, self.decimal, self.encoding):
            combo.activated.connect(self.changed)
        for box in (self.header, self.comments):
            box.clicked.connect(self.changed)
        self.skip.valueChanged.connect(self.changed)

    def _arrange(self, dialect: Dialect) -> None:
        guessed = "Encoding (guessed)" if dialect.guessed_encoding else "Encoding"
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(14)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Delimiter", self.delimiter),
            ("Decimal sign", self.decimal),
            (guessed, self.encoding),
            ("Lines to skip", self.skip),
        )
        for place, (text, field) in enumerate(fields):
            label = PlainLabel(text)
            label.setBuddy(field)
            layout.addWidget(label, 0, place)
            layout.addWidget(field, 1, place)
            if dialect.layout != "table" and field is not self.encoding:
                label.hide()
                field.hide()
        layout.addWidget(self.header, 2, 0, 1, 2)
        layout.addWidget(self.comments, 2, 2, 1, 2)
        if dialect.layout != "table":
            layout.setColumnStretch(len(fields), 1)
            self.header.hide()
            self.comments.hide()


class PreviewModel(QAbstractTableModel):
    """The first rows of a file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hidden: Collection[str | None] = ()
        self._cells: Cells = ()

    def render(self, cells: Cells, hidden: Collection[str | None]) -> None:
        """Show other rows, the names first; the cells of some columns stay hidden."""
        self.beginResetModel()
        self._cells, self._hidden = cells, hidden
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() or not self._cells else len(self._cells) - 1

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() or not self._cells else len(self._cells[0])

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the text of a cell; hidden labels are not shown here either."""
        if role != Role.DisplayRole:
            return None
        row = self._cells[index.row() + 1]
        if self._cells[0][index.column()] in self._hidden:
            return "?"
        return visible(row[index.column()][:SHOWN]) if index.column() < len(row) else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the names of the columns."""
        if role != Role.DisplayRole:
            return None
        return visible(self._cells[0][section]) if orientation == Qt.Orientation.Horizontal else section + 1


def _combo(name: str, choices: dict[str, str], value: str) -> ComboBox:
    combo = ComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(name)
    for each, text in ({value: value} | choices).items():
        combo.addItem(text, each)
    combo.setCurrentIndex(combo.findData(value))
    return combo
