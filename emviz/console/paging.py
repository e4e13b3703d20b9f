"""The run that the page of a command shows: which half-steps, which row, which picture."""

from __future__ import annotations

import argparse

from emviz import session as desk
from emviz.api.fitting import attempted, shown
from emviz.session import Session

#: Iterations that a run does at most.
MOST = 1000


def paged(session: Session, options: argparse.Namespace) -> Session:
    """Return a session run as the options of ``emviz page`` ask, at the half-step at which the page opens.

    A session in a file keeps the steps that it has, and all that it shows, unless others are asked for.
    """
    had, at = len(session.trace) > 1, options.at
    if options.iterations is not None or not had:
        session = attempted(session, options.iterations or MOST, options.tol)
        at = at or 0
    display = session.display
    row = display.row + 1 if options.row is None and display.row is not None else options.row
    supposed = options.supposed or ["=".join(pair) for pair in display.supposed]
    revealed = options.reveal or display.revealed
    session = shown(session, options.picture or display.picture, row, revealed, supposed)
    return session if at is None else desk.seek(session, min(at, len(session.trace) - 1))
