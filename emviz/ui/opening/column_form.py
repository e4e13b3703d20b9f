"""Form for the columns that a model reads, codes of missing cells, and rows to leave out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import cast

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.em.columns import Gathering, Marking, columns_read
from emviz.em.model import AnyModel
from emviz.intake import Choice, Wishes, ask
from emviz.intake.choice import laid_out, layouts_of, within_margins
from emviz.intake.take import beside_words, lacking, read_of
from emviz.ui.commands.mnemonics import marked
from emviz.ui.widgets.controls import ComboBox, Line
from emviz.ui.widgets.labels import PlainLabel, as_caption, as_tip
from emviz.ui.widgets.visible import visible

NONE = "–"
AS_IT_IS = "as in the file"
#: Selectors in a row; codes and columns named in a line; lines of the list of columns.
ACROSS, MOST_NAMED, LISTED = 6, 6, 4
#: Letters that fit into a column selector; names in a file may be as long as sentences.
LETTERS = 10
#: Mnemonics of the controls for every model: Written as, Also missing, and two Leave out.
KEYS = "wmvd"


class ColumnForm(QWidget):
    """Settings for reading a table; each change becomes a wish, and the form shows the resulting choice.

    Parameters
    ----------
    model : AnyModel
        The model that reads the table.
    wishes : Wishes
        The initial wishes.
    keys : str
        Mnemonics used elsewhere in the dialog.

    Attributes
    ----------
    drop, aside : QCheckBox
        Whether to leave out rows with a missing cell, and rows that are not data; the dialog places them next
        to the reason.
    """

    changed = Signal()

    def __init__(self, model: AnyModel, wishes: Wishes, keys: str = "") -> None:
        super().__init__()
        self.setObjectName("columnMapping")
        self._model = model
        self.wishes = wishes
        self._guess = Choice()
        self.layouts = ComboBox()
        self.named = {spec.name: ComboBox() for spec in model.columns if not spec.free}
        self.gathered = QListWidget(self)
        self.missing = PlainLabel()
        self.codes = Codes()
        self.drop = QCheckBox()
        self.aside = QCheckBox()
        self._layout_label = PlainLabel("&Written as")
        self._furnish()
        self._arrange(keys)

    def show_table(self, table: Table) -> Choice:
        """Show and return the choice for a table; wishes that do not apply to it are dropped."""
        try:
            choice = self._asked(table)
        except DataError:  # e.g. a new delimiter gives other columns
            kept = self.wishes
            self.wishes = Wishes(codes=kept.codes, drop=kept.drop, every_row=kept.every_row)
            choice = self._asked(table)
        coded = within_margins(table, choice.aside).with_codes(choice.codes)
        seen = laid_out(self._model, coded, choice.layout)
        self._show_layouts(coded, choice)
        self._show_named(seen, choice)
        self._show_gathered(seen, choice)
        self.missing.setText(missing_words(self._model, coded, seen, choice))
        self._show_drop(table, choice)
        rows = as_caption(beside_words(self._guess))
        self.aside.setText(f"Leave out rows that are not &data: {rows}")
        self.aside.setChecked(not self.wishes.every_row)
        self.aside.setVisible(bool(self._guess.aside))
        return choice

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """The controls, in visual order."""
        return (self.layouts, *self.named.values(), self.gathered, self.codes)

    def _asked(self, table: Table) -> Choice:
        # The guess without wishes for columns shows later which choices differ from it.
        usual = Wishes(codes=self.wishes.codes, layout=self.wishes.layout)
        self._guess = ask(self._model, table, usual)
        # The guess answers the wishes already, so the table need not be gone through again.
        if replace(self.wishes, drop=False) == usual:
            return replace(self._guess, drop=self.wishes.drop)
        return ask(self._model, table, self.wishes)

    def _furnish(self) -> None:
        self.layouts.setObjectName("layouts")
        self.layouts.setAccessibleName("How the data are laid out")
        self.layouts.activated.connect(self._choose_layout)
        meanings = {spec.name: spec.meaning for spec in self._model.columns}
        for name, combo in self.named.items():
            combo.setObjectName(f"column {name}")
            combo.setAccessibleName(f"The column for {name}")
            combo.setToolTip(as_tip(meanings[name]))
            combo.activated.connect(self._choose_column)
        for combo in (self.layouts, *self.named.values()):
            combo.ask_for(LETTERS)
        self.gathered.setObjectName("gathered")
        self.gathered.setAccessibleName("Columns to read")
        self.gathered.setVisible(isinstance(self._model, Gathering))
        # All lines have the same height, so that thousands of them need not be measured.
        self.gathered.setUniformItemSizes(True)
        self.gathered.itemChanged.connect(self._wish_columns)
        self.missing.setTextFormat(Qt.TextFormat.PlainText)
        self.missing.setWordWrap(True)
        self.codes.setObjectName("codes")
        self.codes.setAccessibleName("Further codes for a missing cell")
        self.codes.setPlaceholderText("such as -9, 999")
        self.codes.setText(", ".join(sorted(self.wishes.codes)))
        self.codes.editingFinished.connect(self._set_codes)
        self.drop.setObjectName("dropRows")
        self.drop.clicked.connect(self._set_drop)
        self.aside.setObjectName("noData")
        self.aside.clicked.connect(self._set_aside)

    def _arrange(self, keys: str) -> None:
        gathers = isinstance(self._model, Gathering)
        captions = marked([*self.named, *(["Columns"] if gathers else [])], keys + KEYS)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for place, (caption, combo) in enumerate(zip(captions, self.named.values(), strict=False)):
            row, column = 2 * (place // ACROSS), place % ACROSS
            grid.addWidget(_label(caption, combo), row, column)
            grid.addWidget(combo, row + 1, column)
        self._layout_label.setBuddy(self.layouts)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(0, 0, 0, 0)
        column_of_all.addLayout(_line((self._layout_label, 0), (self.layouts, 1)))
        column_of_all.addLayout(grid)
        if gathers:
            label = _label(captions[-1], self.gathered)
            column_of_all.addLayout(_line((label, 0), (self.gathered, 1)))
        also = _label("Also &missing", self.codes)
        column_of_all.addLayout(_line((self.missing, 1), (also, 0), (self.codes, 0)))

    def _show_layouts(self, coded: Table, choice: Choice) -> None:
        ways = layouts_of(self._model, coded)
        self.layouts.clear()
        for way in ways:
            self.layouts.addItem(visible(way.title), way.key)
        self.layouts.addItem(AS_IT_IS, "")
        self.layouts.setCurrentIndex(self.layouts.findData(choice.layout))
        for part in (self._layout_label, self.layouts):
            part.setVisible(bool(ways))

    def _show_named(self, seen: Table, choice: Choice) -> None:
        for name, combo in self.named.items():
            combo.clear()
            combo.addItem(NONE, None)
            for column in seen.names:
                combo.addItem(visible(column), column)
            combo.setCurrentIndex(max(0, combo.findData(choice.named.get(name))))

    def _show_gathered(self, seen: Table, choice: Choice) -> None:
        # Filling the list must not count as ticking.
        self.gathered.blockSignals(True)
        place = self.gathered.currentRow()
        self.gathered.clear()
        used, named = set(choice.used), set(choice.named.values())
        for name in [each for each in seen.names if each not in named]:
            why = choice.left_out.get(name) or self._guess.left_out.get(name, "")
            item = QListWidgetItem(visible(f"{name}   ({why})" if why else name))
            item.setData(Qt.ItemDataRole.UserRole, name)
            ticked = name in used
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.gathered.addItem(item)
        self.gathered.setCurrentRow(place)
        self.gathered.blockSignals(False)
        # An empty list has no first row, whose height Qt gives as −1.
        lines = min(max(self.gathered.count(), 1), LISTED)
        frame = 2 * self.gathered.frameWidth()
        self.gathered.setFixedHeight(lines * max(self.gathered.sizeHintForRow(0), 1) + frame)

    def _show_drop(self, table: Table, choice: Choice) -> None:
        try:
            read = read_of(self._model, table, replace(choice, drop=False))
        except DataError:  # reported where the table is used
            self.drop.hide()
            return
        rows = int(np.count_nonzero(lacking(self._model, read)))
        self.drop.setText(f"Lea&ve out {rows:,} of {read.rows:,} rows with a missing cell")
        self.drop.setChecked(choice.drop)
        self.drop.setVisible(rows > 0 or choice.drop)

    @Slot()
    def _choose_layout(self) -> None:
        # Another layout has other columns, so wishes for columns are dropped.
        kept = self.wishes
        self._wish(Wishes(codes=kept.codes, layout=self.layouts.currentData(), every_row=kept.every_row))

    @Slot()
    def _choose_column(self) -> None:
        """Assign a column, taking it from another role if necessary."""
        chosen = cast("ComboBox", self.sender())
        for combo in self.named.values():
            if combo is not chosen and combo.currentData() == chosen.currentData():
                combo.setCurrentIndex(0)
        self._wish_columns()

    @Slot()
    def _wish_columns(self) -> None:
        """Wish only for what differs from the guess, so that the rest is guessed again for the next file."""
        chosen = {
            name: combo.currentData() for name, combo in self.named.items() if combo.currentData() is not None
        }
        asked = {name: column for name, column in chosen.items() if self._guess.named.get(name) != column}
        freed = [column for column in self._guess.named.values() if column not in chosen.values()]
        ticked, unticked = self._ticks()
        guessed, taken = set(self._guess.used), set(chosen.values())
        more = not guessed.issuperset(ticked)
        left = [name for name in unticked if name in guessed and name not in taken]
        leave = tuple(dict.fromkeys([*(name for name in freed if name not in ticked), *left]))
        used = tuple(ticked) if more else ()
        self._wish(replace(self.wishes, columns=asked, use=used, leave=leave))

    def _ticks(self) -> tuple[list[str], list[str]]:
        items = [self.gathered.item(place) for place in range(self.gathered.count())]
        names: dict[bool, list[str]] = {True: [], False: []}
        for item in items:
            ticked = item.checkState() == Qt.CheckState.Checked
            names[ticked].append(item.data(Qt.ItemDataRole.UserRole))
        return names[True], names[False]

    @Slot()
    def _set_codes(self) -> None:
        codes = frozenset(code.strip().lower() for code in self.codes.text().split(",")) - {""}
        if codes != self.wishes.codes:
            self._wish(replace(self.wishes, codes=codes))

    @Slot(bool)
    def _set_drop(self, dropped: bool) -> None:
        self._wish(replace(self.wishes, drop=dropped))

    @Slot(bool)
    def _set_aside(self, left: bool) -> None:
        self._wish(replace(self.wishes, every_row=not left))

    def _wish(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self.changed.emit()


class Codes(Line):
    """A line edit that handles Enter itself, so that the dialog stays open."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter from activating a button of the dialog."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


