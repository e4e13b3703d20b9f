"""Painting of the boxes, bars and arrows of a diagram."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.diagram_arrows import Arrow
from emviz.ui.panels.pictures.diagram_plan import Box, DiagramPlan, Row
from emviz.ui.panels.plot.naming import sized
from emviz.ui.widgets.visible import visible

#: Opacity of a bar, and radius of a box's corners, in pixels.
SOFT, ROUND = 0.45, 5


@dataclass(frozen=True)
class Marks:
    """The user's selection in a diagram.

    Parameters
    ----------
    node, state : int
        The chosen variable, and its state that keys act on; −1 for none.
    focused : bool
        Whether the widget has the keyboard focus.
    arrow : int
        The chosen arrow; −1 for none.
    source : int
        The variable that a new arrow is being drawn from; −1 for none.
    end : QPointF or None
        The mouse position that it has been drawn to.
    """

    node: int = -1
    state: int = 0
    focused: bool = False
    arrow: int = -1
    source: int = -1
    end: QPointF | None = None


def paint(painter: QPainter, plan: DiagramPlan, theme: Theme, font: QFont, marks: Marks) -> None:
    """Paint arrows, boxes, the selection and the banner."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, arrow in enumerate(plan.arrows):
        _paint_arrow(painter, arrow, theme, place == marks.arrow)
    for place, box in enumerate(plan.boxes):
        _paint_box(painter, box, theme, font, place in (marks.node, marks.source))
    if marks.source >= 0 and marks.end is not None:
        painter.setPen(QPen(QColor(theme.accent), 2.5, Qt.PenStyle.DashLine))
        painter.drawLine(plan.boxes[marks.source].area.center(), marks.end)
    if marks.focused and marks.node >= 0:
        box = plan.boxes[marks.node]
        here = next((row.area for row in box.rows if row.place == marks.state), box.area)
        painter.setPen(QPen(QColor(theme.focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(here.adjusted(2, 0, -2, 0))
    painter.setPen(QColor(theme.accent))
    painter.setFont(sized(font, 1.0, bold=True))
    painter.drawText(plan.banner_area, Qt.AlignmentFlag.AlignCenter, visible(plan.banner))


def _paint_arrow(painter: QPainter, arrow: Arrow, theme: Theme, chosen: bool) -> None:
    colour = QColor(theme.focus if chosen else theme.muted)
    painter.setPen(QPen(colour, 3.5 if chosen else 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(list(arrow.points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(list(arrow.head)))


def _paint_box(painter: QPainter, box: Box, theme: Theme, font: QFont, chosen: bool) -> None:
    """Paint a variable, with a thick frame if it is observed and a dashed one if it is supposed."""
    painter.setPen(QPen(QColor(theme.ink if box.seen else theme.muted), 2 if box.seen else 1))
    if box.supposed:
        painter.setPen(QPen(QColor(theme.accent), 2.5, Qt.PenStyle.DashLine))
    painter.setBrush(QColor(theme.selection if chosen else theme.card))
    painter.drawRoundedRect(box.area, ROUND, ROUND)
    painter.setPen(QColor(theme.ink))
    painter.setFont(sized(font, 1.0, bold=True))
    painter.drawText(box.title, Qt.AlignmentFlag.AlignCenter, visible(box.name))
    for row in box.rows:
        _paint_row(painter, row, theme, font)


def _paint_row(painter: QPainter, row: Row, theme: Theme, font: QFont) -> None:
    """Paint a state: its bar, its name and its probability, bold if it is the observed one."""
    colour = theme.component(row.place)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour if row.seen else mixed(colour, theme.card, SOFT)))
    painter.drawRect(QRectF(row.bar.x(), row.bar.y(), row.share * row.bar.width(), row.bar.height()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.muted), 0.5))
    painter.drawRect(row.bar)
    painter.setPen(QPen(QColor(theme.ink), 2))
    if row.before is not None:
        x = row.bar.x() + row.before * row.bar.width()
        painter.drawLine(QPointF(x, row.bar.top() - 2), QPointF(x, row.bar.bottom() + 2))
    if row.reference is not None:
        painter.setPen(QPen(QColor(theme.ink), 1.5, Qt.PenStyle.DotLine))
        x = row.bar.x() + row.reference * row.bar.width()
        painter.drawLine(QPointF(x, row.bar.top() - 3), QPointF(x, row.bar.bottom() + 3))
        painter.setPen(QPen(QColor(theme.ink), 2))
    painter.setFont(sized(font, 1.0, bold=row.seen))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(row.name_area, Qt.AlignmentFlag.AlignLeft | middle, visible(row.name))
    painter.drawText(row.number_area, Qt.AlignmentFlag.AlignRight | middle, row.number)
