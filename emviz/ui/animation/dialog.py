"""Asks what of the run is to be an animation, and makes it while the dialog shows how far it is."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from emviz import animating
from emviz.animating import USUAL, Reel
from emviz.data.writer import save_bytes
from emviz.em.rounding import decimal
from emviz.ui.animation.film import KINDS, Frame, GivenUp, written
from emviz.ui.animation.recorder import Recorder
from emviz.ui.channel import Channel
from emviz.ui.controls import ComboBox, Progress, SpinBox
from emviz.ui.errors import sentence_of
from emviz.ui.labels import PlainLabel
from emviz.ui.places import NAMES
from emviz.ui.worker import Control, Delivery, Worker

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

WINDOW = "Window"
#: What the panels are called here, in the order of their keys.
PANELS = dict(zip(("Lower bound", "Log-likelihood", "Counts", "Picture"), NAMES, strict=True))
EACH = ("half-step", "iteration")
#: Seconds that a picture may stand.
PACES = (0.2, 0.5, 1.0, 2.0, 5.0)
ONLY_START = "There is only θ(0) so far: step, or run to the end, first."
#: The width of the dialog, in heights of a letter.
WIDTH = 22
#: The part of the work that is done when the last picture is taken.
TAKEN = 0.6


class Animations(QObject):
    """Opens the dialog.

    Parameters
    ----------
    window : MainWindow
        What is on its desk is drawn.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def open(self) -> None:
        """Open the dialog on the run in front."""
        self._window.driver.pause()
        dialog = AnimationDialog(self._window)
        dialog.saved.connect(self._window.status.tell)
        dialog.open()


