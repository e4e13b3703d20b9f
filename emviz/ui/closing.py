"""Asks, before the window closes, what is to become of data that have been edited and not saved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from emviz.data.table import Table
from emviz.session import Session
from emviz.ui import exports
from emviz.ui.saving import Saving
from emviz.ui.store import Store

Answer = QMessageBox.StandardButton


class Closing(QObject):
    """Closes the window where the user wants it, and nothing is lost that has not been asked about.

    Only the user is asked: what closes the window from the program has decided already.

    Parameters
    ----------
    store : Store
        Has the data.
    saving : Saving
        Saves them.
    exporter : Exporter
        Says what has been written.
    window : QWidget
        The window.
    """

    def __init__(self, store: Store, saving: Saving, exporter: exports.Exporter, window: QWidget) -> None:
        super().__init__(window)
        self._store = store
        self._saving = saving
        self._window = window
        self._saved: Table | None = None
        self._leaving = False
        self._question: QMessageBox | None = None
        exporter.written.connect(self._note)
        exporter.refused.connect(self._stay)
        window.installEventFilter(self)

    @property
    def unsaved(self) -> bool:
        """Whether the data have been edited since they were opened, and not saved as they are."""
        session = self._store.session
        return session.edited and not (self._saved is not None and session.draft.same(self._saved))

    @Slot()
    def request(self) -> None:
        """Close the window, or ask first."""
        if self.unsaved:
            self._ask()
        else:
            self._window.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask where the user closes the window by its frame."""
        if event.type() != QEvent.Type.Close or not event.spontaneous() or not self.unsaved:
            return super().eventFilter(watched, event)
        event.ignore()
        self._ask()
        return True

    def _ask(self) -> None:
        if self._question is not None:
            self._question.raise_()
            return
        buttons = Answer.Save | Answer.Discard | Answer.Cancel
        box = QMessageBox(
            QMessageBox.Icon.Question, "emviz", "The data have been edited.", buttons, self._window
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText("Save them before emviz closes?")
        box.button(Answer.Save).setText("Save data…")
        box.setDefaultButton(Answer.Save)
        box.setObjectName("closeQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._answer)
        self._question = box
        box.open()

    @Slot(int)
    def _answer(self, answer: int) -> None:
        self._question = None
        if answer == Answer.Discard:
            self._window.close()
        elif answer == Answer.Save:
            self._leaving = self._saving.save_data()

    @Slot(object, object)
    def _note(self, session: Session, pieces: object) -> None:
        """Remember what has been saved, and close where that was waited for."""
        if pieces is not exports.data_csv:
            return
        self._saved = session.draft
        if self._leaving:
            self._leaving = False
            self.request()

    @Slot()
    def _stay(self) -> None:
        self._leaving = False
