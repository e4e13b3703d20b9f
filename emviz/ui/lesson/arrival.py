"""Ignores key presses that were made before a new scene could be seen."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QTimer, Slot

#: Milliseconds for which a scene must be visible before a key acts on it.
SIGHT = 150
#: Timers that run one after another. A zero-length timer fires after painting and after keys pressed during
#: it; a longer one could fire before such keys.
WAITS = (0, SIGHT, 0)


class Arrival(QObject):
    """Knows whether a scene is arriving: being performed, drawn, or visible only for a moment."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        #: Whether a scene is arriving.
        self.pending = False
        self._waits: deque[int] = deque()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._wait)

    def begin(self) -> None:
        """Note that a scene has been requested."""
        self._timer.stop()
        self.pending = True

    def land(self) -> None:
        """Note that the scene is loaded; it still has to be painted."""
        self._waits = deque(WAITS)
        self._wait()

    def end(self) -> None:
        """Note that no scene is arriving."""
        self._timer.stop()
        self.pending = False

    @Slot()
    def _wait(self) -> None:
        if self._waits:
            self._timer.start(self._waits.popleft())
        else:
            self.end()
