"""A choice of several that gives way to its neighbours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from emviz.ui.widgets.controls import ComboBox, show_whole

#: Letters that have room in any case, and the pixels around them, with the arrow.
FEWEST, FRAME = 6, 36
#: Pixels that the style keeps free around a text.
INSIDE = 4


class Selector(ComboBox):
    """A combo box that gives way to its neighbours, and ends what is cut with an ellipsis."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        field = QStyle.SubControl.SC_ComboBoxEditField
        box = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        room = box.width() - INSIDE
        return option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
