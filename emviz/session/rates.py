"""The rate of EM, measured on the current run."""

from __future__ import annotations

from emviz.em.convergence.slowest import live_rate
from emviz.em.methods import EM
from emviz.session.state import Session

#: Steps above rounding are searched for in this number of iterations back from the current one, then in as
#: many before these, and so on, in this number of parts at most.
WINDOW, PARTS = 100, 10


def has_rate(session: Session) -> bool:
    """Return whether the rate of the run is the fraction of missing information, as only for EM."""
    return session.method == EM


def rate_here(session: Session) -> tuple[int, float] | None:
    """Return the last t up to the current step at which the rate can be measured, and the rate, or None."""
    here = session.trace.time(session.cursor)
    names = [each.name for each in session.model.parameters(session.data) if not each.fixed]
    # The ratio at t takes two steps, so that parts overlap by one.
    for last in range(here, max(1, here - PARTS * WINDOW), -WINDOW):
        first = max(0, last - WINDOW - 1)
        found = live_rate([session.trace.step_of(t).params for t in range(first, last + 1)], names)
        if found is not None:
            return first + found[0], found[1]
    return None
