"""A widget that draws a list of shapes, texts and images and reports mouse events.

A picture may draw its scene only when it is needed: a layout that goes through several sizes draws it once.
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

#: One notch of a mouse wheel, in eighths of a degree.
NOTCH = 120


@dataclass(frozen=True)
class Shape:
    """A path, filled, outlined, or both; "" means no fill or no line."""

    path: QPainterPath
    fill: str = ""
    line: str = ""
    width: float = 1.0
    smooth: bool = True


@dataclass(frozen=True)
class Outlines:
    """Separate filled paths: much faster than one `Shape` each, or than all of them joined to one path."""

    paths: tuple[QPainterPath, ...]
    fill: str


@dataclass(frozen=True)
class TextBox:
    """A text aligned in a box."""

    text: str
    box: QRectF
    colour: str
    font: QFont
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Letters:
    """Single letters, each at the left end of its baseline: much faster than one `TextBox` each."""

    spots: tuple[tuple[str, QPointF], ...]
    colour: str
    font: QFont


@dataclass(frozen=True)
class Bitmap:
    """An image scaled to a box without smoothing, and clipped to another."""

    image: QImage
    box: QRectF
    clip: QRectF


Item: TypeAlias = Shape | Outlines | TextBox | Letters | Bitmap


class Canvas(QWidget):
    """Draws a scene of `Item`s.

    Parameters
    ----------
    name : str
        The accessible name.
    """

    #: The scene is to be painted or read, and out of date: it has to be drawn now.
    needed = Signal()
    pressed = Signal(QPointF)
    moved = Signal(QPointF)
    released = Signal(QPointF)
    double_clicked = Signal(QPointF)
    #: Position, and notches turned; positive away from the user.
    wheeled = Signal(QPointF, float)
    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: tuple[Item, ...] = ()
        self._late = self._drawing = False
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    @property
    def scene(self) -> tuple[Item, ...]:
        """The items, first item at the bottom."""
        self.refresh()
        return self._scene

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the scene, in drawing order."""
        return tuple(item.text for item in self.scene if isinstance(item, TextBox))

    def show_scene(self, scene: Sequence[Item]) -> None:
        """Replace the scene."""
        self._scene, self._late = tuple(scene), False
        # While it is painted, `update` would have it painted once more.
        if not self._drawing:
            self.update()

    def outdate(self) -> None:
        """Have the scene drawn again when it is needed."""
        self._late = True
        self.update()

    def refresh(self) -> None:
        """Have the scene drawn now if it is out of date."""
        if self._late:
            self._late, self._drawing = False, True
            try:
                self.needed.emit()
            finally:
                self._drawing = False

    def sizeHint(self) -> QSize:
        """Return the size of an ordinary picture, in pixels."""
        return QSize(420, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scene, first item at the bottom."""
        scene, painter = self.scene, QPainter(self)
        for item in scene:
            _paint(painter, item)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the scene drawn for the new size."""
        super().resizeEvent(event)
        self._late = True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report a press of the left button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the mouse position."""
        self.moved.emit(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report a release of the left button."""
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
        """Report that the mouse has left."""
        super().leaveEvent(event)
        self.left.emit()


def rectangle(left: float, top: float, width: float, height: float, radius: float = 0.0) -> QPainterPath:
    """Return a rectangle as a path, with rounded corners where a radius is given."""
    path = QPainterPath()
    if radius:
        path.addRoundedRect(QRectF(left, top, width, height), radius, radius)
    else:
        path.addRect(QRectF(left, top, width, height))
    return path


def polyline(*points: tuple[float, float]) -> QPainterPath:
    """Return a line through the points as a path."""
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
        case TextBox():
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
