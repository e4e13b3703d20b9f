"""A dialog that asks what is to be made of the run, and then shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.errors import sentence_of
from emviz.ui.widgets.controls import ComboBox, Progress, SpinBox, whole_field
from emviz.ui.widgets.labels import PlainLabel
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Delivery, Worker

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

ONLY_START = "There is only θ(0) so far: step, or run to the end, first."
#: The width of the dialog, in heights of a letter.
WIDTH = 22


class Maker(QObject):
    """Opens a dialog of its kind.

    Parameters
    ----------
    window : MainWindow
        What is on its desk is taken.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def dialog(self, window: MainWindow) -> MakingDialog:
        """Return the dialog, on the run in front."""
        raise NotImplementedError

    @Slot()
    def open(self) -> None:
        """Open it."""
        self._window.driver.pause()
        dialog = self.dialog(self._window)
        dialog.saved.connect(self._window.status.announce)
        dialog.open()


class MakingDialog(QDialog):
    """Fields, a line that says what comes of them, and a bar.

    Parameters
    ----------
    name, title : str
        The name of the object, and what stands above the dialog.
    window : MainWindow
        The run in front of it is taken.
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
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._form = QWidget()
        self._told = ""

    def arrange(self, fields: Sequence[ComboBox | SpinBox]) -> None:
        """Put fields below each other, the ends of the run last, and say what comes of them."""
        self.note.setProperty("role", "hint")
        self.note.setWordWrap(True)
        self.progress.hide()
        self._save.setText("Save…")
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        for field in (*fields, self.first, self.last):
            form.addRow(field.accessibleName(), field)
            told = field.activated if isinstance(field, ComboBox) else field.valueChanged
            told.connect(self.render_note)
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
        """The first half-step and the last one, as places in the trace."""
        first, last = sorted((self.first.value(), self.last.value()))
        return first, last

    @property
    def ready(self) -> bool:
        """Whether there is something to make: a step of the run."""
        return len(self.window_shown.store.session.trace) > 1

    @Slot()
    def render_note(self) -> None:
        """Say what comes of the fields."""
        self._save.setEnabled(self.ready)
        self.note.setText(self.outlook() if self.ready else ONLY_START)

    @Slot()
    def ask(self) -> None:
        """Ask where to save, and begin."""
        path = self.window_shown.saving.choose_path(f"Save {self.windowTitle().lower()}", self.suggestion())
        if path is not None:
            self._form.setEnabled(False)
            self._save.setEnabled(False)
            self.progress.show()
            self.make(path)

    def show_done(self, told: str, fraction: float) -> None:
        """Show how much is done."""
        self.note.setText(told)
        self.progress.show_fraction(fraction)

    @Slot()
    def end(self) -> None:
        """Close: the file is written."""
        self.saved.emit(self._told)
        self.accept()

    @Slot(str)
    def refuse(self, reason: str) -> None:
        """Say why nothing was written, and let it be tried again."""
        self._form.setEnabled(True)
        self._save.setEnabled(True)
        self.progress.hide()
        self.note.setText(f"! {reason}")

    def done(self, result: int) -> None:
        """Give up what is under way: nothing is written."""
        self.give_up()
        super().done(result)

    # -- what each says for itself ---------------------------------------------------------------------------

    def outlook(self) -> str:
        """Return what comes of the fields, in a sentence."""
        raise NotImplementedError

    def suggestion(self) -> str:
        """Return the name of a file."""
        raise NotImplementedError

    def make(self, path: Path) -> None:
        """Begin."""
        raise NotImplementedError

    def give_up(self) -> None:
        """Stop what is under way."""
        raise NotImplementedError


class Making(Channel):
    """What a dialog has done in the background, which ends with a file."""

    found = Signal(object)
    written = Signal()
    refused = Signal(str)

    def __init__(self, name: str, worker: Worker, parent: QObject) -> None:
        super().__init__(name, worker, parent)
        self.writing = False

    def receive(self, delivery: Delivery) -> None:
        """Hand over what has been found; say that the file is written, or why it is not."""
        if delivery.error is None and not self.writing:
            self.found.emit(delivery)
        if not delivery.ended:
            return
        self.done()
        if delivery.error is not None:
            self.refused.emit(sentence_of(delivery.error))
        elif self.writing:
            self.written.emit()
