"""Hard EM: only the most likely completion counts."""

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
    """Hard EM: only the most likely completion counts.

    Coordinate ascent on J(θ) = max_z log P(x, z; θ). If z is discrete, J is at most log P(x; θ); if z is a
    measured number, its density may exceed 1. The bound is log P(x, z; θ) of the completion that was the
    likeliest at θ(t).
    """

    key: str = "hard"
    title: str = "Hard EM"
    tip: str = "Hard EM: each unit counts for its likeliest completion only"
    whole: bool = True
    sayings: Sayings = SAYINGS

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return the reason if the model does not define `complete`, otherwise ""."""
        return "" if offers(model, "complete") else NONE

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return "max log P(x, z)", the maximum over z, or "max log posterior" if there is a prior."""
        return f"max {model.objective}" if model.objective == POSTERIOR else f"max {model.objective}(x, z)"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts of the likeliest completion and J(θ)."""
        counts = model.complete(data, params)
        if counts is None:
            raise ParameterError(f"{model.key} has {NONE}")
        return Expectation(counts, model.q(data, counts, params))
