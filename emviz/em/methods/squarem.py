"""SQUAREM: two EM steps, an extrapolation ("jump") beyond them, and a third EM step.

Scheme S3 of Varadhan & Roland, Scand. J. Statist. 35:335 (2008), as in the R package SQUAREM.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from emviz.em.methods.climbing import Accelerating, Climb, Search
from emviz.em.methods.method import Sayings
from emviz.em.model import Expectation, Fields
from emviz.em.numerics import Array
from emviz.em.theta.coordinates import NATURAL

#: The limit on the jump is 1 at first, and grows by this factor whenever it is reached.
GROWTH = 4.0
#: A jump this close to 1 lands at the second EM step, so the third is not needed.
NO_JUMP = 0.01
GUARDED = Sayings(
    "SQUAREM",
    "Two steps of EM from θ({t}) showed how far to jump beyond them",
    "expected counts",
    "two steps of EM and a jump beyond them",
)
UNGUARDED = replace(GUARDED, name="SQUAREM without its guard")


@dataclass(frozen=True)
class Squarem(Accelerating):
    """SQUAREM, scheme S3.

    Parameters
    ----------
    guarded : bool
        Whether to refuse a jump after which log P would be lower, and to take the second EM step instead.
    """

    key: str = "squarem"
    title: str = "SQUAREM"
    tip: str = "SQUAREM: two steps of EM, a jump beyond them, one more step; no jump where log P would fall"
    sayings: Sayings = GUARDED
    coordinates: str = NATURAL
    guarded: bool = True

    unbounded: ClassVar[str] = (
        "There is no bound: each step of EM from θ({t}) climbs one, but the jump beyond them does not."
    )

    def search(self, climb: Climb) -> Search:
        """Do two EM steps, jump, and do a third."""
        longest = climb.memory if isinstance(climb.memory, float) else 1.0
        first = climb.map(climb.step.expectation)
        yield
        if self.rests(climb, first):
            return first, climb.expect(first), climb.stride(1.0, longest)
        second = climb.map(climb.expect(first))
        yield
        once, twice = climb.chart.point(first), climb.chart.point(second)
        # r is the first EM step and v the change between the two: the path bends by v.
        r, v = once - climb.here, twice - 2 * once + climb.here
        length = _length(r, v, longest)
        found = self._jumped(climb, climb.here + 2 * length * r + length**2 * v, length)
        if found is not None:
            return (*found, climb.stride(length, GROWTH * longest if length == longest else longest))
        yield
        # After a refusal the limit shrinks, but never below 1, where a jump is the second EM step itself.
        shorter = max(1.0, longest / GROWTH) if length == longest else longest
        ceiling = GROWTH * shorter if shorter == 1.0 else shorter
        return second, climb.expect(second), climb.stride(1.0, ceiling)

    def _jumped(self, climb: Climb, point: Array, length: float) -> tuple[Fields, Expectation[Fields]] | None:
        """Return θ and the expectation after a jump and an EM step from there; None if refused."""
        found = climb.tried(point)
        if found is not None and abs(length - 1) > NO_JUMP:
            found = self._settled(climb, found[1])
        if found is None or (self.guarded and found[1].objective < climb.height):
            climb.refused += 1
            return None
        return found

    @staticmethod
    def _settled(climb: Climb, expectation: Expectation[Fields]) -> tuple[Fields, Expectation[Fields]] | None:
        try:
            params = climb.map(expectation)
            return params, climb.expect(params)
        except (ArithmeticError, ValueError):
            return None


def _length(r: Array, v: Array, longest: float) -> float:
    """Return α = |r| / |v|, clamped to 1 and the longest allowed length."""
    bend = float(np.linalg.norm(v))
    return min(max(1.0, float(np.linalg.norm(r)) / bend if bend else np.inf), longest)


FREE_JUMPS = Squarem(
    key="squarem-unguarded",
    title="SQUAREM, no guard",
    tip="SQUAREM without its guard: it jumps even where log P falls",
    sayings=UNGUARDED,
    guarded=False,
)
