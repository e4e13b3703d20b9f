"""The benchmark of reading runs, on tiny sizes."""

import bench_reading
import pytest

pytestmark = pytest.mark.benchmark


@pytest.mark.peers
@pytest.mark.parametrize("task", bench_reading.TASKS, ids=lambda task: task[0])
def test_a_tiny_measurement(task):
    pytest.importorskip("pandas")
    name, write, *_ = task
    for row, end in zip(bench_reading.measure(name, write, 50, 1), ("open", "take"), strict=True):
        assert (row.task, row.peer) == (f"csv, 50 × 3, {name}: {end}", "pandas")
        assert min(row.emviz, row.ratio, row.emviz_memory, row.peer_memory) > 0


def test_without_pandas(monkeypatch):
    monkeypatch.setattr(bench_reading, "installed", lambda name: None)
    row = next(bench_reading.measure("id, number, word", bench_reading.mixed, 50, 1))
    assert row.ratio is None
    assert row.cells[2] == "pandas (not installed)"
