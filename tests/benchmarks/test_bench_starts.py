"""The benchmark of many starts runs, on tiny sizes."""

import bench_starts
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_grid_of_coins():
    row = bench_starts.coins(6, 6, 1)
    assert (row.task, row.peer) == ("coins, 6 × 6 starts", "loop over emviz.fit, scaled up")
    assert min(row.emviz, row.ratio) > 0


@pytest.mark.peers
def test_tiny_clusters():
    pytest.importorskip("sklearn")
    row = bench_starts.clusters(2, 1)
    assert (row.task, row.peer) == ("gmm, 2 starts of 272 × 2, K = 3", "scikit-learn, n_init")
    assert min(row.emviz, row.ratio) > 0


def test_a_few_starts_by_two_processes(monkeypatch):
    monkeypatch.setattr(bench_starts, "ITERATIONS", 5)
    row = bench_starts.dice(2)
    assert (row.task, row.peer) == ("hmm, 2 starts of 300 rolls, two processes", "one process")
    assert min(row.emviz, row.ratio) > 0


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setattr(bench_starts, "installed", lambda name: None)
    assert bench_starts.clusters(2, 1).ratio is None


def test_all_that_is_measured(monkeypatch):
    monkeypatch.setattr(bench_starts, "coins", lambda side: side)
    monkeypatch.setattr(bench_starts, "clusters", lambda number: number)
    monkeypatch.setattr(bench_starts, "dice", lambda number: number)
    assert list(bench_starts.rows()) == [101, 200, 100]
