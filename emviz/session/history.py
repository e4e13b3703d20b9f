"""Undo and redo: the past and the future of a session."""

from __future__ import annotations

from dataclasses import replace

from emviz.em.optional import first_decimals
from emviz.session.display import Display, begun
from emviz.session.limits import limited_as
from emviz.session.requests import same_start
from emviz.session.state import Session

#: The maximum number of undo steps, and of the cells of data that all of them may hold.
UNDO_DEPTH, UNDO_CELLS = 100, 20_000_000
#: Choices of the display that are valid for any data.
FOR_ANY_DATA = frozenset(
    (
        *("decimals", "reference", "next", "guessing", "seed", "plot", "field", "upper"),
        *("earlier", "parts", "profile", "contours", "slowest"),
    )
)


def undo(session: Session) -> Session:
    """Return the session before the last edit, with its trace and cursor as they were."""
    if not session.past:
        return session
    *past, before = session.past
    return _returned(session, before, tuple(past), (bare(session), *session.future))


def redo(session: Session) -> Session:
    """Return the session as it was before the last undo."""
    if not session.future:
        return session
    after, *future = session.future
    return _returned(session, after, (*session.past, bare(session)), tuple(future))


def edited_from(session: Session, changed: Session) -> Session:
    """Return a session after an edit, with a new run number, as an undo step."""
    return remembered(session, replace(changed, run=next_run(session)))


def remembered(session: Session, changed: Session) -> Session:
    """Return a session after a change, as an undo step."""
    return replace(changed, past=past_of(session), future=())


def past_of(session: Session) -> tuple[Session, ...]:
    """Return the past for the successor of a session, limited by the size of its data."""
    # The past keeps every table alive, so that its depth depends on their size.
    cells = max(1, session.table.rows * len(session.table.names))
    depth = min(UNDO_DEPTH, max(1, UNDO_CELLS // cells))
    return (*session.past, bare(session))[-depth:]


def kept_display(session: Session, other: Session) -> Display:
    """Return the display of another session with the choices that are kept; a row only for the same data."""
    kept = session.display
    chosen = {name: getattr(kept, name) for name in (*FOR_ANY_DATA, "revealed")}
    chosen["decimals"] = kept_decimals(session, other)
    arrangement = kept.arrangement if other.model.key == session.model.key else None
    display = replace(other.display, **chosen, arrangement=arrangement)
    if other.opened is not session.opened:
        return begun(display)
    there = kept.row is not None and kept.row < other.table.rows
    return replace(display, row=kept.row if there else None, large=kept.large)


def kept_decimals(session: Session, other: Session) -> int:
    """Return the decimals of another session: those of this one, but no fewer than its counts need."""
    kept, needed = session.display.decimals, first_decimals(other.model, other.data)
    return needed if kept == first_decimals(session.model, session.data) else max(kept, needed)


def bare(session: Session) -> Session:
    """Return a session without its past and future."""
    return replace(session, past=(), future=())


def next_run(session: Session) -> int:
    """Return the number of the next run."""
    return session.run + 1


def _returned(
    session: Session, other: Session, past: tuple[Session, ...], future: tuple[Session, ...]
) -> Session:
    """Return another session of the history; all steps are kept if only assumptions or notes differ."""
    supposed = other.display.supposed
    same = same_start(other, session) and other.front == session.front and other.draft is session.draft
    if same and (supposed, other.memo) != (session.display.supposed, session.memo):
        display = replace(session.display, supposed=supposed)
        return replace(session, display=display, memo=other.memo, past=past, future=future)
    return _revived(session, other, past, future)


def _revived(
    session: Session, other: Session, past: tuple[Session, ...], future: tuple[Session, ...]
) -> Session:
    # A new run number, so that late results of the session that was left are dropped.
    limited, display = limited_as(session, other), kept_display(session, other)
    return replace(limited, run=next_run(session), display=display, past=past, future=future)
