"""Runs from many starts: many at once where the model can, one after another where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em import engine
from emviz.em.engine import Outcome
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, AnyStep, Fields, ModelError, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Batched
from emviz.em.stopping import settled

Places: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]


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
    """

    number: int
    iterations: int
    outcome: Outcome
    objective: float
    reason: str = ""


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
class Limits:
    """When a run stops: as `engine.run` has it."""

    iterations: int
    tolerance: float


def runs(model: AnyModel, data: object, starts: Iterator[Fields], limits: Limits, method: Method) -> Coming:
    """Yield the runs from all starts as they end, and None in between."""
    together = model.at_once(data) if isinstance(model, Batched) and method == EM else 1
    some, first = list[Fields](), 0
    for params in starts:
        some.append(params)
        yield None
        if len(some) == together:
            yield from _some(model, data, some, first, limits, method)
            some, first = [], first + together
    yield from _some(model, data, some, first, limits, method)


def _some(
    model: AnyModel, data: object, starts: Sequence[Fields], first: int, limits: Limits, method: Method
) -> Coming:
    if len(starts) > 1:
        yield from _together(model, data, starts, first, limits)
    for params in starts if len(starts) == 1 else ():
        yield from _alone(model, data, params, first, limits, method)


def _alone(
    model: AnyModel, data: object, params: Fields, number: int, limits: Limits, method: Method = EM
) -> Coming:
    last: AnyStep | None = None
    try:
        last = engine.start(model, data, params, method)
        steps = engine.run(
            *(model, data, last),
            iterations=limits.iterations,
            tolerance=limits.tolerance,
            method=method,
        )
        while True:
            yield None
            last = next(steps) or last
    except StopIteration as end:
        assert last is not None
        ran = Ran(number, last.index, end.value, last.expectation.objective)
        yield Ended([ran], {name: values[None] for name, values in fields_of(last.params).items()})
    except ModelError as failure:
        reached = last.index if last else 0
        yield Ended([Ran(number, reached, Outcome.FAILED, np.nan, failure.reason)], {})


def _together(model: AnyModel, data: object, starts: Sequence[Fields], first: int, limits: Limits) -> Coming:
    """Yield the runs from some starts, a step of all of them at a time.

    What the model leaves out is run by itself, so that each run ends as it would alone.
    """
    batch, alone = _Batch(model, data, starts), list[int]()
    while len(batch.going):
        alone += batch.leave(~np.isfinite(batch.heights)).tolist()
        done = batch.settled(limits.tolerance)
        over = np.full(len(batch.going), batch.t >= limits.iterations)
        for which, outcome in ((done, Outcome.CONVERGED), (over & ~done, Outcome.ITERATIONS)):
            if which.any():
                yield batch.ended(which, outcome, first)
        batch.leave(done | over)
        yield None
        if len(batch.going):
            batch.advance()
    for place in alone:
        yield from _alone(model, data, starts[place], first + place, limits)


class _Batch:
    """Runs that go on together: θ and counts are stacked along a leading axis, heights are those so far."""

    def __init__(self, model: AnyModel, data: object, starts: Sequence[Fields]) -> None:
        assert isinstance(model, Batched)
        self.model, self.data, self.t = model, data, 0
        self.going: Places = np.arange(len(starts))
        fields = (np.stack(each) for each in zip(*map(tuple, starts), strict=True))
        self.params = model.make_params(dict(zip(fields_of(starts[0]), fields, strict=True)))
        with np.errstate(all="ignore"):
            self.counts, heights = model.e_steps(data, self.params)
        self._seen = heights[None]

    @property
    def heights(self) -> Array:
        """The objectives at θ(t), in nats."""
        return np.asarray(self._seen[self.t])

    def advance(self) -> None:
        """Do an iteration."""
        self.t += 1
        with np.errstate(all="ignore"):
            self.params = self.model.m_steps(self.data, self.counts)
            self.counts, heights = self.model.e_steps(self.data, self.params)
        if self.t == len(self._seen):
            self._seen = np.concatenate([self._seen, np.empty_like(self._seen)])
        self._seen[self.t] = heights

    def settled(self, tolerance: float) -> Bools:
        """Return which runs have settled."""
        done = np.zeros(len(self.going), dtype=np.bool_)
        if self.t:
            gains = np.abs(self.heights - self._seen[self.t - 1])
            for place in np.flatnonzero(gains <= tolerance * np.abs(self.heights)):
                done[place] = settled(self._seen[: self.t + 1, place].tolist(), tolerance)
        return done

    def ended(self, which: Bools, outcome: Outcome, first: int) -> Ended:
        """Return some runs as they are now."""
        pairs = zip((first + self.going[which]).tolist(), self.heights[which].tolist(), strict=True)
        runs = [Ran(number, self.t, outcome, height) for number, height in pairs]
        return Ended(runs, {name: each[which] for name, each in fields_of(self.params).items()})

    def leave(self, which: Bools) -> Places:
        """Let some runs go; return which starts they are from."""
        gone: Places = self.going[which]
        if len(gone):
            stay = ~which
            self.going, self._seen = self.going[stay], self._seen[:, stay]
            self.params, self.counts = _kept(self.params, stay), _kept(self.counts, stay)
        return gone


def _kept(record: Fields, stay: Bools) -> Fields:
    make: Callable[[Iterable[Array]], Fields] = record._make  # type: ignore[attr-defined]
    return make(each[stay] for each in record)
