"""The half-steps of one run, to which small batches are appended."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import overload

from emviz.em.model import AnyStep


class Trail(Sequence["AnyStep"]):
    """The half-steps of a run, the start first: an immutable sequence.

    They are stored in chunks, each at least twice as long as the next. A longer trail shares the long chunks
    with the one that it extends: copying a tuple for every batch would take quadratic time.

    Parameters
    ----------
    steps : iterable of Step
        The start, then for each iteration the steps of its phases: for EM, E and M in turn.
    phases : int
        The number of steps in an iteration.
    """

    __slots__ = ("_chunks", "_firsts", "_length", "phases")

    def __init__(self, steps: Iterable[AnyStep] = (), phases: int = 2) -> None:
        self.phases = phases
        self._keep((tuple(steps),))

    def extended(self, more: Sequence[AnyStep]) -> Trail:
        """Return the trail with further half-steps, in amortised logarithmic time for each of them."""
        if not more:
            return self
        chunks = [*self._chunks, tuple(more)]
        # Restores the invariant; each step is copied at most once per doubling of the trail.
        while len(chunks) > 1 and len(chunks[-2]) < 2 * len(chunks[-1]):
            last = chunks.pop()
            chunks[-1] += last
        longer = Trail(phases=self.phases)
        longer._keep(tuple(chunks))
        return longer

    @property
    def iterations(self) -> int:
        """The largest t with a known θ(t)."""
        return self.time(self._length - 1)

    def time(self, place: int) -> int:
        """Return the t of the last θ(t) that is known at a step."""
        return place // self.phases

    def place(self, t: int) -> int:
        """Return the index of the step that found θ(t)."""
        return t * self.phases

    def step_of(self, t: int) -> AnyStep:
        """Return the step that found θ(t)."""
        return self[self.place(t)]

    def since(self, t: int) -> tuple[AnyStep, ...]:
        """Return the steps that found θ(t), θ(t+1), …."""
        return self[self.place(t) :: self.phases]

    def before_next(self, place: int) -> int:
        """Return the number of steps from a step to the next θ(t)."""
        return self.phases - place % self.phases

    def gain_at(self, place: int) -> float | None:
        """Return the gain of the last complete iteration at a step, in nats; None before the first."""
        t = self.time(place)
        if t == 0:
            return None
        return self.step_of(t).expectation.objective - self.step_of(t - 1).expectation.objective

    def heights(self, place: int) -> Heights:
        """Return the objective at θ(0), θ(1), … up to a step, in nats."""
        return Heights(self, self.time(place) + 1)

    @overload
    def __getitem__(self, place: int) -> AnyStep: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[AnyStep, ...]: ...

    def __getitem__(self, place: int | slice) -> AnyStep | tuple[AnyStep, ...]:
        if isinstance(place, slice):
            return self._part(range(self._length)[place])
        index = range(self._length)[place]
        chunk = bisect_right(self._firsts, index) - 1
        return self._chunks[chunk][index - self._firsts[chunk]]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[AnyStep]:
        return chain.from_iterable(self._chunks)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trail | tuple):
            return NotImplemented
        # Identity first: trails of one run share their steps, whose arrays are slow to compare.
        return len(self) == len(other) and all(a is b or a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as of a list: steps hold arrays

    def _keep(self, chunks: tuple[tuple[AnyStep, ...], ...]) -> None:
        self._chunks = chunks
        *self._firsts, self._length = accumulate(map(len, chunks), initial=0)

    def _part(self, places: range) -> tuple[AnyStep, ...]:
        if places.step < 0:
            return self._part(places[::-1])[::-1]
        inside = zip(self._chunks, self._firsts, strict=True)
        pieces = (
            chunk[max(0, places.start - first) : max(0, places.stop - first)] for chunk, first in inside
        )
        return tuple(chain.from_iterable(pieces))[:: places.step]


class Heights(Sequence[float]):
    """The objective over the iterations of a trail, looked up on access."""

    def __init__(self, trail: Trail, length: int) -> None:
        self._trail, self._times = trail, range(length)

    @overload
    def __getitem__(self, t: int) -> float: ...

    @overload
    def __getitem__(self, t: slice) -> list[float]: ...

    def __getitem__(self, t: int | slice) -> float | list[float]:
        if isinstance(t, slice):
            return [self._at(each) for each in self._times[t]]
        return self._at(self._times[t])

    def __len__(self) -> int:
        return len(self._times)

    def _at(self, t: int) -> float:
        return self._trail.step_of(t).expectation.objective
