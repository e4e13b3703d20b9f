"""The benchmark of the mixture runs, on tiny sizes, where scikit-learn is installed."""

import pytest

pytest.importorskip("sklearn")

import bench_gmm

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement_makes_a_table():
    row = bench_gmm.measure(60, 2, 2, 4, 1)
    assert row.task == "60 × 2, K = 2"
    assert min(row.emviz, row.peer, row.emviz_memory, row.peer_memory) > 0
    row = bench_gmm.Row("1,000,000 × 2, K = 3", 20.0, 400.0, 16.0, 160.0)
    assert (row.ratio, row.memory_ratio) == (20, 0.1)
    cells = ["1,000,000", "×", "2,", "K", "=", "3", "20.0000", "400.0000", "20.0", "16.00", "160.00", "0.10"]
    assert bench_gmm.table_of([row]).splitlines()[1].split() == cells
