"""Combo boxes that shrink for their neighbours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from emviz.ui.widgets.controls import ComboBox, show_whole

#: Minimum number of letters, and pixels for the frame and the arrow.
FEWEST, FRAME = 6, 36
#: Pixels that the style leaves free around a text.
INSIDE = 4
#: Maximum number of lines of a title.
MOST_LINES = 3
WRAPPED = Qt.TextFlag.TextWordWrap


class Selector(ComboBox):
    """A combo box that can shrink, and elides its text.

    Parameters
    ----------
    brief : str
        Shown instead of a truncated text if the text does not fit.
    """

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None, *, brief: str = "") -> None:
        super().__init__(parent)
        self._brief = brief
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setMinimumContentsLength(FEWEST)

    def sizeHint(self) -> QSize:
        """Return room for one more letter, because the style's padding grows with the text."""
        return super().sizeHint() + QSize(self.fontMetrics().averageCharWidth(), 0)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters, so that a long title does not widen the column."""
        few = FEWEST * self.fontMetrics().averageCharWidth() + FRAME
        return QSize(min(few, self.sizeHint().width()), super().minimumSizeHint().height())

    def showPopup(self) -> None:
        """Show the list at the width of its longest entry."""
        metrics, bar = self.view().fontMetrics(), self.view().verticalScrollBar().sizeHint().width()
        longest = max((metrics.horizontalAdvance(self.itemText(k)) for k in range(self.count())), default=0)
        self.view().setMinimumWidth(longest + bar + 2 * metrics.averageCharWidth())
        super().showPopup()

    def event(self, event: QEvent) -> bool:
        """Show the full text in a tool tip if it does not fit."""
        option = self._option()
        if event.type() == QEvent.Type.ToolTip and self._shown(option) != option.currentText:
            return show_whole(self, self.currentText(), event)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, elided if necessary."""
        option = self._option()
        option.currentText = self._shown(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option

    def _shown(self, option: QStyleOptionComboBox) -> str:
        """Return the text that fits."""
        room, text = self._field(option).width(), option.currentText
        if self._brief and option.fontMetrics.horizontalAdvance(text) > room:
            return self._brief
        return option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _field(self, option: QStyleOptionComboBox) -> QRect:
        """Return the rectangle of the text."""
        field = QStyle.SubControl.SC_ComboBoxEditField
        box = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        return box.adjusted(INSIDE // 2, 0, -INSIDE // 2, 0)


class TitleSelector(Selector):
    """A selector that wraps a long title."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible, parent)
        self.currentTextChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the height of all lines at the current width."""
        return super().sizeHint() + QSize(0, self._further)

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines."""
        return super().minimumSizeHint() + QSize(0, self._further)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the height if the width changes."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a title of several lines."""
        if not self._further:
            super().paintEvent(event)
            return
        option = self._option()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        centred = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self._field(option), centred | WRAPPED, self._shown(option))
        painter.end()

    def _shown(self, option: QStyleOptionComboBox) -> str:
        """Return the text that fits into the allowed number of lines."""
        room, text, metrics = self._field(option), option.currentText, option.fontMetrics
        if metrics.boundingRect(room, WRAPPED, text).height() <= MOST_LINES * metrics.lineSpacing():
            return text
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, (MOST_LINES - 1) * room.width())

    @property
    def _further(self) -> int:
        """Height of the lines after the first."""
        option = self._option()
        metrics = option.fontMetrics
        room = QRect(0, 0, self._field(option).width(), 0)
        lines = round(
            metrics.boundingRect(room, WRAPPED, option.currentText).height() / metrics.lineSpacing()
        )
        return (min(max(lines, 1), MOST_LINES) - 1) * metrics.lineSpacing()
