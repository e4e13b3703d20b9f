"""The complete data: every unit counts for the completion given by its label (Figure 1a)."""

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
    "Each {unit} was counted by its label",
    "counts",
    "the M-step counts the labels",
)


@dataclass(frozen=True)
class Known(Weighing):
    """The complete-data case as a method: its E-step reads the labels, and its first M-step is the last.

    It raises log P(x, z; θ) of the true z. Without labels it cannot fit data, so it is shown beside EM but is
    not among the methods to choose from.
    """

    key: str = "labels"
    title: str = "Complete data"
    tip: str = "Complete data: each unit counts for the completion in its label"
    whole: bool = True
    known: ClassVar[bool] = True
    sayings: Sayings = SAYINGS

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return the reason if there are no labels, or too few to determine θ; otherwise ""."""
        return "" if model.labelled(data) is not None else NONE

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return "log P(x, z)", "log P(x, z; θ)" with argument "θ", or with a prior "log posterior(z, θ)"."""
        if model.objective == POSTERIOR:
            return f"{model.objective}(z, θ)"
        return f"{model.objective}(x, z{f'; {argument}' if argument else ''})"

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts of the true completions and log P(x, z; θ)."""
        counts = model.labelled(data)
        if counts is None:
            raise ParameterError(f"{model.key} has {NONE}")
        return Expectation(counts, model.q(data, counts, params))
