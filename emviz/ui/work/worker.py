"""The background thread: frozen jobs in, `(ticket, values)` out, at no more than the display's rate.

A job is a generator. Several channels (the run, the slice, the landscape, …) take turns; on each channel
the latest job replaces the one before it, whose late results bear an older ticket. What a job yields lies in
a mailbox until the window comes for it, so that a slow picture never faces a queue of older ones.
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

#: Seconds of work on tiny data before the window gets its turn, and how long that turn is at the most.
BURST, TURN = 0.001, 0.004
#: Seconds between two deliveries: more often, the panels could not take their turns in between.
FRAME = 0.033
#: The part of the work that is worth telling.
PART = 0.01


class Control:
    """What a job may ask and say while it works.

    Parameters
    ----------
    report : callable
        Takes the fraction done, 0 … 1.
    """

    def __init__(self, report: Callable[[float], None]) -> None:
        self._told = threading.Event()
        self._report = report

    def report(self, fraction: float) -> None:
        """Say how much is done; the work is left here where it has been told to stop."""
        check_stop()
        self._report(fraction)

    def reported(self, work: Generator[float | None, None, T]) -> Generator[None, None, T]:
        """Return what work finds; each further hundredth of it that is done is reported."""
        told = 0.0

        def tell(fraction: float | None) -> None:
            nonlocal told
            if fraction is not None and fraction >= told + PART:
                self.report(fraction)
                told = fraction

        return mapped(work, tell)

    def told(self) -> bool:
        """Return whether the job has been told to stop."""
        return self._told.is_set()

    def stop(self) -> None:
        """Tell the job to stop."""
        self._told.set()


Work: TypeAlias = Callable[[Control], Iterator[object]]


@dataclass(frozen=True)
class Delivery:
    """What a job has to say.

    Parameters
    ----------
    channel, ticket : str, int
        Which job.
    values : tuple
        What it has yielded since the last delivery, without the Nones.
    ended : bool
        Whether this is the last one.
    result : object
        What it returned.
    error : Exception or None
        What it raised.
    """

    channel: str
    ticket: int
    values: tuple[object, ...] = ()
    ended: bool = False
    result: object = None
    error: Exception | None = None


@dataclass
class _Task:
    """A job under way; touched by the background thread alone, but for its control."""

    channel: str
    ticket: int
    control: Control
    work: Iterator[object]

    def close(self) -> None:
        """Have the work put away now what it holds, such as another process."""
        if isinstance(self.work, Generator):
            self.work.close()


class _Mailbox:
    """Deliveries on their way from one thread to the other; those of one job lie together."""

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
        """Whether all that was delivered has been taken."""
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
        Jobs wait until it is released.
    """

    delivered = Signal(object)
    #: All that came together has been delivered.
    collected = Signal()
    progressed = Signal(str, int, float)
    _posted = Signal()

    def __init__(self, held: bool = False) -> None:
        super().__init__()
        self._held = held
        self.patience: int | None = None
        #: Whether more of what came together may still be delivered.
        self.delivering = False
        self._rests = True
        self._sweeper = Sweeper(self, lambda: self._rests)
        self._repose = Repose()
        self._mailbox = _Mailbox()
        self._collected_at = 0.0
        # A timer waits its turn behind the mouse and the keys; a signal would push in before them.
        self._collector = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._collector.timeout.connect(self._collect)
        self._posted.connect(self._expect)
        self._condition = threading.Condition()
        self._waiting: dict[str, _Task] = {}
        self._controls: dict[str, Control] = {}
        self._tickets: dict[str, int] = {}
        self._closing = False

    def submit(self, channel: str, work: Work) -> int:
        """Start a job in place of the one before it on its channel; return its ticket."""
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
        """Do what has been waiting, and from now on each job at once."""
        self._held = False
        if self._waiting:
            self._begin()

    def _begin(self) -> None:
        # A field that is left as the window closes may still ask for its edit.
        if not (self._closing or self._held or self.isRunning()):
            self._sweeper.start()
            self.start()

    def cancel(self, channel: str) -> None:
        """End the job of a channel where its work can next be left; what it still delivers is out of date."""
        with self._condition:
            self._tickets[channel] = self._tickets.get(channel, 0) + 1
            self._stop(channel)

    def current(self, delivery: Delivery) -> bool:
        """Return whether a delivery is of the latest job on its channel."""
        return self._tickets.get(delivery.channel) == delivery.ticket

    def shutdown(self) -> None:
        """Stop every job, and wait until the thread has ended, or for `patience` milliseconds.

        A job that is not stopped by then, in the middle of one long unit of its work, is abandoned; the
        process must then end without destroying the thread.
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
        # A letter may have been announced just before the thread ended.
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
        """Take over the jobs that have come in; sleep while there is nothing to do."""
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
        """Work on a task for a moment; return whether it goes on."""
        until = time.perf_counter() + BURST
        values: list[object] = []
        while not task.control.told() and time.perf_counter() < until:
            try:
                with stoppable(task.control.told):
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
        return not task.control.told()

    def _end(
        self, task: _Task, values: list[object], result: object = None, error: Exception | None = None
    ) -> bool:
        self._post(Delivery(task.channel, task.ticket, tuple(values), True, result, error))
        return False

    def _post(self, delivery: Delivery) -> None:
        if self._mailbox.put(delivery):
            self._posted.emit()

    def run(self) -> None:
        """Work until told to close."""
        active: dict[str, _Task] = {}
        while not self._closing:
            self._take(active)
            began = time.perf_counter()
            for channel, task in tuple(active.items()):
                if not self._burst(task):
                    active.pop(channel).close()
            # Short bursts hold the interpreter; long array operations have already let it go.
            if active and time.perf_counter() - began < TURN + BURST:
                self._give_way()
        for task in active.values():
            task.close()

    def _give_way(self) -> None:
        """Let the window have its turn: all of it where it has to draw what came, else until it is done."""
        until = time.perf_counter() + TURN
        while time.perf_counter() < until and not (self._mailbox.empty and self._repose.lasts()):
            time.sleep(BURST)
