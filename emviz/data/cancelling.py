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

#: Returns whether the work under way in this thread is unwanted; None where nobody can say so.
_UNWANTED: ContextVar[Callable[[], bool] | None] = ContextVar("unwanted", default=None)


class Stopped(BaseException):
    """Work was left as unwanted. Not an `Exception`: no handler of a model's failures may take it for one."""


@contextmanager
def stoppable(unwanted: Callable[[], bool]) -> Iterator[None]:
    """Have the work inside raise `Stopped` at its next `check_stop` once `unwanted` returns True."""
    token = _UNWANTED.set(unwanted)
    try:
        yield
    finally:
        _UNWANTED.reset(token)


def check_stop() -> None:
    """Leave the work here if it is unwanted; a kernel calls it between blocks of some milliseconds.

    Raises
    ------
    Stopped
        Where it is.
    """
    unwanted = _UNWANTED.get()
    if unwanted is not None and unwanted():
        raise Stopped


def checked(parts: Iterable[T], many: int = 1) -> Iterator[T]:
    """Yield the same parts; before each, or the first of `many`, it can be left at `check_stop`."""
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
