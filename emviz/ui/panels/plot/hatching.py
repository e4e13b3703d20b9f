"""Diagonal hatching, which marks an area as empty or unobserved."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

#: Distance between lines along either axis, in pixels.
SPACING = 9.0


def hatching(area: QRectF, spacing: float = SPACING) -> QPainterPath:
    """Return diagonal lines across an area; they continue across adjacent areas."""
    path = QPainterPath()
    low, high = area.left() + area.top(), area.right() + area.bottom()
    # x + y is constant along a line, whatever area it crosses.
    for total in np.arange(np.ceil(low / spacing), np.ceil(high / spacing)) * spacing:
        first = max(area.left(), float(total) - area.bottom())
        last = min(area.right(), float(total) - area.top())
        path.moveTo(first, float(total) - first)
        path.lineTo(last, float(total) - last)
    return path
