"""A plot axis with true minus signs and evenly thinned ticks."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPicture

from emviz.ui.panels.plot.drawable import tick_text
from emviz.wording.numbers import figure

#: Crowded ticks are thinned by one of these factors, so that round numbers remain.
THINNER = (2, 5, 10, 20, 50)
#: Where the text of a tick is in its box, on the left and on the bottom axis.
BESIDE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
BELOW = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip)
#: The rectangle in which pyqtgraph measures the text of a tick.
MEASURED = QRectF(0, 0, 100, 100)

#: The lines of an axis, and its texts in their boxes.
Specs: TypeAlias = "tuple[list[QLineF], list[tuple[QRectF, str]]]"


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

    def generateDrawSpecs(self, painter: QPainter) -> Specs | None:
        """Return what `drawPicture` draws; None before the axis is in a window.

        As pyqtgraph's, which takes twice as long, for one level of ticks and without a grid; tick texts are
        kept inside the right border.
        """
        if self.style["tickFont"] is not None:
            painter.setFont(self.style["tickFont"])
        box, to_pixels = self.mapRectFromParent(self.geometry()), self.deviceTransform_()
        ends = self._ends(box)
        length = 0.0 if to_pixels is None else QLineF(*map(to_pixels.map, ends)).length()
        if not length:
            return None
        values, texts = self._ticks(length)
        shown = [
            (at, text) for at, text in zip(self._places(values, box), texts, strict=True) if at is not None
        ]
        lines = [self._tick(at, box) for at, _ in shown]
        written = self._written(painter, shown, box) if self.style["showValues"] else []
        return [QLineF(*ends), *lines], written

    def drawPicture(self, painter: QPainter, lines: list[QLineF], texts: list[tuple[QRectF, str]]) -> None:
        """Draw the axis, its ticks and their texts."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
        painter.setPen(self.pen())
        for line in lines:
            painter.drawLine(line)
        painter.setPen(self.textPen())
        painter.setClipRect(self.boundingRect().toAlignedRect())
        side = BESIDE if self.orientation == "left" else BELOW
        for box, text in texts:
            painter.drawText(box, side, text)

    def _ends(self, box: QRectF) -> tuple[QPointF, QPointF]:
        """Return the ends of the axis's line."""
        if self.orientation == "left":
            return box.topRight() + QPointF(-1, -1), box.bottomRight() + QPointF(-1, 1)
        return box.topLeft() + QPointF(-1, 1), box.topRight() + QPointF(1, 1)

    def _ticks(self, length: float) -> tuple[list[float], list[str]]:
        """Return the values that have ticks, and their texts."""
        if self._tickLevels is not None:
            chosen = [tick for level in self._tickLevels for tick in level]
            return [value for value, _ in chosen], [text for _, text in chosen]
        low, high = self.range
        for spacing, values in self.tickValues(low, high, length):
            return values, self.tickStrings(values, 1.0, spacing)
        return [], []

    def _places(self, values: list[float], box: QRectF) -> list[float | None]:
        """Return the place of each value along the axis; None outside of it."""
        low, high = self.range
        if self.orientation == "left":
            scale = -box.height() / (high - low) if high != low else 1.0
            shift = low * scale - box.height() if high != low else 0.0
        else:
            scale = box.width() / (high - low) if high != low else 1.0
            shift = low * scale if high != low else 0.0
        first, last = sorted((low * scale - shift, high * scale - shift))
        places = [value * scale - shift for value in values]
        return [place if first <= place <= last else None for place in places]

    def _tick(self, at: float, box: QRectF) -> QLineF:
        length = self.style["tickLength"]
        if self.orientation == "left":
            return QLineF(box.right(), at, box.right() - length, at)
        return QLineF(at, box.top(), at, box.top() + length)

    def _written(
        self, painter: QPainter, shown: list[tuple[float, str]], box: QRectF
    ) -> list[tuple[QRectF, str]]:
        """Return the texts that fit, each in its box, and make room for the largest."""
        upright, around, end = self.orientation == "left", self.boundingRect(), self._end()
        apart = max(0, self.style["tickLength"]) + self.style["tickTextOffset"][not upright]
        written, most = [], 0.0
        for at, text in shown:
            found = painter.boundingRect(MEASURED, Qt.AlignmentFlag.AlignCenter, text)
            # pyqtgraph's measure: the box of a line is higher than its letters.
            width, height = found.width(), found.height() * 0.8
            most = max(most, width if upright else height)
            if upright:
                place = QRectF(box.right() - apart - width, at - height / 2, width, height)
            else:
                place = QRectF(at - width / 2, box.top() + apart, width, height)
            if around & place == place:
                written.append((place.translated(min(0.0, end - place.right()), 0.0), text))
        self._updateMaxTextSize(most)
        return written

    def _end(self) -> float:
        """Return the x beyond which texts would be cut off."""
        view = self.getViewWidget()
        if view is None or self.orientation == "left":
            return math.inf
        return float(self.mapFromScene(view.mapToScene(view.rect().topRight())).x())

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return one level of ticks: spacing and values, counted from `base` where it is set."""
        shift = self.base or 0.0
        levels = self.tickSpacing(low - shift, high - shift, size)[:1]
        kept = [
            (spacing, _multiples(spacing, low - shift, high - shift))
            for spacing, _ in levels
            if not self._whole or spacing >= 1
        ]
        # On a very short range pyqtgraph offers only fractional spacings.
        if self._whole and not kept:
            kept = [(1.0, np.arange(np.ceil(low - shift), np.floor(high - shift) + 1).tolist())]
        room = size / (high - low) if high > low else 0.0
        return [
            (spacing, [value + shift for value in self._thinned(spacing, values, room)])
            for spacing, values in kept
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


def _multiples(spacing: float, low: float, high: float) -> list[float]:
    """Return the multiples of the spacing in a range."""
    first = math.ceil(low / spacing) * spacing
    return [place * spacing + first for place in range(int((high - first) / spacing) + 1)]


def _signed(value: float, spacing: float) -> str:
    if abs(value) < spacing / 2:
        return "0"
    return ("+" if value > 0 else "") + figure(value, 1)
