"""The trace of a run: what `emviz.fit` returns and what is exported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emviz.em.engine import Outcome, iterations_of
from emviz.em.model import AnyStep, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.stopping import left

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class Trace:
    """Every half-step of a run.

    Parameters
    ----------
    model, method : str
        Their keys.
    steps : sequence of Step
        The half-steps, the start first.
    outcome : Outcome
        Why the run ended.
    remark : str
        What the model has to say of the last θ, such as that it is a saddle; empty for an ordinary place.
    failure : str
        Why the next half-step could not be done; empty where none has failed.
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
        """Whether neither the last gain nor the estimate of what is left exceeded the tolerance."""
        return self.outcome is Outcome.CONVERGED

    @property
    def left(self) -> float | None:
        """About how much further iterations would add, in nats.

        Infinite where the gains do not fall yet, or by a method whose gains do not tell; None where the last
        one is rounding.
        """
        more = left(self.objectives)
        return more if more is None or self.steps[-1].stride is None else math.inf

    def columns(self) -> dict[str, list[float]]:
        """Return one column of numbers for t, every parameter and the objective, a row for each iteration.

        ``pandas.DataFrame(trace.columns())`` is a data frame of the run.
        """
        names, rows = self.rows()
        return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))

    def record(self) -> dict[str, Json]:
        """Return the trace as nested lists and numbers, in the shape of ``emviz fit --json``.

        With "remark" and "failure" only where there is one.
        """
        told = {"remark": self.remark, "failure": self.failure}
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
            **{name: words for name, words in told.items() if words},
        }

    def rows(self) -> tuple[list[str], list[list[float]]]:
        """Return the header and one row of numbers for each iteration: t, every parameter, the objective."""
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
    """Return what a step without an M-step has cost, and how long it is; nothing of others."""
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
    """Return the fields of a record as nested lists."""
    return {name: value.tolist() for name, value in fields_of(record).items()}


def flat_name(name: str, index: tuple[int, ...]) -> str:
    """Return what an entry of θ is called in a table of numbers: "heads_1"."""
    return "_".join([name, *(str(i + 1) for i in index)])
