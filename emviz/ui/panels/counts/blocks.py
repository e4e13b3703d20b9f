"""The count table in blocks of rows, asked of the model as they come on display."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from emviz.em.model import AnyRound, Phase
from emviz.em.views import Cell, CountCell, CountTable, Derivation, ShareCell, Update, UpdateCell
from emviz.session import Session

#: Rows asked for at once, and how many such blocks are kept.
BLOCK, KEPT = 64, 32
#: Where θ is large a row costs as much, and the window waits for it: fewer rows, but about those in sight.
WORK, LEAST = 2**14, 16


def block_size(session: Session) -> int:
    """Return how many rows are asked for at once."""
    free = sum(len(parameter.free) for parameter in session.model.parameters(session.data))
    return max(LEAST, min(BLOCK, WORK // max(free, 1)))


class Blocks:
    """The count table of one session, in blocks of rows, the latest kept."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows = session.table.rows
        self.size = block_size(session)
        self._round = session.round
        self._kept: OrderedDict[int, CountTable] = OrderedDict()

    @property
    def first(self) -> CountTable | None:
        """The first block; None where there are no rows."""
        return self.at(0)[0] if self.rows else None

    @property
    def phase(self) -> Phase:
        """How far the iteration on display has come."""
        return self._round.phase

    @property
    def iteration(self) -> int:
        """The t at which the completions are weighed."""
        return self._round.base.index

    def holds(self, session: Session) -> bool:
        """Return whether the blocks show what this session shows."""
        mine = self.session
        return self.same_rows(session) and (mine.run, mine.cursor) == (session.run, session.cursor)

    def same_rows(self, session: Session) -> bool:
        """Return whether the session has the same data and model."""
        return self.session.data is session.data and self.session.model == session.model

    def at(self, row: int) -> tuple[CountTable, int]:
        """Return the block that a row is in, and its place there."""
        number, place = divmod(row, self.size)
        if number not in self._kept:
            first = number * self.size
            self._kept[number] = self.some(range(first, min(first + self.size, self.rows)))
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number], place

    def share_kept(self, row: int, completion: int) -> float:
        """Return a share where its block is at hand, else 0; asks nothing of the model."""
        table = self._kept.get(row // self.size)
        if table is None or table.shares is None:
            return 0.0
        return float(table.shares[row % self.size, completion])

    def some(self, rows: Sequence[int]) -> CountTable:
        """Return the table with just these rows."""
        return self._asked(rows, self._round)

    def derivation(self, cell: Cell) -> Derivation:
        """Return where a number comes from; any row of the table can derive all of its cells.

        The lines lead from a row up to θ; who asks about θ is told its own fraction before the sums in it.
        """
        row = cell.row if isinstance(cell, ShareCell | CountCell) else 0
        table, _ = self.at(row)
        derived = table.derive(cell, self.session.display.decimals)
        if not isinstance(cell, UpdateCell) or not derived.lines:
            return derived
        *sums, ratio = derived.lines
        return replace(derived, lines=(ratio, *sums))

    def filled(self) -> CountTable:
        """Return the table with its first row as the next M-step will leave it: to measure it with.

        The M-step itself would cost too much here, but its ratios follow from the counts.
        """
        state = replace(self._round, phase=Phase.M, updated=self._round.base.params)
        table = self._asked(range(min(1, self.rows)), state)
        return replace(table, updates=tuple(map(_divided, table.updates)))

    def _asked(self, rows: Sequence[int], state: AnyRound) -> CountTable:
        session = self.session
        return session.model.count_table(session.data, state, np.asarray(rows, dtype=np.intp))


def _divided(update: Update) -> Update:
    """Return an update with the value that its fraction gives; as it was where nothing is counted."""
    below = sum(update.terms)
    return replace(update, value=update.numerator / below) if below else update
