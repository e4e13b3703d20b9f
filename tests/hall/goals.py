"""What a window has to reach, so that the last row can follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hall.ink import Ink
from hall.measure import Measured

#: Rows, whole columns of counts with their totals, lines of the M-step; or all, where there are fewer.
ROWS, TOTALS, LINES = 8, 1, 4
#: The least text, in heights of the window; of a script, in those of a text that has this size.
SMALLEST, SCRIPT = 1 / 55, 0.78


def faults(now: Measured, far: dict[str, int], height: int, stepped: bool) -> Iterator[str]:
    """Yield what is not reached at a moment, in words."""
    yield from ill(now.inks, height)
    if stepped:
        yield from _unseen(now)
        yield from (f"moved by {pixels} px: {name}" for name, pixels in far.items())


def ill(inks: Iterable[Ink], height: int) -> Iterator[str]:
    """Yield which texts in a window of this height are too small, clipped or elided."""
    for ink in inks:
        least = SMALLEST * height * (SCRIPT if ink.script else 1)
        if ink.em < least - 0.01:
            yield f"{ink.em:.1f} px: {told(ink)}"
        if ink.clipped or ink.elided:
            yield f"{'clipped' if ink.clipped else 'elided'}: {told(ink)}"


def _unseen(now: Measured) -> Iterator[str]:
    for what, seen, least in (("rows", now.rows, ROWS), ("columns with totals", now.columns, TOTALS)):
        if not seen.reaches(least):
            yield f"{seen} {what}"
    if now.lines.many and not now.lines.reaches(LINES):
        yield f"{now.lines} lines of the M-step"


def told(ink: Ink) -> str:
    """Return a text, and who paints it."""
    place, names = ink.owner, []
    while place is not None and len(names) < 4:
        names.append(place.objectName() or type(place).__name__)
        place = place.parentWidget()
    return f"{ink.text!r} {[round(x) for x in ink.box.getCoords()]} in {' < '.join(names)}"
