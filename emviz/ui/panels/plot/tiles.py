"""Small plots of one size in a grid, with axes only at the left and at the bottom."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from emviz.ui.look.lettering import font_for
from emviz.ui.panels.plot.plot import Plot

#: Preferred ratio of width to height of a small plot, and the gap between two, in pixels.
SHAPE, GAP = 1.7, 10


class Tile(QWidget):
    """One small plot with a line of text above it.

    Parameters
    ----------
    name : str
        The plot's accessible name.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.plot = Plot(name, parent=self)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.plot.setMinimumSize(1, 1)
        self.plot.plotItem.layout.setContentsMargins(0, 6, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out text and plot."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Give the text the height of its font, and the plot the rest."""
        # Until the label is polished, it still has the font of before.
        height = QFontMetrics(font_for(self)).height()
        self.title.setGeometry(0, 0, self.width(), height)
        self.plot.setGeometry(0, height, self.width(), max(1, self.height() - height))


class Tiles(QWidget):
    """Lays out tiles in the grid that suits its shape best.

    Parameters
    ----------
    parent : QWidget
        The parent widget.
    """

    #: The tiles have moved.
    arranged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        #: Width and height of a tile without its axes, in pixels.
        self.cell = (0, 0)
        #: Pixels that the axes take at the left and at the bottom.
        self.margins = (0, 0)
        self.setMinimumSize(120, 80)

    @property
    def columns(self) -> int:
        """Number of columns of the grid."""
        left, bottom = self.margins
        line = QFontMetrics(font_for(self)).height()
        return columns_for(len(self.tiles), self.width() - left, self.height() - bottom, line)

    def lay_out(self, tiles: Sequence[Tile], left: int, bottom: int) -> None:
        """Lay out tiles whose axes take `left` and `bottom` pixels."""
        self.tiles, self.margins = list(tiles), (left, bottom)
        self._place()

    def outer(self, place: int) -> tuple[bool, bool]:
        """Return whether a tile is in the first column, and whether none is below it."""
        return place % self.columns == 0, place + self.columns >= len(self.tiles)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the tiles for the new shape."""
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


def columns_for(number: int, width: int, height: int, line: int = 0) -> int:
    """Return the number of columns that gives `number` small plots nearly their preferred shape.

    Parameters
    ----------
    width, height : int
        The room for all tiles without their axes, in pixels.
    line : int
        Height of the text above each plot, which leaves less to the plots of many rows.
    """

    def fault(columns: int) -> float:
        rows = math.ceil(number / columns)
        empty = rows * columns - number
        across = (width - GAP * (columns - 1)) / columns
        down = (height - GAP * (rows - 1)) / rows - line
        shape = max(across, 1.0) / max(down, 1.0)
        return abs(math.log(shape / SHAPE)) + 0.15 * empty

    return min(range(1, max(number, 1) + 1), key=fault)
