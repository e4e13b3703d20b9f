"""Short units of work, many in a turn: between two turns the window has its own, which takes longer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeVar

#: Seconds of work between two turns of the window.
BUNDLE = 0.004

T = TypeVar("T")


def bundled(work: Iterator[T | None]) -> Iterator[T | None]:
    """Yield what comes of some work, and None for many of its short units at once."""
    until = time.perf_counter() + BUNDLE
    for found in work:
        if found is not None or time.perf_counter() >= until:
            yield found
            until = time.perf_counter() + BUNDLE
