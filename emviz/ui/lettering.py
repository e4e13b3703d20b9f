"""The font of what is drawn by hand: that of the application, larger in a panel that has all the room."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

#: The property of a widget that says how much larger the text in it is.
SCALE = "lettering"


def set_lettering(widget: QWidget, scale: float) -> None:
    """Make the text in a widget larger."""
    widget.setProperty(SCALE, scale)


def font_for(widget: QWidget) -> QFont:
    """Return the font for a widget.

    A widget's own may be older than that of the application, as long as it is hidden.
    """
    font, scale = QFont(QApplication.font()), lettering(widget)
    if scale != 1.0:
        font.setPointSizeF(font.pointSizeF() * scale)
    return font


def lettering(widget: QWidget) -> float:
    """Return how much larger the text in a widget is than in the window."""
    place: QWidget | None = widget
    while place is not None:
        scale = place.property(SCALE)
        if isinstance(scale, float):
            return scale
        place = place.parentWidget()
    return 1.0
