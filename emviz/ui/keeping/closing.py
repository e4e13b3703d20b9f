"""Asks about unsaved work before the window closes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.errors import sentence_of
from emviz.ui.exporting import exports
from emviz.ui.keeping.document import Document

Answer = QMessageBox.StandardButton


class Closing(QObject):
    """Closes the window on the user's request, after asking about unsaved work.

    Closing the window from the program does not ask.

    Parameters
    ----------
    document : Document
        Knows what is unsaved, and saves it.
    exporter : Exporter
        Reports what could not be written.
    leave : QAction
        Closes the window; its key acts in dialogs too.
    window : QWidget
        The window.
    """

    def __init__(
        self, document: Document, exporter: exports.Exporter, leave: QAction, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self._action = leave
        self._leaving = False
        self._question: QMessageBox | None = None
        document.saved.connect(self._go_on)
        for unwritten in (exporter.refused, exporter.cancelled):
            unwritten.connect(self._stay)
        window.installEventFilter(self)

    @Slot()
    def request(self) -> None:
        """Close the window, or ask first."""
        if self._document.unsaved:
            self._ask()
        else:
            self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask when the user closes the window by its frame; give the key to a dialog that opens."""
        if event.type() == QEvent.Type.WindowBlocked:
            # The dialog blocks the window's own keys. Another one may open above it.
            dialog = QApplication.activeModalWidget()
            if dialog is not None:
                dialog.addAction(self._action)
                dialog.installEventFilter(self)
        if watched is not self._window:
            return False
        if event.type() != QEvent.Type.Close or not event.spontaneous() or not self._document.unsaved:
            return super().eventFilter(watched, event)
        event.ignore()
        self._ask()
        return True

    def _ask(self) -> None:
        if self._question is not None:
            self._question.raise_()
            return
        buttons = Answer.Save | Answer.Discard | Answer.Cancel
        text = sentence_of("; ".join(self._document.unsaved))
        above = QApplication.activeModalWidget() or self._window
        box = QMessageBox(QMessageBox.Icon.Question, "emviz", text, buttons, above)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText("Save the session before emviz closes?")
        box.button(Answer.Save).setText("Save session" if self._document.path else "Save session…")
        box.setDefaultButton(Answer.Save)
        letter_buttons(box)
        box.setObjectName("closeQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._answer)
        self._question = box
        box.open()

    @Slot(int)
    def _answer(self, answer: int) -> None:
        self._question = None
        if answer == Answer.Discard:
            self._close()
        elif answer == Answer.Save:
            self._leaving = self._document.save()

    def _close(self) -> None:
        """Close the window, and before it the dialogs, which cancel their work."""
        for dialog in reversed(self._window.findChildren(QDialog)):
            if dialog.isVisible():
                dialog.reject()
        self._window.close()

    @Slot()
    def _go_on(self) -> None:
        """Close the window if it was waiting for the file to be saved."""
        if self._leaving:
            self._leaving = False
            self.request()

    @Slot()
    def _stay(self) -> None:
        # The file could not be written, so the window must stay.
        self._leaving = False
