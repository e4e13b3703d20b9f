"""Keyboard steps from a parameter back to the counts and rows that it came from, and forward again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from emviz.em.counts.table import Cell, CountCell, CountTable, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Phase
from emviz.em.work import last_of
from emviz.ui.panels.counts.blocks import Blocks
from emviz.wording.lines import Lines

#: The keys; Up leads back, since rows are above their totals and these above the M-step.
BACK, FORWARD = "Alt+Up", "Alt+Down"
#: A search through rows doubles its batch if the last one took less than this, in seconds; in the background
#: it may take longer.
QUICK, PATIENT = 0.002, 0.5
SEARCHING = "Searching for the largest count"


class Walk(QObject):
    """Moves between numbers by keys, and remembers the way back, so that forward retraces it.

    Parameters
    ----------
    parent : QWidget
        The widget in which the keys work.
    """

    #: The next number, whose derivation is to be shown.
    reached = Signal(object)
    #: A search through expensive rows, which the background does, and what takes its result; or None.
    search_wanted = Signal(str, object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._blocks: Blocks | None = None
        self._cell: Cell | None = None
        self._path: tuple[Cell, ...] = ()
        self._search: Iterator[CountCell | None] = iter(())
        #: Whether the background searches.
        self._aside = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        for key, slot in ((BACK, self.back), (FORWARD, self.forward)):
            shortcut = QShortcut(QKeySequence(key), parent)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def show_number(self, blocks: Blocks, cell: Cell | None, found: Lines | None) -> tuple[Cell, ...]:
        """Take the number that is derived, and return the way that it is on; empty if it is on none.

        Parameters
        ----------
        found : Lines or None
            The lines of the M-step; if no number is derived, a way begins at the most changed one.
        """
        if blocks is not self._blocks or cell != self._cell:
            self._stop()
        if cell is None and found is not None and len(found):
            cell = UpdateCell(int(found.order[0]))
            self._path = ()
        self._blocks, self._cell = blocks, cell
        return self._path if cell in self._path else ()

    @Slot()
    def back(self) -> None:
        """Go to a number's main source: a total, the row that gives most of it, or the share of a count."""
        blocks, cell = self._blocks, self._cell
        table = None if blocks is None else blocks.first
        if blocks is None or cell is None or table is None or table.totals is None or table.feeds is None:
            return
        self._keep(cell)
        match cell:
            case UpdateCell(place):
                self._reach(_total_of(table, place))
            case TotalCell(group):
                self._search = largest(blocks, group, self._columns(table, group))
                self._aside = blocks.awaits
                if self._aside:
                    self.search_wanted.emit(SEARCHING, last_of(self._search), self._take)
                else:
                    self._timer.start(0)
            case CountCell(row, _):
                self._reach(_share_of(blocks, row, cell))

    @Slot()
    def forward(self) -> None:
        """Go to a number that this one contributes to; if the way back led here, retrace it."""
        blocks, cell = self._blocks, self._cell
        if blocks is None or cell is None:
            return
        self._stop()
        if cell in self._path[1:]:
            self.reached.emit(self._path[self._path.index(cell) - 1])
            return
        self._path = ()
        onward = onward_of(blocks, cell)
        if onward is not None:
            self.reached.emit(onward)

    def _keep(self, cell: Cell) -> None:
        """Keep the way up to a number; a number that is not on it begins a new way."""
        self._stop()
        kept = self._path.index(cell) if cell in self._path else 0
        self._path = (*self._path[:kept], cell)

    def _reach(self, cell: Cell | None) -> None:
        if cell is not None:
            self._path = (*self._path, cell)
            self.reached.emit(cell)

    def _columns(self, table: CountTable, group: int) -> Sequence[int]:
        """Return the columns of a group to search: the one that the way's first line divides, or all."""
        span = table.spans[group]
        every = list(range(span.start, span.stop))
        line = self._path[0]
        if not isinstance(line, UpdateCell) or table.totals is None or line.place >= len(table.updates):
            return every
        gaps = np.abs(table.totals[span] - table.updates[line.place].numerator)
        return [span.start + int(gaps.argmin())]

    def _stop(self) -> None:
        """Stop searching."""
        self._timer.stop()
        if self._aside:
            self._aside = False
            self.search_wanted.emit(SEARCHING, None, self._take)

    def _take(self, found: object) -> None:
        """Go to the number that the background has found."""
        self._aside = False
        self._reach(cast("CountCell", found))

    @Slot()
    def _go_on(self) -> None:
        for found in self._search:
            if found is None:
                return
            self._timer.stop()
            self._reach(found)
            return
        self._timer.stop()


def largest(blocks: Blocks, group: int, columns: Sequence[int]) -> Iterator[CountCell | None]:
    """Yield None for each batch of rows, then the count of the row that contributes most to a group.

    Parameters
    ----------
    columns : sequence of int
        The columns of the table whose absolute values are summed.
    """
    best, most, first, many = -1, -1.0, 0, 1
    while first < blocks.rows:
        began = perf_counter()
        rows = [blocks.in_file.row(place) for place in range(first, min(first + many, blocks.rows))]
        table = blocks.some(rows)
        assert table.counts is not None
        given = np.abs(table.counts[:, columns]).sum(axis=1)
        if given.max() > most:
            best, most = rows[int(given.argmax())], float(given.max())
        first += many
        many *= 1 + (perf_counter() - began < (PATIENT if blocks.awaits else QUICK))
        yield None
    yield CountCell(best, group)


def onward_of(blocks: Blocks, cell: Cell) -> Cell | None:
    """Return what a number contributes to: a share to a count, that to its total, that to a parameter."""
    table = blocks.first
    if table is None or table.feeds is None:
        return None
    onward: Iterator[Cell]
    match cell:
        case ShareCell(row, _):
            onward = (CountCell(row, group) for group in range(len(table.groups)))
        case CountCell(_, group):
            return TotalCell(group)
        case TotalCell(_) if blocks.phase is Phase.M:
            onward = map(UpdateCell, range(len(table.updates)))
        case _:
            return None
    return next((each for each in onward if table.feeds(each, cell)), None)


def _total_of(table: CountTable, place: int) -> Cell | None:
    """Return the total that a line of the M-step divides, or the one it is part of."""
    if table.feeds is None or table.totals is None or place >= len(table.updates):
        return None
    cells = [TotalCell(group) for group in range(len(table.groups))]
    fed = [cell for cell in cells if table.feeds(UpdateCell(place), cell)]
    numerator = table.updates[place].numerator
    totals = table.totals
    if table.within is not None:
        return TotalCell(table.within(place))
    return min(
        fed, key=lambda cell: float(np.abs(totals[table.spans[cell.group]] - numerator).min()), default=None
    )


def _share_of(blocks: Blocks, row: int, cell: Cell) -> Cell | None:
    """Return the largest share that contributes to a count of its row."""
    table, place = blocks.at(row)
    if table.feeds is None or table.shares is None:
        return None
    shares, feeds = table.shares[place], table.feeds
    fed = [k for k in range(len(shares)) if feeds(cell, ShareCell(row, k))]
    return ShareCell(row, max(fed, key=lambda k: float(shares[k]))) if fed else None
