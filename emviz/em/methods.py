"""Ways to weigh the completions: EM in proportion to their probability, hard EM all on the likeliest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emviz.em.domains import ParameterError
from emviz.em.model import C, D, Expectation, Model, P


class Method(Protocol):
    """What happens at θ before the M-step."""

    @property
    def key(self) -> str:
        """The name on the command line."""
        ...

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts for the M-step and the objective that this method raises."""
        ...


@dataclass(frozen=True)
class Soft:
    """EM: every completion counts in proportion to its probability."""

    key: str = "em"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the expected counts and log P(x; θ)."""
        return model.e_step(data, params)


@dataclass(frozen=True)
class Hard:
    """Hard EM: the single most likely completion counts alone.

    Coordinate ascent on J(θ) = max_z log P(x, z; θ) ≤ log P(x; θ).
    """

    key: str = "hard"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts of the likeliest completion and J(θ)."""
        counts = model.complete(data, params)
        if counts is None:
            raise ParameterError(f"{model.key} has no single most likely completion")
        return Expectation(counts, model.q(data, counts, params))


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
