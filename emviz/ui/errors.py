"""Errors in words: those of the user's making in a sentence, those of ours in one calm message."""

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
    "Something went wrong inside emviz. The window is still there, and so are your data: you can go on, "
    "or undo what you did last."
)
#: Details of as many errors are kept; of the others their number is.
MOST_DETAILS = 20
#: How a code for a missing cell is named on the command line.
CODE_OPTION = re.compile(r"\(--missing (\S+)\)")
#: How columns to leave out are named there.
DROP_OPTION = re.compile(r" ?\(--drop [^;]*\)")
ASK = "If it happens again, copy the details and send them to the authors."


def by_window(text: str) -> str:
    """Return a sentence that names an option of the command line with the way of the window in its place."""
    text = DROP_OPTION.sub(" (with the ticks where the file is opened)", text)
    return CODE_OPTION.sub(r"(then name \1 under “Also missing” where the file is opened)", text)


def sentence_of(error: BaseException | str) -> str:
    """Return an error as one sentence, beginning with a capital and ending with a full stop."""
    text = (error if isinstance(error, str) else _words(error)).strip()
    # The name of a file keeps its letters, and θ_A is not Θ_A.
    if re.match(r"[a-z]+(?:-[a-z]+)*(?![\w.-])", text):
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
    """Catches what nobody expected, in any thread, and says so in one message; the window lives on.

    Nothing of Qt is done while an error is being caught, perhaps in the middle of painting: the message is
    shown once the event loop is back, and what goes wrong with it is written to standard error alone.

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
        self.caught.connect(self.show_message, Qt.ConnectionType.QueuedConnection)

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
        details = _details(kind, error, trace)
        _write(details)
        # The window may be gone by now.
        with suppress(RuntimeError):
            self.caught.emit(details)

    @Slot(str)
    def show_message(self, details: str) -> None:
        """Show the message; where it is open already, the details are added to it."""
        try:
            if self.message is None:
                self.message = Message(details, self._window)
                self.message.finished.connect(self._forget)
                self.message.open()
            else:
                self.message.add(details)
        except Exception:
            # Caught once more, this would be shown in the same way, for ever.
            _write(traceback.format_exc())

    @Slot()
    def _forget(self) -> None:
        self.message = None


class Message(QDialog):
    """One calm message, with the details for whoever can use them."""

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
        self._tell()

    def add(self, details: str) -> None:
        """Count one more, and keep its details where they are among the first."""
        self.count += 1
        if self.count <= MOST_DETAILS:
            self.details = f"{self.details}\n{details}"
        self._tell()

    @Slot()
    def copy_details(self) -> None:
        """Put the details on the clipboard."""
        QApplication.clipboard().setText(self.details)

    def _tell(self) -> None:
        again = f" It has happened {self.count:,} times." if self.count > 1 else ""
        self.words.setText(f"{CALM}{again}\n\n{ASK}")


def _details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return the traceback; where the stack is too deep even for that, the name of the error."""
    try:
        return "".join(traceback.format_exception(kind, error, trace))
    except Exception:
        return f"{kind.__name__}\n"


def _write(text: str) -> None:
    """Write to standard error, which a program without a terminal may not have."""
    with suppress(Exception):
        sys.stderr.write(text)
