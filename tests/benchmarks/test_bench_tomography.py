"""The benchmark of tomography runs, on a tiny size: what it measures is the same computation each time."""

import bench_tomography
import pytest
from bench_tomography import measure

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    pytest.importorskip("scipy.sparse")
    row = measure(8, 6, repeats=1, inner=2)  # raises where the two ways disagree
    assert row.task == "tomography 8 × 8, 6 angles"
    assert min(row.emviz, row.peer_time, row.emviz_memory, row.peer_memory) > 0


def test_without_scipy_the_peer_is_not_installed(monkeypatch):
    monkeypatch.setattr(bench_tomography, "installed", lambda name: None)
    row = measure(8, 6, repeats=1, inner=1)
    assert row.peer_time is None
    assert "not installed" in row.cells[2]
