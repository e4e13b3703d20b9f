"""Goes through the half-steps of a run in a window, and takes a picture of each when it is drawn."""

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

#: Milliseconds between two looks whether a picture is drawn.
LOOK = 5


class Recorder(QObject):
    """Takes one picture in a turn of the event loop; then the half-step from before is on display again.

    Parameters
    ----------
    window : MainWindow
        Shows the half-steps.
    widget : QWidget
        What of it is taken.
    cursors : sequence of int
        The half-steps, as places in the trace.
    """

    #: How many pictures there are.
    taken = Signal(int)
    #: All of them are.
    finished = Signal()

    def __init__(self, window: MainWindow, widget: QWidget, cursors: Sequence[int]) -> None:
        super().__init__(window)
        self.frames: list[Frame] = []
        self._window, self._widget, self._cursors = window, widget, cursors
        self._before: Session | None = None
        self._laid_out = False
        # A timer waits its turn behind the mouse and the keys.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Show the first half-step; nothing glides meanwhile."""
        self._window.driver.pause()
        self._window.appearance.allow_motion(False)
        self._before = self._window.store.session
        self._show()

    @Slot()
    def stop(self) -> None:
        """Give up, or come to the end: the half-step from before is on display again."""
        self._timer.stop()
        if self._before is None:
            return
        session, self._before = self._before, None
        self._window.appearance.allow_motion(self._window.preferences.motion)
        # What was edited meanwhile stays.
        if self._window.store.session.run == session.run:
            self._window.driver.seek(session.cursor)

    def _show(self) -> None:
        store = self._window.store
        store.put(desk.seek(store.session, self._cursors[len(self.frames)]))
        self._laid_out = False
        self._timer.start(0)

    @Slot()
    def _look(self) -> None:
        """Take the picture if it is drawn and laid out."""
        if not self._drawn:
            self._laid_out = False
            self._timer.start(LOOK)
        elif not self._laid_out:
            # Layouts and redraws wait for the loop to come round once more.
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
        if self._before is None:  # who heard of the picture has given up
            return
        if len(self.frames) < len(self._cursors):
            self._show()
        else:
            self.stop()
            self.finished.emit()
