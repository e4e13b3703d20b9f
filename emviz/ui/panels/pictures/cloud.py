"""The points of a scatter plot, coloured by responsibility; an image of their density if they are many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QPen

from emviz.em.numerics import Array
from emviz.em.pictures import Scatter
from emviz.ui.look.theme import MARKERS
from emviz.ui.panels.pictures.mixing import blended, channels, quantised
from emviz.ui.panels.plot.drawable import Spots
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.panels.plot.raster import Raster

#: Numbers of points above which they are drawn smaller, and smaller still; and the sizes, in pixels.
FEW, SOME = 300, 1200
SIZES = (11.0, 8.0, 6.0)
#: Number of cached brushes; one step needs up to 64.
KEPT = 512
#: Opacity of a point, of 255.
OPAQUE = 205
#: Opacity of the emptiest and the fullest cell of a density; ellipses are visible on both.
PALEST, DARKEST = 0.1, 0.6
#: Width of the outline that shows a true label, in pixels; it is added to the point's size.
OUTLINE = 2.0


@dataclass(frozen=True, eq=False)
class Style:
    """The appearance of points, except for their colours."""

    points: Array
    symbols: list[str]
    pens: tuple[QPen, ...]
    size: float

    def like(self, other: Style) -> bool:
        """Return whether another style is the same."""
        return (
            np.array_equal(self.points, other.points)
            and (self.symbols, self.size) == (other.symbols, other.size)
            and self.pens == other.pens
        )


class Cloud:
    """Draws points or their density, and fades between two sets of colours.

    Parameters
    ----------
    plot : Plot
        The scatter plot.
    """

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.raster = Raster()
        self.raster.setZValue(-20)
        self.points = Spots()
        self.points.setZValue(-10)
        plot.addItem(self.raster)
        plot.addItem(self.points)
        self._from = self._to = np.empty((0, 3))
        self._drawn: Array | None = None
        self._brushes: dict[tuple[int, int, int], QBrush] = {}
        self._no_brush = QBrush()
        self._style: Style | None = None
        self._placed: Style | None = None
        self._hollow: NDArray[np.bool] = np.empty(0, dtype=np.bool)
        self._opacity = np.empty((0, 0))
        self._area = QRectF()

    def show(self, view: Scatter, revealed: bool) -> None:
        """Take over the points of a view, for `fade` to draw."""
        colours = self._colours(view)
        # Only colours of the same points can fade into each other.
        self._from, self._to = self._to if colours.shape == self._to.shape else colours, colours
        self.points.setVisible(view.points is not None)
        self.raster.setVisible(view.points is None)
        x0, x1, y0, y1 = view.extent
        self._area = QRectF(x0, y0, x1 - x0, y1 - y0)
        self._hollow = np.empty(0, dtype=np.bool) if view.guesses is None else view.guesses
        if view.points is not None:
            self._take(self._styled(view, view.points, revealed))
        else:
            self._drawn = None
            self._opacity = np.zeros((1, 1)) if view.density is None else darkness(view.density.sum(axis=-1))

    def fade(self, part: float) -> None:
        """Draw the colours at a part of the way from the last ones to the current ones."""
        colours = self._to if part >= 1 else self._from + part * (self._to - self._from)
        if self._drawn is not None and np.array_equal(colours, self._drawn):
            return
        self._drawn = colours
        if colours.ndim == 3:
            self._paint_cells(colours)
        else:
            self._paint_points(colours)

    def _colours(self, view: Scatter) -> Array:
        """Return the colour of each point, shape (n, 3), or of each cell, shape (rows, columns, 3)."""
        shares = view.shares if view.points is not None else view.density
        shape = (len(view.points), 1) if view.points is not None else (1, 1, 1)
        given = np.ones(shape) if shares is None else shares
        return blended(given, self._palette(view, given.shape[-1], shares is None))

    def _palette(self, view: Scatter, components: int, unknown: bool) -> Array:
        theme = self.plot.theme
        if unknown or (components == 1 and len(view.blobs) != 1):
            return channels((theme.muted,) * components)
        places = [blob.component for blob in view.blobs[:components]]
        places += range(len(places), components)
        return channels(tuple(theme.component(place) for place in places))

    def _styled(self, view: Scatter, points: Array, revealed: bool) -> Style:
        """Return the appearance of the points: hollow guesses, outlined labels, or plain."""
        labels = view.labels if revealed else None
        size = SIZES[int(np.searchsorted((FEW, SOME), len(points)))]
        if view.guesses is not None:
            return Style(points, _symbols(view, len(points)), self._hollowed(view.guesses), size)
        if labels is None:
            return Style(points, _symbols(view, len(points)), (self._rim(len(points)),), size)
        return Style(points, _symbols(view, len(points)), tuple(self._outlines(labels)), size + OUTLINE)

    def _take(self, style: Style) -> None:
        """Take over a style if it differs from the last one."""
        if self._style is None or not self._style.like(style):
            self._style, self._drawn = style, None

    def _rim(self, number: int) -> QPen:
        """Return the pen that separates points; none if they are many."""
        width = self.plot.devicePixelRatioF() * 0.8
        pen: QPen = pg.mkPen(self.plot.theme.card, width=width) if number <= SOME else pg.mkPen(None)
        return pen

    def _hollowed(self, guesses: NDArray[np.bool]) -> tuple[QPen, ...]:
        """Return the pen of each point; a guess is nothing but its outline."""
        width = OUTLINE * self.plot.devicePixelRatioF()
        hollow, full = pg.mkPen(self.plot.theme.muted, width=width), self._rim(len(guesses))
        return tuple(hollow if guess else full for guess in guesses.tolist())

    def _outlines(self, labels: NDArray[np.intp]) -> list[QPen]:
        """Return the pen of each point in the colour of its true component; none if it is unknown."""
        theme, width = self.plot.theme, OUTLINE * self.plot.devicePixelRatioF()
        pens = {k: pg.mkPen(theme.component(k), width=width) for k in set(labels.tolist()) if k >= 0}
        none = pg.mkPen(None)
        return [pens.get(k, none) for k in labels.tolist()]

    def _paint_points(self, colours: Array) -> None:
        places, palette = quantised(colours)
        brushes = self._brushes_of(palette)
        own = [brushes[place] for place in places.tolist()]
        for place in np.flatnonzero(self._hollow).tolist():
            own[place] = self._no_brush
        style = self._style
        if style is None or not own:
            self.points.clear()
        elif style is self._placed:
            self.points.setBrush(own)
        else:
            self._placed = style
            self.points.show_points(
                style.points,
                size=style.size,
                symbol=style.symbols,
                pen=list(style.pens) if len(style.pens) > 1 else style.pens[0],
                brush=own,
            )

    def _brushes_of(self, palette: NDArray[np.uint8]) -> list[QBrush]:
        """Return a brush per colour, reusing earlier ones.

        pyqtgraph caches symbols by brush object, and renders one anew for each it has not seen.
        """
        if len(self._brushes) > KEPT:
            self._brushes.clear()
        colours = [(red, green, blue) for red, green, blue in palette.tolist()]
        for colour in colours:
            if colour not in self._brushes:
                self._brushes[colour] = QBrush(QColor(*colour, OPAQUE))
        return [self._brushes[colour] for colour in colours]

    def _paint_cells(self, colours: Array) -> None:
        rows, columns = self._opacity.shape
        pixels = np.empty((rows, columns, 4), dtype=np.uint8)
        pixels[..., :3] = np.rint(colours)
        pixels[..., 3] = np.rint(255 * self._opacity)
        self.raster.show_pixels(pixels, self._area)


def darkness(counts: Array) -> Array:
    """Return the opacity of cells by the number of their points, 0 … 0.6, on a logarithmic scale.

    Parameters
    ----------
    counts : Array
        Number of points in each cell.
    """
    most = float(counts.max(initial=0.0))
    if most <= 0:
        return np.zeros_like(counts)
    shade = np.log1p(counts) / np.log1p(most)
    return np.where(counts > 0, PALEST + (DARKEST - PALEST) * shade, 0.0)


def _symbols(view: Scatter, number: int) -> list[str]:
    """Return the marker of each point's likeliest component, for readers who do not see its colour."""
    if view.shares is None or not number:
        return [MARKERS[0]] * number
    places = [blob.component for blob in view.blobs] or list(range(view.shares.shape[1]))
    names = [MARKERS[place % len(MARKERS)] for place in places]
    return [names[k] for k in view.shares.argmax(axis=1).tolist()]