def missing_words(model: AnyModel, coded: Table, seen: Table, choice: Choice) -> str:
    """Return which codes count as missing, and in how many cells: "Missing cells: 3 (2 NA, 1 empty)".

    Parameters
    ----------
    coded : Table
        The table as in the file, with its codes for missing cells.
    seen : Table
        The table in its layout, where a model may have another notation for missing cells.
    """
    found: Counter[str] = Counter()
    used = set(choice.used)
    marking = model if isinstance(model, Marking) else None
    table = coded if marking is None else seen
    for name in table.names:
        missing = table.missing(name)
        if marking is not None and name in used:
            missing = marking.marked_missing(table, name)
        if missing.any():
            found.update(table.texts(name)[missing].tolist())
    if not found:
        return "No cell is missing."
    text = [f"{many:,} {code.strip() or 'empty'}" for code, many in found.most_common(MOST_NAMED)]
    more = ", …" if len(found) > MOST_NAMED else ""
    return f"Missing cells: {sum(found.values()):,} ({', '.join(text)}{more})"


def read_words(model: AnyModel, file: Table, choice: Choice, read: Table) -> str:
    """Return a summary in one line: "2 columns, 272 points; left out: Unnamed, date"."""
    bearing = columns_read(model, read)
    rows = things(read.rows, model.words.unit, model.words.units)
    text = f"{things(len(bearing), 'column')}, {rows}"
    data = within_margins(file, choice.aside).with_codes(choice.codes)
    seen = laid_out(model, data, choice.layout)
    named = [column for name, column in choice.named.items() if name in bearing or name == column]
    taken = {*choice.used, *bearing, *named}
    unread = [name for name in seen.names if name not in taken]
    more = ", …" if len(unread) > MOST_NAMED else ""
    return f"{text}; left out: {', '.join(unread[:MOST_NAMED])}{more}" if unread else text


def _label(text: str, field: QWidget) -> PlainLabel:
    label = PlainLabel(text)
    label.setBuddy(field)
    return label


def _line(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    """Return fields side by side with the given stretch factors."""
    line = QHBoxLayout()
    for part, stretch in parts:
        line.addWidget(part, stretch)
    return line
