"""The count table in blocks of rows, computed as they are displayed."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from emviz import session as desk
from emviz.em.counts.table import (
    Cell,
    CountCell,
    CountTable,
    Derivation,
    ShareCell,
    Update,
    UpdateCell,
    Updates,
)
from emviz.em.domains import Parameter
from emviz.em.model import AnyRound, Phase
from emviz.em.optional import alike_of, shown_table
from emviz.session import Order, Result, Results, Session

#: A share below this is not worth deriving.
LITTLE = 0.05
#: Number of cached blocks, and of tables of rows that were computed elsewhere.
KEPT, FAR = 32, 8


class Blocks:
    """The count table of one session, in blocks of rows, with a cache of the last used.

    Parameters
    ----------
    session : Session
        The session.
    head : CountTable, optional
        The rows displayed first, if they have been computed already.
    awaits : bool
        Whether other rows are computed elsewhere, and not when they are shown.
    """

    def __init__(self, session: Session, head: CountTable | None = None, awaits: bool = False) -> None:
        self.session = session
        #: The rows of the data that are shown as one.
        self.alike = alike_of(session.model, session.data)
        self._order = self.in_file = desk.in_file(session)
        #: How many rows are shown.
        self.rows = desk.many_shown(session)
        self.size = desk.block_size(session)
        self._round = session.round
        self._head = head
        self.awaits = awaits
        self._in_head = {} if head is None else _places(head)
        #: Rows that were computed elsewhere, the latest first.
        self._far: deque[tuple[CountTable, dict[int, int]]] = deque(maxlen=FAR)
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
        for table, rows in self._far:
            if row in rows:
                return table, rows[row]
        number, place = divmod(self._order.place(row), self.size)
        if number not in self._kept:
            first = number * self.size
            places = range(first, min(first + self.size, self.rows))
            self._kept[number] = self.some([self._order.row(each) for each in places])
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number], place

    def at_hand(self, row: int) -> tuple[CountTable, int] | None:
        """Return the block with a row as `at` does, but None while it is being computed elsewhere."""
        return None if self.awaits and not self._has(row) else self.at(row)

    def missing(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Return those of some rows, as they are shown, that have yet to be computed elsewhere."""
        return tuple(row for row in rows if self.awaits and not self._has(row))

    def take(self, table: CountTable) -> None:
        """Keep rows that were computed elsewhere."""
        if all(table is not other for other, _ in self._far):
            self._far.appendleft((table, _places(table)))

    def _has(self, row: int) -> bool:
        """Return whether a row has been computed."""
        row = row if self.alike is None else self.alike.shown(row)
        kept = row in self._in_head or any(row in places for _, places in self._far)
        return kept or self._order.place(row) // self.size in self._kept

    def share_kept(self, row: int, completion: int) -> float:
        """Return a share if its block is cached, else 0; computes nothing."""
        if not self._has(row):
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
        if (found := self.at_hand(row)) is None:
            return 0
        table, place = found
        # Ranked completions have the likeliest first; the largest share may be that of all others together.
        if table.shares is None or table.names is not None or table.shares[place, 0] >= LITTLE:
            return 0
        return int(table.shares[place].argmax())

    def _glanced(self, row: int) -> Cell | None:
        """Return the number that the first glance column derives for a row, if any does."""
        found = self.at_hand(row)
        derives = (each.derives for each in (() if found is None else found[0].glances))
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
        return _derived(self.session, self.at(_row_of(cell))[0], cell)

    def deriving(self, cell: Cell) -> Callable[[], Derivation]:
        """Return what derives a number; where rows are computed elsewhere, without anything that changes."""
        if not self.awaits:
            return partial(self.derivation, cell)
        found = self.at_hand(_row_of(cell))
        return partial(_derived, self.session, None if found is None else found[0], cell)

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


def latest(
    session: Session, before: Blocks | None, found: Result[CountTable] | None, awaits: bool = False
) -> Blocks:
    """Return the blocks to show: those of the session, or earlier ones while these are being computed.

    If nothing of a run has been shown yet, these are its rows before the first E-step, which are cheap.

    Parameters
    ----------
    before : Blocks or None
        The blocks displayed.
    found : Result or None
        The table computed in the background.
    awaits : bool
        Whether the background computes other rows of a large table too.
    """
    if before is not None and before.holds(session):
        before.session = session
        return before
    if not desk.is_large(session):
        return Blocks(session)
    if found is not None and not (before is not None and before.holds(found.of)):
        return Blocks(desk.show(found.of, session.display), found.value, awaits)
    if before is None or not before.same_run(session):
        return Blocks(desk.seek(session, 0))
    before.session = desk.show(before.session, session.display)
    return before


def found_order(session: Session, results: Results) -> Order:
    """Return the display order of the rows; that of the data until another is computed."""
    return desk.in_file(session) if results.order is None else results.order.value


def _row_of(cell: Cell) -> int:
    """Return the row of a number; totals and parameters can be derived from the block of any row."""
    return cell.row if isinstance(cell, ShareCell | CountCell) else 0


def _derived(session: Session, table: CountTable | None, cell: Cell) -> Derivation:
    """Return the derivation of a number; for a parameter, with its fraction before the sums in it."""
    if table is None:
        table = desk.some_rows(session, np.array([desk.shown_at(session, _row_of(cell))]))
    derived = desk.derivation(session, table, cell)
    if not isinstance(cell, UpdateCell) or not derived.lines:
        return derived
    *sums, ratio = derived.lines
    return replace(derived, lines=(ratio, *sums))


def _places(head: CountTable) -> dict[int, int]:
    """Return the index of each row in a table."""
    rows = range(len(head.observed)) if head.rows is None else head.rows.tolist()
    return {row: place for place, row in enumerate(rows)}


def _divided(update: Update) -> Update:
    """Return an update with the value of its fraction; unchanged if its denominator is 0."""
    below = sum(update.terms)
    return replace(update, value=update.numerator / below) if below else update
