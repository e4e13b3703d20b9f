"""The origin of a run as pairs of texts: model, data, θ(0), method, stopping rule, version."""

from __future__ import annotations

from emviz.data.things import things
from emviz.em.convergence.stopping import THETA
from emviz.em.hyper import hypers
from emviz.em.rounding import figures
from emviz.scenes.writing import program
from emviz.session import Session, words_of
from emviz.wording.narration import estimates


def setting(session: Session) -> list[tuple[str, str]]:
    """Return the name and the value of everything the run depends on."""
    words = words_of(session)
    data = things(session.table.rows, words.unit, words.units)
    own = "; ".join(f"{each.label}: {each.value}" for each in hypers(session.model) if each.value != "")
    drawn = "" if session.seed is None else f"; drawn with seed {session.seed}"
    pairs = [
        ("Model", session.model.title),
        ("Settings", own),
        ("Data", f"{session.source or 'data from Python'}, {data}"),
        ("θ(0)", estimates(session, session.start) + drawn),
        ("Method", session.method.sayings.name),
        ("Stops", _stopping(session)),
        ("Assumed", " ".join(session.notes)),
        ("Notes", session.memo),
        ("Made with", f"emviz {program()}".strip()),
    ]
    return [(name, value) for name, value in pairs if value]


def _stopping(session: Session) -> str:
    """Return the stopping rule."""
    latest = f"after {things(session.iterations, 'iteration')} at the latest"
    if not session.tolerance:
        return latest
    small = figures(session.tolerance, 3)
    if session.tolerance_on == THETA:
        return f"when a step of θ is at most {small}; {latest}"
    return f"when a gain is at most {small} of |{session.method.objective_name(session.model)}|; {latest}"
