"""How much of the count table is asked for at once, and whether the window should wait for it."""

from __future__ import annotations

import numpy as np

from emviz.em.model import Rows
from emviz.em.optional import span_of
from emviz.em.views import CountTable
from emviz.session.orders import IN_FILE, Order
from emviz.session.state import Session

#: Rows asked for at once.
BLOCK = 64
#: Where θ is large or rows are long a row costs as much, and so many numbers together are worth a wait: fewer
#: rows, but about those in sight.
WORK, LEAST = 2**14, 16


def block_size(session: Session) -> int:
    """Return how many rows of the count table are asked for at once."""
    free = sum(parameter.estimated for parameter in session.model.parameters(session.data))
    span = span_of(session.model, session.data)
    # What rows have in common is no reason to ask for fewer of them.
    return max(LEAST, min(BLOCK, WORK // max(free, 1 if span.shared else span.numbers)))


def is_large(session: Session) -> bool:
    """Return whether the count table costs so much that the window should not wait for it."""
    return block_size(session) < BLOCK or span_of(session.model, session.data).numbers > WORK


def first_rows(session: Session, order: Order = IN_FILE) -> CountTable:
    """Return the rows of the count table that are shown first, with its totals and the M-step.

    In time these are the rows around the first in sight, behind those that the widths were measured with.
    """
    return session.model.count_table(session.data, session.round, _shown_first(session.table.rows, order))


def _shown_first(rows: int, order: Order) -> Rows:
    if order.rows is not None:
        return order.rows[:BLOCK]
    start = max(0, min(order.first - BLOCK // 2, rows - BLOCK))
    around = np.arange(start, min(start + BLOCK, rows))
    return np.union1d(np.arange(min(BLOCK, rows)), around)
