"""An image in plot coordinates, converted once and only blitted when the plot is painted."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class Raster(pg.GraphicsObject):
    """An image over an area of the plot, lowest row first."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.area = QRectF()
        self._outline = QPainterPath()

    def show_pixels(
        self, pixels: NDArray[np.uint8], area: QRectF, outline: QPainterPath | None = None
    ) -> None:
        """Replace the image.

        Parameters
        ----------
        pixels : uint8 array, shape (rows, columns, 4)
            Red, green, blue and alpha.
        area : QRectF
            The image's place, in plot coordinates.
        outline : QPainterPath, optional
            Clips the image where given.
        """
        kept = np.ascontiguousarray(pixels)
        rows, columns = kept.shape[:2]
        shown = QImage(kept.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        # QImage does not own the array's memory; the converted copy does not need it.
        self.image = shown.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        self.prepareGeometryChange()
        self.area, self._outline = QRectF(area), outline or QPainterPath()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.prepareGeometryChange()
        self.image, self.area = QImage(), QRectF()

    def boundingRect(self) -> QRectF:
        """Return the area."""
        return QRectF(self.area)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the image."""
        if self.image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._outline.isEmpty():
            painter.setClipPath(self._outline)
        painter.drawImage(self.area, self.image)
