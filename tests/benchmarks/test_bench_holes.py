"""The benchmark of holes runs, on tiny sizes, and both sides give the same."""

import bench_holes
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    row = bench_holes.measure(60, 3, 2, 0.3, 2, 1)
    assert (row.task, row.peer) == ("gmm with 30% holes, 60 × 3, K = 2", "NumPy loop over rows")
    assert min(row.emviz, row.ratio) > 0
