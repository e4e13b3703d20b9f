"""Garbage is collected in the thread of the window, whatever the other one does."""

import gc
import threading

import pytest

from emviz.ui.work.sweeper import Sweeper, due
from emviz.ui.work.worker import Worker


@pytest.fixture(autouse=True)
def _collected_by_python():
    gc.enable()
    yield
    gc.disable()


class Knot:
    """Garbage of the kind that only a collection finds; it writes down in which thread it was found."""

    def __init__(self, found):
        self.found = found
        self.itself = self

    def __del__(self):
        self.found.append(threading.get_ident())


def tying(found):
    """Yield from a job that leaves more garbage behind than Python would let lie."""
    for _ in range(50):
        for _ in range(100):
            Knot(found)
        yield None


def test_what_a_job_leaves_behind_is_collected_by_the_window(qapp, qtbot):
    worker, found = Worker(), []
    worker.submit("knots", lambda control: tying(found))
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: len(found) == 5000)
    worker.shutdown()
    assert set(found) == {threading.get_ident()}
    assert gc.isenabled()


def test_python_collects_again_when_no_thread_works_any_more(qapp):
    first, second = (Sweeper(qapp, lambda: True) for _ in range(2))
    first.start()
    first.start()
    second.start()
    first.stop()
    assert not gc.isenabled()
    second.stop()
    second.stop()
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("count", "rests", "generation"),
    [
        ((700, 2, 10), True, None),
        ((701, 2, 10), True, 0),
        ((0, 3, 10), True, 1),
        ((701, 3, 11), True, 2),
        ((701, 3, 11), False, 1),
        ((701, 2, 11), False, 0),
        ((700, 2, 11), False, None),
    ],
)
def test_all_there_is_is_looked_through_only_where_nothing_is_computed(count, rests, generation):
    assert due(count, (700, 10, 10), rests) == generation


def test_the_background_thread_says_when_it_rests(qapp, qtbot):
    worker, go_on = Worker(), threading.Event()
    asked = worker._sweeper._rests
    assert asked()

    def job(control):
        while not go_on.is_set():
            yield None

    worker.submit("job", job)
    qtbot.waitUntil(lambda: not asked())
    go_on.set()
    qtbot.waitUntil(asked)
    worker.shutdown()
