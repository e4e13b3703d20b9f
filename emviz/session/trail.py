"""The half-steps of one run, which grows by many small batches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import overload

from emviz.em.model import AnyStep


class Trail(Sequence["AnyStep"]):
    """The half-steps of a run, the start first: a sequence that never changes.

    They lie in chunks, each at least twice as long as the next. A longer trail shares the long ones with the
    one that it extends: a tuple would be copied for every batch, and a long run take time quadratic in its
    length.

    Parameters
    ----------
    steps : iterable of Step
        The start, then E and M in turn.
    """

    __slots__ = ("_chunks", "_firsts", "_length")

    def __init__(self, steps: Iterable[AnyStep] = ()) -> None:
        self._keep((tuple(steps),))

    def extended(self, more: Sequence[AnyStep]) -> Trail:
        """Return the trail with further half-steps, in amortised logarithmic time for each of them."""
        if not more:
            return self
        chunks = [*self._chunks, tuple(more)]
        while len(chunks) > 1 and len(chunks[-2]) < 2 * len(chunks[-1]):
            last = chunks.pop()
            chunks[-1] += last
        longer = Trail()
        longer._keep(tuple(chunks))
        return longer

    def heights(self, cursor: int) -> Heights:
        """Return the objective at θ(0), θ(1), … up to the iteration of a half-step, in nats."""
        return Heights(self, cursor // 2 + 1)

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
    """The objective over the iterations of a trail, looked up where it is asked for."""

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
        # The start stands first, then E and M in turn: every second step is a θ(t).
        return self._trail[2 * t].expectation.objective
