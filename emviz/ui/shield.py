"""Keeps Python exceptions from reaching Qt, which cannot handle them and may end the process.

Before Python 3.12, an exception raised in C code (`1 / 0`, `[][1]`, `int(inf)`) is only a type and a text
until Python code catches it; Shiboken takes the text for an exception object and crashes. An exception in a
paint event leaves a painter active, and one in a resize event ends the event loop. So methods that Qt calls
report an error where it occurs and return a harmless value.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from types import FunctionType

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from shiboken6 import Shiboken

#: Methods that Qt calls besides event handlers, and what they return after an error.
RETURNED: dict[str, Callable[[], object]] = {
    "event": lambda: True,
    "viewportEvent": lambda: True,
    "eventFilter": lambda: False,
    "paint": lambda: None,
    "boundingRect": QRectF,
    "shape": QPainterPath,
    "sizeHint": QSize,
    "minimumSizeHint": QSize,
    "heightForWidth": lambda: -1,
    "hasHeightForWidth": lambda: False,
    "rowCount": lambda: 0,
    "columnCount": lambda: 0,
    "headerData": lambda: None,
    "flags": lambda: Qt.ItemFlag.NoItemFlags,
    "selectionChanged": lambda: None,
    "currentChanged": lambda: None,
    "scrollContentsBy": lambda: None,
    "updateGeometries": lambda: None,
}
#: Packages whose classes Qt calls.
OURS = ("emviz.ui", "pyqtgraph")


def shield_all() -> None:
    """Shield all classes defined so far."""
    below: list[type] = [Shiboken.Object]
    while below:
        kind = below.pop()
        below += type.__subclasses__(kind)
        if kind.__module__.startswith(OURS):
            shield(kind)


def shield(kind: type) -> None:
    """Make the methods that Qt calls in a class report errors instead of raising them."""
    for name, method in tuple(vars(kind).items()):
        called = name in RETURNED or name.endswith("Event")
        if called and isinstance(method, FunctionType) and not hasattr(method, "__wrapped__"):
            setattr(kind, name, _reporting(method, RETURNED.get(name, _nothing)))


def _reporting(method: FunctionType, harmless: Callable[[], object]) -> Callable[..., object]:
    @wraps(method)
    def called(*arguments: object, **named: object) -> object:
        try:
            return method(*arguments, **named)
        except Exception as error:
            if method.__name__ == "paintEvent":
                _end_painters(error)
            sys.excepthook(type(error), error, error.__traceback__)
            return harmless()

    return called


def _end_painters(error: Exception) -> None:
    """End the widget's active painters; the traceback would keep them, and the widget, alive."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, QPainter) and value.isActive():
                value.end()


def _nothing() -> None:
    """Return None, as event handlers do."""
