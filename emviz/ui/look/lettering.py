"""How large the text in a part of the window is: larger in a panel that has all the room, less in a crowd."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget

from emviz.ui.look.style import em_for, enlarged
from emviz.ui.look.theme import Theme

#: The property of a widget that says how much larger the text in it is.
SCALE = "lettering"
#: Scales go by steps of this size, so that an edge that is dragged does not dress a part all the time.
STEP = 0.02


class Holds(NamedTuple):
    """What a part of the window holds at least, before text that was made larger grows on in it.

    Parameters
    ----------
    ems, lines : float
        Its width in heights of a letter, its height in lines of text.
    """

    ems: float
    lines: float = 0.0


#: The bars above and below the panels: figures and sentences are whole.
BAR = Holds(62)


def scale_in(size: QSize, holds: Holds, window: QWidget, wanted: float = 1.0) -> float:
    """Return how much larger than in the application the text in a part of this size is.

    Text that was made larger takes no content away that matters: it grows until a part holds just that, and
    is never smaller than the window asks for.

    Parameters
    ----------
    window : QWidget
        Its height says what the usual size is.
    wanted : float
        How much larger the text is where there is room.
    """
    font = QApplication.font()
    across = size.width() / (holds.ems * QFontInfo(font).pixelSize())
    down = size.height() / (holds.lines * QFontMetrics(font).height()) if holds.lines else across
    fitting = STEP * int(min(across, down) / STEP)
    return min(wanted, max(fitting, usual_share(font, window)))


def usual_share(font: QFont, window: QWidget) -> float:
    """Return the size of text that a window asks for, in that of a font; 1 where the font is no larger."""
    # A font has whole pixels, whatever was asked for.
    return min(1.0, round(em_for(window.height(), window.isFullScreen())) / QFontInfo(font).pixelSize())


def dress(widget: QWidget, theme: Theme, scale: float) -> None:
    """Give a part of the window text of another size than the application has, or the same again."""
    widget.setProperty(SCALE, scale)
    if scale != 1.0 or widget.styleSheet():
        widget.setFont(QFont() if scale == 1.0 else font_for(widget))
        widget.setStyleSheet("" if scale == 1.0 else enlarged(theme, font_for(widget)))


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
