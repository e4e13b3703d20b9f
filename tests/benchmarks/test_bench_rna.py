"""The benchmark of covariance models runs, on tiny sizes: both ways compute the same."""

import bench_rna
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    row = bench_rna.measure("tiny", "<.>", 3, repeats=1)  # raises where the two ways disagree
    assert row.task == "rna tiny, 3 × 3, E-step"
    assert min(row.emviz, row.ratio, row.emviz_memory) > 0
