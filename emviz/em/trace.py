"""The trace of a run: the result of `emviz.fit` and of an export."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emviz.em.convergence.stopping import left
from emviz.em.engine import Outcome, iterations_of
from emviz.em.model import AnyStep, Fields, fields_of
from emviz.em.numerics import Array

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class Trace:
    """Every half-step of a run.

    Parameters
    ----------
    model, method : str
        The keys of model and method.
    steps : sequence of Step
        The half-steps, the start first.
    outcome : Outcome
        The reason why the run ended.
    remark : str
        The model's remark about the last θ, such as that it is a saddle; usually empty.
    failure : str
        The error of the next half-step; empty if none has failed.
    """

    model: str
    method: str
    steps: Sequence[AnyStep]
    outcome: Outcome
    remark: str = ""
    failure: str = ""

    @property
    def objectives(self) -> list[float]:
        """The objective at θ(0), θ(1), …, in nats."""
        return [step.expectation.objective for step in iterations_of(self.steps)]

    @property
    def params(self) -> dict[str, Array]:
        """θ at the last iteration, by field."""
        return fields_of(self.steps[-1].params)

    @property
    def counts(self) -> dict[str, Array]:
        """The expected counts at the last iteration, by field."""
        return fields_of(self.steps[-1].expectation.counts)

    @property
    def iterations(self) -> int:
        """The number of M-steps."""
        return self.steps[-1].index

    @property
    def converged(self) -> bool:
        """Whether neither the last gain nor the estimate of the rest exceeded the tolerance."""
        return self.outcome is Outcome.CONVERGED

    @property
    def left(self) -> float | None:
        """An estimate of what further iterations would add to the objective, in nats.

        Infinite if the gains do not shrink yet, or for a method without a rate; None if the last gain is
        within rounding.
        """
        more = left(self.objectives)
        return more if more is None or self.steps[-1].stride is None else math.inf

    def columns(self) -> dict[str, list[float]]:
        """Return columns for t, each parameter and the objective, with one number for each iteration.

        ``pandas.DataFrame(trace.columns())`` gives a data frame.
        """
        names, rows = self.rows()
        return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))

    def record(self) -> dict[str, Json]:
        """Return the trace as nested lists and numbers, in the shape of ``emviz fit --json``.

        It has "remark" and "failure" only if they are not empty.
        """
        optional = {"remark": self.remark, "failure": self.failure}
        return {
            "model": self.model,
            "method": self.method,
            "converged": self.converged,
            "trace": [
                {
                    "t": step.index,
                    "params": nested(step.params),
                    "objective": step.expectation.objective,
                    **spent(step),
                }
                for step in iterations_of(self.steps)
            ],
            "counts": nested(self.steps[-1].expectation.counts),
            **{name: words for name, words in optional.items() if words},
        }

    def rows(self) -> tuple[list[str], list[list[float]]]:
        """Return the header and one row for each iteration: t, each parameter, the objective."""
        names = [
            flat_name(name, index) for name, value in self.params.items() for index in np.ndindex(value.shape)
        ]
        body = [
            [
                step.index,
                *(float(x) for value in step.params for x in value.ravel()),
                step.expectation.objective,
            ]
            for step in iterations_of(self.steps)
        ]
        return ["t", *names, "objective"], body


def spent(step: AnyStep) -> dict[str, Json]:
    """Return cost and length of a step without an M-step; an empty dict for other steps."""
    stride = step.stride
    if stride is None:
        return {}
    return {
        "e_steps": stride.e_steps,
        "for_hessian": stride.for_hessian,
        "step": stride.length,
        "refused": stride.refused,
        "maps": stride.maps,
    }


def nested(record: Fields) -> dict[str, Json]:
    """Return the fields of θ or of counts as nested lists."""
    return {name: value.tolist() for name, value in fields_of(record).items()}


def flat_name(name: str, index: tuple[int, ...]) -> str:
    """Return the name of an entry of θ in a table of numbers: "heads_1"."""
    return "_".join([name, *(str(i + 1) for i in index)])
