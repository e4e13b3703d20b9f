"""Normal distributions as ellipses of one and two standard deviations, and their animation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QBrush

from emviz.em.numerics import Array
from emviz.em.pictures import Blob
from emviz.ui.look.style import faded
from emviz.ui.panels.plot.plot import Plot

#: Angles of the points of an ellipse, which is closed.
ANGLES = np.linspace(0, 2 * np.pi, 73)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
#: Opacity of the area within two standard deviations, of 255, in light and dark themes.
WASH = (22, 34)
ONE, TWO = 1.0, 2.0


def ellipse(mean: Array, covariance: Array, *deviations: float) -> Array:
    """Return the closed ellipses at some standard deviations from a mean, shape (n, 73, 2).

    Parameters
    ----------
    mean, covariance : Array, shapes (2,), (2, 2)
        A singular covariance gives a line or a point.
    *deviations : float
        The Mahalanobis distance of each of the n ellipses.
    """
    values, vectors = np.linalg.eigh(covariance)
    shape = (CIRCLE * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return np.asarray(mean + np.reshape(deviations, (-1, 1, 1)) * shape)


class Ellipses:
    """Draws each component as a set of concentric ellipses.

    Parameters
    ----------
    plot : Plot
        The scatter plot.
    deviations : tuple of float
        The ellipses' distances from the mean in standard deviations, the outermost last.
    """

    def __init__(self, plot: Plot, deviations: tuple[float, ...] = (ONE, TWO)) -> None:
        self.plot = plot
        self.curves: list[pg.PlotDataItem] = []
        self._deviations = deviations
        self._drawn: tuple[bytes, ...] = ()

    def show(self, means: Sequence[Array], covariances: Sequence[Array]) -> None:
        """Draw the ellipses of these distributions, if they have changed."""
        drawn, self._drawn = self._drawn, tuple(each.tobytes() for each in (*means, *covariances))
        if drawn == self._drawn:
            return
        self.plot.match(self.curves, len(means) * len(self._deviations))
        curves = iter(self.curves)
        for mean, covariance in zip(means, covariances, strict=True):
            for points in ellipse(mean, covariance, *self._deviations):
                next(curves).show_points(points[:, 0], points[:, 1])

    def dress(
        self, blobs: Sequence[Blob], width: float, dash: tuple[float, ...] = (), wash: bool = False
    ) -> None:
        """Give each component its colour; with `wash`, also inside its outermost ellipse."""
        theme, each = self.plot.theme, len(self._deviations)
        self.plot.match(self.curves, len(blobs) * each)
        for place, curve in enumerate(self.curves):
            colour = theme.component(blobs[place // each].component)
            outer = (place + 1) % each == 0
            self.plot.ink(curve, colour, width, dash)
            if outer:
                self._fill(curve, colour, WASH[theme.dark] if wash else 0)

    @staticmethod
    def _fill(curve: pg.PlotDataItem, colour: str, alpha: int) -> None:
        brush = QBrush(faded(colour, alpha))
        # Setting a fill redraws the curve even if it is the same.
        if curve.opts["fillBrush"] != brush:
            curve.setFillLevel("enclosed")
            curve.setFillBrush(brush)


def between(before: Sequence[Blob], after: Sequence[Blob], part: float) -> tuple[list[Array], list[Array]]:
    """Return means and covariances at a part of the way between two equally long lists of components."""
    means = [a.mean + part * (b.mean - a.mean) for a, b in zip(before, after, strict=True)]
    covariances = [
        a.covariance + part * (b.covariance - a.covariance) for a, b in zip(before, after, strict=True)
    ]
    return means, covariances
