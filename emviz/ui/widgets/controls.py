"""Standard controls adapted to this window.

- The mouse wheel changes a control only if it has the focus, and never gives it the focus; otherwise the
wheel
  scrolls the area underneath.
- A click on the arrows of a spin box does not move the focus; a click on its text does.
- A line edit handles undo and redo only while it has changes to undo or redo.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QProgressBar,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionFrame,
    QStylePainter,
    QTabBar,
    QToolTip,
    QWidget,
)

from emviz.ui.look.motion import motion_allowed
from emviz.ui.widgets.labels import as_tip

#: Maximum number of visible entries in the list of a combo box; Qt shows fewer on a small screen.
MOST_SEEN = 30
#: Pixels that Qt leaves free on both sides of a line edit's text.
BESIDE = 2
UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class SpinBox(QSpinBox):
    """An integer field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lineEdit().installEventFilter(self)

    def show_value(self, value: int) -> None:
        """Show a value; unlike `setValue`, does not repaint an unchanged one."""
        if value != self.value():
            self.setValue(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the value only if the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window, where a changed number is an edit."""
        if _asks(event, UNDO) or _asks(event, REDO):
            event.ignore()
            return False
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the focus to the text when it is clicked."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        return super().eventFilter(watched, event)


class ComboBox(QComboBox):
    """A combo box whose list shows as many entries as fit on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(MOST_SEEN)

    def ask_for(self, letters: int) -> None:
        """Limit the size hint to a number of letters."""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the choice only if the box has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Slider(QSlider):
    """A slider that takes no focus on a click."""

    def __init__(self, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move only if the slider has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TabBar(QTabBar):
    """Tabs that are switched by a click or by a key of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass the wheel to the area underneath."""
        event.ignore()


class PictureTabs(TabBar):
    """Tabs above a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Pictures")
        self.setDrawBase(False)
        self.setExpanding(False)


class Progress(QProgressBar):
    """A progress bar in thousandths, without a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Progress")
        self.setTextVisible(False)
        self.setRange(0, 1000)

    def show_work(self, shown: bool, fraction: float | None) -> None:
        """Show or hide the bar; where the fraction done is unknown it moves, if motion is allowed."""
        self.setRange(0, 0 if fraction is None and motion_allowed() else 1000)
        self.show_fraction(fraction)
        self.setVisible(shown)

    def show_fraction(self, fraction: float | None) -> None:
        """Show the fraction done; None if unknown."""
        value = round(1000 * (fraction or 0.0))
        if value == self.value():
            return
        # Where updates are allowed, setValue paints the whole window at once, not in its own turn.
        self.setUpdatesEnabled(False)
        self.setValue(value)
        self.setUpdatesEnabled(True)


class Line(QLineEdit):
    """A line edit that shows both ends of a text that does not fit, unless it is being edited."""

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window if there is nothing to undo here.

        The full text is shown in a tool tip if it does not fit.
        """
        if event.type() == QEvent.Type.ToolTip and self._is_cut:
            return show_whole(self, self.text(), event)
        spent_undo = _asks(event, UNDO) and not self.isUndoAvailable()
        if spent_undo or (_asks(event, REDO) and not self.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both ends of a text that does not fit: a number cut off at the end is a wrong number."""
        if self.hasFocus() or not self._is_cut:
            super().paintEvent(event)
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self._room.width())
        painter.drawItemText(
            self._room, self.alignment(), self.palette(), self.isEnabled(), shown, QPalette.ColorRole.Text
        )
        painter.end()

    @property
    def _is_cut(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) > self._room.width()

    @property
    def _room(self) -> QRect:
        """Rectangle of the text."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return room.adjusted(BESIDE, 0, -BESIDE, 0)


def show_whole(widget: QWidget, text: str, event: QEvent) -> bool:
    """Show the full text in a tool tip, above the usual tip."""
    assert isinstance(event, QHelpEvent)
    shown, usual = as_tip(text), widget.toolTip()
    plain = usual and not any(QtGui.Qt.mightBeRichText(each) for each in (shown, usual))
    QToolTip.showText(event.globalPos(), f"{shown}\n{usual}" if plain else shown, widget)
    return True


def _asks(event: QEvent, key: QKeySequence.StandardKey) -> bool:
    """Return whether an event asks who handles a given key."""
    asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
    return asked and isinstance(event, QKeyEvent) and event.matches(key)


def choice_field(name: str, label: str, choices: Sequence[str]) -> ComboBox:
    """Return a combo box with some choices."""
    box = ComboBox()
    box.setObjectName(name)
    box.setAccessibleName(label)
    box.addItems([*choices])
    return box


def whole_field(name: str, label: str, low: int, high: int, value: int) -> SpinBox:
    """Return a field for an integer."""
    box = SpinBox()
    box.setObjectName(name)
    box.setAccessibleName(label)
    box.setRange(low, high)
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    return box
