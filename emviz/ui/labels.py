"""Texts of others where Qt reads more into them: markup in labels and tool tips, "&" in menus and tabs."""

from __future__ import annotations

import math
from html import escape

from PySide6 import QtGui
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QLabel, QWidget

from emviz.ui.visible import TEXT, visible

#: The size of sub- and superscripts, of the letters that they stand beside.
SCRIPT = 0.78


class PlainLabel(QLabel):
    """A label that takes its text as it is."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text, what is unseen in it too."""
        super().setText(visible(text, TEXT))


class RichLabel(QLabel):
    """A label of HTML whose lines are even, and whose scripts stay large enough in any font."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.html = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)

    def show_html(self, html: str) -> None:
        """Show a text."""
        self.html = html
        self.setText(in_even_lines(html, self.font()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.show_html(self.html)


def with_scripts(html: str, font: QFont) -> str:
    """Return HTML whose sub- and superscripts are large enough beside letters in this font.

    Qt sets them in two thirds of their size, in whole points.
    """
    points = math.ceil(1.5 * math.ceil(SCRIPT * font.pointSizeF()))
    for tag in ("sub", "sup"):
        html = html.replace(f"<{tag}>", f'<{tag} style="font-size: {points}pt">')
    return html


def in_even_lines(html: str, font: QFont) -> str:
    """Return HTML with scripts as large, in lines as high as those without any."""
    height = math.ceil(QFontMetricsF(font).lineSpacing())
    style = f"line-height: {height}px; -qt-line-height-type: fixed; margin: 0"
    return f'<p style="{style}">{with_scripts(html, font)}</p>' if "<su" in html else html


def as_tip(text: str) -> str:
    """Return a text for a tool tip, which takes for markup what looks like it."""
    shown = "\n".join(visible(line, TEXT) for line in text[:TEXT].split("\n"))
    if not QtGui.Qt.mightBeRichText(shown):
        return shown
    return f"<qt>{escape(shown).replace(chr(10), '<br>')}</qt>"


def as_caption(text: str) -> str:
    """Return a text for a menu, a tab, a button, or a label with a field: there "&" marks a key."""
    return visible(text).replace("&", "&&")


def as_title(text: str) -> str:
    """Return a text for the title of a window, where "[*]" marks what has changed."""
    return visible(text).replace("[*]", "[*][*]")
