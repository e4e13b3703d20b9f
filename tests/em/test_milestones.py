"""Which iterations of a long run pictures are given."""

import numpy as np
import pytest

from emviz.em.pictures.milestones import MOST, milestones


@pytest.mark.parametrize("length", [0, 1, 2, 1999, MOST])
def test_of_a_short_run_all(length):
    np.testing.assert_array_equal(milestones(length), np.arange(length))


@pytest.mark.parametrize("length", [MOST + 1, 2500, 4001, 100_001])
def test_of_a_long_run_the_first_ones_and_an_even_selection_up_to_the_last(length):
    times = milestones(length)
    assert len(times) <= MOST
    np.testing.assert_array_equal(times[: MOST // 2], np.arange(MOST // 2))
    assert times[-1] == length - 1
    assert np.all(np.diff(times) > 0)
    assert np.diff(times).max() <= 3.1 * (length - MOST // 2) / (MOST // 2) + 1


def test_every_group_can_measure_the_ratio_of_its_steps():
    times = milestones(100_001)
    late = times[MOST // 2 :].reshape(-1, 3)
    np.testing.assert_array_equal(late - late[:, :1], np.tile([0, 1, 2], (len(late), 1)))
