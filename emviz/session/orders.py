"""In which order the count table shows its rows: those that tell most first, or in time around a turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array, sorted_places, xlogy
from emviz.em.optional import Doubting, Filling, alike_of
from emviz.session.state import Session

#: Shares that are looked through in one go, before the next job in the background has its turn.
TOGETHER = 1 << 18
#: Decimals in which rows are compared: what rounding alone tells apart stays in the order of the data.
COMPARED = 10


@dataclass(frozen=True, eq=False)
class Order:
    """The rows in the order in which they are shown.

    Parameters
    ----------
    kind : str
        "file" for that of the data, "divided", or "changed".
    rows : int array, shape (G,), or None
        The rows from the first one shown on, of those that are alike the first; None for the order of the
        data.
    places : int array, shape (N,), or None
        Where each row of the data is shown, or the one that is shown for it; None for its own place.
    first : int
        The row that is to be in sight; in time that is where the shares turn most from one step to the next.
    timed : bool
        The rows are steps in time, which stay together.
    """

    kind: str = "file"
    rows: Rows | None = None
    places: Rows | None = None
    first: int = 0
    timed: bool = False

    def row(self, place: int) -> int:
        """Return the row of the data that is shown in a place."""
        return place if self.rows is None else int(self.rows[place])

    def place(self, row: int) -> int:
        """Return where a row of the data is shown."""
        return row if self.places is None else int(self.places[row])

    def same(self, other: Order) -> bool:
        """Return whether the rows stand in the same places."""
        return self is other or (
            self.rows is other.rows
            and self.places is other.places
            and (self.kind, self.first, self.timed) == (other.kind, other.first, other.timed)
        )


IN_FILE = Order()


def in_file(session: Session) -> Order:
    """Return the order of the data; rows that are alike stand in the place of the first of them."""
    alike = alike_of(session.model, session.data)
    return IN_FILE if alike is None else Order(rows=alike.first, places=alike.group)


def ordering(session: Session) -> Iterator[Order | None]:
    """Yield the order that the display asks for, and None on the way there.

    The most divided rows are those with the largest entropy of their completions at θ(t), or those of which
    the model is least sure; the most changed ones those of which a share differs most from that at θ(t−1),
    and before there is one the most divided. Equals stay in the order of the data.
    """
    kind, alike = session.display.order, alike_of(session.model, session.data)
    rows = np.arange(session.table.rows) if alike is None else alike.first
    if kind == "file" or len(rows) < 2:
        yield in_file(session)
        return
    timed = _timed(session)
    told = np.zeros(len(rows))
    for start, part in _weighed(session, timed, rows):
        told[start : start + len(part)] = part
        yield None
    if timed:
        yield Order(kind, first=int(told.argmax()), timed=True)
        return
    order = np.concatenate([*sorted_places(-np.round(told, COMPARED))])
    places = np.empty_like(order)
    places[order] = np.arange(len(rows))
    shown = rows[order]
    yield Order(kind, shown, places if alike is None else places[alike.group], int(shown[0]))


def _timed(session: Session) -> bool:
    """Return whether rows are steps in time."""
    return session.model.count_table(session.data, session.round, np.arange(1)).timed


def _weighed(session: Session, timed: bool, rows: Rows) -> Iterator[tuple[int, Array]]:
    """Yield for some of the rows after the others how much each has to tell, with the place of the first."""
    kind, t = session.display.order, session.round.base.index
    changed = kind == "changed" and t > 0
    now, before = session.round.base.params, session.trace.step_of(t - 1).params if changed else None
    model, data = session.model, session.data
    many = max(1, TOGETHER // max(1, model.posterior(data, now, np.arange(1)).shape[1]))
    for start in range(0, len(rows), many):
        # In time the step before the first one of a part is needed too.
        first = max(0, start - 1)
        part = rows[first : start + many]
        shares = model.posterior(data, now, part)
        if before is not None and isinstance(model, Filling):
            told = model.shifts(data, before, now, part)
        elif before is not None:
            told = np.abs(shares - model.posterior(data, before, part)).max(axis=-1)
        elif timed:
            told = np.abs(np.diff(shares, axis=0, prepend=shares[:1])).max(axis=-1)
        elif isinstance(model, Doubting):
            told = model.doubts(data, now, part)
        else:
            told = -xlogy(shares, shares).sum(axis=-1)
        yield start, told[start - first :]
