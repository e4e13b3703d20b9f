"""Lines in a scatter plot on which a point with a missing value may lie."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array
from emviz.em.pictures import Scatter
from emviz.ui.panels.plot.plot import Plot

#: Width of a line, in pixels.
WIDTH = 1.6


class Spans:
    """Draws the lines of a scatter plot, animated from one step to the next.

    Parameters
    ----------
    plot : Plot
        The scatter plot.
    """

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.lines = plot.curve()
        self.lines.setZValue(-12)
        self._from = self._to = np.empty((0, 2, 2))

    def show(self, view: Scatter) -> None:
        """Take over the lines of a view, for `move` to draw."""
        spans = np.empty((0, 2, 2)) if view.spans is None else view.spans
        self._from, self._to = self._to if self._to.shape == spans.shape else spans, spans
        self.plot.ink(self.lines, self.plot.theme.muted, WIDTH)

    def move(self, part: float) -> None:
        """Draw the lines at a part of the way from the last ones to the current ones."""
        xs, ys = _broken(self._from + part * (self._to - self._from))
        self.lines.show_points(xs, ys, connect="finite")


def _broken(spans: Array) -> tuple[Array, Array]:
    """Return all lines as one curve with NaN after each, two arrays of shape (3m,)."""
    gaps = np.full((len(spans), 1, 2), np.nan)
    points = np.concatenate([spans, gaps], axis=1).reshape(-1, 2)
    return points[:, 0], points[:, 1]
