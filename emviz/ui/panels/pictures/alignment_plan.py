"""The layout of an alignment: its columns and the size of its letters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QFont, QFontMetricsF

from emviz.em.pictures import Alignment
from emviz.ui.look.style import SMALL
from emviz.ui.panels.plot.naming import sized

#: Font sizes tried, relative to the application's; with smaller ones unreadable, the letters scroll.
SIZES = (1.7, 1.55, 1.4, 1.3, 1.2, 1.1, 1.0, SMALL)
#: Height of a row in lines; gap between columns in cells.
ROW, GAP = 1.3, 0.9
#: Largest part of the width for names.
NAMES = 0.36
#: Letters of a flank that are worth a smaller font, down to the application's; and number of texts measured.
FLANK, LONGEST = 2, 12
#: Cells narrower than this, relative to the widest bold letter, have no bold letters.
BOLD = 0.95
#: Smallest width of a cell, relative to the same, in which letters do not touch.
NARROWEST = 0.8


@dataclass(frozen=True)
class AlignmentPlan:
    """The columns and fonts of an alignment.

    Parameters
    ----------
    font, letters : QFont
        Fonts of the words, and of the letters of the pieces.
    cell, row : float
        Width of a letter and height of a row, in pixels.
    flank : int
        Letters shown before and after each piece.
    names, before, piece, after, bar, detail, mark : pair of float
        Left end and width of each column, in pixels; an omitted column has width 0.
    """

    font: QFont
    letters: QFont
    cell: float
    row: float
    flank: int
    names: tuple[float, float]
    before: tuple[float, float]
    piece: tuple[float, float]
    after: tuple[float, float]
    bar: tuple[float, float]
    detail: tuple[float, float]
    mark: tuple[float, float]

    @property
    def width(self) -> float:
        """The right end of the last column."""
        return sum(self.mark)


def planned(view: Alignment, width: float, height: float, font: QFont, marked: bool) -> AlignmentPlan:
    """Return the columns with letters as large as fit, giving up flanks first, then details, then size."""
    measure = _measured(view, font)
    bare = replace(measure, detail=0.0)
    flank = max(map(len, (*view.before, *view.after)), default=0)
    for wanted, least, smallest in ((measure, min(flank, FLANK), 1.0), (measure, 0, SMALL), (bare, 0, 0.0)):
        for size in SIZES:
            fits = _plan(wanted, width, size, 0, marked)
            # Each flank comes with a gap.
            room = math.floor((width - fits.width - 6) / (2 * fits.cell))
            high = size > 1 and fits.row * (len(view.texts) + 1) > height
            if size >= smallest and fits.width <= width and room >= least and not high:
                return _plan(wanted, width, size, max(0, min(room, flank)), marked)
    return _squeezed(bare, width, marked)


def letters_that_fit(view: Alignment, width: float, font: QFont, marked: bool) -> int:
    """Return the number of letters of a piece that fit without touching; the others have to scroll."""
    bare = replace(_measured(view, font), detail=0.0)
    full = _plan(bare, width, SIZES[-1], 0, marked)
    return max(1, math.floor((width - full.width + full.piece[1]) / (full.cell * NARROWEST)))


def cropped(view: Alignment, first: int, count: int) -> Alignment:
    """Return a part of each piece, without its flanks."""
    span = slice(first, first + count)
    nothing = ("",) * len(view.texts)
    return replace(
        view,
        texts=tuple(text[span] for text in view.texts),
        before=nothing,
        after=nothing,
        sure=tuple(row[span] for row in view.sure),
    )


def _squeezed(bare: _Measure, width: float, marked: bool) -> AlignmentPlan:
    """Return the columns with cells narrowed to fit, but letters in the smallest readable size."""
    full = _plan(bare, width, SIZES[-1], 0, marked)
    part = (width - full.width + full.piece[1]) / max(full.piece[1], 1.0)
    return _plan(bare, width, SIZES[-1], 0, marked, max(part, 0.2))


@dataclass(frozen=True)
class _Measure:
    """The widths of all texts in the application's font, in pixels."""

    font: QFont
    cell: float
    letters: int
    names: float
    detail: float
    share: float
    line: float


def _measured(view: Alignment, font: QFont) -> _Measure:
    metrics = QFontMetricsF(font)
    bold = QFontMetricsF(_bold(font))
    return _Measure(
        font,
        max(map(bold.horizontalAdvance, {*"".join(view.texts)} or "M")),
        max(map(len, view.texts), default=0),
        _widest((view.heading, *view.names), metrics) + 2,
        _widest(view.details, metrics),
        metrics.horizontalAdvance("0.00") * 2,
        metrics.height(),
    )


def _widest(texts: Sequence[str], metrics: QFontMetricsF) -> float:
    """Return the width of the widest text; only the longest are measured, since there may be thousands."""
    longest = sorted(set(texts), key=len)[-LONGEST:]
    return max(map(metrics.horizontalAdvance, longest), default=0.0)


def _plan(
    measure: _Measure, width: float, size: float, flank: int, marked: bool, part: float = 1.0
) -> AlignmentPlan:
    font = sized(measure.font, size)
    cell = (measure.cell * size + 3) * part
    letters = _bold(font) if part > BOLD else font
    widths = (
        min(measure.names * size, NAMES * width),
        flank * cell,
        measure.letters * cell,
        flank * cell,
        measure.share * size,
        measure.detail * size,
        measure.line * size if marked else 0.0,
    )
    # Flanks are close to the piece, other columns apart.
    wide_gap = cell * GAP
    gaps = (wide_gap, 3.0, 3.0 if flank else wide_gap, wide_gap, wide_gap, wide_gap, 0.0)
    places, left = [], 1.0
    for wide, gap in zip(widths, gaps, strict=True):
        places.append((left, wide))
        left += wide + (gap if wide else 0.0)
    return AlignmentPlan(font, letters, cell, math.ceil(measure.line * size * ROW), flank, *places)


def _bold(font: QFont) -> QFont:
    heavy = QFont(font)
    heavy.setBold(True)
    return heavy
