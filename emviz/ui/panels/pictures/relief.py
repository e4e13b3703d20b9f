"""The heat map of the objective over two entries of θ, with its contours."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from emviz.em.numerics import Array, quantile
from emviz.em.objective.heights import Heights
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.contours import contour, levels
from emviz.ui.panels.pictures.shading import channels
from emviz.ui.panels.plot.plot import Plot

#: Five colours of viridis (Smith and van der Walt, 2015): perceptually uniform, safe for the colour-blind.
VIRIDIS = np.array(
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=np.float64
)
#: Part of the card's colour in the heat map, in light and dark themes; on pure viridis the path is lost.
MUTED = (0.5, 0.6)
#: Opacity of the heat map while a new one is computed.
DIMMED = 0.3


class Relief:
    """Draws heights below everything else in a plot.

    Parameters
    ----------
    plot : Plot
        The landscape.
    """

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.image = pg.ImageItem()
        self.image.setZValue(-20)
        plot.addItem(self.image)
        self.contours = plot.curve()
        self.contours.setZValue(-10)
        self.heights: Heights | None = None

    def show(self, heights: Heights) -> None:
        """Replace the heights; withheld ones leave nothing."""
        known = bool(np.isfinite(heights.values).any())
        self.heights = heights if known else None
        for item in (self.image, self.contours):
            item.setVisible(known)
        if not known:
            return
        values = finite(heights.values)
        self.image.setImage(shades(values), autoLevels=False, levels=(0.0, 1.0))
        self.image.setRect(_rectangle(heights))
        lines = [contour(heights.xs, heights.ys, values, float(level)) for level in levels(values)]
        points = np.concatenate([np.empty((0, 2)), *lines])
        self.contours.show_points(points[:, 0], points[:, 1], connect="pairs")

    def dress(self, theme: Theme) -> None:
        """Take over the colours."""
        self.image.setLookupTable(colours(theme))
        line = QColor(theme.card if not theme.dark else theme.muted)
        self.plot.ink(self.contours, line.name(), 1.0)

    def set_current(self, current: bool) -> None:
        """Dim the heat map while it is out of date."""
        for item in (self.image, self.contours):
            item.setOpacity(1.0 if current else DIMMED)

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The ranges of both axes that the heights cover; None before there are any."""
        if self.heights is None:
            return None
        area = _rectangle(self.heights)
        return (area.left(), area.right()), (area.top(), area.bottom())

    def value_at(self, x: float, y: float) -> float | None:
        """Return the height at the nearest grid point, in nats; NaN where there is no θ, None before any."""
        if self.heights is None:
            return None
        i, j = int(np.abs(self.heights.xs - x).argmin()), int(np.abs(self.heights.ys - y).argmin())
        return float(self.heights.values[i, j])


def shades(values: Array) -> Array:
    """Return heights as shades, 1 at the maximum and 0 far below it; the power gives the summit most shades.

    Parameters
    ----------
    values : Array
        Finite heights, or NaN, which stays NaN.
    """
    depth = float(np.nanmax(values)) - values
    deepest = 2 * quantile(depth[~np.isnan(depth)], 0.8)
    return np.asarray(1 - np.minimum(depth / deepest, 1) ** 0.45 if deepest > 0 else values * 0 + 1)


def colours(theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of the shades, shape (256, 3), blended with the card's."""
    at = np.linspace(0, len(VIRIDIS) - 1, 256)
    table = np.stack([np.interp(at, np.arange(len(VIRIDIS)), VIRIDIS[:, k]) for k in range(3)], axis=1)
    muted = MUTED[theme.dark]
    return np.asarray(np.rint((1 - muted) * table + muted * channels(theme.card)), dtype=np.uint8)


def finite(values: Array) -> Array:
    """Return the heights with −∞ raised to the lowest finite one; NaN stays, where there is no such θ.

    Parameters
    ----------
    values : Array
        Heights of any shape.
    """
    known = values[np.isfinite(values)]
    lowest = float(known.min()) if len(known) else 0.0
    return np.where(np.isneginf(values), lowest, values)


def _rectangle(heights: Heights) -> QRectF:
    """Return the area of the grid, whose points are the centres of equal cells."""
    xs, ys = heights.xs, heights.ys
    dx, dy = float(xs[1] - xs[0]), float(ys[1] - ys[0])
    return QRectF(float(xs[0]) - dx / 2, float(ys[0]) - dy / 2, dx * len(xs), dy * len(ys))
