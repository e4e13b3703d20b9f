"""The picture of curves over one axis, with labels and dots on them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.model import fields_of
from emviz.em.numerics import Array, quantile
from emviz.em.objective.bound import with_entry
from emviz.em.pictures import Curve, Curves, Dot
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.picture import CLICK, Redrawn
from emviz.ui.panels.plot.drag import Drag
from emviz.ui.panels.plot.drawable import clipped
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Point, Trail, rounded
from emviz.ui.panels.plot.plot import DASHES, Plot, finite_range
from emviz.wording.numbers import figure

#: Roles and kinds that are shown only together with the reference.
REFERENCES = ("truth", "reference")
#: For each kind of dot: pyqtgraph's symbol, its size in pixels, and whether it is hollow.
SYMBOLS: dict[str, tuple[str, float, bool]] = {
    "here": ("o", 14, False),
    "start": ("o", 12, True),
    "optimum": ("star", 18, False),
    "saddle": ("x", 12, False),
    "truth": ("d", 14, True),
    "reference": ("d", 14, False),
    "other": ("s", 10, False),
}
#: Parts of a line's visible stretch at which it may be labelled, the best first.
NAMED = (0.97, 0.88, 0.78, 0.68, 0.06, 0.16, 0.26, 0.5)
#: Most lines that are read out one by one.
SPOKEN = 6


class CurvesPicture(Redrawn[Curves]):
    """The curves and their dots; on the axis of an entry of θ, a click or drag chooses a start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot("Curves")
        self.lines: list[pg.PlotDataItem] = []
        self.drag = Drag(self)
        self._stack(self.plot)
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._move)
        self.plot.released.connect(self.drag.end)
        self.plot.left.connect(self._leave)
        self.drag.requested.connect(self.start_requested)

    @property
    def usual_hint(self) -> str:
        """The hint on choosing a start, where the axis is an entry of θ."""
        return CLICK if self._view is not None and self._view.entry is not None else ""

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self.plot.dress(theme, font_for(self))
        super().apply_theme(theme)

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self, view: Curves, session: Session) -> None:
        """Draw the curves and the dots."""
        curves, dots = shown(view, session.display.reference)
        x, y = ranges(view)
        self._draw_lines(curves, y[0])
        self.plot.overlay.drawing = Drawing()
        self.plot.show_range(x, y)
        self.plot.name_axis("bottom", view.x_label)
        self.plot.name_axis("left", view.y_label)
        self.plot.overlay.show(drawing(curves, dots, y, self.theme))
        self.plot.setCursor(
            Qt.CursorShape.CrossCursor if view.entry is not None else Qt.CursorShape.ArrowCursor
        )
        words = describe(view, curves, dots, session.display.reference and session.display.next)
        self._describe(view.title, words, self.plot)

    def _draw_lines(self, curves: list[Curve], low: float) -> None:
        self.plot.match(self.lines, len(curves))
        for line, curve in zip(self.lines, curves, strict=True):
            line.show_points(curve.xs, clipped(curve.ys, low), connect="finite")
            self.plot.ink(line, *pen(curve, self.theme))
            # Faint lines go below the others, and the bound above log P, which it touches.
            line.setZValue({"faint": -2, "bound": 2}.get(curve.role, 0))

    # -- the mouse ------------------------------------------------------------------------------------------

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        if self._view is not None and self._view.entry is not None:
            self.drag.begin()
            self._start_at(x)

    @Slot(float, float)
    def _move(self, x: float, y: float) -> None:
        if self._view is None or self._session is None:
            return
        if self.drag.active:
            self._start_at(x)
        self.hinted.emit(hint(self._view, self._session.display.reference, x))

    def _start_at(self, x: float) -> None:
        """Request the start at which the entry on the axis has this value."""
        session, entry = self._session, None if self._view is None else self._view.entry
        if session is None or entry is None:
            return
        model, data = session.model, session.data
        domain = next(each.domain for each in model.parameters(data) if each.name == entry.field)
        span = domain.span(fields_of(session.start)[entry.field], entry.index)
        moved = with_entry(model, data, session.start, entry, rounded(x, *span))
        self.drag.move({entry.field: fields_of(moved)[entry.field]})


def shown(view: Curves, reference: bool) -> tuple[list[Curve], list[Dot]]:
    """Return the lines and the dots that are shown, with the reference or without."""
    curves = [curve for curve in view.curves if reference or curve.role not in REFERENCES]
    dots = [dot for dot in view.dots if reference or dot.kind not in REFERENCES]
    return curves, dots


def ranges(view: Curves) -> tuple[Point, Point]:
    """Return the ranges of both axes; the ends of a line that falls towards −∞ may be outside."""
    xs = np.concatenate([np.empty(0), *(curve.xs for curve in view.curves), [dot.x for dot in view.dots]])
    low, high = finite_range(xs, pad=0.02)
    heights = np.concatenate(
        [np.empty(0), *(curve.ys if view.whole else _seen(curve.ys) for curve in view.curves)]
    )
    heights = np.concatenate([heights, [dot.y for dot in view.dots if np.isfinite(dot.y)]])
    # A constant line is centred in a range of one unit.
    level = len(heights) > 0 and float(np.ptp(heights)) == 0
    return (low, high), finite_range(heights, pad=0.1, least=1.0 if level else 1e-12)


def _seen(ys: Array) -> Array:
    """Return the finite heights of a line, without the deep ends of one that falls steeply."""
    finite = ys[np.isfinite(ys)]
    if not len(finite):
        return finite
    depth = float(finite.max()) - finite
    usual = 2 * quantile(depth, 0.7)
    # A parabola's ends are about as deep as the rest; log P near a border is far deeper.
    steep = 0 < usual < 0.8 * float(depth.max())
    return finite[depth <= usual] if steep else finite


