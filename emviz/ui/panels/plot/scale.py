"""The map from plot coordinates to pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from emviz.em.numerics import Array
from emviz.ui.panels.plot.drawable import FAR
from emviz.ui.panels.plot.drawing import Point, Trail


class Scale:
    """The map from plot coordinates to pixels of a box, y upwards."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], box: QRectF) -> None:
        self._origin = np.array([x[0], y[1]])
        self._corner = np.array([box.left(), box.top()])
        # A plot has an empty range before its first layout.
        across, up = (x[1] - x[0]) or 1.0, (y[1] - y[0]) or 1.0
        self._factor = np.array([box.width() / across, -box.height() / up])
        self._numbers = (*self._origin.tolist(), *self._corner.tolist(), *self._factor.tolist())

    def pixels(self, points: Sequence[Point] | Array) -> Array:
        """Return points in pixels, shape (n, 2), no farther than `FAR` from the origin."""
        array = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        with np.errstate(over="ignore"):
            places = self._corner + (array - self._origin) * self._factor
        # fmax and fmin also turn NaN into FAR, which Qt can draw.
        return np.asarray(np.fmax(np.fmin(places, FAR), -FAR))

    def point(self, x: float, y: float) -> QPointF:
        """Return one point in pixels; without arrays, which take longer for a single point."""
        left, top, corner_x, corner_y, across, down = self._numbers
        return QPointF(_near(corner_x + (x - left) * across), _near(corner_y + (y - top) * down))

    def trail(self, trail: Trail) -> Array:
        """Return the finite points of a curve in pixels, shape (n, 2)."""
        points = np.stack([trail.xs, trail.ys], axis=1)
        return self.pixels(points[np.all(np.isfinite(points), axis=1)])


def _near(pixel: float) -> float:
    return FAR if math.isnan(pixel) else min(max(pixel, -FAR), FAR)
