"""Runs shared with other processes, for models that run one start at a time and leave the other cores idle.

A process is spawned afresh, so that it inherits neither Qt nor threads. As this costs about as much as a
second of runs, it only happens once the work has taken a while. If no process can be started, or one dies,
its runs are done here.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import TypeAlias

import numpy as np

from emviz.em.methods import Method
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.optima.batches import Coming, Ended, Terms, alone
from emviz.em.work import blocks

#: Seconds of runs before other processes are started, and between two polls of their results.
PATIENCE, LOOK = 1.0, 0.004
#: Runs queued at another process, so that it has the next one when it finishes the first.
AHEAD = 2
#: Bytes sent to another process at a time.
PIECE = 1 << 20

#: The number of a start, and its θ(0).
Task: TypeAlias = tuple[int, Fields]


def usual() -> int:
    """Return the default number of processes: two, or one on a single core."""
    return min(2, os.cpu_count() or 1)


def shared(
    model: AnyModel, data: object, starts: Iterator[Fields], terms: Terms, method: Method, processes: int
) -> Coming:
    """Yield the runs from all starts in order, as soon as possible; yield None in between, to be cancelled.

    Parameters
    ----------
    processes : int
        The number of processes, including this one.
    """
    crew = _Crew(model, data, starts, terms, method, processes - 1)
    try:
        yield from crew.work()
    finally:
        crew.leave()


class _Crew:
    """Several processes, including this one, with one list of starts."""

    def __init__(
        self,
        model: AnyModel,
        data: object,
        starts: Iterator[Fields],
        terms: Terms,
        method: Method,
        others: int,
    ) -> None:
        self._problem = model, data, terms, method
        self._tasks, self._back = enumerate(starts), list[Task]()
        self._wanted, self._others = others, list[_Other]()
        self._done: dict[int, Ended] = {}
        self._next = 0
        self._looked, self._patient_until = 0.0, time.perf_counter() + PATIENCE

    def work(self) -> Coming:
        """Do the runs, as `shared`."""
        model, data, terms, method = self._problem
        while True:
            task = self._taken()
            if task is None and not any(other.tasks for other in self._others):
                return
            for ended in alone(model, data, task[1], task[0], terms, method) if task else self._waited():
                if ended is not None:
                    self._keep(ended)
                self._look()
                yield None
            # Results are yielded in the order of the starts, so that the survey is the same as of one
            # process.
            while self._next in self._done:
                yield self._done.pop(self._next)
                self._next += 1

    def leave(self) -> None:
        """Kill the other processes."""
        for other in self._others:
            other.end()
        self._others = []

    def _taken(self) -> Task | None:
        return self._back.pop() if self._back else next(self._tasks, None)

    def _keep(self, ended: Ended) -> None:
        self._done[int(ended.numbers[0])] = ended

    def _waited(self) -> Iterator[None]:
        """Wait a moment: no run is left to start here."""
        time.sleep(LOOK)
        yield None

    def _look(self) -> None:
        """Collect results of the others and queue more runs; start them once the work has taken a while."""
        now = time.perf_counter()
        if now - self._looked < LOOK:
            return
        self._looked = now
        if self._wanted and now >= self._patient_until:
            self._others, self._wanted = [*_started(self._problem, self._wanted)], 0
        for other in tuple(self._others):
            try:
                for ended in other.found():
                    self._keep(ended)
                while other.ready and len(other.tasks) < AHEAD and (task := self._taken()) is not None:
                    other.give(task)
            except (EOFError, OSError):
                # It has died: its runs go back on the list.
                self._back += other.tasks.items()
                self._others.remove(other)
                other.end()


def _started(problem: tuple[AnyModel, object, Terms, Method], many: int) -> Iterator[_Other]:
    """Yield started processes; fewer if that fails."""
    # A model that was loaded from a path, or that holds a function, cannot be pickled.
    with suppress(pickle.PicklingError, AttributeError, TypeError, OSError):
        packed = _packed(problem)
        for _ in range(many):
            yield _Other(packed)


def _packed(problem: tuple[AnyModel, object, Terms, Method]) -> list[memoryview]:
    """Return the pickled problem; large arrays are separate buffers, without a copy."""
    apart = list[pickle.PickleBuffer]()
    first = pickle.dumps(problem, protocol=5, buffer_callback=apart.append)
    return [memoryview(first), *(each.raw() for each in apart)]


def _send(line: Connection, packed: list[memoryview]) -> None:
    """Send the buffers in pieces, between which it can be cancelled, since the data may be large."""
    line.send([len(part) for part in packed])
    for part in packed:
        for piece in blocks(len(part), PIECE):
            line.send_bytes(part[piece])


def _sent(line: Connection) -> list[bytearray]:
    """Return the buffers that `_send` has sent."""
    packed = [bytearray(size) for size in line.recv()]
    for part in packed:
        for piece in blocks(len(part), PIECE):
            line.recv_bytes_into(memoryview(part)[piece])
    return packed


class _Other:
    """Another process, which does runs one after another.

    Parameters
    ----------
    packed : list of memoryview
        Model, data, terms and method.
    """

    def __init__(self, packed: list[memoryview]) -> None:
        self.ready = False
        #: The runs that it has been given and has not finished.
        self.tasks: dict[int, Fields] = {}
        self._packed = packed
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def found(self) -> Generator[Ended, None, None]:
        """Yield the runs that it has finished."""
        while self._line.poll():
            ended = self._line.recv()
            if ended is None:
                # It is up and reading, so sending the problem does not block.
                _send(self._line, self._packed)
                self.ready = True
            else:
                del self.tasks[int(ended.numbers[0])]
                yield ended

    def give(self, task: Task) -> None:
        """Queue one more run."""
        number, params = task
        self.tasks[number] = params
        self._line.send((number, fields_of(params)))

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.join()
        self._line.close()


def serve(line: Connection) -> None:
    """Do runs from a connection until it closes: the main function of another process."""
    # Ctrl+C reaches every process of a terminal; the main process ends this one in an orderly way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    np.seterr(all="ignore")
    # A failed run is repeated by the main process, which reports the error.
    with suppress(Exception):
        labour(line)


def _follow() -> None:
    """End this process when its parent ends for any reason."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def labour(line: Connection) -> None:
    """Do runs from a connection.

    Raises
    ------
    EOFError
        When it closes.
    """
    line.send(None)
    first, *apart = _sent(line)
    model, data, terms, method = pickle.loads(first, buffers=apart)
    while True:
        number, fields = line.recv()
        given: dict[str, Array] = fields
        for ended in alone(model, data, model.make_params(given), number, terms, method):
            if ended is not None:
                line.send(ended)
