"""Work in parts: a generator that can be left between two of them, and returns what it finds."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeVar, cast

T = TypeVar("T")


def finished(work: Generator[object, None, T]) -> T:
    """Return what work finds, all its parts done in one go."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)


def untimed(work: Generator[object, None, T]) -> Generator[None, None, T]:
    """Return what work finds, all that it yields in between left out."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)
        yield


def within(
    work: Generator[float | None, None, T], first: float, last: float
) -> Generator[float | None, None, T]:
    """Return what work finds that is a part of more; yield how much of the whole is done, or None.

    Parameters
    ----------
    first, last : float
        How much of the whole is done before it, and after it.
    """
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            return cast("T", end.value)
        yield None if done is None else first + (last - first) * done


def last_of(values: Iterator[T | None]) -> Generator[None, None, T | None]:
    """Return the last thing that comes of some work, None left out; None where nothing does."""
    last = None
    for found in values:
        last = last if found is None else found
        yield
    return last
