"""One run of a method from θ(0), and where in it one stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypedDict

from emviz.em import engine
from emviz.em.engine import Outcome
from emviz.em.methods import Method
from emviz.em.model import AnyModel, Fields, ModelError
from emviz.session.trail import Trail

#: What tells the runs of a session apart: the key of their method.
RunKey: TypeAlias = str


@dataclass(frozen=True, eq=False)
class Run:
    """A run as far as it has come.

    Parameters
    ----------
    method : Method
        How θ(t) becomes θ(t+1).
    trail : Trail
        The half-steps, the start first.
    cursor : int
        The step on display.
    outcome : Outcome or None
        How it ended, where it was left to itself.
    failure : ModelError or None
        The half-step that could not be done after the last one of the trail.
    """

    method: Method
    trail: Trail
    cursor: int = 0
    outcome: Outcome | None = None
    failure: ModelError | None = None


class Moves(TypedDict, total=False):
    """What of a run changes when it goes on; see `Run`."""

    trail: Trail
    cursor: int
    outcome: Outcome | None
    failure: ModelError | None


def begun_run(model: AnyModel, data: object, params: Fields, method: Method) -> Run:
    """Return a run at θ(0).

    Raises
    ------
    ModelError
        Where the model fails there, or does not offer the method.
    """
    first = engine.start(model, data, params, method)
    return Run(method, Trail((first,), len(method.phases)))
