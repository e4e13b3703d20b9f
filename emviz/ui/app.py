"""Starts the window."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from emviz.scenes import HANDED
from emviz.session import example_session
from emviz.session.state import FIRST_MODEL
from emviz.ui.application import create_application
from emviz.ui.errors import Guard, sentence_of
from emviz.ui.experiment.model_selector import Guests
from emviz.ui.keeping.preferences import unsaved_folder
from emviz.ui.keeping.recovery import Recovery
from emviz.ui.window import MainWindow
from emviz.ui.work.worker import Worker

#: Seconds after which a thread releases the interpreter to another one.
SWITCH = 0.001
#: Milliseconds that a closing window waits for background work.
PATIENCE = 100
#: Milliseconds until the search for third-party models starts; the window has been painted by then.
PAINTED = 500


class FirstPaint(QObject):
    """Signals the first paint of a window."""

    painted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False


def favour_window() -> None:
    """Configure Python so that the GUI thread never waits long.

    Objects created so far are excluded from garbage collection: the window lives until the end, and
    traversing it repeatedly during a run costs up to 70 ms. The background thread releases the interpreter
    after 1 ms instead of 5, a delay that the window would meet at every turn.
    """
    gc.freeze()
    sys.setswitchinterval(SWITCH)


def run(path: str | None, model: str | None) -> NoReturn:
    """Open the window, and end the process when it is closed.

    Parameters
    ----------
    path : str or None
        A data file to open.
    model : str or None
        Key of the model to start with.

    Raises
    ------
    ParameterError
        If there is no such model.
    """
    application = create_application()
    worker = Worker(held=True)
    window = MainWindow(example_session(model or FIRST_MODEL), worker=worker)
    # Background work would delay the first paint, so it starts afterwards.
    FirstPaint(window).painted.connect(worker.release)
    window.worker.patience = PATIENCE
    guard = Guard(window)
    guard.install()
    # Ctrl+C in the terminal ends the program. Python's own handler would only run when Qt calls Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.show()
    guests = Guests(window.worker, window.setup.model, window.status, window)
    QTimer.singleShot(PAINTED, guests.look)
    recovery = recovering(window)
    favour_window()
    if path is not None:
        handed = os.environ.pop(HANDED, None) == path
        (window.document.receive if handed else window.setup.read_path)(Path(path))
    status = application.exec()
    if recovery is not None:
        recovery.leave()
    guard.remove()
    leave(status)


def recovering(window: MainWindow) -> Recovery | None:
    """Return the object that saves unsaved work; None, with a message, if that is impossible."""
    try:
        recovery = Recovery(window, unsaved_folder())
    except OSError as error:
        window.status.refuse(f"Unsaved work cannot be kept: {sentence_of(error)}")
        return None
    QTimer.singleShot(PAINTED, recovery.look)
    return recovery


def leave(status: int) -> NoReturn:
    """End the process at once.

    Everything has been saved. Destroying the window piece by piece takes up to seconds, and Qt aborts if a
    thread is destroyed in the middle of a calculation.
    """
    for stream in (sys.stdout, sys.stderr):
        # There is no standard output without a terminal.
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(status)
