"""The benchmark of the motif runs, on tiny sizes: what it measures is the same computation each time."""

import bench_motif
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    row = bench_motif.measure(4, 30, 6, repeats=1, inner=1)  # raises where the two ways disagree
    assert row.task == "motif 4 × 30, W = 6"
    assert row.ratio > 0
