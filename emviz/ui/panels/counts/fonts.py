"""Fonts of the count table, and texts cut to the room there is."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from emviz.ui.widgets.visible import visible

#: Fonts and texts whose widths are remembered: to measure a text takes longer than to paint it again.
FONTS, TEXTS = 64, 4096


@lru_cache(FONTS)
def bold(font: QFont) -> QFont:
    """Return the same font, bold."""
    heavy = QFont(font)
    heavy.setBold(True)
    return heavy


def bold_if_fitting(font: QFont, text: str, room: int) -> QFont:
    """Return the bold font where the text fits the room in it, else the font itself."""
    return bold(font) if advance(bold(font), text) <= room else font


@lru_cache(TEXTS)
def advance(font: QFont, text: str) -> int:
    """Return the width of a text, in pixels."""
    return QFontMetrics(font).horizontalAdvance(text)


@lru_cache(TEXTS)
def elided(font: QFont, text: str, room: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> str:
    """Return as much of the text as fits the room."""
    text = visible(text)
    # Qt elides already what fits exactly.
    return text if advance(font, text) <= room else QFontMetrics(font).elidedText(text, mode, room)


@lru_cache(FONTS)
def scaled(font: QFont, factor: float) -> QFont:
    """Return the same font, larger or smaller."""
    other = QFont(font)
    other.setPointSizeF(font.pointSizeF() * factor)
    return other
