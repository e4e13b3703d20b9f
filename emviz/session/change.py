"""What has changed from one session to the next, so that only what shows it is drawn again."""

from __future__ import annotations

from enum import Enum, auto
from typing import TypeAlias

from emviz.session.state import Session


class Part(Enum):
    """A part of the session, or of what has been computed of it, that something on the screen may show."""

    MODEL = auto()
    DATA = auto()
    DRAFT = auto()
    START = auto()
    RUN = auto()
    TRAIL = auto()
    STEP = auto()
    END = auto()
    LIMITS = auto()
    PAST = auto()
    DECIMALS = auto()
    SLICE = auto()
    AXES = auto()
    REFERENCE = auto()
    REVEALED = auto()
    CELL = auto()
    ROW = auto()
    COLUMNS = auto()
    PICTURE = auto()
    # Of the results:
    TARGET = auto()
    BOUND = auto()
    HEIGHTS = auto()
    LANDMARKS = auto()
    COMPLETE = auto()
    SINGLE = auto()
    VIEWS = auto()


Change: TypeAlias = frozenset[Part]

EVERYTHING: Change = frozenset(Part)
#: What comes from the background.
FOUND: Change = frozenset(
    (Part.TARGET, Part.BOUND, Part.HEIGHTS, Part.LANDMARKS, Part.COMPLETE, Part.SINGLE, Part.VIEWS)
)
#: What a number on the screen follows from: other data, another model, another run, another step of it.
NUMBERS: Change = frozenset((Part.MODEL, Part.DATA, Part.RUN, Part.STEP))


def diff(old: Session | None, new: Session) -> Change:
    """Return the parts in which a session differs from an earlier one; all of them where there was none."""
    if old is None:
        return EVERYTHING
    if old is new:
        return frozenset()
    before, after = _records(old), _records(new)
    # They are replaced, never changed; and most hold arrays, which have no ==.
    replaced = {
        part for part in before if any(a is not b for a, b in zip(before[part], after[part], strict=True))
    }
    plain, shown = _choices(old), _choices(new)
    return frozenset(replaced | {part for part in plain if plain[part] != shown[part]})


def _records(session: Session) -> dict[Part, tuple[object, ...]]:
    return {
        Part.DATA: (session.data, session.table, session.source, session.truth),
        Part.DRAFT: (session.draft, session.opened, session.fault),
        Part.START: (session.start,),
        Part.TRAIL: (session.trace,),
        Part.STEP: (session.step,),
        Part.END: (session.outcome, session.failure),
        Part.PAST: (session.past, session.future),
    }


def _choices(session: Session) -> dict[Part, object]:
    display = session.display
    return {
        Part.MODEL: session.model,
        Part.RUN: (session.run, session.front),
        Part.DRAFT: (session.unfilled, session.draft_source),
        Part.LIMITS: (session.tolerance, session.iterations),
        Part.DECIMALS: display.decimals,
        Part.SLICE: display.slice,
        Part.AXES: display.axes,
        Part.REFERENCE: display.reference,
        Part.REVEALED: display.revealed,
        Part.CELL: display.cell,
        Part.ROW: display.row,
        Part.COLUMNS: display.columns,
        Part.PICTURE: display.picture,
    }
