"""A form for the hyper-parameters of a model, made from its dataclass fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from emviz.em.hyper import Hyper, Value, hypers
from emviz.em.model import AnyModel
from emviz.em.rounding import figures
from emviz.ui.widgets.controls import Line, SpinBox
from emviz.ui.widgets.labels import PlainLabel, as_caption, as_tip
from emviz.ui.widgets.selector import Selector

#: Width of a line in letter heights, and spacing in pixels.
LINE, BESIDE = 18, 5
#: Digits that fit into a number field.
DIGITS = 5
#: Prefix, in the description of a text field, of the meaning of an empty text.
EMPTY = "empty for "


class NarrowSpin(SpinBox):
    """A spin box as narrow as its largest number."""

    def sizeHint(self) -> QSize:
        """Return the width of the largest number and the arrows."""
        widest = self.fontMetrics().horizontalAdvance(f"{self.prefix()}{self.maximum()}")
        return QSize(widest + 5 * self.fontMetrics().height() // 3, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()


class WholeField(NarrowSpin):
    """A hyper-parameter that is an integer."""

    edited = Signal(str, object)

    def __init__(self, hyper: Hyper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"hyper_{hyper.name}")
        self.setAccessibleName(hyper.label)
        self._name = hyper.name
        self._shown = int(hyper.value)
        self.setRange(int(hyper.low), int(hyper.high))
        # The final number counts, not each digit on the way.
        self.setKeyboardTracking(False)
        self.valueChanged.connect(self._emit)

    def show_value(self, value: Value) -> None:
        """Show the current value."""
        self._shown = int(value)
        self.setValue(self._shown)

    @Slot(int)
    def _emit(self, value: int) -> None:
        # `setValue` emits the signal too.
        if value != self._shown:
            self.edited.emit(self._name, value)


class ChoiceField(Selector):
    """A hyper-parameter with a few choices."""

    edited = Signal(str, object)

    def __init__(self, hyper: Hyper, parent: QWidget | None = None) -> None:
        super().__init__(f"hyper_{hyper.name}", hyper.label, parent)
        self._name = hyper.name
        self.addItems(list(hyper.choices))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # Emitted if the user chooses, not by `show_value`.
        self.textActivated.connect(self._emit)

    def minimumSizeHint(self) -> QSize:
        """Return the width of the longest choice; all are short."""
        return self.sizeHint()

    def show_value(self, value: Value) -> None:
        """Show the current value."""
        self.setCurrentText(str(value))

    @Slot(str)
    def _emit(self, word: str) -> None:
        self.edited.emit(self._name, word)


class LineField(Line):
    """A hyper-parameter that is typed: a number, with decimal comma or point, or text.

    The value is requested when the field is left; the model decides whether it is valid.
    """

    edited = Signal(str, object)

    def __init__(self, hyper: Hyper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"hyper_{hyper.name}")
        self.setAccessibleName(hyper.label)
        self._name = hyper.name
        self._number = isinstance(hyper.value, float)
        self._shown = ""
        self.setPlaceholderText(hyper.meaning.partition(EMPTY)[2].rstrip("."))
        self.editingFinished.connect(self._emit)

    def show_value(self, value: Value) -> None:
        """Show the current value, unless the field is being edited."""
        self._shown = shortest(value) if isinstance(value, float) else str(value)
        # Text that is being typed is kept.
        if not self.isModified():
            self.setText(self._shown)
            # Of a long text the beginning is in view.
            self.setCursorPosition(0)

    def sizeHint(self) -> QSize:
        """Return the width of a number; a text takes what there is."""
        room = self.fontMetrics().horizontalAdvance("0" * DIGITS)
        return QSize(room + self.fontMetrics().height(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    @Slot()
    def _emit(self) -> None:
        text = self.text().strip()
        self.setModified(False)
        if text == self._shown:
            self.setText(self._shown)
        else:
            self.edited.emit(self._name, text.replace(",", ".") if self._number else text)


Field: TypeAlias = WholeField | ChoiceField | LineField


class HyperForm(QWidget):
    """A field per hyper-parameter; changes are requested, not applied."""

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._hypers: tuple[Hyper, ...] = ()
        self._fields: dict[str, Field] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(BESIDE)
        self._grid.setColumnStretch(3, 1)

    def show_model(self, model: AnyModel) -> None:
        """Show the hyper-parameters of a model."""
        present = hypers(model)
        if [_kind(hyper) for hyper in present] != [_kind(hyper) for hyper in self._hypers]:
            self._rebuild(present)
        self._hypers = present
        for hyper in present:
            self._fields[hyper.name].show_value(hyper.value)

    def field(self, name: str) -> Field:
        """Return the field of a hyper-parameter."""
        return self._fields[name]

    def _rebuild(self, present: Sequence[Hyper]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                # Hidden at once: it is deleted only when the event loop has its turn.
                widget.hide()
                widget.deleteLater()
        labels = [PlainLabel(as_caption(hyper.label), self) for hyper in present]
        self._fields = {hyper.name: field_for(hyper, self) for hyper in present}
        line = LINE * QFontInfo(self.font()).pixelSize()
        needed = [
            line if _is_text(hyper) else _width(label, self._fields[hyper.name])
            for hyper, label in zip(present, labels, strict=True)
        ]
        found = list(places(needed, line))
        for hyper, label, (row, column) in zip(present, labels, found, strict=True):
            alone = sum(each[0] == row for each in found) == 1
            self._add(hyper, label, row, column, alone and isinstance(hyper.value, str))

    def _add(self, hyper: Hyper, label: PlainLabel, row: int, column: int, long: bool) -> None:
        field = self._fields[hyper.name]
        label.setBuddy(field)
        for widget in (label, field):
            widget.setToolTip(as_tip(hyper.meaning))
            widget.show()
        field.edited.connect(self.edited)
        self._grid.addWidget(label, row, column)
        self._grid.addWidget(field, row, column + 1, 1, -1 if long else 1)


def places(needed: Sequence[int], line: int) -> Iterator[tuple[int, int]]:
    """Yield row and column of each label: two per line if both fit with their fields.

    Parameters
    ----------
    needed : sequence of int
        Widths of the labels with their fields.
    """
    row, left = 0, 0
    for width in needed:
        if width + BESIDE <= left:
            yield row - 1, 2
            left = 0
        else:
            yield row, 0
            row, left = row + 1, line - width


def field_for(hyper: Hyper, parent: QWidget) -> Field:
    """Return a field for the type of a hyper-parameter."""
    if hyper.choices:
        return ChoiceField(hyper, parent)
    return WholeField(hyper, parent) if isinstance(hyper.value, int) else LineField(hyper, parent)


def shortest(value: float) -> str:
    """Return a number as typed, with all its digits: 1e-8."""
    short = figures(value, 6).replace("e-0", "e-")
    # Compared exactly, since the text is read back when the field is left.
    return short if float(short) == value else repr(value)


def _width(label: QWidget, field: QWidget) -> int:
    return label.sizeHint().width() + BESIDE + field.minimumSizeHint().width()


def _is_text(hyper: Hyper) -> bool:
    return isinstance(hyper.value, str) and not hyper.choices


def _kind(hyper: Hyper) -> tuple[object, ...]:
    return hyper.name, hyper.label, hyper.low, hyper.high, hyper.choices, type(hyper.value)
