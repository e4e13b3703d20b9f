"""Ways to weigh the completions: EM in proportion to their probability, hard EM all on the likeliest.

A method says what a step shows: the objective that is raised and its name, how units are counted, and the
words for it. A model never knows the method; it is told by the round whether units are counted whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from emviz.em.domains import ParameterError
from emviz.em.model import POSTERIOR, AnyModel, C, D, Expectation, Fields, Model, P, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import BatchedObjective, StraightObjective


@dataclass(frozen=True)
class Sayings:
    """How sentences speak of a method.

    Parameters
    ----------
    name : str
        Its name within a sentence: "EM".
    weighed : str
        What the E-step did, with {unit}, {components} and {t} left open.
    counted : str
        What it counted: "expected counts".
    onward : str
        What the M-step does next.
    """

    name: str
    weighed: str
    counted: str
    onward: str


class Method(Protocol):
    """What happens at θ before the M-step, and how it is told."""

    @property
    def key(self) -> str:
        """The name on the command line."""
        ...

    @property
    def whole(self) -> bool:
        """Whether each unit is counted whole for one completion, instead of shared between all."""
        ...

    @property
    def sayings(self) -> Sayings:
        """How sentences speak of it."""
        ...

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return what this method raises, such as "log P(x; θ)" with an argument "θ"."""
        ...

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts for the M-step and the objective that this method raises."""
        ...

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return the objective, shape (B,), at parameters stacked along a leading axis."""
        ...

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return the objective at base + a (ahead − base) as a function of a, where that is cheap."""
        ...


@dataclass(frozen=True)
class Soft:
    """EM: every completion counts in proportion to its probability."""

    key: str = "em"
    whole: bool = False
    sayings: Sayings = Sayings(
        "EM",
        "Each {unit} was shared between the {components} in proportion to their probability at θ({t}).",
        "expected counts",
        "Next, the M-step counts these shares as if they had been observed.",
    )

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return the name of what the model raises, such as "log P(x; θ)"."""
        name = model.objective
        return f"{name}(x; {argument})" if argument and name != POSTERIOR else name

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the expected counts and log P(x; θ)."""
        return model.e_step(data, params)

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return log P, shape (B,), at parameters stacked along a leading axis."""
        with np.errstate(invalid="ignore"):
            if isinstance(model, BatchedObjective):
                return model.objectives(data, stacked)
            return np.array([model.e_step(data, one).objective for one in unstacked(model, stacked)])

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return log P along a line, where the model has a short way to it."""
        return model.objective_along(data, base, ahead) if isinstance(model, StraightObjective) else None


@dataclass(frozen=True)
class Hard:
    """Hard EM: the single most likely completion counts alone.

    Coordinate ascent on J(θ) = max_z log P(x, z; θ) ≤ log P(x; θ). Its bound is log P(x, z; θ) of the
    completion that was the likeliest at θ(t).
    """

    key: str = "hard"
    whole: bool = True
    sayings: Sayings = Sayings(
        "Hard EM",
        "Of each {unit} only the likeliest completion at θ({t}) was counted, and it whole.",
        "counts",
        "Next, the M-step counts these completions as if they had been observed.",
    )

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return "max log P(x, z)", over all z; with a prior the log posterior of z and θ."""
        return f"max {model.objective}" if model.objective == POSTERIOR else f"max {model.objective}(x, z)"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts of the likeliest completion and J(θ)."""
        counts = model.complete(data, params)
        if counts is None:
            raise ParameterError(f"{model.key} has no single most likely completion")
        return Expectation(counts, model.q(data, counts, params))

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return J, shape (B,), at parameters stacked along a leading axis."""
        with np.errstate(invalid="ignore"):
            return np.array([self.expect(model, data, one).objective for one in unstacked(model, stacked)])

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return None: another completion may be the likeliest at every point of the line."""
        return None


EM = Soft()
METHODS: tuple[Method, ...] = (EM, Hard())


def method_named(key: str) -> Method:
    """Return the method of this name.

    Raises
    ------
    ParameterError
        Where there is none.
    """
    for method in METHODS:
        if method.key == key:
            return method
    raise ParameterError(f"there is no method {key!r}; there are {', '.join(each.key for each in METHODS)}")


def objective_written(method: Method, model: AnyModel, argument: str = "") -> str:
    """Return what a method raises as an axis has it, with what is left out: "log posterior + const."."""
    left_out = " + const." if model.objective == POSTERIOR else ""
    return method.objective_name(model, argument) + left_out


def unstacked(model: AnyModel, stacked: Fields) -> Iterator[Fields]:
    """Yield one by one the parameters that are stacked along a leading axis."""
    fields = fields_of(stacked)
    return (
        model.make_params(dict(zip(fields, one, strict=True))) for one in zip(*fields.values(), strict=True)
    )
