"""The background thread: order, cancelling, late results, errors, and its end."""

import threading

import pytest

from emviz.em.work import Stopped, stoppable
from emviz.ui.work.worker import Control, Delivery, Worker


@pytest.fixture
def worker(qapp):
    worker = Worker()
    yield worker
    worker.shutdown()
    assert not worker.isRunning()


class Listener:
    def __init__(self, worker):
        self.worker = worker
        self.deliveries: list[Delivery] = []
        worker.delivered.connect(self.hear)

    def hear(self, delivery):
        if self.worker.current(delivery):
            self.deliveries.append(delivery)

    def values(self, channel):
        return [value for each in self.deliveries if each.channel == channel for value in each.values]

    def ended(self, channel):
        return any(each.ended for each in self.deliveries if each.channel == channel)


def counting(n):
    def work(control):
        yield from range(n)
        return "done"

    return work


def endless(control):
    n = 0
    while True:
        yield n
        n += 1


def test_a_held_worker_does_nothing_until_it_is_released(qtbot):
    worker = Worker(held=True)
    listener = Listener(worker)
    worker.submit("run", counting(3))
    assert not worker.isRunning()
    worker.release()
    qtbot.waitUntil(lambda: listener.ended("run"))
    assert listener.values("run") == [0, 1, 2]
    worker.shutdown()


def test_released_without_anything_to_do_it_waits(qapp):
    worker = Worker(held=True)
    worker.release()
    assert not worker.isRunning()


def test_values_arrive_in_order_without_nones(worker, qtbot):
    listener = Listener(worker)

    def work(control):
        for n in range(2000):
            yield None
            yield n
        return "done"

    worker.submit("run", work)
    qtbot.waitUntil(lambda: listener.ended("run"))
    assert listener.values("run") == list(range(2000))
    assert listener.deliveries[-1].result == "done"


def test_a_new_job_replaces_the_one_before_it(worker, qtbot):
    listener = Listener(worker)
    first = worker.submit("run", endless)
    qtbot.waitUntil(lambda: listener.values("run") != [])
    second = worker.submit("run", counting(3))
    listener.deliveries.clear()
    qtbot.waitUntil(lambda: listener.ended("run"))
    assert second == first + 1
    assert {each.ticket for each in listener.deliveries} == {second}
    assert listener.values("run") == [0, 1, 2]


def test_channels_take_turns(worker, qtbot):
    listener = Listener(worker)
    worker.submit("run", endless)
    worker.submit("slice", counting(5))
    qtbot.waitUntil(lambda: listener.ended("slice"))
    assert not listener.ended("run")
    worker.cancel("run")


def test_cancelled_jobs_fall_silent(worker, qtbot):
    listener = Listener(worker)
    worker.submit("run", endless)
    qtbot.waitUntil(lambda: listener.values("run") != [])
    worker.cancel("run")
    listener.deliveries.clear()
    worker.submit("slice", counting(1))
    qtbot.waitUntil(lambda: listener.ended("slice"))
    assert listener.values("run") == []


def test_endless_work_is_delivered_at_the_display_rate(worker, qtbot):
    listener = Listener(worker)
    worker.submit("run", endless)
    qtbot.waitUntil(lambda: len(listener.deliveries) >= 5)
    worker.cancel("run")
    assert len(listener.values("run")) > 20 * len(listener.deliveries)


def test_an_error_is_delivered_with_the_values_before_it(worker, qtbot):
    listener = Listener(worker)

    def work(control):
        yield 1
        raise ValueError("no")

    worker.submit("run", work)
    qtbot.waitUntil(lambda: listener.ended("run"))
    assert listener.values("run") == [1]
    assert str(listener.deliveries[-1].error) == "no"


def test_progress_is_reported(worker, qtbot):
    def work(control):
        control.report(0.5)
        yield 1

    with qtbot.waitSignal(worker.progressed) as heard:
        worker.submit("edit", work)
    assert heard.args == ["edit", 1, 0.5]


def test_a_job_that_has_been_told_to_stop_is_left_where_it_reports():
    told = []
    with stoppable(lambda: True), pytest.raises(Stopped):
        Control(told.append).report(0.5)
    assert told == []


def test_shutdown_ends_a_job_under_way(qapp, qtbot):
    worker = Worker()
    listener = Listener(worker)
    worker.submit("run", endless)
    qtbot.waitUntil(lambda: listener.values("run") != [])
    worker.shutdown()
    assert worker.isFinished()


def test_a_job_that_does_not_stop_is_not_waited_for_beyond_patience(qapp):
    held, begun = threading.Event(), threading.Event()

    def stubborn(control):
        begun.set()
        held.wait()
        yield None

    worker = Worker()
    worker.patience = 1
    worker.submit("tool", stubborn)
    begun.wait()
    worker.shutdown()
    assert worker.isRunning()
    held.set()
    worker.patience = None
    worker.shutdown()
    assert worker.isFinished()


def test_a_job_that_comes_after_the_end_starts_nothing(qapp):
    worker = Worker()
    worker.submit("edit", counting(1))
    worker.shutdown()
    worker.submit("edit", counting(1))
    assert worker.isFinished()
    assert not worker._sweeper._timer.isActive()


def test_a_worker_that_never_worked_shuts_down(qapp):
    worker = Worker()
    worker.shutdown()
    assert not worker.isRunning()


def test_a_letter_announced_just_before_the_end_is_not_waited_for(qapp):
    worker = Worker()
    worker.submit("job", counting(10**9))
    while not worker._mailbox._letters:  # announced by a signal that this thread has not yet heard
        pass
    worker.shutdown()
    qapp.processEvents()
    assert not worker._collector.isActive()


def test_what_a_job_holds_is_put_away_when_it_is_told_to_stop(worker, qtbot):
    """Such as another process: at once, though nothing else is to be done, and when its place is taken."""
    put_away, begun = threading.Event(), threading.Event()

    def holding(control):
        try:
            while True:
                begun.set()
                yield None
        finally:
            put_away.set()

    for ending in (worker.cancel, lambda channel: worker.submit(channel, endless)):
        put_away.clear()
        begun.clear()
        worker.submit("run", holding)
        qtbot.waitUntil(begun.is_set)
        ending("run")
        qtbot.waitUntil(put_away.is_set)
    put_away.clear()
    begun.clear()
    worker.submit("other", holding)
    qtbot.waitUntil(begun.is_set)
    worker.shutdown()
    assert put_away.is_set()
