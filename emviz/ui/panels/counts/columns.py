"""The columns of the count table for Qt, which the rows and the totals share."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from emviz.em.counts.table import Cell, CountTable
from emviz.em.model import Phase
from emviz.em.numerics import Array
from emviz.em.rounding import all_whole
from emviz.session import Display
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.faces import Column, Face, Kind, Units, columns_of
from emviz.ui.widgets.labels import as_tip
from emviz.wording.counts import count_text, number_texts
from emviz.wording.plain import Plain

#: The word beside the totals.
TOTAL = "total"
#: The number of cached faces: more than there are cells in sight.
KEPT = 4096

FACE = Qt.ItemDataRole.UserRole + 1
AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class CountColumns(QAbstractTableModel):
    """The columns, which are the same for the rows and the totals."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blocks: Blocks | None = None
        self.columns: tuple[Column, ...] = ()
        self.first: CountTable | None = None  # the first block of the table
        #: The texts that do not depend on the decimals.
        self.plain = Plain(None, 0, whole=False)
        self._units = Units.BESIDE
        #: The decimals of a count; a probability has one more.
        self.places = 1
        self._look = Display()
        #: The faces of cells already seen, until they change.
        self._faces: dict[tuple[int, int], Face] = {}
        #: The number whose derivation is shown.
        self.shown: Cell | None = None
        #: The numbers that feed it.
        self.path: tuple[Cell, ...] = ()
        #: Whether a cell shows that number, and whether it feeds it, by row and column.
        self._frames: dict[tuple[int, int], tuple[bool, bool]] = {}

    def show(self, blocks: Blocks) -> None:
        """Show another session; the scroll position stays if the rows are the same."""
        before, looked = self.blocks, self._look
        self._look = blocks.session.display
        if looked.revealed != self._look.revealed:
            self._forget_faces()
        if before is None or not before.same_rows(blocks.session):
            self.beginResetModel()
            self._take(blocks)
            self.endResetModel()
            return
        # A share is called P, or q in hard EM, and the nodes of a glance may differ.
        glances = () if blocks.first is None else tuple(each.heading for each in blocks.first.glances)
        settled = (looked.decimals, looked.columns) == (self._look.decimals, self._look.columns)
        known = settled and glances == self._glances
        if not known or before.session.method is not blocks.session.method:
            self._take(blocks)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._follow(blocks)
        self._renew(looked, stepped=before is not blocks)

    def set_units(self, units: Units) -> None:
        """Put the units of a group in its heading, all or some, or in its cells as in the paper."""
        if units is not self._units and self.blocks is not None:
            self._units = units
            self._take(self.blocks)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _take(self, blocks: Blocks) -> None:
        """Take over the blocks, and the properties that all cells of a column share."""
        self._follow(blocks)
        self._forget_faces()
        self.places, before = blocks.session.display.decimals, self.columns
        axes = blocks.session.display.columns
        self.columns = () if self.first is None else columns_of(self.first, self.places, self._units, axes)
        if [(each.kind, each.place) for each in before] != [(each.kind, each.place) for each in self.columns]:
            self._frames.clear()

    def _follow(self, blocks: Blocks) -> None:
        first = blocks.first
        if blocks is not self.blocks or first is not self.first:
            self._forget_faces()
            self._frames.clear()
            self.plain = Plain(first, blocks.rows, blocks.session.method.whole)
        self.blocks, self.first = blocks, first

    def _forget_faces(self) -> None:
        """Have the look of each cell worked out again."""
        self._faces.clear()

    def mark(self, cell: Cell | None, path: tuple[Cell, ...]) -> None:
        """Frame the number whose derivation is shown, and outline those that feed it."""
        self.shown, self.path = cell, path
        self._frames.clear()

    def _renew(self, looked: Display, stepped: bool) -> None:
        """Repaint the cells that look different; after a step the numbers are painted as they grow."""
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
        """The name of each column, with its units."""
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

    def folded(self, column: Column) -> bool:
        """Return whether a column shows letters below their structure."""
        return column.kind is Kind.OBSERVED and self.first is not None and self.first.brackets is not None

    def _derived(self, column: Column, row: int) -> Cell | None:
        """Return the number of the table behind a glance cell, if it has exactly one."""
        derives = None if self.first is None else self.first.glances[column.place].derives
        return None if derives is None else derives(row)

    def face_at(self, row: int, at: int) -> Face:
        """Return the face of a cell; only its frame and its motion are computed each time."""
        face = self._faces.get((row, at))
        if face is None:
            if len(self._faces) >= KEPT:
                self._faces.clear()
            face = self._faces[row, at] = self.settled(row, self.columns[at])
        return self._now(face, row, at)

    def face(self, row: int, column: Column) -> Face:
        """Return how a cell looks."""
        return self._now(self.settled(row, column), row, self.columns.index(column))

    def _now(self, face: Face, row: int, at: int) -> Face:
        """Return a face, framed if its derivation is shown or it feeds the one that is."""
        if self.shown is None:
            return face
        framed = self._frames.get((row, at))
        if framed is None:
            if len(self._frames) >= KEPT:
                self._frames.clear()
            framed = self._frames[row, at] = self._framed(row, self.columns[at])
        chosen, fed = framed
        return replace(face, chosen=chosen, fed=fed) if chosen or fed else face

    def _framed(self, row: int, column: Column) -> tuple[bool, bool]:
        """Return whether a cell shows the number that is derived, and whether it feeds that."""
        cell, shown = self.number(row, column), self.shown
        if self.first is None or shown is None or cell is None:
            return False, False
        fed = cell in self.path or (self.first.feeds is not None and self.first.feeds(shown, cell))
        return cell == shown, fed

    def index_of(self, cell: Cell) -> QModelIndex:
        """Return the index of a number; invalid for a number outside of this table."""
        raise NotImplementedError

    def cell(self, index: AnyIndex) -> Cell | None:
        """Return the cell whose derivation can be shown; None for a cell without a number."""
        if not index.isValid() or self.blocks is None or self.blocks.phase is Phase.START:
            return None
        return self.number(self.row_at(index.row()), self.columns[index.column()])

    def number(self, row: int, column: Column) -> Cell | None:
        """Return the number that a cell shows, or None."""
        raise NotImplementedError

    def settled(self, row: int, column: Column) -> Face:
        """Return how a cell looks without a frame, its bar at rest."""
        raise NotImplementedError

    def face_text(self, face: Face) -> str:
        """Return the text of a cell, or a description of its picture."""
        glance = face.glance
        if glance is None:
            return face.text if face.told is None else face.told()
        if face.place is not None:
            return glance.text(face.place, face.digits)
        hard, sums = self.blocks is not None and self.blocks.session.method.whole, glance.sums
        return glance.total_text(0 if hard and sums is not None and all_whole(sums.flat) else self.places)

    def spoken(self, row: int, column: Column) -> str:
        """Return what a screen reader says of a cell."""
        raise NotImplementedError

    def whole(self, row: int, face: Face) -> str:
        """Return the whole text of a cell of observed values."""
        return face.text

    def _counted(self, table: CountTable, column: Column, counts: Array) -> Face:
        """Return the counts of a group with their units, or without those that the heading has."""
        whole, symbols = self.plain.counts(column.place), table.groups[column.place].symbols
        told = partial(count_text, counts, symbols, self.places, whole)
        if not column.units:
            return Face(told(), column.component)
        chosen = list(column.chosen)
        if chosen:
            counts, whole = counts[chosen], [whole[k] for k in chosen] if whole else ()
        return Face("", column.component, parts=number_texts(counts, self.places, whole), told=told)

    # -- Qt overrides

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell, its face, or the text for a screen reader."""
        if not index.isValid() or self.blocks is None:
            return None
        column, row = self.columns[index.column()], self.row_at(index.row())
        if role == FACE:
            return self.face_at(row, index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.face_text(self.face_at(row, index.column()))
        tip, pictured = (
            role == Qt.ItemDataRole.ToolTipRole,
            column.kind is Kind.GLANCE or self.folded(column),
        )
        if tip and (column.chosen or (column.kind is Kind.OBSERVED and not pictured)):
            # The painted text may be shortened.
            face = self.face_at(row, index.column())
            return as_tip(self.face_text(face) if column.chosen else self.whole(row, face))
        described = tip and pictured
        if role == Qt.ItemDataRole.AccessibleTextRole or described:
            return as_tip(self.spoken(row, column)) if described else self.spoken(row, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column, with the names of its values as a tooltip; a row has its number."""
        tip = role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal
        if tip and self.blocks is not None:
            return as_tip(self.columns[section].listed)
        if role != Qt.ItemDataRole.DisplayRole or self.blocks is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section].heading
        return str(self.row_at(section) + 1)
