"""Marks, brackets, insets and direct labels over a plot.

All are drawn in pixels of the view, so they keep their size at any range and device-pixel ratio; labels are
placed again whenever the range or the size of the plot changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFont, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
)

from emviz.em.numerics import Array
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.geometry.placing import Box, dense, roomiest
from emviz.ui.panels.plot.drawing import Bracket, Drawing, Inset, Label, Mark, Point, Stroke
from emviz.ui.panels.plot.labelling import Ground, Labelling, written
from emviz.ui.panels.plot.scale import Scale

ARM = 5.0
#: Largest parts of the plot's width and height that an inset's caption may take; above, no inset is drawn.
WIDE, HIGH = 0.75, 0.3
#: Scales tried for an inset, until one covers no mark.
SIZES = (1.0, 0.85, 0.7)
#: Gap between an inset and a mark, in pixels.
CLEAR = 4.0
#: A mark is what the picture is about: covering it costs as much as this number of curves' points.
WEIGHT = 4
#: Sampling distance along lines, in pixels; dotted lines are sampled less and so rather covered.
SOLID, DOTTED = 6.0, 20.0


class Overlay(QObject):
    """Draws a `Drawing` over a view box.

    Parameters
    ----------
    view : pyqtgraph.ViewBox
        The view box, which owns the overlay.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view)
        self.theme: Theme = LIGHT
        self.font = QFont()
        self.drawing = Drawing()
        #: While EM runs flat out, labels are omitted: nobody can read them and they cost the most.
        self.hurried = False
        self._view = view
        self._root = _empty(view)
        self._point = QGraphicsPathItem(view)
        self._point.setZValue(60)
        self._at: Point | None = None
        self._framed: dict[str, QRectF] = {}
        self._labelling = Labelling()
        #: None until the plot is large enough for labels.
        self._ground: Ground | None = None
        view.sigRangeChanged.connect(self.lay_out)
        view.sigResized.connect(self.lay_out)

    @property
    def boxes(self) -> dict[str, QRectF]:
        """The box of each label and of an inset (under its caption), in pixels of the view."""
        return self._framed | {words: QRectF(*_sides(box)) for words, box in self._labelling.boxes.items()}

    @property
    def point(self) -> Point | None:
        """The moving point, in plot coordinates; None where it is hidden."""
        return self._at

    def show(self, drawing: Drawing) -> None:
        """Replace the drawing."""
        self.drawing = drawing
        self.lay_out()

    def relabel(self, labels: Sequence[Label]) -> None:
        """Replace only the labels; those whose place would not change are kept."""
        self.drawing = replace(self.drawing, labels=tuple(labels))
        if self._ground is not None:
            self._labelling.put(self.drawing.labels, self._ground)

    def dress(self, theme: Theme, font: QFont) -> None:
        """Take over colours and font."""
        self.theme, self.font = theme, font
        self.lay_out()

    def move_point(self, at: Point | None, colour: str = "", size: float = 13.0) -> None:
        """Move the moving point to `at`, in plot coordinates, or hide it."""
        self._at = at
        self._point.setVisible(at is not None)
        if at is not None:
            self._point.setPath(_symbol("o", size))
            self._point.setBrush(QColor(colour or self.theme.ink))
            self._point.setPen(QPen(QColor(self.theme.card), 1.5))
            self._point.setPos(self.scale().point(*at))

    def scale(self) -> Scale:
        """Return the current map from plot coordinates to pixels."""
        x, y = self._view.viewRange()
        return Scale(tuple(x), tuple(y), self._view.rect())

    @Slot()
    def lay_out(self) -> None:
        """Draw everything again for the current range and size."""
        scene = self._root.scene()
        if scene is not None:
            scene.removeItem(self._root)
        self._root = _empty(self._view)
        self._framed, self._ground = {}, None
        self._labelling.forget()
        bounds = self._view.rect()
        if bounds.width() > 20 and bounds.height() > 20:
            self._paint(self.scale(), bounds)
        if self._at is not None:
            self._point.setPos(self.scale().point(*self._at))

    def _paint(self, scale: Scale, bounds: QRectF) -> None:
        drawing = self.drawing
        for stroke in drawing.strokes:
            self._stroke(scale, stroke)
        for bracket in drawing.brackets:
            _bracket(self._root, scale, bracket)
        for mark in drawing.marks:
            _mark(self._root, scale, mark, self.theme)
        if self.hurried:
            return
        obstacles, edges = self._obstacles(scale), _edges(bounds)
        frame = None
        if drawing.inset is not None and self._holds(drawing.inset, bounds):
            frame = self._inset(scale, drawing.inset, obstacles, edges)
        if drawing.inset is not None and frame is not None:
            magnifier = self._magnifier(scale, drawing.inset, QRectF(*_sides(frame)))
            obstacles = np.vstack([obstacles, magnifier])
        frames = () if frame is None else (frame,)
        self._ground = Ground(self._root, scale, obstacles, edges, frames, self.theme, self.font)
        self._labelling.put(drawing.labels, self._ground)

    def _obstacles(self, scale: Scale) -> Array:
        drawing = self.drawing
        parts = [dense(scale.trail(trail)) for trail in drawing.trails]
        parts += [
            dense(scale.pixels(stroke.points), DOTTED if stroke.dotted else SOLID)
            for stroke in drawing.strokes
            if not stroke.light
        ]
        rings = [_around(scale.pixels([(mark.x, mark.y)])[0], mark.size / 2) for mark in drawing.marks]
        parts += WEIGHT * rings
        for bracket in drawing.brackets:
            ends = scale.pixels([(bracket.x, bracket.low), (bracket.x, bracket.high)])
            parts.append(dense(ends + np.array([bracket.shift, 0.0])))
        return np.vstack([np.empty((0, 2)), *parts])

    def _stroke(self, scale: Scale, stroke: Stroke) -> None:
        points = scale.pixels(stroke.points)
        path = _path(points)
        if stroke.arrow and len(points) > 1:
            path.addPath(_arrow_head(points[-2], points[-1]))
        style = Qt.PenStyle.DotLine if stroke.dotted else Qt.PenStyle.SolidLine
        if stroke.arrow:
            _line(self._root, path, self.theme.card, stroke.width + 3, style)
        _line(self._root, path, stroke.colour, stroke.width, style)

    def _holds(self, inset: Inset, bounds: QRectF) -> bool:
        """Return whether the plot is large enough for the inset's whole caption."""
        words = written(inset.caption, inset.colour, self.font, bold=True).boundingRect()
        wide, high = words.width() + 12, words.height()
        return bool(wide <= WIDE * bounds.width() and high <= HIGH * bounds.height())

    def _inset(self, scale: Scale, inset: Inset, obstacles: Array, edges: Box) -> Box | None:
        """Draw an inset where it covers no mark, and return its box; None where there is no such place."""
        caption = written(inset.caption, inset.colour, self.font, bold=True)
        words = caption.boundingRect()
        usual = max(words.width() + 12, min(230.0, 0.3 * (edges[2] - edges[0])))
        below = min(max(52.0, 0.62 * usual), 0.6 * (edges[3] - edges[1]) - words.height())
        sizes = [(max(words.width() + 12, part * usual), words.height() + part * below) for part in SIZES]
        marks = self._marked(scale, inset)
        found = (roomiest(size, obstacles, marks, edges) for size in sizes)
        box = next((box for box in found if box is not None), None)
        if box is None:
            return None
        width, height = box[2] - box[0], box[3] - box[1]
        frame = QGraphicsRectItem(QRectF(QPointF(*box[:2]), QPointF(*box[2:])), self._root)
        frame.setPen(QPen(QColor(self.theme.muted), 1))
        frame.setBrush(QColor(self.theme.card))
        frame.setZValue(30)
        frame.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        caption.setParentItem(frame)
        caption.setPos(box[0] + (width - words.width()) / 2, box[1] + 1)
        self._framed = {inset.caption: frame.rect()}
        self._magnified(frame, inset, QRectF(box[0], box[1] + words.height(), width, height - words.height()))
        return box

    def _marked(self, scale: Scale, inset: Inset) -> Array:
        """Return points around all marks, including those that the inset repeats, shape (n, 2)."""
        marks = (*self.drawing.marks, *inset.marks)
        rings = [_around(scale.pixels([(mark.x, mark.y)])[0], mark.size / 2 + CLEAR) for mark in marks]
        return np.vstack([np.empty((0, 2)), *rings])

    def _magnified(self, frame: QGraphicsRectItem, inset: Inset, area: QRectF) -> None:
        inner = Scale(inset.x, inset.y, area)
        for trail in inset.trails:
            style = Qt.PenStyle.DashLine if trail.dashed else Qt.PenStyle.SolidLine
            _line(frame, _path(inner.trail(trail)), trail.colour, 2.2, style)
        for mark in inset.marks:
            _mark(frame, inner, mark, self.theme)
        _bracket(frame, inner, inset.bracket)

    def _magnifier(self, scale: Scale, inset: Inset, frame: QRectF) -> Array:
        """Frame the magnified area, join it to the inset, and return points of both lines, shape (n, 2)."""
        corner, opposite = scale.point(inset.x[0], inset.y[1]), scale.point(inset.x[1], inset.y[0])
        area = QRectF(corner, opposite)
        centre = area.center()
        area.setSize(area.size().expandedTo(QRectF(0, 0, 18, 18).size()))
        area.moveCenter(centre)
        path = QPainterPath()
        path.addRect(area)
        start, end = _nearest(area, frame.center()), _nearest(frame, centre)
        path.moveTo(start)
        path.lineTo(end)
        _line(self._root, path, self.theme.muted, 1)
        around = [area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft(), area.topLeft()]
        return np.vstack([dense(np.array([(p.x(), p.y()) for p in line])) for line in (around, [start, end])])


