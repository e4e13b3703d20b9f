"""The picture of a sequence logo: the letters of a motif, each as high as it is informative."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.pictures import Logo
from emviz.em.rounding import figures
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.glyphs import Glyph, shaped
from emviz.ui.panels.pictures.letters import letter_colours
from emviz.ui.panels.pictures.picture import Canvassed
from emviz.ui.panels.plot.canvas import Item, Outlines, Shape, TextBox, polyline
from emviz.wording.numbers import number

#: Smallest height of a visible letter, in pixels.
LEAST = 1.5
#: Width of a letter relative to its position, and its largest width, in lines.
FILL, WIDEST = 0.92, 4.0
#: Number of positions named in the description.
NAMED = 3


@dataclass(frozen=True)
class Frame:
    """The frame of a logo: its left end, the width of a position, the y of 0 bits, and pixels per bit."""

    left: float
    step: float
    base: float
    scale: float

    def height(self, bits: float) -> float:
        """Return the y of a number of bits."""
        return self.base - bits * self.scale

    def centre(self, position: int) -> float:
        """Return the x of the centre of a position."""
        return self.left + (position + 0.5) * self.step


class LogoPicture(Canvassed[Logo]):
    """Stacks of letters above the numbers of their positions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sequence logo", parent)
        self._glyphs: tuple[Glyph, ...] = ()
        #: The heights that the animation starts from, and its progress, 0 … 1.
        self._before: Array = np.zeros((0, 0))
        self._part = 1.0
        self._motion = Motion(self)
        self._stack(self.canvas)
        self.canvas.moved.connect(self._hint)

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The letters that are drawn."""
        self.canvas.refresh()
        return self._glyphs

    def show_view(self, view: Logo, session: Session) -> None:
        """Draw a logo, animated after a half-step."""
        self._motion.finish()
        before = self._view if one_step(self._session, session) else None
        grown = before is not None and before.heights.shape == view.heights.shape
        self._view, self._session = view, session
        self._before = before.heights if before is not None and grown else view.heights
        self._part = 0.0
        self._note(view.note)
        self._describe(view.title, described(view), self.canvas)
        if grown:
            self._motion.play(self._grow)
        else:
            self._grow(1.0)

    def _grow(self, part: float) -> None:
        self._part = part
        self._redraw()

    def _compose(self, view: Logo, session: Session) -> None:
        if not len(view.heights):
            self._glyphs = ()
            self.canvas.show_scene([])
            return
        font = font_for(self)
        frame = framed(view, self.canvas.width(), self.canvas.height(), font)
        heights = self._before + self._part * (view.heights - self._before)
        self._glyphs = stacked(view.letters, heights, frame, QFontMetricsF(font).height() * WIDEST)
        colours = letter_colours(view.letters, self.theme)
        inked: dict[str, list[QPainterPath]] = {}
        family = font.family()
        for glyph in self._glyphs:
            inked.setdefault(colours[glyph.letter], []).append(shaped(glyph, family))
        letters = [Outlines(tuple(paths), colour) for colour, paths in inked.items()]
        around = view, frame, self.canvas.width(), font, self.theme
        self.canvas.show_scene([*_bit_axis(*around), *_numbers(*around), *letters])

    @Slot(QPointF)
    def _hint(self, at: QPointF) -> None:
        view = self._view
        if view is None or not len(view.heights):
            return
        frame = framed(view, self.canvas.width(), self.canvas.height(), font_for(self))
        position = math.floor((at.x() - frame.left) / frame.step)
        inside = 0 <= position < len(view.heights)
        self.hinted.emit(f"position {position + 1}: {_bits(view, position)}" if inside else "")


def framed(view: Logo, width: float, height: float, font: QFont) -> Frame:
    """Return the frame of the logo for a size in pixels."""
    metrics = QFontMetricsF(font)
    line = metrics.height()
    left = metrics.horizontalAdvance("0.0") + 12
    base = height - line - 6
    # The top is kept free for the word "bits" above the axis's highest number.
    return Frame(left, (width - left - 4) / len(view.heights), base, max(base - 1.6 * line, 1) / view.most)


def stacked(letters: tuple[str, ...], heights: Array, frame: Frame, widest: float) -> tuple[Glyph, ...]:
    """Return the visible letters, the most informative of each position on top."""
    width = min(frame.step * FILL, widest)
    order = np.argsort(heights, axis=1, kind="stable")
    bits = np.take_along_axis(heights, order, axis=1)
    tops = np.cumsum(np.maximum(bits, 0.0), axis=1)
    seen = bits * frame.scale >= LEAST
    placed = zip(
        *(each.tolist() for each in (np.nonzero(seen)[0], order[seen], bits[seen], tops[seen])), strict=True
    )
    return tuple(
        Glyph(
            letters[letter],
            position,
            high,
            QRectF(frame.centre(position) - width / 2, frame.height(top), width, high * frame.scale),
        )
        for position, letter, high, top in placed
    )


def described(view: Logo) -> str:
    """Return the picture in words."""
    totals = view.heights.sum(axis=1)
    if not len(totals) or totals.max() <= 0:
        return "Every letter is as likely as by chance: the logo is flat."
    best = [view.letters[place] for place in view.heights.argmax(axis=1)]
    order = np.argsort(-totals, kind="stable")[:NAMED].tolist()
    named = ", ".join(
        f"{best[place]} at {place + 1} ({number(float(totals[place]), 1)} bits)" for place in order
    )
    return (
        f"Tallest letters: {''.join(best)}. {number(float(totals.sum()), 1)} bits over "
        f"{things(len(totals), 'position')}; most informative: {named}."
    )


def _bits(view: Logo, position: int) -> str:
    """Return the four tallest letters of a position with their bits."""
    column = view.heights[position]
    parts = [f"{view.letters[place]} {number(float(column[place]), 2)}" for place in np.argsort(-column)[:4]]
    return ", ".join(parts) + " bits"


def _bit_axis(view: Logo, frame: Frame, width: float, font: QFont, theme: Theme) -> list[Item]:
    line = QFontMetricsF(font).height()
    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    items: list[Item] = []
    for tick in _ticks(view.most, frame.scale, line):
        y = frame.height(tick)
        colour = theme.muted if tick == 0 else theme.faint
        items.append(Shape(polyline((frame.left, y), (width - 4, y)), line=colour, smooth=False))
        box = QRectF(0, y - line / 2, frame.left - 6, line)
        items.append(TextBox(figures(tick, 6), box, theme.muted, font, align))
    top = frame.height(view.most) - 1.6 * line
    start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    items.append(TextBox("bits", QRectF(0, max(top, 0), 6 * line, line), theme.muted, font, start))
    return items


def _ticks(most: float, scale: float, line: float) -> list[float]:
    step = next((step for step in (0.5, 1.0, 2.0) if step * scale >= 2 * line), 4.0)
    return [step * place for place in range(int(most / step + 1e-9) + 1)]


def _numbers(view: Logo, frame: Frame, width: float, font: QFont, theme: Theme) -> list[Item]:
    """Return the numbers of the positions, as many as fit."""
    metrics = QFontMetricsF(font)
    many = len(view.heights)
    needed = metrics.horizontalAdvance(f"{many} ")
    every = next((every for every in (1, 2, 5, 10, 20, 50) if every * frame.step >= needed), 100)
    items: list[Item] = []
    for place in range(many):
        if (place + 1) % every == 0 or (place == 0 and every > 2):
            # The last number is shifted to the left rather than cut off.
            left = min(frame.centre(place) - needed / 2, width - needed)
            box = QRectF(left, frame.base + 3, needed, metrics.height())
            items.append(TextBox(str(place + 1), box, theme.muted, font))
    return items
