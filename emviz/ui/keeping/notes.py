"""A place to write down what a session is for; it is saved with the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.ui.work.store import Store

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Milliseconds without a key after which what has been written is part of the session.
PAUSE = 500
WIDTH, HEIGHT = 26, 14  # heights of a letter


class NotesDialog(QDialog):
    """The notes, beside the window; what is written there counts at once.

    Parameters
    ----------
    store : Store
        Has the session.
    """

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notesDialog")
        self.setWindowTitle("Notes")
        self._store = store
        self._written: str | None = None
        self.text = QPlainTextEdit()
        self.text.setObjectName("notesText")
        self.text.setAccessibleName("Notes")
        self.text.setPlaceholderText("What this session is for, what to ask, what to look at. Saved with it.")
        self.text.setTabChangesFocus(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        em = self.fontMetrics().height()
        self.resize(WIDTH * em, HEIGHT * em)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.take)
        self.show_notes()
        self.text.textChanged.connect(self._pause.start)
        store.changed.connect(self.show_notes)

    @Slot()
    def show_notes(self) -> None:
        """Show the notes of the session, where they are others than those written here."""
        memo = self._store.session.memo
        if not self._pause.isActive() and memo != self.text.toPlainText():
            self._written = None
            self.text.setPlainText(memo)
            self._pause.stop()

    @Slot()
    def take(self) -> None:
        """Make what has been written part of the session; undo takes back all of it at once."""
        self._pause.stop()
        text, session = self.text.toPlainText(), self._store.session
        continuing = self._written is not None and self._written == session.memo
        self._written = text
        self._store.put(desk.set_memo(session, text, continuing))

    def hideEvent(self, event: QHideEvent) -> None:
        """Take what has just been written."""
        self.take()
        self._written = None
        super().hideEvent(event)


class Notes(QObject):
    """Opens the notes.

    Parameters
    ----------
    window : MainWindow
        The notes are those of what is on its desk.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: NotesDialog | None = None

    @Slot()
    def show(self) -> None:
        """Show them, to be read and written."""
        if self._dialog is None:
            self._dialog = NotesDialog(self._window.store, self._window)
        self._dialog.show()
        self._dialog.activateWindow()
        self._dialog.text.setFocus()

    def take(self) -> None:
        """Make what has been written part of the session."""
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.take()