def _empty(view: pg.ViewBox) -> QGraphicsRectItem:
    root = QGraphicsRectItem(view)
    root.setPen(QPen(Qt.PenStyle.NoPen))
    root.setZValue(50)
    return root


def _edges(bounds: QRectF) -> Box:
    return bounds.left() + 4, bounds.top() + 3, bounds.right() - 4, bounds.bottom() - 3


def _sides(box: Box) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left, top, right - left, bottom - top


def _nearest(area: QRectF, point: QPointF) -> QPointF:
    x = min(max(point.x(), area.left()), area.right())
    return QPointF(x, min(max(point.y(), area.top()), area.bottom()))


def _around(centre: Array, radius: float) -> Array:
    angles = np.linspace(0, 2 * math.pi, 8, endpoint=False)
    ring = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.vstack([centre, ring])


def _symbol(symbol: str, size: float) -> QPainterPath:
    path: QPainterPath = QTransform.fromScale(size, size).map(Symbols[symbol])
    return path


def _mark(parent: QGraphicsItem, scale: Scale, mark: Mark, theme: Theme) -> None:
    item = QGraphicsPathItem(_symbol(mark.symbol, mark.size), parent)
    item.setPos(scale.point(mark.x, mark.y))
    item.setBrush(QBrush(QColor(theme.card if mark.hollow else mark.colour)))
    item.setPen(QPen(QColor(mark.colour if mark.hollow else theme.card), 2 if mark.hollow else 1))
    # Above the plate of a label that comes too near.
    item.setZValue(25)


