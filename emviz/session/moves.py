"""Moving through the trace: θ(0), the cursor, further half-steps, and the one that failed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from emviz.em import engine
from emviz.em.engine import Outcome
from emviz.em.methods import Method
from emviz.em.model import AnyStep, ModelError
from emviz.session.run import begun_run
from emviz.session.state import Session


def from_start(session: Session, method: Method) -> Session:
    """Return the session at θ(0) with a method, without any steps or runs of other methods.

    Raises
    ------
    ModelError
        If the model does not offer the method, or it cannot begin.
    """
    run = begun_run(session.model, session.table, session.data, session.start, method)
    return replace(session, runs={method.key: run}, front=method.key)


def seek(session: Session, cursor: int) -> Session:
    """Return the session with the cursor at another step, or at the nearest step of the trace."""
    reached = min(max(cursor, 0), len(session.trace) - 1)
    return session if reached == session.cursor else session.moved(cursor=reached)


def back(session: Session) -> Session:
    """Return the session one half-step earlier."""
    return seek(session, session.cursor - 1)


def step(session: Session) -> Session:
    """Return the session one half-step later, computed if the trace ends here."""
    if not session.at_end:
        return seek(session, session.cursor + 1)
    try:
        following = engine.advance(session.model, session.data, session.step, session.method)
    except ModelError as failure:
        return failed(session, session.run, failure)
    return extended(session, session.run, (following,))


def steps(session: Session, halves: int | None) -> Generator[AnyStep | None, None, Outcome]:
    """Yield the half-steps that follow the trace: `halves` of them, or until convergence for None.

    None is yielded in between during long steps, where the work can be cancelled.

    Raises
    ------
    ModelError
        If the model fails; the steps yielded before remain valid.
    """
    # Steps are computed from the end of the trace, wherever the cursor is.
    last = session.trace[-1]
    if halves is None:
        return (
            yield from engine.run(
                session.model,
                session.data,
                last,
                iterations=session.iterations,
                tolerance=session.tolerance,
                method=session.method,
                on=session.tolerance_on,
                before=session.trace.heights(len(session.trace) - 1)[:-1],
            )
        )
    for _ in range(halves):
        last = yield from engine.advancing(session.model, session.data, last, session.method)
        yield last
    return Outcome.TOLD


def extended(session: Session, run: int, more: Sequence[AnyStep], outcome: Outcome | None = None) -> Session:
    """Return the session with further steps, the cursor at the last; steps of an older run are ignored."""
    if run != session.run:
        return session
    trace = session.trace.extended(more)
    return session.moved(trail=trace, cursor=len(trace) - 1, outcome=outcome)


def failed(session: Session, run: int, failure: ModelError) -> Session:
    """Return the session with the failure of its next half-step; its trace is kept."""
    if run != session.run:
        return session
    return session.moved(failure=failure, cursor=len(session.trace) - 1)
