"""Thousands of thin lines in a plot, as opaque as they count: a few dozen paths, made beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from emviz.em.numerics import Array, ascending

#: Lines of less weight than this are left out.
LEAST = 1 / 128


@dataclass(frozen=True)
class Look:
    """What lines look like.

    Parameters
    ----------
    colour : str
        Of all.
    opacity : int
        How opaque a line of weight one is, of 255.
    classes : int
        How many degrees of opacity there are.
    smooth : bool
        Whether they are antialiased, which takes twice as long.
    """

    colour: str
    opacity: int = 255
    classes: int = 64
    smooth: bool = True


class Bundle(pg.GraphicsObject):
    """Lines over the places 0, 1, 2, … of an axis."""

    def __init__(self) -> None:
        super().__init__()
        #: One path for each class of opacity, the faintest first, with its opacity of 255.
        self.paths: list[tuple[QPainterPath, int]] = []
        self._pens: list[QPen] = []
        self._smooth = True
        self._bounds = QRectF()

    def show_lines(self, values: Array, weights: Array, look: Look) -> None:
        """Draw other lines.

        Parameters
        ----------
        values : Array, shape (n, d)
            The lines; they break where a value is not finite.
        weights : Array, shape (n,)
            How opaque each is, 0 … 1; the faintest are left out.
        look : Look
            What all have in common.
        """
        classes = np.ceil(np.clip(weights, 0, 1) * look.classes).astype(np.intp)
        classes[weights < LEAST] = 0
        self.prepareGeometryChange()
        self.paths, self._pens, self._smooth = [], [], look.smooth
        for place in ascending(classes[classes > 0]).tolist():
            alpha = max(1, round(look.opacity * place / look.classes))
            self.paths.append((lines_path(values[classes == place]), alpha))
            self._pens.append(_pen(look.colour, alpha))
        self._bounds = _bounds(values)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return what the lines lie in."""
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
    """Return some lines as one path.

    Parameters
    ----------
    values : Array, shape (n, d)
        Heights over the places 0 … d−1.
    """
    rows, columns = values.shape
    # A column of NaN behind each line keeps it apart from the next one.
    broken = np.column_stack([values, np.full(rows, np.nan)])
    places = np.tile(np.arange(columns + 1, dtype=np.float64), rows)
    path: QPainterPath = pg.functions.arrayToQPath(places, broken.ravel(), connect="finite")
    return path


def _pen(colour: str, alpha: int) -> QPen:
    tint = QColor(colour)
    tint.setAlpha(alpha)
    pen = QPen(tint, 1)
    pen.setCosmetic(True)
    # A flat end and no joins: lines are drawn segment by segment.
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _bounds(values: Array) -> QRectF:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return QRectF()
    low, high = float(finite.min()), float(finite.max())
    return QRectF(0.0, low, float(values.shape[1] - 1), high - low)
