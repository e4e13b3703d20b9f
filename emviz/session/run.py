"""One run of a method from θ(0), and where in it one stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypedDict

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.engine import Outcome
from emviz.em.methods import Method, Scaled
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


def begun_run(model: AnyModel, table: Table, data: object, params: Fields, method: Method) -> Run:
    """Return a run at θ(0).

    Parameters
    ----------
    table : Table
        What the model parsed, which tells how many units there are.

    Raises
    ------
    ModelError
        Where the model fails there, or does not offer the method.
    """
    if isinstance(method, Scaled):
        method = method.scaled(units(model, table))
    first = engine.start(model, data, params, method)
    return Run(method, Trail((first,), len(method.phases)))


def units(model: AnyModel, table: Table) -> float:
    """Return how many units were observed: the rows, or the sum of their counts where a model reads one."""
    counted = any(column.name == "count" for column in model.columns)
    return max(1.0, float(table.counts_or_ones().sum() if counted else table.rows))
