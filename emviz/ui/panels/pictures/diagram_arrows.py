"""Routing of a diagram's arrows from box to box, through the gaps between other boxes. No widget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF

#: Length of an arrow head, in pixels.
HEAD = 8.0
#: Distance at which an arrow passes beside a box, in pixels: half the gap between two.
ASIDE = 5.0
#: Distance above and below a row of boxes at which it bends, in pixels.
OVER = 3.0


@dataclass(frozen=True)
class Arrow:
    """An arrow: its start, the base of its head, the three corners of the head, and its bends."""

    start: QPointF
    end: QPointF
    head: tuple[QPointF, ...]
    bends: tuple[QPointF, ...] = ()

    @property
    def points(self) -> tuple[QPointF, ...]:
        """The vertices of its line, from the start to the head."""
        return (self.start, *self.bends, self.end)

    def distance(self, point: QPointF) -> float:
        """Return the distance of a point from the line, in pixels."""
        return min(_off(point, *ends) for ends in pairwise(self.points))


def routed(areas: Sequence[QRectF], source: int, target: int, width: float) -> Arrow:
    """Return an arrow that passes each row of boxes in its way through the nearest gap."""
    goal, at, bends = areas[target].center(), areas[source].center(), list[QPointF]()
    down = at.y() < goal.y()
    for row in _between(areas, areas[source], areas[target]):
        if not any(_meets(at, goal, area) for area in row):
            continue
        sides = [x for area in row for x in (area.left() - ASIDE, area.right() + ASIDE)]
        gaps = [x for x in sides if 1 < x < width - 1 and not any(a.left() < x < a.right() for a in row)]
        if not gaps:
            continue
        top, bottom = min(area.top() for area in row) - OVER, max(area.bottom() for area in row) + OVER
        part = ((top + bottom) / 2 - at.y()) / ((goal.y() - at.y()) or 1.0)
        straight = at.x() + part * (goal.x() - at.x())
        x = min(gaps, key=lambda gap: abs(gap - straight))
        bends += [QPointF(x, y) for y in ((top, bottom) if down else (bottom, top))]
        at = bends[-1]
    straight_on = _arrow(areas[source], areas[target], (), above=False)
    # A straight arrow that leaves its box at the side may still cross a neighbour in the same row.
    met = bends or any(
        _meets(straight_on.start, straight_on.end, area)
        for k, area in enumerate(areas)
        if k not in (source, target)
    )
    return _arrow(areas[source], areas[target], tuple(bends), above=True) if met else straight_on


def _between(areas: Sequence[QRectF], source: QRectF, target: QRectF) -> list[list[QRectF]]:
    """Return the rows of boxes between two others, in order from source to target."""
    low, high = sorted((source.center().y(), target.center().y()))
    own = [area for area in areas if area not in (source, target) and low < area.center().y() < high]
    rows: list[list[QRectF]] = []
    for area in sorted(own, key=lambda each: each.center().y()):
        if rows and area.center().y() < max(each.bottom() for each in rows[-1]):
            rows[-1].append(area)
        else:
            rows.append([area])
    return rows if source.center().y() < target.center().y() else rows[::-1]


def _meets(start: QPointF, end: QPointF, box: QRectF) -> bool:
    """Return whether a line crosses a box, by clipping its parameter range at each pair of sides."""
    low, high, along = 0.0, 1.0, end - start
    for at, way, first, last in (
        (start.x(), along.x(), box.left(), box.right()),
        (start.y(), along.y(), box.top(), box.bottom()),
    ):
        if abs(way) < 1e-9:
            if not first < at < last:
                return False
            continue
        enters, leaves = sorted(((first - at) / way, (last - at) / way))
        low, high = max(low, enters), min(high, leaves)
    return low < high


def _off(point: QPointF, start: QPointF, end: QPointF) -> float:
    """Return the distance of a point from the line between two others, in pixels."""
    along, to = end - start, point - start
    length = QPointF.dotProduct(along, along)
    part = min(1.0, max(0.0, QPointF.dotProduct(along, to) / length)) if length else 0.0
    off = to - along * part
    return math.hypot(off.x(), off.y())


def _arrow(source: QRectF, target: QRectF, bends: tuple[QPointF, ...], above: bool) -> Arrow:
    """Return an arrow with its head, from border to border, or only between upper and lower borders."""
    leave = _edge if above else _border
    start, end = leave(source, (*bends, target.center())[0]), leave(target, (source.center(), *bends)[-1])
    along = end - (start, *bends)[-1]
    length = math.hypot(along.x(), along.y()) or 1.0
    ahead = along / length
    across = QPointF(-ahead.y(), ahead.x())
    back = end - ahead * HEAD
    return Arrow(start, back, (end, back + across * HEAD / 2, back - across * HEAD / 2), bends)


def _edge(box: QRectF, point: QPointF) -> QPointF:
    """Return the point of a box's upper or lower border that is nearest to a point."""
    x = min(max(point.x(), box.left() + HEAD), box.right() - HEAD)
    return QPointF(x, box.top() if point.y() < box.center().y() else box.bottom())


def _border(box: QRectF, towards: QPointF) -> QPointF:
    """Return the point where a line from the centre of a box leaves it."""
    away = towards - box.center()
    parts: Sequence[float] = [
        half / abs(length)
        for half, length in ((box.width() / 2, away.x()), (box.height() / 2, away.y()))
        if abs(length) > 1e-9
    ]
    return box.center() + away * min(parts, default=0.0)
