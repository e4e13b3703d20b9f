"""A lecture in full screen that starts at θ(0) and afterwards restores the previous state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from emviz import session as desk
from emviz.session import Session, lecture_begun, lecture_ended
from emviz.ui.frame.folding import Fold

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


@dataclass(frozen=True)
class Before:
    """State of the window before a lecture.

    Parameters
    ----------
    session : Session
        The session, or the one from before a lesson.
    full : bool
        Whether the window was in full screen.
    fold : Fold
        Place of the setup.
    ringed : bool
        Whether the ring around the mouse was shown.
    """

    session: Session
    full: bool
    fold: Fold
    ringed: bool


class Lecture(QObject):
    """Starts and ends lectures, switches to full screen, and hides what the class should guess.

    Parameters
    ----------
    window : MainWindow
        The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before: Before | None = None
        #: The state that full screen hides: on X11 a window does not know then that it was maximised.
        self._hidden = Qt.WindowState.WindowNoState

    @property
    def given(self) -> bool:
        """Whether a lecture is in progress."""
        return self._before is not None

    @Slot()
    def begin(self) -> None:
        """Start at θ(0); does nothing during a lecture, because a clicker may send the key again."""
        window = self._window
        if self._before is None:
            window.driver.halt()
            session = window.store.session
            ringed = window.commands["ring"].isChecked()
            self._before = Before(window.lessons.own, window.isFullScreen(), window.desk.fold, ringed)
            if not window.lessons.running:
                window.store.put(lecture_begun(session))
            window.arranging.strip(True)
            self.fill_screen(True)
            window.pointer.hide_when_still(True)
            window.desk.setFocus()
            window.lessons.show()
        window.commands["present"].setChecked(True)

    @Slot()
    def end(self) -> None:
        """End the lecture, if one is in progress."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self._window
        window.driver.halt()
        window.pointer.hide_when_still(False)
        window.arranging.strip(False)
        self.fill_screen(before.full)
        if (walk := window.lessons.walk) is not None:
            # A lesson opened during the lecture kept the session with hidden answers as the user's.
            walk.before, walk.fold = lecture_ended(walk.before, before.session), before.fold
            window.lessons.show()
        else:
            window.store.put(lecture_ended(window.store.session, before.session))
        window.desk.refold(before.fold)
        if window.commands["ring"].isChecked() != before.ringed:
            window.commands["ring"].trigger()
        window.commands["present"].setChecked(False)

    # -- the screen -----------------------------------------------------------------------------------------

    @Slot(bool)
    def fill_screen(self, filling: bool) -> None:
        """Enter or leave full screen; leaving it ends a lecture."""
        if not filling and self.given:
            self.end()
            return
        window, full = self._window, Qt.WindowState.WindowFullScreen
        framed = window.windowState() & ~full
        if filling and not window.isFullScreen():
            self._hidden = framed
        window.setWindowState(framed | full if filling else framed | self._hidden)
        window.arranging.present(filling)
        window.commands["leave"].setEnabled(filling)
        window.commands["screen"].setChecked(filling)

    @Slot()
    def leave(self) -> None:
        """End the lecture, or leave full screen."""
        if self.given:
            self.end()
        elif self._window.isFullScreen():
            self.fill_screen(False)

    # -- what the class has seen ----------------------------------------------------------------------------

    @property
    def unseen(self) -> bool:
        """Whether a step would skip something the class has not seen yet: a scene or a pending half-step."""
        driver, lessons = self._window.driver, self._window.lessons
        owed = driver.ahead > driver.store.session.cursor and not driver.playing
        return lessons.arriving or (owed and (lessons.running or self.given))

    @Slot()
    def iterate(self) -> None:
        """Go to the end of the next M-step."""
        if not self.unseen:
            self._window.driver.iterate()

    # -- what is to be guessed ------------------------------------------------------------------------------

    @Slot(bool)
    def unveil(self, shown: bool) -> None:
        """Show or hide what the class should guess; an open question's answer comes first."""
        if self._window.lessons.asks:
            self._window.lessons.reveal()
            return
        session = self._window.store.session
        self._window.store.put(desk.show(session, session.display.unveil(shown)))

    @Slot(bool)
    def show_next(self, shown: bool) -> None:
        """Show or hide where the next M-step leads."""
        self._window.show_display({"next": shown})
