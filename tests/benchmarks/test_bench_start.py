"""The benchmark of the start runs, once."""

import bench_start
import pytest

pytestmark = pytest.mark.benchmark


@pytest.mark.peers
def test_a_single_start():
    pytest.importorskip("matplotlib")
    (row,) = bench_start.rows(repeats=1)
    assert (row.task, row.peer) == ("start to first paint", "matplotlib, four plots")
    assert min(row.emviz, row.ratio, row.emviz_memory, row.peer_memory) > 0


@pytest.mark.thorough
def test_without_matplotlib(monkeypatch):
    monkeypatch.setattr(bench_start, "installed", lambda name: None)
    (row,) = bench_start.rows(repeats=1)
    assert row.emviz > 0
    assert row.ratio is None
    assert row.cells[2] == "matplotlib, four plots (not installed)"


@pytest.mark.thorough
def test_the_memory_is_that_of_the_program_and_not_of_who_starts_it(tmp_path):
    ballast = b"x" * 2**28
    _, most = bench_start.measured("pass", tmp_path)
    assert 1 < most < 64 < len(ballast) / 2**20
