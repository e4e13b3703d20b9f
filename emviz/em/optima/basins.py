"""Basins of attraction: which optimum EM reaches from which values of two entries of θ(0)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.em.convergence.stopping import GAIN
from emviz.em.counts.table import Entry
from emviz.em.engine import Outcome
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.objective.heights import centres
from emviz.em.objective.pairs import with_pair
from emviz.em.optima.starts import Optimum, Survey, explore

#: Cells along each axis, from coarse to fine.
SIZES = (13, 25, 51, 101)
#: Cells without an optimum: the run has not ended, was stopped, or failed; or there is no such θ.
PENDING, STOPPED, FAILED, IMPOSSIBLE = -1, -2, -3, -4
WITHOUT_END = {Outcome.ITERATIONS: STOPPED, Outcome.FAILED: FAILED}
#: The number of optima whose kind (maximum, saddle, …) is determined.
PLACED = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class End:
    """An optimum in one order of its components.

    Parameters
    ----------
    rank, order : int
        The rank of the optimum, the best first, and of its order, the most frequent first.
    optimum : Optimum
        The optimum.
    cells : int
        The number of cells that lead there.
    """

    rank: int
    order: int
    optimum: Optimum
    cells: int

    @property
    def name(self) -> str:
        """The number of the optimum, with a letter for the order if there are several."""
        return end_name(self.rank, self.order, len(self.optimum.orders))


def end_name(rank: int, order: int, orders: int) -> str:
    """Return the name of an optimum in one of its orders: "1", or "1a", "1b"."""
    letter = LETTERS[order] if order < len(LETTERS) else f".{order + 1}"
    return f"{rank + 1}{letter if orders > 1 else ''}"


@dataclass(frozen=True)
class Basins:
    """The end of each start, as far as it is known.

    Parameters
    ----------
    x, y : Entry
        The entries of θ(0) on the axes; the others are fixed.
    xs, ys : Array, shapes (n,), (n,)
        Their values at the centres of the cells.
    which : integer array, shape (n, n)
        The index in `ends` for each start, or PENDING, STOPPED, FAILED, IMPOSSIBLE.
    iterations : integer array, shape (n, n)
        The number of iterations of each run.
    ends : tuple of End
        The optima in their orders, the best optimum first.
    survey : Survey
        The runs, numbered by the possible cells, y varying fastest.
    """

    x: Entry
    y: Entry
    xs: Array
    ys: Array
    which: NDArray[np.intp]
    iterations: NDArray[np.intp]
    ends: tuple[End, ...]
    survey: Survey

    @property
    def complete(self) -> bool:
        """Whether every run has ended."""
        return self.survey.done == self.survey.number

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Return the indices of the cell of a point, or of the nearest cell."""
        return int(np.abs(self.xs - x).argmin()), int(np.abs(self.ys - y).argmin())


def basins(
    model: AnyModel,
    data: object,
    params: Fields,
    x: Entry,
    y: Entry,
    *,
    iterations: int,
    tolerance: float,
    on: str = GAIN,
    sizes: tuple[int, ...] = SIZES,
    method: Method = EM,
    processes: int = 1,
) -> Generator[Basins | None, None, None]:
    """Yield the basins over two entries of θ(0), a coarse grid first; yield None in between, to be cancelled.

    Parameters
    ----------
    params : Fields
        The values of the other entries.
    iterations, tolerance, on : int, float, str
        When a run stops, as in `engine.run`.
    sizes : tuple of int
        Cells along each axis.
    processes : int
        The number of processes, as in `explore`.

    Raises
    ------
    ParameterError
        For a tolerance of 0, because no run would converge.
    """
    for size in sizes:
        xs, ys = (centres(model, data, params, entry, size) for entry in (x, y))
        starts, cells = list[Fields](), list[tuple[int, int]]()
        for i, j in np.ndindex(size, size):
            begin = with_pair(model, data, params, (x, y), (float(xs[i]), float(ys[j])))
            if begin is not None:
                starts.append(begin)
                cells.append((i, j))
            # Once for each column of the map, whose θ(0) take a while to make.
            if not j:
                yield None
        work = explore(
            *(model, data, starts, len(starts)),
            iterations=iterations,
            tolerance=tolerance,
            on=on,
            method=method,
            places=PLACED,
            processes=processes,
        )
        for survey in work:
            yield None if survey is None else _mapped((x, y), (xs, ys), cells, survey)


def _mapped(
    axes: tuple[Entry, Entry], values: tuple[Array, Array], cells: list[tuple[int, int]], survey: Survey
) -> Basins:
    size = len(values[0])
    which = np.full((size, size), IMPOSSIBLE, dtype=np.intp)
    iterations = np.zeros((size, size), dtype=np.intp)
    rows, columns = np.array(cells, dtype=np.intp).reshape(-1, 2).T
    which[rows, columns] = PENDING
    for each in survey.ended:
        iterations[rows[each.numbers], columns[each.numbers]] = each.iterations
        if each.outcome in WITHOUT_END:
            which[rows[each.numbers], columns[each.numbers]] = WITHOUT_END[each.outcome]
    ends = list[End]()
    for rank, optimum in enumerate(survey.optima):
        numbers = np.array(optimum.runs)
        which[rows[numbers], columns[numbers]] = len(ends) + np.array(optimum.order_of)
        ends += [End(rank, order, optimum, many) for order, many in enumerate(optimum.orders)]
    return Basins(*axes, *values, which, iterations, tuple(ends), survey)
