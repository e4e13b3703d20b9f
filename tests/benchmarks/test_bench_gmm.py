"""The benchmark of the mixture runs, on tiny sizes."""

import bench_gmm
import pytest

pytestmark = pytest.mark.benchmark


@pytest.mark.peers
def test_a_tiny_measurement():
    pytest.importorskip("sklearn")
    row = bench_gmm.measure(60, 2, 2, 4, 1)
    assert (row.task, row.peer) == ("gmm 60 × 2, K = 2", "scikit-learn")
    assert min(row.emviz, row.ratio, row.emviz_memory, row.peer_memory) > 0


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setattr(bench_gmm, "installed", lambda name: None)
    row = bench_gmm.measure(60, 2, 2, 4, 1)
    assert row.ratio is None
    assert row.cells[2] == "scikit-learn (not installed)"
