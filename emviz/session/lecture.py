"""A lecture: it starts at θ(0) with all answers hidden, and the previous state returns at its end."""

from __future__ import annotations

from dataclasses import replace

from emviz.em.model import Example
from emviz.session.edits import reset, show
from emviz.session.limits import limited_as
from emviz.session.state import Session

#: The separator before the truth in the name of simulated data.
TRUTH = ", true "
#: The start of the source of examples whose truth is known because they were made.
MADE = ("simulated", "made up")


def lecture_begun(session: Session) -> Session:
    """Return the session at the start of a lecture, at θ(0); this is not an undo step."""
    # `reset` adds an undo step, but a lecture should not be in the history.
    again = replace(reset(session), past=session.past, future=session.future)
    display = replace(session.display.unveil(False), guessing=True, cell=None, large="")
    return show(again, display)


def lecture_ended(session: Session, before: Session) -> Session:
    """Return the session after a lecture: as before, if it is still the same experiment.

    Otherwise the new experiment stays, displayed like the earlier one.

    Parameters
    ----------
    before : Session
        The session when the lecture began.
    """
    if _same(session, before):
        back = replace(
            before, run=session.run + 1, past=session.past, future=session.future, memo=session.memo
        )
        return limited_as(session, back)
    was = before.display
    kept = was.arrangement if session.model.key == before.model.key else session.display.arrangement
    display = replace(
        session.display,
        guessing=False,
        reference=was.reference,
        next=was.next,
        arrangement=kept,
        upper=was.upper,
        large="",
    )
    return show(session, display)


def named(session: Session) -> str:
    """Return the name of the data, without the truth while the answers are hidden."""
    return session.source if session.display.reference else session.source.partition(TRUTH)[0]


def source_of(example: Example, session: Session) -> str:
    """Return the source of an example; hidden for a made one while the answers are hidden."""
    if session.display.reference or not example.source.startswith(MADE):
        return example.source
    return "made for teaching: how is hidden until it is revealed (A)"


def withheld(session: Session, what: str) -> str:
    """Return a sentence on why something is not shown while the answers are hidden, otherwise "".

    Parameters
    ----------
    what : str
        The beginning of the sentence, such as "A comparison".
    """
    if session.display.reference:
        return ""
    return f"{what} would reveal what the class should guess. A reveals all of that; then try again."


def _same(one: Session, other: Session) -> bool:
    """Return whether two sessions have the same data, model and θ(0)."""
    return (
        one.model == other.model
        and one.data is other.data
        and one.draft is other.draft
        and one.start is other.start
    )
