"""The stopping rule of a session, and whether the current step satisfies it."""

from __future__ import annotations

import math
from dataclasses import replace

from emviz.em.convergence import stopping
from emviz.em.convergence.stopping import KINDS, Rule
from emviz.em.domains import ParameterError
from emviz.em.methods import mistaken
from emviz.em.rounding import figures
from emviz.session.state import Session

MOST_ITERATIONS = 1_000_000


def set_limits(
    session: Session, tolerance: float | None = None, iterations: int | None = None, on: str | None = None
) -> Session:
    """Return the session with another stopping rule; arguments left out keep their value.

    Parameters
    ----------
    on : str, optional
        The quantity that the tolerance applies to: "gain" or "theta".

    Raises
    ------
    ParameterError
        If one of them is out of range.
    """
    tolerance = session.tolerance if tolerance is None else tolerance
    iterations = session.iterations if iterations is None else iterations
    if not 0 <= tolerance < 1:
        raise ParameterError(f"the tolerance must lie between 0 and 1, got {figures(tolerance, 6)}")
    if not 1 <= iterations <= MOST_ITERATIONS:
        raise ParameterError(f"iterations must lie between 1 and {MOST_ITERATIONS:,}, got {iterations:,}")
    on = session.tolerance_on if on is None else on
    if on not in KINDS:
        raise ParameterError(f"the tolerance is on {' or '.join(KINDS)}, got {on!r}")
    # The outcome belonged to the old rule.
    moved = session.moved(outcome=None)
    return replace(moved, tolerance=tolerance, iterations=iterations, tolerance_on=on, usual=None)


def limited_as(session: Session, other: Session) -> Session:
    """Return another session with the stopping rule of this one, unless it has that of a preset."""
    if other.usual is not None:
        return other
    tolerance, iterations, on = usual_limits(session)
    return replace(other, tolerance=tolerance, iterations=iterations, tolerance_on=on)


def rule_of(session: Session) -> Rule:
    """Return the rule by which a run of the session has converged."""
    return Rule(session.tolerance, session.tolerance_on)


def usual_limits(session: Session) -> tuple[float, int, str]:
    """Return the stopping rule without that of a preset: tolerance, iterations, and its quantity."""
    return session.usual or (session.tolerance, session.iterations, session.tolerance_on)


def settled(session: Session) -> bool:
    """Return whether a run would stop at the current half-step."""
    # After an E-step the objective is the same as before, which would look like convergence.
    if session.step.phase is not session.method.phases[-1]:
        return False
    if session.tolerance_on == stopping.THETA:
        moved = stride_of(session)
        return moved is not None and moved <= session.tolerance and session.tolerance > 0
    heights = session.trace.heights(session.cursor)
    return stopping.settled(heights, session.tolerance, session.method.steady)


def stride_of(session: Session) -> float | None:
    """Return the length of the step of θ in the current iteration; None before the first."""
    t = session.trace.time(session.cursor)
    if t == 0:
        return None
    ends = (session.trace.step_of(at).params for at in (t - 1, t))
    return stopping.length(session.model.parameters(session.data), *ends)


def left(session: Session) -> float | None:
    """Return an estimate of the nats that later iterations will add; see `stopping.left`."""
    more = stopping.left(session.trace.heights(session.cursor))
    estimable = session.method.steady and not mistaken(session.method, session.model)
    return more if more is None or estimable else math.inf
