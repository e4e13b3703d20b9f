"""θ from the complete rows only, as a reference in pictures if the missing values are unknown."""

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

#: The most rows for which the reference is computed, since it takes a separate run of EM.
MOST_ROWS = 3000
#: The maximum number of iterations of that run, and its tolerance.
MOST, TOLERANCE = 1000, 1e-10


@dataclass(frozen=True, eq=False)
class Alone:
    """The rows without a missing cell, and a model for them.

    Parameters
    ----------
    model : Model
    read : callable
        Returns the data of these rows; raises `DataError` if the model cannot use them.
    """

    model: object
    read: Callable[[], object]

    @cached_property
    def params(self) -> Fields | None:
        """The estimate from these rows only; None if they do not determine θ.

        From their labels, if known (Figure 1a); otherwise the end of EM from their default start.
        """
        return finished(self._climbed())

    def climbing(self) -> Generator[None, None, Fields | None]:
        """Compute `params` and return it; yield where this can be cancelled."""
        # The result goes to where `cached_property` keeps it, so that it is computed only once.
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
    """A model that imputes missing cells, and can also leave out their rows."""

    def alone(self, data: object) -> Alone | None:
        """Return the complete rows with their model; None if no cell is missing."""
        ...


def complete_alone(model: object, table: Table, missing: Mask | None) -> Alone | None:
    """Return the complete rows with their model; None if `missing`, shape (rows, d), has no true entry."""
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
    """Return θ from the complete rows only; yield where this can be cancelled.

    None if no cell is missing, if these rows do not determine θ, or if its shapes differ from those of
    `like`: a column that is constant in these rows is left out of their θ.
    """
    found = model.alone(data) if isinstance(model, LeavesOut) else None
    params = None if found is None else (yield from found.climbing())
    return params if params is not None and _shapes(params) == _shapes(like) else None


def known(of: object, data: object, like: P) -> tuple[P | None, str]:
    """Return θ from the complete data, otherwise from the complete rows only, and its name."""
    model = cast("AnyModel", of)
    labelled = model.labelled(data)
    if labelled is not None:
        return cast("P", model.m_step(data, labelled)), COMPLETE
    return cast("P | None", finished(seeking(model, data, cast("Fields", like)))), ROWS_ALONE


def _shapes(params: Fields) -> list[tuple[int, ...]]:
    return [np.shape(each) for each in fields_of(params).values()]


def beside(reference: Array | None, means: Array, scale: Array) -> Array | None:
    """Return the means of a reference, shape (K, d), in the order of the means that they are closest to.

    The numbering of components is arbitrary to EM. The closest pair is matched first; distances are in units
    of `scale`, shape (d,).
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
