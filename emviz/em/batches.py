"""Runs from many starts: many at once where the model can, one after another where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em import engine
from emviz.em.bound import entry_value
from emviz.em.engine import Outcome
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, AnyStep, Fields, ModelError, Phase, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Batched
from emviz.em.stopping import THETA, Rule, doubt, lengths, settled
from emviz.em.views import Entry

Places: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]
#: Points of a path, as the values of the entries that are watched.
Path: TypeAlias = tuple[tuple[float, ...], ...]

#: At which t the watched entries are written down, beside the last one: a path bends most at its beginning.
KEPT = frozenset((0, *(round(2 ** (half / 2)) for half in range(41))))


@dataclass(frozen=True)
class Ran:
    """One run, as it ended.

    Parameters
    ----------
    number : int
        Which start it is from, the first being 0.
    iterations : int
        How many it has done.
    outcome : Outcome
        Why it ended.
    objective : float
        The objective at its last θ, in nats; no number where it has failed.
    reason : str
        Why it has failed, in a sentence.
    path : tuple of tuple of float
        The watched entries of θ(0), of some θ(t) and of the last θ; empty where none are watched.
    doubt : float
        How far below its place it may have stopped, in nats.
    """

    number: int
    iterations: int
    outcome: Outcome
    objective: float
    reason: str = ""
    path: Path = field(default=(), repr=False)
    doubt: float = 0.0


@dataclass(frozen=True)
class Ended:
    """Runs that ended at the same time.

    Parameters
    ----------
    runs : sequence of Ran
        How each has ended.
    params : mapping
        The fields of their last θ, stacked along a leading axis; none where they have failed.
    """

    runs: Sequence[Ran]
    params: Mapping[str, Array]


#: What comes in while runs go on: None wherever they can be stopped, and those that have just ended.
Coming: TypeAlias = Iterator[Ended | None]


@dataclass(frozen=True)
class Terms:
    """When a run stops, as `engine.run` has it, and which entries of θ are written down on its way."""

    iterations: int
    rule: Rule
    watched: tuple[Entry, ...] = ()


def at_once(model: AnyModel, data: object, method: Method) -> int:
    """Return how many runs take their steps together: 1 where each has to be done by itself."""
    return model.at_once(data) if isinstance(model, Batched) and method == EM else 1


def runs(model: AnyModel, data: object, starts: Iterator[Fields], terms: Terms, method: Method) -> Coming:
    """Yield the runs from all starts as they end, and None in between."""
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
    """Yield None in between, and the run from one start as it ends."""
    last: AnyStep | None = None
    path, heights = list[tuple[float, ...]](), list[float]()
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
                path += [_watched(found.params, terms)] if found.index in KEPT else []
            yield None
            found = next(steps)
    except StopIteration as end:
        assert last is not None
        path.append(_watched(last.params, terms))
        ran = Ran(
            *(number, last.index, end.value, last.expectation.objective),
            path=_path(path),
            doubt=doubt(heights, terms.rule, method.steady),
        )
        yield Ended([ran], {name: values[None] for name, values in fields_of(last.params).items()})
    except ModelError as failure:
        reached = last.index if last else 0
        yield Ended([Ran(number, reached, Outcome.FAILED, np.nan, failure.reason, _path(path))], {})


def _watched(params: Fields, terms: Terms) -> tuple[float, ...]:
    return tuple(entry_value(params, entry) for entry in terms.watched)


def _path(points: Iterable[tuple[float, ...]]) -> Path:
    """Return a path without points that follow themselves, such as a last one that was written down twice."""
    path = list[tuple[float, ...]]()
    for point in points:
        if point and point not in path[-1:]:
            path.append(point)
    return tuple(path)


def _together(model: AnyModel, data: object, starts: Sequence[Fields], first: int, terms: Terms) -> Coming:
    """Yield the runs from some starts, a step of all of them at a time.

    What the model leaves out is run by itself, so that each run ends as it would alone.
    """
    batch, apart = _Batch(model, data, starts, terms), list[int]()
    while len(batch.going):
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
    """Runs that go on together: θ and counts are stacked along a leading axis, heights are those so far."""

    def __init__(self, model: AnyModel, data: object, starts: Sequence[Fields], terms: Terms) -> None:
        assert isinstance(model, Batched)
        self.model, self.data, self.t = model, data, 0
        self._rule, self._watched = terms.rule, terms.watched
        self._parameters = tuple(model.parameters(data))
        self.going: Places = np.arange(len(starts))
        fields = (np.stack(each) for each in zip(*map(tuple, starts), strict=True))
        self.params = model.make_params(dict(zip(fields_of(starts[0]), fields, strict=True)))
        with np.errstate(all="ignore"):
            self.counts, heights = model.e_steps(data, self.params)
        self._seen, self._moved = heights[None], np.full(len(starts), np.inf)
        self._kept = [self._points()]

    @property
    def heights(self) -> Array:
        """The objectives at θ(t), in nats."""
        return np.asarray(self._seen[self.t])

    def advance(self) -> None:
        """Do an iteration."""
        self.t += 1
        before = self.params
        with np.errstate(all="ignore"):
            self.params = self.model.m_steps(self.data, self.counts)
            if self._rule.on == THETA:
                self._moved = lengths(self._parameters, before, self.params)
            self.counts, heights = self.model.e_steps(self.data, self.params)
        if self.t == len(self._seen):
            self._seen = np.concatenate([self._seen, np.empty_like(self._seen)])
        self._seen[self.t] = heights
        if self.t in KEPT:
            self._kept.append(self._points())

    def settled(self) -> Bools:
        """Return which runs have settled."""
        tolerance = self._rule.tolerance
        if self._rule.on == THETA:
            return np.asarray(self._moved <= tolerance)
        done = np.zeros(len(self.going), dtype=np.bool_)
        if self.t:
            gains = np.abs(self.heights - self._seen[self.t - 1])
            for place in np.flatnonzero(gains <= tolerance * np.abs(self.heights)):
                done[place] = settled(self._seen[: self.t + 1, place].tolist(), tolerance)
        return done

    def ended(self, which: Bools, outcome: Outcome, first: int) -> Ended:
        """Return some runs as they are now."""
        numbers, heights = (first + self.going[which]).tolist(), self.heights[which].tolist()
        trails = self._seen[: self.t + 1, which].T.tolist()
        ways = np.stack([points[which] for points in (*self._kept, self._points())], axis=1).tolist()
        runs = [
            Ran(number, self.t, outcome, height, path=_path(map(tuple, way)), doubt=doubt(seen, self._rule))
            for number, height, way, seen in zip(numbers, heights, ways, trails, strict=True)
        ]
        return Ended(runs, {name: each[which] for name, each in fields_of(self.params).items()})

    def leave(self, which: Bools) -> Places:
        """Let some runs go; return which starts they are from."""
        gone: Places = self.going[which]
        if len(gone):
            stay = ~which
            self.going, self._seen, self._moved = self.going[stay], self._seen[:, stay], self._moved[stay]
            self.params, self.counts = _kept(self.params, stay), _kept(self.counts, stay)
            self._kept = [points[stay] for points in self._kept]
        return gone

    def _points(self) -> Array:
        """Return the watched entries of θ(t), shape (B, entries)."""
        fields = fields_of(self.params)
        columns = [np.moveaxis(fields[each.field], 0, -1)[each.index] for each in self._watched]
        return np.stack(columns, axis=1) if columns else np.empty((len(self.going), 0))


def _kept(record: Fields, stay: Bools) -> Fields:
    make: Callable[[Iterable[Array]], Fields] = record._make  # type: ignore[attr-defined]
    return make(each[stay] for each in record)
