"""A plot axis with true minus signs and evenly thinned ticks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF, QPainter, QPicture
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from emviz.ui.panels.plot.drawable import tick_text
from emviz.wording.numbers import figure

#: The space between an axis title and the widest tick text, in lines of the title.
APART = 0.25
#: The share of a title's height that pyqtgraph reserves for it.
RESERVED = 0.8
#: Crowded ticks are thinned by one of these factors, so that round numbers remain.
THINNER = (2, 5, 10, 20, 50)


class Axis(pg.AxisItem):
    """An axis with true minus signs; with a `base` set, its ticks show the distance from that value.

    Parameters
    ----------
    orientation : str
        "left" or "bottom".
    whole : bool
        Only whole numbers get ticks.
    """

    #: What is drawn, until the axis changes.
    picture: QPicture | None

    def __init__(self, orientation: str, whole: bool = False) -> None:
        self.base: float | None = None
        self._whole = whole
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)
        # The levels below the widest are worked out in vain: `tickValues` leaves them out.
        self.setStyle(maxTickLevel=0)

    def space_title(self, lines: int) -> None:
        """Keep a title of so many lines clear of the tick texts.

        pyqtgraph reserves a share of its height, so that its margins must make up for what its lines lack.
        """
        line = QFontMetricsF(self.label.font()).height()
        lacking = APART * line + (1 - RESERVED) * lines * line
        self.label.document().setDocumentMargin(lacking / (2 * RESERVED))

    def prepare(self) -> None:
        """Draw the ticks into the axis's picture now, unless they are drawn.

        Left to the first paint, a wider tick text would lay out the plot and have it painted again.
        """
        if self.picture is not None or not self.isVisible():
            return
        picture = QPicture()
        painter = QPainter(picture)
        try:
            specs = self.generateDrawSpecs(painter)
            if specs is not None:
                self.drawPicture(painter, *specs)
        finally:
            painter.end()
        if specs is not None:
            self.picture = picture

    def generateDrawSpecs(self, painter: QPainter) -> tuple[Any, Any, Any] | None:
        """Return pyqtgraph's drawing instructions, with tick texts kept inside the right border."""
        specs: tuple[Any, Any, Any] | None = super().generateDrawSpecs(painter)
        view = self.getViewWidget()
        if specs is None or view is None or self.orientation != "bottom":
            return specs
        line, ticks, texts = specs
        end = self.mapFromScene(view.mapToScene(view.rect().topRight())).x()
        moved = [(box.translated(min(0.0, end - box.right()), 0.0), *rest) for box, *rest in texts]
        return line, ticks, moved

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None = None) -> None:
        """Move the title, which pyqtgraph centres along the axis, to the outer edge."""
        super().resizeEvent(event)
        # A closed plot has no titles.
        if self.label is None:
            return
        margin = self.label.document().documentMargin()
        if self.orientation == "left":
            self.label.setX(-margin)
        else:
            self.label.setY(self.size().height() - self.label.boundingRect().height() + margin)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return one level of ticks: spacing and values, counted from `base` where it is set."""
        shift = self.base or 0.0
        levels = super().tickValues(low - shift, high - shift, size)
        kept = [(spacing, list(values)) for spacing, values in levels if not self._whole or spacing >= 1]
        # On a very short range pyqtgraph offers only fractional spacings.
        if self._whole and not kept:
            kept = [(1.0, np.arange(np.ceil(low - shift), np.floor(high - shift) + 1).tolist())]
        room = size / (high - low) if high > low else 0.0
        return [
            (spacing, [value + shift for value in self._thinned(spacing, values, room)])
            for spacing, values in kept[:1]
        ]

    def _thinned(self, spacing: float, values: list[float], room: float) -> list[float]:
        """Return the ticks of a vertical axis whose texts do not touch each other.

        Parameters
        ----------
        room : float
            Pixels per unit.
        """
        line = QFontMetricsF(self.style["tickFont"] or self.font()).height()
        if self.orientation != "left" or spacing * room >= line or len(values) < 3:
            return values
        factor = next((each for each in THINNER if each * spacing * room >= line), THINNER[-1])
        kept = [value for value in values if round(value / spacing) % factor == 0]
        return kept if len(kept) > 1 else [values[0], values[-1]]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the tick texts; signed distances where there is a `base`."""
        if self.base is not None:
            return [_signed(value - self.base, spacing) for value in values]
        return [tick_text(value, spacing) for value in values]


def _signed(value: float, spacing: float) -> str:
    if abs(value) < spacing / 2:
        return "0"
    return ("+" if value > 0 else "") + figure(value, 1)
