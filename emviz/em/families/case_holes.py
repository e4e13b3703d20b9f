"""Cases with missing cells without EM: complete cases only, or the commonest state imputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from emviz.data.table import DataError
from emviz.em.families.alone import Alone
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.cliques import States
from emviz.em.families.meaning import ALL, COMPLETE, TRUE_VALUES, Lacking
from emviz.em.numerics import Array

COMMONEST = "commonest"
#: The most clique cells of all complete cases for a reference θ, which takes a run of EM.
MOST_CELLS = 1_000_000
MISTAKE = "each hole counts as the commonest state of its variable, as if it had been seen: this is not EM"


def lacking(data: Cases) -> Lacking | None:
    """Return the comparison for cases with missing cells; None if there are none."""
    shown = data.shown
    gone = data.cells[:, shown] == UNSEEN
    if not gone.any():
        return None
    whole = ~gone.any(axis=1)
    ways: dict[str, Callable[[], object]] = {
        ALL: lambda: data,
        COMPLETE: lambda: complete_alone(data, whole),
        COMMONEST: lambda: replace(data, cells=with_commonest(data.cells, data.times, shown)),
    }
    truth = data.truth
    if truth is not None and not (truth[data.count > 0][:, shown] == UNSEEN).any():
        known = truth.copy()
        # Variables without a column stay hidden: the ways differ in the holes alone.
        known[:, [v for v in range(known.shape[1]) if v not in shown]] = UNSEEN
        ways[TRUE_VALUES] = lambda: replace(data, cells=known, times=data.count, which=np.arange(len(known)))
    cells = float(data.times @ gone.sum(axis=1)), float(data.times.sum() * len(shown))
    units = float(data.times[whole].sum()), float(data.times.sum())
    wrong = COMMONEST, "The commonest state in each hole"
    often = dict(zip(data.names, _rows_seen(data), strict=True))
    return Lacking(ways, cells, units, "case", wrong, lambda name, index: 1 / often[name][index[:-1]])


def _rows_seen(data: Cases) -> list[Array]:
    """Return the proportion of cases for each row of each table, among those with all parents observed.

    Differences are weighted by it, so that rows with hardly any case do not come first. One case is added to
    each row, so that none has weight 0.
    """
    found = []
    for v, above in enumerate(data.structure.parents):
        if not above:
            found.append(np.ones(()))
            continue
        states = data.cells[:, above]
        seen = (states != UNSEEN).all(axis=1)
        often = np.ones(data.shapes[v][:-1])
        np.add.at(often, tuple(states[seen].T), data.times[seen])
        found.append(often / often.sum())
    return found


def complete_alone(data: Cases, whole: Array) -> Cases:
    """Return the cases selected by a mask of the distinct ones, shape (U,).

    Raises
    ------
    DataError
        If there are none.
    """
    rows = whole[data.which]
    if not data.count[rows].any():
        raise DataError("no case is complete")
    which = (np.cumsum(whole) - 1)[data.which[rows]]
    return replace(
        data,
        cells=data.cells[whole],
        times=data.times[whole],
        which=which,
        count=data.count[rows],
        truth=None,
    )


def with_alone(model: object, data: Cases) -> Cases:
    """Return the cases with `alone` set, if any cell is missing."""
    whole = (data.cells[:, data.shown] != UNSEEN).all(axis=1)
    if whole.all():
        return data

    def read() -> Cases:
        if np.count_nonzero(whole) * data.tree.cells > MOST_CELLS:
            raise DataError("EM of the complete cases alone takes too long for a reference")
        return complete_alone(data, whole)

    return replace(data, alone=Alone(model, read))


def with_commonest(cells: States, times: Array, columns: list[int]) -> States:
    """Return cases with the commonest state of its variable, the first of equals, in each missing cell.

    Parameters
    ----------
    cells : int array, shape (R, V)
    times : Array, shape (R,)
        The number of times each case occurs.
    columns : list of int
        The variables to impute.
    """
    filled = cells.copy()
    for v in columns:
        seen = cells[:, v] != UNSEEN
        filled[~seen, v] = np.bincount(cells[seen, v], times[seen]).argmax()
    return filled
