"""The count table for Qt: what stands in each cell, how it looks, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from emviz.em.glances import Glance, Portion, Strip, Word
from emviz.em.model import Phase
from emviz.em.numerics import Array
from emviz.em.rounding import all_whole, decimal
from emviz.em.views import Cell, CountCell, CountTable, ShareCell
from emviz.session import IN_FILE, Display, Order
from emviz.ui.labels import as_tip
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.faces import Column, Face, Kind, Units, columns_of
from emviz.wording.counts import (
    FIRST,
    number_texts,
    sequence_text,
    share_text,
    told_counts,
)
from emviz.wording.plain import Plain

#: The word beside the totals.
TOTAL = "total"

FACE = Qt.ItemDataRole.UserRole + 1
AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class CountColumns(QAbstractTableModel):
    """The columns that the rows and the totals have in common."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blocks: Blocks | None = None
        self.columns: tuple[Column, ...] = ()
        self.first: CountTable | None = None  # the first block of the table
        #: What is told without decimals.
        self.plain = Plain(None, 0, whole=False)
        self._units = Units.BESIDE
        #: The decimals of a count; a probability has one more.
        self.places = 1
        self._look = Display()
        #: The number whose derivation is on display.
        self.shown: Cell | None = None
        #: The numbers on the way to it.
        self.path: tuple[Cell, ...] = ()

    def show(self, blocks: Blocks) -> None:
        """Show another session; the place in the table stays where the rows are the same."""
        before, looked = self.blocks, self._look
        self._look = blocks.session.display
        if before is None or not before.same_rows(blocks.session):
            self.beginResetModel()
            self._take(blocks)
            self.endResetModel()
            return
        # A share is called P, or q where it is all or nothing; what is read at a glance may be other nodes.
        glances = () if blocks.first is None else tuple(each.heading for each in blocks.first.glances)
        settled = (looked.decimals, looked.columns) == (self._look.decimals, self._look.columns)
        known = settled and glances == self._glances
        if not known or before.session.method is not blocks.session.method:
            self._take(blocks)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._follow(blocks)
        self._renew(looked, stepped=before is not blocks)

    def set_units(self, units: Units) -> None:
        """Have the units of a group in its heading, all or some, or in its cells as the paper has them."""
        if units is not self._units and self.blocks is not None:
            self._units = units
            self._take(self.blocks)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _take(self, blocks: Blocks) -> None:
        """Take over the blocks, and what all cells of a column have in common."""
        self._follow(blocks)
        self.places = blocks.session.display.decimals
        axes = blocks.session.display.columns
        self.columns = () if self.first is None else columns_of(self.first, self.places, self._units, axes)

    def _follow(self, blocks: Blocks) -> None:
        self.blocks, self.first = blocks, blocks.first
        self.plain = Plain(self.first, blocks.rows, blocks.session.method.whole)

    def _renew(self, looked: Display, stepped: bool) -> None:
        """Have painted again what looks different; a step has its numbers painted as they grow."""
        look = self._look
        if looked.revealed != look.revealed or (looked.decimals != look.decimals and not stepped):
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))
        elif looked.cell != look.cell and not stepped:
            for index in (self.index_of(cell) for cell in (looked.cell, look.cell) if cell is not None):
                if index.isValid():
                    self.dataChanged.emit(index, index)

    @property
    def _glances(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns if column.kind is Kind.GLANCE)

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is called, its units included."""
        units = (
            self.first.groups[c.place].symbols if c.units and c.kind is Kind.COUNT and self.first else c.units
            for c in self.columns
        )
        return tuple(
            " ".join((column.heading, *each)) for column, each in zip(self.columns, units, strict=True)
        )

    def row_at(self, place: int) -> int:
        """Return the row of the data that is shown in a place."""
        return place

    def _folded(self, column: Column) -> bool:
        """Return whether letters stand in a column below their structure."""
        return column.kind is Kind.OBSERVED and self.first is not None and self.first.brackets is not None

    def _derived(self, column: Column, row: int) -> Cell | None:
        """Return the number of the table that a cell which is read at a glance stands for, if it is one."""
        derives = None if self.first is None else self.first.glances[column.place].derives
        return None if derives is None else derives(row)

    def _marked(self, face: Face, cell: Cell | None) -> Face:
        """Return the face of a number, framed where its derivation is on display or it goes into that one."""
        if self.shown is None or self.first is None or cell is None:
            return face
        fed = cell in self.path or (self.first.feeds is not None and self.first.feeds(self.shown, cell))
        return replace(face, chosen=cell == self.shown, fed=fed) if fed or cell == self.shown else face

    def index_of(self, cell: Cell) -> QModelIndex:
        """Return where a number stands; an invalid index for one that stands elsewhere."""
        raise NotImplementedError

    def cell(self, index: AnyIndex) -> Cell | None:
        """Return the cell whose derivation can be shown, or None where there is no number."""
        raise NotImplementedError

    def face(self, row: int, column: Column) -> Face:
        """Return how a cell looks."""
        raise NotImplementedError

    def told(self, face: Face) -> str:
        """Return the text of a cell, or what its picture says."""
        glance = face.glance
        if glance is None:
            return face.text
        if face.place is not None:
            return glance.told(face.place, face.digits)
        hard, sums = self.blocks is not None and self.blocks.session.method.whole, glance.sums
        return glance.total_told(0 if hard and sums is not None and all_whole(sums.flat) else self.places)

    def spoken(self, row: int, column: Column) -> str:
        """Return what a screen reader says of a cell."""
        raise NotImplementedError

    def _counted(self, table: CountTable, column: Column, counts: Array) -> tuple[str, tuple[str, ...]]:
        """Return the counts of a group with their units, and the numbers alone where these stand above."""
        whole, own = self.plain.counts(column.place), table.groups[column.place]
        numbers = number_texts(counts, self.places, whole)
        shown = tuple(numbers[k] for k in column.chosen) if column.chosen else numbers
        return told_counts(numbers, counts, own.symbols, whole), shown if column.units else ()

    # -- Qt overrides

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell, its face, or what a screen reader says."""
        if not index.isValid() or self.blocks is None:
            return None
        column, row = self.columns[index.column()], self.row_at(index.row())
        if role == FACE:
            return self.face(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.told(self.face(row, column))
        tip, pictured = (
            role == Qt.ItemDataRole.ToolTipRole,
            column.kind is Kind.GLANCE or self._folded(column),
        )
        if tip and (column.chosen or (column.kind is Kind.OBSERVED and not pictured)):
            # It may be painted shorter than it is.
            return as_tip(self.face(row, column).text)
        told = tip and pictured
        if role == Qt.ItemDataRole.AccessibleTextRole or told:
            return as_tip(self.spoken(row, column)) if told else self.spoken(row, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column; a row has its number."""
        if role != Qt.ItemDataRole.DisplayRole or self.blocks is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section].heading
        return str(self.row_at(section) + 1)


class CountModel(CountColumns):
    """The rows of the table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: Blocks | None = None
        self._growth = 1.0
        self.order = IN_FILE

    def show(self, blocks: Blocks) -> None:
        """Show another session, its bars growing from where they were."""
        known = self.blocks is not None and self.blocks.same_rows(blocks.session)
        self._before = self.blocks if known else None
        super().show(blocks)

    def set_order(self, order: Order) -> None:
        """Show the rows in another order."""
        if self.blocks is not None:
            self.blocks.set_order(order)
        if order is self.order:
            return
        self.order = order
        if rows := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(self.columns) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, rows - 1)

    def row_at(self, place: int) -> int:
        """Return the row of the data that is shown in a place."""
        return self.order.row(place)

    def set_growth(self, growth: float) -> None:
        """Move the bars: 0 where they were before the step, 1 where they are."""
        self._growth = growth
        if growth >= 1:
            self._before = None

    def cell(self, index: AnyIndex) -> Cell | None:
        """Return the share or the count at an index, or None before the E-step."""
        if not index.isValid() or self.blocks is None or self.blocks.phase is Phase.START:
            return None
        column = self.columns[index.column()]
        if column.kind is Kind.OBSERVED:
            return None
        if column.kind is Kind.GLANCE:
            return self._derived(column, self.row_at(index.row()))
        kind = ShareCell if column.kind is Kind.SHARE else CountCell
        return kind(self.row_at(index.row()), column.place)

    def index_of(self, cell: Cell) -> QModelIndex:
        """Return where a share or a count stands; for other cells an invalid index."""
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

    def face(self, row: int, column: Column) -> Face:
        """Return how a cell looks."""
        assert self.blocks is not None
        table, place = self.blocks.at(row)
        if column.kind is Kind.OBSERVED:
            return self._observed_face(table, place)
        if table.shares is None or table.counts is None:
            return Face("")
        k = column.place
        if column.kind is Kind.GLANCE:
            face = self._glance_face(table, column, place)
            # A strip has many numbers, of which a click derives one.
            return face if isinstance(face.glance, Strip) else self._marked(face, self._derived(column, row))
        if column.kind is Kind.COUNT:
            text, parts = self._counted(table, column, table.counts[place, table.spans[k]])
            return self._marked(Face(text, column.component, parts=parts), CountCell(row, k))
        share = float(table.shares[place, k])
        text = share_text(table, place, k, self.places, self.plain.shares(k))
        alone = table.names is not None and len(table.completions) == 1
        bar = None if alone else self._moved(row, k, share)
        return self._marked(Face(text, column.component, bar), ShareCell(row, k))

    def _glance_face(self, table: CountTable, column: Column, place: int) -> Face:
        glance = table.glances[column.place]
        digits = 0 if self._glanced_whole(glance) else self.places + 1
        if isinstance(glance, Portion):
            return Face(glance.told(place, digits), column.component, float(glance.values[place]))
        # What it says in words is asked for apart: it is painted in every frame of a motion.
        return Face("", column.component, glance=glance, place=place, digits=digits)

    def _glanced_whole(self, glance: Glance) -> bool:
        """Return whether rows are counted whole in all of a column that is read at a glance."""
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
        """Return what a screen reader says of a cell: "P(A) of row 1: 0.45"."""
        face = self.face(row, column)
        what = f"{column.heading} of row {row + 1}: {self.told(face) or 'empty before the E-step'}"
        what += f"; structure: {face.brackets}" if face.brackets else ""
        if face.badge is None or self.blocks is None:
            return what
        return f"{what}; true {self.blocks.session.model.words.component}: {face.badge[1]}"

    def copied(self, rows: Sequence[int], wanted: Callable[[int, int], bool]) -> list[list[str]]:
        """Return the cells of some rows for a spreadsheet: numbers without signs, each on its own.

        Parameters
        ----------
        rows : sequence of int
            The rows, asked of the model at once.
        wanted : callable
            Says of row and column whether the cell is to be copied; others stay empty.
        """
        if self.blocks is None:
            return []
        table = self.blocks.some([self.row_at(row) for row in rows])
        places = [c for c in range(len(self.columns)) if any(wanted(row, c) for row in rows)]
        return [
            [
                text if wanted(row, c) else ""
                for c in places
                for text in self._bare(table, place, self.columns[c])
            ]
            for place, row in enumerate(rows)
        ]

    def copied_heading(self) -> list[str]:
        """Return the heading of each column as `copied` splits them."""
        if self.first is None:
            return []
        return [
            f"{heading} {symbol}".strip()
            for column in self.columns
            for heading in [column.heading]
            for symbol in self._copied_parts(self.first, column)
        ]

    def _copied_parts(self, table: CountTable, column: Column) -> tuple[str, ...]:
        if self._folded(column):
            return "", "structure"
        return table.groups[column.place].symbols if column.kind is Kind.COUNT else ("",)

    def _bare(self, table: CountTable, place: int, column: Column) -> tuple[str, ...]:
        if column.kind is Kind.OBSERVED:
            text, brackets = " ".join(table.observed[place].split()), table.brackets
            return (text,) if brackets is None else (text, brackets[place] if brackets else "")
        if table.shares is None or table.counts is None:
            return ("",) * len(self._copied_parts(table, column))
        if column.kind is Kind.GLANCE:
            return (table.glances[column.place].written(place, self.places + 1),)
        if column.kind is Kind.SHARE:
            return (share_text(table, place, column.place, self.places),)
        counts = table.counts[place, table.spans[column.place]]
        return tuple(decimal(float(count), self.places) for count in counts)

    # -- Qt overrides

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Return the number of rows of the data."""
        return 0 if parent.isValid() or self.blocks is None else self.blocks.rows
