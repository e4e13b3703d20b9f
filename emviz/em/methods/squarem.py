"""SQUAREM: two steps of EM, a jump beyond them, and a third step.

Scheme S3 of Varadhan & Roland, Scand. J. Statist. 35:335 (2008), as the R package SQUAREM has it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from emviz.em.coordinates import NATURAL
from emviz.em.methods.climbing import Accelerating, Climb, Search
from emviz.em.methods.method import Sayings
from emviz.em.model import Expectation, Fields
from emviz.em.numerics import Array

#: The longest jump is 1 at first, and so many times longer whenever it was reached.
GROWTH = 4.0
#: A jump this near to 1 lands where the second step of EM does, and needs no third.
NO_JUMP = 0.01
GUARDED = Sayings(
    "SQUAREM",
    "Two steps of EM from θ({t}) told how far to jump beyond them",
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
        Whether a jump after which log P is lower than before is refused, and EM's second step taken instead.
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
        """Do two steps of EM, and jump beyond them."""
        longest = climb.memory if isinstance(climb.memory, float) else 1.0
        first = climb.map(climb.step.expectation)
        yield
        if self.rests(climb, first):
            return first, climb.expect(first), climb.stride(1.0, longest)
        second = climb.map(climb.expect(first))
        yield
        once, twice = climb.chart.point(first), climb.chart.point(second)
        r, v = once - climb.here, twice - 2 * once + climb.here
        length = _length(r, v, longest)
        found = self._jumped(climb, climb.here + 2 * length * r + length**2 * v, length)
        if found is not None:
            return (*found, climb.stride(length, GROWTH * longest if length == longest else longest))
        yield
        shorter = max(1.0, longest / GROWTH) if length == longest else longest
        ceiling = GROWTH * shorter if shorter == 1.0 else shorter
        return second, climb.expect(second), climb.stride(1.0, ceiling)

    def _jumped(self, climb: Climb, point: Array, length: float) -> tuple[Fields, Expectation[Fields]] | None:
        """Return where a jump leads, with a step of EM from there; None where it is refused."""
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
    """Return α = |r| / |v|, between 1 and the longest allowed."""
    bend = float(np.linalg.norm(v))
    return min(max(1.0, float(np.linalg.norm(r)) / bend if bend else np.inf), longest)


FREE_JUMPS = Squarem(
    key="squarem-unguarded",
    title="SQUAREM, no guard",
    tip="SQUAREM without its guard: it jumps even where log P falls",
    sayings=UNGUARDED,
    guarded=False,
)
