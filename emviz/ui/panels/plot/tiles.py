"""Small plots in rows and columns, all of one size: the axes stand at the left and at the bottom alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from emviz.ui.look.lettering import font_for
from emviz.ui.panels.plot.plot import Plot

#: The ratio of width to height that a small plot comes near to, and the gap between two.
SHAPE, GAP = 1.7, 10


class Tile(QWidget):
    """One small plot with a line of text above it.

    Parameters
    ----------
    name : str
        What a screen reader calls the plot.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.plot = Plot(name, parent=self)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.plot.setMinimumSize(1, 1)
        self.plot.plotItem.layout.setContentsMargins(0, 6, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the text above the plot."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Give the text the height that its font asks for, and the plot the rest."""
        # The font of the application may be younger than that of the label.
        height = QFontMetrics(font_for(self)).height()
        self.title.setGeometry(0, 0, self.width(), height)
        self.plot.setGeometry(0, height, self.width(), max(1, self.height() - height))


class Tiles(QWidget):
    """Lays tiles out in a grid that suits its shape.

    Parameters
    ----------
    parent : QWidget
        Where it lies.
    """

    #: The tiles have got other places.
    arranged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        #: Width and height of what a tile has besides its axes.
        self.cell = (0, 0)
        #: What the axes take at the left and at the bottom.
        self.margins = (0, 0)
        self.setMinimumSize(120, 80)

    @property
    def columns(self) -> int:
        """The columns of the grid."""
        return columns_for(len(self.tiles), self.width(), self.height())

    def lay_out(self, tiles: Sequence[Tile], left: int, bottom: int) -> None:
        """Lay out tiles whose axes take so many pixels at the left and at the bottom."""
        self.tiles, self.margins = list(tiles), (left, bottom)
        self._place()

    def outer(self, place: int) -> tuple[bool, bool]:
        """Return whether a tile stands at the left, and whether none is below it."""
        return place % self.columns == 0, place + self.columns >= len(self.tiles)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the grid for the new shape."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        if not self.tiles:
            return
        left, bottom = self.margins
        columns = self.columns
        rows = math.ceil(len(self.tiles) / columns)
        width = (self.width() - left - GAP * (columns - 1)) // columns
        height = (self.height() - bottom - GAP * (rows - 1)) // rows
        self.cell = max(1, width), max(1, height)
        for place, tile in enumerate(self.tiles):
            row, column = divmod(place, columns)
            first, last = self.outer(place)
            x = 0 if first else left + column * (width + GAP)
            right, below = self.cell[0] + left * first, self.cell[1] + bottom * last
            tile.setGeometry(x, row * (height + GAP), right, below)
            tile.arrange()
            tile.show()
        self.arranged.emit()


def columns_for(number: int, width: int, height: int) -> int:
    """Return into how many columns so many tiles go, so that each comes near to its best shape."""

    def fault(columns: int) -> float:
        rows = math.ceil(number / columns)
        empty = rows * columns - number
        shape = (width / columns) / max(1.0, height / rows)
        return abs(math.log(max(shape, 1e-9) / SHAPE)) + 0.15 * empty

    return min(range(1, max(number, 1) + 1), key=fault)
