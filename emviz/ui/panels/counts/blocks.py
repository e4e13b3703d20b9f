"""The count table in blocks of rows, computed as they are displayed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from emviz import session as desk
from emviz.em.domains import Parameter
from emviz.em.model import AnyRound, Phase
from emviz.em.optional import alike_of, shown_table
from emviz.em.views import Cell, CountCell, CountTable, Derivation, ShareCell, Update, UpdateCell, Updates
from emviz.session import Order, Result, Results, Session

#: A share below this is not worth deriving.
LITTLE = 0.05
#: Number of cached blocks.
KEPT = 32


class Blocks:
    """The count table of one session, in blocks of rows, with a cache of the last used.

    Parameters
    ----------
    session : Session
        The session.
    head : CountTable, optional
        The rows displayed first, if they have been computed already.
    """

    def __init__(self, session: Session, head: CountTable | None = None) -> None:
        self.session = session
        #: The rows of the data that are shown as one.
        self.alike = alike_of(session.model, session.data)
        self._order = self.in_file = desk.in_file(session)
        #: How many rows are shown.
        self.rows = desk.many_shown(session)
        self.size = desk.block_size(session)
        self._round = session.round
        self._head = head
        self._in_head = {} if head is None else _places(head)
        self._first: CountTable | None = None
        self._kept: OrderedDict[int, CountTable] = OrderedDict()
        self._filled: CountTable | None = None

    @property
    def first(self) -> CountTable | None:
        """The head, else the first block; None if there are no rows."""
        if self._first is None and self.rows:
            self._first = self._head or self.at(self._order.row(0))[0]
        return self._first

    @property
    def parameters(self) -> Sequence[Parameter]:
        """The fields of θ."""
        return self.session.model.parameters(self.session.data)

    @property
    def phase(self) -> Phase:
        """The phase of the displayed iteration."""
        return self._round.phase

    @property
    def iteration(self) -> int:
        """The t at which the completions are weighed."""
        return self._round.base.index

    def holds(self, session: Session) -> bool:
        """Return whether the blocks show the same step as this session."""
        mine = self.session
        return self.same_rows(session) and (mine.run, mine.cursor) == (session.run, session.cursor)

    def same_rows(self, session: Session) -> bool:
        """Return whether the session has the same data and model."""
        return self.session.data is session.data and self.session.model == session.model

    def same_run(self, session: Session) -> bool:
        """Return whether the session shows a step of the same run."""
        return self.same_rows(session) and self.session.run == session.run

    def shown(self, cell: Cell | None) -> Cell | None:
        """Return where a number is shown: of rows that are alike in the first one."""
        return None if cell is None else desk.shown_cell(self.session, cell)

    def among(self, row: int) -> str:
        """Return in words that a row is shown together with others; "" where it is alone."""
        rows = np.array([row]) if self.alike is None else self.alike.like(row)
        return f"row {row + 1:,} is one of {len(rows):,} alike" if len(rows) > 1 else ""

    def at(self, row: int) -> tuple[CountTable, int]:
        """Return the block with a row, or with the row shown for it, and its index in the block."""
        row = row if self.alike is None else self.alike.shown(row)
        if self._head is not None and row in self._in_head:
            return self._head, self._in_head[row]
        number, place = divmod(self._order.place(row), self.size)
        if number not in self._kept:
            first = number * self.size
            places = range(first, min(first + self.size, self.rows))
            self._kept[number] = self.some([self._order.row(each) for each in places])
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number], place

    def share_kept(self, row: int, completion: int) -> float:
        """Return a share if its block is cached, else 0; computes nothing."""
        if row not in self._in_head and self._order.place(row) // self.size not in self._kept:
            return 0.0
        table, place = self.at(row)
        return 0.0 if table.shares is None else float(table.shares[place, completion])

    def default_cell(self, row: int) -> Cell | None:
        """Return the number of a row that is derived until another is chosen; None except after an E-step."""
        if self.phase is not Phase.E or not self.rows:
            return None
        return self._glanced(row) or ShareCell(row, self._default_share(row))

    def _default_share(self, row: int) -> int:
        """Return the first share of a row, or the largest if the first is almost 0."""
        table, place = self.at(row)
        # Ranked completions have the likeliest first; the largest share may be that of all others together.
        if table.shares is None or table.names is not None or table.shares[place, 0] >= LITTLE:
            return 0
        return int(table.shares[place].argmax())

    def _glanced(self, row: int) -> Cell | None:
        """Return the number that the first glance column derives for a row, if any does."""
        derives = (each.derives for each in self.at(row)[0].glances)
        return next((own(row) for own in derives if own is not None), None)

    def set_order(self, order: Order) -> None:
        """Change the order of the rows; the head is kept, other blocks are dropped."""
        if not order.same(self._order):
            self._order, self._first = order, None
            self._kept.clear()

    def some(self, rows: Sequence[int]) -> CountTable:
        """Return the table with only these rows."""
        return self._asked(rows, self._round)

    def derivation(self, cell: Cell) -> Derivation:
        """Return the derivation of a number; for a parameter, with its fraction before the sums in it."""
        # Totals and parameters can be derived from the block of any row.
        row = cell.row if isinstance(cell, ShareCell | CountCell) else 0
        table, _ = self.at(row)
        derived = desk.derivation(self.session, table, cell)
        if not isinstance(cell, UpdateCell) or not derived.lines:
            return derived
        *sums, ratio = derived.lines
        return replace(derived, lines=(ratio, *sums))

    def filled(self) -> CountTable:
        """Return the table with one row as an M-step leaves it, for measuring.

        The real M-step would take too long here, but its ratios follow from the counts.
        """
        if self._filled is None:
            self._filled = self.first if self.first is not None and self.first.updates else self._awaited()
        return self._filled

    def _awaited(self) -> CountTable:
        state = replace(self._round, phase=Phase.M, updated=self._round.base.params)
        table = self._asked(range(min(1, self.rows)), state)
        updates = table.updates
        places = updates.places if isinstance(updates, Updates) else None
        return replace(table, updates=Updates(len(updates), lambda place: _divided(updates[place]), places))

    def _asked(self, rows: Sequence[int], state: AnyRound) -> CountTable:
        session = self.session
        return shown_table(session.model, session.data, state, np.asarray(rows, dtype=np.intp))


def latest(session: Session, before: Blocks | None, found: Result[CountTable] | None) -> Blocks:
    """Return the blocks to show: those of the session, or earlier ones while these are being computed.

    If nothing of a run has been shown yet, these are its rows before the first E-step, which are cheap.

    Parameters
    ----------
    before : Blocks or None
        The blocks displayed.
    found : Result or None
        The table computed in the background.
    """
    if before is not None and before.holds(session):
        before.session = session
        return before
    if not desk.is_large(session):
        return Blocks(session)
    if found is not None and not (before is not None and before.holds(found.of)):
        return Blocks(desk.show(found.of, session.display), found.value)
    if before is None or not before.same_run(session):
        return Blocks(desk.seek(session, 0))
    before.session = desk.show(before.session, session.display)
    return before


def found_order(session: Session, results: Results) -> Order:
    """Return the display order of the rows; that of the data until another is computed."""
    return desk.in_file(session) if results.order is None else results.order.value


def _places(head: CountTable) -> dict[int, int]:
    """Return the index of each row in a table."""
    rows = range(len(head.observed)) if head.rows is None else head.rows.tolist()
    return {row: place for place, row in enumerate(rows)}


def _divided(update: Update) -> Update:
    """Return an update with the value of its fraction; unchanged if its denominator is 0."""
    below = sum(update.terms)
    return replace(update, value=update.numerator / below) if below else update
