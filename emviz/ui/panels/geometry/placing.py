"""Places for labels: beside their anchor, over no other label, and over as little else as possible.

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

#: Directions from an anchor, best first: right, left, above, below, and the diagonals.
DIRECTIONS = np.array(
    [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)], dtype=np.float64
)
#: Part of a distance that a label moves along each axis; a diagonal of 0.7 is about as far as a straight 1.
SLANT = np.where(np.all(DIRECTIONS != 0, axis=1), 0.7, 1.0)
#: Distances from the anchor, and how many of the nearest come first where there are more than FEW anchors.
DISTANCES = (9.0, 20.0, 36.0, 58.0, 85.0)
FEW, NEAR = 3, 3
#: Side of a label that must be straight above its anchor, as the number on top of a bar.
STRAIGHT = -2
#: Gap to the left and right of a label.
MARGIN = 3.0
#: Costs: of a forbidden place, per point covered, per pixel of distance, per rank of the direction, of the
#: wrong side, and of a leader that crosses another label.
FORBIDDEN, COVERED, WAY, RANK, WRONG, CROSSED = 1e6, 20.0, 0.5, 0.6, 25.0, 60.0
#: A label farther from its anchor has a leader; the parts along it that are tested for crossings.
LEADER, PARTS = 15.0, np.linspace(0.1, 0.9, 9)
#: Highest cost of the place of an optional label: it covers three points at most.
MODEST = 75.0
#: Number of cached sets of candidates.
KEPT = 256
#: Highest cost of the place of a label that has a short form: it covers no mark.
CLEAR = 150.0


class Candidates(NamedTuple):
    """All places of a label around its anchors, whatever its size.

    Parameters
    ----------
    owners : integer array, shape (c,)
        The anchor of each place.
    directions : Array, shape (c, 2)
        Its direction from the anchor.
    gaps : Array, shape (c, 1)
        Its distance along each axis, in pixels.
    costs : Array, shape (c,)
        Its cost if nothing is covered.
    best : int
        Index of the cheapest.
    """

    owners: NDArray[np.intp]
    directions: Array
    gaps: Array
    costs: Array
    best: int

    def boxes(self, size: tuple[float, float], anchors: Array, some: slice) -> Array:
        """Return the boxes of the places in a slice, shape (b, 4)."""
        half = np.array(size) / 2
        centres = anchors[self.owners[some]] + self.directions[some] * (half + self.gaps[some])
        return np.concatenate([centres - half, centres + half], axis=1)


class Place(NamedTuple):
    """The place of a label.

    Parameters
    ----------
    box : Box
    anchor : int
        Index of its anchor.
    free : bool
        Whether it is the cheapest place even if nothing else were taken.
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

    With many anchors the places near them come first, and those farther off only if none of them will do.

    Parameters
    ----------
    size : pair of float
        Width and height of the label.
    anchors : Array, shape (a, 2)
        Points that it may be beside, best first.
    obstacles : Array, shape (n, 2)
        Points of curves and marks, which cost when covered.
    taken : sequence of Box
        Labels placed already, which may not be covered.
    bounds : Box
        Box that the label must stay inside.
    side : int
        Preferably above (−1) or below (1) its anchor, either (0), or only straight above it (−2).
    most : float
        The cost that the place must stay below.
    led : bool
        Whether a leader joins it to a far anchor; one that crosses a label costs.
    """
    for far in (False, True)[: 1 + (len(anchors) > FEW)]:
        found = _best(
            size, anchors, obstacles, taken, bounds, _candidates(len(anchors), side, far), most, led
        )
        if found is not None:
            return found
    return None


def roomiest(size: tuple[float, float], obstacles: Array, marks: Array, bounds: Box) -> Box | None:
    """Return the place in a corner or along a border where a box covers no mark and the fewest points.

    Parameters
    ----------
    size : pair of float
        Width and height of the box.
    obstacles, marks : Array, shape (n, 2)
        Points of curves and marks, which cost when covered; points of marks, which may not be covered.
    bounds : Box
        Box that it must stay inside.

    Returns
    -------
    Box or None
        None where each place covers a mark.
    """
    left, top, right, bottom = bounds
    across = (left, right - size[0], (left + right - size[0]) / 2)
    down = (top, bottom - size[1], (top + bottom - size[1]) / 2)
    corners = np.array([(x, y, x + size[0], y + size[1]) for y in down for x in across])
    # Points near the box count too, so that of two free places the roomier one wins.
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
    """Return the number of points in each box, shape (b,)."""
    if not len(points) or not len(boxes):
        return np.zeros(len(boxes))
    x, y = points.T
    if len(boxes) > 1:
        # The boxes are mostly around one anchor, far from most points.
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        near = (x > left) & (x < right) & (y > top) & (y < bottom)
        x, y = x[near], y[near]
    inside = (x > boxes[:, :1]) & (x < boxes[:, 2:3]) & (y > boxes[:, 1:2]) & (y < boxes[:, 3:4])
    return np.asarray(inside.sum(axis=1), dtype=np.float64)


def overlaps(boxes: Array, others: Sequence[Box]) -> Array:
    """Return the number of other boxes within the margin of each box, shape (b,)."""
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
    """Return points every `step` pixels along a line, shape (n, 2)."""
    points = points[np.all(np.isfinite(points), axis=1)]
    if len(points) < 2:
        return points
    # Steep curves leave the plot by thousands of pixels, where no label is placed.
    points = np.clip(points, -2000, 6000)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, min(4000, int(along[-1] / step))))
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


def _best(
    size: tuple[float, float],
    anchors: Array,
    obstacles: Array,
    taken: Sequence[Box],
    bounds: Box,
    every: Candidates,
    most: float,
    led: bool,
) -> Place | None:
    """Return the best of some places that costs less than `most`; the arguments are those of `placed`."""
    first = every.best
    # The cheapest place is usually free; then no other can be better.
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


@lru_cache(KEPT)
def _candidates(anchors: int, side: int, far: bool = False) -> Candidates:
    """Return all places around a number of anchors; around many of them only the near ones, or all."""
    # A number far above its bar is taken for that of another; it is rather left out.
    near = side == STRAIGHT or (anchors > FEW and not far)
    distances = np.array(DISTANCES[:NEAR] if near else DISTANCES)
    some = np.all(DIRECTIONS == (0, -1), axis=1) if side == STRAIGHT else np.full(len(DIRECTIONS), True)
    gaps = (distances[:, None] * SLANT[some]).reshape(-1, 1)
    wrong = WRONG * np.clip(0.25 * abs(side) - side * DIRECTIONS[:, 1], 0, 1)
    ranked = RANK * np.arange(len(DIRECTIONS)) + wrong
    costs = (WAY * (distances - distances[0])[:, None] + ranked[some]).ravel()
    owners = np.repeat(np.arange(anchors), len(costs))
    costs = np.tile(costs, anchors) + 3.0 * owners
    directions = np.tile(DIRECTIONS[some], (anchors * len(distances), 1))
    return Candidates(owners, directions, np.tile(gaps, (anchors, 1)), costs, int(costs.argmin()))


def _charged(boxes: Array, costs: Array, obstacles: Array, taken: Sequence[Box], bounds: Box) -> Array:
    """Return the costs of boxes plus those of what they cover, shape (b,)."""
    forbidden = _outside(boxes, bounds) + overlaps(boxes, taken)
    return np.asarray(costs + COVERED * covered(boxes, obstacles) + FORBIDDEN * forbidden)


def _crossed(boxes: Array, starts: Array, taken: Sequence[Box]) -> Array:
    """Return the costs of leaders that cross labels placed already, shape (b,)."""
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
