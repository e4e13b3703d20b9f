"""The common part of methods without an M-step: one step per iteration, the objective of EM, no bound."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import ClassVar, Self, TypeAlias, cast

import numpy as np

from emviz.em.convergence.stopping import length
from emviz.em.domains import ParameterError
from emviz.em.methods.soft import Soft
from emviz.em.methods.weighing import sound
from emviz.em.model import AnyModel, AnyStep, C, D, Expectation, Fields, Model, P, Phase, Step, Stride
from emviz.em.numerics import Array
from emviz.em.objective.slope import Slope, hessian, slope
from emviz.em.optional import mistake_of
from emviz.em.theta.coordinates import FREE, Chart, LeftDomainError, chart_of, size_of
from emviz.em.work import finished

#: Armijo's rule: a step is accepted if it gains this fraction of slope times length.
ENOUGH = 1e-4
#: Halvings of a step before the search gives up and θ stays.
HALVINGS = 40
#: The error for a step that leads out of the range of a float.
DIVERGED = "the step has diverged: log P cannot be computed where it leads"
#: The most parameters for a gradient, and for a matrix of second derivatives; more take too long.
MOST, MOST_CURVED = 1500, 50

#: θ(t+1), the expectation there, and the cost of the step. A search yields where it can be cancelled.
Found: TypeAlias = tuple[Fields, Expectation[Fields], Stride]
Search: TypeAlias = Generator[None, None, Found]


@dataclass(frozen=True)
class Climbing(Soft):
    """A method that raises log P by one step per iteration, without a bound.

    Parameters
    ----------
    coordinates : str
        "free" for unconstrained ones, or "natural" for the entries of θ themselves.
    """

    coordinates: str = FREE

    phases: ClassVar[tuple[Phase, ...]] = (Phase.STEP,)
    steady: ClassVar[bool] = False
    #: The maximum number of parameters; None for any number.
    most: ClassVar[int | None] = MOST

    @abstractmethod
    def search(self, climb: Climb) -> Search:
        """Find θ(t+1); yield between E-steps."""

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return the reason, too many parameters or none or a deliberate mistake; "" if it is offered."""
        many = size_of(model, data)
        if not many:
            return "nothing to be estimated"
        if mistake_of(model):
            return "a mistake made on purpose, so that the slope of Q is not that of log P"
        if self.most is None or many <= self.most:
            return ""
        return f"{many:,} free parameters, and this method takes at most {self.most:,}"

    def begin(self, model: Model[D, P, C], data: D, params: P) -> Step[P, C]:
        """Return the step at t = 0.

        Raises
        ------
        ParameterError
            If the method is not offered for this model and these data.
        """
        reason = self.refusal(cast("AnyModel", model), data)
        if reason:
            raise ParameterError(f"{self.title} is not offered here: this model has {reason}")
        return super().begin(model, data, params)

    def advance(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Step[P, C]:
        """Return the step that follows."""
        return finished(self.parts(model, data, step))

    def parts(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Generator[None, None, Step[P, C]]:
        """Return the step that follows; yield wherever the work can be stopped."""
        chart = chart_of(self.coordinates, cast("AnyModel", model), data, step.params)
        climb = Climb(cast("AnyModel", model), data, cast("AnyStep", step), chart)
        params, expectation, stride = yield from self.search(climb)
        found, counted = cast("P", params), cast("Expectation[C]", expectation)
        q_here = model.q(data, counted.counts, found)
        return Step(step.index + 1, Phase.STEP, found, counted, q_here, math.nan, stride)

    def bound(self, model: Model[D, P, C], data: D, at: Step[P, C], params: P) -> float:
        """Return NaN: there is no bound."""
        return math.nan


@dataclass(frozen=True)
class Accelerating(Climbing):
    """A method that accelerates EM.

    Parameters
    ----------
    short : float
        If the EM step from θ(t) is no longer than this, it is taken as it is; 0 for never.
    """

    short: float = 0.0

    most: ClassVar[int | None] = None

    def until(self, short: float) -> Self:
        """Return the method with `short` set: it ends with a plain EM step no longer than this."""
        return replace(self, short=short)

    def rests(self, climb: Climb, mapped: Fields) -> bool:
        """Return whether the EM step from θ(t) is no longer than `short`."""
        if not self.short:
            return False
        return length(climb.model.parameters(climb.data), climb.step.params, mapped) <= self.short


class Climb:
    """The search for one step: its start, the computations it may use, and a count of their cost.

    Parameters
    ----------
    model, data : AnyModel, object
        The model and the data of the objective.
    step : AnyStep
        The step at θ(t).
    chart : Chart
        The coordinates in which θ moves.
    """

    def __init__(self, model: AnyModel, data: object, step: AnyStep, chart: Chart) -> None:
        self.model, self.data, self.step, self.chart = model, data, step, chart
        self.here = self.chart.point(step.params)
        self.height = step.expectation.objective
        self.memory = step.stride.memory if step.stride else None
        self.e_steps = self.for_hessian = self.refused = self.maps = 0

    def slope(self) -> Generator[None, None, Slope]:
        """Return the gradient at θ(t), from the counts there, without a further E-step."""
        return slope(self.model, self.data, self.step.expectation.counts, self.chart, self.here)

    def hessian(self, known: Slope) -> Generator[None, None, Array]:
        """Return the matrix of second derivatives at θ(t)."""
        return hessian(self.here, known.scales, self._gradient_at)

    def expect(self, params: Fields) -> Expectation[Fields]:
        """Do an E-step.

        Raises
        ------
        ArithmeticError
            If log P is not finite.
        """
        self.e_steps += 1
        return sound(self.model.e_step(self.data, params))

    def map(self, expectation: Expectation[Fields]) -> Fields:
        """Return the result of the M-step of EM on these counts."""
        self.maps += 1
        return self.model.m_step(self.data, expectation.counts)

    def at(self, point: Array) -> tuple[Fields, Expectation[Fields]]:
        """Return θ at a point and the expectation there.

        Raises
        ------
        ArithmeticError
            If the point is outside the domain, or log P is not finite.
        """
        params = self.chart.params(point)
        self.e_steps += 1
        try:
            found = self.model.e_step(self.data, params)
        # A model's own words would blame the data, as for columns that follow from others.
        except (ArithmeticError, np.linalg.LinAlgError) as error:
            raise LeftDomainError(DIVERGED) from error
        return params, sound(found)

    def tried(self, point: Array) -> tuple[Fields, Expectation[Fields]] | None:
        """Return `at(point)`, or None if it fails, as after a step that is far too long."""
        try:
            return self.at(point)
        except (ArithmeticError, ValueError):
            return None

    def along(self, direction: Array, promise: float, longest: float) -> Search:
        """Return the first step of length `longest`, half of it, a quarter, … that satisfies Armijo's rule.

        Parameters
        ----------
        direction : Array, shape (p,)
            An uphill direction.
        promise : float
            The gain of a step of length 1 if the slope were constant, in nats.
        """
        length = longest
        for _ in range(HALVINGS):
            yield
            found = self.tried(self.here + length * direction)
            if found is not None and found[1].objective >= self.height + ENOUGH * length * promise:
                return (*found, self.stride(length, length))
            self.refused += 1
            length /= 2
        # Any further gain is within rounding, so θ stays.
        return self.step.params, self.step.expectation, self.stride(0.0, longest)

    def stride(self, length: float | None = None, memory: object = None) -> Stride:
        """Return the record of how the step was found."""
        return Stride(self.e_steps, self.for_hessian, self.refused, self.maps, length, memory)

    def _gradient_at(self, point: Array) -> Generator[None, None, Array]:
        params = self.chart.params(point)
        # Counted separately from `e_steps`, because the comparison of methods lists them separately.
        self.for_hessian += 1
        counts = sound(self.model.e_step(self.data, params)).counts
        found = yield from slope(self.model, self.data, counts, self.chart, point)
        return found.gradient
