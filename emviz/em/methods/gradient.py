"""Gradient ascent: along the gradient of log P, with a fixed or a backtracking step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from emviz.em.methods.climbing import Climb, Climbing, Search
from emviz.em.methods.method import Sayings
from emviz.em.theta.coordinates import FREE

FIXED = Sayings(
    "gradient ascent",
    "θ moved along the slope of {name} at θ({t})",
    "expected counts",
    "θ moves along the slope there",
)
TRIED = replace(
    FIXED,
    name="gradient ascent with backtracking",
    weighed="θ moved along the slope of {name} at θ({t}) as far as it held",
    onward="θ moves along the slope there as far as it holds",
)


@dataclass(frozen=True)
class Gradient(Climbing):
    """Gradient ascent with a fixed step.

    Parameters
    ----------
    step : float or None
        The step s in θ + s ∂log P/∂θ; 1/n by default.
    units : float
        The number n of observed units.
    """

    key: str = "gradient"
    title: str = "Gradient ascent"
    tip: str = "Gradient ascent: a fixed step along the slope of log P"
    sayings: Sayings = FIXED
    coordinates: str = FREE
    step: float | None = None
    units: float = 1.0

    unbounded: ClassVar[str] = (
        "There is no bound: the slope of {name} at θ({t}) does not show how far it holds, so that a step may "
        "be too long."
    )

    @property
    def length(self) -> float:
        """The step s."""
        return 1 / self.units if self.step is None else self.step

    def scaled(self, units: float) -> Gradient:
        """Return the method for this number of observed units."""
        return replace(self, units=units)

    def search(self, climb: Climb) -> Search:
        """Take a step along the gradient."""
        found = yield from climb.slope()
        params, expectation = climb.at(climb.here + self.length * found.gradient)
        return params, expectation, climb.stride(self.length)


@dataclass(frozen=True)
class Backtracking(Climbing):
    """Gradient ascent whose step is halved until it satisfies Armijo's rule."""

    key: str = "backtracking"
    title: str = "Gradient, backtracking"
    tip: str = "Gradient ascent: twice the last step along the slope, halved until log P rises enough"
    sayings: Sayings = TRIED

    unbounded: ClassVar[str] = (
        "There is no bound: how far the slope of {name} at θ({t}) holds is tried out, and a trial costs an "
        "E-step."
    )

    def search(self, climb: Climb) -> Search:
        """Take the longest accepted step along the gradient."""
        found = yield from climb.slope()
        last = climb.memory
        # Twice the last length, so that steps can also grow again.
        first = 2 * last if isinstance(last, float) else 1.0
        return (yield from climb.along(found.gradient, float(found.gradient @ found.gradient), first))
