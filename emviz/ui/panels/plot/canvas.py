"""A widget that draws a scene of plain shapes, words and images, and reports what the mouse does on it.

A picture works out its scene when something changes; painting it decides nothing and cannot fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from emviz.ui.widgets.visible import visible

#: What one notch of a wheel turns, in eighths of a degree.
NOTCH = 120


@dataclass(frozen=True)
class Shape:
    """A path, filled, outlined, or both; "" for no colour."""

    path: QPainterPath
    fill: str = ""
    line: str = ""
    width: float = 1.0
    smooth: bool = True


@dataclass(frozen=True)
class Outlines:
    """Paths apart from one another, filled: much faster than as many shapes, or than all as one path."""

    paths: tuple[QPainterPath, ...]
    fill: str


@dataclass(frozen=True)
class Words:
    """A text in a box."""

    text: str
    box: QRectF
    colour: str
    font: QFont
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Letters:
    """Single letters, each at the left end of its baseline: much faster than as many texts."""

    spots: tuple[tuple[str, QPointF], ...]
    colour: str
    font: QFont


@dataclass(frozen=True)
class Bitmap:
    """An image stretched over a box, with hard edges, as far as it lies in another."""

    image: QImage
    box: QRectF
    clip: QRectF


Item: TypeAlias = Shape | Outlines | Words | Letters | Bitmap


class Canvas(QWidget):
    """Draws a scene.

    Parameters
    ----------
    name : str
        What a screen reader calls it.
    """

    resized = Signal()
    pressed = Signal(QPointF)
    moved = Signal(QPointF)
    released = Signal(QPointF)
    double_clicked = Signal(QPointF)
    #: Where, and by how many notches, away from the user.
    wheeled = Signal(QPointF, float)
    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene: tuple[Item, ...] = ()
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the scene, in the order of drawing."""
        return tuple(item.text for item in self.scene if isinstance(item, Words))

    def show_scene(self, scene: Sequence[Item]) -> None:
        """Draw this instead."""
        self.scene = tuple(scene)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the room of a usual picture."""
        return QSize(420, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scene, its first item at the bottom."""
        painter = QPainter(self)
        for item in self.scene:
            _paint(painter, item)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Report another size."""
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report a press of the left button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report where the mouse is."""
        self.moved.emit(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report that the left button is up."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.released.emit(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Report a double click of the left button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Report a turn of the wheel."""
        self.wheeled.emit(event.position(), event.angleDelta().y() / NOTCH)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.left.emit()


def rectangle(left: float, top: float, width: float, height: float, radius: float = 0.0) -> QPainterPath:
    """Return a rectangle as a path, its corners rounded if need be."""
    path = QPainterPath()
    if radius:
        path.addRoundedRect(QRectF(left, top, width, height), radius, radius)
    else:
        path.addRect(QRectF(left, top, width, height))
    return path


def polyline(*points: tuple[float, float]) -> QPainterPath:
    """Return a line through some points as a path."""
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    return path


def _paint(painter: QPainter, item: Item) -> None:
    match item:
        case Shape():
            _paint_shape(painter, item)
        case Outlines():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            painter.setBrush(QColor(item.fill))
            for path in item.paths:
                painter.drawPath(path)
        case Words():
            painter.setFont(item.font)
            painter.setPen(QColor(item.colour))
            painter.drawText(item.box, item.align, visible(item.text))
        case Letters():
            painter.setFont(item.font)
            painter.setPen(QColor(item.colour))
            for letter, spot in item.spots:
                painter.drawText(spot, visible(letter))
        case Bitmap():
            painter.save()
            painter.setClipRect(item.clip)
            painter.drawImage(item.box, item.image)
            painter.restore()


def _paint_shape(painter: QPainter, shape: Shape) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, shape.smooth)
    painter.setBrush(QColor(shape.fill) if shape.fill else Qt.BrushStyle.NoBrush)
    pen = QPen(QColor(shape.line), shape.width) if shape.line else QPen(Qt.PenStyle.NoPen)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawPath(shape.path)
