"""Slanting lines across an area: there is nothing here, or nothing that was observed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

#: From one line to the next along the axes, in pixels.
SPACING = 9.0


def hatching(area: QRectF, spacing: float = SPACING) -> QPainterPath:
    """Return lines across an area; those of areas that touch go on in one another."""
    path = QPainterPath()
    low, high = area.left() + area.top(), area.right() + area.bottom()
    # Each line has one sum of x and y.
    for total in np.arange(np.ceil(low / spacing), np.ceil(high / spacing)) * spacing:
        first = max(area.left(), float(total) - area.bottom())
        last = min(area.right(), float(total) - area.top())
        path.moveTo(first, float(total) - first)
        path.lineTo(last, float(total) - last)
    return path
