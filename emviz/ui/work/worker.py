"""The background thread: takes frozen jobs and delivers `(ticket, values)` at most once per frame.

A job is a generator. Several channels (the run, the slice, the landscape, …) take turns. On each channel a
new job replaces the previous one, whose late results carry an older ticket. Yielded values wait in a mailbox
until the window collects them, so a slow panel never faces a queue of old results.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QDeadlineTimer, Qt, QThread, QTimer, Signal, Slot

from emviz.em.work import Stopped, check_stop, mapped, stoppable
from emviz.ui.work.repose import Repose
from emviz.ui.work.sweeper import Sweeper

T = TypeVar("T")

#: Seconds of work on tiny data before the window gets a turn, and the maximum length of that turn.
BURST, TURN = 0.001, 0.004
#: Seconds between two deliveries; with less, panels would have no time for their turns in between.
FRAME = 0.033
#: Smallest progress worth reporting.
PART = 0.01


class Control:
    """The interface through which a running job reports progress and learns that it must stop.

    Parameters
    ----------
    report : callable
        Takes the fraction done, 0 … 1.
    """

    def __init__(self, report: Callable[[float], None]) -> None:
        self._stopping = threading.Event()
        self._report = report
        self._reported = 0.0

    def report(self, fraction: float) -> None:
        """Report the fraction done, in steps of at least one hundredth.

        Raises
        ------
        Stopped
            If the job must stop.
        """
        check_stop()
        # The next part of a job may begin at 0 again.
        if abs(fraction - self._reported) >= PART:
            self._reported = fraction
            self._report(fraction)

    def reporting(self, work: Generator[float | None, None, T]) -> Generator[None, None, T]:
        """Return the result of `work`, reporting the fractions that it yields."""
        return mapped(work, lambda part: None if part is None else self.report(part))

    def stopping(self) -> bool:
        """Return whether the job must stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Ask the job to stop."""
        self._stopping.set()


Work: TypeAlias = Callable[[Control], Iterator[object]]


@dataclass(frozen=True)
class Delivery:
    """Values, result or error of a job.

    Parameters
    ----------
    channel, ticket : str, int
        Identify the job.
    values : tuple
        Values yielded since the last delivery, without None.
    ended : bool
        Whether this is the job's last delivery.
    result : object
        Return value of the job.
    error : Exception or None
        Exception raised by the job.
    """

    channel: str
    ticket: int
    values: tuple[object, ...] = ()
    ended: bool = False
    result: object = None
    error: Exception | None = None


@dataclass
class _Task:
    """A running job; used by the background thread only, except for `control`."""

    channel: str
    ticket: int
    control: Control
    work: Iterator[object]

    def close(self) -> None:
        """Close the generator now, so that it releases resources such as another process."""
        if isinstance(self.work, Generator):
            self.work.close()


class _Mailbox:
    """Deliveries in transit between the threads, grouped by job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._letters: dict[tuple[str, int], list[Delivery]] = {}

    def put(self, delivery: Delivery) -> bool:
        """Add a delivery; return whether the mailbox was empty."""
        with self._lock:
            empty = not self._letters
            self._letters.setdefault((delivery.channel, delivery.ticket), []).append(delivery)
            return empty

    @property
    def empty(self) -> bool:
        """Whether everything delivered has been collected."""
        return not self._letters

    def take(self) -> list[Delivery]:
        """Return one delivery for each job, and leave the mailbox empty."""
        with self._lock:
            letters, self._letters = self._letters, {}
        return [_joined(several) for several in letters.values()]


def _joined(several: list[Delivery]) -> Delivery:
    values = tuple(value for delivery in several for value in delivery.values)
    return replace(several[-1], values=values)