def pen(curve: Curve, theme: Theme) -> tuple[str, float, tuple[float, ...]]:
    """Return the colour, the width in pixels and the dashes of a line."""
    if curve.role == "bound":
        return theme.bound, 2.8, DASHES[1]
    if curve.role == "truth":
        return theme.muted, 2.2, DASHES[2]
    if curve.role == "reference":
        return theme.muted, 2.2, DASHES[3]
    colour = theme.ink if curve.component is None else theme.component(curve.component)
    if curve.role == "faint":
        return mixed(theme.muted if curve.component is None else colour, theme.card, 0.5), 1.3, ()
    return colour, 2.8, ()


def drawing(curves: list[Curve], dots: list[Dot], y: Point, theme: Theme) -> Drawing:
    """Return the marks of the dots and all labels."""
    marks = tuple(_mark(dot, theme) for dot in dots if np.isfinite(dot.y))
    labels = [_dot_label(dot, theme) for dot in dots if dot.label and np.isfinite(dot.y)]
    # Of a single point nothing is drawn that a name could be beside.
    seen = (curve for curve in curves if np.isfinite(curve.ys).sum() > 1)
    labels += [_name(curve, y, theme) for curve in seen if curve.name]
    trails = tuple(
        Trail(curve.xs, clipped(curve.ys, y[0] - 2 * (y[1] - y[0])))
        for curve in curves
        if curve.role != "faint"
    )
    return Drawing(marks, tuple(labels), trails=trails)


def _mark(dot: Dot, theme: Theme) -> Mark:
    symbol, size, hollow = SYMBOLS.get(dot.kind, SYMBOLS["other"])
    return Mark(dot.x, dot.y, symbol, _dot_colour(dot, theme), size, hollow)


def _dot_label(dot: Dot, theme: Theme) -> Label:
    return Label(dot.label, _dot_colour(dot, theme), ((dot.x, dot.y),), bold=dot.kind == "here")


def _dot_colour(dot: Dot, theme: Theme) -> str:
    return theme.muted if dot.kind in REFERENCES else theme.ink


def _name(curve: Curve, y: Point, theme: Theme) -> Label:
    colour = theme.muted if curve.role == "faint" and curve.component is None else pen(curve, theme)[0]
    return Label(
        curve.name, colour, _beside(curve, y), bold=curve.role == "bound", optional=curve.role == "faint"
    )


def _beside(curve: Curve, y: Point) -> tuple[Point, ...]:
    """Return the points along the visible stretch of a line where it may be labelled."""
    low, high = y[0] + 0.05 * (y[1] - y[0]), y[1]
    xs, ys = curve.xs, curve.ys
    if len(xs) < 30:
        # A line of few points may be labelled between them too.
        between = np.linspace(0, len(xs) - 1, 60)
        xs, ys = (np.interp(between, np.arange(len(xs)), each) for each in (xs, ys))
    seen = np.flatnonzero((ys > low) & (ys < high))
    if not len(seen):
        return ((float(xs[-1]), float(np.clip(ys[-1], *y))),)
    places = seen[[int(part * (len(seen) - 1)) for part in NAMED]]
    return tuple((float(xs[place]), float(ys[place])) for place in places)


def hint(view: Curves, reference: bool, x: float) -> str:
    """Return x and the heights of the named lines there in words."""
    parts = [f"{view.x_label or 'x'} = {figure(x, 3)}"]
    for curve in shown(view, reference)[0]:
        height = height_at(curve, x)
        if curve.name and height is not None:
            parts.append(f"{curve.name} {figure(height, 4)}")
    return ", ".join(parts)


def height_at(curve: Curve, x: float) -> float | None:
    """Return the interpolated height of a line; None outside of it and where it is not finite."""
    if not len(curve.xs) or not curve.xs.min() <= x <= curve.xs.max() or np.any(np.diff(curve.xs) < 0):
        return None
    with np.errstate(invalid="ignore"):
        height = float(np.interp(x, curve.xs, curve.ys))
    return height if np.isfinite(height) else None


def describe(view: Curves, curves: list[Curve], dots: list[Dot], tops: bool = True) -> str:
    """Return the picture in words: the highest point of each line, and the dots.

    Parameters
    ----------
    tops : bool
        False describes each line by its ends, because its highest point is to be guessed.
    """
    named = [curve for curve in curves if curve.name]
    parts = [_line_words(curve, tops) for curve in named[:SPOKEN]]
    if len(named) > SPOKEN:
        parts.append(f"and {things(len(named) - SPOKEN, 'more line')}")
    parts += [f"{dot.label or dot.kind} at {figure(dot.x, 3)}, {figure(dot.y, 4)}" for dot in dots]
    return f"{view.y_label or 'y'} over {view.x_label or 'x'}: {'; '.join(parts) or 'nothing yet'}."


def _line_words(curve: Curve, tops: bool) -> str:
    finite = np.isfinite(curve.ys)
    if not finite.any():
        return f"{curve.name} nowhere finite"
    xs, ys = curve.xs[finite], curve.ys[finite]
    if np.ptp(ys) == 0:
        return f"{curve.name} at {figure(float(ys[0]), 4)}"
    if not tops:
        first, last = (f"{figure(float(ys[k]), 4)} at {figure(float(xs[k]), 3)}" for k in (0, -1))
        return f"{curve.name} from {first} to {last}"
    top = int(ys.argmax())
    return f"{curve.name} highest at {figure(float(xs[top]), 3)} with {figure(float(ys[top]), 4)}"
