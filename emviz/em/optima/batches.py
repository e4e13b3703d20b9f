"""Runs from many starts: many at once if the model can, otherwise one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em import engine
from emviz.em.convergence.stopping import THETA, Bools, Rule, all_settled, doubt, doubts, lengths, recent
from emviz.em.counts.table import Entry
from emviz.em.engine import Outcome
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, AnyStep, Fields, ModelError, Phase, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import entry_value
from emviz.em.optional import Batched

Places: TypeAlias = NDArray[np.intp]
#: Points of a path: the values of the watched entries.
Path: TypeAlias = tuple[tuple[float, ...], ...]

#: The t at which the watched entries are recorded, denser at the beginning, where a path bends most.
KEPT = frozenset((0, *(round(2 ** (half / 2)) for half in range(41))))


@dataclass(frozen=True)
class Ran:
    """The end of one run.

    Parameters
    ----------
    number : int
        The index of its start, from 0.
    iterations : int
        The number of its iterations.
    outcome : Outcome
        The reason for its end.
    objective : float
        The objective at its last θ, in nats; NaN if it has failed.
    reason : str
        The error as a sentence, if it has failed.
    path : tuple of tuple of float
        The watched entries of θ(0), of some θ(t) and of the last θ; empty if none are watched.
    doubt : float
        How far below its limit it may have stopped, in nats.
    """

    number: int
    iterations: int
    outcome: Outcome
    objective: float
    reason: str = ""
    path: Path = field(default=(), repr=False)
    doubt: float = 0.0


@dataclass(frozen=True, eq=False)
class Ended:
    """Runs that ended at the same iteration and in the same way, as columns: there may be thousands.

    Parameters
    ----------
    numbers : integer array, shape (B,)
        The indices of their starts, from 0.
    iterations : int
        The number of their iterations.
    outcome : Outcome
        The reason for their end.
    objectives : Array, shape (B,)
        The objective at the last θ of each, in nats; NaN if they have failed.
    doubts : Array, shape (B,)
        How far below its limit each may have stopped, in nats.
    params : mapping
        The fields of their last θ, stacked along a leading axis; empty if they have failed.
    ways : Array, shape (points, B, entries)
        The watched entries of θ(0), of some θ(t) and of the last θ.
    reason : str
        The error as a sentence, if they have failed.
    """

    numbers: Places
    iterations: int
    outcome: Outcome
    objectives: Array
    doubts: Array
    params: Mapping[str, Array]
    ways: Array
    reason: str = ""

    @cached_property
    def runs(self) -> list[Ran]:
        """The runs one by one."""
        columns = (self.numbers, self.objectives, self.doubts, self.ways.swapaxes(0, 1))
        return [
            Ran(number, self.iterations, self.outcome, objective, self.reason, _path(map(tuple, way)), doubt)
            for number, objective, doubt, way in zip(*(each.tolist() for each in columns), strict=True)
        ]


#: The results of runs under way: those that have just ended, and None where they can be cancelled.
Coming: TypeAlias = Iterator[Ended | None]


@dataclass(frozen=True)
class Terms:
    """When a run stops, as in `engine.run`, and which entries of θ are recorded on its way."""

    iterations: int
    rule: Rule
    watched: tuple[Entry, ...] = ()


def at_once(model: AnyModel, data: object, method: Method) -> int:
    """Return how many runs are done together: 1 if the model or the method can only do them one by one."""
    return model.at_once(data) if isinstance(model, Batched) and method == EM else 1


def runs(model: AnyModel, data: object, starts: Iterator[Fields], terms: Terms, method: Method) -> Coming:
    """Yield the runs from all starts as they end; yield None in between, where they can be cancelled."""
    together, some, first = at_once(model, data, method), list[Fields](), 0
    for params in starts:
        some.append(params)
        yield None
        if len(some) == together:
            yield from _some(model, data, some, first, terms, method)
            some, first = [], first + together
    yield from _some(model, data, some, first, terms, method)


def _some(
    model: AnyModel, data: object, starts: Sequence[Fields], first: int, terms: Terms, method: Method
) -> Coming:
    if len(starts) > 1:
        yield from _together(model, data, starts, first, terms)
    for params in starts if len(starts) == 1 else ():
        yield from alone(model, data, params, first, terms, method)


def alone(
    model: AnyModel, data: object, params: Fields, number: int, terms: Terms, method: Method = EM
) -> Coming:
    """Yield the run from one start when it ends, and None before."""
    last: AnyStep | None = None
    way, heights = list[Array](), list[float]()
    try:
        last = engine.start(model, data, params, method)
        steps = engine.run(
            *(model, data, last),
            iterations=terms.iterations,
            tolerance=terms.rule.tolerance,
            on=terms.rule.on,
            method=method,
        )
        found: AnyStep | None = last
        while True:
            if found is not None and found.phase is not Phase.E:
                last = found
                heights.append(found.expectation.objective)
                way += [_watched(found.params, terms)] if found.index in KEPT else []
            yield None
            found = next(steps)
    except StopIteration as end:
        assert last is not None
        way.append(_watched(last.params, terms))
        yield Ended(
            *(np.array([number]), last.index, end.value, np.array([last.expectation.objective])),
            np.array([doubt(heights, terms.rule, method.steady)]),
            {name: values[None] for name, values in fields_of(last.params).items()},
            np.array(way),
        )
    except ModelError as failure:
        # A run that failed at its start has no point.
        way = way or [np.empty((1, 0))]
        yield Ended(
            *(np.array([number]), last.index if last else 0, Outcome.FAILED, np.array([np.nan])),
            *(np.zeros(1), {}, np.array(way), failure.reason),
        )


def _watched(params: Fields, terms: Terms) -> Array:
    """Return the watched entries of θ, shape (1, entries)."""
    return np.array([[entry_value(params, entry) for entry in terms.watched]])


def _path(points: Iterable[tuple[float, ...]]) -> Path:
    """Return a path without repeated points, such as a last one that was recorded twice."""
    path = list[tuple[float, ...]]()
    for point in points:
        if point and point not in path[-1:]:
            path.append(point)
    return tuple(path)


def _together(model: AnyModel, data: object, starts: Sequence[Fields], first: int, terms: Terms) -> Coming:
    """Yield the runs from some starts, one step of all of them at a time.

    A run that the model refuses to do in a batch is done alone, so that each run ends as it would alone.
    """
    batch, apart = _Batch(model, data, starts, terms), list[int]()
    while len(batch.going):
        # A NaN marks a run that has to be done alone.
        apart += batch.leave(~np.isfinite(batch.heights)).tolist()
        done = batch.settled()
        over = np.full(len(batch.going), batch.t >= terms.iterations)
        for which, outcome in ((done, Outcome.CONVERGED), (over & ~done, Outcome.ITERATIONS)):
            if which.any():
                yield batch.ended(which, outcome, first)
        batch.leave(done | over)
        yield None
        if len(batch.going):
            batch.advance()
    for place in apart:
        yield from alone(model, data, starts[place], first + place, terms)


class _Batch:
    """Runs done together: θ, counts and recent objectives are stacked along a leading axis."""

    def __init__(self, model: AnyModel, data: object, starts: Sequence[Fields], terms: Terms) -> None:
        assert isinstance(model, Batched)
        self.model, self.data, self.t = model, data, 0
        self._rule, self._watched = terms.rule, terms.watched
        self._parameters = tuple(model.parameters(data))
        self.going: Places = np.arange(len(starts))
        # The fields of all starts, each stacked: from a list of θ to one θ of stacked fields.
        fields = map(np.array, zip(*starts, strict=True))
        self.params = model.make_params(dict(zip(fields_of(starts[0]), fields, strict=True)))
        with np.errstate(all="ignore"):
            self.counts, heights = model.e_steps(data, self.params)
        self._recent: Sequence[Array] = [heights]
        self._moved = np.full(len(starts), np.inf)
        self._kept = [self._points()]

    @property
    def heights(self) -> Array:
        """The objectives at θ(t), in nats."""
        return self._recent[-1]

    def advance(self) -> None:
        """Do an iteration."""
        self.t += 1
        before = self.params
        with np.errstate(all="ignore"):
            self.params = self.model.m_steps(self.data, self.counts)
            if self._rule.on == THETA:
                self._moved = lengths(self._parameters, before, self.params)
            self.counts, heights = self.model.e_steps(self.data, self.params)
        self._recent = recent([*self._recent, heights], self.t)
        if self.t in KEPT:
            self._kept.append(self._points())

    def settled(self) -> Bools:
        """Return which runs have settled."""
        if self._rule.on == THETA:
            return np.asarray(self._moved <= self._rule.tolerance)
        return all_settled(self._recent, self.t, self._rule.tolerance)

    def ended(self, which: Bools, outcome: Outcome, first: int) -> Ended:
        """Return some runs in their current state."""
        seen = [each[which] for each in self._recent]
        return Ended(
            *(first + self.going[which], self.t, outcome, seen[-1], doubts(seen, self.t, self._rule)),
            {name: each[which] for name, each in fields_of(self.params).items()},
            np.array([points[which] for points in (*self._kept, self._points())]),
        )

    def leave(self, which: Bools) -> Places:
        """Remove some runs, and return the indices of their starts."""
        gone: Places = self.going[which]
        if len(gone):
            stay = ~which
            self.going, self._moved = self.going[stay], self._moved[stay]
            self._recent, self._kept = ([each[stay] for each in some] for some in (self._recent, self._kept))
            self.params, self.counts = _kept(self.params, stay), _kept(self.counts, stay)
        return gone

    def _points(self) -> Array:
        """Return the watched entries of θ(t), shape (B, entries)."""
        fields = fields_of(self.params)
        columns = [np.moveaxis(fields[each.field], 0, -1)[each.index] for each in self._watched]
        return np.stack(columns, axis=1) if columns else np.empty((len(self.going), 0))


def _kept(record: Fields, stay: Bools) -> Fields:
    # _make, since the type of the counts is known only to the model.
    make: Callable[[Iterable[Array]], Fields] = record._make  # type: ignore[attr-defined]
    return make(each[stay] for each in record)
