"""Component names on filled plates, centred on points of a plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsSimpleTextItem

from emviz.ui.panels.plot.plot import Plot
from emviz.ui.widgets.visible import visible

#: Padding around a name, in font heights, and the width of the plate's rim, in pixels.
AIR, RIM = 0.24, 2.0


class Badge(QGraphicsPathItem):
    """One name on a plate that keeps its size at any zoom; its position is in plot coordinates."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(40)
        self._text = QGraphicsSimpleTextItem(self)

    @property
    def text(self) -> str:
        """The name."""
        return self._text.text()

    def dress(self, text: str, colour: str, card: str, font: QFont) -> None:
        """Set the name, in the card's colour on a plate in the component's colour."""
        bold = QFont(font)
        bold.setBold(True)
        self._text.setFont(bold)
        self._text.setText(visible(text))
        self._text.setBrush(QColor(card))
        metrics = QFontMetricsF(bold)
        words = self._text.boundingRect()
        height = metrics.height() * (1 + AIR)
        width = max(height, words.width() + 2 * AIR * height)
        self._text.setPos(-words.width() / 2, -words.height() / 2)
        plate = QPainterPath()
        plate.addRoundedRect(QRectF(-width / 2, -height / 2, width, height), height / 2, height / 2)
        self.setPath(plate)
        self.setBrush(QColor(colour))
        self.setPen(QPen(QColor(card), RIM))


class Badges:
    """The badges of all components of a plot.

    Parameters
    ----------
    plot : Plot
        The plot that they are added to.
    """

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.items: list[Badge] = []

    def dress(self, names: Sequence[str], components: Sequence[int]) -> None:
        """Show these names, each in its component's colour."""
        while len(self.items) < len(names):
            self.items.append(Badge())
            self.plot.addItem(self.items[-1])
        while len(self.items) > len(names):
            self.plot.removeItem(self.items.pop())
        theme = self.plot.theme
        for item, name, component in zip(self.items, names, components, strict=True):
            item.dress(name, theme.component(component), theme.card, self.plot.overlay.font)

    def place(self, points: Sequence[tuple[float, float]]) -> None:
        """Move each badge to its point, in plot coordinates."""
        for item, point in zip(self.items, points, strict=True):
            item.setPos(*point)
