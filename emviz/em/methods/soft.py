"""EM: every completion counts in proportion to its probability."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import cast

import numpy as np

from emviz.em.methods.method import Sayings
from emviz.em.methods.weighing import Weighing
from emviz.em.model import POSTERIOR, AnyModel, C, D, Expectation, Fields, Model, P
from emviz.em.numerics import Array
from emviz.em.optional import BatchedObjective, InParts, StraightObjective

SAYINGS = Sayings(
    "EM",
    "{shared}",
    "expected counts",
    "the M-step counts these {shares}",
)


@dataclass(frozen=True)
class Soft(Weighing):
    """EM: every completion counts in proportion to its probability."""

    key: str = "em"
    title: str = "EM"
    tip: str = "EM: each completion counts in proportion to its probability"
    whole: bool = False
    sayings: Sayings = SAYINGS

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return "": every model can be fitted by EM."""
        return ""

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return the name of the objective, such as "log P(x; θ)"."""
        name = model.objective
        return f"{name}(x; {argument})" if argument and name != POSTERIOR else name

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the expected counts and log P(x; θ)."""
        return model.e_step(data, params)

    def expecting(self, model: Model[D, P, C], data: D, params: P) -> Generator[None, None, Expectation[C]]:
        """Return the result of `expect`; yield where the E-step of the model can be cancelled."""
        if isinstance(model, InParts):
            return cast("Expectation[C]", (yield from model.e_parts(data, cast("Fields", params))))
        return self.expect(model, data, params)

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return log P, shape (B,), at parameters stacked along a leading axis."""
        if not isinstance(model, BatchedObjective):
            return super().objectives(model, data, stacked)
        with np.errstate(invalid="ignore"):
            return model.objectives(data, stacked)

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return log P along a line, or None if the model has no cheap way."""
        return model.objective_along(data, base, ahead) if isinstance(model, StraightObjective) else None


EM = Soft()
