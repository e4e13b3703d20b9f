"""The parts that differ between two sessions, so that only panels that show them are redrawn."""

from __future__ import annotations

from enum import Enum, auto
from typing import TypeAlias

from emviz.session.state import Session


class Part(Enum):
    """A part of the session, or a result computed from it, that may be shown on the screen."""

    # Members are singletons; Enum's own hash, written in Python, would be called for each part of each diff.
    __hash__ = object.__hash__

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
    MEMO = auto()
    DECIMALS = auto()
    SLICE = auto()
    EARLIER = auto()
    PARTS = auto()
    PROFILE = auto()
    CONTOURS = auto()
    SLOWEST = auto()
    AXES = auto()
    REFERENCE = auto()
    REVEALED = auto()
    NEXT = auto()
    CELL = auto()
    ROW = auto()
    ORDER = auto()
    COLUMNS = auto()
    PICTURE = auto()
    SEED = auto()
    PLOT = auto()
    GROUP = auto()
    FIELD = auto()
    ARRANGEMENT = auto()
    UPPER = auto()
    LARGE = auto()
    NODE = auto()
    SUPPOSED = auto()
    # Of the results:
    TARGET = auto()
    BOUND = auto()
    PROFILED = auto()
    HEIGHTS = auto()
    SURFACE = auto()
    RATE = auto()
    LANDMARKS = auto()
    COMPLETE = auto()
    SINGLE = auto()
    VIEWS = auto()
    TABLE = auto()
    ROWS = auto()
    TELLING = auto()
    ENDING = auto()
    REMARK = auto()
    FAR = auto()
    DERIVED = auto()
    ANSWER = auto()


Change: TypeAlias = frozenset[Part]

EVERYTHING: Change = frozenset(Part)
#: The parts that are computed in the background.
FOUND: Change = frozenset(
    (
        Part.TARGET,
        Part.BOUND,
        Part.PROFILED,
        Part.HEIGHTS,
        Part.SURFACE,
        Part.RATE,
        Part.LANDMARKS,
        Part.COMPLETE,
        Part.SINGLE,
        Part.VIEWS,
        Part.TABLE,
        Part.ROWS,
        Part.TELLING,
        Part.ENDING,
        Part.REMARK,
        Part.FAR,
        Part.DERIVED,
        Part.ANSWER,
    )
)
#: The arrangement of the panels.
ARRANGED: Change = frozenset((Part.ARRANGEMENT, Part.UPPER, Part.LARGE))
#: The parts that every number on the screen depends on: data, model, run and step.
NUMBERS: Change = frozenset((Part.MODEL, Part.DATA, Part.RUN, Part.STEP))


def diff(old: Session | None, new: Session) -> Change:
    """Return the parts in which a session differs from an earlier one; all of them if there is none."""
    if old is None:
        return EVERYTHING
    if old is new:
        return frozenset()
    records = zip(_records(old), _records(new), strict=True)
    choices = zip(_choices(old), _choices(new), strict=True)
    # Records are immutable, so identity is enough; and most contain arrays, for which == is no single value.
    replaced = {part for (part, before), (_, after) in records if before is not after}
    return frozenset(replaced | {part for (part, before), (_, after) in choices if before != after})


def _records(session: Session) -> tuple[tuple[Part, object], ...]:
    run = session.runs[session.front]
    return (
        (Part.DATA, session.data),
        (Part.DATA, session.table),
        (Part.DATA, session.source),
        (Part.DATA, session.truth),
        (Part.DRAFT, session.draft),
        (Part.DRAFT, session.opened),
        (Part.DRAFT, session.fault),
        (Part.START, run.trail[0].params),
        (Part.TRAIL, run.trail),
        (Part.STEP, run.trail[run.cursor]),
        (Part.END, run.outcome),
        (Part.END, run.failure),
        (Part.PAST, session.past),
        (Part.PAST, session.future),
    )


def _choices(session: Session) -> tuple[tuple[Part, object], ...]:
    display = session.display
    return (
        (Part.MODEL, session.model),
        (Part.RUN, (session.run, session.front)),
        (Part.DRAFT, (session.unfilled, session.draft_source)),
        (Part.START, session.seed),
        (Part.MEMO, session.memo),
        (Part.LIMITS, (session.tolerance, session.iterations, session.tolerance_on)),
        (Part.DECIMALS, display.decimals),
        (Part.SLICE, display.slice),
        (Part.EARLIER, display.earlier),
        (Part.PARTS, display.parts),
        (Part.PROFILE, display.profile),
        (Part.CONTOURS, display.contours),
        (Part.SLOWEST, display.slowest),
        (Part.AXES, display.axes),
        (Part.REFERENCE, display.reference),
        (Part.REVEALED, display.revealed),
        (Part.NEXT, display.next),
        (Part.CELL, display.cell),
        (Part.ROW, display.row),
        (Part.ORDER, display.order),
        (Part.COLUMNS, display.columns),
        (Part.PICTURE, display.picture),
        (Part.SEED, display.seed),
        (Part.PLOT, display.plot),
        (Part.GROUP, display.group),
        (Part.FIELD, display.field),
        (Part.ARRANGEMENT, display.arrangement),
        (Part.UPPER, display.upper),
        (Part.LARGE, display.large),
        (Part.NODE, display.node),
        (Part.SUPPOSED, display.supposed),
    )
