"""The order of the rows in the count table: the most informative first, or in time around a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array, sorted_places, xlogy
from emviz.em.optional import Doubting, Filling, alike_of
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
    rows : int array, shape (G,), or None
        The rows in display order, one for each group of equal rows; None for the order of the data.
    places : int array, shape (N,), or None
        The position at which each row of the data, or its group, is shown; None for the order of the data.
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

    def same(self, other: Order) -> bool:
        """Return whether both orders are the same."""
        return self is other or (
            self.rows is other.rows
            and self.places is other.places
            and (self.kind, self.first, self.timed) == (other.kind, other.first, other.timed)
        )


IN_FILE = Order()


def in_file(session: Session) -> Order:
    """Return the order of the data; equal rows are shown at the position of the first of them."""
    alike = alike_of(session.model, session.data)
    return IN_FILE if alike is None else Order(rows=alike.first, places=alike.group)


def ordering(session: Session) -> Iterator[Order | None]:
    """Yield None while the order of the display is being computed, and then the order.

    The most divided rows have the largest entropy of their completions at θ(t), or the largest uncertainty
    according to the model. The most changed ones have the largest change of a share since θ(t−1), or, if
    there is none, are the most divided. Equal rows keep the order of the data.
    """
    kind, alike = session.display.order, alike_of(session.model, session.data)
    rows = np.arange(session.table.rows) if alike is None else alike.first
    if kind == "file" or len(rows) < 2:
        yield in_file(session)
        return
    timed = session.model.count_table(session.data, session.round, np.arange(1)).timed
    weights = np.zeros(len(rows))
    for start, part in _weighed(session, timed, rows):
        weights[start : start + len(part)] = part
        yield None
    if timed:
        yield Order(kind, first=int(weights.argmax()), timed=True)
        return
    # Part by part instead of one argsort, so that the job can be cancelled.
    order = np.concatenate([*sorted_places(-np.round(weights, COMPARED))])
    places = np.empty_like(order)
    places[order] = np.arange(len(rows))
    shown = rows[order]
    yield Order(kind, shown, places if alike is None else places[alike.group], int(shown[0]))


def _weighed(session: Session, timed: bool, rows: Rows) -> Iterator[tuple[int, Array]]:
    """Yield the weights of blocks of the given rows, each with the position of its first row in `rows`."""
    kind, t = session.display.order, session.round.base.index
    changed = kind == "changed" and t > 0
    now, before = session.round.base.params, session.trace.step_of(t - 1).params if changed else None
    model, data = session.model, session.data
    many = max(1, TOGETHER // max(1, model.posterior(data, now, np.arange(1)).shape[1]))
    for start in range(0, len(rows), many):
        # In time, the step before the first one of a block is needed too.
        first = max(0, start - 1)
        part = rows[first : start + many]
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
        yield start, weight[start - first :]
