"""The letters of a logo, each stretched to the box that it fills; the count table has them too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainterPath, QTransform

#: A letter is stretched sideways no further than this times its own shape: an I stays an I.
STRETCH = 1.7


@dataclass(frozen=True)
class Glyph:
    """A letter of the logo: its position, how many bits it stands for, and the box it fills."""

    letter: str
    position: int
    bits: float
    box: QRectF


def shaped(glyph: Glyph, family: str) -> QPainterPath:
    """Return the outline of a letter, scaled to its box."""
    outline, part = _outline(glyph.letter, family)
    box, width = glyph.box, glyph.box.width() * part
    onto = QTransform(width, 0.0, 0.0, box.height(), box.center().x() - width / 2, box.top())
    path: QPainterPath = onto.map(outline)
    return path


@lru_cache(maxsize=256)
def _outline(letter: str, family: str) -> tuple[QPainterPath, float]:
    """Return a letter in a box of size 1, and how much of the width of a position it takes."""
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
