"""Measuring and painting of glance columns: strips of bars, words, stacked bars, logos of counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from emviz.em.counts.glances import Glance, Stack, Strip, Word
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.fonts import scaled
from emviz.ui.panels.pictures.glyphs import Glyph, shaped
from emviz.ui.panels.pictures.letters import cell_colours, letter_colours

#: Smallest width of a letter's cell, and padding of the widest letter, in pixels.
PITCH, AROUND = 14, 2
#: Padding at the sides and above, and gap between parts, in pixels.
PAD, ABOVE, GAP = 3, 4, 6
#: The smallest letters of a word, relative to the font: where all text is large, they are still legible.
SHRUNK = 0.6
#: Smallest width of a strip's bar that is visible from afar, in pixels.
THICK = 3
#: Smallest height of a logo's letter, in pixels; lower ones are plain bands.
LEGIBLE = 9
#: The letters of sequences with a structure, whose cells have one width.
BASES = ("A", "C", "G", "U", "N")
#: The signs of unpaired and paired letters, and their size relative to the letters.
POINT, BOTH, BRACKETS = ".", "()", 0.95
UNCLIPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
#: Shortest bar whose parts can be distinguished, in pixels.
LEAST_BAR = 40
#: Opacity of a part of a bar.
TINT = 0.62


def pitch(font: QFont, letters: Sequence[str]) -> int:
    """Return the width of a letter's cell in pixels, the same for all letters of an alphabet."""
    return _pitch(font.toString(), tuple(letters))


def number_width(font: QFont, digits: int) -> int:
    """Return the width of a probability, in pixels."""
    return _advance(font.toString(), decimal(0, digits))


def before_word(font: QFont, word: Word) -> int:
    """Return the width of the position before a word, with its gap, in pixels."""
    return _advance(font.toString(), str(word.most)) + GAP


def word_width(font: QFont, word: Word, digits: int, most: int) -> int:
    """Return the width of at most `most` letters of a word, with position and probability, in pixels."""
    letters = min(len(word.counts), most) * pitch(font, word.letters)
    return before_word(font, word) + letters + GAP + number_width(font, digits) + 2 * PAD


