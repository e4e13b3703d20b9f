"""A miniature plot of log P over the iterations."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontInfo, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from emviz.em.pictures.milestones import milestones
from emviz.session import Session
from emviz.ui.look.theme import LIGHT, Theme
from emviz.wording.narration import objective_name

#: Maximum number of points, and the maximum for which each point gets a dot.
MOST, DOTTED = 120, 12


class Sparkline(QWidget):
    """Plots log P up to the displayed step."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sparkline")
        self._theme: Theme = LIGHT
        self.heights: tuple[float, ...] = ()

    def show_session(self, session: Session) -> None:
        """Plot log P up to the displayed step."""
        known = session.trace.heights(session.cursor)
        times = milestones(len(known), MOST)
        heights = tuple(known[t] for t in times.tolist())
        self.setAccessibleName(f"{objective_name(session)} over the iterations")
        if heights != self.heights:
            self.heights = heights
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return a width of seven letters."""
        em = QFontInfo(self.font()).pixelSize()
        return QSize(round(7.5 * em), round(2.2 * em))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background, the line and its end point."""
        painter, em = QPainter(self), QFontInfo(self.font()).pixelSize()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.setBrush(QColor(self._theme.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        points = placed(self.heights, QRectF(self.rect()).adjusted(0.6 * em, 0.5 * em, -0.6 * em, -0.5 * em))
        painter.setPen(QPen(QColor(self._theme.bound), max(1.5, em / 9)))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(QColor(self._theme.ink), 0))
        painter.setBrush(QColor(self._theme.ink))
        for point in points if len(points) <= DOTTED else points[-1:]:
            painter.drawEllipse(point, 0.2 * em, 0.2 * em)
        painter.end()


def placed(heights: tuple[float, ...], room: QRectF) -> list[QPointF]:
    """Return the points of the line, from the first at the lower left, with the highest at the top."""
    known = [(t, height) for t, height in enumerate(heights) if math.isfinite(height)]
    low, high = (pick((height for _, height in known), default=0.0) for pick in (min, max))
    span, last = (high - low) or 1.0, max(1, len(heights) - 1)
    return [
        QPointF(
            room.left() + room.width() * t / last, room.bottom() - room.height() * ((height - low) / span)
        )
        for t, height in known
    ]
