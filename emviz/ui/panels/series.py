"""The iterations of a trace as arrays, extended rather than rebuilt while a run grows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.em.bound import free_entries
from emviz.em.model import AnyStep, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.views import Entry
from emviz.session import Session

#: A step smaller than this part of θ is mostly rounding.
SMALLEST_STEP = 1e-9


class Series:
    """Objective, bound and free parameters at θ(0), θ(1), … of the trace on the desk."""

    def __init__(self) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.length = 0
        self._columns: dict[Entry, int] = {}
        self._rows = np.empty((0, 2))
        self._places = np.empty(0, dtype=np.intp)
        self._last: AnyStep | None = None

    @property
    def objective(self) -> Array:
        """The objective at each θ(t), shape (T+1,), in nats."""
        return self._rows[: self.length, 0]

    @property
    def bound(self) -> Array:
        """g_{t−1}(θ(t)) for each t, shape (T+1,); the objective itself at t = 0."""
        return self._rows[: self.length, 1]

    def values(self, entry: Entry) -> Array:
        """Return one entry of θ at each t, shape (T+1,)."""
        return self._rows[: self.length, 2 + self._columns[entry]]

    def shrinkage(self, here: int) -> float | None:
        """Return ‖θ(t) − θ(t−1)‖ / ‖θ(t−1) − θ(t−2)‖, or None where rounding has the word.

        Near a maximum the ratio tends to the rate of convergence of EM, the largest fraction of missing
        information (Dempster, Laird & Rubin 1977, section 3).
        """
        if here < 2:
            return None
        first, second = np.linalg.norm(np.diff(self._rows[here - 2 : here + 1, 2:], axis=0), axis=1)
        reach = float(np.abs(self._rows[here, 2:]).max(initial=0.0))
        return float(second / first) if first > SMALLEST_STEP * reach else None

    def follow(self, session: Session) -> None:
        """Take over the trace of a session."""
        entries = free_entries(session.model, session.data)
        if entries != self.entries or not self._continues(session):
            self.entries, self.length = entries, 0
            self._columns = {entry: column for column, entry in enumerate(entries)}
            self._rows = np.empty((64, 2 + len(entries)))
            self._places = _places(session.start, entries)
        # In a trace the start stands first, then E and M in turn: every second step is a θ(t).
        for step in session.trace[2 * self.length :: 2]:
            self._append(step)
        self._last = session.trace[2 * (self.length - 1)]

    def _continues(self, session: Session) -> bool:
        place = 2 * (self.length - 1)
        return 0 <= place < len(session.trace) and session.trace[place] is self._last

    def _append(self, step: AnyStep) -> None:
        if self.length == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        row = self._rows[self.length]
        row[:2] = step.expectation.objective, step.bound
        row[2:] = np.concatenate([value.ravel() for value in step.params])[self._places]
        self.length += 1


def _places(params: Fields, entries: Sequence[Entry]) -> NDArray[np.intp]:
    """Return where each entry stands when all fields of θ are written one after the other."""
    first, before = {}, 0
    for name, value in fields_of(params).items():
        first[name] = before, value.shape
        before += value.size
    places = [
        first[entry.field][0]
        + (int(np.ravel_multi_index(entry.index, first[entry.field][1])) if entry.index else 0)
        for entry in entries
    ]
    return np.array(places, dtype=np.intp)
