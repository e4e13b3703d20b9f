"""The highest places of a curve."""

import numpy as np
import pytest

from emviz.em.uncertainty.peaks import tops, vertices


def test_a_peak_is_expected_at_the_vertex_of_the_parabola():
    """−(x − 1.2)² and, further right, −(x − 5.7)²: each through three unequally distant points."""
    values = np.array([0.0, 1.0, 3.0, 5.0, 6.0, 8.0])
    heights = np.maximum(-((values - 1.2) ** 2), -((values - 5.7) ** 2))
    assert vertices(values, heights) == pytest.approx([1.2, 5.7])


def test_the_ends_and_a_flat_stretch_are_no_peaks():
    assert vertices(np.arange(4.0), np.array([4.0, 3.0, 2.0, 1.0])) == []
    assert vertices(np.arange(4.0), np.zeros(4)) == []


def test_equal_tops_are_told_apart_and_a_flat_one_has_two_ends():
    values = np.linspace(0.0, 1.0, 11)
    heights = np.array([0, 5, 0, 0, 5 - 1e-7, 5, 5, 0, 4, 0, 0.0])
    assert tops(values, heights) == ((values[1], values[1]), (values[4], values[6]))
    assert tops(values, heights, 4.0) == (
        (values[1], values[1]),
        (values[4], values[6]),
        (values[8], values[8]),
    )
