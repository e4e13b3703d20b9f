"""A look of the count table: its font size, the place of its units, and the room that this takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, takewhile

from PySide6.QtGui import QFont

from emviz.ui.panels.counts.faces import Units
from emviz.ui.panels.counts.paging import LEAST_LABEL, label_within
from emviz.ui.panels.counts.widths import ColumnTexts, Ruler, Width

#: Font sizes tried, relative to the application's; smaller ones if not everything is in sight otherwise.
SIZES = (1.0, 0.96, 0.92)
#: Number of these that are readable from the last row of a hall.
EASY = 2
#: Steps by which enlarged letters shrink until a column fits.
SMALLER = 0.04
#: Pairs of font size and place of the units, the best first.
LOOKS = tuple(
    (size, units)
    for sizes in (SIZES[:EASY], SIZES[EASY:])
    for units in (Units.BESIDE, Units.ABOVE)
    for size in sizes
)
#: Smallest and largest height of a row, in lines.
TIGHT, ROOMY = 1.15, 2.3
#: Height of a row that scrolls, in lines, if at least this number of rows is in sight.
EASY_ROW, AT_LEAST = 1.5, 8
#: Heights of headings of one line and of two, in lines.
HEADING, HEADINGS = 1.25, 2.3
#: Factor down to which letters shrink to make room for row labels; beyond, the labels are elided.
GIVEN = 0.85
#: Rows up to which letters shrink to show them all; more of them scroll.
FEW = 12


@dataclass(frozen=True)
class Look:
    """A look of the table; sizes are in pixels.

    Parameters
    ----------
    font : QFont
    units : Units
        The place of the units.
    line : int
        Height of a line of text.
    number : int
        Width of the row numbers.
    widths : tuple of Width
        Widths of the columns.
    """

    font: QFont
    units: Units
    line: int
    number: int
    widths: tuple[Width, ...]

    @cached_property
    def least_width(self) -> int:
        """The width below which the columns are paged."""
        return sum([width.least for width in self.widths]) + self.number

    @property
    def shortest_width(self) -> int:
        """The width below which even the shortest row labels leave no room for all columns."""
        return self.least_with(min((self.widths[0].least, *self.widths[0].shorter)))

    def least_with(self, label: int) -> int:
        """Return `least_width` with the row labels shortened to a width."""
        return self.least_width - self.widths[0].least + label

    @cached_property
    def widest(self) -> int:
        """The smallest width of the widest column besides the labels."""
        return max([width.least for width in self.widths[1:]], default=0)

    def holds_label(self, room: int) -> bool:
        """Return whether the labels fit, in their shortest form if necessary."""
        alone = self.widest if self.units is Units.BEGUN else 0
        return label_within(self.widths[0], room - self.number, alone) is not None

    @cached_property
    def parts(self) -> dict[int, tuple[int, ...]]:
        """The widths of the numbers in a cell, by column, for columns with several numbers per cell."""
        return {place: width.parts for place, width in enumerate(self.widths) if width.parts}

    @cached_property
    def below(self) -> int:
        """The height of the totals, in rows."""
        return max([width.below for width in self.widths], default=1)

    @cached_property
    def _lines(self) -> float:
        return max([width.lines for width in self.widths], default=1.0)

    def _row(self, lines: float) -> int:
        """Return the height of a row of `lines` lines, or more if its cells need them."""
        return int(max(lines, self._lines) * self.line)

    @cached_property
    def heading_height(self) -> int:
        """The height of the headings; two lines if the second has the units."""
        return int((HEADINGS if self.parts else HEADING) * self.line)

    def with_label(self, width: int) -> Look:
        """Return the look with the row labels shortened to a width."""
        label, *others = self.widths
        shorter = replace(label, least=width, easy=width, most=max(width, label.most))
        return replace(self, widths=(shorter, *others))

    @cached_property
    def tight_row(self) -> int:
        """The smallest height of a row."""
        return self._row(TIGHT)

    def whole_height(self, rows: int) -> int:
        """Return the height of `rows` rows of the smallest height with headings and totals."""
        return self.heading_height + (rows + self.below) * self.tight_row

    def row_height_for(self, rows: int, room: int) -> int:
        """Return the height of a row if rows, headings and totals have `room` pixels; more for few rows."""
        inner = room - self.heading_height
        fitting = inner // (max(1, rows) + self.below)
        # Rows that scroll have one of only two heights: changing that of a million rows takes Qt seconds.
        airy = rows > FEW and inner >= (AT_LEAST + self.below) * self._row(EASY_ROW)
        least = self._row(EASY_ROW) if airy else self.tight_row
        return min(self._row(ROOMY), max(least, fitting))


def sizes_down_to(usual: float) -> Iterator[float]:
    """Yield font sizes, the largest first, down to that of ordinary text.

    Parameters
    ----------
    usual : float
        The size of ordinary text relative to the letters: 1 unless they are enlarged.
    """
    yield from SIZES
    yield from takewhile(lambda size: size >= usual * SIZES[-1], count(SIZES[-1] - SMALLER, -SMALLER))


def turned_look(looks: Iterable[Look], room: int, grown: bool) -> Look:
    """Return the first look in which any single column fits, with the row labels beside it if possible.

    Parameters
    ----------
    looks : iterable of Look
        The largest letters first; later ones are measured only if needed.
    room : int
        The width of columns and row numbers, in pixels.
    grown : bool
        Whether the letters are enlarged; only then do they shrink for the labels.
    """
    wide: Look | None = None
    for look in looks:
        if look.widest > (1 - LEAST_LABEL) * (room - look.number):
            continue
        if not grown or look.holds_label(room):
            return look
        wide = wide or look
        if look.line < GIVEN * wide.line:
            break
    return wide or look


def look_of(columns: Sequence[ColumnTexts], rows: int, ruler: Ruler, units: Units) -> Look:
    """Return the look of a table with these columns and a number of rows."""
    widths = tuple([column.width(ruler) for column in columns])
    return Look(ruler.font, units, ruler.line, ruler.width(str(rows), heavy=False), widths)
