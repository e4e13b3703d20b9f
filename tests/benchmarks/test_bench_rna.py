"""The benchmark of covariance models runs, on tiny sizes: both ways compute the same."""

import bench_rna
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    batched, loop = bench_rna.measure("<.>", 3, repeats=1)  # raises where the two ways disagree
    assert min(batched, loop) > 0
