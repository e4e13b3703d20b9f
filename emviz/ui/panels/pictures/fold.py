"""The picture of an RNA fold: stems as ladders, loops as circles, coloured by probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.pictures import Fold
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.style import SMALL, mixed
from emviz.ui.look.theme import Theme, contrast
from emviz.ui.panels.pictures.picture import Canvassed
from emviz.ui.panels.plot.canvas import Item, Shape, TextBox, polyline, rectangle
from emviz.ui.panels.plot.naming import elided, sized
from emviz.wording.numbers import number

#: Radius of a column, in steps along the backbone, and the largest step, in lines.
DISC, LARGEST = 0.4, 3.6
#: Margin around the columns' centres, in steps; height of the head, and room for numbers, in lines.
MARGIN, HEAD, ROUND = 1.0, 1.3, 2.6
#: Width of a rung relative to a disc, at probability 0 and at 1.
THIN, THICK = 0.12, 0.62
#: Size of a letter in radii of its disc, and the smallest radius, in ems, of a disc with a letter.
LETTER, LEAST_LETTER = 1.2, 0.45
#: Smallest radius of a disc, in pixels, at which columns are numbered, and at which rungs have numbers.
LEAST_NUMBERED, LEAST_NUMBER = 3.25, 11.0
#: Distance between numbered columns.
NUMBERED = 5
#: Number of colours in the scale, and its width, in lines.
SHADES, SCALE = 20, 9.0
START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class FoldPlan:
    """The layout of a fold.

    Parameters
    ----------
    points : Array, shape (C, 2)
        The centres of the columns, in pixels.
    step : float
        One step along the backbone, in pixels.
    font : QFont
        Font of the words.
    """

    points: Array
    step: float
    font: QFont

    @property
    def disc(self) -> float:
        """Radius of a column, in pixels."""
        return self.step * DISC

    @property
    def em(self) -> float:
        """Font size of the words, in pixels."""
        return float(QFontInfo(self.font).pixelSize())


class FoldPicture(Canvassed[Fold]):
    """The structure with its colour scale; a click on a pair chooses it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Structure", parent)
        self._plan: FoldPlan | None = None
        self._stack(self.canvas)
        self.canvas.moved.connect(self._hint)
        self.canvas.pressed.connect(self._choose)

    @property
    def plan(self) -> FoldPlan | None:
        """The layout; None before the first picture."""
        self.canvas.refresh()
        return self._plan

    def column_at(self, at: QPointF) -> int | None:
        """Return the column at a point of the canvas, or the first one of the rung at it; None for none."""
        if self._view is None or self.plan is None or not len(self.plan.points):
            return None
        apart = np.hypot(*(self.plan.points - (at.x(), at.y())).T)
        nearest = int(np.argmin(apart))
        if apart[nearest] <= self.plan.step / 2:
            return nearest
        pairs = [k for k, other in enumerate(self._view.partner) if other > k]
        others = [self._view.partner[k] for k in pairs]
        middles = (self.plan.points[pairs] + self.plan.points[others]) / 2
        rungs = np.hypot(*(middles - (at.x(), at.y())).T)
        return pairs[int(np.argmin(rungs))] if len(rungs) and rungs.min() <= self.plan.step / 2 else None

    def _announce(self, view: Fold, session: Session) -> None:
        self._describe(view.title, described(view), self.canvas)

    def _compose(self, view: Fold, session: Session) -> None:
        self._plan = planned(view, self.canvas.width(), self.canvas.height(), font_for(self))
        self.canvas.show_scene(drawn(view, self._plan, self.canvas.width(), self.theme))

    @Slot(QPointF)
    def _choose(self, at: QPointF) -> None:
        """Request the choice of the pressed pair."""
        column = self.column_at(at)
        if column is None or self._view is None or self._session is None or self._view.partner[column] < 0:
            return
        self.display_requested.emit({"columns": (column,)})

    @Slot(QPointF)
    def _hint(self, at: QPointF) -> None:
        column = self.column_at(at)
        words = "" if column is None or self._view is None else column_words(self._view, column)
        self.hinted.emit(words)


def planned(view: Fold, width: float, height: float, font: QFont) -> FoldPlan:
    """Return the layout for a size in pixels; the drawing is turned on its side if that makes it larger."""
    line = QFontMetricsF(font).height()
    if not len(view.places):
        return FoldPlan(np.empty((0, 2)), LARGEST * line, font)
    room = np.array([max(width - ROUND * line, 10.0), max(height - (HEAD + ROUND) * line, 10.0)])
    upright = view.places * (1.0, -1.0)
    # Up becomes right, and left becomes up.
    lying = view.places[:, ::-1]
    sizes = [np.ptp(each, axis=0) + MARGIN for each in (upright, lying)]
    scales = [float((room / size).min()) for size in sizes]
    best = int(scales[1] > scales[0])
    step = min(scales[best], LARGEST * line)
    chosen = (upright, lying)[best]
    middle = (chosen.max(axis=0) + chosen.min(axis=0)) / 2
    centre = np.array([width / 2, (HEAD + ROUND / 2) * line + room[1] / 2])
    return FoldPlan((chosen - middle) * step + centre, step, font)


