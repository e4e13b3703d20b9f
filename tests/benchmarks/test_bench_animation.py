"""The benchmark of the animation runs, once."""

import bench_animation
import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.mark.thorough
def test_a_short_animation(qapp):
    (row,) = bench_animation.rows(iterations=1, repeats=1)
    assert (row.task, row.peer) == ("animation, coins, 3 half-steps", "grab() and Pillow")
    assert min(row.emviz, row.peer_time) > 0
