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
    session : Session or None
        What it was computed from. Another model parses the data anew, so they tell models apart as well.
    """

    value: T | None = None
    session: Session | None = None

    def of(self, session: Session) -> T | None:
        """Return the result, or None where it belongs to other data."""
        return self.value if self.session is not None and self.session.data is session.data else None
