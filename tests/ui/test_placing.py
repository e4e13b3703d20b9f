"""How many points a label would cover."""

import numpy as np

from emviz.ui.panels.geometry.placing import covered


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
