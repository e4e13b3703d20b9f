"""How columns that are read at a glance are painted: strips of bars, words, stacked bars, logos of counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from emviz.em.glances import Glance, Stack, Strip, Word
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.glyphs import Glyph, shaped
from emviz.ui.panels.pictures.letters import cell_colours, letter_colours

#: The least width of a letter, and what the widest one has around it, in pixels.
PITCH, AROUND = 14, 2
#: Space beside and above what is painted, and between its parts, in pixels.
PAD, ABOVE, GAP = 3, 4, 6
#: A bar of a strip is so wide at least, so that it is seen from far away, in pixels.
THICK = 3
#: Below this height a letter of a logo is a band of its colour, in pixels.
LEGIBLE = 9
#: Letters of sequences that fold; all have the same room.
BASES = ("A", "C", "G", "U", "N")
#: The signs of a letter without a partner and with one; their size, in that of the letters below them.
POINT, BOTH, BRACKETS = ".", "()", 0.95
UNCLIPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
#: The shortest bar in which parts are told apart, in pixels.
LEAST_BAR = 40
#: How much of its colour a part of a bar has.
TINT = 0.62


def pitch(font: QFont, letters: Sequence[str]) -> int:
    """Return the width that each letter gets, the same for all of an alphabet."""
    return _pitch(font.toString(), tuple(letters))


def number_width(font: QFont, digits: int) -> int:
    """Return the width of a probability."""
    return _advance(font.toString(), decimal(0, digits))


def before_word(font: QFont, word: Word) -> int:
    """Return the width of the number of the place at which a word begins, with the space behind it."""
    return _advance(font.toString(), str(word.most)) + GAP


def word_width(font: QFont, word: Word, digits: int, most: int) -> int:
    """Return the width of a word, or of so many of its letters, with its place and its probability."""
    letters = min(len(word.counts), most) * pitch(font, word.letters)
    return before_word(font, word) + letters + GAP + number_width(font, digits) + 2 * PAD


def letters_fitting(font: QFont, word: Word, digits: int, width: int) -> int:
    """Return how many letters of a word have room; the last of them is left out for dots where not all do."""
    room = width - before_word(font, word) - GAP - number_width(font, digits)
    return min(len(word.counts), max(1, room // pitch(font, word.letters)))


def stack_widths(font: QFont, stack: Stack) -> tuple[int, int]:
    """Return the width of a letter, and the least one of the bar beside it, with the space around them."""
    return pitch(font, stack.letters) + GAP + PAD, LEAST_BAR + PAD


def paint_glance(
    painter: QPainter, rect: QRect, glance: Glance, place: int | None, digits: int, theme: Theme
) -> None:
    """Paint a cell of a column that is read at a glance.

    Parameters
    ----------
    place : int or None
        The row of its table; None for the totals.
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
    """Draw a bar for each place, as high as it is probable, the high ones over the low ones."""
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
    """Draw where a word begins, its letters side by side, and how probable it is."""
    font = painter.font()
    first, step = before_word(font, word), pitch(font, word.letters)
    painter.setPen(QColor(theme.muted))
    number = QRect(rect.left(), rect.top(), first - GAP, rect.height())
    painter.drawText(number, _side(Qt.AlignmentFlag.AlignRight), str(word.starts[place]))
    colours, fitting = _cells(tuple(word.letters), theme), letters_fitting(font, word, digits, rect.width())
    box, text = QRect(rect.left() + first, rect.top(), step, rect.height()), word.words[place]
    for letter in text if len(text) <= fitting else f"{text[: fitting - 1]}…":
        paint_letter(painter, box, letter, colours.get(letter, theme.faint), theme)
        box.translate(step, 0)
    painter.setPen(QColor(theme.ink))
    share = QRect(box.left() + GAP, rect.top(), rect.right() - box.left() - GAP, rect.height())
    painter.drawText(share, _side(Qt.AlignmentFlag.AlignLeft), decimal(float(word.shares[place]), digits))


def paint_letter(painter: QPainter, box: QRect, letter: str, ground: str, theme: Theme) -> None:
    """Draw a letter in a cell of its own."""
    painter.fillRect(box.adjusted(0, 2, -1, -2), QColor(ground))
    painter.setPen(QColor(theme.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def _paint_logo(painter: QPainter, rect: QRect, word: Word, digits: int, theme: Theme) -> None:
    """Draw the letters of each position above each other, each as high as it is counted."""
    font, colours = painter.font(), _colours(tuple(word.letters), theme)
    step, left = pitch(font, word.letters), rect.left() + before_word(font, word)
    area = rect.adjusted(0, ABOVE, 0, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for k, counts in enumerate(word.counts[: letters_fitting(font, word, digits, rect.width())]):
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
    """Return the width of so many letters below their structure."""
    return letters * pitch(font, BASES) + 2 * PAD


def paint_folded(painter: QPainter, rect: QRect, text: str, brackets: str, theme: Theme) -> None:
    """Draw the letters of a sequence below the brackets of its structure; dots for those without room."""
    font, step = painter.font(), pitch(painter.font(), BASES)
    room = max(1, rect.width() // step)
    letters = text if len(text) <= room else f"{text[: room - 1]}…"
    colours, small = _cells(BASES, theme), QFont(font)
    small.setPointSizeF(BRACKETS * font.pointSizeF())
    cell = QRect(rect.left(), 0, step, QFontMetrics(font).capHeight() + AROUND)
    cell.moveBottom(rect.bottom() - 1)
    # Brackets stand as high as they may, clear of the row above.
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
    """Draw a letter, and beside it a bar that is divided as the values are."""
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


# Fonts are told by their names: these are asked for in every cell.


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
    """Return how far a bracket stands above its line."""
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
