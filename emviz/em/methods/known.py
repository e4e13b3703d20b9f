"""The complete data: every unit is counted whole for the completion that its label tells (Figure 1a)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from emviz.em.domains import ParameterError
from emviz.em.methods.method import Sayings
from emviz.em.methods.weighing import Weighing
from emviz.em.model import POSTERIOR, AnyModel, C, D, Expectation, Model, P

NONE = "no set of labels that gives θ"
SAYINGS = Sayings(
    "the complete data",
    "Each {unit} was counted as its label tells",
    "counts",
    "the M-step counts the labels",
)


@dataclass(frozen=True)
class Known(Weighing):
    """The complete-data case as a method: its E-step reads the labels, and its first M-step is the last.

    It raises log P(x, z; θ) of the true z. It is no way to fit data without labels, and so stands beside
    EM, not among the methods that may be chosen.
    """

    key: str = "labels"
    title: str = "Complete data"
    tip: str = "Complete data: each unit counts for what its label tells"
    whole: bool = True
    known: ClassVar[bool] = True
    sayings: Sayings = SAYINGS

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return that the labels are not known, or leave a part of θ open."""
        return "" if model.labelled(data) is not None else NONE

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return "log P(x, z)", or "log P(x, z; θ)" with an argument "θ"; with a prior that of z and θ."""
        if model.objective == POSTERIOR:
            return f"{model.objective}(z, θ)"
        return f"{model.objective}(x, z{f'; {argument}' if argument else ''})"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts of the true completions and log P(x, z; θ)."""
        counts = model.labelled(data)
        if counts is None:
            raise ParameterError(f"{model.key} has {NONE}")
        return Expectation(counts, model.q(data, counts, params))
