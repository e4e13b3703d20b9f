"""The maximum of log P over all other parameters with one entry of θ held: a quasi-Newton ascent."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import TypeAlias, TypeVar, cast

import numpy as np

from emviz.em.domains import Index
from emviz.em.methods import EM
from emviz.em.methods.climbing import Climb
from emviz.em.methods.newton import uphill
from emviz.em.methods.weighing import sound
from emviz.em.model import AnyModel, Fields, Phase, Step
from emviz.em.numerics import Array
from emviz.em.uncertainty.holding import Held

T = TypeVar("T")

#: An ascent stops when the next step promises less than this, in nats, or after this number of steps.
LITTLE, STEPS = 1e-10, 100
#: Below this cosine between a step and the fall of the slope, the update of the curvature is skipped.
TURN = 1e-8

#: The maximising θ, and the objective there in nats.
Best: TypeAlias = tuple[Fields, float]


class Climber:
    """Maximises the objective with one entry of θ held.

    Parameters
    ----------
    model, data : AnyModel, object
        The model and the data of θ.
    field, index : str, Index
        The held entry.
    """

    def __init__(self, model: AnyModel, data: object, field: str, index: Index) -> None:
        self.model, self.data, self._field, self._index = model, data, field, index
        self._information: Array | None = None

    def best(self, starts: Sequence[Fields], value: float) -> Generator[float, None, Best]:
        """Return the best of the maxima reached from several starts, with the entry at `value`; yields 0.0.

        Raises
        ------
        ArithmeticError, ValueError
            If an ascent reaches the border of a domain.
        """
        found: Best | None = None
        for start in starts:
            other = yield from self._climbed(start, value)
            found = other if found is None or other[1] > found[1] else found
        return cast("Best", found)

    def _climbed(self, near: Fields, value: float) -> Generator[float, None, Best]:
        """Return the maximum that a quasi-Newton ascent from `near` reaches, with the entry held.

        The curvature is computed once and then updated from changes of the slope (Broyden, Fletcher,
        Goldfarb, Shanno), also from one value of the entry to the next.
        """
        chart = Held(self.model, self.data, near, self._field, self._index, value)
        here = chart.point(near)
        params, before = chart.params(here), None
        with np.errstate(all="ignore"):
            expectation = sound(EM.expect(self.model, self.data, params))
        for _ in range(STEPS if len(here) else 0):
            step = Step(0, Phase.START, params, expectation, 0.0, 0.0)
            climb = Climb(self.model, self.data, step, chart)
            known = yield from _quietly(climb.slope())
            if self._information is None:
                self._information = -(yield from _quietly(climb.hessian(known)))
            elif before is not None:
                self._information = _bent(
                    self._information, climb.here - before[0], before[1] - known.gradient
                )
            move = uphill(self._information, known.gradient)
            promise = float(known.gradient @ move)
            # The parabola promises half of gradient · move.
            if promise / 2 <= LITTLE:
                break
            before = (climb.here, known.gradient)
            params, expectation, _ = yield from _quietly(climb.along(move, promise, 1.0))
            if expectation.objective - climb.height <= LITTLE:
                # Either only rounding is left to gain, or the curvature is outdated and is computed again
                # next time.
                self._information = None
                break
        return params, expectation.objective


def _bent(information: Array, moved: Array, fallen: Array) -> Array:
    """Return the BFGS update of the information, shape (p, p), from a step Δφ and the fall of the slope."""
    along = information @ moved
    # Without clear positive curvature along the step, the update would lose positive definiteness.
    if moved @ fallen <= TURN * math.sqrt((moved @ moved) * (fallen @ fallen)):
        return information
    return np.asarray(
        information - np.outer(along, along) / (moved @ along) + np.outer(fallen, fallen) / (moved @ fallen)
    )


def _quietly(work: Generator[None, None, T]) -> Generator[float, None, T]:
    """Return the result of a generator; the warnings of NumPy are off only while it runs."""
    while True:
        # `errstate` applies to the whole thread, so it is left before yielding to other work.
        try:
            with np.errstate(all="ignore"):
                next(work)
        except StopIteration as end:
            return cast("T", end.value)
        yield 0.0
