"""Controls as this window needs them: they take no wheel that is not theirs, and no keys of the window.

- The wheel changes a control only where it has the focus, and never gives it the focus; else it scrolls what
  lies beneath.
- A click on the arrows of a spin box leaves the focus where it is; one on its text is for typing.
- Undo and redo belong to a line of text only while it has something of its own to take back.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Slot
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

from emviz.ui.widgets.labels import as_tip

#: Lines of the list of a combo box; on a small screen Qt makes it shorter.
MOST_SEEN = 30
#: Milliseconds of work after which its progress is shown.
SOON = 500
#: Pixels that Qt keeps free on either side of a line of text.
BESIDE = 2
UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class SpinBox(QSpinBox):
    """A whole number, typed or counted up and down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lineEdit().installEventFilter(self)

    def show_value(self, value: int) -> None:
        """Show a number; one that is shown already is not painted again, as `setValue` would."""
        if value != self.value():
            self.setValue(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Count only where the focus is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window: a number is an edit of it."""
        if _asks(event, UNDO) or _asks(event, REDO):
            event.ignore()
            return False
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a number be typed where it is clicked."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        return super().eventFilter(watched, event)


class ComboBox(QComboBox):
    """A choice of several; its list shows all of them at once, as far as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(MOST_SEEN)

    def ask_for(self, letters: int) -> None:
        """Ask for room for so many letters and no more, however long the choices are."""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Choose another only where the focus is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Slider(QSlider):
    """A value on a line; a mouse leaves the focus where it is."""

    def __init__(self, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move only where the focus is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TabBar(QTabBar):
    """Tabs that are clicked, or chosen by a key of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies beneath."""
        event.ignore()


class PictureTabs(TabBar):
    """Tabs above pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Pictures")
        self.setDrawBase(False)
        self.setExpanding(False)


class Progress(QProgressBar):
    """A bar that shows thousandths of some work, without a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Progress")
        self.setTextVisible(False)
        self.setRange(0, 1000)

    def show_fraction(self, fraction: float | None) -> None:
        """Show how much of the work is done, nothing where that is not known."""
        self.setValue(round(1000 * (fraction or 0.0)))


class LateBar(Progress):
    """A bar that comes after half a second of work, and goes with it."""

    def __init__(self) -> None:
        super().__init__()
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.show)
        self.hide()

    @Slot(object)
    def show_work(self, fraction: float | None) -> None:
        """Show how much of the work is done; None where there is none."""
        self.show_fraction(fraction)
        if fraction is None:
            self._soon.stop()
            self.hide()
        elif self.isHidden() and not self._soon.isActive():
            self._soon.start()


class Line(QLineEdit):
    """A line of text; while nobody types, of one that has no room both ends are shown."""

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window where there is nothing of its own to take back.

        A text without room is told whole in a tip.
        """
        if event.type() == QEvent.Type.ToolTip and self._is_cut:
            return show_whole(self, self.text(), event)
        spent_undo = _asks(event, UNDO) and not self.isUndoAvailable()
        if spent_undo or (_asks(event, REDO) and not self.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both ends of what has no room: a number cut at its end would be another number."""
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
        """Where the text stands."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return room.adjusted(BESIDE, 0, -BESIDE, 0)


def show_whole(widget: QWidget, text: str, event: QEvent) -> bool:
    """Show the whole of a text in a tip, above what the tip says anyway."""
    assert isinstance(event, QHelpEvent)
    told, usual = as_tip(text), widget.toolTip()
    plain = usual and not any(QtGui.Qt.mightBeRichText(each) for each in (told, usual))
    QToolTip.showText(event.globalPos(), f"{told}\n{usual}" if plain else told, widget)
    return True


def _asks(event: QEvent, key: QKeySequence.StandardKey) -> bool:
    """Return whether it is asked who wants a key, and it is this one."""
    asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
    return asked and isinstance(event, QKeyEvent) and event.matches(key)


def choice_field(name: str, told: str, choices: Sequence[str]) -> ComboBox:
    """Return a field that offers some choices."""
    box = ComboBox()
    box.setObjectName(name)
    box.setAccessibleName(told)
    box.addItems([*choices])
    return box


def whole_field(name: str, told: str, low: int, high: int, value: int) -> SpinBox:
    """Return a field for a whole number."""
    box = SpinBox()
    box.setObjectName(name)
    box.setAccessibleName(told)
    box.setRange(low, high)
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    return box
