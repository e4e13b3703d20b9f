"""The dialog that makes an animation of the run."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from emviz.data.writer import save_bytes
from emviz.em.rounding import decimal
from emviz.session import animating
from emviz.session.animating import USUAL, Reel
from emviz.ui.exporting.animation.film import KINDS, Frame, written
from emviz.ui.exporting.animation.recorder import Recorder
from emviz.ui.exporting.making_dialog import Maker, Making, MakingDialog
from emviz.ui.frame.places import NAMES
from emviz.ui.widgets.controls import choice_field
from emviz.ui.work.worker import Control

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

WINDOW = "Window"
#: Names of the panels in this dialog, in the order of their keys.
PANELS = dict(zip(("Lower bound", "Log-likelihood", "Counts", "Picture"), NAMES, strict=True))
EACH = ("half-step", "iteration")
#: Seconds per frame.
PACES = (0.2, 0.5, 1.0, 2.0, 5.0)
#: Fraction of the work done once all frames are taken.
TAKEN = 0.6


class AnimationDialog(MakingDialog):
    """Asks for the subject, the half-steps and the pace, then shows the progress.

    Parameters
    ----------
    window : MainWindow
        Supplies the frames.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__("animationDialog", "Animation", window)
        self.what = choice_field("what", "What is drawn", (WINDOW, *PANELS))
        self.kind = choice_field("kind", "Format", [ending[1:].upper() for ending in KINDS])
        self.each = choice_field("each", "A picture for each", EACH)
        self.pace = choice_field("pace", "Each is shown for", [f"{seconds:g} s" for seconds in PACES])
        self.pace.setCurrentIndex(PACES.index(USUAL))
        self._making = Making("animation", window.worker, self)
        self._making.writing = True
        self._recorder: Recorder | None = None
        self.arrange((self.what, self.kind, self.each, self.pace))
        self._making.written.connect(self.end)
        self._making.refused.connect(self.refuse)
        self._making.state_changed.connect(self._follow)

    @property
    def reel(self) -> Reel:
        """The half-steps to be recorded."""
        whole = self.each.currentText() == EACH[1]
        return animating.reel(self.window_shown.store.session, *self.ends, whole=whole)

    def outlook(self) -> str:
        """Return the number of frames and the length of the animation."""
        reel = self.reel
        seconds = sum(animating.durations(len(reel.cursors), self._pace)) / 1000
        return f"{reel.words}; {decimal(seconds, 1, grouped=True)} s, including the pause on the last one."

    def suggestion(self) -> str:
        """Return a suggested file name."""
        return f"{self.window_shown.store.session.model.key}{self._kind}"

    def make(self, path: Path) -> None:
        """Record the frames, then write the file."""
        reel = self.reel
        self._recorder = recorder = Recorder(self.window_shown, self._widget, reel.cursors)
        self._saved_text = f"Saved {path.name}: {reel.words}."
        recorder.taken.connect(partial(self._show_taken, of=len(reel.cursors)))
        recorder.finished.connect(partial(self._write, path))
        recorder.begin()

    def give_up(self) -> None:
        """Stop, and show the previous half-step again."""
        if self._recorder is not None:
            self._recorder.stop()
            self._recorder.deleteLater()
            self._recorder = None
        self._making.cancel()

    @property
    def _pace(self) -> float:
        return PACES[self.pace.currentIndex()]

    @property
    def _kind(self) -> str:
        return f".{self.kind.currentText().lower()}"

    @property
    def _widget(self) -> QWidget:
        panels = dict(zip(NAMES, self.window_shown.panels[2:], strict=True))
        name = PANELS.get(self.what.currentText())
        return self.window_shown.desk if name is None else panels[name]

    def _show_taken(self, taken: int, of: int) -> None:
        self.show_done(f"Picture {taken:,} of {of:,}", TAKEN * taken / of)

    def _write(self, path: Path) -> None:
        assert self._recorder is not None
        writing = partial(_writing, path, self._recorder.frames, self._pace, self._kind)
        self._making.start("Writing", writing)

    @Slot()
    def _follow(self) -> None:
        if self._making.progress is not None:
            fraction = TAKEN + (1 - TAKEN) * self._making.progress
            self.show_done(f"Writing {self._path.name}", fraction)


class Animations(Maker):
    """Opens the animation dialog."""

    def dialog(self, window: MainWindow) -> AnimationDialog:
        """Return the dialog for the current run."""
        return AnimationDialog(window)


def _writing(
    path: Path, frames: Sequence[Frame], pace: float, kind: str, control: Control
) -> Generator[object, None, None]:
    """Write the animation atomically."""
    yield None
    save_bytes(path, written(frames, animating.durations(len(frames), pace), kind, control.report))
