"""Texts of others where Qt reads more into them: markup in labels and tool tips, "&" in menus and tabs."""

from __future__ import annotations

from html import escape

from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from emviz.ui.visible import TEXT, visible


class PlainLabel(QLabel):
    """A label that takes its text as it is."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text, what is unseen in it too."""
        super().setText(visible(text, TEXT))


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
