"""Combines short units of background work, because each pause between units costs more than one unit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeVar

#: Seconds of work between two pauses.
BUNDLE = 0.004

T = TypeVar("T")


def bundled(work: Iterator[T | None]) -> Iterator[T | None]:
    """Yield the results of some work, and None once for several short units."""
    until = time.perf_counter() + BUNDLE
    for found in work:
        if found is not None or time.perf_counter() >= until:
            yield found
            until = time.perf_counter() + BUNDLE
