"""Has Python's garbage collected in the thread of the window alone."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

#: Milliseconds from one look to the next.
LOOK = 200
#: Collections of what is youngest before one of what they have left: each look at steps that pile up takes
#: some milliseconds, and Python's ten of them together took 13.
YOUNG = 2


class Sweeper(QObject):
    """Collects cyclic garbage from time to time, in place of Python, which does so in whichever thread it is.

    A widget that is garbage has to be destroyed in the thread of the window: elsewhere its destructor waits
    for the interpreter with locks of Qt in its hands, while the window, which has it, waits for these.

    Parameters
    ----------
    rests : callable
        Whether the other thread has nothing to do: then there is time to look through all there is.
    """

    _working: ClassVar[int] = 0

    def __init__(self, parent: QObject, rests: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._rests = rests
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Take over from Python, before another thread begins."""
        if not self._timer.isActive():
            Sweeper._working += 1
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, when the other thread has ended, and that of no other window runs."""
        if self._timer.isActive():
            self._timer.stop()
            Sweeper._working -= 1
            if not Sweeper._working:
                gc.enable()

    @Slot()
    def _look(self) -> None:
        generation = due(gc.get_count(), gc.get_threshold(), self._rests())
        if generation is not None:
            gc.collect(generation)


def due(count: tuple[int, int, int], threshold: tuple[int, int, int], rests: bool) -> int | None:
    """Return the oldest generation to be collected, or None.

    Parameters
    ----------
    count, threshold : tuple of int
        Of each generation how much has come since it was collected last, and how much Python lets come.
    rests : bool
        Nothing is computed. Else all the steps of a run would be looked through as more of them come.
    """
    if rests and count[2] > threshold[2]:
        return 2
    if count[1] > YOUNG:
        return 1
    return 0 if count[0] > threshold[0] else None
