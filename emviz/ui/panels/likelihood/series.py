"""The iterations of a trace as arrays, which are extended, not rebuilt, while a run grows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import Entry
from emviz.em.model import AnyStep, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import every, free_entries
from emviz.session import Session
from emviz.ui.panels.geometry.thinning import thinned

#: A step smaller than this part of θ is mostly rounding error.
SMALLEST_STEP = 1e-9
#: Most parameters followed; of more, an even selection is.
MOST = 4000
#: Growth of a run after which its line is thinned again.
GROWTH = 1 / 16
#: Numbers up to this, and down to its inverse, can be squared.
SQUARED = 1e150
#: Columns before those of the parameters: objective, bound, ‖θ(t) − θ(t−1)‖ and max |θ|.
OWN = 4


class Series:
    """Objective, bound and free parameters at θ(0), θ(1), … of the session's trace."""

    def __init__(self) -> None:
        self.entries: tuple[Entry, ...] = ()
        #: Number of iterations shown; later ones may be hidden.
        self.length = 0
        self._count = 0
        self._rows = np.empty((0, OWN))
        self._free: tuple[Entry, ...] = ()
        self._places = np.empty(0, dtype=np.intp)
        self._columns: dict[Entry, int] = {}
        self._sample = np.empty(0, dtype=np.intp)
        self._before = np.empty((1, 0))
        self._drawn: dict[tuple[Entry, ...], tuple[NDArray[np.intp], int]] = {}
        self._last: AnyStep | None = None

    @property
    def objective(self) -> Array:
        """The objective at each θ(t), shape (T+1,), in nats."""
        return self._rows[: self.length, 0]

    @property
    def bound(self) -> Array:
        """g_{t−1}(θ(t)) for each t, shape (T+1,), in nats; the objective itself at t = 0."""
        return self._rows[: self.length, 1]

    def values(self, entry: Entry) -> Array:
        """Return one entry of θ at each t, shape (T+1,)."""
        return self._rows[: self.length, self._columns[entry]]

    def drawn(self, *entries: Entry) -> NDArray[np.intp]:
        """Return the t at which a line is drawn: all, or as many as a screen can resolve.

        Parameters
        ----------
        entries : Entry
            None for the objective over t, one for an entry over t, two for one entry against another.
        """
        times, length = self._drawn.get(entries, (np.empty(0, dtype=np.intp), 0))
        if self._count > (1 + GROWTH) * length:
            times, length = thinned(*self._axes(entries)), self._count
            self._drawn[entries] = times, length
        return np.concatenate([times[times < self.length], np.arange(length, self.length)])

    def _axes(self, entries: tuple[Entry, ...]) -> tuple[Array, Array]:
        rows = self._rows[: self._count]
        if len(entries) == 2:
            return rows[:, self._columns[entries[0]]], rows[:, self._columns[entries[1]]]
        return np.arange(self._count, dtype=np.float64), rows[:, self._columns[entries[0]] if entries else 0]

    def shrinkage(self, here: int) -> float | None:
        """Return ‖θ(t) − θ(t−1)‖ / ‖θ(t−1) − θ(t−2)‖, or None where rounding errors dominate.

        Near a maximum the ratio tends to the rate of convergence of EM, the largest fraction of missing
        information (Dempster, Laird & Rubin 1977, section 3).
        """
        if here < 2:
            return None
        first, (second, reach) = self._rows[here - 1, 2], self._rows[here, 2:OWN]
        return float(second / first) if first > SMALLEST_STEP * reach else None

    def follow(self, session: Session, wanted: Sequence[Entry] = ()) -> None:
        """Take over the trace of a session; iterations after the displayed one may be hidden.

        Parameters
        ----------
        wanted : sequence of Entry
            Entries that are followed even if they are not in the selection.
        """
        free = free_entries(session.model, session.data)
        known = self._columns.keys() >= set(wanted)
        if free != self._free or not known or not self._continues(session):
            self._begin(session, free, wanted)
        steps = session.trace.since(self._count)
        if steps:
            self._append(steps)
        self._last = session.trace.step_of(self._count - 1)
        self.length = self._count if session.display.next else session.step.index + 1

    def _begin(self, session: Session, free: tuple[Entry, ...], wanted: Sequence[Entry]) -> None:
        self._free, self._count, self._drawn = free, 0, {}
        chosen = range(len(free))[every(len(free), MOST)]
        more = [free.index(entry) for entry in wanted]
        self._sample = np.array(sorted({*chosen, *more}), dtype=np.intp)
        self.entries = tuple(free[place] for place in self._sample)
        self._columns = {entry: OWN + k for k, entry in enumerate(self.entries)}
        self._rows = np.empty((64, OWN + len(self.entries)))
        self._places = _places(session.start, free)

    def _continues(self, session: Session) -> bool:
        last = self._count - 1
        return 0 <= last <= session.trace.iterations and session.trace.step_of(last) is self._last

    def _append(self, steps: Sequence[AnyStep]) -> None:
        """Append steps in bulk: a run flat out brings hundreds between two updates."""
        values = _written(steps)[:, self._places]
        before = self._before if self._count else values[:1]
        moved = _lengths(np.diff(values, axis=0, prepend=before))
        reach = np.abs(values).max(axis=1, initial=0.0)
        heights = [(step.expectation.objective, step.bound) for step in steps]
        rows = np.column_stack([heights, moved, reach, values[:, self._sample]])
        first, self._count = self._count, self._count + len(steps)
        while self._count > len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[first : self._count] = rows
        self._before = values[-1:]


def _written(steps: Sequence[AnyStep]) -> Array:
    """Return each θ with all its fields flattened and concatenated, shape (n, d)."""
    fields = [np.array(each) for each in zip(*(step.params for step in steps), strict=True)]
    return np.hstack([each.reshape(len(steps), each[0].size) for each in fields])


def _lengths(moves: Array) -> Array:
    """Return the length of each row, shape (n,), without overflow or underflow of the squares."""
    reach = np.abs(moves).max(axis=1, initial=0.0)
    odd = ~((reach > 1 / SQUARED) & (reach < SQUARED))
    scale = np.where(odd & (reach > 0.0) & (reach < np.inf), reach, 1.0)
    with np.errstate(over="ignore"):
        lengths: Array = np.linalg.norm(moves / scale[:, np.newaxis], axis=1)
    return np.asarray(np.where((reach == 0.0) | (reach == np.inf), reach, scale * lengths))


def _places(params: Fields, entries: Sequence[Entry]) -> NDArray[np.intp]:
    """Return the position of each entry in the concatenated fields of θ."""
    first, before = {}, 0
    for name, value in fields_of(params).items():
        first[name] = before, value.shape
        before += value.size
    places = [np.empty(0, dtype=np.intp)]
    # Entries come in reading order, so those of one field are adjacent.
    for name, alike in groupby(entries, key=lambda entry: entry.field):
        start, shape = first[name]
        indices = np.array([entry.index for entry in alike], dtype=np.intp)
        places.append(
            start + (np.ravel_multi_index(tuple(indices.T), shape) if shape else np.zeros(1, np.intp))
        )
    return np.concatenate(places)
