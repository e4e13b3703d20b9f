"""A lecture in the full screen, from θ(0) on; afterwards everything is as it was."""

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
    """How everything was before a lecture.

    Parameters
    ----------
    session : Session
        What was on the desk, or what was there before a lesson.
    full : bool
        Whether the window filled the screen.
    fold : Fold
        Where the setup stood.
    ringed : bool
        Whether there was a ring around the mouse.
    """

    session: Session
    full: bool
    fold: Fold
    ringed: bool


class Lecture(QObject):
    """Begins and ends a lecture, fills the screen, and hides what the class should guess.

    Parameters
    ----------
    window : MainWindow
        The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before: Before | None = None

    @property
    def given(self) -> bool:
        """Whether a lecture is being given."""
        return self._before is not None

    @Slot()
    def begin(self) -> None:
        """Begin at θ(0); the key does nothing during a lecture, where a clicker may send it once more."""
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
        """End the lecture, if one is being given."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self._window
        window.driver.halt()
        window.pointer.hide_when_still(False)
        window.arranging.strip(False)
        self.fill_screen(before.full)
        if (walk := window.lessons.walk) is not None:
            # A lesson that began during the lecture took the session with the answers hidden for the user's.
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
        """Fill the screen with the pictures, or return to the window; a lecture ends with that."""
        if not filling and self.given:
            self.end()
            return
        window, full = self._window, Qt.WindowState.WindowFullScreen
        window.setWindowState(window.windowState() | full if filling else window.windowState() & ~full)
        window.arranging.present(filling)
        window.commands["leave"].setEnabled(filling)
        window.commands["screen"].setChecked(filling)

    @Slot()
    def leave(self) -> None:
        """End the lecture, or return from the full screen."""
        if self.given:
            self.end()
        elif self._window.isFullScreen():
            self.fill_screen(False)

    # -- what the class has seen ----------------------------------------------------------------------------

    @property
    def unseen(self) -> bool:
        """Whether a step would skip what a class has not seen: a scene, or a half-step under way."""
        driver, lessons = self._window.driver, self._window.lessons
        owed = driver.ahead > driver.store.session.cursor and not driver.playing
        return lessons.arriving or (owed and (lessons.running or self.given))

    @Slot()
    def iterate(self) -> None:
        """Go on to the end of the next M-step."""
        if not self.unseen:
            self._window.driver.iterate()

    # -- what is to be guessed ------------------------------------------------------------------------------

    @Slot(bool)
    def unveil(self, shown: bool) -> None:
        """Show, or hide, all that the class should guess; the answer to an open question first."""
        if self._window.lessons.asks:
            self._window.lessons.reveal()
            return
        session = self._window.store.session
        self._window.store.put(desk.show(session, session.display.unveil(shown)))

    @Slot(bool)
    def show_next(self, shown: bool) -> None:
        """Show where the next M-step leads, or leave it to be guessed."""
        self._window.show_display({"next": shown})
