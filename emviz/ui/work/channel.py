"""Background work of one kind: what is running, its progress, and how to cancel it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from emviz.ui.work.worker import Delivery, Work, Worker


class Channel(QObject):
    """Runs one background job at a time and receives the results of the latest one.

    Parameters
    ----------
    name : str
        Name of the worker's channel.
    worker : Worker
        The background thread.
    """

    state_changed = Signal()

    def __init__(self, name: str, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: Description of the running job; None if nothing runs or the job is too short to mention.
        self.busy: str | None = None
        self.progress: float | None = None
        self._name = name
        self._worker = worker
        worker.delivered.connect(self._take)
        worker.progressed.connect(self._progress)

    def start(self, busy: str | None, work: Work, progress: float | None = None) -> None:
        """Start a job; it replaces the one before it."""
        self.busy, self.progress = busy, progress
        self._worker.submit(self._name, work)
        self.state_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Cancel the running job."""
        self._worker.cancel(self._name)
        self.done()

    def done(self) -> None:
        """Clear the job and its progress."""
        self.busy, self.progress = None, None
        self.state_changed.emit()

    def receive(self, delivery: Delivery) -> None:
        """Handle results of the latest job."""
        raise NotImplementedError

    @Slot(object)
    def _take(self, delivery: Delivery) -> None:
        if delivery.channel == self._name and self._worker.current(delivery):
            self.receive(delivery)

    @Slot(str, int, float)
    def _progress(self, channel: str, ticket: int, fraction: float) -> None:
        if channel == self._name and self.busy:
            self.progress = fraction
            self.state_changed.emit()
