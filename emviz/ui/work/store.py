"""The one mutable cell of the window: the session on the desk, and what has been computed of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from emviz import session as desk
from emviz.session import NOTHING_YET, Change, Results, Session, news, suited


class Store(QObject):
    """Holds the session with its results, and says when either has changed.

    Parameters
    ----------
    session : Session
        What is on the desk at first.
    """

    changed = Signal(object)
    #: The parts of the results that have come.
    found = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._results = NOTHING_YET
        self._untold: Change = frozenset()

    @property
    def session(self) -> Session:
        """What is on the desk."""
        return self._session

    @property
    def results(self) -> Results:
        """What has been computed of it in the background."""
        return self._results

    def keep(self, results: Results, more: bool = False) -> None:
        """Keep other results, but for those that have come too late, and say which have come.

        Parameters
        ----------
        more : bool
            Others come at once: `tell` says it of all of them.
        """
        before, self._results = self._results, suited(results, self._session)
        self._untold |= news(before, self._results)
        if not more:
            self.tell()

    @Slot()
    def tell(self) -> None:
        """Say which results have come since this was said last."""
        change, self._untold = self._untold, frozenset()
        if change:
            self.found.emit(change)

    def put(self, session: Session) -> None:
        """Put another session on the desk, and say so."""
        if session is not self._session:
            self._session, self._results = session, suited(self._results, session)
            self.changed.emit(session)

    def undo(self) -> None:
        """Take back the last edit."""
        self.put(desk.undo(self._session))

    def redo(self) -> None:
        """Do the last edit again that was taken back."""
        self.put(desk.redo(self._session))
