"""Runs several methods in the background and collects their results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias, cast

from emviz import session as desk
from emviz.api.comparing import Finish, race
from emviz.em.comparison import Comparison, e_steps_of
from emviz.em.counts.table import Entry
from emviz.em.methods import Method, objective_written
from emviz.em.model import AnyStep, Fields, Phase
from emviz.em.objective.bound import entry_value
from emviz.em.objective.heights import Heights, landscape
from emviz.session import Session, holding, on_axes
from emviz.ui.work.research import Research
from emviz.ui.work.worker import Control, Worker

Axes: TypeAlias = tuple[Entry, Entry]


@dataclass
class Lane:
    """Progress of one method.

    Parameters
    ----------
    method : Method
        The method.
    raised : str
        Its objective, as on an axis.
    heights : list of float
        The objective at θ(0), θ(1), …, in nats.
    spent : list of int
        E-steps done up to there.
    path : list of pair of float
        θ(0), θ(1), … on the axes of the landscape, if there are any.
    finish : Finish or None
        How the run ended.
    """

    method: Method
    raised: str
    heights: list[float] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)
    path: list[tuple[float, float]] = field(default_factory=list)
    finish: Finish | None = None

    def add(self, step: AnyStep, axes: Axes | None) -> None:
        """Add a step; only steps that find a new θ count."""
        if step.phase is Phase.E:
            return
        self.heights.append(step.expectation.objective)
        self.spent.append(e_steps_of(step) + (self.spent[-1] if self.spent else 0))
        if axes is not None:
            self.path.append((entry_value(step.params, axes[0]), entry_value(step.params, axes[1])))


class Contest(Research):
    """Runs one comparison at a time, from the θ(0) of a session."""

    def __init__(self, session: Session, worker: Worker) -> None:
        super().__init__("comparison", session, worker)
        self.lanes: tuple[Lane, ...] = ()

    @property
    def comparison(self) -> Comparison | None:
        """The comparison, once every method has ended."""
        finished = [lane.finish.contender for lane in self.lanes if lane.finish is not None]
        if not finished or len(finished) < len(self.lanes):
            return None
        session = self.session
        return Comparison(session.model.key, session.source, tuple(finished), desk.rule_of(session))

    def compare(self, methods: Sequence[Method]) -> None:
        """Run these methods, in place of earlier ones."""
        model = self.session.model
        self.lanes = tuple(Lane(method, objective_written(method, model)) for method in methods)
        self.start("Comparing methods", partial(_raced, self.session, [each.key for each in methods]))
        self.announce()

    def keep(self, value: object) -> None:
        """Keep a step or the end of a method."""
        place, found = cast("tuple[int, AnyStep | Finish | None]", value)
        if isinstance(found, Finish):
            self.lanes[place].finish = found
        elif found is not None:
            self.lanes[place].add(found, self.session.display.axes)

    def fraction(self) -> float | None:
        """Return a lower bound of the fraction done; a method may end long before its last iteration.

        None before the first step.
        """
        # θ(0) has a height too.
        most = self.session.iterations + 1
        parts = [1.0 if lane.finish else min(1.0, len(lane.heights) / most) for lane in self.lanes]
        return sum(parts) / max(1, len(parts)) or None


def _raced(session: Session, keys: Sequence[str], control: Control) -> Iterator[object]:
    # Methods and landscape take turns, so that both are visible soon.
    heights, last = relief(session), dict[int, Fields]()
    for found in race(session, keys):
        if found[1] is not None and not isinstance(found[1], Finish):
            last[found[0]] = found[1].params
        yield found if found[1] is not None else None
        yield next(heights, None)
    yield from heights
    yield from wider(session, last.values())


def relief(session: Session) -> Iterator[Heights | None]:
    """Yield the landscape around θ(0), coarse first; nothing if θ has fewer than two entries."""
    axes = session.display.axes
    if axes is not None:
        yield from landscape(session.model, session.data, session.start, *axes)


def wider(session: Session, ends: Iterable[Fields]) -> Iterator[Heights | None]:
    """Yield the landscape around θ(0) over wider ranges, if paths end outside of the usual ones."""
    axes = session.display.axes
    if axes is None:
        return
    of = session.model, session.data, session.start
    spans = holding(*of, axes, (), [on_axes(params, axes) for params in ends])
    if spans != holding(*of, axes, ()):
        yield from landscape(*of, *axes, spans=spans)
