"""Lines along which missing numbers may lie: right through the picture, or as long as a guess may be off."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array
from emviz.em.pictures import Scatter
from emviz.ui.panels.plot.plot import Plot

#: How wide a line is, in pixels.
WIDTH = 1.6


class Spans:
    """Draws the lines of a scatter, which shrink and grow from one step to the next.

    Parameters
    ----------
    plot : Plot
        Where.
    """

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.lines = plot.curve()
        self.lines.setZValue(-12)
        self._from = self._to = np.empty((0, 2, 2))

    def show(self, view: Scatter) -> None:
        """Take over the lines of a view; `move` draws them."""
        spans = np.empty((0, 2, 2)) if view.spans is None else view.spans
        self._from, self._to = self._to if self._to.shape == spans.shape else spans, spans
        self.plot.ink(self.lines, self.plot.theme.muted, WIDTH)

    def move(self, part: float) -> None:
        """Show the lines part of the way from the former ones to the present ones."""
        xs, ys = _broken(self._from + part * (self._to - self._from))
        self.lines.show_points(xs, ys, connect="finite")


def _broken(spans: Array) -> tuple[Array, Array]:
    """Return lines as one with gaps, shape (3m,) each."""
    gaps = np.full((len(spans), 1, 2), np.nan)
    points = np.concatenate([spans, gaps], axis=1).reshape(-1, 2)
    return points[:, 0], points[:, 1]
