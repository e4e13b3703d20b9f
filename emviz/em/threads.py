"""Work in fixed parts on all cores that this process may use; what comes out depends on none of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parts(work: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """Return what the work makes of each part, in their order, however many threads share the parts.

    NumPy leaves the interpreter to other threads while it computes, so that parts of large arrays are worked
    on at the same time. The threads have ended when this returns, and heed `numpy.errstate` of the caller.
    """
    threads = min(cores(), len(parts))
    if threads < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(threads, "emviz") as pool:
        waiting = [pool.submit(copy_context().run, work, part) for part in parts]
        return [one.result() for one in waiting]
