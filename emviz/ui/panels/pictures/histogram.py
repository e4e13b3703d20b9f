"""The picture of one column of numbers: a histogram stacked by component, and the components' densities."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.pictures import Curve, Dot, Histogram
from emviz.session import Session
from emviz.ui.look.style import faded
from emviz.ui.panels.pictures.handles import REACH, distances, nearest, start_with
from emviz.ui.panels.pictures.picture import DRAG
from emviz.ui.panels.pictures.plotted import PlotPicture
from emviz.ui.panels.plot.badges import Badges
from emviz.ui.panels.plot.drawing import Drawing, Label, Stroke, Trail, plain, rounded
from emviz.ui.panels.plot.plot import DASHES
from emviz.wording.numbers import figure, number

#: Opacity of the bars, of 255, in light and dark themes.
OPAQUE = (120, 130)
#: Most bins with gaps between them.
GAPS = 60
#: The scale is kept while the highest bar fills between these parts of it, so that it does not jump.
LOWEST, HIGHEST = 0.55, 0.96
#: Height of a new scale relative to the highest bar, which leaves room for labels.
HEADROOM = 1.16
#: Part of its maximum down to which a component's density is drawn.
LEAST = 0.004
#: Number of points considered for a curve's label.
PEAKS = 6
ROLES = {"bound": DASHES[1], "truth": DASHES[1], "reference": DASHES[2], "faint": ()}


class HistogramPicture(PlotPicture[Histogram]):
    """Bars, curves, dots, and means that can be dragged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Histogram", parent)
        self.bars: list[pg.BarGraphItem] = []
        self.curves: list[pg.PlotDataItem] = []
        self.badges = Badges(self.plot)
        self._top = 0.0
        self._edges = np.empty(0)
        self._from = self._to = np.empty((0, 0))
        self._old, self._means = np.empty(0), np.empty(0)
        self._held: int | None = None
        self._held_at = 0.0
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._hover)

    @property
    def usual_hint(self) -> str:
        """The hint on dragging, where means can be dragged."""
        return DRAG if self._shown is not None and self._shown[0].handles else ""

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self, view: Histogram, session: Session) -> None:
        known = view.heights.shape == self._to.shape and np.array_equal(view.edges, self._edges)
        self._from, self._to = self._to if known else view.heights, view.heights
        means = np.empty(0) if view.means is None else view.means
        self._old, self._means = self._means if len(self._means) == len(means) else means, means
        self._edges = view.edges
        self.plot.overlay.drawing = Drawing()
        self._fit(view)
        self.plot.name_axis("bottom", plain(view.x_label))
        self.plot.name_axis("left", plain(view.y_label))
        self._dress_bars(view)
        self._draw_curves(view)
        names = [self._name(view, k) for k in range(len(means))]
        self.badges.dress(names, list(range(len(means))))
        self.plot.overlay.show(self._drawing(view))
        self._announce(sentence(view))

    def _fit(self, view: Histogram) -> None:
        """Show the whole histogram; the height changes only if it has to."""
        places = np.concatenate([view.edges, [dot.x for dot in view.dots]])
        places = places[np.isfinite(places)]
        left, right = (float(places.min()), float(places.max())) if len(places) else (0.0, 1.0)
        air = 0.02 * (right - left) or 0.5
        most = max(_highest(view.heights.sum(axis=1)), *(_highest(curve.ys) for curve in view.curves), 1e-12)
        if not LOWEST * self._top <= most <= HIGHEST * self._top:
            self._top = most * HEADROOM
        foot = -0.06 * self._top if view.means is not None else 0.0
        self.plot.show_range((left - air, right + air), (foot, self._top))

    def _dress_bars(self, view: Histogram) -> None:
        components = view.heights.shape[1]
        while len(self.bars) < components:
            bars = pg.BarGraphItem(x0=[0.0], x1=[0.0], y0=[0.0], y1=[0.0])
            bars.setZValue(-10)
            self.bars.append(bars)
            self.plot.addItem(bars)
        while len(self.bars) > components:
            self.plot.removeItem(self.bars.pop())
        gap = pg.mkPen(self.theme.card, width=self.plot.devicePixelRatioF())
        pen = gap if len(view.edges) <= GAPS else pg.mkPen(None)
        for component, bars in enumerate(self.bars):
            colour = self.theme.muted if view.plain else self.theme.component(component)
            bars.setOpts(pen=pen, brush=pg.mkBrush(faded(colour, OPAQUE[self.theme.dark])))

    def _draw_curves(self, view: Histogram) -> None:
        self.plot.match(self.curves, len(view.curves))
        for shown, curve in zip(self.curves, view.curves, strict=True):
            shown.show_points(curve.xs, _off_axis(curve), connect="finite")
            # The total density often coincides with a component's, which has to be visible.
            shown.setZValue(-5 if curve.component is None else 0)
            width = 1.5 if curve.component is None else 2.8
            self.plot.ink(shown, self._colour(curve), width, _dash(curve))

    def _colour(self, curve: Curve) -> str:
        if curve.role == "bound":
            return self.theme.bound
        if curve.component is not None:
            return self.theme.component(curve.component)
        return self.theme.muted if curve.role else self.theme.ink

    def _move(self, part: float) -> None:
        """Draw bars and means at a part of their way."""
        heights = self._from + part * (self._to - self._from)
        tops = np.cumsum(heights, axis=1)
        for k, bars in enumerate(self.bars):
            foot, top = tops[:, k] - heights[:, k], tops[:, k]
            bars.setOpts(x0=self._edges[:-1], x1=self._edges[1:], y0=foot, y1=top)
        means = self._old + part * (self._means - self._old)
        if self._held is not None and self.drag.active and self._held < len(means):
            means[self._held] = self._held_at
        self.badges.place([(float(mean), 0.0) for mean in means])

    def _name(self, view: Histogram, component: int) -> str:
        """Return the name of a component: that of its density, or a letter."""
        named = (curve.name for curve in view.curves if curve.component == component and not curve.role)
        return next((name for name in named if name), chr(ord("A") + component))

    def _drawing(self, view: Histogram) -> Drawing:
        badged = {self._name(view, k) for k in range(len(self._means))}
        labels = [self._dot_label(dot) for dot in view.dots]
        labels += [
            Label(curve.name, self._colour(curve), _peaks(curve), bold=not curve.role, side=-1)
            for curve in view.curves
            if curve.name and (curve.role or curve.name not in badged)
        ]
        strokes = tuple(
            Stroke(((dot.x, 0.0), (dot.x, self._top)), self._ink(dot), 2.0, dotted=True) for dot in view.dots
        )
        tops = view.heights.sum(axis=1)
        outline = Trail((view.edges[:-1] + view.edges[1:]) / 2, tops)
        return Drawing(
            labels=tuple(labels),
            strokes=strokes,
            trails=(outline, *(Trail(curve.xs, curve.ys) for curve in view.curves)),
        )

    def _dot_label(self, dot: Dot) -> Label:
        places = tuple((dot.x, part * self._top) for part in (0.95, 0.85, 0.75, 0.65, 0.55))
        return Label(dot.label, self._ink(dot), places, bold=True)

    def _ink(self, dot: Dot) -> str:
        return self.theme.muted if dot.kind in ("truth", "reference", "other") else self.theme.ink

    # -- the mouse ------------------------------------------------------------------------------------------

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        """Grab the mean under the mouse."""
        if self._shown is None:
            return
        self._motion.finish()
        self._held = self._handle(self._shown[0], x)
        if self._held is not None:
            self._held_at = x
            self.drag.begin()

    @Slot(float, float)
    def _hover(self, x: float, y: float) -> None:
        if self._shown is None:
            return
        view, session = self._shown
        if self.drag.active:
            self._drag_to(view, session, x)
            return
        held = self._handle(view, x)
        self.plot.setCursor(Qt.CursorShape.ArrowCursor if held is None else Qt.CursorShape.SizeHorCursor)
        if held is not None:
            self.hinted.emit(f"drag {self._name(view, held)} to start elsewhere")
        else:
            self.hinted.emit(bin_words(view, x))

    def _handle(self, view: Histogram, x: float) -> int | None:
        places = np.stack([self._means, np.zeros(len(self._means))], axis=1)
        held = nearest(distances(self.plot, places, x, 0.0), REACH)
        return held if held is not None and held < len(view.handles) else None

    def _drag_to(self, view: Histogram, session: Session, x: float) -> None:
        if self._held is None or self._held >= len(view.handles):
            return
        low, high = self.plot.view.viewRange()[0]
        self._held_at = rounded(x, low, high)
        self._move(1.0)
        self.drag.move(start_with(session, [(view.handles[self._held], self._held_at)]))


