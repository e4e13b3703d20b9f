"""Requests the rows of a large count table that are in sight and that the background computes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from emviz.em.counts.table import CountTable
from emviz.session import Session
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.grid import CountGrid


class InSight(QObject):
    """Says which rows are in sight, and shows those that are computed since.

    Parameters
    ----------
    grid : CountGrid
        Shows the rows.
    """

    #: The session that is shown, the rows in sight, and those of them that are to be computed.
    wanted = Signal(object, object, object)

    def __init__(self, grid: CountGrid, parent: QObject) -> None:
        super().__init__(parent)
        self._grid = grid
        self._blocks: Blocks | None = None
        self._asked: tuple[object, ...] = ()
        grid.rows.verticalScrollBar().valueChanged.connect(self._request)
        grid.rows.verticalScrollBar().rangeChanged.connect(self._request)

    def follow(self, blocks: Blocks) -> None:
        """Request the rows in sight of other blocks."""
        self._blocks = blocks
        self._request()

    def take(self, of: Session, table: CountTable) -> None:
        """Show rows computed for a session, unless it is of a step that is not shown any more."""
        if self._blocks is not None and self._blocks.holds(of):
            self._grid.take(table)

    @Slot()
    def _request(self) -> None:
        blocks = self._blocks
        if blocks is None or not blocks.awaits:
            return
        seen = self._grid.in_sight
        asked = seen, blocks.missing(seen)
        if asked != self._asked or asked[1]:
            self._asked = asked
            self.wanted.emit(blocks.session, *asked)
