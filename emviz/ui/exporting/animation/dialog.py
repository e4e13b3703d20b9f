"""Asks what of the run is to be an animation, and makes it while the dialog shows how far it is."""

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
#: What the panels are called here, in the order of their keys.
PANELS = dict(zip(("Lower bound", "Log-likelihood", "Counts", "Picture"), NAMES, strict=True))
EACH = ("half-step", "iteration")
#: Seconds that a picture may stand.
PACES = (0.2, 0.5, 1.0, 2.0, 5.0)
#: The part of the work that is done when the last picture is taken.
TAKEN = 0.6


class AnimationDialog(MakingDialog):
    """What, which half-steps, how long each; and then how far the animation is.

    Parameters
    ----------
    window : MainWindow
        Draws the pictures.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__("animationDialog", "Animation", window)
        self.what = choice_field("what", "What is drawn", (WINDOW, *PANELS))
        self.kind = choice_field("kind", "Format", [ending[1:].upper() for ending in KINDS])
        self.each = choice_field("each", "A picture for each", EACH)
        self.pace = choice_field("pace", "Each stands", [f"{seconds:g} s" for seconds in PACES])
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
        """The half-steps that have been chosen."""
        whole = self.each.currentText() == EACH[1]
        return animating.reel(self.window_shown.store.session, *self.ends, whole=whole)

    def outlook(self) -> str:
        """Return how many pictures that makes, and how long they take."""
        reel = self.reel
        seconds = sum(animating.durations(len(reel.cursors), self._pace)) / 1000
        return f"{reel.told}; {decimal(seconds, 1, grouped=True)} s with the last one held."

    def suggestion(self) -> str:
        """Return the name of a file."""
        return f"{self.window_shown.store.session.model.key}{self._kind}"

    def make(self, path: Path) -> None:
        """Take the pictures, then have them written."""
        reel = self.reel
        self._recorder = recorder = Recorder(self.window_shown, self._widget, reel.cursors)
        self._told = f"Saved {path.name}: {reel.told}."
        recorder.taken.connect(partial(self._show_taken, of=len(reel.cursors)))
        recorder.finished.connect(partial(self._write, path))
        recorder.begin()

    def give_up(self) -> None:
        """Stop; the half-step from before is on display again."""
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
        self.note.setText(f"Writing {path.name}")
        writing = partial(_writing, path, self._recorder.frames, self._pace, self._kind)
        self._making.start("Writing", writing, 0.0)

    @Slot()
    def _follow(self) -> None:
        if self._making.progress is not None:
            self.progress.show_fraction(TAKEN + (1 - TAKEN) * self._making.progress)


class Animations(Maker):
    """Opens the dialog of an animation."""

    def dialog(self, window: MainWindow) -> AnimationDialog:
        """Return the dialog, on the run in front."""
        return AnimationDialog(window)


def _writing(
    path: Path, frames: Sequence[Frame], pace: float, kind: str, control: Control
) -> Generator[object, None, None]:
    """Write the animation, whole or not at all."""
    yield None
    save_bytes(path, written(frames, animating.durations(len(frames), pace), kind, control.report))
