"""How many points a label would cover, and where it is put."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.geometry.placing import (
    COVERED,
    FORBIDDEN,
    MODEST,
    STRAIGHT,
    _candidates,
    covered,
    overlaps,
    placed,
    roomiest,
)
from emviz.ui.panels.plot.drawing import Label
from emviz.ui.panels.plot.labelling import Ground, Labelling
from emviz.ui.panels.plot.scale import Scale


def test_points_are_counted_within_each_box():
    rng = np.random.default_rng(7)
    corners = 100 * rng.random((20, 2))
    boxes = np.hstack([corners, corners + 30 * rng.random((20, 2))])
    points = 140 * rng.random((300, 2)) - 10
    by_hand = [
        sum(left < x < right and top < y < bottom for x, y in points.tolist())
        for left, top, right, bottom in boxes.tolist()
    ]
    assert covered(boxes, points).tolist() == by_hand
    assert max(by_hand) > 3


def test_a_point_on_the_edge_is_not_covered_and_no_points_are_none():
    box = np.array([[0.0, 0.0, 10.0, 10.0]])
    assert covered(box, np.array([[0.0, 5.0], [10.0, 5.0], [5.0, 5.0], [50.0, 5.0]])).tolist() == [1]
    assert covered(box, np.empty((0, 2))).tolist() == [0]


def test_the_place_that_is_taken_costs_the_least_of_all():
    rng, free = np.random.default_rng(11), 0
    for _ in range(200):
        size, side = tuple(rng.uniform(5, 60, 2).tolist()), int(rng.integers(-1, 2))
        anchors, obstacles = (
            200 * rng.random((rng.integers(1, 5), 2)),
            200 * rng.random((rng.integers(0, 40), 2)),
        )
        taken = [(x, y, x + 40, y + 20) for x, y in (200 * rng.random((rng.integers(0, 4), 2))).tolist()]
        found = placed(size, anchors, obstacles, taken, (0.0, 0.0, 200.0, 200.0), side)
        every = _candidates(len(anchors), side)
        boxes, costs, owners = every.boxes(size, anchors, slice(None)), every.costs, every.owners
        own = costs.min()
        outside = ((boxes[:, :2] < 0) | (boxes[:, 2:] > 200)).any(axis=1)
        costs = costs + COVERED * covered(boxes, obstacles) + FORBIDDEN * outside
        costs += FORBIDDEN * sum((overlaps(boxes, [box]) for box in taken), np.zeros(len(boxes)))
        best = int(costs.argmin())
        free += costs[best] == own
        expected = None if costs[best] >= FORBIDDEN else (tuple(boxes[best].tolist()), owners[best])
        assert (found and found[:2]) == expected
        assert found is None or found.free == (costs[best] == own)
    assert 20 < free < 180


def test_a_leader_goes_round_a_label_where_there_is_another_way():
    """Right of the mark a label stands close by, and all that is near is covered but for two places."""
    at, bounds, size = np.array([[100.0, 100.0]]), (0.0, 0.0, 200.0, 200.0), (20.0, 10.0)
    near = np.array([(x, y) for x in range(70, 132, 3) for y in range(76, 128, 3)], dtype=float)
    beside = (105.0, 92.0, 116.0, 108.0)
    straight, round_it = (placed(size, at, near, [beside], bounds, led=led) for led in (False, True))
    assert straight.box[0] > beside[2]
    assert round_it.box[2] < beside[0]


def test_far_places_of_many_anchors_come_after_all_near_ones():
    """A line below the upper border: a label has room only 58 pixels below it."""
    line = np.array([(x, 20.0) for x in (100.0, 120.0, 140.0, 80.0)])
    bounds, size = (0.0, 0.0, 240.0, 140.0), (200.0, 16.0)
    beside = (0.0, 30.0, 240.0, 70.0)
    found = placed(size, line, np.empty((0, 2)), [beside], bounds, most=MODEST)
    assert found is not None
    assert found.box[1] == 20 + 58
    near = placed(size, line, np.empty((0, 2)), [], bounds, most=MODEST)
    assert near.box[1] == 20 + 9


def test_the_number_of_a_bar_is_close_above_it_or_left_out():
    at, bounds, size = np.array([[100.0, 150.0]]), (0.0, 0.0, 200.0, 200.0), (24.0, 10.0)
    curve = [(60.0, 100.0, 140.0, 160.0)]
    assert placed(size, at, np.empty((0, 2)), curve, bounds) is not None
    assert placed(size, at, np.empty((0, 2)), curve, bounds, STRAIGHT) is None
    lower = [(60.0, 125.0, 140.0, 160.0)]
    assert placed(size, at, np.empty((0, 2)), lower, bounds, STRAIGHT).box[3] == 150 - 36


def test_a_later_label_is_not_put_on_the_leader_of_an_earlier_one(qapp):
    """The first label is led down past a block; the second one would have its place over the leader."""
    scene, theme = QGraphicsScene(), LIGHT
    root = scene.addRect(0, 0, 0, 0)
    scale = Scale((0.0, 300.0), (300.0, 0.0), QRectF(0, 0, 300, 300))
    blocks = ((0.0, 0.0, 300.0, 69.0),)
    ground = Ground(root, scale, np.empty((0, 2)), (0.0, 0.0, 300.0, 300.0), blocks, theme, qapp.font())
    labels = [
        Label("complete data", theme.ink, ((150.0, 10.0),)),
        Label("saddle", theme.ink, ((130.0, 82.5),)),
    ]
    labelling = Labelling()
    labelling.put(labels, ground)
    first, second = labelling._placed
    assert len(first.way) > 0
    left, top, right, bottom = second.place.box
    x, y = first.way.T
    assert not ((x > left) & (x < right) & (y > top) & (y < bottom)).any()
    # Without the first label the second one goes back to the place it would have alone.
    labelling.put([Label("", theme.ink, ((150.0, 250.0),)), labels[1]], ground)
    alone = Labelling()
    alone.put([labels[1]], ground)
    assert labelling.boxes["saddle"] == alone.boxes["saddle"]


def test_a_box_on_the_border_sooner_covers_curves_than_a_mark_and_is_none_where_it_must():
    bounds, size, nothing = (0.0, 0.0, 100.0, 100.0), (40.0, 40.0), np.empty((0, 2))
    curve = np.stack([np.linspace(0, 100, 50), np.full(50, 80.0)], axis=1)
    assert roomiest(size, curve, nothing, bounds) == (0.0, 0.0, 40.0, 40.0)
    above = np.array([[x, y] for x in (20.0, 50.0, 80.0) for y in (20.0, 50.0)])
    assert roomiest(size, curve, above, bounds) == (0.0, 60.0, 40.0, 100.0)
    around = np.vstack([above, [(20.0, 80.0), (50.0, 80.0), (80.0, 80.0)]])
    assert roomiest(size, nothing, around, bounds) is None
