"""What takes long to find out about a session: worked out in the background, and kept as it comes."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal

from emviz.em.bound import Heights
from emviz.em.domains import ParameterError
from emviz.em.model import ModelError
from emviz.session import Session
from emviz.ui.errors import sentence_of
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Delivery, Worker

#: Milliseconds between two pictures of what is under way.
PAUSE = 100


class Research(Channel):
    """Finds out one thing at a time, and the landscape around it.

    Parameters
    ----------
    name : str
        The channel of the worker.
    session : Session
        Gives the model, the data, the method, θ(0), and when a run stops.
    worker : Worker
        The background thread.
    """

    #: There is more than before; it is time to show it: at the end at once, and before that now and then.
    advanced, ripe = Signal(), Signal()
    refused = Signal(str)

    def __init__(self, name: str, session: Session, worker: Worker) -> None:
        super().__init__(name, worker)
        self.session = session
        #: The landscape of what EM raises, where the model has one.
        self.heights: Heights | None = None
        self._clock = QTimer(self, singleShot=True, interval=PAUSE)
        self._clock.timeout.connect(self.ripe)

    def keep(self, value: object) -> None:
        """Keep what has been found."""
        raise NotImplementedError

    def fraction(self) -> float | None:
        """Return how much is done, as far as that can be told."""
        return self.progress

    def receive(self, delivery: Delivery) -> None:
        """Keep what has been found, and say why no more will be."""
        for value in delivery.values:
            if isinstance(value, Heights):
                self.heights = value
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
        """Say that there is more, or something else, than before."""
        self.advanced.emit()
        if self.busy is None:
            self.ripe.emit()
        elif not self._clock.isActive():
            self._clock.start()

    def done(self) -> None:
        """Say that nothing is under way any more."""
        self._clock.stop()
        super().done()
