"""Where a label may stand: beside what it names, over no other label, and over as little else as can be.

Pixels throughout; a box is (left, top, right, bottom). No Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array

Box: TypeAlias = tuple[float, float, float, float]

#: Directions from an anchor, the better ones first: right, left, above, below, and the diagonals.
DIRECTIONS = np.array(
    [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)], dtype=np.float64
)
#: A diagonal is as far as a straight direction when it goes this part of the way along both axes.
SLANT = np.where(np.all(DIRECTIONS != 0, axis=1), 0.7, 1.0)
#: How far from its anchor a label may stand.
DISTANCES = (9.0, 20.0, 36.0, 58.0, 85.0)
FEW, NEAR = 3, 3
#: The side of a label that would be read as that of a neighbour elsewhere: the number on top of a bar.
STRAIGHT = -2
#: Clear space around a label, towards other labels and the border.
MARGIN = 3.0
#: Costs: a forbidden place, a point of a curve or mark covered, each pixel of distance, each direction down
#: the list, the wrong side, and a leader that goes through another label.
FORBIDDEN, COVERED, WAY, RANK, WRONG, CROSSED = 1e6, 20.0, 0.5, 0.6, 25.0, 60.0
#: A label farther from its anchor than this is joined to it by a leader; parts of it that are looked at.
LEADER, PARTS = 15.0, np.linspace(0.1, 0.9, 9)
#: What the place of an optional label may cost: hardly anything is covered there.
MODEST = 75.0
#: Around so many numbers of anchors and sides the candidates are kept.
KEPT = 256
#: What the place of a label may cost where it can be shorter: a mark is not covered.
CLEAR = 150.0


class Candidates(NamedTuple):
    """Where a label of any size may stand around some anchors.

    Parameters
    ----------
    owners : integer array, shape (c,)
        The anchor that each belongs to.
    directions : Array, shape (c, 2)
        Where it is from the anchor.
    gaps : Array, shape (c, 1)
        How far it is along each axis, in pixels.
    costs : Array, shape (c,)
        What it costs where nothing is covered.
    best : int
        The one that costs least.
    """

    owners: NDArray[np.intp]
    directions: Array
    gaps: Array
    costs: Array
    best: int

    def boxes(self, size: tuple[float, float], anchors: Array, some: slice) -> Array:
        """Return the boxes of some of them, shape (b, 4)."""
        half = np.array(size) / 2
        centres = anchors[self.owners[some]] + self.directions[some] * (half + self.gaps[some])
        return np.concatenate([centres - half, centres + half], axis=1)


class Place(NamedTuple):
    """Where a label stands.

    Parameters
    ----------
    box : Box
    anchor : int
        The anchor that it belongs to.
    free : bool
        It is the best place by itself: whatever else is taken, as long as this is free.
    """

    box: Box
    anchor: int
    free: bool


def placed(
    size: tuple[float, float],
    anchors: Array,
    obstacles: Array,
    taken: Sequence[Box],
    bounds: Box,
    side: int = 0,
    most: float = FORBIDDEN,
    led: bool = False,
) -> Place | None:
    """Return the best place of a label; None where there is no room.

    Parameters
    ----------
    size : pair of float
        Width and height of the label.
    anchors : Array, shape (a, 2)
        Points that it may stand beside, the better ones first.
    obstacles : Array, shape (n, 2)
        Points of curves and marks, better left uncovered.
    taken : sequence of Box
        Labels that stand already.
    bounds : Box
        Where it must stay.
    side : int
        Better above (−1) or below (1) its anchor, or either (0); nowhere but straight above it (−2).
    most : float
        What the place may cost.
    led : bool
        A leader joins it to its anchor where that is far, better through no other label.
    """
    every = _candidates(len(anchors), side)
    first = every.best
    # Where the place that is best by itself is free, the others need not be looked at.
    some = slice(first, first + 1)
    boxes = every.boxes(size, anchors, some)
    costs = _charged(boxes, every.costs[some], obstacles, taken, bounds)
    free = bool(costs[0] <= every.costs[first])
    if not free:
        first = 0
        boxes = every.boxes(size, anchors, slice(None))
        costs = _charged(boxes, every.costs, obstacles, taken, bounds)
        costs += led * _crossed(boxes, anchors[every.owners], taken)
    best = int(np.argmin(costs))
    if costs[best] >= most:
        return None
    left, top, right, bottom = boxes[best].tolist()
    return Place((left, top, right, bottom), int(every.owners[first + best]), free)


def roomiest(size: tuple[float, float], obstacles: Array, marks: Array, bounds: Box) -> Box | None:
    """Return the place along the border, corners first, where a box covers no mark and the fewest points.

    Parameters
    ----------
    size : pair of float
        Width and height of the box.
    obstacles, marks : Array, shape (n, 2)
        Points of curves and marks, better left uncovered; points of marks, which may not be covered.
    bounds : Box
        Where it must stay.

    Returns
    -------
    Box or None
        None where each place covers a mark.
    """
    left, top, right, bottom = bounds
    across = (left, right - size[0], (left + right - size[0]) / 2)
    down = (top, bottom - size[1], (top + bottom - size[1]) / 2)
    corners = np.array([(x, y, x + size[0], y + size[1]) for y in down for x in across])
    # The points count within a wider box, so that of two free places the one with more air is taken.
    aired = corners + np.array([-1, -1, 1, 1]) * 14.0
    rank = np.array([0, 0, 4, 0, 0, 4, 4, 4, 99])
    costs = rank + 20 * covered(corners, obstacles) + covered(aired, obstacles)
    costs += FORBIDDEN * covered(corners, marks)
    best = int(np.argmin(costs))
    if costs[best] >= FORBIDDEN:
        return None
    x0, y0, x1, y1 = corners[best].tolist()
    return x0, y0, x1, y1


def covered(boxes: Array, points: Array) -> Array:
    """Return how many points each box covers, shape (b,)."""
    if not len(points) or not len(boxes):
        return np.zeros(len(boxes))
    x, y = points.T
    if len(boxes) > 1:
        # Most points are far from all boxes, which mostly stand around one place.
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        near = (x > left) & (x < right) & (y > top) & (y < bottom)
        x, y = x[near], y[near]
    inside = (x > boxes[:, :1]) & (x < boxes[:, 2:3]) & (y > boxes[:, 1:2]) & (y < boxes[:, 3:4])
    return np.asarray(inside.sum(axis=1), dtype=np.float64)


def overlaps(boxes: Array, others: Sequence[Box]) -> Array:
    """Return to how many others a box comes closer than the margin, shape (b,)."""
    if not len(others):
        return np.zeros(len(boxes))
    left, top, right, bottom = np.array(others).T
    apart = (
        (boxes[:, :1] > right + MARGIN)
        | (boxes[:, 2:3] < left - MARGIN)
        | (boxes[:, 1:2] > bottom)
        | (boxes[:, 3:4] < top)
    )
    return np.asarray((~apart).sum(axis=1), dtype=np.float64)


def dense(points: Array, step: float = 6.0) -> Array:
    """Return points every few pixels along a line, shape (n, 2)."""
    points = points[np.all(np.isfinite(points), axis=1)]
    if len(points) < 2:
        return points
    # Steep ends leave the plot by thousands of pixels; nobody places a label there.
    points = np.clip(points, -2000, 6000)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, min(4000, int(along[-1] / step))))
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


@lru_cache(KEPT)
def _candidates(anchors: int, side: int) -> Candidates:
    """Return where a label may stand around so many anchors."""
    # With many anchors to choose from there is no need to go far from any.
    distances = np.array(DISTANCES if anchors <= FEW else DISTANCES[:NEAR])
    gaps = (distances[:, None] * SLANT).reshape(-1, 1)
    wrong = WRONG * np.clip(0.25 * abs(side) - side * DIRECTIONS[:, 1], 0, 1)
    wrong += FORBIDDEN * ((side == STRAIGHT) & np.any(DIRECTIONS != (0, -1), axis=1))
    costs = (WAY * (distances - distances[0])[:, None] + RANK * np.arange(len(DIRECTIONS)) + wrong).ravel()
    owners = np.repeat(np.arange(anchors), len(costs))
    costs = np.tile(costs, anchors) + 3.0 * owners
    directions = np.tile(DIRECTIONS, (anchors * len(distances), 1))
    return Candidates(owners, directions, np.tile(gaps, (anchors, 1)), costs, int(costs.argmin()))


def _charged(boxes: Array, costs: Array, obstacles: Array, taken: Sequence[Box], bounds: Box) -> Array:
    """Return the costs of boxes with those of what they cover, shape (b,)."""
    forbidden = _outside(boxes, bounds) + overlaps(boxes, taken)
    return np.asarray(costs + COVERED * covered(boxes, obstacles) + FORBIDDEN * forbidden)


def _crossed(boxes: Array, starts: Array, taken: Sequence[Box]) -> Array:
    """Return what it costs that the leaders of boxes go through labels that stand already, shape (b,)."""
    ways = np.clip(starts, boxes[:, :2], boxes[:, 2:]) - starts
    long = np.hypot(*ways.T) > LEADER
    x, y = (starts[:, :, None] + ways[:, :, None] * PARTS).swapaxes(0, 1)
    costs = np.zeros(len(boxes))
    for left, top, right, bottom in taken:
        through = (x > left) & (x < right) & (y > top) & (y < bottom)
        costs += CROSSED * (long & through.any(axis=1))
    return costs


def _outside(boxes: Array, bounds: Box) -> Array:
    left, top, right, bottom = bounds
    out = (boxes[:, 0] < left) | (boxes[:, 1] < top) | (boxes[:, 2] > right) | (boxes[:, 3] > bottom)
    return np.asarray(out, dtype=np.float64)
