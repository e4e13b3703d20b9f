"""Letters stretched to boxes, for the logo and the count table."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainterPath, QTransform

#: A letter is widened to at most this times its natural proportions: an I stays an I.
STRETCH = 1.7


class Glyph(NamedTuple):
    """A letter of the logo: its position in the motif, its height in bits, and its box in pixels."""

    letter: str
    position: int
    bits: float
    box: QRectF


def shaped(glyph: Glyph, family: str) -> QPainterPath:
    """Return the outline of a letter scaled to its box."""
    outline, part = _outline(glyph.letter, family)
    box = glyph.box
    left, top, whole, height = box.x(), box.y(), box.width(), box.height()
    width = whole * part
    onto = QTransform(width, 0.0, 0.0, height, left + (whole - width) / 2, top)
    path: QPainterPath = onto.map(outline)
    return path


@lru_cache(maxsize=256)
def _outline(letter: str, family: str) -> tuple[QPainterPath, float]:
    """Return a letter's outline in the unit square, and the part of its box's width that it fills."""
    font = QFont(family)
    font.setPixelSize(200)
    font.setBold(True)
    drawn = QPainterPath()
    drawn.addText(0, 0, font, letter)
    bounds = drawn.boundingRect()
    if bounds.isEmpty():
        return QPainterPath(), 1.0
    move = QTransform.fromTranslate(-bounds.left(), -bounds.top())
    unit: QPainterPath = (move * QTransform.fromScale(1 / bounds.width(), 1 / bounds.height())).map(drawn)
    return unit, min(1.0, STRETCH * bounds.width() / bounds.height())
