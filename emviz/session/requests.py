"""What is asked of a session: a change, and what must still be as it was when it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emviz.session.state import Session

#: Whether a later session still has what an earlier one had.
Need: TypeAlias = Callable[[Session, Session], bool]
#: What is said where another θ(0) is refused.
START_STAYS = "θ(0) stays as it was."


def always(before: Session, after: Session) -> bool:
    """Return True: the change asks for nothing."""
    return True


def same_data(before: Session, after: Session) -> bool:
    """Return whether these are the same data, edited or not."""
    return after.opened is before.opened


def same_model(before: Session, after: Session) -> bool:
    """Return whether these are the same data and the same model with the same hyper-parameters."""
    return same_data(before, after) and after.model == before.model


def same_rows(before: Session, after: Session) -> bool:
    """Return whether each row of the draft stands where it stood, if the two are one edit apart."""
    return same_data(before, after) and after.draft.rows == before.draft.rows


def same_start(before: Session, after: Session) -> bool:
    """Return whether the model runs on the same data from the same θ(0)."""
    fields = zip(before.start, after.start, strict=True)
    return (
        after.data is before.data
        and after.model == before.model
        and all(np.array_equal(was, now) for was, now in fields)
    )


def silent(before: Session, after: Session) -> str:
    """Return nothing: the change shows by itself."""
    return ""


@dataclass(frozen=True)
class Request:
    """A change of the session that others may come before.

    Parameters
    ----------
    change : callable
        Takes the session as it then is, and returns a new one.
    needs : callable
        Whether the change still means what it meant.
    news : callable
        What to say once it is done, of the sessions before and after; "" for nothing.
    made_on : Session, optional
        What was shown when the change was asked for, where that is not the session on the desk.
    kept : str
        What to add to the reason where it is refused, a sentence: what stays as it was.
    """

    change: Callable[[Session], Session]
    needs: Need
    news: Callable[[Session, Session], str] = silent
    made_on: Session | None = None
    kept: str = ""

    def __call__(self, session: Session) -> Session:
        """Return the session changed."""
        return self.change(session)

    def suits(self, session: Session) -> bool:
        """Return whether a session still has what the change was made on."""
        return self.made_on is None or self.needs(self.made_on, session)
