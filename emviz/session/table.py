"""The number of rows of the count table to compute at once, and whether the window should wait for it."""

from __future__ import annotations

import numpy as np

from emviz.em.model import Rows
from emviz.em.optional import span_of
from emviz.em.views import CountTable
from emviz.session.orders import IN_FILE, Order
from emviz.session.state import Session

#: Rows computed at once.
BLOCK = 64
#: With a large θ or long rows, each row is expensive: the most numbers to compute at once, and the least
#: rows, about those that are visible.
WORK, LEAST = 2**14, 16


def block_size(session: Session) -> int:
    """Return how many rows of the count table are computed at once."""
    free = sum(parameter.estimated for parameter in session.model.parameters(session.data))
    span = span_of(session.model, session.data)
    # Work that rows share does not grow with their number.
    return max(LEAST, min(BLOCK, WORK // max(free, 1 if span.shared else span.numbers)))


def is_large(session: Session) -> bool:
    """Return whether the count table is too expensive for the window to wait for it."""
    return block_size(session) < BLOCK or span_of(session.model, session.data).numbers > WORK


def first_rows(session: Session, order: Order = IN_FILE) -> CountTable:
    """Return the rows of the count table that are shown first, with its totals and the M-step.

    For steps in time: the rows from which widths are measured, and those around the first visible one.
    """
    return session.model.count_table(session.data, session.round, _shown_first(session.table.rows, order))


def _shown_first(rows: int, order: Order) -> Rows:
    if order.rows is not None:
        return order.rows[:BLOCK]
    start = max(0, min(order.first - BLOCK // 2, rows - BLOCK))
    around = np.arange(start, min(start + BLOCK, rows))
    return np.union1d(np.arange(min(BLOCK, rows)), around)
