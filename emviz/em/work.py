"""Work in parts: a generator that can be left between two of them, and returns what it finds."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar, cast

T = TypeVar("T")


def finished(work: Generator[object, None, T]) -> T:
    """Return what work finds, all its parts done in one go."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)
