"""Errors in words: those of the user's making in a sentence, those of ours in one calm message."""

from __future__ import annotations

import re
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from emviz.data.table import DataError
from emviz.em.domains import ParameterError
from emviz.em.model import ModelError

CALM = (
    "Something went wrong inside emviz. The window is still there, and so are your data: you can go on, "
    "or undo what you did last."
)
ASK = "If it happens again, copy the details and send them to the authors."


def sentence_of(error: BaseException | str) -> str:
    """Return an error as one sentence, beginning with a capital and ending with a full stop."""
    text = (error if isinstance(error, str) else _words(error)).strip()
    # The name of a file keeps its letters, and θ_A is not Θ_A.
    if re.match(r"[a-z]+(?![\w.])", text):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _words(error: BaseException) -> str:
    if isinstance(error, DataError | ParameterError | ModelError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"something unexpected happened ({type(error).__name__}: {error})"


class Guard(QObject):
    """Catches what nobody expected, in any thread, and says so once; the window lives on.

    Parameters
    ----------
    window : QWidget
        The window over which the message is shown.
    """

    caught = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._former = sys.excepthook
        self.message: Message | None = None
        self.caught.connect(self.show_message)

    def install(self) -> None:
        """Begin to catch."""
        self._former = sys.excepthook
        sys.excepthook = self.catch

    def remove(self) -> None:
        """Leave errors to whoever had them before."""
        sys.excepthook = self._former

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take an exception that nobody handled, in whichever thread; the message is shown in Qt's own."""
        if not issubclass(kind, Exception):
            self._former(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        self.caught.emit(details)

    @Slot(str)
    def show_message(self, details: str) -> None:
        """Show the message; where it is open already, the details are added to it."""
        if self.message is not None and self.message.isVisible():
            self.message.add(details)
            return
        self.message = Message(details, self._window)
        self.message.open()


class Message(QDialog):
    """One calm message, with the details for whoever can use them."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unexpected")
        self.setWindowTitle("emviz")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.details = details
        words = QLabel(f"{CALM}\n\n{ASK}")
        words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setObjectName("copyDetails")
        self.copy_button.clicked.connect(self.copy_details)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)

    def add(self, details: str) -> None:
        """Keep the details of one more."""
        self.details = f"{self.details}\n{details}"

    @Slot()
    def copy_details(self) -> None:
        """Put the details on the clipboard."""
        QApplication.clipboard().setText(self.details)
