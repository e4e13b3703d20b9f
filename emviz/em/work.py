"""Work that can be cancelled: between two yields of a generator, or where a kernel checks for it.

A generator is simply not resumed. A computation in a single call can only be left by an exception:
`check_stop` raises it between two blocks once nobody wants the result any more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import chain
from typing import TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from emviz.data.cancelling import Stopped, blocks, check_stop, checked, stoppable

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

#: Takes the fraction of some work that is done, 0 … 1.
Report: TypeAlias = Callable[[float], None]

#: Rows that are put into words between two places where the work can be left.
TOGETHER = 250

__all__ = [
    "Report",
    "Stopped",
    "blocks",
    "check_stop",
    "checked",
    "finished",
    "in_parts",
    "last_of",
    "mapped",
    "silent",
    "stoppable",
    "untimed",
    "within",
]


def silent(fraction: float) -> None:
    """Report the progress of some work to nobody."""


def finished(work: Generator[object, None, T]) -> T:
    """Run a generator to its end and return its result; it can be cancelled between two yields."""
    while True:
        check_stop()
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)


def in_parts(texts: Callable[[NDArray[np.intp]], tuple[T, ...]], rows: NDArray[np.intp]) -> tuple[T, ...]:
    """Return what a function returns of each of some rows; between some of them the work can be left."""
    return tuple(chain.from_iterable(texts(rows[part]) for part in blocks(len(rows), TOGETHER)))


def mapped(work: Generator[A, None, T], change: Callable[[A], B]) -> Generator[B, None, T]:
    """Return the result of work, with a function applied to all that it yields."""
    while True:
        try:
            found = next(work)
        except StopIteration as end:
            return cast("T", end.value)
        yield change(found)


def untimed(work: Generator[object, None, T]) -> Generator[None, None, T]:
    """Return the result of work, yielding only None."""
    return mapped(work, lambda _: None)


def within(
    work: Generator[float | None, None, T], first: float, last: float
) -> Generator[float | None, None, T]:
    """Return the result of work that is a part of a whole; yield the fraction of the whole, or None.

    Parameters
    ----------
    first, last : float
        The fraction of the whole before it and after it.
    """
    return mapped(work, lambda done: None if done is None else first + (last - first) * done)


def last_of(values: Iterator[T | None]) -> Generator[None, None, T | None]:
    """Return the last value other than None that is yielded, or None; yield in between."""
    last = None
    for found in values:
        last = last if found is None else found
        yield
    return last
