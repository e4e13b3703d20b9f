"""log P at its best over all other parameters, with one entry of θ held: a quasi-Newton climb."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import TypeAlias, TypeVar, cast

import numpy as np

from emviz.em.domains import Index
from emviz.em.holding import Held
from emviz.em.methods import EM
from emviz.em.methods.climbing import Climb
from emviz.em.methods.newton import uphill
from emviz.em.methods.weighing import sound
from emviz.em.model import AnyModel, Fields, Phase, Step
from emviz.em.numerics import Array

T = TypeVar("T")

#: A climb stops where the next step promises less than this, in nats, and after so many steps.
LITTLE, STEPS = 1e-10, 100
#: A slope that falls along a step by less than this, as a cosine, tells no curvature.
TURN = 1e-8

#: The other entries at their best, and the objective there.
Best: TypeAlias = tuple[Fields, float]


class Climber:
    """Climbs with one entry of θ held.

    Parameters
    ----------
    model, data : AnyModel, object
        What θ belongs to.
    field, index : str, Index
        The entry.
    """

    def __init__(self, model: AnyModel, data: object, field: str, index: Index) -> None:
        self.model, self.data, self._field, self._index = model, data, field, index
        self._information: Array | None = None

    def best(self, starts: Sequence[Fields], value: float) -> Generator[float, None, Best]:
        """Return the best θ with the entry at a value that a climb from one of some θ comes to; yields 0.

        Raises
        ------
        ArithmeticError, ValueError
            At the border of the domain of any entry.
        """
        found: Best | None = None
        for start in starts:
            other = yield from self._climbed(start, value)
            found = other if found is None or other[1] > found[1] else found
        return cast("Best", found)

    def _climbed(self, near: Fields, value: float) -> Generator[float, None, Best]:
        """Return the θ that a quasi-Newton climb comes to from another, with the entry held.

        The curvature is found once, and then follows from how the slope changes (Broyden, Fletcher, Goldfarb,
        Shanno), also from one value of the entry to the next.
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
            if promise / 2 <= LITTLE:
                break
            before = (climb.here, known.gradient)
            params, expectation, _ = yield from _quietly(climb.along(move, promise, 1.0))
            if expectation.objective - climb.height <= LITTLE:
                # Nothing is gained but rounding, or the curvature is out of date.
                self._information = None
                break
        return params, expectation.objective


def _bent(information: Array, moved: Array, fallen: Array) -> Array:
    """Return the information, its curvature along a step put right: Δφ, and how far the slope fell on it."""
    along = information @ moved
    if moved @ fallen <= TURN * math.sqrt((moved @ moved) * (fallen @ fallen)):
        return information
    return np.asarray(
        information - np.outer(along, along) / (moved @ along) + np.outer(fallen, fallen) / (moved @ fallen)
    )


def _quietly(work: Generator[None, None, T]) -> Generator[float, None, T]:
    """Return what some work returns; what NumPy may pass over is a setting of the whole thread."""
    while True:
        try:
            with np.errstate(all="ignore"):
                next(work)
        except StopIteration as end:
            return cast("T", end.value)
        yield 0.0
