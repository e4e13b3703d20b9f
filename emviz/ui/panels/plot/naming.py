"""Which names have room along an axis: elided or left out, never turned, never over one another."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from emviz.ui.look.style import SMALL
from emviz.ui.widgets.visible import visible

#: Clear space between two names, in pixels.
GAP = 8.0
#: The name of an axis has no more lines than this.
LINES = 3
#: Where a line may end: behind a blank or a condition, and of longer words behind an equals sign.
BREAKS, CLOSER = re.compile(r"(?<=[ |])"), re.compile(r"(?<==)")
#: A name is elided to no fewer than so many average characters; where these have no room it is left out.
FEWEST = 10


def across(names: Sequence[str], pitch: float, metrics: QFontMetricsF) -> list[tuple[int, str]]:
    """Return the places and the texts of the names that have room side by side.

    Parameters
    ----------
    names : sequence of str
        The names, each in the middle of its cell.
    pitch : float
        The width of a cell in pixels.
    metrics : QFontMetricsF
        Of the font they are written in.
    """
    widths = [metrics.horizontalAdvance(visible(name)) for name in names]
    widest = max(widths, default=0.0)
    if _side_by_side(widths, pitch):
        return [(k, visible(name)) for k, name in enumerate(names)]
    # Half of a number is another number.
    least = widest if _whole(names) else min(widest, FEWEST * metrics.averageCharWidth())
    step = stride(pitch, least + GAP)
    room = step * pitch - GAP
    return [(k, elided(names[k], room, metrics)) for k in chosen(names, step)]


def down(names: Sequence[str], pitch: float, metrics: QFontMetricsF, room: float) -> list[tuple[int, str]]:
    """Return the places and the texts of the names that have room below one another, in this width."""
    step = stride(pitch, metrics.height() * 0.95)
    return [(k, elided(names[k], room, metrics)) for k in chosen(names, step)]


def elided(text: str, room: float, metrics: QFontMetricsF) -> str:
    """Return as much of a text as fits."""
    # A pixel of slack: what is as wide as the room is not to lose its end to rounding.
    return metrics.elidedText(visible(text), Qt.TextElideMode.ElideRight, room + 1)


def fitting(texts: Sequence[str], room: float, font: QFont) -> str:
    """Return the first of these texts that fits, else the last."""
    metrics = QFontMetricsF(font)
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])


def lined(text: str, short: str, font: QFont, room: float) -> str:
    """Return the text, or what is short for it, in as few lines as it needs; "" where that is too many.

    A word that is longer than the room ends in dots: beyond the axis both of its ends would be cut.
    """
    best, metrics = fitting((text, short or text), room, font), QFontMetricsF(font)
    lines = [elided(line, room, metrics) for line in wrapped(best, room, metrics)]
    return "\n".join(lines) if len(lines) <= LINES else ""


def wrapped(text: str, room: float, metrics: QFontMetricsF) -> list[str]:
    """Return a text in as few lines as hold it, about equally long, as far as its words go."""
    whole, parts = metrics.horizontalAdvance(text), _parts(text, room, metrics)
    room = min(room, 1.15 * whole / max(1, math.ceil(whole / max(room, 1.0)))) if whole > room else room
    lines: list[str] = []
    for part in parts:
        if lines and metrics.horizontalAdvance((lines[-1] + part).rstrip()) <= room:
            lines[-1] += part
        else:
            lines.append(part)
    return [line.rstrip() for line in lines]


def sized(font: QFont, size: float, bold: bool = False) -> QFont:
    """Return a font so many times as large, but never smaller than secondary text."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * max(SMALL, size))
    made.setBold(bold)
    return made


def stride(pitch: float, needed: float) -> int:
    """Return how many cells there are from one name to the next: 1, 2, 5, 10, 20, ..."""
    # Where there is no room at all, the first name stands for all.
    cells = min(max(1.0, needed / max(pitch, 1e-9)), 1e12)
    power = int(10 ** math.floor(math.log10(cells)))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= cells - 1e-9)


def chosen(names: Sequence[str], step: int) -> list[int]:
    """Return the places that are named: round numbers where the names are numbers, else every so many."""
    if step == 1:
        return list(range(len(names)))
    if not _whole(names):
        return list(range(0, len(names), step))
    rounds = [k for k, name in enumerate(names) if int(name) % step == 0]
    return rounds or list(range(0, len(names), step))


def _side_by_side(widths: Sequence[float], pitch: float) -> bool:
    """Return whether whole names have room, a long one beside short ones, and the ends hardly stick out."""
    ends = max((*widths[:1], *widths[-1:]), default=0.0)
    return ends <= pitch + 2 * GAP and all(
        (one + other) / 2 + GAP <= pitch for one, other in pairwise(widths)
    )


def _parts(text: str, room: float, metrics: QFontMetricsF) -> Iterator[str]:
    """Yield what of a text stays together on a line, with the blank or the sign behind it."""
    for part in BREAKS.split(text):
        yield from (part,) if metrics.horizontalAdvance(part) <= room else CLOSER.split(part)


def _whole(names: Sequence[str]) -> bool:
    return all(name.removeprefix("-").isdecimal() for name in names)
