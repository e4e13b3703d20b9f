"""The benchmark of the network runs, on tiny sizes, and all its sides end at the same tables."""

import bench_network
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement_beside_all_completions():
    row = bench_network.with_holes(40, 2, 1)
    assert (row.task, row.peer) == ("network 40 × 8, 20 % holes", "all completions, NumPy")
    assert min(row.emviz, row.ratio, row.emviz_memory, row.peer_memory) > 0


def test_without_pgmpy(monkeypatch):
    monkeypatch.setattr(bench_network, "installed", lambda name: None)
    row = bench_network.hidden(40, 2, 1)
    assert row.ratio is None
    assert row.cells[2] == "pgmpy (not installed)"


@pytest.mark.peers
def test_a_tiny_measurement_beside_pgmpy():
    pytest.importorskip("pgmpy")
    row = bench_network.hidden(40, 2, 1)
    assert min(row.emviz, row.ratio) > 0
