"""Standard errors and profile likelihoods at a step of the session."""

from __future__ import annotations

from emviz.em.engine import iterations_of
from emviz.em.methods import EM
from emviz.em.uncertainty.certainty import Uncertain
from emviz.em.uncertainty.profiles import Profiling, profile
from emviz.em.uncertainty.standard_errors import LEVEL, Finding, standard_errors
from emviz.session.state import Session


def errors_at(session: Session, cursor: int, level: float = LEVEL) -> Finding:
    """Return the standard errors at a step, with the rate of EM up to there; yield the fraction done."""
    steps = session.trace[: cursor + 1] if session.method == EM else ()
    path = [step.params for step in iterations_of(steps)]
    params = session.trace[cursor].params
    return standard_errors(session.model, session.data, params, path, level)


def profile_at(session: Session, cursor: int, entry: Uncertain, level: float = LEVEL) -> Profiling:
    """Return the profile likelihood of an entry at a step, a maximum according to `errors_at`.

    Yields the fraction that is done, or 0 if unknown.
    """
    return profile(session.model, session.data, session.trace[cursor].params, entry, level)
