"""Form for the dialect of a file: table, delimiter, encoding, header, lines to skip."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from emviz.data.dialect import Dialect
from emviz.data.parts import Parts
from emviz.data.remarks import Questions
from emviz.ui.widgets.controls import ComboBox, SpinBox
from emviz.ui.widgets.labels import PlainLabel
from emviz.ui.widgets.visible import visible

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
#: Captions for the tables of a file, with mnemonics.
PARTS = {"sheet": "S&heet", "alignment": "Al&ignment"}
#: Mnemonics of the controls for a table, and of those for spreadsheets and other files.
KEYS = {"table": "isekfgxb", "sheet": "kfh", "stockholm": "ei"}
MOST_SKIPPED = 10_000
#: Pixels between two fields and between two check boxes.
FIELD_GAP, BOX_GAP = 14, 24


class DialectForm(QWidget):
    """Shows and changes a dialect; only controls relevant to the file are visible.

    Parameters
    ----------
    dialect : Dialect
        The initial dialect.
    parts : Parts, optional
        The tables of the file, if it has several.
    """

    changed = Signal()
    part_chosen = Signal(str)

    def __init__(self, dialect: Dialect, parts: Parts | None = None) -> None:
        super().__init__()
        self._dialect = dialect
        self.part = _combo("part", {name: visible(name) for name in parts.names} if parts else {})
        self.delimiter = _combo("delimiter", DELIMITERS)
        self.decimal = _combo("decimal", DECIMALS)
        self.encoding = _combo("encoding", ENCODINGS)
        self.skip = SpinBox()
        self.header = _box("header", "The &first row names the columns")
        self.comments = _box("comments", "Lines above the table that be&gin with # are comments")
        self.row_names = _box("rowNames", "Row names in an e&xtra first column")
        self.blocks = _box("blocks", "&Blank lines separate sequences")
        self._labels: dict[QWidget, PlainLabel] = {}
        self._arrange(parts)
        self.show_dialect(dialect)
        if parts is not None:
            self.part.setCurrentIndex(self.part.findData(parts.read))
        self._connect()

    @property
    def keys(self) -> str:
        """The mnemonics of its controls."""
        return KEYS.get(self._dialect.layout, "e")

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """The controls, in visual order."""
        chosen = (self.part, self.delimiter, self.decimal, self.encoding, self.skip)
        return (*chosen, self.header, self.comments, self.row_names, self.blocks)

    @property
    def dialect(self) -> Dialect:
        """The current dialect."""
        encoding, known = self.encoding.currentData(), self._dialect
        return replace(
            known,
            encoding=encoding,
            delimiter=self.delimiter.currentData(),
            decimal=self.decimal.currentData(),
            header=self.header.isChecked(),
            skip=self.skip.value(),
            guessed_encoding=known.guessed_encoding and encoding == known.encoding,
            comment="#" if self.comments.isChecked() else "",
            row_names=self.row_names.isChecked(),
            blocks=self.blocks.isChecked(),
        )

    def show_dialect(self, dialect: Dialect) -> None:
        """Show a dialect without emitting a signal."""
        self._dialect = dialect
        # The other controls signal only what the user does.
        blocked = self.skip.blockSignals(True)
        for combo, value in (
            (self.delimiter, dialect.delimiter),
            (self.decimal, dialect.decimal),
            (self.encoding, dialect.encoding),
        ):
            # A file may have a delimiter or an encoding that is not listed.
            if combo.findData(value) < 0:
                combo.addItem(visible(value), value)
            combo.setCurrentIndex(combo.findData(value))
        self.skip.setValue(dialect.skip)
        self.header.setChecked(dialect.header)
        self.comments.setChecked(bool(dialect.comment))
        self.row_names.setChecked(dialect.row_names)
        self.blocks.setChecked(dialect.blocks)
        self.skip.blockSignals(blocked)
        self._show_fields()

    def ask(self, questions: Questions) -> None:
        """Show the open questions of a file and those already answered."""
        self.row_names.setVisible(questions.row_names or self.row_names.isChecked())
        self.blocks.setVisible(questions.blocks or self.blocks.isChecked())

    def _show_fields(self) -> None:
        table, sheet = self._dialect.layout == "table", self._dialect.layout == "sheet"
        guessed = "&Encoding (guessed)" if self._dialect.guessed_encoding else "&Encoding"
        self._labels[self.encoding].setText(guessed)
        for field, shown in (
            (self.delimiter, table),
            (self.decimal, table),
            (self.encoding, not sheet),
            (self.skip, table or sheet),
        ):
            field.setVisible(shown)
            self._labels[field].setVisible(shown)
        self._labels[self.skip].setText("Rows to s&kip" if sheet else "Lines to s&kip")
        self.header.setVisible(table or sheet)
        self.comments.setVisible(table)
        self.ask(Questions())

    def _arrange(self, parts: Parts | None) -> None:
        self.skip.setObjectName("skip")
        self.skip.setAccessibleName("Lines to skip")
        self.skip.setRange(0, MOST_SKIPPED)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        fields: tuple[tuple[str, QWidget], ...] = (
            (PARTS[parts.kind] if parts else "", self.part),
            ("Del&imiter", self.delimiter),
            ("Decimal &sign", self.decimal),
            ("&Encoding", self.encoding),
            ("Lines to s&kip", self.skip),
        )
        line = _line(column, FIELD_GAP)
        for text, field in fields:
            label = PlainLabel(text)
            label.setBuddy(field)
            self._labels[field] = label
            pair = QVBoxLayout()
            pair.addWidget(label)
            pair.addWidget(field)
            line.insertLayout(line.count() - 1, pair)
        for field in (self.part, self._labels[self.part]):
            field.setVisible(parts is not None)
        for boxes in ((self.header, self.comments), (self.row_names, self.blocks)):
            line = _line(column, BOX_GAP)
            for box in boxes:
                line.insertWidget(line.count() - 1, box)

    def _connect(self) -> None:
        for combo in (self.delimiter, self.decimal, self.encoding):
            combo.activated.connect(self.changed)
        for box in (self.header, self.comments, self.row_names, self.blocks):
            box.clicked.connect(self.changed)
        self.skip.valueChanged.connect(self.changed)
        self.part.activated.connect(self._choose_part)

    def _choose_part(self) -> None:
        self.part_chosen.emit(self.part.currentData())


def _line(column: QVBoxLayout, gap: int) -> QHBoxLayout:
    """Add and return a line at the end of a column, followed by a stretch."""
    line = QHBoxLayout()
    line.setSpacing(gap)
    line.addStretch()
    column.addLayout(line)
    return line


def _combo(name: str, choices: dict[str, str]) -> ComboBox:
    combo = ComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(name)
    for value, text in choices.items():
        combo.addItem(text, value)
    return combo


def _box(name: str, text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setObjectName(name)
    return box
