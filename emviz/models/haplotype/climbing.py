"""EM for many tables of two loci at once; new climbs replace those that have converged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array, xlogy
from emviz.models.haplotype.data import Ints

#: The most iterations a climb may take.
ITERATIONS = 1000
#: Numbers that are computed together: as many as stay in a processor's cache.
TOGETHER = 16_000
#: Climbs that have converged are replaced when no more than this part still moves.
MOVING = 0.75


@dataclass(frozen=True, eq=False)
class Known:
    """The information in B tables on H haplotypes: certain copies, and people whose phase is open.

    Parameters
    ----------
    copies : Array, shape (B, H)
        Certain copies of each haplotype.
    line : integer array, shape (E,)
        The table of each entry, in order.
    phases : integer array, shape (4, E)
        The two haplotypes of each of the two phases.
    held : Array, shape (E,)
        The people of each entry.
    """

    copies: Array
    line: Ints
    phases: Ints
    held: Array

    @property
    def people(self) -> Array:
        """The number of people in each table, shape (B,)."""
        unsure = np.bincount(self.line, self.held, len(self.copies))
        return np.asarray(self.copies.sum(axis=1) / 2 + unsure)


def evidence(known: Known, frequency: Array) -> Array:
    """Return log P up to a constant of the table, shape (B,), at frequencies of shape (B, H)."""
    first, second, third, fourth = frequency[known.line, known.phases]
    unsure = xlogy(known.held, first * second + third * fourth)
    certain = xlogy(known.copies, frequency).sum(axis=1)
    return np.asarray(certain + np.bincount(known.line, unsure, len(frequency)))


def climb(known: Known, tables: Ints, frequency: Array, still: float) -> Array:
    """Return the frequencies at which EM converges from those given, shape (n, H).

    Parameters
    ----------
    tables : integer array, shape (n,)
        The table of each climb.
    still : float
        A climb has converged when no frequency moves by more than this.
    """
    # Scaled once, so that the counts of an iteration are frequencies already.
    share = 1 / (2 * known.people)
    scaled = Known(known.copies * share[:, None], known.line, known.phases, known.held * share[known.line])
    found, ages = frequency.copy(), np.zeros(len(frequency), dtype=np.intp)
    size = (np.bincount(known.line, minlength=len(share)) + frequency.shape[1])[tables]
    going, begun = np.empty(0, dtype=np.intp), 0
    while begun < len(found) or len(going):
        room = TOGETHER - size[going].sum()
        # No climb has a size below 1, so no more than these can fit in.
        more = int(np.searchsorted(np.cumsum(size[begun : begun + TOGETHER]), room, side="right"))
        # Or a table larger than the room would never begin.
        more = max(more, 0 if len(going) else 1)
        going, begun = np.append(going, np.arange(begun, min(begun + more, len(found)))), begun + more
        going = _climb_together(scaled, tables, found, ages, going, still)
    return found


def _climb_together(known: Known, tables: Ints, found: Array, ages: Ints, going: Ints, still: float) -> Ints:
    """Climb until only some of the climbs still move, and return those; update `found` and `ages`."""
    iterate, now = _iteration(known, tables[going]), found[going]
    moving, age = np.ones(len(going), dtype=bool), 0
    while np.count_nonzero(moving) > MOVING * len(going):
        before, now, age = now, iterate(now), age + 1
        before -= now
        rests = np.abs(before, out=before).max(axis=1) <= still
        stops = moving & (rests | (ages[going] + age >= ITERATIONS))
        found[going[stops]] = now[stops]
        moving &= ~stops
    found[going[moving]] = now[moving]
    ages[going] += age
    return going[moving]


def _iteration(known: Known, tables: Ints) -> Callable[[Array], Array]:
    """Return the map from the frequencies of some climbs, shape (n, H), to the next, with reused memory."""
    # The entries of a table lie side by side, since `line` is in order.
    first, last = (np.searchsorted(known.line, tables, side=side) for side in ("left", "right"))
    line = np.repeat(np.arange(len(tables)), last - first)
    entries = np.arange(len(line)) + (first - np.cumsum(last - first) + (last - first))[line]
    places = np.take(known.phases, entries, axis=1) + known.copies.shape[1] * line
    held, copies, weights = known.held[entries], known.copies[tables], np.empty(places.shape)

    def iterate(frequency: Array) -> Array:
        # In place: this line of the test runs millions of times, and new arrays would double its time.
        # The places are legal; “clip” lets NumPy write to `out` without a buffer.
        frequency.ravel().take(places, out=weights, mode="clip")
        one, one_too, other, other_too = weights
        one *= one_too
        other *= other_too
        other += one
        one /= other
        one *= held
        np.subtract(held, one, out=other)
        one_too[:], other_too[:] = one, other
        return np.bincount(places.ravel(), weights.ravel(), copies.size).reshape(copies.shape) + copies

    return iterate
