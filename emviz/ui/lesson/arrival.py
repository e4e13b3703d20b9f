"""How long a scene of a lesson is on its way: presses that come meanwhile were not meant for it."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QTimer, Slot

#: Milliseconds that a scene has to be in sight before a press acts on it: nobody has read it sooner.
SIGHT = 150
#: What is waited for in turn. A timer of no time comes after the painting, and after the keys that were
#: pressed during it; one of some time may come before such keys.
WAITS = (0, SIGHT, 0)


class Arrival(QObject):
    """Knows whether a scene is on its way: being performed, being drawn, or in sight for a moment only."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        #: Whether it is.
        self.pending = False
        self._waits: deque[int] = deque()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._wait)

    def begin(self) -> None:
        """Say that a scene has been asked for."""
        self._timer.stop()
        self.pending = True

    def land(self) -> None:
        """Say that the scene has been put on the desk; it has still to be painted."""
        self._waits = deque(WAITS)
        self._wait()

    def end(self) -> None:
        """Say that no scene is on its way any more."""
        self._timer.stop()
        self.pending = False

    @Slot()
    def _wait(self) -> None:
        if self._waits:
            self._timer.start(self._waits.popleft())
        else:
            self.end()
