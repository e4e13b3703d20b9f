"""Work that is left where it checks for it, whoever asked for it having changed their mind.

It stands below everything, so that what reads a table can be left like what computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

#: Tells whether the work under way in this thread is to be left; None where nobody may ask for that.
_TOLD: ContextVar[Callable[[], bool] | None] = ContextVar("told", default=None)


class Stopped(BaseException):
    """Work was left as wished. Not an `Exception`: no handler of a model's failures may take it for one."""


@contextmanager
def stoppable(told: Callable[[], bool]) -> Iterator[None]:
    """Have the work inside raise `Stopped` at its next `check_stop` once `told` returns True."""
    token = _TOLD.set(told)
    try:
        yield
    finally:
        _TOLD.reset(token)


def check_stop() -> None:
    """Leave the work here if that is wished; a kernel calls it between blocks of some milliseconds.

    Raises
    ------
    Stopped
        Where it is.
    """
    told = _TOLD.get()
    if told is not None and told():
        raise Stopped


def checked(parts: Iterable[T], many: int = 1) -> Iterator[T]:
    """Yield the same parts; before each, or the first of so many, the work can be left as at `check_stop`."""
    if many == 1:
        for part in parts:
            check_stop()
            yield part
        return
    # Parts that are quickly dealt with cost less taken together than counted one by one.
    rest = iter(parts)
    while together := tuple(islice(rest, many)):
        check_stop()
        yield from together


def blocks(rows: int, size: int) -> Iterator[slice]:
    """Yield so many rows block by block; before each of them the work can be left as at `check_stop`."""
    for first in checked(range(0, rows, size)):
        yield slice(first, first + size)