def bin_words(view: Histogram, x: float) -> str:
    """Return the bin at x in words; "" outside the bins."""
    place = int(np.searchsorted(view.edges, x, side="right")) - 1
    if not 0 <= place < len(view.heights):
        return ""
    low, high = (figure(float(edge), 3) for edge in view.edges[place : place + 2])
    parts = [number(float(height), 1) for height in view.heights[place]]
    if len(parts) > 1:
        parts = [f"{chr(ord('A') + k)} {part}" for k, part in enumerate(parts)]
    return f"{low} to {high}: " + ", ".join(parts)


def sentence(view: Histogram) -> str:
    """Return the picture in words."""
    tops = view.heights.sum(axis=1)
    parts = [f"Histogram of {view.x_label} in {things(len(tops), 'bin')}."]
    if len(tops) and tops.max() > 0:
        low, high = view.edges[int(tops.argmax()) :][:2]
        most = number(float(tops.max()), 1)
        parts.append(
            f"The highest bar, of {most}, is from {figure(float(low), 3)} to {figure(float(high), 3)}."
        )
    if view.means is not None:
        parts.append("Means: " + ", ".join(figure(float(mean), 3) for mean in view.means) + ".")
    if view.dots:
        parts.append("Marked: " + "; ".join(f"{dot.label} at {figure(dot.x, 3)}" for dot in view.dots) + ".")
    return " ".join(parts)


def _dash(curve: Curve) -> tuple[float, ...]:
    if curve.role:
        return ROLES.get(curve.role, ())
    return DASHES[(curve.component or 0) % len(DASHES)]


def _off_axis(curve: Curve) -> Array:
    """Return the heights of a curve; NaN where a component's density lies flat on the axis."""
    if curve.component is None:
        return curve.ys
    return np.where(curve.ys >= LEAST * _highest(curve.ys), curve.ys, np.nan)


def _highest(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0


def _peaks(curve: Curve) -> tuple[tuple[float, float], ...]:
    """Return points of a curve where it may be labelled, the highest first."""
    ys = np.where(np.isfinite(curve.ys), curve.ys, -math.inf)
    best = np.argsort(-ys, kind="stable")
    step = max(1, len(best) // 20)
    return tuple((float(curve.xs[k]), float(curve.ys[k])) for k in best[::step][:PEAKS])
