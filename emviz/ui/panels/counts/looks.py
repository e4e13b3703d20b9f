"""The choice among the looks of the count table: the largest font with which most of it is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from emviz.em.counts.table import CountTable
from emviz.em.numerics import Array
from emviz.ui.panels.counts.faces import Units
from emviz.ui.panels.counts.fonts import scaled
from emviz.ui.panels.counts.labels import FORMS
from emviz.ui.panels.counts.look import EASY, FEW, LOOKS, SIZES, Look, look_of, sizes_down_to, turned_look
from emviz.ui.panels.counts.paging import label_within
from emviz.ui.panels.counts.widths import ColumnTexts, Ruler

#: Returns the columns for a place of the units.
ColumnsOf: TypeAlias = Callable[[Units], tuple[ColumnTexts, ...]]


@dataclass(frozen=True)
class Room:
    """The room for the rows and columns of a table, in pixels.

    Parameters
    ----------
    size : QSize
        The whole room.
    rows : int
        Number of rows.
    bar : int
        Width of the scroll bar beside the rows.
    usual : float
        The size of ordinary text relative to the letters: 1 unless they are enlarged.
    """

    size: QSize
    rows: int
    bar: int = 0
    usual: float = 1.0

    def holds_rows(self, look: Look) -> bool:
        """Return whether all rows fit the height; True for many, which scroll anyway."""
        return self.rows > FEW or look.whole_height(self.rows) <= self.size.height()


class Looks:
    """The looks of a table in one font; each is measured once, on demand.

    Parameters
    ----------
    letters : QFont
        The font whose size the looks scale.
    """

    def __init__(self, letters: QFont) -> None:
        self._letters = letters
        self._possible: frozenset[Units] = frozenset()
        self._columns_of: ColumnsOf = lambda units: ()
        #: The possible places of the units and the columns for one, of this table alone.
        self.own: tuple[frozenset[Units], ColumnsOf] = (self._possible, self._columns_of)
        #: Whether the columns are those of several tables.
        self.shared = False
        self._columns: dict[Units, tuple[ColumnTexts, ...]] = {}
        self._digits: Array | None = None
        self._looks: dict[tuple[float, Units, int], Look] = {}
        self._rulers: dict[float, Ruler] = {}

    def __bool__(self) -> bool:
        """Return whether the columns are known."""
        return bool(self._possible)

    def set_columns(
        self,
        possible: Iterable[Units],
        columns_of: ColumnsOf,
        filled: CountTable,
    ) -> None:
        """Set the possible places of the units, and the function that returns the columns for one.

        It is called on demand, since most looks are never needed.
        """
        self._possible, self._columns_of = self.own = frozenset(possible), columns_of
        self.shared = False
        self._columns, self._looks = {}, {}
        self._digits = _digits(filled)

    def share(self, possible: frozenset[Units], columns_of: ColumnsOf) -> None:
        """Use the columns of several tables side by side, until its own are set anew."""
        self._possible, self._columns_of, self.shared = possible, columns_of, True
        self._columns, self._looks = {}, {}

    def outgrown(self, table: CountTable) -> bool:
        """Return whether a total has more digits than when the columns were measured."""
        now, then = _digits(table), self._digits
        return now is not None and then is not None and now.shape == then.shape and bool((now > then).any())

    def set_letters(self, letters: QFont) -> None:
        """Change the font."""
        if letters != self._letters:
            self._letters, self._looks, self._rulers = letters, {}, {}

    def measured(self, size: float, units: Units, rows: int) -> Look:
        """Return the look with a font size and a place of the units."""
        if size not in self._rulers:
            self._rulers[size] = Ruler(scaled(self._letters, size))
        if (size, units, rows) not in self._looks:
            if units not in self._columns:
                self._columns[units] = self._columns_of(units) if units in self._possible else ()
            self._looks[size, units, rows] = look_of(self._columns[units], rows, self._rulers[size], units)
        return self._looks[size, units, rows]

    def fitting(self, room: Room) -> Look:
        """Return the look with the largest letters that shows all columns, and all rows if they are few.

        If there is none, showing all columns matters more than all rows and than unshortened row labels; if
        the columns have to be paged anyway, the letters stay large.
        """
        wide: Look | None = None
        for look in self._each(LOOKS, room.rows):
            if look.least_width <= room.size.width():
                wide = wide or look
                if room.holds_rows(look):
                    return look
        return wide or self._shortened(room) or self._turned(room)

    def fits(self, room: Room) -> bool:
        """Return whether every row and column would be visible, in nearly the full font size."""
        width, height = room.size.toTuple()
        looks = self._each(LOOKS[: 2 * EASY], room.rows)
        return any(look.least_width <= width and look.whole_height(room.rows) <= height for look in looks)

    def _each(self, chosen: Iterable[tuple[float, Units]], rows: int) -> Iterator[Look]:
        return (self.measured(size, units, rows) for size, units in chosen if units in self._possible)

    def _shortened(self, room: Room) -> Look | None:
        """Return the first look in which all columns are in sight beside shorter labels of rows.

        Labels are as long as the rule has them, or else shorter step by step: a column more says more.
        """
        width = room.size.width() - (room.bar if room.rows > FEW else 0)
        chosen = (*LOOKS, *((size, self._briefest) for size in SIZES))
        looks = [look for look in self._each(chosen, room.rows) if look.shortest_width <= width]
        for shorter in range(FORMS):
            for look in looks:
                label = label_within(look.widths[0], width - look.number, shorter=shorter)
                if label is not None and look.least_with(label) <= width:
                    return look.with_label(label)
        return None

    def _turned(self, room: Room) -> Look:
        """Return the look with the largest letters for paged columns.

        If enlarged letters leave no room for the row labels, the units are abbreviated.
        """
        width, grown = room.size.width() - room.bar, room.usual < 1
        for units in (self._briefest, Units.BEGUN):
            sizes = ((size, units) for size in sizes_down_to(room.usual))
            look = turned_look(self._each(sizes, room.rows), width, grown)
            if not grown or look.holds_label(width):
                break
        return look

    @property
    def _briefest(self) -> Units:
        """The place of the units that takes least room without abbreviating them."""
        return max(units for units in self._possible if units is not Units.BEGUN)


def _digits(table: CountTable) -> Array | None:
    """Return the digits before the point of each total, and a sign's; None before the E-step."""
    if table.totals is None:
        return None
    # A little more, for those that are rounded up to the next power of ten.
    return np.floor(np.log10(np.maximum(np.abs(table.totals) + 0.05, 1.0))) + (table.totals < 0)
