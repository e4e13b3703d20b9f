"""Puts the window at a step of a model, and waits until all of it is drawn."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from PySide6.QtCore import QElapsedTimer, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.session import example_session
from emviz.ui.keeping import preferences
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.style import USUAL
from emviz.ui.window import MainWindow

#: Milliseconds that a picture may take at the most.
PATIENCE = 120_000
#: The moments of a lesson, and the command that leads to each from the one before.
MOMENTS = {"θ(0)": "", "after E": "step", "after M": "step", "at the end": "run"}


@dataclass(frozen=True)
class Look:
    """A size of the window, a theme, and a size of the text."""

    size: QSize
    theme: str = "light"
    points: int = USUAL

    def __str__(self) -> str:
        return f"{self.size.width()}-{self.theme}-{self.points}"


def opened(key: str, look: Look) -> MainWindow:
    """Return a window on the first example of a model."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setProperty(SWITCH, False)
    settings = preferences.settings_at(Path(tempfile.mkdtemp()) / "hall.ini")
    settings.setValue("theme", look.theme)
    settings.setValue("points", str(look.points))
    settings.setValue("motion", "false")
    window = MainWindow(example_session(key), settings)
    window.resize(look.size)
    window.show()
    settle(window)
    return window


def moments(window: MainWindow, names: tuple[str, ...]) -> Iterator[str]:
    """Go from one moment to the next, and yield the name of each when it is drawn."""
    for name in names:
        before = window.store.session.cursor
        if MOMENTS[name]:
            window.commands[MOMENTS[name]].trigger()
            _wait(lambda before=before: window.store.session.cursor != before)
        settle(window)
        yield name


def settle(window: MainWindow) -> None:
    """Wait until nothing is being computed any more, and everything is laid out."""
    for _ in range(3):
        _wait(lambda: _rests(window))
        QTest.qWait(60)


def _wait(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    waited = QElapsedTimer()
    waited.start()
    while not done():
        assert not waited.hasExpired(PATIENCE), "the window is still at work"
        QApplication.processEvents()
        # What computes in the background has its turn; `QTest.qWait` would hold it up.
        sleep(0.02)


def _rests(window: MainWindow) -> bool:
    """Return whether all is drawn: what is computed in the background, and a derivation in sight, too."""
    derivation = window.counts.derivation
    if derivation.isVisible() and derivation.busy:
        return False
    blocks, session = window.counts._blocks, window.store.session
    seen = blocks is None or blocks.holds(session) or not window.counts.in_sight()
    working = window.driver.busy or window.driver.running or not window.pictures.idle
    return seen and not working and window.rota.resting
