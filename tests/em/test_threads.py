"""Work that is shared between threads."""

import threading

import numpy as np
import pytest

from emviz.em import threads


@pytest.mark.parametrize("many", [1, 2])
def test_results_come_in_the_order_of_the_parts(monkeypatch, many):
    monkeypatch.setattr(threads, "cores", lambda: many)
    assert threads.in_parts(lambda part: part**2, range(5)) == [0, 1, 4, 9, 16]
    assert not [each for each in threading.enumerate() if each.name.startswith("emviz")]


def test_parts_are_worked_on_at_the_same_time(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    both = threading.Barrier(2, timeout=30)
    assert sorted(threads.in_parts(lambda _: both.wait(), "ab")) == [0, 1]


def test_a_single_part_needs_no_thread(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    assert threads.in_parts(lambda _: threading.current_thread(), "a") == [threading.current_thread()]


@pytest.mark.parametrize("many", [1, 2])
def test_an_error_and_what_counts_as_one_reach_the_threads(monkeypatch, many):
    monkeypatch.setattr(threads, "cores", lambda: many)
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError):
        threads.in_parts(lambda part: np.array([part]) - np.array([np.inf]), [np.inf, 1.0])


def test_cores_are_those_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert threads.cores() == 2
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert threads.cores() == 1
