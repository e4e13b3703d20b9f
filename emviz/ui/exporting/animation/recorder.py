"""Steps a window through the half-steps of a run and records a frame of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from emviz import session as desk
from emviz.session import Session
from emviz.ui.exporting.animation.film import Frame, frame_of
from emviz.ui.exporting.exports import picture_of

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Milliseconds between two checks whether the panels are drawn.
LOOK = 5


class Recorder(QObject):
    """Records one frame per pass of the event loop, then returns to the previous half-step.

    Parameters
    ----------
    window : MainWindow
        Shows the half-steps.
    widget : QWidget
        The part of the window to record.
    cursors : sequence of int
        The half-steps, as indices into the trace.
    """

    #: The number of frames recorded.
    taken = Signal(int)
    #: All frames have been recorded.
    finished = Signal()

    def __init__(self, window: MainWindow, widget: QWidget, cursors: Sequence[int]) -> None:
        super().__init__(window)
        self.frames: list[Frame] = []
        self._window, self._widget, self._cursors = window, widget, cursors
        self._before: Session | None = None
        self._laid_out = False
        # A timer lets mouse and keyboard events go first.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Show the first half-step, with animated transitions switched off."""
        self._window.driver.pause()
        self._window.appearance.allow_motion(False)
        self._before = self._window.store.session
        self._show()

    @Slot()
    def stop(self) -> None:
        """Stop recording, and show the previous half-step again."""
        self._timer.stop()
        if self._before is None:
            return
        session, self._before = self._before, None
        self._window.appearance.allow_motion(self._window.preferences.motion)
        # Edits made in the meantime are kept.
        if self._window.store.session.run == session.run:
            self._window.driver.seek(session.cursor)

    def _show(self) -> None:
        store = self._window.store
        store.put(desk.seek(store.session, self._cursors[len(self.frames)]))
        self._laid_out = False
        self._timer.start(0)

    @Slot()
    def _look(self) -> None:
        """Record the frame once it is drawn and laid out."""
        if not self._drawn:
            self._laid_out = False
            self._timer.start(LOOK)
        elif not self._laid_out:
            # Layouts and repaints are done in the next pass of the event loop.
            self._laid_out = True
            self._timer.start(0)
        else:
            self._take()

    @property
    def _drawn(self) -> bool:
        derivation = self._window.counts.derivation
        derived = not (derivation.isVisible() and derivation.busy)
        return self._window.pictures.idle and self._window.rota.resting and derived

    def _take(self) -> None:
        if self._widget.isHidden():
            self._window.rota.render_all(unseen=True)
        self.frames.append(frame_of(picture_of(self._widget, 1.0)))
        self.taken.emit(len(self.frames))
        if self._before is None:  # a receiver of the signal has stopped the recording
            return
        if len(self.frames) < len(self._cursors):
            self._show()
        else:
            self.stop()
            self.finished.emit()
