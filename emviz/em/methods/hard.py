"""Hard EM: the single most likely completion counts alone."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.domains import ParameterError
from emviz.em.methods.method import Sayings
from emviz.em.methods.weighing import Weighing
from emviz.em.model import POSTERIOR, AnyModel, C, D, Expectation, Model, P, offers

NONE = "no single most likely completion"
SAYINGS = Sayings(
    "Hard EM",
    "Only the likeliest completion of each {unit} was counted",
    "counts",
    "the M-step counts these completions",
)


@dataclass(frozen=True)
class Hard(Weighing):
    """Hard EM: the single most likely completion counts alone.

    Coordinate ascent on J(θ) = max_z log P(x, z; θ), which is at most log P(x; θ) unless z is a measured
    number, whose density may exceed 1. Its bound is log P(x, z; θ) of the completion that was the likeliest
    at θ(t).
    """

    key: str = "hard"
    title: str = "Hard EM"
    tip: str = "Hard EM: of each unit only the likeliest completion counts, and it whole"
    whole: bool = True
    sayings: Sayings = SAYINGS

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return that there is no likeliest completion, where the model has not written `complete`."""
        return "" if offers(model, "complete") else NONE

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return "max log P(x, z)", over all z; with a prior the log posterior of z and θ."""
        return f"max {model.objective}" if model.objective == POSTERIOR else f"max {model.objective}(x, z)"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts of the likeliest completion and J(θ)."""
        counts = model.complete(data, params)
        if counts is None:
            raise ParameterError(f"{model.key} has {NONE}")
        return Expectation(counts, model.q(data, counts, params))
