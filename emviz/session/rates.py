"""How fast EM converges on the run in front, as far as its steps tell."""

from __future__ import annotations

from emviz.em.methods import EM
from emviz.em.slowest import live_rate
from emviz.session.state import Session

#: Iterations before the one on display in which the last steps that are more than rounding are looked for.
WINDOW = 100


def has_rate(session: Session) -> bool:
    """Return whether the run has a rate that is the fraction of missing information: only that of EM has."""
    return session.method == EM


def rate_here(session: Session) -> tuple[int, float] | None:
    """Return the last t up to the step on display at which two steps tell the rate, and the rate."""
    last = session.trace.time(session.cursor)
    first = max(0, last - WINDOW)
    path = [session.trace.step_of(t).params for t in range(first, last + 1)]
    names = [each.name for each in session.model.parameters(session.data) if not each.fixed]
    found = live_rate(path, names)
    return None if found is None else (first + found[0], found[1])