class AnimationDialog(QDialog):
    """What, which half-steps, how long each; and then how far the animation is.

    Parameters
    ----------
    window : MainWindow
        Draws the pictures.
    """

    saved = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName("animationDialog")
        self.setWindowTitle("Animation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = window
        last = len(window.store.session.trace) - 1
        self.what = _choice("what", "What is drawn", (WINDOW, *PANELS))
        self.kind = _choice("kind", "Format", [ending[1:].upper() for ending in KINDS])
        self.each = _choice("each", "A picture for each", EACH)
        self.pace = _choice("pace", "Each stands", [f"{seconds:g} s" for seconds in PACES])
        self.first = _place("first", "From half-step", last, 0)
        self.last = _place("last", "To half-step", last, last)
        self.note, self.progress = PlainLabel(), Progress()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._maker = _Maker(window.worker, self)
        self._recorder: Recorder | None = None
        self._told = ""
        self._arrange()
        self._connect()
        self.render_note()

    def _arrange(self) -> None:
        self.pace.setCurrentIndex(PACES.index(USUAL))
        self.note.setProperty("role", "hint")
        self.note.setWordWrap(True)
        self.progress.hide()
        self._save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save.setText("Save…")
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        for field in (self.what, self.kind, self.each, self.pace, self.first, self.last):
            form.addRow(field.accessibleName(), field)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for part in (self._form, self.note, self.progress):
            layout.addWidget(part)
        layout.addStretch()
        layout.addWidget(self.buttons)
        em = self.fontMetrics().height()
        self.resize(WIDTH * em, self.sizeHint().height())

    def _connect(self) -> None:
        for choice in (self.each, self.pace):
            choice.activated.connect(self.render_note)
        for place in (self.first, self.last):
            place.valueChanged.connect(self.render_note)
        self._save.clicked.connect(self.ask)
        self.buttons.rejected.connect(self.reject)
        self._maker.written.connect(self._end)
        self._maker.refused.connect(self._refuse)
        self._maker.state_changed.connect(self._follow)

    @property
    def reel(self) -> Reel:
        """The half-steps that have been chosen."""
        ends = sorted((self.first.value(), self.last.value()))
        return animating.reel(self._window.store.session, *ends, whole=self.each.currentText() == EACH[1])

    @Slot()
    def render_note(self) -> None:
        """Say how many pictures that makes, and how long they take."""
        reel, pace = self.reel, PACES[self.pace.currentIndex()]
        begun = len(self._window.store.session.trace) > 1
        self._save.setEnabled(begun)
        if not begun:
            self.note.setText(ONLY_START)
            return
        seconds = sum(animating.durations(len(reel.cursors), pace)) / 1000
        self.note.setText(f"{reel.told}; {decimal(seconds, 1, grouped=True)} s with the last one held.")

    @Slot()
    def ask(self) -> None:
        """Ask where to save, and begin."""
        name = f"{self._window.store.session.model.key}.{self.kind.currentText().lower()}"
        path = self._window.saving.choose_path("Save animation", name)
        if path is not None:
            self.make(path)

    def make(self, path: Path) -> None:
        """Take the pictures, then have them written."""
        kind = f".{self.kind.currentText().lower()}"
        reel, widget = self.reel, self._widget
        self._recorder = recorder = Recorder(self._window, widget, reel.cursors)
        pace = PACES[self.pace.currentIndex()]
        self._form.setEnabled(False)
        self._save.setEnabled(False)
        self.progress.show()
        self._told = f"Saved {path.name}: {reel.told}."
        recorder.taken.connect(partial(self._show_taken, of=len(reel.cursors)))
        recorder.finished.connect(partial(self._write, path, kind, pace))
        recorder.begin()

    @property
    def _widget(self) -> QWidget:
        panels = dict(zip(NAMES, self._window.panels[2:], strict=True))
        name = PANELS.get(self.what.currentText())
        return self._window.desk if name is None else panels[name]

    def _show_taken(self, taken: int, of: int) -> None:
        self.note.setText(f"Picture {taken:,} of {of:,}")
        self.progress.show_fraction(TAKEN * taken / of)

    def _write(self, path: Path, kind: str, pace: float) -> None:
        assert self._recorder is not None
        frames = self._recorder.frames
        self.note.setText(f"Writing {path.name}")
        self._maker.start("Writing", partial(_writing, path, frames, pace, kind), TAKEN)

    @Slot()
    def _follow(self) -> None:
        if self._maker.progress is not None:
            self.progress.show_fraction(TAKEN + (1 - TAKEN) * self._maker.progress)

    @Slot()
    def _end(self) -> None:
        self.saved.emit(self._told)
        super().accept()

    @Slot(str)
    def _refuse(self, reason: str) -> None:
        """Say why nothing was written, and let it be tried again."""
        self._form.setEnabled(True)
        self._save.setEnabled(True)
        self.progress.hide()
        self.note.setText(f"! {reason}")

    def done(self, result: int) -> None:
        """Give up what is under way: nothing is written, and the half-step from before is on display."""
        if self._recorder is not None:
            self._recorder.stop()
            self._recorder.deleteLater()
            self._recorder = None
        self._maker.cancel()
        super().done(result)


class _Maker(Channel):
    """Writes the pictures in the background."""

    written = Signal()
    refused = Signal(str)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("animation", worker, parent)

    def receive(self, delivery: Delivery) -> None:
        """Say that the file is written, or why it is not."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is None:
            self.written.emit()
        else:
            self.refused.emit(sentence_of(delivery.error))


def _writing(
    path: Path, frames: Sequence[Frame], pace: float, kind: str, control: Control
) -> Generator[object, None, None]:
    """Write the animation, whole or not at all."""

    def wanted(fraction: float) -> bool:
        control.report(fraction)
        return not control.told()

    yield None
    with suppress(GivenUp):
        save_bytes(path, written(frames, animating.durations(len(frames), pace), kind, wanted))


def _choice(name: str, told: str, choices: Sequence[str]) -> ComboBox:
    box = ComboBox()
    box.setObjectName(name)
    box.setAccessibleName(told)
    box.addItems([*choices])
    return box


def _place(name: str, told: str, last: int, value: int) -> SpinBox:
    box = SpinBox()
    box.setObjectName(name)
    box.setAccessibleName(told)
    box.setRange(0, last)
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    return box