class Worker(QThread):
    """Runs jobs of several channels in turn.

    Parameters
    ----------
    held : bool
        Jobs wait until `release` is called.
    """

    delivered = Signal(object)
    #: Emitted after all deliveries of one collection.
    collected = Signal()
    progressed = Signal(str, int, float)
    _posted = Signal()

    def __init__(self, held: bool = False) -> None:
        super().__init__()
        self._held = held
        self.patience: int | None = None
        #: Whether more deliveries of the current collection may follow.
        self.delivering = False
        self._rests = True
        self._sweeper = Sweeper(self, lambda: self._rests)
        self._repose = Repose()
        self._mailbox = _Mailbox()
        self._collected_at = 0.0
        # A timer lets mouse and keyboard events go first; a queued signal would be handled before them.
        self._collector = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._collector.timeout.connect(self._collect)
        self._posted.connect(self._expect)
        self._condition = threading.Condition()
        self._waiting: dict[str, _Task] = {}
        self._controls: dict[str, Control] = {}
        self._tickets: dict[str, int] = {}
        self._closing = False

    def submit(self, channel: str, work: Work) -> int:
        """Start a job, replacing the previous one on its channel; return its ticket."""
        with self._condition:
            ticket = self._tickets[channel] = self._tickets.get(channel, 0) + 1
            control = Control(lambda fraction: self.progressed.emit(channel, ticket, fraction))
            self._stop(channel)
            self._controls[channel] = control
            self._waiting[channel] = _Task(channel, ticket, control, work(control))
            self._condition.notify()
        self._begin()
        return ticket

    @Slot()
    def release(self) -> None:
        """Start the waiting jobs, and from now on each job at once."""
        self._held = False
        if self._waiting:
            self._begin()

    def _begin(self) -> None:
        # An edit field that loses focus while the window closes may still submit a job.
        if not (self._closing or self._held or self.isRunning()):
            self._sweeper.start()
            self.start()

    def cancel(self, channel: str) -> None:
        """Stop the job of a channel at its next check; anything it still delivers is out of date."""
        with self._condition:
            self._tickets[channel] = self._tickets.get(channel, 0) + 1
            self._stop(channel)

    def current(self, delivery: Delivery) -> bool:
        """Return whether a delivery comes from the latest job on its channel."""
        return self._tickets.get(delivery.channel) == delivery.ticket

    def shutdown(self) -> None:
        """Stop all jobs and wait for the thread to end, at most `patience` milliseconds.

        A job that is still inside one long unit of work by then is abandoned; the process must then end
        without destroying the thread.
        """
        with self._condition:
            self._closing = True
            for channel in tuple(self._controls):
                self._stop(channel)
            self._condition.notify()
        ended = self.wait(QDeadlineTimer(-1 if self.patience is None else self.patience))
        self._collector.stop()
        if ended:
            self._sweeper.stop()

    @Slot()
    def _expect(self) -> None:
        # A delivery may have been announced just before the thread ended.
        if self._closing:
            return
        waited = time.perf_counter() - self._collected_at
        self._collector.start(max(0, round((FRAME - waited) * 1000)))

    @Slot()
    def _collect(self) -> None:
        self.delivering = True
        try:
            for delivery in self._mailbox.take():
                self.delivered.emit(delivery)
        finally:
            self.delivering = False
        self.collected.emit()
        self._collected_at = time.perf_counter()

    def _stop(self, channel: str) -> None:
        self._waiting.pop(channel, None)
        control = self._controls.pop(channel, None)
        if control is not None:
            control.stop()

    def _take(self, active: dict[str, _Task]) -> None:
        """Take over new jobs; sleep while there are none."""
        with self._condition:
            self._rests = not (active or self._waiting)
            while not (active or self._waiting or self._closing):
                self._condition.wait()
            self._rests = False
            for channel, task in self._waiting.items():
                if channel in active:
                    active[channel].close()
                active[channel] = task
            self._waiting.clear()

    def _burst(self, task: _Task) -> bool:
        """Work on a task for a moment; return whether it continues."""
        until = time.perf_counter() + BURST
        values: list[object] = []
        while not task.control.stopping() and time.perf_counter() < until:
            try:
                with stoppable(task.control.stopping):
                    value = next(task.work)
            except Stopped:
                return False
            except StopIteration as stop:
                return self._end(task, values, result=stop.value)
            except Exception as error:
                return self._end(task, values, error=error)
            if value is not None:
                values.append(value)
        if values:
            self._post(Delivery(task.channel, task.ticket, tuple(values)))
        return not task.control.stopping()

    def _end(
        self, task: _Task, values: list[object], result: object = None, error: Exception | None = None
    ) -> bool:
        self._post(Delivery(task.channel, task.ticket, tuple(values), True, result, error))
        return False

    def _post(self, delivery: Delivery) -> None:
        if self._mailbox.put(delivery):
            self._posted.emit()

    def run(self) -> None:
        """Work until the worker is closed."""
        active: dict[str, _Task] = {}
        while not self._closing:
            self._take(active)
            began = time.perf_counter()
            for channel, task in tuple(active.items()):
                if not self._burst(task):
                    active.pop(channel).close()
            # Short bursts hold the interpreter lock; long array operations have already released it.
            if active and time.perf_counter() - began < TURN + BURST:
                self._give_way()
        for task in active.values():
            task.close()

    def _give_way(self) -> None:
        """Yield to the GUI thread: a full turn if it has results to draw, otherwise until it is idle."""
        until = time.perf_counter() + TURN
        while time.perf_counter() < until and not (self._mailbox.empty and self._repose.lasts()):
            time.sleep(BURST)
