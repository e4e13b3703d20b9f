"""Texts and count tables laid out for a width, in points."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from PySide6.QtGui import QFont, QTextDocument, QTextOption

from emviz.handouts import Extent, Sheet
from emviz.ui.exporting.handout.markup import table

#: Font size of text.
TEXT = 10
#: Scales of the letters in a table, the largest preferred; smaller ones are hard to read on paper.
SCALES = (1.0, 0.9, 0.8, 0.75)
#: Rows that a table has before it has more columns.
FEWEST = 6


def font(size: int, *, bold: bool = False) -> QFont:
    """Return the font of a sheet."""
    found = QFont()
    # In pixels, because the painter has one pixel per point.
    found.setPixelSize(size)
    found.setBold(bold)
    found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return found


def typeset(html: str, width: float) -> QTextDocument:
    """Return HTML laid out for a width; a word that is wider is not broken."""
    text = QTextDocument()
    text.setDocumentMargin(0)
    text.setDefaultFont(font(TEXT))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    text.setDefaultTextOption(option)
    text.setHtml(html)
    text.setTextWidth(width)
    return text


def typeset_table(sheet: Sheet, width: float, height: float) -> tuple[Sheet, QTextDocument, float]:
    """Return a sheet with as much of its count table as fits legibly, that table, and its scale.

    As many columns as fit beside each other with a few rows, and then as many rows as fit.
    """
    every, columns = len(sheet.rows), len(sheet.columns)
    while columns > 1 and _fitting(sheet.within(Extent(FEWEST, columns)), width, height, SCALES[-1:]) is None:
        columns -= 1
    for rows in range(every, 0, -1):
        part = sheet.within(Extent(rows, columns))
        found = _fitting(part, width, height, SCALES if rows == every else SCALES[-1:])
        if found is not None:
            return (part, *found)
    part = sheet.within(Extent(1, columns))
    return part, typeset(table(part), width / SCALES[-1]), SCALES[-1]


def common_extent(sheets: Sequence[Sheet], width: float, height: float) -> Generator[None, None, Extent]:
    """Return the extent of the count table that can be read on all sheets; yields in between."""
    extent, seen = Extent(), set[object]()
    # Rows are counted once it is known how many columns they have.
    for rows_too in (False, True):
        for sheet in sheets:
            key = rows_too, sheet.rows, sheet.columns
            if key in seen:
                continue
            seen.add(key)
            part, _, _ = typeset_table(sheet.within(extent), width, height)
            rows = len(part.rows) if rows_too else extent.rows
            extent = extent.within(Extent(rows, max(1, len(part.columns))))
            yield
    return extent


def _fitting(
    sheet: Sheet, width: float, height: float, scales: Sequence[float]
) -> tuple[QTextDocument, float] | None:
    """Return the table at the first scale at which it fits; None if it does not."""
    html = table(sheet)
    for scale in scales:
        text = typeset(html, width / scale)
        if text.size().width() * scale <= width + 1 and text.size().height() * scale <= height:
            return text, scale
    return None
