"""An edit that waits for its turn, and how it is done in the background."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from emviz.em.work import checked
from emviz.session import Request, Session
from emviz.ui.opening.loading import Staged, opening_news
from emviz.ui.work.worker import Control

Edit: TypeAlias = Callable[[Session], Session]


@dataclass(frozen=True)
class Asked:
    """A queued edit: the file to read, if any, the function to call, and the request it came from."""

    path: Path | None
    function: Callable[[Session, Control], Session | Staged]
    request: Request | None = None

    @property
    def doing(self) -> str:
        """What it does, in words; "" for an edit that has none."""
        if self.path is not None:
            return f"Reading {self.path.name}"
        return "" if self.request is None else self.request.doing

    def outlives(self, before: Session, after: Session) -> bool:
        """Return whether the edit still applies after another one was made."""
        return self.request is None or self.request.needs(before, after)


def carried_out(
    session: Session, asked: Asked, control: Control
) -> Generator[object, None, Session | Staged]:
    """Return the session after an edit, with news about a file."""
    yield None
    found = asked.function(session, control)
    edited = found.session if isinstance(found, Staged) else found
    for name in checked(edited.draft.names):
        # The view of the data asks this of every column that it paints; it is kept with the column.
        edited.draft.is_numeric(name)
    if asked.path is None or isinstance(found, Staged):
        return found
    # The news look at thousands of cells, for which the window would wait.
    return Staged(found, opening_news(session, found))


def plain(function: Edit, session: Session, control: Control) -> Session:
    """Return the session after an edit that needs no report of its progress."""
    return function(session)
