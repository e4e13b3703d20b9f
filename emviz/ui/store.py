"""The one mutable cell of the window: the session on the desk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from emviz import session as desk
from emviz.session import Session


class Store(QObject):
    """Holds the session and says when it has changed.

    Parameters
    ----------
    session : Session
        What is on the desk at first.
    """

    changed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    @property
    def session(self) -> Session:
        """What is on the desk."""
        return self._session

    def put(self, session: Session) -> None:
        """Put another session on the desk, and say so."""
        if session is not self._session:
            self._session = session
            self.changed.emit(session)

    def undo(self) -> None:
        """Take back the last edit."""
        self.put(desk.undo(self._session))

    def redo(self) -> None:
        """Do the last edit again that was taken back."""
        self.put(desk.redo(self._session))
