"""Where the window stands at first: no larger than the screen it is on, and all of it in sight."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

USUAL_SIZE = QSize(1360, 820)
#: What a window manager puts around a window at the most, in pixels.
FRAME = QMargins(8, 40, 8, 8)
#: Platforms that draw without a screen, which is then no limit.
SCREENLESS = ("offscreen", "minimal")


def place_window(window: QWidget, kept: bytes) -> None:
    """Give a window its former place and size, or the usual size, as far as the screen can hold it.

    Parameters
    ----------
    kept : bytes
        What `saveGeometry` returned; empty where nothing is known.
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
        # All of the free area, whatever the frame is; it may also come back to this size.
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def holds(room: QSize, size: QSize) -> bool:
    """Return whether a size has room in another."""
    return size.width() <= room.width() and size.height() <= room.height()


def fitted(wanted: QRect, free: QRect) -> QRect:
    """Return a rectangle made no larger than the free area, and moved into it."""
    size = wanted.size().boundedTo(free.size())
    most = free.bottomRight() - QPoint(size.width() - 1, size.height() - 1)
    left = min(max(wanted.left(), free.left()), most.x())
    top = min(max(wanted.top(), free.top()), most.y())
    return QRect(QPoint(left, top), size)
