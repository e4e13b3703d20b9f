"""The benchmark of the hidden Markov model runs, on tiny sizes."""

import bench_hmm
import pytest

pytestmark = pytest.mark.benchmark
TASKS = bench_hmm.tasks(400)


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("task", TASKS, ids=[f"{task.name}, {task.implementation}" for task in TASKS])
def test_a_tiny_measurement_agrees_with_hmmlearn(task):
    pytest.importorskip("hmmlearn.hmm")
    row = bench_hmm.measure(task, repeats=1, iterations=2)
    assert row.task == f"hmm {task.name}"
    assert min(row.emviz, row.ratio, row.emviz_memory, row.peer_memory) > 0


def test_without_hmmlearn(monkeypatch):
    monkeypatch.setattr(bench_hmm, "installed", lambda name: None)
    row = bench_hmm.measure(TASKS[0], repeats=1, iterations=2)
    assert row.cells[2] == "hmmlearn, log (not installed)"