def _bracket(parent: QGraphicsItem, scale: Scale, bracket: Bracket) -> None:
    low, high = scale.point(bracket.x, bracket.low), scale.point(bracket.x, bracket.high)
    x = low.x() + bracket.shift
    path = QPainterPath(QPointF(x - ARM, high.y()))
    for at in (QPointF(x, high.y()), QPointF(x, low.y()), QPointF(x - ARM, low.y())):
        path.lineTo(at)
    _line(parent, path, bracket.colour, 2)


def _path(points: Array) -> QPainterPath:
    path = QPainterPath()
    for place, (x, y) in enumerate(points.tolist()):
        if place:
            path.lineTo(x, y)
        else:
            path.moveTo(x, y)
    return path


def _arrow_head(before: Array, tip: Array) -> QPainterPath:
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    size = min(10.0, 0.7 * math.dist(before, tip))
    path = QPainterPath()
    for side in (-1, 1):
        path.moveTo(float(tip[0]), float(tip[1]))
        turned = angle + side * math.radians(152)
        path.lineTo(float(tip[0]) + size * math.cos(turned), float(tip[1]) + size * math.sin(turned))
    return path


def _line(
    parent: QGraphicsItem,
    path: QPainterPath,
    colour: str,
    width: float,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    pen = QPen(QColor(colour), width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    QGraphicsPathItem(path, parent).setPen(pen)
