"""Labels and escapes for texts that Qt would interpret: markup in labels and tips, "&" in menus and tabs."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from html import escape

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QLabel, QWidget

from emviz.ui.widgets.visible import TEXT, visible
from emviz.wording.unbroken import unbroken, with_whole_log

#: Size of subscripts and superscripts, relative to the text.
SCRIPT = 0.78
#: Overhang of subscripts below a line of normal height, in ems: with a descender, and without one, as in "3",
#: which fits into the line.
SINK, LEVEL = 0.11, 0.05
#: Number of texts whose subscripts are cached.
MEASURED = 1024


class PlainLabel(QLabel):
    """A label that shows its text literally."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text with invisible characters made visible."""
        shown = visible(text, TEXT)
        super().setText(unbroken(shown) if self.wordWrap() else shown)


class RichLabel(QLabel):
    """An HTML label with even line spacing and readable scripts in any font."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.html = ""
        #: Its height at each width asked for: a layout asks several times, and Qt sets the text anew.
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        # Leaves room for subscripts below the last line.
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def show_html(self, html: str) -> None:
        """Show HTML."""
        self.html = html
        self._heights.clear()
        self.setText(in_even_lines(self.html, self.font()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font."""
        super().changeEvent(event)
        self._heights.clear()
        if event.type() == QEvent.Type.FontChange:
            self.show_html(self.html)

    def sizeHint(self) -> QSize:
        """Return the size of the lines with the overhang of the last one."""
        return super().sizeHint() + QSize(0, below_lines(self.html, self.font()))

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at a width, with the overhang of the last one."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width) + below_lines(self.html, self.font())
        return self._heights[width]


def with_scripts(html: str, font: QFont) -> str:
    """Return HTML with subscripts and superscripts of a readable size.

    By default Qt uses two thirds of the font size, in whole points.
    """
    points = math.ceil(1.5 * math.ceil(SCRIPT * font.pointSizeF()))
    for tag in ("sub", "sup"):
        html = html.replace(f"<{tag}>", f'<{tag} style="font-size: {points}pt">')
    return html


def in_even_lines(html: str, font: QFont) -> str:
    """Return HTML with scripts as large, in lines as high as those without; steps and log P stay whole."""
    html = with_whole_log(unbroken(html))
    height = math.ceil(QFontMetricsF(font).lineSpacing())
    style = f"line-height: {height}px; -qt-line-height-type: fixed; margin: 0"
    return f'<p style="{style}">{with_scripts(html, font)}</p>' if "<su" in html else html


@lru_cache(MEASURED)
def below_lines(html: str, font: QFont) -> int:
    """Return the overhang of subscripts below the last line, in pixels."""
    letters, em = "".join(re.findall(r"<sub>(.*?)</sub>", html)), QFontInfo(font).pixelSize()
    sunk = QFontMetricsF(font).tightBoundingRect(letters).bottom() > LEVEL * em
    return math.ceil(SINK * em) if sunk else 0


def as_tip(text: str) -> str:
    """Return a text escaped for a tool tip, where Qt detects markup."""
    shown = "\n".join(visible(line, TEXT) for line in text[:TEXT].split("\n"))
    if not QtGui.Qt.mightBeRichText(shown):
        return shown
    return f"<qt>{escape(unbroken(shown)).replace(chr(10), '<br>')}</qt>"


def as_caption(text: str) -> str:
    """Return a text escaped for a menu, tab, button or field label, where "&" marks a mnemonic."""
    return visible(text).replace("&", "&&")


def as_title(text: str) -> str:
    """Return a text escaped for a window title, where "[*]" marks changes."""
    return visible(text).replace("[*]", "[*][*]")
