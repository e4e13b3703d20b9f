"""The picture of counts: bars side by side, each stacked from expected counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from emviz.em.numerics import Array
from emviz.em.pictures import Bar, Bars, Dot
from emviz.session import Part, Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.placing import STRAIGHT
from emviz.ui.panels.pictures.bar_layer import BROAD, SLIM, BarLayer, Piece
from emviz.ui.panels.pictures.curves import REFERENCES, pen
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn
from emviz.ui.panels.plot.drawing import Drawing, Label, Point, Stroke, Trail
from emviz.ui.panels.plot.naming import across
from emviz.ui.panels.plot.plot import Plot
from emviz.wording.numbers import number

#: Most bars that have a number on top and are slim.
FEW = 16
#: How far the tick of a mark reaches beyond its bar, in bar distances.
TICK = 0.07
#: Room above the highest bar besides the height of its number, in pixels.
ROOM = 16.0
#: Most bars that are read out one by one.
SPOKEN = 20
#: Distance of the points that stand in for a bar when labels are placed, in pixels.
ROW = 9.0


class BarsPicture(Redrawn[Bars]):
    """The bars, their marks, and the curve over them."""

    concerns = SHOWN | {Part.DECIMALS}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot("Bars")
        self.layer = BarLayer(self.plot)
        self.curve = self.plot.curve()
        self._motion = Motion(self)
        self._stack(self.plot)
        self.plot.moved.connect(self._move)
        self.plot.left.connect(self._leave)
        self.plot.view.sigResized.connect(self._redraw)

    def show_view(self, view: Bars, session: Session) -> None:
        """Draw the bars, animated after a half-step."""
        self._motion.finish()
        before, grown = self._view, one_step(self._session, session)
        super().show_view(view, session)
        if before is not None and grown and _shape(before) == _shape(view) and before.bars != view.bars:
            ends = _ends(before)
            self._motion.play(lambda part: self._grow(ends, part))

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self.plot.dress(theme, font_for(self))
        self.layer.theme, self.layer.font = theme, font_for(self)
        super().apply_theme(theme)

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self, view: Bars, session: Session) -> None:
        if not view.bars:
            return
        self.plot.overlay.drawing = Drawing()
        self.layer.breadth = breadth(view)
        room = (ROOM + QFontMetricsF(self.layer.font).height()) / max(self.plot.view.rect().height(), 1.0)
        self.plot.show_range((-0.6, len(view.bars) - 0.4), extent(view, min(room, 0.4)))
        self.plot.name_axis("bottom", view.x_label)
        self.plot.name_axis("left", view.y_label)
        self._name_bars(view)
        self._draw_curve(view)
        self.plot.overlay.show(self._drawing(view, session))
        self.layer.show(tuple(pieces(view, self.theme, decimals(view, session))))
        self._label(view, session)

    def _write(self, view: Bars, session: Session) -> None:
        if view.bars:
            self.layer.write(tuple(pieces(view, self.theme, decimals(view, session))))
            self._label(view, session)

    def _announce(self, view: Bars, session: Session) -> None:
        if view.bars:
            self._describe(view.title, describe(view, session), self.plot)

    def _label(self, view: Bars, session: Session) -> None:
        """Write the totals, and the names of pieces that have no room for theirs."""
        marks = list(_marks(view, session.display.reference))
        labels = [*self._totals(view, session), *self._beside(view)]
        labels += [*_mark_labels(marks, self._reach, self.theme), *_curve_label(view, self.theme)]
        self.plot.overlay.relabel(labels)

    def _name_bars(self, view: Bars) -> None:
        """Write the names below the bars, as many as fit."""
        axis = self.plot.getAxis("bottom")
        pitch = self.plot.view.rect().width() / (len(view.bars) + 0.2)
        metrics = QFontMetricsF(axis.style["tickFont"] or self.font())
        ticks = across(view.names, max(pitch, 1.0), metrics)
        axis.setTicks([[(float(place), text) for place, text in ticks]])

    def _draw_curve(self, view: Bars) -> None:
        if view.curve is None:
            self.curve.show_points([], [])
            return
        self.curve.show_points(view.curve.xs, view.curve.ys, connect="finite")
        self.plot.ink(self.curve, *pen(view.curve, self.theme))

    def _drawing(self, view: Bars, session: Session) -> Drawing:
        """Return ticks and obstacles; labels follow once the layer has written the texts that fit."""
        marks = _marks(view, session.display.reference)
        strokes = [stroke for place, dot in marks for stroke in _tick(place, self._reach, dot, self.theme)]
        trails = [self._solid(view, k) for k in range(len(view.bars))]
        if view.curve is not None:
            trails.append(Trail(view.curve.xs, view.curve.ys))
        return Drawing(strokes=tuple(strokes), trails=tuple(trails))

    @property
    def _reach(self) -> float:
        """Half the width of a tick, in bar distances."""
        return self.layer.breadth / 2 + TICK

    def _totals(self, view: Bars, session: Session) -> list[Label]:
        if len(view.bars) > FEW:
            return []
        tops = [sum(bar.value for bar in bars) for bars in view.bars]
        places = decimals(view, session)
        return [
            Label(
                _value(view, bars, places), self.theme.ink, ((float(k), top),), True, STRAIGHT, optional=True
            )
            for k, (bars, top) in enumerate(zip(view.bars, tops, strict=True))
        ]

    def _beside(self, view: Bars) -> Iterator[Label]:
        """Yield the labels of pieces too small for their name, each name at its largest piece."""
        few, half = len(view.bars) <= FEW, self.layer.breadth / 2
        named = {text.partition("\n")[0] for text in self.layer.written}
        for piece in _largest(self.layer.pieces):
            if piece.texts[-1] not in named:
                middle = (piece.low + piece.high) / 2
                sides = (
                    (piece.bar + half, middle),
                    (piece.bar - half, middle),
                    (float(piece.bar), piece.high),
                )
                yield Label(piece.texts[-1], piece.colour, sides, bold=not few, optional=few)

    def _solid(self, view: Bars, bar: int) -> Trail:
        """Return a zigzag line that covers a bar, so that no label is placed on it."""
        top = sum(each.value for each in view.bars[bar])
        foot, head = (self.plot.position(bar, height).y() for height in (0.0, top))
        heights = np.linspace(0, top, max(2, int(abs(foot - head) / ROW)))
        turns = np.resize([-1.0, 1.0, 1.0, -1.0], 2 * len(heights))
        return Trail(bar + self.layer.breadth / 2 * turns, np.repeat(heights, 2))

    def _grow(self, before: Array, part: float) -> None:
        pieces = self.layer.pieces
        self.layer.show(self.layer.between(before, part))
        # show() has stored the pieces of the moment; the next frame starts from the final ones.
        self.layer.pieces = pieces

    # -- the mouse ------------------------------------------------------------------------------------------

    @Slot(float, float)
    def _move(self, x: float, y: float) -> None:
        if self._view is not None and self._session is not None:
            self.hinted.emit(hint(self._view, self._session, x, y))


def breadth(view: Bars) -> float:
    """Return the width of a bar, in bar distances."""
    return SLIM if len(view.bars) <= FEW else BROAD


def extent(view: Bars, room: float) -> Point:
    """Return the range of heights, from zero to the highest, with a part `room` of it free on top."""
    tops = [sum(bar.value for bar in bars) for bars in view.bars]
    heights = [0.0, *tops, *(dot.y for dots in view.marks for dot in dots if np.isfinite(dot.y))]
    if view.curve is not None:
        heights += view.curve.ys[np.isfinite(view.curve.ys)].tolist()
    low, high = min(heights), max(heights)
    reach = (high - low) or 1.0
    return low - 0.05 * reach * (low < 0), low + reach / (1 - room)


def decimals(view: Bars, session: Session) -> int:
    """Return the number of decimals: one more for probabilities, none for whole counts."""
    if view.of_counts and all(bar.value == round(bar.value) for bars in view.bars for bar in bars):
        return 0
    return session.display.decimals + (not view.of_counts)


def pieces(view: Bars, theme: Theme, places: int) -> Iterator[Piece]:
    """Yield the pieces of all bars, each bar from the bottom."""
    for k, bars in enumerate(view.bars):
        low = 0.0
        for bar in bars:
            colour = (
                mixed(theme.ink, theme.card, 0.3) if bar.component is None else theme.component(bar.component)
            )
            texts = _texts(view, bar, places, alone=len(bars) == 1) if bar.name != view.names[k] else ()
            yield Piece(k, low, low + bar.value, colour, bar.hidden, texts)
            low += bar.value


def hint(view: Bars, session: Session, x: float, y: float) -> str:
    """Return the piece or the bar at a point in words."""
    place = round(x)
    if not 0 <= place < len(view.bars) or abs(x - place) > breadth(view) / 2:
        return ""
    places, low = decimals(view, session), 0.0
    for bar in view.bars[place]:
        if min(low, low + bar.value) <= y <= max(low, low + bar.value):
            return (
                f"{_heading(view, place)}, {_named(bar, view.names[place])}{_approximate(view, bar, places)}"
            )
        low += bar.value
    return f"{_heading(view, place)}: {_value(view, view.bars[place], places)}"


def describe(view: Bars, session: Session) -> str:
    """Return the bars in words: their heights, pieces and marks."""
    places = decimals(view, session)
    spoken = range(min(SPOKEN, len(view.bars)))
    words = [_bar_words(view, k, places, session.display.reference) for k in spoken]
    if len(view.bars) > SPOKEN:
        words.append(f"and {len(view.bars) - SPOKEN} more")
    return f"{view.y_label or 'height'} by {view.x_label or 'bar'}: {'; '.join(words)}."


def _bar_words(view: Bars, k: int, places: int, reference: bool) -> str:
    bars = view.bars[k]
    parts = [f"{bar.name} {_approximate(view, bar, places)}" for bar in bars if len(bars) > 1]
    dots = view.marks[k] if k < len(view.marks) else ()
    parts += [f"{dot.label or dot.kind} {number(dot.y, places)}" for dot in dots if _visible(dot, reference)]
    within = f" ({', '.join(parts)})" if parts else ""
    return f"{view.names[k]} {_value(view, bars, places)}{within}"


def _heading(view: Bars, place: int) -> str:
    return f"{view.x_label} {view.names[place]}".strip()


def _named(bar: Bar, of: str) -> str:
    return f"{bar.name}: " if bar.name and bar.name != of else ""


def _value(view: Bars, bars: tuple[Bar, ...], places: int) -> str:
    """Return the height of a bar; without decimals if its parts sum to a whole count."""
    total = sum(bar.value for bar in bars)
    whole = abs(total - round(total)) < 1e-6 * max(1.0, abs(total))
    return number(total, 0 if whole and view.of_counts else places)


def _approximate(view: Bars, bar: Bar, places: int) -> str:
    # Without decimals the counts are hard, so unobserved values are whole numbers too.
    return f"≈ {number(bar.value, places)}" if bar.hidden and places else _value(view, (bar,), places)


def _texts(view: Bars, bar: Bar, places: int, alone: bool) -> tuple[str, ...]:
    """Return the texts for a piece, longest first: name and size, or the name if the size is on top."""
    if not bar.name:
        return ()
    return (bar.name,) if alone else (f"{bar.name}\n{_approximate(view, bar, places)}", bar.name)


def _largest(pieces: tuple[Piece, ...]) -> list[Piece]:
    """Return the largest piece of each name, without empty ones."""
    largest: dict[str, Piece] = {}
    for piece in pieces:
        for name in piece.texts[-1:]:
            before = largest.setdefault(name, piece)
            if piece.high - piece.low > before.high - before.low:
                largest[name] = piece
    return [piece for piece in largest.values() if piece.high > piece.low]


def _visible(dot: Dot, reference: bool) -> bool:
    return bool(np.isfinite(dot.y)) and (reference or dot.kind not in REFERENCES)


def _marks(view: Bars, reference: bool) -> Iterator[tuple[int, Dot]]:
    for k, dots in enumerate(view.marks):
        yield from ((k, dot) for dot in dots if _visible(dot, reference))


def _tick(place: int, half: float, dot: Dot, theme: Theme) -> tuple[Stroke, Stroke]:
    """Return the tick of a mark, with an edge that separates it from the bar."""
    points = ((place - half, dot.y), (place + half, dot.y))
    dotted = dot.kind == "truth"
    return Stroke(points, theme.card, 5.5), Stroke(points, theme.ink, 2.6, dotted=dotted)


def _mark_labels(marks: list[tuple[int, Dot]], half: float, theme: Theme) -> Iterator[Label]:
    """Yield one label for all marks of the same name."""
    named: dict[str, list[Point]] = {}
    for place, dot in marks:
        named.setdefault(dot.label, []).extend([(place + half, dot.y), (place - half, dot.y)])
    named.pop("", None)
    for text, points in named.items():
        yield Label(text, theme.muted, tuple(points[: 2 * FEW]))


def _curve_label(view: Bars, theme: Theme) -> list[Label]:
    curve = view.curve
    if curve is None or not curve.name or not np.isfinite(curve.ys).any():
        return []
    seen = np.flatnonzero(np.isfinite(curve.ys))
    places = seen[[int(part * (len(seen) - 1)) for part in (0.5, 0.35, 0.65, 0.8, 0.2, 0.97)]]
    points = tuple((float(curve.xs[k]), float(curve.ys[k])) for k in places)
    return [Label(curve.name, pen(curve, theme)[0], points, bold=True, side=-1)]


def _shape(view: Bars) -> tuple[str | int, ...]:
    """Return the title and the number of pieces per bar, which must agree for an animation."""
    return (view.title, *(len(bars) for bars in view.bars))


def _ends(view: Bars) -> Array:
    """Return the lower and upper end of each piece, shape (pieces, 2)."""
    ends = []
    for bars in view.bars:
        tops = np.cumsum([0.0, *(bar.value for bar in bars)])
        ends += list(pairwise(tops))
    return np.array(ends, dtype=np.float64).reshape(-1, 2)
