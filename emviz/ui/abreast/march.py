"""Has the ways of counting stepped together in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from PySide6.QtCore import Slot

from emviz import session as desk
from emviz.em.views import CountTable
from emviz.session import Abreast, Session
from emviz.ui.comparison.contest import Lane, relief
from emviz.ui.work.research import Research
from emviz.ui.work.worker import Control, Worker


@dataclass(frozen=True)
class Sight:
    """What is to be seen at one half-step.

    Parameters
    ----------
    ranks : Abreast
        The ways of counting.
    heads : tuple of CountTable
        The first rows of the table of each.
    """

    ranks: Abreast
    heads: tuple[CountTable, ...]


class March(Research):
    """Steps the ways of counting together; going back costs a table each."""

    def __init__(self, session: Session, worker: Worker) -> None:
        super().__init__("abreast", session, worker)
        self.sight: Sight | None = None

    @property
    def ranks(self) -> Abreast | None:
        """The ways of counting, as soon as they have begun."""
        return None if self.sight is None else self.sight.ranks

    def begin(self, start: Mapping[str, object] | None = None) -> None:
        """Begin at θ(0), that of the session unless another is given."""
        self.start("Beginning", partial(_begun, self.session, start))

    @Slot()
    def step(self) -> None:
        """Do the next half-step of each."""
        self._go(1)

    @Slot()
    def iterate(self) -> None:
        """Go on to the end of the next M-step."""
        if self.ranks is not None:
            self._go(2 - self.ranks.place % 2)

    @Slot()
    def run(self) -> None:
        """Go on until each has come to an end."""
        self._go(None)

    @Slot()
    def back(self) -> None:
        """Go back a half-step."""
        if self.ranks is not None:
            self._seek(self.ranks.place - 1)

    @Slot()
    def first(self) -> None:
        """Go back to θ(0)."""
        self._seek(0)

    @Slot()
    def last(self) -> None:
        """Go to the last half-step that is known."""
        if self.ranks is not None:
            self._seek(self.ranks.computed)

    def keep(self, value: object) -> None:
        """Keep what is to be seen now."""
        # What is still under way is the landscape, which a step may interrupt.
        self.sight, self.busy = cast("Sight", value), None

    def _go(self, halves: int | None) -> None:
        # A key that is held down asks again before the step is done, and is not to take it back.
        if self.ranks is not None and self.busy is None:
            self.start("Stepping", partial(_stepped, self.ranks, halves, self.heights is None))

    def _seek(self, place: int) -> None:
        if self.ranks is not None and self.busy is None:
            self.start("Stepping", partial(_sought, self.ranks, place))


def lanes_of(ranks: Abreast) -> tuple[Lane, ...]:
    """Return the ways of counting as curves and paths, up to the half-step on display."""
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


def _stepped(ranks: Abreast, halves: int | None, uncharted: bool, control: Control) -> Iterator[object]:
    most = 2 * ranks.sessions[0].iterations
    while halves is None or halves > 0:
        ranks = yield from ranks.stepping()
        halves = None if halves is None else halves - 1
        if halves is None and (ranks.place >= most or (ranks.place % 2 == 0 and ranks.settled)):
            break
        yield None
    yield from _sight(ranks)
    if uncharted:
        yield from relief(ranks.sessions[0])


def _sought(ranks: Abreast, place: int, control: Control) -> Iterator[object]:
    yield from _sight(ranks.seek(place))


def _sight(ranks: Abreast) -> Iterator[Sight | None]:
    """Yield what is to be seen, and None between two tables before that."""
    heads = list[CountTable]()
    for session in ranks.sessions:
        heads.append(desk.first_rows(session))
        yield None
    yield Sight(ranks, tuple(heads))
