"""Runs many starts in the background and collects the results."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from emviz import session as desk
from emviz.api.starting import Starts, surveyed
from emviz.em.objective.heights import landscape
from emviz.em.optima.aside import usual
from emviz.session import Session, holding
from emviz.ui.starts.bundles import bundled
from emviz.ui.work.research import Research
from emviz.ui.work.worker import Control, Worker

#: Number of the best optima that are classified.
PLACED = 5


class Search(Research):
    """Runs many starts of a session's model, one search at a time."""

    def __init__(self, session: Session, worker: Worker) -> None:
        super().__init__("starts", session, worker)
        self.found: Starts | None = None

    @property
    def ended(self) -> bool:
        """Whether all runs have ended."""
        return self.found is not None and self.found.survey.done == self.found.survey.number

    def look(self, number: int, seed: int) -> None:
        """Run a number of starts, in place of earlier ones.

        Parameters
        ----------
        seed : int
            Seed of the first start; it goes up by one for each further one.
        """
        self.found, self.heights = None, None
        self.start("Many starts", partial(_searched, self.session, number, seed))
        self.announce()

    def keep(self, value: object) -> None:
        """Keep the latest results."""
        self.found = cast("Starts", value)

    def fraction(self) -> float | None:
        """Return the fraction of the runs that have ended, None before the first."""
        return None if self.found is None else self.found.survey.done / self.found.survey.number or None


def _searched(session: Session, number: int, seed: int, control: Control) -> Iterator[object]:
    yield from bundled(_worked(session, number, seed))


def _worked(session: Session, number: int, seed: int) -> Iterator[object]:
    model, plane = session.model, session.display.axes
    last: Starts | None = None
    for found in surveyed(
        *(desk.set_limits(session, *desk.usual_limits(session)), number, seed, PLACED),
        watched=plane or (),
        processes=usual(),
    ):
        if found is not None:
            last = found
            # Records of runs are made here because the plots need each of them, so that the window need not
            # wait.
            _ = found.survey.runs
        yield found
    if plane is not None and last is not None:
        best = last.optima[0].params if last.optima else session.start
        reached = {number for each in last.optima for number in each.runs}
        ends = [ran.path[-1] for ran in last.survey.runs if ran.path and ran.number in reached]
        spans = holding(model, session.data, best, plane, [(x, y) for x, y in ends])
        yield from landscape(model, session.data, best, *plane, spans=spans)
