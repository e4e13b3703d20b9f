"""The picture of log P over three probabilities that sum to 1, with the path of EM on it."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainterPath, QPolygonF
from PySide6.QtWidgets import QWidget

from emviz.em.model import Phase, fields_of
from emviz.em.numerics import Array
from emviz.em.pictures import Dot, Ternary
from emviz.session import Part, Session, aimed_at
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.contours import levels
from emviz.ui.panels.geometry.simplex import (
    CORNERS,
    HEIGHT,
    Mesh,
    inside,
    mesh,
    on_plane,
    on_simplex,
    raster_places,
)
from emviz.ui.panels.pictures.picture import CLICK, SHOWN
from emviz.ui.panels.pictures.plotted import PlotPicture
from emviz.ui.panels.pictures.relief import colours, finite, shades
from emviz.ui.panels.plot.drawable import Spots
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Point, Stroke, Trail
from emviz.ui.panels.plot.raster import Raster
from emviz.wording.numbers import number

#: Pixels of the map along an edge, and the longest path drawn with dots.
RESOLUTION, DOTS = 320, 200
#: Distance outside of the triangle, relative to an edge, at which a click still counts.
SLACK = 0.06
#: For each kind of dot: pyqtgraph's symbol, whether it is hollow, and its size in pixels.
SYMBOLS = {
    "optimum": ("star", False, 17.0),
    "saddle": ("x", False, 11.0),
    "truth": ("+", False, 14.0),
    "reference": ("d", True, 12.0),
    "other": ("o", True, 9.0),
}


class TernaryPicture(PlotPicture[Ternary]):
    """A triangle with a heat map, the path on it, and dots."""

    concerns = SHOWN | {Part.TARGET}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Triangle of three probabilities", parent)
        for side in ("left", "bottom"):
            self.plot.hideAxis(side)
        self.plot.plotItem.layout.setContentsMargins(0, 0, 0, 0)
        self.raster = Raster()
        self.raster.setZValue(-20)
        self.plot.addItem(self.raster)
        self.contours, self.edge, self.path = (self.plot.curve() for _ in range(3))
        self.dots = Spots()
        self.plot.addItem(self.dots)
        corners = np.vstack([CORNERS, CORNERS[:1]])
        self.edge.show_points(corners[:, 0], corners[:, 1])
        self._mesh: Mesh | None = None
        self._drawn: tuple[Ternary, Theme] | None = None
        self.plot.view.sigResized.connect(self._fit)
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._hover)

    @property
    def usual_hint(self) -> str:
        """The hint on choosing a start, where that is possible."""
        return CLICK if self._shown is not None and self._shown[0].entry_field else ""

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self, view: Ternary, session: Session) -> None:
        self.plot.overlay.drawing = Drawing()
        self.plot.setCursor(Qt.CursorShape.CrossCursor if self.usual_hint else Qt.CursorShape.ArrowCursor)
        self._fit()
        self._draw_map(view)
        places = on_plane(view.path)
        self._draw_path(places)
        self.plot.overlay.show(self._drawing(view, session, places))
        self._announce(sentence(view, session.display.reference))

    def _draw_map(self, view: Ternary) -> None:
        """Draw the heights, if they or the theme have changed."""
        self.plot.ink(self.edge, self.theme.muted, 1.4)
        before = self._drawn
        same = before is not None and before[0].side == view.side and before[1] is self.theme
        if same and before is not None and np.array_equal(before[0].heights, view.heights):
            return
        self._drawn = view, self.theme
        if not view.heights.size:
            self.raster.clear()
            self.contours.show_points([], [])
            self._mesh = None
            return
        heights = finite(view.heights)
        self._mesh = mesh(view.places, view.side, heights)
        pixels = _pixels(self._mesh, self.theme)
        self.raster.show_pixels(pixels, QRectF(0, 0, 1, HEIGHT), _triangle())
        lines = [self._mesh.contour(float(level)) for level in levels(heights)]
        points = np.concatenate([np.empty((0, 2)), *lines])
        self.contours.show_points(points[:, 0], points[:, 1], connect="pairs")
        self.plot.ink(self.contours, self.theme.muted if self.theme.dark else self.theme.card, 1.0)

    def _draw_path(self, places: Array) -> None:
        self.path.show_points(places[:, 0], places[:, 1], antialias=len(places) <= DOTS)
        self.plot.ink(self.path, self.theme.ink, 2.2)
        shown = places if len(places) <= DOTS else places[:1]
        pen = pg.mkPen(self.theme.card, width=self.plot.devicePixelRatioF())
        self.dots.show_points(shown, size=8, brush=pg.mkBrush(QColor(self.theme.ink)), pen=pen)

    def _drawing(self, view: Ternary, session: Session, places: Array) -> Drawing:
        labels = [
            Label(name, self.theme.ink, (_point(corner),), bold=True, side=side)
            for name, corner, side in zip(view.corners, CORNERS, (1, 1, -1), strict=True)
        ]
        marks = []
        for shares, dot in view.dots:
            # Before the first step, start and current θ coincide.
            if dot.kind == "start" and len(view.path) == 1:
                continue
            at = _point(on_plane(shares))
            marks += self._mark(dot, at)
            labels.append(Label(dot.label, self.theme.ink, (at,), bold=dot.kind == "here"))
        edge = np.vstack([CORNERS, CORNERS[:1]])
        trails = (Trail(edge[:, 0], edge[:, 1]), Trail(places[:, 0], places[:, 1]))
        return Drawing(tuple(marks), tuple(labels), self._arrow(view, session, places), trails=trails)

    def _mark(self, dot: Dot, at: Point) -> list[Mark]:
        """Return the symbol of a dot; none for those on the path, which has dots anyway."""
        if dot.kind in ("here", "start"):
            return []
        symbol, hollow, size = SYMBOLS.get(dot.kind, SYMBOLS["other"])
        return [Mark(*at, symbol, self.theme.ink, size, hollow)]

    def _arrow(self, view: Ternary, session: Session, places: Array) -> tuple[Stroke, ...]:
        """Return an arrow along the coming M-step, after an E-step."""
        weighed = session.step.phase is Phase.E and len(places)
        following = aimed_at(session, self.results) if weighed else None
        values = None if following is None else fields_of(following).get(view.entry_field)
        if values is None or values.shape != (3,):
            return ()
        points = _point(places[-1]), _point(on_plane(values))
        apart = self.plot.position(*points[1]) - self.plot.position(*points[0])
        if QPointF.dotProduct(apart, apart) < 9:
            return ()
        return (Stroke(points, self.theme.ink, 2.4, arrow=True),)

    def _move(self, part: float) -> None:
        """Draw the moving point at a part of the last step."""
        view = None if self._shown is None else self._shown[0]
        if view is None or not len(view.path):
            self.plot.overlay.move_point(None)
            return
        last = on_plane(view.path[-2:])
        self.plot.overlay.move_point(_point(last[0] + part * (last[-1] - last[0])), size=14.0)

    @Slot()
    def _fit(self) -> None:
        """Show the triangle as large as possible, with room for the names of its corners."""
        box = self.plot.view.rect()
        metrics = QFontMetricsF(self.plot.overlay.font)
        air = 2 * (metrics.height() + 14)
        scale = max(1.0, min(box.width() - air, (box.height() - air) / HEIGHT))
        across, up = box.width() / scale / 2, box.height() / scale / 2
        self.plot.show_range((0.5 - across, 0.5 + across), (HEIGHT / 2 - up, HEIGHT / 2 + up))

    # -- the mouse ------------------------------------------------------------------------------------------

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        """Start a drag at a point of the triangle."""
        if self._shown is None or not self._shown[0].entry_field:
            return
        shares = on_simplex(np.array([x, y]))
        if shares.min() >= -SLACK:
            self.drag.begin()
            self._start_at(self._shown[0], shares)

    @Slot(float, float)
    def _hover(self, x: float, y: float) -> None:
        if self._shown is None:
            return
        view, shares = self._shown[0], on_simplex(np.array([x, y]))
        if self.drag.active:
            self._start_at(view, shares)
        self.hinted.emit(self._point_words(view, shares) if shares.min() >= 0 else "")

    def _start_at(self, view: Ternary, shares: Array) -> None:
        self.drag.move({view.entry_field: inside(shares)})

    def _point_words(self, view: Ternary, shares: Array) -> str:
        words = ", ".join(
            f"{name} = {number(share, 2)}" for name, share in zip(view.corners, shares.tolist(), strict=True)
        )
        if self._mesh is None:
            return words
        return f"{words}, {view.height_name} ≈ {number(float(self._mesh.at(shares)), 1)}"


def sentence(view: Ternary, reference: bool = True) -> str:
    """Return the picture in words; the highest point is left out while it is to be guessed."""
    parts = []
    if len(view.path):
        values = zip(view.corners, view.path[-1].tolist(), strict=True)
        here = ", ".join(f"{name} = {number(value, 3)}" for name, value in values)
        t = len(view.path) - 1 if view.now is None else view.now
        parts.append(f"θ({t}) is at {here}.")
    if len(view.heights) and reference:
        best = zip(view.corners, view.places[int(view.heights.argmax())].tolist(), strict=True)
        parts.append(f"The map is highest near {', '.join(f'{n} = {number(v, 2)}' for n, v in best)}.")
    places = [f"{dot.label} at ({', '.join(number(v, 2) for v in at.tolist())})" for at, dot in view.dots]
    if places:
        parts.append(f"There are: {'; '.join(places)}.")
    return " ".join(parts)


def _pixels(heights: Mesh, theme: Theme) -> NDArray[np.uint8]:
    """Return the map as pixels, shape (rows, columns, 4)."""
    places, _ = raster_places(RESOLUTION)
    values = heights.at(np.clip(places, 0, 1))
    seen = places.min(axis=-1) >= -2 / RESOLUTION
    shade = np.zeros(values.shape)
    shade[seen] = shades(values[seen])
    table = colours(theme)
    pixels = np.full((*values.shape, 4), 255, dtype=np.uint8)
    pixels[..., :3] = table[np.rint(255 * shade).astype(np.intp)]
    return pixels


def _triangle() -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*corner) for corner in CORNERS.tolist()]))
    path.closeSubpath()
    return path


def _point(place: Array) -> Point:
    return float(place[0]), float(place[1])
