"""Thousands of thin lines in a plot, each as opaque as its weight, drawn as a few dozen paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from emviz.em.numerics import Array, ascending
from emviz.ui.look.style import faded

#: Lines with a weight below this are not drawn.
LEAST = 1 / 128


@dataclass(frozen=True)
class LineStyle:
    """How the lines of a bundle are drawn.

    Parameters
    ----------
    colour : str
        The colour of every line.
    opacity : int
        Alpha of a line of weight 1, out of 255.
    classes : int
        Number of opacity steps.
    smooth : bool
        Whether lines are antialiased, which takes twice as long.
    """

    colour: str
    opacity: int = 255
    classes: int = 64
    smooth: bool = True


class Bundle(pg.GraphicsObject):
    """Lines over the positions 0, 1, 2, … of an axis."""

    def __init__(self) -> None:
        super().__init__()
        #: One path per opacity step, the faintest first, with its alpha out of 255.
        self.paths: list[tuple[QPainterPath, int]] = []
        self._pens: list[QPen] = []
        self._smooth = True
        self._bounds = QRectF()

    def show_lines(self, values: Array, weights: Array, style: LineStyle) -> None:
        """Replace the lines.

        Parameters
        ----------
        values : Array, shape (n, d)
            One line per row; lines break at values that are not finite.
        weights : Array, shape (n,)
            The opacity of each line, 0 … 1.
        style : LineStyle
            Colour and opacity shared by all lines.
        """
        classes = np.ceil(np.clip(weights, 0, 1) * style.classes).astype(np.intp)
        classes[weights < LEAST] = 0
        self.prepareGeometryChange()
        self.paths, self._pens, self._smooth = [], [], style.smooth
        for place in ascending(classes[classes > 0]).tolist():
            alpha = max(1, round(style.opacity * place / style.classes))
            self.paths.append((lines_path(values[classes == place]), alpha))
            self._pens.append(_pen(style.colour, alpha))
        self._bounds = _bounds(values)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle around all lines, in plot coordinates."""
        return QRectF(self._bounds)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the paths."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._smooth)
        for (path, _), pen in zip(self.paths, self._pens, strict=True):
            painter.setPen(pen)
            painter.drawPath(path)


def lines_path(values: Array) -> QPainterPath:
    """Return all lines as one path.

    Parameters
    ----------
    values : Array, shape (n, d)
        Heights at the positions 0 … d−1.
    """
    rows, columns = values.shape
    # A NaN at the end of each line separates it from the next one.
    broken = np.column_stack([values, np.full(rows, np.nan)])
    places = np.tile(np.arange(columns + 1, dtype=np.float64), rows)
    path: QPainterPath = pg.functions.arrayToQPath(places, broken.ravel(), connect="finite")
    return path


def _pen(colour: str, alpha: int) -> QPen:
    pen = QPen(faded(colour, alpha), 1)
    pen.setCosmetic(True)
    # Translucent round caps would overlap at every vertex and show as dots.
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _bounds(values: Array) -> QRectF:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return QRectF()
    low, high = float(finite.min()), float(finite.max())
    return QRectF(0.0, low, float(values.shape[1] - 1), high - low)
