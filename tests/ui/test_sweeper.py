"""Garbage is collected in the thread of the window, whatever the other one does."""

import gc
import threading

from emviz.ui.work.sweeper import Sweeper
from emviz.ui.work.worker import Worker


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
    first, second = Sweeper(qapp), Sweeper(qapp)
    first.start()
    first.start()
    second.start()
    first.stop()
    assert not gc.isenabled()
    second.stop()
    second.stop()
    assert gc.isenabled()
