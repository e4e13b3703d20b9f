"""How much of the count table is asked for at once, and whether the window should wait for it."""

from __future__ import annotations

import numpy as np

from emviz.em.views import CountTable
from emviz.session.orders import IN_FILE, Order
from emviz.session.state import Session

#: Rows asked for at once.
BLOCK = 64
#: Where θ is large a row costs as much, and the window waits for it: fewer rows, but about those in sight.
WORK, LEAST = 2**14, 16


def block_size(session: Session) -> int:
    """Return how many rows of the count table are asked for at once."""
    free = sum(parameter.estimated for parameter in session.model.parameters(session.data))
    return max(LEAST, min(BLOCK, WORK // max(free, 1)))


def is_large(session: Session) -> bool:
    """Return whether the count table costs so much that the window should not wait for it."""
    return block_size(session) < BLOCK


def first_rows(session: Session, order: Order = IN_FILE) -> CountTable:
    """Return the rows of the count table that are shown first, with its totals and the M-step."""
    many = min(BLOCK, session.table.rows)
    rows = np.arange(many, dtype=np.intp) if order.rows is None else order.rows[:many]
    return session.model.count_table(session.data, session.round, rows)
