"""The only mutable state of the window: the current session and its computed results."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from emviz import session as desk
from emviz.session import NOTHING_YET, Change, Results, Session, news, suited


class Store(QObject):
    """Holds the session with its results, and signals changes of either.

    Parameters
    ----------
    session : Session
        The first session.
    """

    changed = Signal(object)
    #: The parts of the results that have changed.
    found = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._results = NOTHING_YET
        self._unannounced: Change = frozenset()

    @property
    def session(self) -> Session:
        """The current session."""
        return self._session

    @property
    def results(self) -> Results:
        """The results computed from it in the background."""
        return self._results

    def keep(self, results: Results, more: bool = False) -> None:
        """Store results, drop those that are out of date, and announce the new ones.

        Parameters
        ----------
        more : bool
            Others follow at once; `announce` will then be called for all of them.
        """
        before, self._results = self._results, suited(results, self._session)
        self._unannounced |= news(before, self._results)
        if not more:
            self.announce()

    @Slot()
    def announce(self) -> None:
        """Emit `found` with the results that have come since the last call."""
        change, self._unannounced = self._unannounced, frozenset()
        if change:
            self.found.emit(change)

    def put(self, session: Session) -> None:
        """Replace the session and signal the change."""
        if session is not self._session:
            self._session, self._results = session, suited(self._results, session)
            self.changed.emit(session)

    def undo(self) -> None:
        """Undo the last edit."""
        self.put(desk.undo(self._session))

    def redo(self) -> None:
        """Redo the last undone edit."""
        self.put(desk.redo(self._session))
