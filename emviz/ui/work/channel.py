"""Work of one kind in the background: what is under way, how far it has come, and giving it up."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from emviz.ui.work.worker import Delivery, Work, Worker


class Channel(QObject):
    """Has the worker do one job at a time, and receives what its latest job delivers.

    Parameters
    ----------
    name : str
        The channel of the worker.
    worker : Worker
        The background thread.
    """

    state_changed = Signal()

    def __init__(self, name: str, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What is told of the job under way; None where there is none, or nothing to tell.
        self.busy: str | None = None
        self.progress: float | None = None
        self._name = name
        self._worker = worker
        worker.delivered.connect(self._take)
        worker.progressed.connect(self._progress)

    def start(self, busy: str | None, work: Work, progress: float | None = None) -> None:
        """Start a job in place of the one before it."""
        self.busy, self.progress = busy, progress
        self._worker.submit(self._name, work)
        self.state_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give up the job that is under way."""
        self._worker.cancel(self._name)
        self.done()

    def done(self) -> None:
        """Say that nothing is under way any more."""
        self.busy, self.progress = None, None
        self.state_changed.emit()

    def receive(self, delivery: Delivery) -> None:
        """Act on what the latest job has delivered."""
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
