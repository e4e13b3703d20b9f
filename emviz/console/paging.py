"""The run that a web page shows: its half-steps, row and picture."""

from __future__ import annotations

import argparse

from emviz import session as desk
from emviz.api.fitting import attempted, shown
from emviz.session import Session

#: Default maximum of iterations.
MOST = 1000


def paged(session: Session, options: argparse.Namespace) -> Session:
    """Return a session run as the options of ``emviz page`` say, at the half-step where the page opens.

    A session file keeps its steps and display settings unless others are given.
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
