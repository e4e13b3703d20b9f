"""The order of the rows in the count table: the most informative first, or in time around a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array, sorted_places, xlogy
from emviz.em.optional import Doubting, Filling
from emviz.session.state import Session

#: Shares processed in one go before the next job in the background gets its turn.
TOGETHER = 1 << 18
#: Decimals in which rows are compared, so that rounding does not change the order of equal rows.
COMPARED = 10


@dataclass(frozen=True, eq=False)
class Order:
    """The order in which rows are shown.

    Parameters
    ----------
    kind : str
        "file" for the order of the data, "divided", or "changed".
    rows : int array, shape (N,), or None
        The rows in display order; None for the order of the data.
    places : int array, shape (N,), or None
        The position of each row of the data; None for the order of the data.
    first : int
        The row to scroll to; for steps in time, the one where the shares change most.
    timed : bool
        True if the rows are steps in time, which keep their order.
    """

    kind: str = "file"
    rows: Rows | None = None
    places: Rows | None = None
    first: int = 0
    timed: bool = False

    def row(self, place: int) -> int:
        """Return the row of the data that is shown at a position."""
        return place if self.rows is None else int(self.rows[place])

    def place(self, row: int) -> int:
        """Return the position of a row of the data."""
        return row if self.places is None else int(self.places[row])


IN_FILE = Order()


def ordering(session: Session) -> Iterator[Order | None]:
    """Yield None while the order of the display is being computed, and then the order.

    The most divided rows have the largest entropy of their completions at θ(t), or the largest uncertainty
    according to the model. The most changed ones have the largest change of a share since θ(t−1), or, if
    there is none, are the most divided. Equal rows keep the order of the data.
    """
    kind, rows = session.display.order, session.table.rows
    if kind == "file" or rows < 2:
        yield IN_FILE
        return
    timed = _timed(session)
    weights = np.zeros(rows)
    for start, part in _weighed(session, timed):
        weights[start : start + len(part)] = part
        yield None
    if timed:
        yield Order(kind, first=int(weights.argmax()), timed=True)
        return
    order = np.concatenate([*sorted_places(-np.round(weights, COMPARED))])
    places = np.empty_like(order)
    places[order] = np.arange(rows)
    yield Order(kind, order, places, int(order[0]))


def _timed(session: Session) -> bool:
    """Return whether rows are steps in time."""
    return session.model.count_table(session.data, session.round, np.arange(1)).timed


def _weighed(session: Session, timed: bool) -> Iterator[tuple[int, Array]]:
    """Yield the weights of blocks of rows, each with the index of its first row."""
    kind, t = session.display.order, session.round.base.index
    changed = kind == "changed" and t > 0
    now, before = session.round.base.params, session.trace.step_of(t - 1).params if changed else None
    model, data, rows = session.model, session.data, session.table.rows
    many = max(1, TOGETHER // max(1, model.posterior(data, now, np.arange(1)).shape[1]))
    for start in range(0, rows, many):
        # In time, the step before the first one of a block is needed too.
        part = np.arange(max(0, start - 1), min(start + many, rows))
        shares = model.posterior(data, now, part)
        if before is not None and isinstance(model, Filling):
            weight = model.shifts(data, before, now, part)
        elif before is not None:
            weight = np.abs(shares - model.posterior(data, before, part)).max(axis=-1)
        elif timed:
            weight = np.abs(np.diff(shares, axis=0, prepend=shares[:1])).max(axis=-1)
        elif isinstance(model, Doubting):
            weight = model.doubts(data, now, part)
        else:
            weight = -xlogy(shares, shares).sum(axis=-1)
        yield start, weight[start - int(part[0]) :]
