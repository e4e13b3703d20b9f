"""Methods side by side from one start: the cost, the objective and the end of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from emviz.em.convergence.ending import Ending
from emviz.em.convergence.stopping import ROUNDING, Rule
from emviz.em.engine import iterations_of
from emviz.em.model import AnyStep, Stride
from emviz.em.trace import Json, Trace, nested, spent


@dataclass(frozen=True)
class Contender:
    """One method of a comparison.

    Parameters
    ----------
    title : str
        The name of the method on the screen.
    raised : str
        The name of its objective, such as "log P".
    trace : Trace
        Its run; if a step failed, the trace ends before it and `failure` is the reason.
    ending : Ending
        The kind of point where it ended.
    units : float
        The number n of observed units.
    """

    title: str
    raised: str
    trace: Trace
    ending: Ending
    units: float

    @property
    def spent(self) -> list[int]:
        """The E-steps up to θ(0), θ(1), …, including refused trials; 0 for θ(0).

        Those for matrices of second derivatives are not included; see `for_hessians`.
        """
        return list(accumulate(map(e_steps_of, iterations_of(self.trace.steps))))

    @property
    def for_hessians(self) -> int:
        """E-steps for matrices of second derivatives."""
        return sum(stride.for_hessian for stride in self._strides)

    @property
    def maps(self) -> int:
        """The number of M-steps, including those within other methods."""
        moves = [step for step in iterations_of(self.trace.steps) if step.index]
        return sum(step.stride.maps if step.stride is not None else 1 for step in moves)

    @property
    def refused(self) -> int:
        """Trials that were refused."""
        return sum(stride.refused for stride in self._strides)

    @property
    def monotone(self) -> bool:
        """Whether the objective never fell by more than rounding.

        It is a sum over n units, each with a rounding error of its own. For counts it may be close to 0 all
        the same, as the multinomial coefficient nearly cancels the rest.
        """
        return all(
            after >= before - ROUNDING * (abs(before) + self.units)
            for before, after in pairwise(self.trace.objectives)
        )

    @property
    def _strides(self) -> Iterator[Stride]:
        return (step.stride for step in self.trace.steps if step.stride is not None)

    def record(self) -> dict[str, Json]:
        """Return the contender as nested lists and numbers."""
        moves = zip(iterations_of(self.trace.steps), self.spent, strict=True)
        return {
            "method": self.trace.method,
            "objective": self.raised,
            "iterations": self.trace.iterations,
            "e_steps": self.spent[-1],
            "maps": self.maps,
            "for_hessians": self.for_hessians,
            "refused": self.refused,
            "value": self.trace.objectives[-1],
            "monotone": self.monotone,
            "converged": self.trace.converged,
            "end": {"place": self.ending.place.value, "eigenvalues": self.ending.eigenvalues.tolist()},
            "params": nested(self.trace.steps[-1].params),
            "path": [
                {**spent(step), "t": step.index, "e_steps": sofar, "objective": step.expectation.objective}
                for step, sofar in moves
            ],
            **({"failure": self.trace.failure} if self.trace.failure else {}),
        }


@dataclass(frozen=True)
class Comparison:
    """Methods from one θ(0).

    Parameters
    ----------
    model, source : str
        The key of the model, and the origin of the data.
    contenders : sequence of Contender
        The methods in the requested order.
    rule : Rule
        The rule by which each has converged.
    """

    model: str
    source: str
    contenders: Sequence[Contender]
    rule: Rule = field(default_factory=Rule)

    def record(self) -> dict[str, Json]:
        """Return the comparison as nested lists and numbers, in the shape of ``emviz compare --json``."""
        methods: list[Json] = [each.record() for each in self.contenders]
        return {"model": self.model, **self.rule.record(), "methods": methods}

    def rows(self) -> tuple[list[str], list[list[str | int | float]]]:
        """Return the header and one row for each iteration of each method."""
        body: list[list[str | int | float]] = [
            [each.trace.method, step.index, spent, step.expectation.objective]
            for each in self.contenders
            for step, spent in zip(iterations_of(each.trace.steps), each.spent, strict=True)
        ]
        return ["method", "t", "e_steps", "objective"], body


def e_steps_of(step: AnyStep) -> int:
    """Return the number of E-steps from θ(t−1) to θ(t): one for EM, and as recorded for other methods."""
    if step.stride is not None:
        return step.stride.e_steps
    return min(step.index, 1)
