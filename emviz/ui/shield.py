"""Lets no error out of Python into Qt, which has no use for one and may end the process.

What C code raises (`1 / 0`, `[][1]`, `int(inf)`) is a type and a text, until Python 3.12, as long as nobody
catches it; Shiboken takes the text for an exception and crashes. An error in a paint event leaves a painter
behind, and one in a resize event ends the event loop. So the methods by which Qt calls Python report an error
where it occurs, and return what does no harm.
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

#: The methods that Qt calls beside the handlers of events, and what they return in case of an error.
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
#: Whose classes Qt calls.
OURS = ("emviz.ui", "pyqtgraph")


def shield_all() -> None:
    """Shield every class that has been made so far."""
    below: list[type] = [Shiboken.Object]
    while below:
        kind = below.pop()
        below += type.__subclasses__(kind)
        if kind.__module__.startswith(OURS):
            shield(kind)


def shield(kind: type) -> None:
    """Have the methods of a class by which Qt calls it report their errors instead of raising them."""
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
    """End what paints a widget; the traceback would keep it, and with it the widget, in use."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, QPainter) and value.isActive():
                value.end()


def _nothing() -> None:
    """Return nothing, as a handler of events does."""
