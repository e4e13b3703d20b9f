"""Requests to change a session, each with a condition that must still hold when it is carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emviz.session.state import Session

#: Returns whether a later session still has what the request depends on in an earlier one.
Need: TypeAlias = Callable[[Session, Session], bool]
#: The sentence if another θ(0) is refused.
START_STAYS = "θ(0) stays as it was."


def always(before: Session, after: Session) -> bool:
    """Return True: the change depends on nothing."""
    return True


def same_data(before: Session, after: Session) -> bool:
    """Return whether both have the same data, edited or not."""
    return after.opened is before.opened


def same_model(before: Session, after: Session) -> bool:
    """Return whether both have the same data and the same model with the same hyper-parameters."""
    return same_data(before, after) and after.model == before.model


def same_rows(before: Session, after: Session) -> bool:
    """Return whether each row of the draft has kept its number, if the two are one edit apart."""
    return same_data(before, after) and after.draft.rows == before.draft.rows


def same_start(before: Session, after: Session) -> bool:
    """Return whether the model runs on the same data from the same θ(0)."""
    # By value, since undo and redo may bring back an equal θ(0) in another record.
    fields = zip(before.start, after.start, strict=True)
    return (
        after.data is before.data
        and after.model == before.model
        and all(np.array_equal(was, now) for was, now in fields)
    )


def silent(before: Session, after: Session) -> str:
    """Return "": the change is visible by itself."""
    return ""


@dataclass(frozen=True)
class Request:
    """A change of the session that may have to wait behind others.

    Parameters
    ----------
    change : callable
        Takes the session at that time, and returns a new one.
    needs : callable
        Returns whether the change still makes sense.
    news : callable
        Returns a message after it is done, from the sessions before and after; "" for none.
    made_on : Session, optional
        The session that was shown when the change was requested, if it may differ from the current one.
    kept : str
        A sentence on what remains unchanged, to add to the reason if it is refused.
    doing : str
        What it does, in words, for one that may take long: "Drawing 1,000,000 sets".
    """

    change: Callable[[Session], Session]
    needs: Need
    news: Callable[[Session, Session], str] = silent
    made_on: Session | None = None
    kept: str = ""
    doing: str = ""

    def __call__(self, session: Session) -> Session:
        """Return the changed session."""
        return self.change(session)

    def suits(self, session: Session) -> bool:
        """Return whether a session still satisfies the condition of the change."""
        return self.made_on is None or self.needs(self.made_on, session)
