"""What the tests of the pictures of sequences share."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from emviz.session import example_session, show
from emviz.ui.panels.plot.canvas import Letters, Outlines, Shape, TextBox

#: The sizes of the smallest and of a large panel.
SIZES = [(400, 260), (900, 600)]


def session(revealed=False):
    at = example_session()
    return show(at, replace(at.display, revealed=revealed))


def put(picture, view, at=None, size=(640, 420)):
    picture.resize(*size)
    picture.show()
    picture.show_view(view, at or session())
    QApplication.processEvents()
    return picture


def words(canvas):
    return [item for item in canvas.scene if isinstance(item, TextBox)]


def colours(canvas):
    return {item.fill for item in canvas.scene if isinstance(item, Shape | Outlines)}


def lettered(canvas):
    return ["".join(letter for letter, _ in item.spots) for item in canvas.scene if isinstance(item, Letters)]


def cut_off(canvas):
    """Return the texts of a canvas that do not fit their box, or that leave the canvas."""
    inside = canvas.rect().toRectF().adjusted(-1, -1, 1, 1)
    return [
        item.text
        for item in words(canvas)
        if QFontMetricsF(item.font).horizontalAdvance(item.text) > item.box.width() + 1
        or not inside.contains(item.box)
    ]


def mouse(canvas, kind, x, y, buttons=Qt.MouseButton.NoButton):
    at = QPointF(x, y)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def click(canvas, x, y):
    mouse(canvas, QEvent.Type.MouseButtonPress, x, y, Qt.MouseButton.LeftButton)
    mouse(canvas, QEvent.Type.MouseButtonRelease, x, y)


def wheel(canvas, x, y, notches):
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def bits(probabilities):
    """Return the heights of a logo of four letters."""
    p = np.asarray(probabilities, dtype=np.float64)
    entropy = -np.sum(np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0), axis=1)
    return p * (2 - entropy)[:, None]
