"""The choice among the looks of the count table: the largest letters with which most of it is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from emviz.ui.panels.counts.faces import Units
from emviz.ui.panels.counts.fonts import scaled
from emviz.ui.panels.counts.look import EASY, FEW, LOOKS, SIZES, Look, look_of, sizes_down_to, turned_look
from emviz.ui.panels.counts.paging import label_within
from emviz.ui.panels.counts.widths import Ruler, Told


@dataclass(frozen=True)
class Room:
    """What a table has for its rows and columns; sizes are in pixels.

    Parameters
    ----------
    size : QSize
        What it has altogether.
    rows : int
        How many rows there are.
    bar : int
        The width of the bar beside rows that scroll.
    usual : float
        The size of usual text, in that of the letters: 1 where they were not made larger.
    """

    size: QSize
    rows: int
    bar: int = 0
    usual: float = 1.0

    def holds_rows(self, look: Look) -> bool:
        """Return whether all rows fit the height, where no bar turns columns; many scroll anyway."""
        return self.rows > FEW or look.whole_height(self.rows) <= self.size.height()


class Looks:
    """The looks of a table in one font; nothing is measured twice.

    Parameters
    ----------
    letters : QFont
        The font of which looks have a share.
    """

    def __init__(self, letters: QFont) -> None:
        self._letters = letters
        self._possible: frozenset[Units] = frozenset()
        self._tell: Callable[[Units], tuple[Told, ...]] = _nothing
        self._told: dict[Units, tuple[Told, ...]] = {}
        self._looks: dict[tuple[float, Units, int], Look] = {}
        self._rulers: dict[float, Ruler] = {}

    def __bool__(self) -> bool:
        """Return whether it is known what stands in the columns."""
        return bool(self._possible)

    def tell(self, possible: Iterable[Units], told: Callable[[Units], tuple[Told, ...]]) -> None:
        """Take the places that units may have, and what tells of one what stands in each column.

        Most looks are never needed, so that it is asked when one is.
        """
        self._possible, self._tell, self._told, self._looks = frozenset(possible), told, {}, {}

    def set_letters(self, letters: QFont) -> None:
        """Take another font."""
        if letters != self._letters:
            self._letters, self._looks, self._rulers = letters, {}, {}

    def measured(self, size: float, units: Units, rows: int) -> Look:
        """Return how a table with so many rows looks with letters of a size."""
        if size not in self._rulers:
            self._rulers[size] = Ruler(scaled(self._letters, size))
        if (size, units, rows) not in self._looks:
            if units not in self._told:
                self._told[units] = self._tell(units) if units in self._possible else ()
            told = self._told[units]
            self._looks[size, units, rows] = look_of(told, rows, self._rulers[size], units)
        return self._looks[size, units, rows]

    def fitting(self, room: Room) -> Look:
        """Return the look with the largest letters with which all columns, and a few rows, are in sight.

        Where there is none, all columns count more than all rows, and than the whole labels of rows; where
        even then they are turned, letters are not made smaller.
        """
        wide: Look | None = None
        for look in self._each(LOOKS, room.rows):
            if look.least_width <= room.size.width():
                wide = wide or look
                if room.holds_rows(look):
                    return look
        return wide or self._shortened(room) or self._turned(room)

    def fits(self, room: Room) -> bool:
        """Return whether every row and column would be in sight, in letters of nearly full size."""
        width, height = room.size.toTuple()
        looks = self._each(LOOKS[: 2 * EASY], room.rows)
        return any(look.least_width <= width and look.whole_height(room.rows) <= height for look in looks)

    def _each(self, chosen: Iterable[tuple[float, Units]], rows: int) -> Iterator[Look]:
        return (self.measured(size, units, rows) for size, units in chosen if units in self._possible)

    def _shortened(self, room: Room) -> Look | None:
        """Return the first look in which all columns are in sight beside shorter labels of rows."""
        width = room.size.width() - (room.bar if room.rows > FEW else 0)
        briefest = ((size, self._briefest) for size in SIZES)
        for look in self._each((*LOOKS, *briefest), room.rows):
            label = label_within(look.widths[0], width - look.number)
            if label is not None and look.with_label(label).least_width <= width:
                return look.with_label(label)
        return None

    def _turned(self, room: Room) -> Look:
        """Return the look with the largest letters that have room where the columns are turned.

        Where larger letters leave the labels of rows none, the words of units are begun alone.
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
        """The units that take least room, in whole words."""
        return max(units for units in self._possible if units is not Units.BEGUN)


def _nothing(units: Units) -> tuple[Told, ...]:
    return ()
