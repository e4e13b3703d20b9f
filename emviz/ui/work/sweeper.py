"""Has Python's garbage collected in the thread of the window alone."""

from __future__ import annotations

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

#: Milliseconds from one look to the next.
LOOK = 200


class Sweeper(QObject):
    """Collects cyclic garbage from time to time, in place of Python, which does so in whichever thread it is.

    A widget that is garbage has to be destroyed in the thread of the window: elsewhere its destructor waits
    for the interpreter with locks of Qt in its hands, while the window, which has it, waits for these.
    """

    _working: ClassVar[int] = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
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
        """Collect the oldest generation that is due."""
        due = [seen > most for seen, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(due):
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))
