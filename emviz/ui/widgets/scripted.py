"""Read-only tables in which "θ_A" is drawn with a subscript."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QStaticText, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionHeader,
    QStyleOptionViewItem,
    QWidget,
)

from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.labels import in_even_lines

#: Pixels between the edge of a cell and its text.
PAD = 4
DISPLAYED = Qt.ItemDataRole.DisplayRole


class ScriptedCells(QStyledItemDelegate):
    """Draws read-only cells with subscripts."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a text with subscripts on the background drawn by the style."""
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        if "<sub>" not in rich(bare.text):
            super().paint(painter, option, index)
            return
        text, bare.text = bare.text, ""
        style = bare.widget.style() if bare.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, bare.widget)
        painter.save()
        painter.setFont(bare.font)
        paint_text(painter, bare.rect, text, bare.palette.color(QPalette.ColorRole.Text))
        painter.restore()


class ScriptedNames(QHeaderView):
    """A vertical header that draws names with subscripts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.ink = QColor()

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, index: int) -> None:
        """Leave the text empty; `paintSection` draws it."""
        super().initStyleOptionForIndex(option, index)
        option.text = ""

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        """Draw a name on the background drawn by the style."""
        super().paintSection(painter, rect, index)
        painter.save()
        painter.setFont(self.font())
        name = str(self.model().headerData(index, Qt.Orientation.Vertical, DISPLAYED))
        paint_text(painter, rect, name, self.ink)
        painter.restore()


def paint_text(painter: QPainter, rect: QRect, text: str, ink: QColor) -> None:
    """Draw a left-aligned text with subscripts, elided if it does not fit."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * PAD)
    written = QStaticText(in_even_lines(rich(shown), painter.font()))
    written.setTextFormat(Qt.TextFormat.RichText)
    one_line = QTextOption()
    one_line.setWrapMode(QTextOption.WrapMode.NoWrap)
    written.setTextOption(one_line)
    painter.setPen(ink)
    top = rect.top() + (rect.height() - metrics.height()) / 2
    painter.drawStaticText(QPointF(rect.left() + PAD, top), written)
