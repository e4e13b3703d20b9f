"""The picture of points in two columns, coloured by responsibility, with the components as ellipses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.pictures import Blob, Scatter
from emviz.session import Session
from emviz.ui.panels.likelihood.series import Series
from emviz.ui.panels.pictures.cloud import Cloud
from emviz.ui.panels.pictures.ellipses import TWO, Ellipses, between, ellipse
from emviz.ui.panels.pictures.handles import REACH, distances, nearest, start_with
from emviz.ui.panels.pictures.picture import DRAG
from emviz.ui.panels.pictures.plotted import PlotPicture
from emviz.ui.panels.pictures.spans import Spans
from emviz.ui.panels.plot.badges import Badges
from emviz.ui.panels.plot.choices import AxisChoices, Pair
from emviz.ui.panels.plot.drawable import Spots
from emviz.ui.panels.plot.drawing import Drawing, Label, Point, Trail, plain, rounded
from emviz.ui.panels.plot.plot import DASHES
from emviz.wording.numbers import figure, number

#: Most iterations of the means' paths that are drawn.
LONGEST = 200
#: Radius of a name and size of the ring around the selected point, in pixels.
NAME, RING = 13.0, 19.0


class ScatterPicture(PlotPicture[Scatter]):
    """The cloud of points, the components over it, and their means, which can be dragged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Scatter of the data", parent)
        self.choices = AxisChoices()
        self.cloud = Cloud(self.plot)
        self.spans = Spans(self.plot)
        self.truth = Ellipses(self.plot, (TWO,))
        self.reference = Ellipses(self.plot, (TWO,))
        self.ellipses = Ellipses(self.plot)
        self.paths: list[pg.PlotDataItem] = []
        self.badges = Badges(self.plot)
        self.ring = Spots()
        self.ring.setZValue(20)
        self.plot.addItem(self.ring)
        self._series = Series()
        self._before: tuple[Blob, ...] = ()
        self._blobs: tuple[Blob, ...] = ()
        self._held: int | None = None
        self._held_at: Point = (0.0, 0.0)
        self.choices.chosen.connect(self._choose)
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._hover)

    @property
    def tools(self) -> QWidget:
        """The choice of the columns on the axes; hidden if there is none."""
        return self.choices

    def show_view(self, view: Scatter, session: Session) -> None:
        """Draw a view, and list its columns."""
        super().show_view(view, session)
        # Not in _draw, which also runs while the picture is hidden and would show the tools.
        self.choices.fill(view.columns, view.axes)

    @property
    def usual_hint(self) -> str:
        """The hint on dragging, where means can be dragged."""
        return DRAG if self._shown is not None and self._shown[0].handles else ""

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self, view: Scatter, session: Session) -> None:
        self._before, self._blobs = self._blobs, view.blobs
        if len(self._before) != len(view.blobs):
            self._before = view.blobs
        self.plot.overlay.drawing = Drawing()
        x0, x1, y0, y1 = view.extent
        self.plot.show_range((x0, x1), (y0, y1))
        for side, place in zip(("bottom", "left"), view.axes, strict=True):
            self.plot.name_axis(side, plain(view.columns[place]))
        self.cloud.show(view, session.display.revealed)
        self.spans.show(view)
        self._draw_known(view, session.display.reference)
        self._draw_paths(view, session)
        self._draw_ring(view)
        self.ellipses.dress(view.blobs, 2.2, wash=view.points is not None)
        self.badges.dress([blob.name for blob in view.blobs], [blob.component for blob in view.blobs])
        self.plot.overlay.show(self._drawing(view, session.display.reference))
        self._announce(sentence(view))

    def _draw_known(self, view: Scatter, shown: bool) -> None:
        """Draw the true components dashed and those of the complete data dotted, if they are shown."""
        for ellipses, blobs, dash in (
            (self.truth, view.truth, DASHES[1]),
            (self.reference, view.reference, DASHES[2]),
        ):
            known = blobs if shown else ()
            ellipses.show([blob.mean for blob in known], [blob.covariance for blob in known])
            ellipses.dress(known, 1.8, dash)

    def _draw_paths(self, view: Scatter, session: Session) -> None:
        """Draw the path of each mean from θ(0) to θ(t)."""
        known = view.handles[: len(view.blobs)] if session.step.index else ()
        self.plot.match(self.paths, len(known))
        if not known:
            return
        self._series.follow(session, [entry for pair in known for entry in pair])
        times = slice(max(0, session.step.index + 1 - LONGEST), session.step.index + 1)
        for path, blob, pair in zip(self.paths, view.blobs, known, strict=False):
            path.show_points(*(self._series.values(entry)[times] for entry in pair))
            self.plot.ink(path, self.theme.component(blob.component), 1.6)

    def _draw_ring(self, view: Scatter) -> None:
        place = view.selected
        if place is None and view.row is not None and view.points is not None:
            place = view.points[view.row]
        pen = pg.mkPen(self.theme.ink, width=2.6 * self.plot.devicePixelRatioF())
        at = np.empty((0, 2)) if place is None else np.reshape(place, (1, 2))
        self.ring.show_points(at, size=RING, brush=pg.mkBrush(None), pen=pen)

    def _move(self, part: float) -> None:
        """Draw ellipses, means and colours at a part of their way."""
        self.cloud.fade(part)
        self.spans.move(part)
        means, covariances = between(self._before, self._blobs, part)
        if self._held is not None and self.drag.active and self._held < len(means):
            means[self._held] = np.array(self._held_at)
        self.ellipses.show(means, covariances)
        self.badges.place([_point(mean) for mean in means])

    def _drawing(self, view: Scatter, shown: bool) -> Drawing:
        known = ((view.truth, "truth"), (view.reference, view.reference_name)) if shown else ()
        labels = [Label(words, self.theme.muted, _rims(view, blobs)) for blobs, words in known if blobs]
        # Names and ellipses are animated outside of the overlay, so labels need them as obstacles.
        trails = [trail for blob in view.blobs for trail in self._trails(blob)] if labels else []
        return Drawing(labels=tuple(labels), trails=tuple(trails))

    def _trails(self, blob: Blob) -> tuple[Trail, Trail]:
        """Return the outlines of a component's outer ellipse and of its name, for labels to avoid."""
        (x0, x1), (y0, y1) = self.plot.view.viewRange()
        box = self.plot.view.rect()
        pixel = np.array([(x1 - x0) / max(1.0, box.width()), (y1 - y0) / max(1.0, box.height())])
        outer = ellipse(blob.mean, blob.covariance, TWO)[0]
        name = ellipse(blob.mean, np.diag((NAME * pixel) ** 2), 1.0)[0]
        return Trail(outer[:, 0], outer[:, 1]), Trail(name[:, 0], name[:, 1])

    # -- the mouse ------------------------------------------------------------------------------------------

    @Slot(object)
    def _choose(self, axes: Pair) -> None:
        if self._shown is not None:
            self.display_requested.emit({"columns": axes})

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        """Grab the mean under the mouse; anywhere else, select the nearest point."""
        if self._shown is None:
            return
        view, _ = self._shown
        self._motion.finish()
        self._held = self._handle(view, x, y)
        if self._held is not None:
            self._held_at = x, y
            self.drag.begin()
        elif view.points is not None:
            row = nearest(distances(self.plot, view.points, x, y))
            if row is not None:
                chosen = None if row == view.row else row if view.rows is None else int(view.rows[row])
                self.display_requested.emit({"row": chosen})

    @Slot(float, float)
    def _hover(self, x: float, y: float) -> None:
        if self._shown is None:
            return
        view, session = self._shown
        if self.drag.active and self._held is not None:
            self._drag_to(view, session, x, y)
            return
        held = self._handle(view, x, y)
        shape = Qt.CursorShape.ArrowCursor if held is None else Qt.CursorShape.OpenHandCursor
        self.plot.setCursor(shape)
        if held is not None:
            self.hinted.emit(f"drag {view.blobs[held].name} to start elsewhere")
            return
        row = None if view.points is None else nearest(distances(self.plot, view.points, x, y), REACH)
        self.hinted.emit("" if row is None else point_words(view, row))

    def _handle(self, view: Scatter, x: float, y: float) -> int | None:
        held = nearest(distances(self.plot, _means(view.blobs), x, y), REACH)
        return held if held is not None and held < len(view.handles) else None

    def _drag_to(self, view: Scatter, session: Session, x: float, y: float) -> None:
        held = self._held
        if held is None or held >= len(view.handles):
            return
        x0, x1, y0, y1 = view.extent
        self._held_at = rounded(x, x0, x1), rounded(y, y0, y1)
        self._move(1.0)
        self.drag.move(start_with(session, zip(view.handles[held], self._held_at, strict=True)))


