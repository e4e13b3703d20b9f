"""Work in a session that would be missed if it were lost."""

from __future__ import annotations

import numpy as np

from emviz.session.state import Session


def work_in(session: Session) -> tuple[str, ...]:
    """Return phrases on unsaved work since the data were opened; often empty.

    The position in the trace, choices of the display and a random start are easy to restore, and do not
    count.
    """
    made = {
        "the data have been edited": session.edited,
        "θ(0) has been set": _set_by_hand(session),
        "notes have been written": bool(session.memo.strip()),
    }
    return tuple(words for words, true in made.items() if true)


def same_work(one: Session, other: Session) -> bool:
    """Return whether nothing would be lost if one session replaced the other."""
    return (
        one.model == other.model
        and one.front == other.front
        and one.memo == other.memo
        and (one.tolerance, one.iterations, one.tolerance_on)
        == (other.tolerance, other.iterations, other.tolerance_on)
        and _same_start(one, other)
        and (one.draft is other.draft or one.draft.same(other.draft))
    )


def _set_by_hand(session: Session) -> bool:
    """Return whether θ(0) is neither drawn nor the one with which the model began on these data."""
    # A drawn θ(0) can be drawn again.
    if session.seed is not None:
        return False
    history = (*session.past, session)
    first = next(each for each in history if each.opened is session.opened and each.model == session.model)
    return first.data is session.data and not _same_start(first, session)


def _same_start(one: Session, other: Session) -> bool:
    pairs = zip(one.start, other.start, strict=False)
    return one.start is other.start or (
        len(one.start) == len(other.start) and all(np.array_equal(mine, theirs) for mine, theirs in pairs)
    )
