"""The shapes of a graph: discs, lines that end at nodes, and texts. No widget."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from emviz.em.numerics import Array
from emviz.em.pictures import Edge
from emviz.ui.panels.geometry.placing import Box

#: Width of an edge of weight 0, and what weight 1 adds, in pixels.
THIN, THICK = 1.4, 6.6


@dataclass(frozen=True)
class Disc:
    """A node: its centre and radius, in pixels, and the lines of text in it."""

    x: float
    y: float
    radius: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """An edge: its points, shape (m, 2), its width in pixels, and the three corners of its head, if any."""

    edge: int
    points: Array
    width: float
    head: Array | None


@dataclass(frozen=True)
class PlacedText:
    """A text beside a node or an edge.

    Parameters
    ----------
    box : Box
        Its place, in pixels.
    text : str
        One or several lines.
    node : int
        The node whose colour it has.
    edge : int or None
        The edge that it labels.
    place : int
        Alignment in the box: −1 left, 0 centred, 1 right.
    """

    box: Box
    text: str
    node: int
    edge: int | None = None
    place: int = 0

    @property
    def area(self) -> QRectF:
        """The box as a rectangle."""
        left, top, right, bottom = self.box
        return QRectF(left, top, right - left, bottom - top)


@dataclass(frozen=True)
class Arrangement:
    """The shapes of a graph, and the size of its texts relative to the widget's font."""

    discs: tuple[Disc, ...]
    lines: tuple[Line, ...]
    words: tuple[PlacedText, ...]
    size: float = 1.0


def width_of(edge: Edge) -> float:
    """Return the width of an edge, in pixels."""
    return THIN + THICK * min(max(edge.weight, 0.0), 1.0)


def beyond(points: Array, source: Disc, target: Disc) -> Array:
    """Return the part of a line that is outside both of its nodes."""
    from_source = np.hypot(points[:, 0] - source.x, points[:, 1] - source.y) > source.radius + 1
    from_target = np.hypot(points[:, 0] - target.x, points[:, 1] - target.y) > target.radius + 3
    kept = points[from_source & from_target]
    # Nodes that touch leave no points between them.
    return kept if len(kept) > 1 else points[[0, -1]]


def headed(edge: int, points: Array, width: float) -> Line:
    """Return a line shortened to make room for an arrow head, with its tip at the line's end."""
    along_it = float(np.hypot(*np.diff(points, axis=0).T).sum())
    length = min(9.0 + 1.5 * width, 0.36 * along_it)
    left = np.hypot(*(points - points[-1]).T) > 0.8 * length
    left[:2] = True
    base = points[left]
    along = points[-1] - base[-1]
    along = along / max(float(np.hypot(*along)), 1e-9)
    across = np.array([-along[1], along[0]]) * max(0.42 * length, 0.5 * width + 2)
    back = points[-1] - along * length
    return Line(edge, base, width, np.array([points[-1], back + across, back - across]))


def apart(middles: Array) -> float:
    """Return the distance between the two nearest centres, in pixels; infinite for a single one."""
    if len(middles) < 2:
        return math.inf
    distances = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
    return float(distances[~np.eye(len(middles), dtype=bool)].min())


def away(box: Box, points: Array) -> float:
    """Return the distance of a box from a line, in pixels."""
    nearest = np.clip(points, box[:2], box[2:])
    return float(np.hypot(*(points - nearest).T).min())


def better_side(line: Line) -> int:
    """Return the side on which a line bulges, the better one for its label: −1 above, 1 below, 0 none."""
    bulge = float(line.points[len(line.points) // 2, 1] - (line.points[0, 1] + line.points[-1, 1]) / 2)
    return 0 if abs(bulge) < 6 else int(math.copysign(1, bulge))


def square(disc: Disc) -> Box:
    """Return the square inside a node that no label may touch."""
    side = 0.86 * disc.radius
    return disc.x - side, disc.y - side, disc.x + side, disc.y + side


def ring(disc: Disc) -> Array:
    """Return points around a node, shape (24, 2)."""
    angles = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    return np.array([disc.x, disc.y]) + disc.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def rim(disc: Disc) -> Array:
    """Return the anchors of a node's label, shape (4, 2): below, above, right, left."""
    around = np.array([(0, 1), (0, -1), (1, 0), (-1, 0)], dtype=np.float64)
    return np.array([disc.x, disc.y]) + (disc.radius - 4) * around
