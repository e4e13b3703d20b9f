"""Anderson acceleration of EM: a combination of its last steps.

The restarted scheme of Henderson & Varadhan, J. Comput. Graph. Statist. 28:834 (2019), without damping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

import numpy as np

from emviz.em.methods.climbing import Accelerating, Climb, Search
from emviz.em.methods.method import Sayings
from emviz.em.numerics import Array

#: The maximum number of combined EM steps.
HIGHEST_ORDER = 5
SAYINGS = Sayings(
    "Anderson acceleration",
    "The step of EM from θ({t}) was combined with those before it",
    "expected counts",
    "a step of EM joins them",
)

#: The last point φ and the EM step from it, shape (p,); the past changes of both, shape (m, p).
Memory: TypeAlias = tuple[Array, Array, Array, Array]


@dataclass(frozen=True)
class Anderson(Accelerating):
    """Combines the last EM steps; if log P would fall, the plain EM step is taken instead."""

    key: str = "anderson"
    title: str = "Anderson"
    tip: str = "Anderson acceleration: the last steps of EM combined; EM's own step where log P would fall"
    sayings: Sayings = SAYINGS

    unbounded: ClassVar[str] = (
        "There is no bound: the step of EM from θ({t}) climbs one, but its combination with those before it "
        "does not."
    )

    def search(self, climb: Climb) -> Search:
        """Combine the EM step from θ(t) with the steps before it."""
        mapped = climb.map(climb.step.expectation)
        step = climb.chart.point(mapped) - climb.here
        known = _remembered(climb, step)
        memory: Memory = (climb.here, step, *known)
        # At most half as many differences as coordinates, so that the least-squares problem is determined.
        order = min(HIGHEST_ORDER, -(-len(step) // 2))
        if len(known[0]) >= order:
            # The restart: beyond the full order, the memory is emptied.
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
    """Return the changes of the point and of the EM step over the last m iterations, shapes (m, p)."""
    if climb.memory is None:
        return np.empty((0, len(step))), np.empty((0, len(step)))
    point, before, points, steps = cast("Memory", climb.memory)
    return np.vstack([points, climb.here - point]), np.vstack([steps, step - before])


def _combined(points: Array, steps: Array, step: Array) -> Array:
    """Return the correction of the EM step, shape (p,), by least squares on the past changes."""
    weights = np.linalg.lstsq(steps.T, step, rcond=None)[0]
    return np.asarray((points + steps).T @ weights)
