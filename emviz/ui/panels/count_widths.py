"""How wide the columns of the count table are: from the font, the decimals and the largest numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from emviz.em.derivation import decimal
from emviz.em.views import CountTable
from emviz.ui.panels.count_blocks import Blocks
from emviz.ui.panels.count_delegate import PAD, SMALLEST, badge_size, bold, letter_advance
from emviz.ui.panels.count_model import TOTAL, count_text, sequence_text

#: Bars get this many times as much of the room to spare as the other columns.
BARS = 4


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
    """

    least: int
    easy: int
    most: int
    weight: int = 1


def column_widths(widget: QWidget, blocks: Blocks, filled: CountTable) -> tuple[Width, ...]:
    """Return the widths of the columns.

    Parameters
    ----------
    filled : CountTable
        The table as an M-step leaves it, with any rows.
    """
    names, component = filled.components, blocks.session.model.words.component
    shares = [_share_width(widget, f"P({name})", blocks.session.display.decimals) for name in names]
    counts = [_count_width(widget, f"{component} {name}", blocks, filled) for name in names]
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


def _share_width(widget: QWidget, heading: str, places: int) -> Width:
    texts = (decimal(0, places + 1), heading, TOTAL)
    least = max(text_width(widget, text, heavy=False) for text in texts)
    easy = max(least, text_width(widget, heading)) + 2 * PAD
    return Width(least, easy, 5 * easy, BARS)


def _count_width(widget: QWidget, heading: str, blocks: Blocks, filled: CountTable) -> Width:
    places = blocks.session.display.decimals
    totals = filled.totals if filled.totals is not None else np.zeros((1, len(filled.symbols)))
    texts = [count_text(counts, filled.symbols, places) for counts in totals]
    # Expected counts add up to the data, so that their sum over the components bounds each of them.
    bound = count_text(totals.sum(axis=0), filled.symbols, places)
    named = text_width(widget, heading)
    least = max(
        text_width(widget, heading, heavy=False), *(text_width(widget, text, heavy=False) for text in texts)
    )
    easy = max(named, least, text_width(widget, bound))
    return Width(least, easy, 2 * easy)


def _observed_width(widget: QWidget, blocks: Blocks) -> Width:
    table, display = blocks.at(0)[0], blocks.session.display
    badge = badge_size(widget.font()) + PAD if display.revealed and table.labels is not None else 0
    texts = set(table.observed)
    if table.letters:
        texts = {sequence_text(text, table.symbols) for text in texts}
    whole = [text for text in texts if table.letters and "…" not in text]
    others = [text_width(widget, text, heavy=table.letters) for text in texts.difference(whole)]
    letters = max((len(text) for text in whole), default=0) * letter_advance(widget.font())
    heading = text_width(widget, table.heading)
    least = max(heading, int(SMALLEST * letters) + 2 * PAD + 2, *others) + badge
    easy = max(heading, letters + 2 * PAD, *others) + badge
    return Width(least, easy, 2 * easy)
