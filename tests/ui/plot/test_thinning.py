"""Which points of a long line are drawn, next to all of them."""

import numpy as np
import pytest

from emviz.ui.panels.geometry.thinning import FEW, PARTS, thinned


def over_time(values):
    return np.stack([np.arange(len(values), dtype=float), values], axis=1)


LINES = {
    "a slow tail": over_time(-1000 / np.arange(1.0, 100_001.0)),
    "a plateau with a rise": over_time(np.tanh((np.arange(60_000) - 30_000.0) / 9)),
    "level": over_time(np.full(50_000, 3.0)),
    "up and down": over_time(np.sin(np.arange(50_000) / 40)),
    "a path": np.stack([np.exp(-np.arange(30_000) / 9), np.exp(-np.arange(30_000) / 3000)], axis=1),
}


@pytest.mark.parametrize("name", LINES)
def test_no_point_that_is_left_out_would_be_seen(name):
    points = LINES[name]
    kept = thinned(*points.T)
    assert kept[0] == 0
    assert kept[-1] == len(points) - 1
    assert np.all(np.diff(kept) > 0)
    spans = np.maximum(np.ptp(points, axis=0), 1e-300)
    way = (np.abs(np.diff(points, axis=0)) / spans).sum()
    assert len(kept) <= PARTS * way + 2
    # No point strays from the line through what is kept by more than two parts of its width or height.
    drawn = np.stack([np.interp(np.arange(len(points)), kept, points[kept, axis]) for axis in (0, 1)], axis=1)
    assert (np.abs(drawn - points) / spans).max() <= 2 / PARTS


@pytest.mark.parametrize("length", [0, 1, 2, FEW])
def test_a_short_line_is_drawn_as_it_is(length):
    np.testing.assert_array_equal(thinned(*over_time(np.arange(length) ** 2.0).T), np.arange(length))


def test_long_steps_keep_their_ends():
    """The first iterations move far, and then hardly: their corners are what is seen."""
    points = np.concatenate([[[0, 0], [0.5, 0.1], [0.6, 0.7], [0.9, 0.8]], np.full((9000, 2), 0.9)])
    points[4:, 1] += 1e-9 * np.arange(9000)
    assert thinned(*points.T)[:4].tolist() == [0, 1, 2, 3]


def test_a_line_that_never_moves_is_its_ends():
    assert thinned(*np.zeros((2, 5000))).tolist() == [0, 4999]


def test_what_is_no_number_takes_no_part():
    points = over_time(np.sqrt(np.arange(9000.0)))
    points[50, 1] = np.nan
    points[60, 1] = np.inf
    kept = thinned(*points.T)
    assert len(kept) <= 2 * PARTS
    assert kept[-1] == 8999
    assert thinned(*np.full((2, 5000), np.nan)).tolist() == [0, 4999]
