"""Background work of one kind: what is running, its progress, and how to cancel it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from emviz.ui.work.worker import Delivery, Work, Worker

#: Milliseconds after which work that is mostly done at once is shown as under way.
LATE = 500


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
        self._late: str | None = None
        self._patience = QTimer(self, singleShot=True, interval=LATE)
        self._patience.timeout.connect(self._lose_patience)
        self._worker = worker
        worker.delivered.connect(self._take)
        worker.progressed.connect(self._progress)

    def start(
        self, busy: str | None, work: Work, progress: float | None = None, late: str | None = None
    ) -> None:
        """Start a job in place of the one before it.

        Parameters
        ----------
        busy, progress : str or None, float or None
            What is shown of it from the first.
        late : str, optional
            What is shown where it takes longer than half a second.
        """
        self.busy, self.progress, self._late = busy, progress, late
        self._patience.stop()
        if late is not None:
            self._patience.start()
        self._worker.submit(self._name, work)
        self.state_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Cancel the running job."""
        self._worker.cancel(self._name)
        self.done()

    def done(self) -> None:
        """Clear the job and its progress."""
        self._patience.stop()
        self.busy, self.progress, self._late = None, None, None
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
        if channel == self._name and (self.busy or self._late):
            self.progress = fraction
            if self.busy:
                self.state_changed.emit()

    @Slot()
    def _lose_patience(self) -> None:
        self.busy = self._late
        self.state_changed.emit()