# -- the scene -----------------------------------------------------------------------------------------------


def shade(share: float, theme: Theme) -> str:
    """Return the colour of a probability: orange at 0, grey at ½, blue at 1, which suits the colour-blind."""
    low, middle, high = theme.component(0), mixed(theme.card, theme.ink, 0.22), theme.component(1)
    return mixed(low, middle, 2 * share) if share < 0.5 else mixed(middle, high, 2 * share - 1)


def drawn(view: Fold, plan: FoldPlan, width: float, theme: Theme) -> list[Item]:
    """Return the scene."""
    if not view.partner:
        return list(_heading(view, plan, width, theme))
    items: list[Item] = [
        Shape(
            polyline(*map(tuple, plan.points.tolist())), line=mixed(theme.card, theme.muted, 0.6), width=2.0
        )
    ]
    for column, other in enumerate(view.partner):
        if other > column:
            items += _rung(view, plan, column, other, theme)
    for column in range(len(view.partner)):
        items += _column(view, plan, column, theme)
    items += _ends(view, plan, theme)
    items += _inserts(view, plan, theme)
    return [*items, *_heading(view, plan, width, theme)]


def _rung(view: Fold, plan: FoldPlan, column: int, other: int, theme: Theme) -> list[Item]:
    """Return the rung of a pair, as wide as it is probable, with its probability if there is room."""
    one, two = plan.points[column], plan.points[other]
    items: list[Item] = []
    line = polyline(tuple(one.tolist()), tuple(two.tolist()))
    if view.chosen in (column, other):
        around = QPainterPathStroker()
        around.setWidth(2 * plan.disc + 7)
        around.setCapStyle(Qt.PenCapStyle.RoundCap)
        items.append(Shape(around.createStroke(line), theme.selection, theme.ink, 2.0))
    if view.shares is None:
        return [*items, Shape(line, line=theme.muted, width=max(1.5, plan.disc * THIN * 2))]
    share = min(max(float(view.shares[column]), 0.0), 1.0)
    width = 2 * plan.disc * (THIN + (THICK - THIN) * share)
    colour = shade(share, theme)
    items.append(Shape(line, line=colour, width=width))
    font = sized(plan.font, SMALL, bold=True)
    text, metrics = number(share, 2), QFontMetricsF(font)
    room = metrics.horizontalAdvance(text) + 4
    if plan.disc >= LEAST_NUMBER and room <= 2.4 * plan.disc:
        middle = (one + two) / 2
        box = QRectF(middle[0] - room / 2, middle[1] - metrics.height() / 2, room, metrics.height())
        items.append(Shape(rectangle(box.x(), box.y(), box.width(), box.height(), 4), theme.card))
        items.append(TextBox(text, box, theme.ink, font))
    return items


def _column(view: Fold, plan: FoldPlan, column: int, theme: Theme) -> list[Item]:
    """Return the disc of a column with its letter, or a ring if it has none."""
    x, y = plan.points[column].tolist()
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), plan.disc, plan.disc)
    letter = view.letters[column]
    if view.shares is None:
        return [Shape(path, theme.card, theme.muted, 1.5)]
    colour = shade(min(max(float(view.shares[column]), 0.0), 1.0), theme)
    if not letter:
        return [Shape(path, theme.card, colour, max(2.0, plan.disc / 6))]
    items: list[Item] = [Shape(path, colour, theme.card, 1.0)]
    if plan.disc >= LEAST_LETTER * plan.em:
        font = sized(plan.font, LETTER * plan.disc / plan.em, bold=True)
        ink = max((theme.ink, theme.card), key=lambda each: contrast(each, colour))
        box = QRectF(x - plan.disc, y - plan.disc, 2 * plan.disc, 2 * plan.disc)
        items.append(TextBox(letter, box, ink, font))
    return items


def _outward(plan: FoldPlan, column: int) -> Array:
    """Return the unit vector from a column away from its neighbours, where there is room for a text."""
    points = plan.points
    apart = points[column] - points
    squares = np.square(apart).sum(axis=1)
    weights = np.where(squares > 0, 1 / np.maximum(squares, 1e-9), 0.0)
    way = (apart * weights[:, None]).sum(axis=0)
    length = float(np.hypot(*way))
    return way / length if length > 1e-9 else np.array([0.0, -1.0])


