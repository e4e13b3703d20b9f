"""The number of rows of the count table to compute at once, and whether the window should wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from emviz.em.counts.table import Cell, CountCell, CountTable, ShareCell
from emviz.em.model import Rows
from emviz.em.optional import alike_of, shown_table, span_of
from emviz.session.orders import Order, in_file
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


def first_rows(session: Session, order: Order | None = None, seen: Sequence[int] = ()) -> CountTable:
    """Return the rows of the count table that are shown first, with its totals and the M-step.

    For steps in time: the rows from which widths are measured, and those around the first visible one.

    Parameters
    ----------
    seen : sequence of int
        Rows that are in sight because they have been scrolled to; the row of the chosen number joins them.
    """
    rows = _shown_first(session.table.rows, in_file(session) if order is None else order)
    cell = session.display.cell
    chosen = [shown_at(session, cell.row)] if isinstance(cell, ShareCell | CountCell) else []
    others = np.setdiff1d(np.array([*seen, *chosen], dtype=np.intp), rows)
    return some_rows(session, np.concatenate([rows, others]))


def some_rows(session: Session, rows: Rows) -> CountTable:
    """Return some rows of the count table."""
    return shown_table(session.model, session.data, session.round, rows)


def many_shown(session: Session) -> int:
    """Return the number of rows of the count table, in which equal rows of the data are one."""
    alike = alike_of(session.model, session.data)
    return session.table.rows if alike is None else len(alike.first)


def shown_at(session: Session, row: int) -> int:
    """Return the row that the count table shows for a row of the data: the first of its equals."""
    alike = alike_of(session.model, session.data)
    return row if alike is None else alike.shown(row)


def shown_cell(session: Session, cell: Cell) -> Cell:
    """Return the cell of the count table that shows a number of a row."""
    if isinstance(cell, ShareCell | CountCell):
        return replace(cell, row=shown_at(session, cell.row))
    return cell


def _shown_first(rows: int, order: Order) -> Rows:
    if order.rows is not None:
        return order.rows[:BLOCK]
    start = max(0, min(order.first - BLOCK // 2, rows - BLOCK))
    # The first block is always included, because column widths are measured with it.
    around = np.arange(start, min(start + BLOCK, rows))
    return np.union1d(np.arange(min(BLOCK, rows)), around)