def point_words(view: Scatter, row: int) -> str:
    """Return a point in words: its coordinates and its responsibilities."""
    assert view.points is not None
    pairs = zip(view.axes, view.points[row].tolist(), strict=True)
    place = ", ".join(f"{view.columns[axis]} {figure(value, 3)}" for axis, value in pairs)
    if view.guesses is not None and view.guesses[row]:
        place += ": a guess, as a number is missing"
    if view.shares is None:
        return place
    shares = zip(view.blobs, view.shares[row].tolist(), strict=False)
    return f"{place}: " + ", ".join(f"{blob.name} {number(share, 2)}" for blob, share in shares)


def sentence(view: Scatter) -> str:
    """Return the picture in words."""
    x, y = (view.columns[place] for place in view.axes)
    points = "Density of many points" if view.points is None else things(len(view.points), "point")
    parts = [f"{points}, {y} against {x}."]
    parts += [
        f"{blob.name}: mean ({figure(blob.mean[0], 3)}, {figure(blob.mean[1], 3)}), "
        f"weight {number(blob.weight, 2)}."
        for blob in view.blobs
    ]
    if view.points is not None and view.row is not None:
        parts.append(f"Selected: {point_words(view, view.row)}.")
    return " ".join(parts)


def _point(mean: Array) -> Point:
    return float(mean[0]), float(mean[1])


def _means(blobs: Sequence[Blob]) -> Array:
    return np.array([blob.mean for blob in blobs], dtype=np.float64).reshape(-1, 2)


def _rims(view: Scatter, blobs: Sequence[Blob]) -> tuple[Point, ...]:
    """Return three points on the visible part of the ellipses, as anchors of a label."""
    x0, x1, y0, y1 = view.extent
    around = np.concatenate([ellipse(blob.mean, blob.covariance, TWO)[0, ::9] for blob in blobs])
    seen = around[(around[:, 0] > x0) & (around[:, 0] < x1) & (around[:, 1] > y0) & (around[:, 1] < y1)]
    kept = seen if len(seen) else around
    # With at most three anchors, places farther away are tried, so the label leaves the cloud.
    best = kept[:, 1].argmax(), kept[:, 0].argmin(), kept[:, 0].argmax()
    return tuple(_point(kept[place]) for place in best)
