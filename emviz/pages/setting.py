"""What a run was made from, in pairs of words: model, data, θ(0), method, when it stops, version."""

from __future__ import annotations

from emviz.data.things import things
from emviz.em.hyper import hypers
from emviz.em.rounding import figures
from emviz.em.stopping import THETA
from emviz.scenes.writing import program
from emviz.session import Session, words_of
from emviz.wording.narration import estimates


def setting(session: Session) -> list[tuple[str, str]]:
    """Return the name of each thing that the run depends on, and what it is."""
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
    """Return when the run stops."""
    latest = f"after {things(session.iterations, 'iteration')} at the latest"
    if not session.tolerance:
        return latest
    small = figures(session.tolerance, 3)
    if session.tolerance_on == THETA:
        return f"where a step of θ is no longer than {small}; {latest}"
    return (
        f"where a gain is no more than {small} of |{session.method.objective_name(session.model)}|; {latest}"
    )
