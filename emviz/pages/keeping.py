"""Selects the half-steps of a run for its page: all of a short run, a sample of a long one."""

from __future__ import annotations

import numpy as np

from emviz.data.things import things
from emviz.session import Session

#: Maximum number of iterations kept, and how many of them are the first and the last ones.
MOST, FIRST, LAST = 40, 16, 4


def kept(session: Session, most: int = MOST) -> tuple[int, ...]:
    """Return the indices of the half-steps to keep, θ(0) first.

    Whole iterations are kept, including the displayed one.

    Parameters
    ----------
    most : int
        Maximum number of iterations kept, not counting the displayed one.
    """
    times = _times(session, most) | {0}
    return tuple(place for place in range(len(session.trace)) if _iteration(session, place) in times)


def kept_words(session: Session, most: int = MOST) -> str:
    """Return a sentence on which iterations are kept; "" if all are."""
    times = sorted(_times(session, most))
    whole = _iteration(session, len(session.trace) - 1)
    if len(times) == whole:
        return ""
    return f"Of {things(whole, 'iteration')} this page has {len(times)}: {_ranges(times)}."


def _iteration(session: Session, place: int) -> int:
    """Return the iteration of a half-step: iteration n leads from θ(n−1) to θ(n)."""
    return -(-place // session.trace.phases)


def _times(session: Session, most: int) -> frozenset[int]:
    """Return the iterations to keep, counted from 1."""
    whole = _iteration(session, len(session.trace) - 1)
    if whole <= most:
        return frozenset(range(1, whole + 1))
    first, last = min(FIRST, most // 2), min(LAST, most // 4)
    # The distances between them grow, because the steps of EM get shorter.
    between = np.geomspace(first + 1, whole - last, most - first - last).round().astype(int).tolist()
    ends = (*range(1, first + 1), *range(whole - last + 1, whole + 1))
    return frozenset((*ends, *between, max(1, _iteration(session, session.cursor))))


def _ranges(times: list[int]) -> str:
    """Return ascending integers as text: "1 to 16, 18, 21"."""
    runs: list[list[int]] = []
    for t in times:
        if runs and runs[-1][-1] == t - 1:
            runs[-1].append(t)
        else:
            runs.append([t])
    return ", ".join(f"{run[0]:,} to {run[-1]:,}" if len(run) > 1 else f"{run[0]:,}" for run in runs)
