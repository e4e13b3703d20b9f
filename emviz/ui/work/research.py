"""Long computations about a session: done in the background, with results kept as they arrive."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal

from emviz.em.domains import ParameterError
from emviz.em.model import ModelError
from emviz.em.objective.heights import Heights
from emviz.session import Session
from emviz.ui.errors import sentence_of
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Delivery, Worker

#: Milliseconds between two updates of the display while a job runs.
PAUSE = 100


class Research(Channel):
    """Computes one thing at a time, and the landscape around it.

    Parameters
    ----------
    name : str
        The channel of the worker.
    session : Session
        Supplies the model, the data, the method, θ(0) and the stopping rule.
    worker : Worker
        The background thread.
    """

    #: Results have changed; and the display should be updated, which happens at most every `PAUSE` and at the
    #: end.
    advanced, ripe = Signal(), Signal()
    refused = Signal(str)

    def __init__(self, name: str, session: Session, worker: Worker) -> None:
        super().__init__(name, worker)
        self.session = session
        #: The landscape of the objective, if it can be computed.
        self.heights: Heights | None = None
        self._clock = QTimer(self, singleShot=True, interval=PAUSE)
        self._clock.timeout.connect(self.ripe)

    def keep(self, value: object) -> None:
        """Keep a result."""
        raise NotImplementedError

    def fraction(self) -> float | None:
        """Return the fraction done, None if unknown."""
        return self.progress

    def receive(self, delivery: Delivery) -> None:
        """Keep the results, and report a user error or raise any other."""
        for value in delivery.values:
            if isinstance(value, Heights):
                self.heights = None if value.withheld else value
            else:
                self.keep(value)
        self.progress = self.fraction()
        if delivery.ended:
            self.done()
        self.announce()
        if isinstance(delivery.error, ParameterError | ModelError):
            self.refused.emit(sentence_of(delivery.error))
        elif delivery.error is not None:
            raise delivery.error

    def announce(self) -> None:
        """Signal that the results have changed."""
        self.advanced.emit()
        if self.busy is None:
            self.ripe.emit()
        elif not self._clock.isActive():
            self._clock.start()

    def done(self) -> None:
        """Stop the display timer and clear the job."""
        self._clock.stop()
        super().done()
