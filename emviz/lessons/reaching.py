"""Moves a session to another half-step, extending its run if necessary."""

from __future__ import annotations

from collections.abc import Generator

from emviz.data.table import DataError
from emviz.em.engine import Outcome
from emviz.em.model import AnyStep, ModelError
from emviz.em.work import finished
from emviz.lessons.lesson import Moment
from emviz.session import Session, extended, seek, steps


def reached(session: Session, moment: Moment) -> Session:
    """Return the session at a half-step; see `reaching`."""
    return finished(reaching(session, moment))


def reaching(session: Session, moment: Moment) -> Generator[None, None, Session]:
    """Return the session with the cursor at a half-step; yields where the work can be stopped.

    Raises
    ------
    DataError
        If its run does not reach the half-step.
    """
    place = moment.place(session)
    if place is None:
        return (yield from _ended(session))
    missing = place + 1 - len(session.trace)
    if missing > 0:
        session, _ = yield from _stepped(session, missing, str(moment))
    return seek(session, place)


def _ended(session: Session) -> Generator[None, None, Session]:
    """Return the session at the end of the run."""
    if session.outcome is not Outcome.CONVERGED:
        session, outcome = yield from _stepped(session, None, "the end")
        if outcome is not Outcome.CONVERGED:
            raise DataError(f"the run does not converge within {session.iterations:,} iterations")
    return seek(session, len(session.trace) - 1)


def _stepped(
    session: Session, halves: int | None, goal: str
) -> Generator[None, None, tuple[Session, Outcome]]:
    more: list[AnyStep] = []
    running = steps(session, halves)
    try:
        while True:
            step = next(running)
            if step is not None:
                more.append(step)
            yield
    except StopIteration as done:
        return extended(session, session.run, more, done.value), done.value
    except ModelError as error:
        raise DataError(f"the run does not come to {goal}: {error}") from None
