"""θ of the complete rows alone, a reference in pictures where nobody knows what the holes hide."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast, runtime_checkable

import numpy as np

from emviz.data.table import DataError, Mask, Table
from emviz.em import engine
from emviz.em.model import AnyModel, Fields, ModelError, P, fields_of
from emviz.em.numerics import Array
from emviz.em.pictures import COMPLETE, ROWS_ALONE
from emviz.em.work import finished

#: Rows up to which a reference is worked out: it is a run of EM of its own.
MOST_ROWS = 3000
#: Iterations at most, and the gain that ends them.
MOST, TOLERANCE = 1000, 1e-10


@dataclass(frozen=True, eq=False)
class Alone:
    """The rows without a hole, and a model for them.

    Parameters
    ----------
    model : Model
    read : callable
        Returns the data of these rows; raises `DataError` where they are none that the model takes.
    """

    model: object
    read: Callable[[], object]

    @cached_property
    def params(self) -> Fields | None:
        """The estimate from these rows alone; None where they do not determine θ.

        Where their labels are known that of Figure 1a, else where EM ends on them from their default.
        """
        return finished(self._climbed())

    def climbing(self) -> Generator[None, None, Fields | None]:
        """Find the same; yield wherever that can be given up."""
        if "params" not in vars(self):
            vars(self)["params"] = yield from self._climbed()
        return self.params

    def _climbed(self) -> Generator[None, None, Fields | None]:
        model = cast("AnyModel", self.model)
        try:
            data = self.read()
            labelled = model.labelled(data)
            if labelled is not None:
                return model.m_step(data, labelled)
            step = engine.start(model, data, model.default(data))
            for each in engine.run(model, data, step, iterations=MOST, tolerance=TOLERANCE):
                step = each or step
                yield
        except (DataError, ModelError):
            return None
        return step.params


@runtime_checkable
class LeavesOut(Protocol):
    """A model that fills holes, and can leave out the rows that have one."""

    def alone(self, data: object) -> Alone | None:
        """Return what finds θ of the complete rows alone; None where no cell is missing."""
        ...


def complete_alone(model: object, table: Table, missing: Mask | None) -> Alone | None:
    """Return what finds θ of the complete rows alone; None where there are no holes, shape (rows, d)."""
    if missing is None or not missing.any():
        return None
    reader = cast("AnyModel", model)

    def read() -> object:
        whole = np.asarray(~missing.any(axis=1))
        if table.rows > MOST_ROWS or not whole.any():
            raise DataError(f"there are more than {MOST_ROWS:,} rows, or none without a hole")
        return reader.parse(table.where(whole))

    return Alone(model, read)


def seeking(model: object, data: object, like: Fields) -> Generator[None, None, Fields | None]:
    """Return θ of the complete rows alone; yield wherever that can be given up.

    None where no cell is missing, where these rows do not determine θ, or where it is not laid out as another
    one is: a column in which they do not differ is left out of them.
    """
    found = model.alone(data) if isinstance(model, LeavesOut) else None
    params = None if found is None else (yield from found.climbing())
    return params if params is not None and _shapes(params) == _shapes(like) else None


def known(of: object, data: object, like: P) -> tuple[P | None, str]:
    """Return θ of the complete data, else of the complete rows alone, and what it is called."""
    model = cast("AnyModel", of)
    labelled = model.labelled(data)
    if labelled is not None:
        return cast("P", model.m_step(data, labelled)), COMPLETE
    return cast("P | None", finished(seeking(model, data, cast("Fields", like)))), ROWS_ALONE


def _shapes(params: Fields) -> list[tuple[int, ...]]:
    return [np.shape(each) for each in fields_of(params).values()]


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