def _ends(view: Fold, plan: FoldPlan, theme: Theme) -> list[Item]:
    """Return the texts 5′ and 3′, and the numbers of every fifth column."""
    last = len(view.partner) - 1
    texts = {0: "5′", last: "3′"}
    if plan.disc >= LEAST_NUMBERED:
        texts |= {k: str(k + 1) for k in range(NUMBERED - 1, last, NUMBERED) if k not in texts}
    items: list[Item] = []
    for column, text in texts.items():
        end = column in (0, last)
        font = sized(plan.font, 1.0 if end else SMALL, bold=end)
        metrics = QFontMetricsF(font)
        wide = metrics.horizontalAdvance(text) + 2
        reach = plan.disc + 6 + 0.5 * max(metrics.height(), wide)
        x, y = (plan.points[column] + _outward(plan, column) * reach).tolist()
        box = QRectF(x - wide / 2, y - metrics.height() / 2, wide, metrics.height())
        items.append(TextBox(text, box, theme.ink if end else theme.muted, font))
    return items


def _inserts(view: Fold, plan: FoldPlan, theme: Theme) -> list[Item]:
    """Return the texts "+n" where n letters are inserted between two columns."""
    font = sized(plan.font, SMALL, bold=True)
    metrics = QFontMetricsF(font)
    items: list[Item] = []
    for before, many in enumerate(view.inserted):
        if not many:
            continue
        ends = [k for k in (before - 1, before) if 0 <= k < len(view.partner)]
        way = np.mean([_outward(plan, k) for k in ends], axis=0)
        x, y = (plan.points[ends].mean(axis=0) + way * (plan.disc + metrics.height() * 0.7)).tolist()
        wide = metrics.horizontalAdvance(f"+{many}") + 4
        box = QRectF(x - wide / 2, y - metrics.height() / 2, wide, metrics.height())
        items.append(Shape(rectangle(box.x(), box.y(), wide, box.height(), 3), theme.newest))
        items.append(TextBox(f"+{many}", box, theme.ink, font))
    return items


def _heading(view: Fold, plan: FoldPlan, width: float, theme: Theme) -> list[Item]:
    """Return the heading, and the colour scale once there are probabilities."""
    font = sized(plan.font, 1.0, bold=True)
    metrics = QFontMetricsF(font)
    scale = [] if view.shares is None else _scale(plan.font, view.letter, width, theme)
    room = max(width - 8 - SCALE * metrics.height() * bool(scale), 10.0)
    box = QRectF(4, 0, room, HEAD * metrics.height())
    return [TextBox(elided(view.heading, room, metrics), box, theme.ink, font, START), *scale]


def _scale(font: QFont, letter: str, width: float, theme: Theme) -> list[Item]:
    """Return the colour scale in the upper right corner."""
    metrics = QFontMetricsF(font)
    high = metrics.height()
    wide, side = (SCALE - 3.4) * high, metrics.horizontalAdvance("0") + 4
    left = width - wide - side - 4
    piece = wide / SHADES
    items: list[Item] = [
        Shape(
            rectangle(left + k * piece, 0.25 * high, piece + 0.5, 0.8 * high),
            shade((k + 0.5) / SHADES, theme),
            smooth=False,
        )
        for k in range(SHADES)
    ]
    ends = ((left - 3 * high - 4, 3 * high, f"{letter} = 0", END), (left + wide + 4, side, "1", START))
    words = (
        TextBox(text, QRectF(x, 0, room, HEAD * high), theme.muted, font, align)
        for x, room, text, align in ends
    )
    return [*items, *words]


# -- in words ------------------------------------------------------------------------------------------------


def column_words(view: Fold, column: int) -> str:
    """Return one column in words, with its partner."""
    other = view.partner[column]
    ends = (column,) if other < 0 else (min(column, other), max(column, other))
    kind = "column" if other < 0 else "pair"
    letters = "".join(view.letters[k] or "-" for k in ends) if any(view.letters) else ""
    parts = [f"{kind} {'–'.join(str(k + 1) for k in ends)}", *([letters] if letters else [])]
    if view.shares is not None:
        parts.append(f"{view.letter} = {number(float(view.shares[column]), 3)}")
    return ", ".join(parts)


def described(view: Fold) -> str:
    """Return the picture in words."""
    pairs = [k for k, other in enumerate(view.partner) if other > k]
    words = "; ".join(column_words(view, k) for k in pairs)
    return f"{view.heading}: {things(len(view.partner), 'column')}, {things(len(pairs), 'pair')}. {words}."
