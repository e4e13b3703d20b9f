"""One run of a method from θ(0), with the current position in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypedDict

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.engine import Outcome
from emviz.em.methods import Method, Scaled
from emviz.em.model import AnyModel, Fields, ModelError
from emviz.session.trail import Trail

#: The key of a run in a session: that of its method.
RunKey: TypeAlias = str


@dataclass(frozen=True, eq=False)
class Run:
    """A run up to its last computed step.

    Parameters
    ----------
    method : Method
        The method of the run.
    trail : Trail
        The half-steps, the start first.
    cursor : int
        The index of the current step.
    outcome : Outcome or None
        The reason for its end, if it ran by itself.
    failure : ModelError or None
        The error of the half-step after the last one, if it failed.
    """

    method: Method
    trail: Trail
    cursor: int = 0
    outcome: Outcome | None = None
    failure: ModelError | None = None


class Moves(TypedDict, total=False):
    """The fields of a run that change when it goes on; see `Run`."""

    trail: Trail
    cursor: int
    outcome: Outcome | None
    failure: ModelError | None


def begun_run(model: AnyModel, table: Table, data: object, params: Fields, method: Method) -> Run:
    """Return a run at θ(0).

    Parameters
    ----------
    table : Table
        The table that the model parsed, from which units are counted.

    Raises
    ------
    ModelError
        If the model fails there, or does not offer the method.
    """
    if isinstance(method, Scaled):
        method = method.scaled(units(model, table))
    first = engine.start(model, data, params, method)
    return Run(method, Trail((first,), len(method.phases)))


def units(model: AnyModel, table: Table) -> float:
    """Return the number of observed units: the rows, or the sum of their counts if the model reads these."""
    counted = any(column.name == "count" for column in model.columns)
    return max(1.0, float(table.counts_or_ones().sum() if counted else table.rows))
