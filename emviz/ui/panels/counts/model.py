"""The rows of the count table for Qt: the text, the look and the description of each cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from emviz.em.counts.glances import Glance, Portion, Strip, Word
from emviz.em.counts.table import Cell, CountCell, CountTable, ShareCell
from emviz.session import IN_FILE, Order
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.columns import NOWHERE, AnyIndex, CountColumns
from emviz.ui.panels.counts.faces import Column, Face, Kind
from emviz.wording.counts import FIRST, alike_text, sequence_text, share_text

#: Shown in a cell that is being computed.
AWAITED = "…"
#: The most equal rows that a cell names if it has room, and that its tip names.
NAMED, SAID = 12, 200


class CountModel(CountColumns):
    """The rows of the table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: Blocks | None = None
        self._growth = 1.0
        #: The row whose cells were worked out last, and its block, which they share.
        self._latest: tuple[int, tuple[CountTable, int] | None] | None = None
        self.order = IN_FILE

    def show(self, blocks: Blocks) -> None:
        """Show another session; bars grow from their present lengths."""
        known = self.blocks is not None and self.blocks.same_rows(blocks.session)
        self._before = self.blocks if known else None
        if not known:
            self.order = blocks.in_file
        super().show(blocks)

    def set_order(self, order: Order) -> None:
        """Show the rows in another order."""
        if self.blocks is not None:
            self.blocks.set_order(order)
        if order.same(self.order):
            return
        self.order = order
        if rows := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(self.columns) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, rows - 1)

    def row_at(self, place: int) -> int:
        """Return the row of the data that is shown in a place."""
        return self.order.row(place)

    def take(self, table: CountTable) -> None:
        """Show rows that have been computed in the background."""
        if self.blocks is not None:
            self.blocks.take(table)
            self._forget_faces()

    def _forget_faces(self) -> None:
        super()._forget_faces()
        self._latest = None

    def set_growth(self, growth: float) -> None:
        """Move the bars: 0 is their length before the step, 1 after it."""
        self._growth = growth
        if growth >= 1:
            self._before = None

    def number(self, row: int, column: Column) -> Cell | None:
        """Return the share or the count that a cell shows."""
        if column.kind is Kind.OBSERVED:
            return None
        if column.kind is Kind.GLANCE:
            return self._derived(column, row)
        return ShareCell(row, column.place) if column.kind is Kind.SHARE else CountCell(row, column.place)

    def _now(self, face: Face, row: int, at: int) -> Face:
        """Return a face with the bar at its present length."""
        if self._growth < 1 and self.columns[at].kind is Kind.SHARE and face.bar is not None:
            face = replace(face, bar=self._moved(row, self.columns[at].place, face.bar))
        # A strip shows many numbers, of which a click derives one.
        return face if isinstance(face.glance, Strip) else super()._now(face, row, at)

    def index_of(self, cell: Cell) -> QModelIndex:
        """Return the index of a share or a count; invalid for other cells."""
        if not isinstance(cell, ShareCell | CountCell):
            return NOWHERE
        if isinstance(cell, ShareCell):
            kind, wanted = Kind.SHARE, cell.place
        else:
            kind, wanted = Kind.COUNT, cell.group
        places = [(column.kind, column.place) for column in self.columns]
        if (kind, wanted) in places:
            return self.index(self.order.place(cell.row), places.index((kind, wanted)))
        glances = (k for k, column in enumerate(self.columns) if column.kind is Kind.GLANCE)
        own = next((k for k in glances if self._derived(self.columns[k], cell.row) == cell), None)
        return NOWHERE if own is None else self.index(self.order.place(cell.row), own)

    def settled(self, row: int, column: Column) -> Face:
        """Return how a cell looks without a frame, its bar at rest."""
        assert self.blocks is not None
        if self._latest is None or self._latest[0] != row:
            self._latest = row, self.blocks.at_hand(row)
        found = self._latest[1]
        if found is None:
            return Face(AWAITED)
        table, place = found
        if column.kind is Kind.OBSERVED:
            face = self._observed_face(table, place)
            own = () if table.alike is None else table.alike[place]
            if len(own) < 2:
                return face
            forms = tuple(alike_text(own, most) for most in range(min(NAMED, len(own)), 0, -1))
            return replace(face, rows=forms)
        if table.shares is None or table.counts is None:
            return Face("")
        k = column.place
        if column.kind is Kind.GLANCE:
            return self._glance_face(table, column, place)
        if column.kind is Kind.COUNT:
            return self._counted(table, column, table.counts[place, table.spans[k]])
        share = float(table.shares[place, k])
        text = share_text(table, place, k, self.places, self.plain.shares(k))
        alone = table.names is not None and len(table.completions) == 1
        return Face(text, column.component, None if alone else share)

    def _glance_face(self, table: CountTable, column: Column, place: int) -> Face:
        glance = table.glances[column.place]
        digits = 0 if self._glanced_whole(glance) else self.places + 1
        if isinstance(glance, Portion):
            return Face(glance.text(place, digits), column.component, float(glance.values[place]))
        # Without its description, since the face is painted in every frame of a motion.
        return Face("", column.component, glance=glance, place=place, digits=digits)

    def _glanced_whole(self, glance: Glance) -> bool:
        """Return whether all rows of a glance column are counted whole."""
        if self.blocks is None or not self.blocks.session.method.whole or isinstance(glance, Strip):
            return False
        values = glance.shares if isinstance(glance, Word) else glance.values
        return np.array_equal(values, np.round(values))

    def _observed_face(self, table: CountTable, place: int) -> Face:
        text = table.observed[place]
        badge = None
        if self.blocks and self.blocks.session.display.revealed and table.labels is not None:
            tag = table.labels[place]
            badge = None if tag is None else (tag.component, tag.text)
        if table.brackets is not None:
            brackets = table.brackets[place] if table.brackets else ""
            return Face(text, badge=badge, brackets=brackets)
        if not table.alphabet:
            return Face(text, badge=badge, heading=table.heading)
        short = sequence_text(text, table.alphabet)
        letters = len(text) if short == text else FIRST
        return Face(short, letters=letters, strong=table.alphabet[0], badge=badge)

    def _moved(self, row: int, completion: int, share: float) -> float:
        if self._before is None:
            return share * self._growth
        before = self._before.share_kept(row, completion)
        return before + (share - before) * self._growth

    def spoken(self, row: int, column: Column) -> str:
        """Return the text of a cell for a screen reader: "P(A) of row 1: 0.45"."""
        face = self.face(row, column)
        rows = self._rows(row) or f"row {row + 1}"
        what = f"{column.heading} of {rows}: {self.face_text(face) or 'empty before the E-step'}"
        what += f"; structure: {face.brackets}" if face.brackets else ""
        if face.badge is None or self.blocks is None:
            return what
        return f"{what}; true {self.blocks.session.model.words.component}: {face.badge[1]}"

    def _rows(self, row: int) -> str:
        """Return the rows that are equal to this one, in words; "" if there are none."""
        alike = None if self.blocks is None else self.blocks.alike
        return "" if alike is None else alike_text(alike.like(row), SAID)

    def whole(self, row: int, face: Face) -> str:
        """Return the observed values, with all rows that have them."""
        rows = self._rows(row)
        return f"{face.text}: {rows}" if rows else face.text

    # -- Qt overrides

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Return the number of rows, of which equal ones are a single row."""
        return 0 if parent.isValid() or self.blocks is None else self.blocks.rows
