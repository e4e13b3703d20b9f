"""Names along an axis: elided or skipped where they lack room, never rotated or overlapping."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from emviz.ui.look.style import SMALL
from emviz.ui.widgets.visible import visible

#: Gap between two names, in pixels.
GAP = 8.0
#: Most lines of an axis title.
LINES = 3
#: Lines break after a blank or a bar, and within words too long for a line after an equals sign.
BREAKS, CLOSER = re.compile(r"(?<=[ |])"), re.compile(r"(?<==)")
#: Names are elided to no fewer average characters than this; below, some are skipped.
FEWEST = 10


def across(names: Sequence[str], pitch: float, metrics: QFontMetricsF) -> list[tuple[int, str]]:
    """Return the indices and texts of the names that have room side by side.

    Parameters
    ----------
    names : sequence of str
        The names, each centred on its cell.
    pitch : float
        Width of a cell, in pixels.
    metrics : QFontMetricsF
        Metrics of their font.
    """
    widths = [metrics.horizontalAdvance(visible(name)) for name in names]
    widest = max(widths, default=0.0)
    if _side_by_side(widths, pitch):
        return [(k, visible(name)) for k, name in enumerate(names)]
    # Numbers are never elided: part of a number reads as another number.
    least = widest if _whole(names) else min(widest, FEWEST * metrics.averageCharWidth())
    step = stride(pitch, least + GAP)
    room = step * pitch - GAP
    return [(k, elided(names[k], room, metrics)) for k in chosen(names, step)]


def widest(names: Sequence[str], metrics: QFontMetricsF) -> float:
    """Return the pitch at which every name has room beside its neighbours, in pixels."""
    return max(metrics.horizontalAdvance(visible(name)) for name in names) + GAP + 1


def down(names: Sequence[str], pitch: float, metrics: QFontMetricsF, room: float) -> list[tuple[int, str]]:
    """Return the indices and texts of the names that have room below one another in `room` pixels."""
    step = stride(pitch, metrics.height() * 0.95)
    return [(k, elided(names[k], room, metrics)) for k in chosen(names, step)]


def elided(text: str, room: float, metrics: QFontMetricsF) -> str:
    """Return a text elided to `room` pixels."""
    # A pixel of slack keeps a text that fits exactly from being elided by rounding.
    return metrics.elidedText(visible(text), Qt.TextElideMode.ElideRight, room + 1)


def fitting(texts: Sequence[str], room: float, font: QFont) -> str:
    """Return the first text that fits into `room` pixels, else the last."""
    metrics = QFontMetricsF(font)
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])


def lined(text: str, short: str, font: QFont, room: float) -> str:
    """Return the text or its short form in as few lines as possible; "" if it needs more than `LINES`.

    Words longer than the room are elided: pyqtgraph centres the title, so both ends would be cut.
    """
    best, metrics = fitting((text, short or text), room, font), QFontMetricsF(font)
    lines = [elided(line, room, metrics) for line in wrapped(best, room, metrics)]
    return "\n".join(lines) if len(lines) <= LINES else ""


def wrapped(text: str, room: float, metrics: QFontMetricsF) -> list[str]:
    """Return a text in as few lines as possible, of about equal length."""
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
    """Return the font scaled by `size`, but no smaller than secondary text."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * max(SMALL, size))
    made.setBold(bold)
    return made


def stride(pitch: float, needed: float) -> int:
    """Return the number of cells from one name to the next: 1, 2, 5, 10, 20 and so on."""
    # The upper limit keeps a pitch of zero finite: only the first name is written.
    cells = min(max(1.0, needed / max(pitch, 1e-9)), 1e12)
    power = int(10 ** math.floor(math.log10(cells)))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= cells - 1e-9)


def chosen(names: Sequence[str], step: int) -> list[int]:
    """Return the indices that are named: round numbers if the names are numbers, else every `step`-th."""
    if step == 1:
        return list(range(len(names)))
    if not _whole(names):
        return list(range(0, len(names), step))
    rounds = [k for k, name in enumerate(names) if int(name) % step == 0]
    return rounds or list(range(0, len(names), step))


def _side_by_side(widths: Sequence[float], pitch: float) -> bool:
    """Return whether all names fit unelided, neighbours sharing their room."""
    ends = max((*widths[:1], *widths[-1:]), default=0.0)
    return ends <= pitch + 2 * GAP and all(
        (one + other) / 2 + GAP <= pitch for one, other in pairwise(widths)
    )


def _parts(text: str, room: float, metrics: QFontMetricsF) -> Iterator[str]:
    """Yield the unbreakable parts of a text, each with its trailing blank or sign."""
    for part in BREAKS.split(text):
        yield from (part,) if metrics.horizontalAdvance(part) <= room else CLOSER.split(part)


def _whole(names: Sequence[str]) -> bool:
    return all(name.removeprefix("-").isdecimal() for name in names)
