"""θ of the complete rows alone, a reference in pictures where nobody knows what the holes hide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emviz.data.table import DataError, Mask, Table
from emviz.em import engine
from emviz.em.model import AnyModel, Fields, ModelError
from emviz.em.numerics import Array

#: Rows up to which a reference is worked out: it is a run of EM of its own.
MOST_ROWS = 3000
#: Iterations at most, and the gain that ends them.
MOST, TOLERANCE = 1000, 1e-10


@dataclass(frozen=True, eq=False)
class Alone:
    """The rows of a table without those that have a hole, and a model for them.

    Parameters
    ----------
    model : Model
    table : Table
        All rows.
    whole : boolean array, shape (rows,)
        The rows without a hole.
    """

    model: object
    table: Table
    whole: Mask

    @cached_property
    def params(self) -> Fields | None:
        """Where EM ends on these rows from their default; None where they do not determine θ."""
        model: AnyModel = self.model  # type: ignore[assignment]
        if self.table.rows > MOST_ROWS or not self.whole.any():
            return None
        try:
            data = model.parse(self.table.where(self.whole))
            step = engine.start(model, data, model.default(data))
            for each in engine.run(model, data, step, iterations=MOST, tolerance=TOLERANCE):
                step = each or step
        except (DataError, ModelError):
            return None
        return step.params


def complete_alone(model: object, table: Table, missing: Mask | None) -> Alone | None:
    """Return what finds θ of the complete rows alone; None where there are no holes, shape (rows, d)."""
    return None if missing is None else Alone(model, table, np.asarray(~missing.any(axis=1)))


def beside(reference: Array | None, means: Array, scale: Array) -> Array | None:
    """Return the means of a reference, shape (K, d), in the order in which they are nearest to others.

    Labels mean nothing to EM: the pair that is nearest goes first, distances in `scale`, shape (d,).
    """
    if reference is None:
        return None
    apart = np.square((means[:, None] - reference) / scale).sum(axis=2)
    found = np.empty_like(means)
    for _ in means:
        k, other = np.unravel_index(int(apart.argmin()), apart.shape)
        found[k] = reference[other]
        apart[k], apart[:, other] = np.inf, np.inf
    return found
