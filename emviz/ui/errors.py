"""Error messages: one sentence for user errors, one calm dialog for bugs."""

from __future__ import annotations

import re
import sys
import traceback
from contextlib import suppress
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from emviz.data.table import DataError
from emviz.em.domains import ParameterError
from emviz.em.model import ModelError
from emviz.ui.commands.mnemonics import letter_buttons

CALM = (
    "Something went wrong inside emviz. The window and your data are still there: you can go on, "
    "or undo the last change."
)
#: Maximum number of errors whose details are kept; further ones are only counted.
MOST_DETAILS = 20
#: How the command line names a code for missing cells.
CODE_OPTION = re.compile(r'\(--missing (?:"([^"]*)"|(\S+))\)')
#: How the command line names a column of the model.
COLUMN_OPTION = re.compile(r' ?\(--columns "?(\w+)=(?:[^"]*"|\S+)\)')
#: How the command line names columns to leave out.
DROP_OPTION = re.compile(r" ?\(--drop [^;]*\)")
ASK = "If it happens again, copy the details and send them to the authors."


def by_window(text: str) -> str:
    """Replace an option of the command line in a sentence by the equivalent in the window."""
    text = DROP_OPTION.sub(" (with the ticks where the file is opened)", text)
    text = COLUMN_OPTION.sub(r" (in the list “\1” where the file is opened)", text)
    return CODE_OPTION.sub(r"(then name \1\2 under “Also missing” where the file is opened)", text)


def sentence_of(error: BaseException | str) -> str:
    """Return an error as one sentence with a capital letter and a full stop."""
    text = (error if isinstance(error, str) else _words(error)).strip()
    # File names keep their case, and θ_A must not become Θ_A. A column before a colon, as in "bill: 1 of 10
    # cells is missing", is named as in the file; a field is "Structure" in the window.
    named = "" if isinstance(error, ParameterError) else ":,"
    if re.match(rf"[a-z]+(?:-[a-z]+)*(?![\w.{named}-])", text):
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
    """Catches unexpected exceptions in any thread and reports them in one dialog; the window stays open.

    The exception may come from the middle of a paint event, so no Qt call is made while it is caught: the
    dialog opens once control is back in the event loop. An error in the dialog itself only goes to standard
    error.

    Parameters
    ----------
    window : QWidget
        Parent of the dialog.
    """

    caught = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._former = sys.excepthook
        self.message: Message | None = None
        self.caught.connect(self.show_message, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Install the exception hooks."""
        self._former = sys.excepthook
        sys.excepthook = self.catch

    def remove(self) -> None:
        """Restore the previous exception hooks."""
        sys.excepthook = self._former

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Record an unhandled exception from any thread; the dialog is opened in the GUI thread."""
        if not issubclass(kind, Exception):
            self._former(kind, error, trace)
            return
        details = _details(kind, error, trace)
        _write(details)
        # The window may have been destroyed.
        with suppress(RuntimeError):
            self.caught.emit(details)

    @Slot(str)
    def show_message(self, details: str) -> None:
        """Open the dialog, or add the details to the open one."""
        try:
            if self.message is None:
                self.message = Message(details, self._window)
                self.message.finished.connect(self._forget)
                self.message.open()
            else:
                self.message.add(details)
        except Exception:
            # Catching this too would open the dialog again and again.
            _write(traceback.format_exc())

    @Slot()
    def _forget(self) -> None:
        self.message = None


class Message(QDialog):
    """A calm message with technical details that can be copied."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unexpected")
        self.setWindowTitle("emviz")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.details = details
        self.count = 1
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setObjectName("copyDetails")
        self.copy_button.clicked.connect(self.copy_details)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.words)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)
        letter_buttons(self)
        self._show_text()

    def add(self, details: str) -> None:
        """Count another error; keep its details if it is among the first."""
        self.count += 1
        if self.count <= MOST_DETAILS:
            self.details = f"{self.details}\n{details}"
        self._show_text()

    @Slot()
    def copy_details(self) -> None:
        """Copy the details to the clipboard."""
        QApplication.clipboard().setText(self.details)

    def _show_text(self) -> None:
        again = f" It has happened {self.count:,} times." if self.count > 1 else ""
        self.words.setText(f"{CALM}{again}\n\n{ASK}")


def _details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return the traceback, or the error's name if the stack is too deep to format it."""
    try:
        return "".join(traceback.format_exception(kind, error, trace))
    except Exception:
        return f"{kind.__name__}\n"


def _write(text: str) -> None:
    """Write to standard error, if there is one."""
    with suppress(Exception):
        sys.stderr.write(text)
