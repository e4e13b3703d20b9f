"""Draws the window without a screen."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, Qt, QTimer

from emviz.session import Session
from emviz.ui.application import create_application
from emviz.ui.exporting.animation.film import Frame
from emviz.ui.exporting.animation.recorder import Recorder
from emviz.ui.exporting.exports import picture_of
from emviz.ui.exporting.imaging import png_of
from emviz.ui.frame.places import NAMES
from emviz.ui.keeping import preferences
from emviz.ui.keeping.preferences import Preferences
from emviz.ui.window import MainWindow

#: Milliseconds between two checks whether an animation is still wanted.
TURN = 50


def draw(session: Session, size: tuple[int, int], theme: str) -> bytes:
    """Return a PNG of the window on a session, with all pictures finished.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels.
    theme : str
        "light" or "dark".
    """
    with _standing(session, size, theme) as window:
        _settle(window)
        return png_of(picture_of(window, 1.0))


def film(
    session: Session,
    size: tuple[int, int],
    theme: str,
    what: str,
    cursors: Sequence[int],
) -> Generator[float | None, None, list[Frame]]:
    """Return the frames of an animation of a run; yields the fraction done.

    Parameters
    ----------
    size : tuple of int
        Width and height of the window in pixels.
    theme : str
        "light" or "dark".
    what : str
        "window" or the name of a panel.
    cursors : sequence of int
        The half-steps, as indices into the trace.
    """
    with _standing(session, size, theme) as window:
        panels = dict(zip(NAMES, window.panels[2:], strict=True))
        recorder = Recorder(window, panels.get(what, window.desk), cursors)
        loop, turn = QEventLoop(), QTimer(interval=TURN)
        turn.timeout.connect(loop.quit)
        recorder.finished.connect(loop.quit)
        turn.start()
        recorder.begin()
        while len(recorder.frames) < len(cursors):
            loop.exec()
            yield len(recorder.frames) / len(cursors)
        return recorder.frames


@contextmanager
def _standing(session: Session, size: tuple[int, int], theme: str) -> Iterator[MainWindow]:
    """Yield a window that is never shown on a screen."""
    # The variable must outlive the window: Qt's application dies with its last Python reference.
    application = create_application()
    with TemporaryDirectory() as folder:
        # The user's preferences must neither affect the picture nor be changed by it.
        settings = preferences.settings_at(Path(folder, "emviz.ini"))
        shown = session.display
        chosen = Preferences(theme=theme, motion=False, decimals=shown.decimals, answers=shown.reference)
        preferences.save(settings, chosen)
        window = MainWindow(session, settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.setMinimumSize(1, 1)
        window.resize(*size)
        window.show()
        try:
            yield window
        finally:
            window.close()
            settings.sync()
    window.deleteLater()
    application.sendPostedEvents()


def _settle(window: MainWindow) -> None:
    """Wait until the last picture has arrived and been laid out."""
    loop = QEventLoop()
    window.pictures.settled.connect(loop.quit)
    if not window.pictures.idle:
        loop.exec()
    derivation = window.counts.derivation
    derivation.shown.connect(loop.quit)
    while derivation.isVisible() and derivation.busy:
        loop.exec()
    # Layouts and repaints are done in the next pass of the event loop.
    QTimer.singleShot(0, loop.quit)
    loop.exec()
