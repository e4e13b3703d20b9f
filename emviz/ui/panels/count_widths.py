"""How wide the columns of the count table are: from the font, the decimals and the largest numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.em.views import CountTable, Group
from emviz.ui.panels.count_blocks import Blocks
from emviz.ui.panels.count_delegate import PAD, SMALLEST, UNIT, badge_width, bold, letter_advance, scaled
from emviz.ui.panels.count_model import TOTAL
from emviz.ui.panels.count_texts import count_text, number_texts, sequence_text, units_above

#: Bars get this many times as much of the room to spare as the other columns.
BARS = 4
#: Space between numbers side by side, in pixels.
SIDE = 4


@dataclass(frozen=True)
class Width:
    """How wide a column may be, in pixels.

    Parameters
    ----------
    least : int
        Nothing is clipped, if with small letters.
    easy : int
        Everything has its full size.
    most : int
        More would only pull the table apart.
    weight : int
        Its share of the room to spare.
    parts : tuple of int
        What each number of a cell has of it, where there are several side by side.
    """

    least: int
    easy: int
    most: int
    weight: int = 1
    parts: tuple[int, ...] = ()


def column_widths(widget: QWidget, blocks: Blocks, filled: CountTable) -> tuple[Width, ...]:
    """Return the widths of the columns.

    Parameters
    ----------
    filled : CountTable
        The table as an M-step leaves it, with any rows.
    """
    places = blocks.session.display.decimals
    shares = [_share_width(widget, k, blocks, filled) for k in range(len(filled.completions))]
    counts = [_count_width(widget, k, places, filled) for k in range(len(filled.groups))]
    return (_observed_width(widget, blocks), *shares, *counts)


def spread(widths: Sequence[Width], room: int) -> list[int]:
    """Return the widths that fill the room; they overflow it where even the least do not fit."""
    least, easy = (sum(getattr(width, name) for width in widths) for name in ("least", "easy"))
    if room < least:
        return [width.easy for width in widths]
    if room < easy:
        share = (room - least) / (easy - least)
        return [int(width.least + share * (width.easy - width.least)) for width in widths]
    unit = (room - easy) / max(1, sum(width.weight for width in widths))
    return [int(min(width.most, width.easy + unit * width.weight)) for width in widths]


def text_width(widget: QWidget, text: str, heavy: bool = True) -> int:
    """Return the width of a text with the space around it, in pixels."""
    font = bold(widget.font()) if heavy else widget.font()
    return QFontMetrics(font).horizontalAdvance(text) + 2 * PAD + 1


def _share_width(widget: QWidget, place: int, blocks: Blocks, filled: CountTable) -> Width:
    heading, number = filled.completions[place].text, decimal(0, blocks.session.display.decimals + 1)
    known = blocks.at(0)[0].names
    named = {f"{names[place]}  {number}" for names in known} if known else {number}
    least = max(text_width(widget, text, heavy=False) for text in (*named, heading, TOTAL))
    easy = max(least, text_width(widget, heading)) + 2 * PAD
    return Width(least, easy, (2 if known else 5) * easy, BARS)


def _count_width(widget: QWidget, place: int, places: int, filled: CountTable) -> Width:
    heading, symbols = filled.groups[place].heading, filled.groups[place].symbols
    totals = np.zeros(len(symbols)) if filled.totals is None else filled.totals[filled.spans[place]]
    # Expected counts add up to the data, so that what like groups share bounds each of them.
    kin = [span for span, group in zip(filled.spans, filled.groups, strict=True) if group.symbols == symbols]
    shared = totals if filled.totals is None else np.sum([filled.totals[span] for span in kin], axis=0)
    if units_above(filled.groups[place], places):
        return _numbers_width(widget, filled.groups[place], places, (totals, shared))
    present, bound = (count_text(counts, symbols, places) for counts in (totals, shared))
    least = max(text_width(widget, text, heavy=False) for text in (heading, present))
    easy = max(least, text_width(widget, heading), text_width(widget, bound))
    return Width(least, easy, 2 * easy)


def _numbers_width(widget: QWidget, group: Group, places: int, largest: tuple[Array, Array]) -> Width:
    """Return the width of a column of numbers side by side, each below its unit."""
    small = QFontMetrics(scaled(widget.font(), UNIT))
    units = [small.horizontalAdvance(unit) + 2 * PAD + 1 for unit in group.symbols]
    present, bound = (number_texts(counts, group, places) for counts in largest)
    light, strong = (
        [max(unit, text_width(widget, text, heavy) + SIDE) for unit, text in zip(units, texts, strict=True)]
        for texts, heavy in ((present, False), (bound, True))
    )
    heading = text_width(widget, group.heading)
    least = max(text_width(widget, group.heading, heavy=False), sum(light))
    easy = max(least, heading, sum(strong))
    return Width(least, easy, 2 * easy, parts=tuple(light))


def _observed_width(widget: QWidget, blocks: Blocks) -> Width:
    table, display = blocks.at(0)[0], blocks.session.display
    badge = 0
    if display.revealed and table.labels:
        tags = [tag for tag in table.labels if tag is not None]
        badge = max((badge_width(widget.font(), tag.text) + PAD for tag in tags), default=0)
    texts = set(table.observed)
    letters_drawn = bool(table.alphabet)
    if letters_drawn:
        texts = {sequence_text(text, table.alphabet) for text in texts}
    whole = [text for text in texts if letters_drawn and "…" not in text]
    others = [text_width(widget, text, heavy=letters_drawn) for text in texts.difference(whole)]
    letters = max((len(text) for text in whole), default=0) * letter_advance(widget.font())
    heading = text_width(widget, table.heading)
    least = max(heading, int(SMALLEST * letters) + 2 * PAD + 2, *others) + badge
    easy = max(heading, letters + 2 * PAD, *others) + badge
    return Width(least, easy, 2 * easy)
