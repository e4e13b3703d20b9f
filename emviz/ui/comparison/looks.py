"""Colour, dash and marker of each method."""

from __future__ import annotations

from collections.abc import Iterator

from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QWidget

from emviz.em.numerics import Array
from emviz.ui.look.theme import LIGHT, MARKERS, Theme
from emviz.ui.panels.plot.drawing import Mark
from emviz.ui.panels.plot.plot import DASHES

#: Longer curves have a marker only at their end.
MARKED = 30
#: Line width of a curve, in pixels.
WIDTH = 2.2


def marks(place: int, points: Array, theme: Theme, ended: bool) -> Iterator[Mark]:
    """Yield the markers of a method, the last one larger if it has ended.

    Parameters
    ----------
    points : Array, shape (n, 2)
        Its curve or path.
    """
    colour, symbol = theme.component(place), MARKERS[place]
    last = len(points) - 1
    shown = range(last) if last < MARKED else ()
    for each in shown:
        yield Mark(float(points[each, 0]), float(points[each, 1]), symbol, colour, 8)
    if last >= 0:
        yield Mark(float(points[last, 0]), float(points[last, 1]), symbol, colour, 15 if ended else 9)


class Sample(QWidget):
    """A sample of a method's line, for a legend."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.theme: Theme = LIGHT
        self._place = place

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a few dashes."""
        em = self.fontMetrics().height()
        return QSize(3 * em, em)

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line with its marker in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, middle = QColor(self.theme.component(self._place)), self.height() / 2
        pen = QPen(colour, WIDTH)
        if DASHES[self._place]:
            pen.setDashPattern(DASHES[self._place])
            # Qt's square caps would lengthen the dashes and close the gaps.
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        size = 0.6 * self.fontMetrics().height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.translate(self.width() / 2, middle)
        painter.drawPath(QTransform.fromScale(size, size).map(Symbols[MARKERS[self._place]]))
        painter.end()
