"""Background work of one kind: what is running, its progress, and how to cancel it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from emviz.ui.work.worker import Delivery, Work, Worker

#: Milliseconds after which work is shown; most is done before.
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
    #: A sentence on what has been cancelled.
    cancelled = Signal(str)

    def __init__(self, name: str, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What the running job does; None if nothing runs or nothing that is worth a word.
        self.busy: str | None = None
        #: The fraction done, None if unknown.
        self.progress: float | None = None
        self._name = name
        self._patience = QTimer(self, singleShot=True, interval=LATE)
        self._patience.timeout.connect(self.state_changed)
        self._worker = worker
        worker.delivered.connect(self._take)
        worker.progressed.connect(self._progress)

    @property
    def shown(self) -> str | None:
        """What to show of the running job: nothing during its first half second."""
        return None if self._patience.isActive() else self.busy

    def start(self, busy: str | None, work: Work, progress: float | None = None) -> None:
        """Start a job; in place of another it goes on with the half second of that one.

        Parameters
        ----------
        busy : str or None
            What it does, in words; None for what is never shown.
        progress : float or None
            The fraction done so far, None if unknown.
        """
        goes_on, self.busy, self.progress = self.busy is not None, busy, progress
        if busy is None:
            self._patience.stop()
        elif not goes_on:
            self._patience.start()
        self._worker.submit(self._name, work)
        self.state_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Cancel the running job, and say so."""
        busy = self.busy
        self.drop()
        if busy is not None:
            self.cancelled.emit(self.words_cancelled(busy))

    def drop(self) -> None:
        """Stop the running job, which nobody needs any more."""
        self._worker.cancel(self._name)
        self.done()

    def words_cancelled(self, busy: str) -> str:
        """Return the sentence on a job that has been cancelled."""
        # Abbreviations keep their capitals.
        return f"Cancelled: {busy[:1].lower() if busy[1:2].islower() else busy[:1]}{busy[1:]}."

    def done(self) -> None:
        """Clear the job and its progress."""
        self._patience.stop()
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
        if channel == self._name and self.busy is not None:
            self.progress = fraction
            if self.shown is not None:
                self.state_changed.emit()
