"""How the cells of the count table are painted: letters, bars, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from emviz.ui.look.style import mixed
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.faces import Face, Kind
from emviz.ui.panels.counts.fonts import advance, bold, bold_if_fitting, elided, scaled
from emviz.ui.panels.counts.glances import paint_folded, paint_glance
from emviz.ui.panels.counts.labels import badge_text, fewer, named_share, shorter

#: Space at the left and the right of a text, in pixels.
PAD = 3
#: The smallest scale of letters in a narrow column.
SMALLEST = 0.85
#: The scale of a unit in the heading: readable from the last row even at the smallest font of the table.
UNIT = 0.975
#: The gap between a bar and its number, the shortest bar beside one, the height of a bar below it: pixels.
GAP, LEAST_BAR, THIN = 6, 22, 3
#: The part of a component's colour in a bar, so that the number on it stays readable.
BAR_TINT = 0.42
#: The part of the faint colour in the track of a bar.
TRACK_TINT = 0.6

#: The relative widths of the numbers side by side in a column, by column.
Parts: TypeAlias = Mapping[int, tuple[int, ...]]
#: The room for the texts of shares, by column; as wide as the column where their bars are below them.
Shares: TypeAlias = Mapping[int, int]
#: Left, top, width and height.
Rect: TypeAlias = tuple[int, int, int, int]

MIDDLE = Qt.AlignmentFlag.AlignVCenter
# Combined once, since | of two flags in Python searches for the resulting member each time.
LEFT, RIGHT = MIDDLE | Qt.AlignmentFlag.AlignLeft, MIDDLE | Qt.AlignmentFlag.AlignRight
MIDDLE_OUT = Qt.TextElideMode.ElideMiddle
CENTRE = Qt.AlignmentFlag.AlignCenter
UNCLIPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
UNCLIPPED_RIGHT = RIGHT | Qt.TextFlag.TextDontClip
SIDES = {
    Kind.OBSERVED: LEFT,
    Kind.GLANCE: LEFT,
    Kind.SHARE: MIDDLE | Qt.AlignmentFlag.AlignHCenter,
    Kind.COUNT: RIGHT,
}


def tinted(ground: str, colour: str, amount: float) -> QColor:
    """Return a background mixed with the given part of a colour."""
    return QColor(mixed(ground, colour, amount))


def divided(rect: QRect, shares: Sequence[int]) -> list[QRect]:
    """Return a rectangle cut from left to right in proportion to the shares."""
    whole = max(1, sum(shares))
    ends = [rect.left() + rect.width() * end // whole for end in accumulate(shares, initial=0)]
    return [QRect(left, rect.top(), right - left, rect.height()) for left, right in pairwise(ends)]


def bar_beside(width: int, text: int) -> int:
    """Return what a cell of some width leaves to a bar beside a text, in pixels."""
    return width - 2 * (PAD + 1) - text - GAP


def share_places(rect: QRect, text: int) -> tuple[QRectF, QRectF]:
    """Return the places of the bar and the number of a share, which never overlap.

    They are side by side if the bar stays long enough to compare; otherwise a thin bar is below the number.

    Parameters
    ----------
    text : int
        The width of the number, with its name if it has one.
    """
    inner, left = QRectF(rect.adjusted(PAD + 1, 4, -PAD - 1, -5)), bar_beside(rect.width(), text)
    if left >= LEAST_BAR:
        return (
            QRectF(inner.left(), inner.top(), left, inner.height()),
            QRectF(inner.left() + left + GAP, rect.top(), text, rect.height()),
        )
    # Digits have no descenders, so the number can keep the baseline of the other columns.
    return QRectF(inner.left(), rect.bottom() - THIN, inner.width(), THIN), QRectF(rect)


def letter_advance(font: QFont) -> int:
    """Return the width of a letter of a sequence."""
    return max(advance(bold(font), letter) for letter in "HTG")


def badge_size(font: QFont) -> int:
    """Return the side of the badge with the true component."""
    return QFontMetrics(font).height() + 2


def badge_width(font: QFont, text: str) -> int:
    """Return the width of the badge: a square for a letter, more for a longer name."""
    return max(badge_size(font), advance(bold(font), text) + 2 * PAD)


class Seen(NamedTuple):
    """A cell in sight.

    Parameters
    ----------
    face : Face
    column : int
    left, width : int
        Its horizontal position and width, in pixels.
    selected, focused : bool
    """

    face: Face
    column: int
    left: int
    width: int
    selected: bool = False
    focused: bool = False


class CellPainter:
    """Paints cells from their faces, row by row.

    Parameters
    ----------
    totals : bool
        Whether the cells are totals, which are bold and under a line.
    """

    def __init__(self, totals: bool) -> None:
        self.theme: Theme = LIGHT
        #: The pens of all cells, by colour, and of the numbers, by component.
        self._pens: dict[str, QPen] = {}
        self._inks: dict[int | None, QPen] = {}
        #: The colours of the tracks and of the bars, by component.
        self._bars: dict[int, tuple[QColor, QColor]] = {}
        self.growth = 1.0
        self.everything = False
        self.parts: Parts = {}
        self.shares: Shares = {}
        self._totals = totals
        #: By how many levels the labels of the rows are shortened.
        self.level = 0

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme, self._pens, self._inks, self._bars = theme, {}, {}, {}

    def paint_row(self, painter: QPainter, font: QFont, row: Rect, cells: Sequence[Seen]) -> None:
        """Paint cells side by side.

        Parameters
        ----------
        row : tuple of int
            Left, top, width and height of the whole row.
        cells : sequence of Seen
        """
        _, top, _, height = row
        boxes = [QRect(cell.left, top, cell.width, height) for cell in cells]
        for cell, box in zip(cells, boxes, strict=True):
            if self._totals or self.everything or cell.selected or cell.face.lit:
                self._paint_ground(painter, box, cell)
        whole = QRect(*row)
        if not self._totals:
            painter.setPen(self._pen(self.theme.faint))
            painter.drawLine(whole.bottomLeft(), whole.bottomRight())
        for cell, box in zip(cells, boxes, strict=True):
            # Each cell sets the pens and fonts that it needs, so nothing is restored after one.
            painter.setFont(font)
            self._paint_face(painter, box, cell)
            if cell.focused:
                self._paint_focus(painter, box)
            if cell.face.chosen:
                self._paint_frame(painter, box)

    def _bar(self, component: int) -> tuple[QColor, QColor]:
        """Return the colours of a share's track and of its bar."""
        card, colour = self.theme.card, self.theme.component(component)
        return tinted(card, self.theme.faint, TRACK_TINT), tinted(card, colour, BAR_TINT)

    def _pen(self, colour: str) -> QPen:
        """Return a pen of a colour; cached for all cells."""
        found = self._pens.get(colour)
        if found is None:
            found = self._pens[colour] = QPen(QColor(colour))
        return found

    def _ink(self, component: int | None) -> QPen:
        """Return the pen of a component's numbers, and for None that of texts; cached for all cells."""
        found = self._inks.get(component)
        if found is None:
            colour = self.theme.ink if component is None else self.theme.component(component)
            found = self._inks[component] = self._pen(colour)
        return found

    def _paint_ground(self, painter: QPainter, box: QRect, cell: Seen) -> None:
        face = cell.face
        if face.lit:
            wash = tinted(self.theme.card, self.theme.newest, self.growth)
            painter.fillRect(box.adjusted(2, 2, -1, -1), wash)
        if self.everything or cell.selected:
            painter.fillRect(box, self._pen(self.theme.selection).color())
        if self._totals and face.component is not None:
            painter.fillRect(QRect(box.left(), box.top(), box.width(), 2), self._pen(self.theme.ink).color())

    def _paint_face(self, painter: QPainter, box: QRect, cell: Seen) -> None:
        rect, face = box.adjusted(PAD, 0, -PAD, 0), cell.face
        if face.badge is not None:
            rect = self._paint_badge(painter, rect, face.badge)
        if face.bar is not None:
            self._paint_share(painter, box, face, self.shares.get(cell.column, 0))
        elif face.brackets is not None or face.glance is not None:
            painter.save()
            if face.brackets is not None:
                paint_folded(painter, rect, face.text, face.brackets, self.theme)
            elif face.glance is not None:
                paint_glance(painter, box, face.glance, face.place, face.digits, self.theme)
            painter.restore()
        elif face.letters:
            self._paint_sequence(painter, rect, face)
        elif face.text or face.parts:
            painter.setPen(self._ink(face.component))
            if face.parts:
                self._paint_parts(painter, box, face.parts, self.parts.get(cell.column, ()))
            else:
                self._paint_text(painter, rect, face)
        if face.fed:
            painter.setPen(self._pen(self.theme.focus))
            painter.drawRect(box.adjusted(1, 1, -2, -3))

    def _paint_focus(self, painter: QPainter, box: QRect) -> None:
        pen = QPen(QColor(self.theme.focus), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_text(self, painter: QPainter, rect: QRect, face: Face) -> None:
        if self._totals:
            painter.setFont(bold_if_fitting(painter.font(), face.text, rect.width()))
        elif face.component is None:
            # Cut in the middle: names that begin alike mostly differ at the end.
            text = elided(painter.font(), self._label(painter, rect.width(), face), rect.width(), MIDDLE_OUT)
            painter.drawText(rect, LEFT, text)
            if face.rows:
                after = advance(painter.font(), f"{text}  ")
                self._paint_rows(painter, rect.adjusted(after, 0, -PAD, 0), face)
            return
        right = self._totals or face.component is not None
        text = fewer(face.text, partial(advance, painter.font()), rect.width())
        self._paint_elided(painter, rect, text, RIGHT if right else LEFT)

    def _paint_rows(self, painter: QPainter, rect: QRect, face: Face) -> None:
        """Paint the numbers of the equal rows, as many as fit whole."""
        font, room = painter.font(), rect.width()
        text = next((each for each in face.rows if advance(font, each) <= room), "")
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(rect, LEFT, text)

    def _label(self, painter: QPainter, room: int, face: Face) -> str:
        """Return the observed values, shortened as in all rows, or further if this one does not fit."""
        font, texts = painter.font(), shorter(face.text, face.heading)[self.level :]
        return next((each for each in texts if advance(font, each) <= room), texts[-1])

    def _paint_parts(
        self, painter: QPainter, rect: QRect, texts: Sequence[str], shares: Sequence[int]
    ) -> None:
        """Paint numbers side by side; those of a total are bold if all of them fit."""
        boxes = [box.adjusted(PAD, 0, -PAD, 0) for box in divided(rect, shares)]
        pairs, heavy = list(zip(texts, boxes, strict=False)), bold(painter.font())
        if self._totals and all(advance(heavy, text) <= box.width() for text, box in pairs):
            painter.setFont(heavy)
        for text, box in pairs:
            self._paint_elided(painter, box, text, RIGHT)

    def _paint_sequence(self, painter: QPainter, rect: QRect, face: Face) -> None:
        """Paint each letter in a cell of the same width: the first symbol bold, the others lighter."""
        advance = letter_advance(painter.font())
        if face.letters == len(face.text):
            fitting = min(advance, rect.width() / max(1, face.letters))
            painter.setFont(scaled(painter.font(), max(SMALLEST, fitting / advance)))
            advance = int(max(SMALLEST * advance, fitting))
        room = rect.width() // advance
        letters = face.text[: face.letters] if face.letters <= room else f"{face.text[: room - 1]}…"
        self._paint_letters(painter, rect, letters, advance, face.strong)
        rest = rect.adjusted(face.letters * advance, 0, 0, 0)
        if len(face.text) > face.letters <= room:
            painter.setPen(self._pen(self.theme.muted))
            self._paint_elided(painter, rest, face.text[face.letters :], LEFT)

    def _paint_letters(self, painter: QPainter, rect: QRect, letters: str, advance: int, strong: str) -> None:
        plain, heavy = painter.font(), bold(painter.font())
        for place, letter in enumerate(letters):
            stands_out = letter.casefold() == strong.casefold()
            painter.setFont(heavy if stands_out else plain)
            painter.setPen(self._pen(self.theme.ink if stands_out else self.theme.muted))
            box = QRect(rect.left() + place * advance, rect.top(), advance, rect.height())
            painter.drawText(box, CENTRE, letter)
        painter.setFont(plain)

    def _paint_elided(self, painter: QPainter, rect: QRect, text: str, side: Qt.AlignmentFlag) -> None:
        painter.drawText(rect, side, elided(painter.font(), text, rect.width()))

    def _paint_share(self, painter: QPainter, rect: QRect, face: Face, room: int) -> None:
        """Paint the bar on its track from 0 to 1, and the number beside or above it, in `room` pixels."""
        assert face.bar is not None
        assert face.component is not None
        colours = self._bars.get(face.component)
        if colours is None:
            colours = self._bars[face.component] = self._bar(face.component)
        width, text = partial(advance, painter.font()), face.text
        if width(text) > rect.width():
            text = named_share(text, width, rect.width())
        track, written = share_places(rect, max(room, width(text)))
        filled = QRectF(track)
        filled.setWidth(track.width() * min(1.0, max(0.0, face.bar)))
        painter.fillRect(track, colours[0])
        painter.fillRect(filled, colours[1])
        painter.setPen(self._ink(None))
        painter.drawText(written, UNCLIPPED if track.height() <= THIN else UNCLIPPED_RIGHT, text)

    def _paint_badge(self, painter: QPainter, rect: QRect, badge: tuple[int, str]) -> QRect:
        """Paint the letter of the true component at the right; return the remaining room."""
        component, letter = badge[0], badge_text(badge[1])
        side = min(badge_size(painter.font()), rect.height() - 2)
        width = max(side, badge_width(painter.font(), letter)) if len(letter) > 1 else side
        box = QRect(rect.right() - width, rect.center().y() - side // 2, width, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.component(component)))
        painter.drawRoundedRect(box, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        plain = painter.font()
        painter.setFont(bold(plain))
        painter.setPen(self._pen(self.theme.card))
        painter.drawText(box, CENTRE, letter)
        painter.setFont(plain)
        return rect.adjusted(0, 0, -width - PAD, 0)

    def _paint_frame(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.ink), 2))
        painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -3), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
