"""The border between two parts of the window, which can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget


class Handle(QWidget):
    """The gap between two parts; it says where it is dragged to, in the coordinates of its parent.

    Parameters
    ----------
    orientation : Qt.Orientation
        The direction in which it moves.
    name : str
        Its object name.
    """

    dragged = Signal(QPoint)

    def __init__(self, orientation: Qt.Orientation, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        across = orientation is Qt.Orientation.Horizontal
        self.setCursor(Qt.CursorShape.SplitHCursor if across else Qt.CursorShape.SplitVCursor)
        self._grip: QPoint | None = None
        self._lit = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say where it is to be."""
        if self._grip is not None:
            self.dragged.emit(self.mapToParent(event.position().toPoint() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        self._grip = None

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the mouse."""
        self._lit = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Be as the ground again."""
        self._lit = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show a border under the mouse only."""
        if self._lit:
            painter = QPainter(self)
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
            painter.end()
