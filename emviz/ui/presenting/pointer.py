"""The mouse in a lecture: a ring around it that is seen from far, and nothing of it while it is still."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QCursor, QMouseEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from emviz.ui.look.theme import LIGHT, Theme

#: Milliseconds after which a mouse that is still is hidden in a lecture.
STILL = 3000
#: The part of the window's height that the ring is wide, the least of it in pixels, and that of its line.
PART, LEAST, LINE = 0.11, 64, 0.09
#: When the mouse is no longer over the window, or the window no longer has the keys.
GONE = (QEvent.Type.Leave, QEvent.Type.FocusOut)


class Pointer(QObject):
    """Follows the mouse over a window.

    Parameters
    ----------
    window : QMainWindow
        The window.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.ring = Ring(window)
        self._ringed, self._hiding, self.hidden = False, False, False
        self._timer = QTimer(self, singleShot=True, interval=STILL)
        self._timer.timeout.connect(self._hide)

    def watch(self, window: QWindow) -> None:
        """Listen to the mouse over a window."""
        window.installEventFilter(self)

    @Slot(bool)
    def show_ring(self, shown: bool) -> None:
        """Show the ring around the mouse, or not."""
        self._ringed = shown
        self._stir()
        self._follow(self._window.mapFromGlobal(QCursor.pos()))

    def hide_when_still(self, hiding: bool) -> None:
        """Hide the mouse whenever it has been still for some seconds, or never."""
        self._hiding = hiding
        self._stir()

    def _stir(self) -> None:
        """Show the mouse, and wait until it has been still."""
        if self.hidden:
            self.hidden = False
            QApplication.restoreOverrideCursor()
        if self._hiding:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _hide(self) -> None:
        # Where the ring is, somebody points at something; over a dialog the mouse is not ours.
        if self._hiding and not self._ringed and self._window.isActiveWindow() and not self.hidden:
            self.hidden = True
            QApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)

    def _follow(self, at: QPoint) -> None:
        self.ring.setVisible(self._ringed and self._window.rect().contains(at))
        if self._ringed:
            self.ring.go_to(at, self._window.height())

    # -- Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse; what it does is left to others."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._stir()
            if self._ringed:
                self._follow(event.position().toPoint())
        elif event.type() in GONE:
            self._stir()
            if event.type() == QEvent.Type.Leave:
                self.ring.hide()
        return super().eventFilter(watched, event)


class Ring(QWidget):
    """A ring that lies over the window and lets the mouse through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme: Theme = LIGHT
        self.hide()

    def go_to(self, at: QPoint, height: int) -> None:
        """Lie around a point of a window of a height."""
        side = max(LEAST, round(PART * height))
        self.setGeometry(at.x() - side // 2, at.y() - side // 2, side, side)
        self.raise_()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring, with an edge that sets it off from any ground."""
        line = LINE * self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        around = QRectF(self.rect()).adjusted(line, line, -line, -line)
        for colour, width in ((self.theme.card, line + 4), (self.theme.fault, line)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(around)
        painter.end()