def letters_fitting(font: QFont, word: Word, digits: int, width: int) -> tuple[int, int]:
    """Return the number of letters of a word that fit, and the width of each, which shrinks until all fit.

    If not all do, the last is replaced by dots.
    """
    room, many = width - before_word(font, word) - GAP - number_width(font, digits), len(word.counts)
    usual = pitch(font, word.letters)
    least = max(PITCH, int(SHRUNK * usual))
    step = min(usual, max(least, room // max(1, many)))
    return min(many, max(1, room // step)), step


def stack_widths(font: QFont, stack: Stack) -> tuple[int, int]:
    """Return the width of the letter and the smallest width of the bar beside it, padded, in pixels."""
    return pitch(font, stack.letters) + GAP + PAD, LEAST_BAR + PAD


def paint_glance(
    painter: QPainter, rect: QRect, glance: Glance, place: int | None, digits: int, theme: Theme
) -> None:
    """Paint a cell of a glance column.

    Parameters
    ----------
    place : int or None
        The row in the glance's table; None for the totals.
    """
    inner = rect.adjusted(PAD, 0, -PAD, 0)
    match glance:
        case Strip() if place is not None:
            _paint_strip(painter, inner, glance, place, theme)
        case Word() if place is not None:
            _paint_word(painter, inner, glance, place, digits, theme)
        case Word():
            _paint_logo(painter, inner, glance, digits, theme)
        case Stack():
            values = glance.totals if place is None else glance.values[place]
            letter = glance.consensus if place is None else glance.marks[place]
            _paint_stack(painter, inner, glance, values, letter, theme)


def _paint_strip(painter: QPainter, rect: QRect, strip: Strip, place: int, theme: Theme) -> None:
    """Draw a bar per position, as high as it is probable; high bars cover low ones."""
    area = QRectF(rect.adjusted(0, ABOVE, 0, -2))
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), QColor(theme.border))
    values = np.asarray(strip.values[place])
    step = area.width() / max(1, len(values))
    wide, colour = max(step, THICK), QColor(theme.component(strip.component))
    seen = np.flatnonzero(values * area.height() >= 0.5)
    for k in seen[np.argsort(values[seen], kind="stable")].tolist():
        high = min(1.0, float(values[k])) * area.height()
        left = min(area.left() + (k + 0.5) * step - wide / 2, area.right() - wide)
        painter.fillRect(QRectF(max(area.left(), left), area.bottom() - high, wide, high), colour)


def _paint_word(painter: QPainter, rect: QRect, word: Word, place: int, digits: int, theme: Theme) -> None:
    """Draw the position of a word, its letters, and its probability."""
    font = painter.font()
    first = before_word(font, word)
    fitting, step = letters_fitting(font, word, digits, rect.width())
    painter.setPen(QColor(theme.muted))
    number = QRect(rect.left(), rect.top(), first - GAP, rect.height())
    painter.drawText(number, _side(Qt.AlignmentFlag.AlignRight), str(word.starts[place]))
    colours = _cells(tuple(word.letters), theme)
    box, text = QRect(rect.left() + first, rect.top(), step, rect.height()), word.words[place]
    painter.setFont(scaled(font, step / pitch(font, word.letters)))
    for letter in text if len(text) <= fitting else f"{text[: fitting - 1]}…":
        paint_letter(painter, box, letter, colours.get(letter, theme.faint), theme)
        box.translate(step, 0)
    painter.setFont(font)
    painter.setPen(QColor(theme.ink))
    share = QRect(box.left() + GAP, rect.top(), rect.right() - box.left() - GAP, rect.height())
    painter.drawText(share, _side(Qt.AlignmentFlag.AlignLeft), decimal(float(word.shares[place]), digits))


def paint_letter(painter: QPainter, box: QRect, letter: str, ground: str, theme: Theme) -> None:
    """Draw a letter in a coloured cell."""
    painter.fillRect(box.adjusted(0, 2, -1, -2), QColor(ground))
    painter.setPen(QColor(theme.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def _paint_logo(painter: QPainter, rect: QRect, word: Word, digits: int, theme: Theme) -> None:
    """Draw the letters of each position stacked, each as high as its count."""
    font, colours = painter.font(), _colours(tuple(word.letters), theme)
    left = rect.left() + before_word(font, word)
    fitting, step = letters_fitting(font, word, digits, rect.width())
    area = rect.adjusted(0, ABOVE, 0, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for k, counts in enumerate(word.counts[:fitting]):
        bottom, sums = float(area.bottom() + 1), float(counts.sum())
        for a in np.argsort(counts, kind="stable").tolist():
            high = float(counts[a]) / sums * area.height() if sums > 0 else 0.0
            bottom -= high
            box, letter = QRectF(left + k * step, bottom, step - 1, high), word.letters[a]
            if high >= LEGIBLE:
                glyph = shaped(Glyph(letter, k, 0.0, box), font.family())
                painter.fillPath(glyph, QColor(colours[letter]))
            elif high >= 1:
                painter.fillRect(box, QColor(mixed(theme.card, colours[letter], TINT)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def folded_width(font: QFont, letters: int) -> int:
    """Return the width of a sequence with a structure, in pixels."""
    return letters * pitch(font, BASES) + 2 * PAD


def paint_folded(painter: QPainter, rect: QRect, text: str, brackets: str, theme: Theme) -> None:
    """Draw the letters of a sequence below the brackets of its structure, elided if they do not fit."""
    font, step = painter.font(), pitch(painter.font(), BASES)
    room = max(1, rect.width() // step)
    letters = text if len(text) <= room else f"{text[: room - 1]}…"
    colours, small = _cells(BASES, theme), QFont(font)
    small.setPointSizeF(BRACKETS * font.pointSizeF())
    cell = QRect(rect.left(), 0, step, QFontMetrics(font).capHeight() + AROUND)
    cell.moveBottom(rect.bottom() - 1)
    # The brackets are at the very top, so that they do not touch the letters below.
    name = small.toString()
    base = rect.top() + _rise(name)
    shown = brackets[: len(letters)]
    for ink, chosen in ((theme.ink, BOTH), (theme.muted, POINT)):
        painter.setPen(QColor(ink))
        painter.setFont(small)
        for place, sign in enumerate(shown):
            if sign in chosen:
                x = rect.left() + place * step + (step - _advance(name, sign)) // 2
                painter.drawText(QPoint(x, base), sign)
    painter.setFont(font)
    painter.setPen(QColor(theme.ink))
    for letter in letters:
        painter.fillRect(cell.adjusted(0, 0, -1, 0), QColor(colours.get(letter, theme.faint)))
        painter.drawText(cell, UNCLIPPED, letter)
        cell.translate(step, 0)


def _paint_stack(
    painter: QPainter, rect: QRect, stack: Stack, values: Array, letter: str, theme: Theme
) -> None:
    """Draw a letter, and beside it a bar divided in proportion to the values."""
    step = pitch(painter.font(), stack.letters)
    box = QRect(rect.left(), rect.top(), step, rect.height())
    ground = _cells(tuple(stack.letters), theme).get(letter, theme.faint)
    paint_letter(painter, box, letter, ground, theme)
    bar = QRectF(rect.adjusted(step + GAP, ABOVE + 1, 0, -ABOVE - 2))
    left, sums = bar.left(), float(values.sum())
    for tag, value in zip(stack.parts, values.tolist(), strict=True):
        wide = bar.width() * value / sums if sums > 0 else 0.0
        painter.fillRect(QRectF(left, bar.top(), wide, bar.height()), _tinted(tag.component, theme))
        left += wide


# These run for every cell. The caches are keyed by a font's name, which hashes faster than a QFont.


@lru_cache(maxsize=64)
def _pitch(font: str, letters: tuple[str, ...]) -> int:
    return max((PITCH, *(_advance(font, letter) + AROUND for letter in letters)))


@lru_cache(maxsize=256)
def _advance(font: str, text: str) -> int:
    own = QFont()
    own.fromString(font)
    return QFontMetrics(own).horizontalAdvance(text)


@lru_cache(maxsize=16)
def _rise(font: str) -> int:
    """Return the height of a bracket above its baseline, in pixels."""
    own = QFont()
    own.fromString(font)
    return -QFontMetrics(own).tightBoundingRect("(").top()


@lru_cache(maxsize=64)
def _tinted(component: int, theme: Theme) -> QColor:
    return QColor(mixed(theme.card, theme.component(component), TINT))


def _side(side: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignVCenter | side


@lru_cache(maxsize=16)
def _cells(letters: tuple[str, ...], theme: Theme) -> dict[str, str]:
    return cell_colours(letters, theme)


@lru_cache(maxsize=16)
def _colours(letters: tuple[str, ...], theme: Theme) -> dict[str, str]:
    return letter_colours(letters, theme)
