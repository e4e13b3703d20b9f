"""Steps EM, hard EM and the complete data together in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from PySide6.QtCore import Slot

from emviz import session as desk
from emviz.em.counts.table import CountTable
from emviz.session import Abreast, Order, Session
from emviz.ui.comparison.contest import Lane, relief
from emviz.ui.work.research import Research
from emviz.ui.work.worker import Control, Worker

STEPPING = "Stepping"


@dataclass(frozen=True)
class Sight:
    """What the dialog shows of one half-step.

    Parameters
    ----------
    ranks : Abreast
        The sessions.
    heads : tuple of CountTable
        The first rows of each count table.
    order : Order
        The order of their rows, which is that of EM in all of them.
    """

    ranks: Abreast
    heads: tuple[CountTable, ...]
    order: Order


class March(Research):
    """Steps the sessions together; going back only computes the tables again."""

    def __init__(self, session: Session, worker: Worker) -> None:
        super().__init__("abreast", session, worker)
        self.worker = worker
        self.sight: Sight | None = None
        #: The rows of the tables that are in sight because they have been scrolled to.
        self.seen: tuple[int, ...] = ()
        self._steps = False

    @property
    def ranks(self) -> Abreast | None:
        """The sessions, once they have started."""
        return None if self.sight is None else self.sight.ranks

    def begin(self, start: Mapping[str, object] | None = None) -> None:
        """Start from θ(0), the session's unless another is given."""
        self.start("The first tables", partial(_begun, self.session, start))

    @Slot()
    def step(self) -> None:
        """Do the next half-step of each session."""
        self._go(1)

    @Slot()
    def iterate(self) -> None:
        """Go to the end of the next M-step."""
        if self.ranks is not None:
            # Two half-steps from the beginning of an iteration, one from its middle.
            self._go(2 - self.ranks.place % 2)

    @Slot()
    def run(self) -> None:
        """Step until each session has ended."""
        self._go(None)

    @Slot()
    def back(self) -> None:
        """Go back one half-step."""
        if self.ranks is not None:
            self._seek(self.ranks.place - 1)

    @Slot()
    def first(self) -> None:
        """Go back to θ(0)."""
        self._seek(0)

    @Slot()
    def last(self) -> None:
        """Go to the last known half-step."""
        if self.ranks is not None:
            self._seek(self.ranks.computed)

    def keep(self, value: object) -> None:
        """Keep the new state."""
        # Only the landscape can still be running, and a step may interrupt it.
        self.sight, self._steps = cast("Sight", value), False

    def _go(self, halves: int | None) -> None:
        if self.ranks is None and self.busy is None:
            # The beginning was cancelled.
            self.begin()
        # With a key held down, further steps are requested before this one is done; they must not cancel it.
        if self.ranks is not None and not self._steps:
            self._steps = True
            stepped = partial(_stepped, self.ranks, self.seen, halves, self.heights is None)
            self.start(STEPPING, stepped)

    def _seek(self, place: int) -> None:
        if self.ranks is not None and not self._steps:
            self._steps = True
            self.start(STEPPING, partial(_sought, self.ranks, self.seen, place))

    def done(self) -> None:
        """Clear the job, so that the next step can be done."""
        self._steps = False
        super().done()


def lanes_of(ranks: Abreast) -> tuple[Lane, ...]:
    """Return the sessions as curves and paths, up to the current half-step."""
    lanes = []
    for session in ranks.sessions:
        lane = Lane(session.method, desk.raised_by(session.method, session.model))
        for step in session.trace[: session.cursor + 1]:
            lane.add(step, session.display.axes)
        lanes.append(lane)
    return tuple(lanes)


def _begun(session: Session, start: Mapping[str, object] | None, control: Control) -> Iterator[object]:
    ranks = yield from desk.beginning(session, start)
    yield from _sight(ranks)
    yield from relief(ranks.sessions[0])


def _stepped(
    ranks: Abreast, seen: Sequence[int], halves: int | None, uncharted: bool, control: Control
) -> Iterator[object]:
    most = 2 * ranks.sessions[0].iterations
    while halves is None or halves > 0:
        ranks = yield from ranks.stepping()
        halves = None if halves is None else halves - 1
        if halves is None and (ranks.place >= most or (ranks.place % 2 == 0 and ranks.settled)):
            break
        yield None
    yield from _sight(ranks, seen)
    if uncharted:
        yield from relief(ranks.sessions[0])


def _sought(ranks: Abreast, seen: Sequence[int], place: int, control: Control) -> Iterator[object]:
    yield from _sight(ranks.seek(place), seen)


def _sight(ranks: Abreast, seen: Sequence[int] = ()) -> Iterator[Sight | None]:
    """Yield the state, preceded by None after each table."""
    heads, order = list[CountTable](), desk.in_file(ranks.sessions[0])
    for found in desk.ordering(ranks.sessions[0]):
        order = order if found is None else found
        yield None
    for session in ranks.sessions:
        heads.append(desk.first_rows(session, order, seen))
        yield None
    yield Sight(ranks, tuple(heads), order)
