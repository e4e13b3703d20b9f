"""Anderson acceleration of EM: its last steps combined.

The scheme with restarts of Henderson & Varadhan, J. Comput. Graph. Statist. 28:834 (2019), without damping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

import numpy as np

from emviz.em.methods.climbing import Accelerating, Climb, Search
from emviz.em.methods.method import Sayings
from emviz.em.numerics import Array

#: The most steps of EM that are combined.
HIGHEST_ORDER = 5
SAYINGS = Sayings(
    "Anderson acceleration",
    "The step of EM from θ({t}) was combined with those before it",
    "expected counts",
    "a step of EM joins them",
)

#: The last point and the step of EM from there; how both changed, a row for each step that is remembered.
Memory: TypeAlias = tuple[Array, Array, Array, Array]


@dataclass(frozen=True)
class Anderson(Accelerating):
    """The last steps of EM combined; a combination after which log P is lower gives way to EM's own step."""

    key: str = "anderson"
    title: str = "Anderson"
    tip: str = "Anderson acceleration: the last steps of EM combined; EM's own step where log P would fall"
    sayings: Sayings = SAYINGS

    unbounded: ClassVar[str] = (
        "There is no bound: the step of EM from θ({t}) climbs one, but its combination with those before it "
        "does not."
    )

    def search(self, climb: Climb) -> Search:
        """Combine the step of EM from θ(t) with those before it."""
        mapped = climb.map(climb.step.expectation)
        step = climb.chart.point(mapped) - climb.here
        known = _remembered(climb, step)
        memory: Memory = (climb.here, step, *known)
        order = min(HIGHEST_ORDER, -(-len(step) // 2))
        if len(known[0]) >= order:
            memory = (climb.here, step, known[0][:0], known[1][:0])
        if len(known[0]) and not self.rests(climb, mapped):
            yield
            found = climb.tried(climb.here + step - _combined(*known, step))
            if found is not None and found[1].objective >= climb.height:
                return (*found, climb.stride(memory=memory))
            climb.refused += 1
        yield
        return mapped, climb.expect(mapped), climb.stride(memory=memory)


def _remembered(climb: Climb, step: Array) -> tuple[Array, Array]:
    """Return how the point and the step of EM changed over the last iterations, shapes (m, p)."""
    if climb.memory is None:
        return np.empty((0, len(step))), np.empty((0, len(step)))
    point, before, points, steps = cast("Memory", climb.memory)
    return np.vstack([points, climb.here - point]), np.vstack([steps, step - before])


def _combined(points: Array, steps: Array, step: Array) -> Array:
    """Return what the steps before take from the step of EM: least squares on how they changed."""
    weights = np.linalg.lstsq(steps.T, step, rcond=None)[0]
    return np.asarray((points + steps).T @ weights)
