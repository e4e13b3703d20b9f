"""The initial position of the window: entirely on its screen."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

USUAL_SIZE = QSize(1360, 820)
#: Maximum width of a window manager's frame, in pixels.
FRAME = QMargins(8, 40, 8, 8)
#: Platforms without a screen, where size is not limited.
SCREENLESS = ("offscreen", "minimal")


def place_window(window: QWidget, kept: bytes) -> None:
    """Restore the position and size of a window, or use the default, limited to the screen.

    Parameters
    ----------
    kept : bytes
        Output of `saveGeometry`; empty if there is none.
    """
    known = bool(kept) and window.restoreGeometry(kept)
    if not known:
        window.resize(USUAL_SIZE)
    if QGuiApplication.platformName() in SCREENLESS or window.isMaximized():
        return
    screen = QGuiApplication.screenAt(window.geometry().center()) or QGuiApplication.primaryScreen()
    free = screen.availableGeometry()
    if known:
        window.setGeometry(fitted(window.geometry(), free.marginsRemoved(FRAME)))
    elif not holds(free.size(), USUAL_SIZE.grownBy(FRAME)):
        window.setGeometry(fitted(QRect(free.topLeft(), USUAL_SIZE), free.marginsRemoved(FRAME)))
        # Maximised if the frame leaves no room; the restored size then fits too.
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def holds(room: QSize, size: QSize) -> bool:
    """Return whether a size fits into another."""
    return size.width() <= room.width() and size.height() <= room.height()


def fitted(wanted: QRect, free: QRect) -> QRect:
    """Return a rectangle shrunk and moved to fit into the free area."""
    size = wanted.size().boundedTo(free.size())
    most = free.bottomRight() - QPoint(size.width() - 1, size.height() - 1)
    left = min(max(wanted.left(), free.left()), most.x())
    top = min(max(wanted.top(), free.top()), most.y())
    return QRect(QPoint(left, top), size)
