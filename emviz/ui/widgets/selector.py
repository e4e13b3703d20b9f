"""A choice of several that gives way to its neighbours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from emviz.ui.widgets.controls import ComboBox, show_whole

#: Letters that have room in any case, and the pixels around them, with the arrow.
FEWEST, FRAME = 6, 36
#: Pixels that the style keeps free around a text.
INSIDE = 4
#: Lines of a title that has no room in one.
MOST_LINES = 3
WRAPPED = Qt.TextFlag.TextWordWrap


class Selector(ComboBox):
    """A combo box that gives way to its neighbours, and ends what is cut with an ellipsis.

    Parameters
    ----------
    brief : str
        What is shown where the text has no room, instead of its beginning.
    """

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None, *, brief: str = "") -> None:
        super().__init__(parent)
        self._brief = brief
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setMinimumContentsLength(FEWEST)

    def sizeHint(self) -> QSize:
        """Ask for a letter more: what the style keeps free around a text grows with it."""
        return super().sizeHint() + QSize(self.fontMetrics().averageCharWidth(), 0)

    def minimumSizeHint(self) -> QSize:
        """Ask for a few letters: a long title must not widen the column."""
        few = FEWEST * self.fontMetrics().averageCharWidth() + FRAME
        return QSize(min(few, self.sizeHint().width()), super().minimumSizeHint().height())

    def showPopup(self) -> None:
        """Open a list as wide as its longest line, however narrow the box is."""
        metrics, bar = self.view().fontMetrics(), self.view().verticalScrollBar().sizeHint().width()
        longest = max((metrics.horizontalAdvance(self.itemText(k)) for k in range(self.count())), default=0)
        self.view().setMinimumWidth(longest + bar + 2 * metrics.averageCharWidth())
        super().showPopup()

    def event(self, event: QEvent) -> bool:
        """Say in a tip what has no room."""
        option = self._option()
        if event.type() == QEvent.Type.ToolTip and self._shown(option) != option.currentText:
            return show_whole(self, self.currentText(), event)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text as far as it fits."""
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
        """Return what has room of the text."""
        room, text = self._field(option).width(), option.currentText
        if self._brief and option.fontMetrics.horizontalAdvance(text) > room:
            return self._brief
        return option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _field(self, option: QStyleOptionComboBox) -> QRect:
        """Return the room of the text."""
        field = QStyle.SubControl.SC_ComboBoxEditField
        box = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        return box.adjusted(INSIDE // 2, 0, -INSIDE // 2, 0)


class TitleSelector(Selector):
    """A selector that shows a long title in several lines."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible, parent)
        self.currentTextChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Ask for the height of all lines at the width that there is."""
        return super().sizeHint() + QSize(0, self._further)

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of all lines."""
        return super().minimumSizeHint() + QSize(0, self._further)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for other lines at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines of a title that has more than one."""
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
        """Return what has room of the text in as many lines as there may be."""
        room, text, metrics = self._field(option), option.currentText, option.fontMetrics
        if metrics.boundingRect(room, WRAPPED, text).height() <= MOST_LINES * metrics.lineSpacing():
            return text
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, (MOST_LINES - 1) * room.width())

    @property
    def _further(self) -> int:
        """The height of the lines after the first."""
        option = self._option()
        metrics = option.fontMetrics
        room = QRect(0, 0, self._field(option).width(), 0)
        lines = round(
            metrics.boundingRect(room, WRAPPED, option.currentText).height() / metrics.lineSpacing()
        )
        return (min(max(lines, 1), MOST_LINES) - 1) * metrics.lineSpacing()
