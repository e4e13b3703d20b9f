"""The objective, or the lower bound g_t, over two entries of θ: the heights of a landscape."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import Entry
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, AnyStep, Fields, fields_of
from emviz.em.numerics import Array, stacked
from emviz.em.objective.bound import bounds_at, entry_span, with_each, with_entry
from emviz.em.objective.pace import Pace
from emviz.em.objective.pairs import of_one_whole, with_pair
from emviz.em.rounding import decimal
from emviz.em.work import Report, checked, silent

#: Cells along each axis, from coarse to fine.
SIZES = (8, 24, 48, 96)
#: Seconds that a finer grid may take; it is left out if the one before it was slower.
LONGEST = 30.0
#: Seconds up to which a grid is awaited, so that no coarser one is shown before it.
AWAITED = 0.2
#: Seconds for the coarsest grid beyond which there is no landscape.
HOPELESS = 120.0
#: Values after which the time for one is known; the first may include the making of tables.
SURE = 4
WITHHELD = (
    "No landscape: one value of the objective takes {seconds} s with these data, and the coarsest grid "
    "has {many}."
)

Span = tuple[float, float]


@dataclass(frozen=True)
class Heights:
    """The objective over two entries of θ, with the others fixed.

    Parameters
    ----------
    x, y : Entry
        The entries on the axes.
    xs, ys : Array, shapes (n,), (m,)
        Their values.
    values : Array, shape (n, m)
        The objective in nats; −∞ where the data are impossible, NaN where there is no such θ.
    withheld : str
        Why there are no values, as a sentence; "" if there are.
    """

    x: Entry
    y: Entry
    xs: Array
    ys: Array
    values: Array
    withheld: str = ""


def landscape(
    model: AnyModel,
    data: object,
    params: Fields,
    x: Entry,
    y: Entry,
    sizes: tuple[int, ...] = SIZES,
    method: Method = EM,
    at: AnyStep | None = None,
    report: Report = silent,
    spans: tuple[Span, Span] | None = None,
) -> Iterator[Heights | None]:
    """Yield the objective over two entries of θ, a coarse grid first; yield None in between, to be cancelled.

    A finer grid is left out if it would take longer than `LONGEST`, and a coarse one is not yielded if the
    next takes no time.

    Parameters
    ----------
    sizes : tuple of int
        Cells along each axis, from coarse to fine.
    at : AnyStep, optional
        If given, the bound that touches at θ(t) of this step is computed instead.
    report : callable
        Called with the fraction that is done.
    spans : pair of pair of float, optional
        The ranges of the axes; by default those of the entries at this θ.
    """
    grid = _Grid(model, data, params, (x, y), method, at)
    shown = spans or (entry_span(model, data, params, x), entry_span(model, data, params, y))
    finer = list(sizes)
    while finer:
        size, *left = finer
        xs, ys = (middles(span, size) for span in shown)
        columns: list[Array] = []
        pace = Pace(size * size)
        for value in xs.tolist():
            for part in grid.column(value, ys, pace):
                if part is not None:
                    columns.append(part)
                yield None
                finer = [each for each in left if grid.seconds * each * each <= LONGEST]
                rest = (size - len(columns)) * size + sum(each * each for each in finer)
                report(grid.done / max(1, grid.done + rest))
                if size == sizes[0] and grid.done >= SURE and grid.seconds * size * size > HOPELESS:
                    yield _withheld((x, y), grid.seconds, size * size)
                    return
        if not finer or grid.seconds * finer[0] ** 2 > AWAITED:
            yield Heights(x, y, xs, ys, np.stack(columns))


def _withheld(axes: tuple[Entry, Entry], seconds: float, many: int) -> Heights:
    words = WITHHELD.format(seconds=decimal(seconds, 1), many=many)
    return Heights(*axes, np.empty(0), np.empty(0), np.empty((0, 0)), words)


class _Grid:
    """Computes the columns of a grid, and measures the time for one value."""

    def __init__(
        self,
        model: AnyModel,
        data: object,
        params: Fields,
        axes: tuple[Entry, Entry],
        method: Method,
        at: AnyStep | None,
    ) -> None:
        self._of, self._params, self._axes = (model, data), params, axes
        self._method, self._at = method, at
        self._tied = of_one_whole(model, data, *axes)
        self._spent, self.done = 0.0, 0

    @property
    def seconds(self) -> float:
        """The time for one value; 0 before the first."""
        return self._spent / self.done if self.done else 0.0

    def column(self, value: float, ys: Array, pace: Pace) -> Iterator[Array | None]:
        """Yield None after each part of a column, then its values, shape (m,)."""
        known, many = self._moved(value, ys)
        found: list[Array] = []
        for part in pace.parts(self._of[0], many) if known.any() else ():
            began = time.perf_counter()
            found.append(self._heights(part))
            self._spent, self.done = self._spent + time.perf_counter() - began, self.done + len(part[0])
            yield None
        values = np.full(len(ys), np.nan)
        values[known] = np.concatenate(found) if found else []
        yield values

    def _heights(self, part: Fields) -> Array:
        if self._at is not None:
            return np.array(bounds_at(*self._of, self._at, part, self._method))
        return self._method.objectives(*self._of, part)

    def _moved(self, value: float, ys: Array) -> tuple[NDArray[np.bool_], Fields]:
        """Return which points of a column exist, and the θ there, stacked along a leading axis."""
        (model, data), (x, y) = self._of, self._axes
        if not self._tied:
            moved = with_entry(model, data, self._params, x, value)
            return np.ones(len(ys), dtype=np.bool_), with_each(model, data, moved, y, ys)
        each = [with_pair(model, data, self._params, (x, y), (value, up)) for up in checked(ys.tolist())]
        inside = [fields_of(params) for params in each if params is not None]
        names = fields_of(self._params)
        many = {name: stacked([one[name] for one in inside]) for name in names} if inside else names
        return np.array([params is not None for params in each]), model.make_params(many)


def centres(model: AnyModel, data: object, params: Fields, entry: Entry, size: int) -> Array:
    """Return the centres of `size` equal cells over the span of an entry."""
    return middles(entry_span(model, data, params, entry), size)


def middles(span: Span, size: int) -> Array:
    """Return the centres of `size` equal cells over a range."""
    low, high = span
    return low + (high - low) * (np.arange(size) + 0.5) / size
