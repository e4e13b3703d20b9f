"""Text size by part of the window: larger in a maximised panel, limited where room is short."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget

from emviz.ui.look.style import em_for, enlarged
from emviz.ui.look.theme import Theme

#: Dynamic property of a widget that holds the scale of its text.
SCALE = "lettering"
#: Scales are rounded to this step, so that dragging a border does not restyle a part continuously.
STEP = 0.02


class Holds(NamedTuple):
    """What a part of the window must be able to show before its text grows further.

    Parameters
    ----------
    ems, lines : float
        Width in letter heights, and height in lines of text.
    """

    ems: float
    lines: float = 0.0


#: The bars above and below the panels: figures and sentences must fit.
BAR = Holds(62)


def scale_in(size: QSize, holds: Holds, window: QWidget, wanted: float = 1.0) -> float:
    """Return the scale of the text, relative to the application, in a part of a given size.

    Larger text must not hide important content: it grows until `holds` just fits, and never gets smaller than
    the window's default.

    Parameters
    ----------
    window : QWidget
        Its height determines the default size.
    wanted : float
        Desired scale.
    """
    font = QApplication.font()
    return min(wanted, max(_fitting(size, holds, font), usual_share(font, window)))


def eased(size: QSize, holds: Holds, window: QWidget) -> float:
    """Return how much of what a full screen adds to the text stays where a part has to hold this much.

    Returns
    -------
    float
        In the size that text has in the application: no less than it would have without the full screen.
    """
    font = QApplication.font()
    plain = min(1.0, em_for(window.height()) / QFontInfo(font).pixelSize())
    return max(_fitting(size, holds, font), plain)


def _fitting(size: QSize, holds: Holds, font: QFont) -> float:
    across = size.width() / (holds.ems * QFontInfo(font).pixelSize())
    down = size.height() / (holds.lines * QFontMetrics(font).height()) if holds.lines else across
    return STEP * int(min(across, down) / STEP)


def usual_share(font: QFont, window: QWidget) -> float:
    """Return the default text size of a window relative to a font, at most 1."""
    # Fonts have whole pixel sizes, whatever size was requested.
    return min(1.0, round(em_for(window.height(), window.isFullScreen())) / QFontInfo(font).pixelSize())


def dress(widget: QWidget, theme: Theme, scale: float) -> None:
    """Set the text scale of a part of the window; 1 restores the application's size."""
    widget.setProperty(SCALE, scale)
    if scale != 1.0 or widget.styleSheet():
        widget.setFont(QFont() if scale == 1.0 else font_for(widget))
        widget.setStyleSheet("" if scale == 1.0 else enlarged(theme, font_for(widget)))


def font_for(widget: QWidget) -> QFont:
    """Return the font for a widget.

    A hidden widget's own font may be older than the application's.
    """
    font, scale = QFont(QApplication.font()), lettering(widget)
    if scale != 1.0:
        font.setPointSizeF(font.pointSizeF() * scale)
    return font


def lettering(widget: QWidget) -> float:
    """Return the text scale that applies to a widget."""
    place: QWidget | None = widget
    while place is not None:
        scale = place.property(SCALE)
        if isinstance(scale, float):
            return scale
        place = place.parentWidget()
    return 1.0
