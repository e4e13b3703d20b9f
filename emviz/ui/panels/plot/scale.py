"""Where points of a plot are on the screen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from emviz.em.numerics import Array
from emviz.ui.panels.plot.drawable import FAR
from emviz.ui.panels.plot.drawing import Point, Trail


class Scale:
    """The map from the coordinates of a plot to pixels."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], box: QRectF) -> None:
        self._origin = np.array([x[0], y[1]])
        self._corner = np.array([box.left(), box.top()])
        # Before its first layout a plot may have no range yet.
        across, up = (x[1] - x[0]) or 1.0, (y[1] - y[0]) or 1.0
        self._factor = np.array([box.width() / across, -box.height() / up])
        self._numbers = (*self._origin.tolist(), *self._corner.tolist(), *self._factor.tolist())

    def pixels(self, points: Sequence[Point] | Array) -> Array:
        """Return points in pixels, shape (n, 2)."""
        array = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        with np.errstate(over="ignore"):
            places = self._corner + (array - self._origin) * self._factor
        # No number is as far as can be.
        return np.asarray(np.fmax(np.fmin(places, FAR), -FAR))

    def point(self, x: float, y: float) -> QPointF:
        """Return one point in pixels."""
        left, top, corner_x, corner_y, across, down = self._numbers
        return QPointF(_near(corner_x + (x - left) * across), _near(corner_y + (y - top) * down))

    def trail(self, trail: Trail) -> Array:
        """Return the finite points of a curve in pixels."""
        points = np.stack([trail.xs, trail.ys], axis=1)
        return self.pixels(points[np.all(np.isfinite(points), axis=1)])


def _near(pixel: float) -> float:
    return FAR if math.isnan(pixel) else min(max(pixel, -FAR), FAR)
