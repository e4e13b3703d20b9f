"""What a window has to reach, so that the last row can follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emviz.ui.look.style import USUAL
from hall.ink import Ink
from hall.measure import Measured


@dataclass(frozen=True)
class Goal:
    """What is seen at least, or all, where there are fewer.

    Parameters
    ----------
    rows, totals, lines : int
        Rows, whole columns of counts with their totals, lines of the M-step.
    """

    rows: int = 8
    totals: int = 1
    lines: int = 4


#: What stays in sight of a window when its text is larger.
GOAL, LARGER = Goal(), Goal(rows=4, lines=2)
#: The least text, in heights of the window; of a script, in those of a text that has this size.
SMALLEST, SCRIPT = 1 / 55, 0.78


def goal_for(points: int) -> Goal:
    """Return what has to be seen at a size of text, the usual one or a larger."""
    return LARGER if points > USUAL else GOAL


def faults(
    now: Measured, far: dict[str, int], height: int, stepped: bool, goal: Goal = GOAL
) -> Iterator[str]:
    """Yield what is not reached at a moment, in words."""
    yield from ill(now.inks, height)
    if stepped:
        yield from _unseen(now, goal)
        yield from (f"moved by {pixels} px: {name}" for name, pixels in far.items())


def ill(inks: Iterable[Ink], height: int) -> Iterator[str]:
    """Yield which texts in a window of this height are too small, clipped or elided."""
    for ink in inks:
        least = SMALLEST * height * (SCRIPT if ink.script else 1)
        if ink.em < least - 0.01:
            yield f"{ink.em:.1f} px: {told(ink)}"
        if ink.clipped or ink.elided:
            yield f"{'clipped' if ink.clipped else 'elided'}: {told(ink)}"


def _unseen(now: Measured, goal: Goal) -> Iterator[str]:
    counted = (("rows", now.rows, goal.rows), ("columns with totals", now.columns, goal.totals))
    for what, seen, least in counted:
        if not seen.reaches(least):
            yield f"{seen} {what}"
    if now.lines.many and not now.lines.reaches(goal.lines):
        yield f"{now.lines} lines of the M-step"


def told(ink: Ink) -> str:
    """Return a text, and who paints it."""
    place, names = ink.owner, []
    while place is not None and len(names) < 4:
        names.append(place.objectName() or type(place).__name__)
        place = place.parentWidget()
    return f"{ink.text!r} {[round(x) for x in ink.box.getCoords()]} in {' < '.join(names)}"
