"""Does what a panel cannot wait for in the background, and hands it what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Slot

from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

#: Yields the fraction done, None if unknown, and returns what comes of it.
Task: TypeAlias = Generator[float | None, None, object]


class Errand(Channel):
    """Does one thing at a time, the one asked for last."""

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("errand", worker, parent)
        self._then: Callable[[object], None] | None = None

    @Slot(str, object, object)
    def do(self, busy: str, task: Task | None, then: Callable[[object], None]) -> None:
        """Do something, in place of what is being done; None only ends that.

        Parameters
        ----------
        busy : str
            What it does, in words.
        task : generator or None
            Does it.
        then : callable
            Takes its result, in the thread of the window.
        """
        self._then = then
        if task is None:
            self.drop()
        else:
            self.start(busy, partial(_done, task))

    def receive(self, delivery: Delivery) -> None:
        """Hand over the result."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is not None:
            raise delivery.error
        if self._then is not None:
            self._then(delivery.result)


def _done(task: Task, control: Control) -> Generator[None, None, object]:
    return control.reporting(task)
