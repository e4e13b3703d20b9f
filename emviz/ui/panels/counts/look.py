"""One look of the count table: how large its letters are, where units stand, and how much room that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, takewhile

from PySide6.QtGui import QFont

from emviz.ui.panels.counts.faces import Units
from emviz.ui.panels.counts.paging import LEAST_LABEL, label_within
from emviz.ui.panels.counts.widths import Ruler, Told, Width

#: Sizes of the letters, in those of the application: smaller ones where not everything is in sight otherwise.
SIZES = (1.0, 0.96, 0.92)
#: How many of these can be read from the last row.
EASY = 2
#: Steps in which letters that were made larger get smaller again, until a column is whole.
SMALLER = 0.04
#: Sizes of the letters, and whether units stand in the headings: the better looks first.
LOOKS = tuple(
    (size, units)
    for sizes in (SIZES[:EASY], SIZES[EASY:])
    for units in (Units.BESIDE, Units.ABOVE)
    for size in sizes
)
#: Heights of a row, in heights of the font: where room is short, and where there is plenty.
TIGHT, ROOMY = 1.15, 2.3
#: Where rows scroll, the height of one if so many of them are in sight.
EASY_ROW, AT_LEAST = 1.5, 8
#: Heights of the headings in one line and in two, in heights of the font.
HEADING, HEADINGS = 1.25, 2.3
#: Letters get no smaller than this, of their size, for the labels of rows: else these are elided.
GIVEN = 0.85
#: More rows than this scroll anyway: for them no letters are made smaller.
FEW = 12


@dataclass(frozen=True)
class Look:
    """A look of the table; sizes are in pixels.

    Parameters
    ----------
    font : QFont
        The font of its letters.
    units : Units
        Where the units of counts stand.
    line : int
        The height of a line of text.
    number : int
        The width of the numbers of the rows.
    widths : tuple of Width
        The widths of the columns.
    """

    font: QFont
    units: Units
    line: int
    number: int
    widths: tuple[Width, ...]

    @cached_property
    def least_width(self) -> int:
        """The width below which the columns scroll."""
        return sum([width.least for width in self.widths]) + self.number

    @cached_property
    def widest(self) -> int:
        """The least width of the widest column beside what was observed."""
        return max([width.least for width in self.widths[1:]], default=0)

    def holds_label(self, room: int) -> bool:
        """Return whether what was observed has room in a width, as short as the rule makes it."""
        alone = self.widest if self.units is Units.BEGUN else 0
        return label_within(self.widths[0], room - self.number, alone) is not None

    @cached_property
    def parts(self) -> dict[int, tuple[int, ...]]:
        """What each number has of its cell, by the place of the column, where several are side by side."""
        return {place: width.parts for place, width in enumerate(self.widths) if width.parts}

    @cached_property
    def below(self) -> int:
        """How many rows the totals are high."""
        return max([width.below for width in self.widths], default=1)

    @cached_property
    def _lines(self) -> float:
        return max([width.lines for width in self.widths], default=1.0)

    def _row(self, lines: float) -> int:
        """Return the height of a row of so many lines, or of as many as its cells need."""
        return int(max(lines, self._lines) * self.line)

    @cached_property
    def heading_height(self) -> int:
        """The height of the headings: of two lines where units stand in the second."""
        return int((HEADINGS if self.parts else HEADING) * self.line)

    def with_label(self, width: int) -> Look:
        """Return the same with the labels of the rows in a width, as short as it makes them."""
        label, *others = self.widths
        shorter = replace(label, least=width, easy=width, most=max(width, label.most))
        return replace(self, widths=(shorter, *others))

    @cached_property
    def tight_row(self) -> int:
        """The height of a row where room is short."""
        return self._row(TIGHT)

    def whole_height(self, rows: int) -> int:
        """Return the height of so many rows and the totals, close together, where no bar turns columns."""
        return self.heading_height + (rows + self.below) * self.tight_row

    def row_height_for(self, rows: int, room: int) -> int:
        """Return the height of a row where the rows and the totals have so much room: more for few rows."""
        inner = room - self.heading_height
        fitting = inner // (max(1, rows) + self.below)
        # Rows that scroll anyway get some air, where enough of them are still in sight. One of two heights:
        # to give a million rows another one takes Qt seconds.
        airy = rows > FEW and inner >= (AT_LEAST + self.below) * self._row(EASY_ROW)
        least = self._row(EASY_ROW) if airy else self.tight_row
        return min(self._row(ROOMY), max(least, fitting))


def sizes_down_to(usual: float) -> Iterator[float]:
    """Yield sizes of letters, the largest first, until they are as small as in usual text.

    Parameters
    ----------
    usual : float
        The size of usual text, in that of the letters: 1 where they were not made larger.
    """
    yield from SIZES
    yield from takewhile(lambda size: size >= usual * SIZES[-1], count(SIZES[-1] - SMALLER, -SMALLER))


def turned_look(looks: Iterable[Look], room: int, grown: bool) -> Look:
    """Return the first look in which any one column has room, and the labels of the rows if they can have it.

    Parameters
    ----------
    looks : iterable of Look
        The larger letters first; not measured where a larger one will do.
    room : int
        The width of the columns with the numbers of the rows.
    grown : bool
        The letters are larger than usual: only then they give way to the labels.
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


def look_of(told: Sequence[Told], rows: int, ruler: Ruler, units: Units) -> Look:
    """Return the look of a table with so many rows.

    Parameters
    ----------
    told : sequence of Told
        What stands in each column.
    """
    widths = tuple([column.width(ruler) for column in told])
    return Look(ruler.font, units, ruler.line, ruler.width(str(rows), heavy=False), widths)
