"""A result from the background, with the data that it was computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from emviz.session import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A result that is of use as long as the data stay the same.

    Parameters
    ----------
    value : T
        The result.
    data : object
        The parsed data; another model parses them anew, so they tell models apart as well.
    """

    value: T | None = None
    data: object = None

    def of(self, session: Session) -> T | None:
        """Return the result, or None where it belongs to other data."""
        return self.value if self.data is session.data else None


def kept(value: T | None, session: Session | None) -> Kept[T]:
    """Return a result as one of the session on display, for which it was asked."""
    return Kept(value, None if session is None else session.data)
