"""The rate of EM, measured on the current run."""

from __future__ import annotations

from emviz.em.methods import EM
from emviz.em.slowest import live_rate
from emviz.session.state import Session

#: The most iterations back from the current one in which steps above rounding are searched for.
WINDOW = 100


def has_rate(session: Session) -> bool:
    """Return whether the rate of the run is the fraction of missing information, as only for EM."""
    return session.method == EM


def rate_here(session: Session) -> tuple[int, float] | None:
    """Return the last t up to the current step at which the rate can be measured, and the rate, or None."""
    last = session.trace.time(session.cursor)
    first = max(0, last - WINDOW)
    path = [session.trace.step_of(t).params for t in range(first, last + 1)]
    names = [each.name for each in session.model.parameters(session.data) if not each.fixed]
    found = live_rate(path, names)
    return None if found is None else (first + found[0], found[1])
