"""Base of the dialogs that make a file of the run and show the progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.errors import sentence_of
from emviz.ui.widgets.controls import ComboBox, Progress, SpinBox, whole_field
from emviz.ui.widgets.labels import PlainLabel
from emviz.ui.work.channel import LATE, Channel
from emviz.ui.work.worker import Delivery, Worker

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

ONLY_START = "There is only θ(0) so far: step, or run to the end, first."
#: Width of the dialog, in letter heights.
WIDTH = 22


class Maker(QObject):
    """Opens a dialog.

    Parameters
    ----------
    window : MainWindow
        Holds the run.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def dialog(self, window: MainWindow) -> MakingDialog:
        """Return the dialog for the current run."""
        raise NotImplementedError

    @Slot()
    def open(self) -> None:
        """Open the dialog."""
        self._window.driver.pause()
        dialog = self.dialog(self._window)
        dialog.saved.connect(self._window.status.announce)
        dialog.open()


class MakingDialog(QDialog):
    """Fields, a line that describes the result, and a progress bar.

    Parameters
    ----------
    name, title : str
        Object name and title of the dialog.
    window : MainWindow
        Holds the run.
    """

    saved = Signal(str)

    def __init__(self, name: str, title: str, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window_shown = window
        last = len(window.store.session.trace) - 1
        self.first = whole_field("first", "From half-step", 0, last, 0)
        self.last = whole_field("last", "To half-step", 0, last, last)
        self.note, self.progress = PlainLabel(), Progress()
        self._progress: tuple[str, float | None] = ("", None)
        self._patience = QTimer(self, singleShot=True, interval=LATE)
        self._patience.timeout.connect(self._show_progress)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._form = QWidget()
        self._path, self._saved_text = Path(), ""

    def arrange(self, fields: Sequence[ComboBox | SpinBox]) -> None:
        """Lay out the fields, the range of half-steps last, and connect them to the note."""
        self.note.setProperty("role", "hint")
        self.note.setWordWrap(True)
        self.progress.hide()
        self._save.setText("Save…")
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        for field in (*fields, self.first, self.last):
            form.addRow(field.accessibleName(), field)
            changed = field.activated if isinstance(field, ComboBox) else field.valueChanged
            changed.connect(self.render_note)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for part in (self._form, self.note, self.progress):
            layout.addWidget(part)
        layout.addStretch()
        layout.addWidget(self.buttons)
        em = self.fontMetrics().height()
        self.resize(WIDTH * em, self.sizeHint().height())
        self._save.clicked.connect(self.ask)
        self.buttons.rejected.connect(self.reject)
        letter_buttons(self)
        self.render_note()

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last half-step, as indices into the trace."""
        first, last = sorted((self.first.value(), self.last.value()))
        return first, last

    @property
    def ready(self) -> bool:
        """Whether there is anything to make: at least one step."""
        return len(self.window_shown.store.session.trace) > 1

    @Slot()
    def render_note(self) -> None:
        """Describe the result in the note."""
        self._save.setEnabled(self.ready)
        self.note.setText(self.outlook() if self.ready else ONLY_START)

    @Slot()
    def ask(self) -> None:
        """Ask for a file, and start."""
        path = self.window_shown.saving.choose_path(f"Save {self.windowTitle().lower()}", self.suggestion())
        if path is not None:
            self._form.setEnabled(False)
            self._save.setEnabled(False)
            self._path = path
            self._progress = f"Writing {path.name}", None
            self._patience.start()
            self.make(path)

    def show_done(self, text: str, fraction: float) -> None:
        """Show the progress, once the work has taken half a second."""
        self._progress = text, fraction
        if not self._patience.isActive():
            self._show_progress()

    @Slot()
    def _show_progress(self) -> None:
        text, fraction = self._progress
        self.note.setText(text)
        self.progress.show_work(True, fraction)

    @Slot()
    def end(self) -> None:
        """Close the dialog: the file is written."""
        self.saved.emit(self._saved_text)
        self.accept()

    @Slot(str)
    def refuse(self, reason: str) -> None:
        """Show why nothing was written, and allow another try."""
        self._patience.stop()
        self._form.setEnabled(True)
        self._save.setEnabled(True)
        self.progress.hide()
        self.note.setText(f"! {reason}")

    def done(self, result: int) -> None:
        """Cancel the work, so that nothing is written, and have the window say so."""
        self._patience.stop()
        self.give_up()
        if result == QDialog.DialogCode.Rejected and not self._form.isEnabled():
            self.window_shown.status.announce(f"Cancelled: {self._path.name} is not written.")
        super().done(result)

    # -- to be overridden ------------------------------------------------------------------------------------

    def outlook(self) -> str:
        """Return a sentence that describes the result."""
        raise NotImplementedError

    def suggestion(self) -> str:
        """Return a suggested file name."""
        raise NotImplementedError

    def make(self, path: Path) -> None:
        """Start the work."""
        raise NotImplementedError

    def give_up(self) -> None:
        """Cancel the work."""
        raise NotImplementedError


class Making(Channel):
    """The background channel of a dialog, whose last job writes a file."""

    found = Signal(object)
    written = Signal()
    refused = Signal(str)

    def __init__(self, name: str, worker: Worker, parent: QObject) -> None:
        super().__init__(name, worker, parent)
        self.writing = False

    def receive(self, delivery: Delivery) -> None:
        """Pass on values; report that the file is written, or why it is not."""
        if delivery.error is None and not self.writing:
            self.found.emit(delivery)
        if not delivery.ended:
            return
        self.done()
        if delivery.error is not None:
            self.refused.emit(sentence_of(delivery.error))
        elif self.writing:
            self.written.emit()
