"""The common part of EM and hard EM: an E-step that weighs the completions, an M-step that counts them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import ClassVar

import numpy as np

from emviz.em.methods.method import unstacked
from emviz.em.model import AnyModel, C, D, Expectation, Fields, Model, P, Phase, Step
from emviz.em.numerics import Array
from emviz.em.optional import mistake_of
from emviz.em.work import finished


class Weighing(ABC):
    """A method whose iteration is an E-step and an M-step."""

    phases: ClassVar[tuple[Phase, ...]] = (Phase.E, Phase.M)
    steady: ClassVar[bool] = True
    known: ClassVar[bool] = False
    unbounded: ClassVar[str] = ""
    whole: bool

    @abstractmethod
    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts for the M-step and the objective of this method, in nats."""

    def begin(self, model: Model[D, P, C], data: D, params: P) -> Step[P, C]:
        """Return the step at t = 0."""
        expectation, q_here = finished(self._expecting(model, data, params))
        return Step(0, Phase.START, params, expectation, q_here, expectation.objective)

    def advance(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Step[P, C]:
        """Return the next half-step.

        θ and the counts are computed together in an M-step; the following E-step only reveals the counts.
        """
        return finished(self.parts(model, data, step))

    def parts(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Generator[None, None, Step[P, C]]:
        """Return the next half-step; yield where a long E-step can be cancelled."""
        if step.phase is not Phase.E:
            height = step.expectation.objective
            return Step(step.index, Phase.E, step.params, step.expectation, step.q_expectation, height)
        params = model.m_step(data, step.expectation.counts)
        bound = self.bound(model, data, step, params)
        expectation, q_here = yield from self._expecting(model, data, params)
        return Step(step.index + 1, Phase.M, params, expectation, q_here, bound)

    def bound(self, model: Model[D, P, C], data: D, at: Step[P, C], params: P) -> float:
        """Return g_t(θ), the bound that touches the objective at θ(t), in nats.

        g_t(θ) = L(θ(t)) + Q(θ | θ(t)) − Q(θ(t) | θ(t)). Since the bound touches L at θ(t), neither the
        entropy of the completions nor the terms of Q that are free of θ are needed (Do & Batzoglou 2008,
        Supplementary Note).

        Parameters
        ----------
        at : Step
            The step whose parameters are θ(t).
        params : P
            θ.

        Returns
        -------
        float
            NaN if the counts are wrong on purpose (`Mistaken`).
        """
        if not self.whole and mistake_of(model):
            return math.nan
        return at.expectation.objective + model.q(data, at.expectation.counts, params) - at.q_expectation

    def expecting(self, model: Model[D, P, C], data: D, params: P) -> Generator[None, None, Expectation[C]]:
        """Return the result of `expect`; yield where the work can be cancelled."""
        # Nothing is yielded, but the function has to be a generator.
        yield from ()
        return self.expect(model, data, params)

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return the objective in nats, shape (B,), at parameters stacked along a leading axis."""
        with np.errstate(invalid="ignore"):
            # −∞ − (−∞) where θ makes the data impossible: the objective says so.
            return np.array([self.expect(model, data, one).objective for one in unstacked(model, stacked)])

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return None: nothing is cheaper than an E-step at each point of the line."""
        return None

    def _expecting(
        self, model: Model[D, P, C], data: D, params: P
    ) -> Generator[None, None, tuple[Expectation[C], float]]:
        expectation = sound((yield from self.expecting(model, data, params)))
        q_here = model.q(data, expectation.counts, params)
        if not math.isfinite(q_here):
            raise ArithmeticError(f"Q(θ|θ) is not a finite number ({q_here})")
        return expectation, q_here


def sound(expectation: Expectation[C]) -> Expectation[C]:
    """Return the expectation unchanged if its objective is finite.

    Raises
    ------
    ArithmeticError
        If it is not.
    """
    if not math.isfinite(expectation.objective):
        raise ArithmeticError(_no_number(expectation.objective))
    return expectation


def _no_number(objective: float) -> str:
    if objective == -np.inf:
        return "log P(x;θ) is −∞, the data are impossible under these parameters"
    return f"log P(x;θ) is not a finite number ({objective})"
