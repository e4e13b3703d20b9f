"""The background thread: frozen jobs in, `(ticket, values)` out, at no more than the display's rate.

A job is a generator. Several channels (the run, the slice, the landscape, …) take turns; on each channel
the latest job replaces the one before it, whose late results bear an older ticket.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtCore import QThread, Signal

#: Seconds of work on tiny data before the window gets its turn, and how long that turn is.
BURST, TURN = 0.001, 0.004
#: Seconds between two deliveries of one job: a frame at 60 Hz.
FRAME = 0.016


class Control:
    """What a job may ask and say while it works.

    Parameters
    ----------
    report : callable
        Takes the fraction done, 0 … 1.
    """

    def __init__(self, report: Callable[[float], None]) -> None:
        self._told = threading.Event()
        self.report = report

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
    values: list[object] = field(default_factory=list)
    delivered_at: float = 0.0


class Worker(QThread):
    """Runs jobs of several channels in turn."""

    delivered = Signal(object)
    progressed = Signal(str, int, float)

    def __init__(self) -> None:
        super().__init__()
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
        if not self.isRunning():
            self.start()
        return ticket

    def cancel(self, channel: str) -> None:
        """End the job of a channel within one unit of its work; what it still delivers is out of date."""
        with self._condition:
            self._tickets[channel] = self._tickets.get(channel, 0) + 1
            self._stop(channel)

    def current(self, delivery: Delivery) -> bool:
        """Return whether a delivery is of the latest job on its channel."""
        return self._tickets.get(delivery.channel) == delivery.ticket

    def shutdown(self) -> None:
        """Stop every job, and wait until the thread has ended."""
        with self._condition:
            self._closing = True
            for channel in tuple(self._controls):
                self._stop(channel)
            self._condition.notify()
        self.wait()

    def _stop(self, channel: str) -> None:
        self._waiting.pop(channel, None)
        control = self._controls.pop(channel, None)
        if control is not None:
            control.stop()

    def _take(self, active: dict[str, _Task]) -> None:
        """Take over the jobs that have come in; sleep while there is nothing to do."""
        with self._condition:
            while not (active or self._waiting or self._closing):
                self._condition.wait()
            active.update(self._waiting)
            self._waiting.clear()

    def _burst(self, task: _Task) -> bool:
        """Work on a task for a moment; return whether it goes on."""
        until = time.perf_counter() + BURST
        while not task.control.told():
            try:
                value = next(task.work)
            except StopIteration as stop:
                return self._end(task, result=stop.value)
            except Exception as error:
                return self._end(task, error=error)
            if value is not None:
                task.values.append(value)
            if time.perf_counter() >= until:
                self._deliver_in_time(task)
                return True
        return False

    def _deliver_in_time(self, task: _Task) -> None:
        now = time.perf_counter()
        if task.values and now - task.delivered_at >= FRAME:
            task.delivered_at = now
            values, task.values = tuple(task.values), []
            self.delivered.emit(Delivery(task.channel, task.ticket, values))

    def _end(self, task: _Task, result: object = None, error: Exception | None = None) -> bool:
        values = tuple(task.values)
        self.delivered.emit(Delivery(task.channel, task.ticket, values, True, result, error))
        return False

    def run(self) -> None:
        """Work until told to close."""
        active: dict[str, _Task] = {}
        while not self._closing:
            self._take(active)
            began = time.perf_counter()
            for channel, task in tuple(active.items()):
                if not self._burst(task):
                    active.pop(channel)
            # Short bursts hold the interpreter; long array operations have already let it go.
            if active and time.perf_counter() - began < TURN + BURST:
                time.sleep(TURN)
