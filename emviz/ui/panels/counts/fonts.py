"""Fonts of the count table, and texts cut to the room there is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from emviz.ui.visible import visible


def bold(font: QFont) -> QFont:
    """Return the same font, bold."""
    heavy = QFont(font)
    heavy.setBold(True)
    return heavy


def bold_if_fitting(font: QFont, text: str, room: int) -> QFont:
    """Return the bold font where the text fits the room in it, else the font itself."""
    return bold(font) if QFontMetrics(bold(font)).horizontalAdvance(text) <= room else font


def elided(font: QFont, text: str, room: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> str:
    """Return as much of the text as fits the room."""
    metrics, text = QFontMetrics(font), visible(text)
    # Qt elides already what fits exactly.
    if metrics.horizontalAdvance(text) <= room:
        return text
    return metrics.elidedText(text, mode, room)


def scaled(font: QFont, factor: float) -> QFont:
    """Return the same font, larger or smaller."""
    other = QFont(font)
    other.setPointSizeF(font.pointSizeF() * factor)
    return other
