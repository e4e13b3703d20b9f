"""Texts of others where Qt reads more into them: markup in labels and tool tips, "&" in menus and tabs."""

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
from emviz.wording.unbroken import unbroken

#: The size of sub- and superscripts, of the letters that they stand beside.
SCRIPT = 0.78
#: How far a subscript with a descender stands out of the bottom of a line that is as high as one without any,
#: in ems; one whose letters go down no farther than the second, as a "3", stays within it.
SINK, LEVEL = 0.11, 0.05
#: Texts whose subscripts are measured once.
MEASURED = 1024


class PlainLabel(QLabel):
    """A label that takes its text as it is."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text, what is unseen in it too."""
        shown = visible(text, TEXT)
        super().setText(unbroken(shown) if self.wordWrap() else shown)


class RichLabel(QLabel):
    """A label of HTML whose lines are even, and whose scripts stay large enough in any font."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.html = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        # Room for subscripts in the last line is below it.
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def show_html(self, html: str) -> None:
        """Show a text."""
        self.html = html
        self.setText(in_even_lines(self.html, self.font()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.show_html(self.html)

    def sizeHint(self) -> QSize:
        """Return the size of the lines, with room for what stands out below the last."""
        return super().sizeHint() + QSize(0, below_lines(self.html, self.font()))

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at a width, with the same room."""
        return super().heightForWidth(width) + below_lines(self.html, self.font())


def with_scripts(html: str, font: QFont) -> str:
    """Return HTML whose sub- and superscripts are large enough beside letters in this font.

    Qt sets them in two thirds of their size, in whole points.
    """
    points = math.ceil(1.5 * math.ceil(SCRIPT * font.pointSizeF()))
    for tag in ("sub", "sup"):
        html = html.replace(f"<{tag}>", f'<{tag} style="font-size: {points}pt">')
    return html


def in_even_lines(html: str, font: QFont) -> str:
    """Return HTML with scripts as large, in lines as high as those without any; names of steps stay whole."""
    html = unbroken(html)
    height = math.ceil(QFontMetricsF(font).lineSpacing())
    style = f"line-height: {height}px; -qt-line-height-type: fixed; margin: 0"
    return f'<p style="{style}">{with_scripts(html, font)}</p>' if "<su" in html else html


@lru_cache(MEASURED)
def below_lines(html: str, font: QFont) -> int:
    """Return how far subscripts stand out below even lines, in pixels."""
    letters, em = "".join(re.findall(r"<sub>(.*?)</sub>", html)), QFontInfo(font).pixelSize()
    sunk = QFontMetricsF(font).tightBoundingRect(letters).bottom() > LEVEL * em
    return math.ceil(SINK * em) if sunk else 0


def as_tip(text: str) -> str:
    """Return a text for a tool tip, which takes for markup what looks like it."""
    shown = "\n".join(visible(line, TEXT) for line in text[:TEXT].split("\n"))
    if not QtGui.Qt.mightBeRichText(shown):
        return shown
    return f"<qt>{escape(unbroken(shown)).replace(chr(10), '<br>')}</qt>"


def as_caption(text: str) -> str:
    """Return a text for a menu, a tab, a button, or a label with a field: there "&" marks a key."""
    return visible(text).replace("&", "&&")


def as_title(text: str) -> str:
    """Return a text for the title of a window, where "[*]" marks what has changed."""
    return visible(text).replace("[*]", "[*][*]")
