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

#: Seconds after which one thread lets another have the interpreter.
SWITCH = 0.001
#: Milliseconds that a window which is closed waits for what is done in the background.
PATIENCE = 100
#: Milliseconds after which the window has been painted, and models of other packages are looked for.
PAINTED = 500


class FirstPaint(QObject):
    """Says when a window has been painted for the first time."""

    painted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False


def favour_window() -> None:
    """Have Python give the window its turn at once.

    All that has been made so far is left out of garbage collections: the window stays until the end, and
    looking through it again and again as steps pile up costs up to 70 ms. The background thread lets go
    of the interpreter after 1 ms rather than 5, which the window would otherwise wait for at every turn.
    """
    gc.freeze()
    sys.setswitchinterval(SWITCH)


def run(path: str | None, model: str | None) -> NoReturn:
    """Open the window, and end the process when it is closed.

    Parameters
    ----------
    path : str or None
        A file of data to open.
    model : str or None
        The key of the model to begin with.

    Raises
    ------
    ParameterError
        Where there is no such model.
    """
    application = create_application()
    worker = Worker(held=True)
    window = MainWindow(example_session(model or FIRST_MODEL), worker=worker)
    # What is computed before the window is there would only keep it waiting.
    FirstPaint(window).painted.connect(worker.release)
    window.worker.patience = PATIENCE
    guard = Guard(window)
    guard.install()
    # Ctrl+C in the terminal ends the program: Python's own handler would wait for Qt.
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
    """Return what keeps unsaved work, and offers it after a crash; None, and a sentence, where it cannot."""
    try:
        recovery = Recovery(window, unsaved_folder())
    except OSError as error:
        window.status.refuse(f"Unsaved work cannot be kept: {sentence_of(error)}")
        return None
    QTimer.singleShot(PAINTED, recovery.look)
    return recovery


def leave(status: int) -> NoReturn:
    """End the process at once.

    All is saved by now. To destroy the window piece by piece takes up to seconds; and a thread that is in
    the middle of a long calculation would be destroyed while it runs, which Qt answers by aborting.
    """
    for stream in (sys.stdout, sys.stderr):
        # A program without a terminal has none.
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(status)
