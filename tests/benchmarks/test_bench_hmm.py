"""The benchmark of the hidden Markov model runs, on tiny sizes, where hmmlearn is installed."""

import pytest

pytest.importorskip("hmmlearn.hmm")

from bench_hmm import Row, measure, table_of, tasks

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.peers,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.mark.parametrize("task", tasks(400), ids=lambda task: task.name)
def test_a_tiny_measurement_agrees_with_hmmlearn(task):
    row = measure(task, repeats=1, iterations=2)
    assert row.task == task.name
    assert min(row.emviz, row.peer, row.memory, row.peer_memory) > 0


def test_measurements_make_a_table():
    lines = table_of([Row("a task", 5.0, 50.0, 8.25, 30.0)]).splitlines()
    assert lines[1].split() == ["a", "task", "5.00", "50.00", "10.0", "8.2", "30.0"]
