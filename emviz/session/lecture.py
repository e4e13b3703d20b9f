"""A lecture: it begins at θ(0) with everything hidden that the class should guess, and leaves no trace."""

from __future__ import annotations

from dataclasses import replace

from emviz.em.model import Example
from emviz.session.edits import reset, show
from emviz.session.limits import limited_as
from emviz.session.state import Session

#: What stands before the truth at the end of the name of simulated data.
TRUTH = ", true "
#: How the source of an example begins that somebody made, and knows the truth of.
MADE = ("simulated", "made up")


def lecture_begun(session: Session) -> Session:
    """Return the session at θ(0) as a lecture begins; undo knows nothing of it."""
    again = replace(reset(session), past=session.past, future=session.future)
    display = replace(session.display.unveil(False), guessing=True, cell=None, large="")
    return show(again, display)


def lecture_ended(session: Session, before: Session) -> Session:
    """Return the session when a lecture is over: as it was before, where it is the same experiment.

    Otherwise the other experiment stays, and is shown as the one before was.

    Parameters
    ----------
    before : Session
        What was on the desk when the lecture began.
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
    """Return what the data are called, without their truth while the answers are hidden."""
    return session.source if session.display.reference else session.source.partition(TRUTH)[0]


def source_of(example: Example, session: Session) -> str:
    """Return where an example comes from; of one that was made nothing while the answers are hidden."""
    if session.display.reference or not example.source.startswith(MADE):
        return example.source
    return "made for teaching: how is hidden until it is revealed (A)"


def withheld(session: Session, what: str) -> str:
    """Return why something is not shown while the answers are hidden; "" where they are not.

    Parameters
    ----------
    what : str
        The beginning of the sentence, such as "A comparison".
    """
    if session.display.reference:
        return ""
    return f"{what} would tell what the class should guess. A reveals all of that; then ask again."


def _same(one: Session, other: Session) -> bool:
    """Return whether two sessions have the same data, model and θ(0)."""
    return (
        one.model == other.model
        and one.data is other.data
        and one.draft is other.draft
        and one.start is other.start
    )
