"""θ in an editable table, and the editor of θ(0): typed, or drawn with a seed that can be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    SignalInstance,
    Slot,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emviz import session as desk
from emviz.data.column import parse_number
from emviz.em.domains import Index, Parameter
from emviz.em.model import Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.views import Entry
from emviz.session import Session
from emviz.ui.grid import Grid, badge, make_compact, small_font
from emviz.ui.hyper_form import NarrowSpin
from emviz.ui.theme import LIGHT, Theme

if TYPE_CHECKING:
    from emviz.ui.driver import Driver

AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Role = Qt.ItemDataRole

#: Rows that the table has room for, and those it shows before it scrolls.
FEWEST_ROWS, SHOWN_ROWS = 2, 6
TYPED = "Start θ(0)"
#: Draws whose seed is remembered, so that undo finds it again.
KEPT_DRAWS = 100
HIGHEST_SEED = 9_999


# -- edits of the session ------------------------------------------------------------------------------------


def with_entry(session: Session, entry: Entry, value: float) -> Session:
    """Return the session with one entry of θ(0) moved; entries bound to it follow."""
    parameters = {parameter.name: parameter for parameter in session.model.parameters(session.data)}
    field = fields_of(session.start)[entry.field]
    moved = parameters[entry.field].domain.with_entry(field, entry.index, value)
    return desk.set_start(session, {entry.field: moved})


def with_draw(session: Session, seed: int, drawn: SignalInstance) -> Session:
    """Return the session at a random θ(0), and tell whoever asked which θ(0) the seed has led to."""
    moved = desk.draw_start(session, seed)
    drawn.emit(moved.start, seed)
    return moved


# -- θ as a table --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FieldColumn:
    """One column of the table: a field of θ, at fixed places along all axes but its first."""

    parameter: Parameter
    rest: Index = ()

    @property
    def heading(self) -> str:
        """The symbol, and the names of the fixed places."""
        names = [axis[i] for axis, i in zip(self.parameter.axes[1:], self.rest, strict=True)]
        return " ".join((self.parameter.symbol, *names))

    def entry(self, row: str) -> Entry | None:
        """Return the entry of θ in a row, or None where the field has none there."""
        if not self.parameter.axes:
            return Entry(self.parameter.name, ()) if row == "" else None
        if row not in self.parameter.axes[0]:
            return None
        return Entry(self.parameter.name, (self.parameter.axes[0].index(row), *self.rest))


def columns_of(parameters: Sequence[Parameter]) -> tuple[FieldColumn, ...]:
    """Return a column for each free field, or several for a field with more than one axis."""
    return tuple(
        FieldColumn(parameter, rest)
        for parameter in parameters
        if not parameter.fixed
        for rest in np.ndindex(parameter.shape[1:])
    )


def rows_of(parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """Return the names along the first axes of the free fields; fields without one share a nameless row."""
    firsts = [
        parameter.axes[0] if parameter.axes else ("",) for parameter in parameters if not parameter.fixed
    ]
    return tuple(dict.fromkeys(name for names in firsts for name in names))


def refusal(parameter: Parameter, index: Index, moved: Array, text: str) -> str | None:
    """Return why an entry cannot take a value, in one sentence, or None where it can."""
    fault = parameter.domain.fault(moved)
    if fault is None:
        return None
    values = ", ".join(f"{value:g}" for value in moved.ravel())
    whole = f"{parameter.symbol} = ({values})" if moved.size > 1 else parameter.symbol
    return f"{parameter.label(index)} cannot be {text}: {whole} {fault}. The old value stays."


class ParameterModel(QAbstractTableModel):
    """The free fields of θ: one row per component, one column per field."""

    entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[FieldColumn, ...] = ()
        self._rows: tuple[str, ...] = ()
        self._values: Mapping[str, Array] = {}
        self._theme = LIGHT

    def show_values(self, parameters: Sequence[Parameter], values: Mapping[str, Array]) -> None:
        """Show other values; cells are kept where the fields are the same."""
        columns, rows = columns_of(parameters), rows_of(parameters)
        if (columns, rows) == (self._columns, self._rows):
            self._values = values
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(columns) - 1))
            return
        self.beginResetModel()
        self._columns, self._rows, self._values = columns, rows, values
        self.endResetModel()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours of the components."""
        self._theme = theme
        if self._rows:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self._rows) - 1)

    def entry(self, index: AnyIndex) -> Entry | None:
        """Return the entry of θ in a cell, or None where there is none."""
        return self._columns[index.column()].entry(self._rows[index.row()])

    def _enter(self, column: FieldColumn, entry: Entry, text: str) -> bool:
        label = column.parameter.label(entry.index)
        value = parse_number(text.strip().replace(",", "."))
        if value is None:
            self.refused.emit(f"{label} must be a number, and '{text}' is none. The old value stays.")
            return False
        now = self._values[entry.field]
        if value == now[entry.index]:
            return False
        moved = column.parameter.domain.with_entry(now, entry.index, value)
        reason = refusal(column.parameter, entry.index, moved, text.strip())
        if reason is not None:
            self.refused.emit(reason)
            return False
        self.entered.emit(entry, value)
        return True

    def _badge(self, row: int) -> object:
        letter = self._rows[row]
        if len(letter) != 1 or len(self._rows) > len(self._theme.components):
            return None
        return badge(letter, self._theme.component(row), self._theme.card, small_font())

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of components."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let every cell that θ has be edited."""
        editable = Qt.ItemFlag.ItemIsEditable if self.entry(index) else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the number in a cell, rounded for display and exact for editing."""
        entry = self.entry(index)
        if entry is None:
            return None
        value = float(self._values[entry.field][entry.index])
        match role:
            case Role.DisplayRole:
                return shown_number(value)
            case Role.EditRole:
                return repr(value)
            case Role.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Role.ToolTipRole:
                label = self._columns[index.column()].parameter.label(entry.index)
                return f"{label} = {value!r}: double-click or press F2 to change it"
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Role.EditRole) -> bool:
        """Ask for another value, where the domain allows it."""
        entry = self.entry(index)
        if entry is None or role != Role.EditRole:
            return False
        return self._enter(self._columns[index.column()], entry, str(value))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the symbols above, and the components at the left."""
        if orientation == Qt.Orientation.Horizontal:
            return self._columns[section].heading if role == Role.DisplayRole else None
        match role:
            case Role.DisplayRole:
                # The badge bears the letter; a screen reader takes it from the accessible text.
                return None if self._badge(section) else self._rows[section]
            case Role.AccessibleTextRole:
                return self._rows[section]
            case Role.DecorationRole:
                return self._badge(section)
        return None


