"""The mouse pointer in a lecture: a large ring on demand, and no pointer while it is still."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QCursor, QMouseEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from emviz.ui.look.theme import LIGHT, Theme

#: Milliseconds after which a still pointer is hidden in a lecture.
STILL = 3000
#: Diameter of the ring as a share of the window's height, its minimum in pixels, and its line width.
PART, LEAST, LINE = 0.11, 64, 0.09
#: Events after which the mouse is outside the window or the window is inactive.
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
        """Watch the mouse over a window."""
        window.installEventFilter(self)

    @Slot(bool)
    def show_ring(self, shown: bool) -> None:
        """Show or hide the ring around the mouse."""
        self._ringed = shown
        self._stir()
        self._follow(self._window.mapFromGlobal(QCursor.pos()))

    def hide_when_still(self, hiding: bool) -> None:
        """Switch hiding of a still pointer on or off."""
        self._hiding = hiding
        self._stir()

    def _stir(self) -> None:
        """Show the pointer, and restart the timer that hides it."""
        if self.hidden:
            self.hidden = False
            QApplication.restoreOverrideCursor()
        if self._hiding:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _hide(self) -> None:
        # The ring means that somebody is pointing; over a dialog the pointer is not ours to hide.
        if self._hiding and not self._ringed and self._window.isActiveWindow() and not self.hidden:
            self.hidden = True
            QApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)

    def _follow(self, at: QPoint) -> None:
        self.ring.setVisible(self._ringed and self._window.rect().contains(at))
        if self._ringed:
            self.ring.go_to(at, self._window.height())

    # -- Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse without consuming its events."""
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
    """A ring over the window that ignores mouse events."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme: Theme = LIGHT
        self.hide()

    def go_to(self, at: QPoint, height: int) -> None:
        """Centre the ring at a point of a window of the given height."""
        side = max(LEAST, round(PART * height))
        self.setGeometry(at.x() - side // 2, at.y() - side // 2, side, side)
        self.raise_()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring with an outline that contrasts with any background."""
        line = LINE * self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        around = QRectF(self.rect()).adjusted(line, line, -line, -line)
        for colour, width in ((self.theme.card, line + 4), (self.theme.fault, line)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(around)
        painter.end()
