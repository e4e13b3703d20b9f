"""Fonts of the count table, and cached measuring and eliding of texts."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from emviz.ui.widgets.visible import visible

#: Numbers of cached fonts and of cached widths: measuring a text takes longer than painting it.
FONTS, TEXTS = 64, 4096


@lru_cache(FONTS)
def bold(font: QFont) -> QFont:
    """Return the font in bold."""
    heavy = QFont(font)
    heavy.setBold(True)
    # Equal fonts may differ in what they inherit, and the cache returns the first: a painter would take
    # an inherited size from its own widget.
    heavy.setPointSizeF(font.pointSizeF())
    return heavy


def bold_if_fitting(font: QFont, text: str, room: int) -> QFont:
    """Return the bold font if the text fits into `room` pixels in it, else the font itself."""
    return bold(font) if advance(bold(font), text) <= room else font


@lru_cache(TEXTS)
def advance(font: QFont, text: str) -> int:
    """Return the width of a text, in pixels."""
    return QFontMetrics(font).horizontalAdvance(text)


@lru_cache(TEXTS)
def elided(font: QFont, text: str, room: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> str:
    """Return the text elided to `room` pixels."""
    text = visible(text)
    # Qt also elides some texts that fit exactly.
    return text if advance(font, text) <= room else QFontMetrics(font).elidedText(text, mode, room)


@lru_cache(FONTS)
def scaled(font: QFont, factor: float) -> QFont:
    """Return the font with its size multiplied by a factor."""
    other = QFont(font)
    other.setPointSizeF(font.pointSizeF() * factor)
    return other
