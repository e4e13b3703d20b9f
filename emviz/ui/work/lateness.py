"""Which background jobs take longer than half a second, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from emviz.ui.work.channel import LATE


class Lateness(QObject):
    """Names the jobs that have been running for half a second, so that nothing is shown of shorter ones."""

    #: The late jobs by name, each with the fraction done, None if unknown.
    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._fractions: dict[str, float | None] = {}
        self._patience: dict[str, QTimer] = {}

    @property
    def late(self) -> Mapping[str, float | None]:
        """The late jobs by name, each with the fraction done, None if unknown."""
        return {name: part for name, part in self._fractions.items() if not self._patience[name].isActive()}

    def begin(self, name: str) -> None:
        """Note that a job begins; one that replaces a late job is late from the first."""
        replaced = name in self._fractions and not self._patience[name].isActive()
        self._fractions[name] = None
        if replaced:
            self.changed.emit(self.late)
        else:
            self._timer_of(name).start()

    def report(self, name: str, fraction: float) -> None:
        """Note the fraction of a job that is done."""
        if name in self._fractions:
            self._fractions[name] = fraction
            if not self._patience[name].isActive():
                self.changed.emit(self.late)

    def end(self, name: str) -> None:
        """Note that a job has ended or is cancelled."""
        if name in self._fractions:
            shown = not self._patience[name].isActive()
            self._patience[name].stop()
            del self._fractions[name]
            if shown:
                self.changed.emit(self.late)

    def _timer_of(self, name: str) -> QTimer:
        if name not in self._patience:
            timer = self._patience[name] = QTimer(self, singleShot=True, interval=LATE)
            timer.timeout.connect(self._announce)
        return self._patience[name]

    @Slot()
    def _announce(self) -> None:
        self.changed.emit(self.late)