def shown_number(value: float) -> str:
    """Return a parameter as a table shows it: two decimals where they say it all, else four digits."""
    return f"{value:.2f}" if round(value, 2) == value else f"{value:.4g}"


class ParameterTable(Grid):
    """The table of θ, as high as its rows."""

    entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible, parent)
        self._model = ParameterModel(self)
        self.setModel(self._model)
        self._model.entered.connect(self.entered)
        self._model.refused.connect(self.refused)
        self.setSelectionMode(Grid.SelectionMode.SingleSelection)
        self.setSizeAdjustPolicy(QAbstractScrollArea.SizeAdjustPolicy.AdjustIgnored)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionsClickable(False)
        self._fit_height()

    def show_values(self, parameters: Sequence[Parameter], values: Mapping[str, Array]) -> None:
        """Show the free fields among these parameters."""
        self._model.show_values(parameters, values)
        self._fit_height()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        self._model.apply_theme(theme)
        self.fit_rows()
        self._fit_height()

    def _fit_height(self) -> None:
        rows = min(max(self._model.rowCount(), FEWEST_ROWS), SHOWN_ROWS)
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(
            header + rows * self.verticalHeader().defaultSectionSize() + 2 * self.frameWidth()
        )


# -- θ(0) ----------------------------------------------------------------------------------------------------


class StartEditor(QWidget):
    """θ(0): its table, a random draw, and the seed of it."""

    drawn = Signal(object, int)

    def __init__(self, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._driver = driver
        self._start: Fields | None = None
        self._draws: tuple[tuple[Fields, int], ...] = ()
        self.heading = QLabel(TYPED)
        self.table = ParameterTable("startTable", "Start θ(0)")
        self.random = QPushButton("Random")
        self.seed = NarrowSpin()
        self._furnish()
        self._arrange()
        self.table.entered.connect(self._set_entry)
        self.table.refused.connect(driver.refused)
        self.random.clicked.connect(self.draw)
        self.drawn.connect(self._remember)

    def _furnish(self) -> None:
        make_compact(self.random)
        self.random.setObjectName("randomStart")
        self.random.setAccessibleName("Draw a random start")
        self.random.setToolTip("Draw θ(0) at random, with the seed beside; the same seed draws the same θ(0)")
        self.seed.setObjectName("startSeed")
        self.seed.setRange(0, HIGHEST_SEED)
        self.seed.setPrefix("seed ")
        self.seed.setAccessibleName("Seed of the next random start")
        self.seed.setToolTip("The seed of the next draw; it goes up by one with each")
        self.heading.setBuddy(self.table)

    def _arrange(self) -> None:
        draw = QHBoxLayout()
        draw.setSpacing(6)
        draw.addWidget(self.heading, 1)
        draw.addWidget(self.random)
        draw.addWidget(self.seed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(draw)
        layout.addWidget(self.table)

    def show_session(self, session: Session) -> None:
        """Show θ(0) of the session."""
        if session.start is not self._start:
            self._start = session.start
            self.table.show_values(session.model.parameters(session.data), fields_of(session.start))
            self._name_origin()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        self.table.apply_theme(theme)
        self.heading.setFont(small_font())

    @Slot()
    def draw(self) -> None:
        """Draw θ(0) with the seed that is shown, and show the next one."""
        seed = self.seed.value()
        self._driver.edit(partial(with_draw, seed=seed, drawn=self.drawn))
        self.seed.setValue(seed + 1 if seed < HIGHEST_SEED else 0)

    @Slot(object, float)
    def _set_entry(self, entry: Entry, value: float) -> None:
        self._driver.edit(partial(with_entry, entry=entry, value=value))

    @Slot(object, int)
    def _remember(self, start: Fields, seed: int) -> None:
        self._draws = (*self._draws, (start, seed))[-KEPT_DRAWS:]
        self._name_origin()

    def _name_origin(self) -> None:
        seeds = [seed for start, seed in self._draws if start is self._start]
        self.heading.setText(f"θ(0): seed {seeds[-1]}" if seeds else TYPED)
