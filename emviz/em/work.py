"""Work that can be left on the way: between two parts of a generator, or where a kernel checks for it.

A generator is simply not asked for its next part. What a kernel computes in one call, block by block, it can
only leave by an exception: `check_stop` raises it between two blocks once whoever asked wants no more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TypeVar, cast

from emviz.data.cancelling import Stopped, blocks, check_stop, checked, stoppable

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

__all__ = [
    "Stopped",
    "blocks",
    "check_stop",
    "checked",
    "finished",
    "last_of",
    "mapped",
    "stoppable",
    "untimed",
    "within",
]


def finished(work: Generator[object, None, T]) -> T:
    """Return what work finds, all its parts done in one go; between two of them it can be left."""
    while True:
        check_stop()
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)


def mapped(work: Generator[A, None, T], change: Callable[[A], B]) -> Generator[B, None, T]:
    """Return what work finds; all that it yields in between is changed on its way."""
    while True:
        try:
            found = next(work)
        except StopIteration as end:
            return cast("T", end.value)
        yield change(found)


def untimed(work: Generator[object, None, T]) -> Generator[None, None, T]:
    """Return what work finds, all that it yields in between left out."""
    return mapped(work, lambda _: None)


def within(
    work: Generator[float | None, None, T], first: float, last: float
) -> Generator[float | None, None, T]:
    """Return what work finds that is a part of more; yield how much of the whole is done, or None.

    Parameters
    ----------
    first, last : float
        How much of the whole is done before it, and after it.
    """
    return mapped(work, lambda done: None if done is None else first + (last - first) * done)


def last_of(values: Iterator[T | None]) -> Generator[None, None, T | None]:
    """Return the last thing that comes of some work, None left out; None where nothing does."""
    last = None
    for found in values:
        last = last if found is None else found
        yield
    return last
