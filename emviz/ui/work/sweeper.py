"""Runs Python's garbage collector in the GUI thread only."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

#: Milliseconds between two checks.
LOOK = 200
#: Collections of generation 0 before one of generation 1. Each collection of accumulated steps takes
#: some milliseconds; with Python's default of ten, they took 13 in one go.
YOUNG = 2


class Sweeper(QObject):
    """Collects cyclic garbage at intervals; Python itself would do so in whichever thread allocates.

    A widget must be destroyed in the GUI thread. In another thread its destructor waits for the
    interpreter while holding locks of Qt; the GUI thread, which has the interpreter, waits for those locks.

    Parameters
    ----------
    rests : callable
        Returns whether the worker thread is idle, which leaves time for a full collection.
    """

    _working: ClassVar[int] = 0
    #: Whether Python collected by itself before, and is to go on.
    _by_python: ClassVar[bool] = True

    def __init__(self, parent: QObject, rests: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._rests = rests
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Take over from Python, before another thread starts."""
        if not self._timer.isActive():
            if not Sweeper._working:
                Sweeper._by_python = gc.isenabled()
            Sweeper._working += 1
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Hand back to Python once the worker thread has ended, unless another window's is running."""
        if self._timer.isActive():
            self._timer.stop()
            Sweeper._working -= 1
            if not Sweeper._working and Sweeper._by_python:
                gc.enable()

    @Slot()
    def _look(self) -> None:
        generation = due(gc.get_count(), gc.get_threshold(), self._rests())
        if generation is not None:
            gc.collect(generation)


def due(count: tuple[int, int, int], threshold: tuple[int, int, int], rests: bool) -> int | None:
    """Return the oldest generation that is due for collection, or None.

    Parameters
    ----------
    count, threshold : tuple of int
        For each generation, its count since the last collection, and Python's limit.
    rests : bool
        The worker is idle. During a run, a full collection would traverse all accumulated steps every time.
    """
    if rests and count[2] > threshold[2]:
        return 2
    if count[1] > YOUNG:
        return 1
    return 0 if count[0] > threshold[0] else None
