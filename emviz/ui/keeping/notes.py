"""The notes of a session, which are saved with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.ui.work.store import Store

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Milliseconds after the last key until the text is stored in the session.
PAUSE = 500
WIDTH, HEIGHT = 26, 14  # in letter heights


class NotesDialog(QDialog):
    """Shows the notes; text is stored in the session as it is typed.

    Parameters
    ----------
    store : Store
        Holds the session.
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
        """Show the session's notes, unless they are those just typed."""
        memo = self._store.session.memo
        if not self._pause.isActive() and memo != self.text.toPlainText():
            self._written = None
            self.text.setPlainText(memo)
            # Setting the text has started it, as typing does.
            self._pause.stop()

    @Slot()
    def take(self) -> None:
        """Store the text in the session; one undo reverts all of it."""
        self._pause.stop()
        text, session = self.text.toPlainText(), self._store.session
        continuing = self._written is not None and self._written == session.memo
        self._written = text
        self._store.put(desk.set_memo(session, text, continuing))

    def hideEvent(self, event: QHideEvent) -> None:
        """Store the last text typed."""
        self.take()
        self._written = None
        super().hideEvent(event)


class Notes(QObject):
    """Opens the notes.

    Parameters
    ----------
    window : MainWindow
        Holds the session.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: NotesDialog | None = None

    @Slot()
    def show(self) -> None:
        """Open the notes."""
        if self._dialog is None:
            self._dialog = NotesDialog(self._window.store, self._window)
        self._dialog.show()
        self._dialog.activateWindow()
        self._dialog.text.setFocus()

    def take(self) -> None:
        """Store the text in the session."""
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.take()
