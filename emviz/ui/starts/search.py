"""Has many starts run in the background, and keeps what they have led to so far."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, Signal

from emviz import session as desk
from emviz.api.starting import Starts, surveyed
from emviz.em.aside import usual
from emviz.em.bound import Heights, landscape
from emviz.em.domains import ParameterError
from emviz.em.model import ModelError
from emviz.em.pictures import Landscape
from emviz.session import Session
from emviz.ui.errors import sentence_of
from emviz.ui.starts.bundles import bundled
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

#: Of so many optima, the best ones, it is found out what kind of place they are.
PLACED = 5


class Search(Channel):
    """Runs many starts, one search at a time.

    Parameters
    ----------
    session : Session
        Gives the model, the data, the method, and when a run stops.
    worker : Worker
        The background thread.
    """

    advanced = Signal()
    refused = Signal(str)

    def __init__(self, session: Session, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__("starts", worker, parent)
        self.session = session
        self.found: Starts | None = None
        #: The landscape of what EM raises, where the model has one.
        self.heights: Heights | None = None

    @property
    def ended(self) -> bool:
        """Whether every run has ended."""
        return self.found is not None and self.found.survey.done == self.found.survey.number

    def look(self, number: int, seed: int) -> None:
        """Have this many starts run, in place of those before.

        Parameters
        ----------
        seed : int
            What the first is drawn with; each next one with the next whole number.
        """
        self.found, self.heights = None, None
        self.start("Many starts", partial(_searched, self.session, number, seed), 0.0)
        self.advanced.emit()

    def receive(self, delivery: Delivery) -> None:
        """Keep what has been found."""
        for value in delivery.values:
            if isinstance(value, Starts):
                self.found = value
            elif isinstance(value, Heights):
                self.heights = value
        if self.found is not None:
            self.progress = self.found.survey.done / self.found.survey.number
        if delivery.ended:
            self.done()
        self.advanced.emit()
        if isinstance(delivery.error, ParameterError | ModelError):
            self.refused.emit(sentence_of(delivery.error))
        elif delivery.error is not None:
            raise delivery.error


def _searched(session: Session, number: int, seed: int, control: Control) -> Iterator[object]:
    yield from bundled(_worked(session, number, seed))


def _worked(session: Session, number: int, seed: int) -> Iterator[object]:
    model, axes = session.model, session.display.axes
    plane = axes if any(isinstance(view, Landscape) for view in desk.views(session)) else None
    last: Starts | None = None
    for found in surveyed(
        *(desk.set_limits(session, *desk.usual_limits(session)), number, seed, PLACED),
        watched=plane or (),
        processes=usual(),
    ):
        if found is not None:
            last = found
            # The pictures look at each run: its record is made here, so that the window need not wait.
            _ = found.survey.runs
        yield found
    if plane is not None and last is not None:
        best = last.optima[0].params if last.optima else session.start
        yield from landscape(model, session.data, best, *plane)
