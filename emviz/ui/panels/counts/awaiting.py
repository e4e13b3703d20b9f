"""Requests the rows and derivations of a large count table that the background computes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from emviz.data.things import things
from emviz.em.work import finished
from emviz.session import Results
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.copying import FEW, Copying
from emviz.ui.panels.counts.derivation_view import DerivationView
from emviz.ui.panels.counts.grid import CountGrid
from emviz.ui.panels.counts.in_sight import InSight
from emviz.ui.panels.counts.walk import Walk


class Awaiting(QObject):
    """Says which rows are in sight and which number is to be derived, and hands on what comes of it.

    Parameters
    ----------
    grid : CountGrid
        Shows the rows.
    derivation : DerivationView
        Shows the derivation.
    walk : Walk
        Searches for the row that gives most of a total.
    """

    #: The session that is shown, the rows in sight, and those of them that are to be computed.
    rows_wanted = Signal(object, object, object)
    #: The session that is shown, and a derivation to be computed, or None.
    derivation_wanted = Signal(object, object)
    #: What is to be done, in words and as a generator, and what takes its result.
    errand_wanted = Signal(str, object, object)
    #: A sentence on what has been done.
    told = Signal(str)
    #: A note on what has been copied.
    noted = Signal(str)

    def __init__(self, grid: CountGrid, derivation: DerivationView, walk: Walk, parent: QObject) -> None:
        super().__init__(parent)
        #: Whether somebody computes what is wanted; otherwise it is computed when it is shown.
        self.on = False
        self._derivation = derivation
        self._blocks: Blocks | None = None
        self._sight = InSight(grid, self)
        self._sight.wanted.connect(self.rows_wanted)
        walk.search_wanted.connect(self.errand_wanted)
        derivation.derivation_wanted.connect(self._request_derivation)

    def follow(self, blocks: Blocks) -> None:
        """Request the rows in sight of other blocks."""
        self._blocks = blocks
        self._sight.follow(blocks)

    def take(self, results: Results, known: Results) -> None:
        """Show what has been computed since, unless it is of a step that is not shown any more."""
        far, derived = results.far, results.derived
        if far is not None and far is not known.far:
            self._sight.take(far.of, far.value)
        if derived is not None and derived is not known.derived:
            self._derivation.take_derivation(derived.value)

    def copy(self, copying: Copying) -> bool | None:
        """Copy rows; return None if they are many and the background copies them."""
        if self.on and len(copying.rows) > FEW:
            self.errand_wanted.emit("Copying rows", copying.text(), partial(self._put, copying))
            return None
        QGuiApplication.clipboard().setText(finished(copying.text()))
        if copying.note:
            self.noted.emit(copying.note)
        return True

    def _put(self, copying: Copying, text: object) -> None:
        """Put rows on the clipboard that the background has copied."""
        QGuiApplication.clipboard().setText(str(text))
        news = copying.note or f"copied {things(len(copying.rows), 'row')}"
        self.told.emit(f"{news[0].upper()}{news[1:]}.")

    @Slot(object)
    def _request_derivation(self, derive: object) -> None:
        if self._blocks is not None:
            self.derivation_wanted.emit(self._blocks.session, derive)
