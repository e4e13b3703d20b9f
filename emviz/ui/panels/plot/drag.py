"""Dragging in a plot to another θ(0)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from emviz.em.numerics import Array

#: Interval at which the moves of a drag are passed on, in milliseconds.
FRAME = 16


class Drag(QObject):
    """The moves of a drag, at most sixty a second."""

    #: The values of θ(0), and whether they continue a drag, which is one undo step.
    requested = Signal(object, bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.active = False
        self._moved = False
        self._pending: dict[str, Array] | None = None
        self._clock = QTimer(self, singleShot=True, interval=FRAME)
        self._clock.timeout.connect(self._pass_on)

    def begin(self) -> None:
        """Start a drag."""
        self.active, self._moved, self._pending = True, False, None

    def move(self, values: dict[str, Array]) -> None:
        """Pass on the newest θ(0), now or when the interval is over."""
        self._pending = values
        if not self._clock.isActive():
            self._pass_on()

    @Slot()
    def end(self) -> None:
        """End the drag, if there is one, at the last position reported."""
        self._pass_on()
        self._clock.stop()
        self.active = False

    @Slot()
    def _pass_on(self) -> None:
        if self._pending is None:
            return
        values, self._pending = self._pending, None
        self.requested.emit(values, self._moved)
        self._moved = True
        self._clock.start()
