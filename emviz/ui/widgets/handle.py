"""The draggable border between two parts of the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget


class Handle(QWidget):
    """The gap between two parts; emits its dragged position in the parent's coordinates.

    Parameters
    ----------
    orientation : Qt.Orientation
        The direction of movement.
    name : str
        Object name.
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
        """Start dragging."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Emit the new position."""
        if self._grip is not None:
            self.dragged.emit(self.mapToParent(event.position().toPoint() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop dragging."""
        self._grip = None

    def enterEvent(self, event: QEnterEvent) -> None:
        """Highlight the border."""
        self._lit = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Remove the highlight."""
        self._lit = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the border while it is highlighted."""
        if self._lit:
            painter = QPainter(self)
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
            painter.end()
