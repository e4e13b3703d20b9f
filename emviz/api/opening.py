"""Opens the window on a run from another program."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from emviz.machine import preflight
from emviz.pages.fit import Fit
from emviz.scenes import ENDING, HANDED
from emviz.scenes.writing import write


class Window(subprocess.Popen[bytes]):
    """The process of the window; ``wait`` returns when the window is closed."""

    def __repr__(self) -> str:
        return f"<the window of emviz, process {self.pid}>"


def open_window(fit: Fit) -> Window:
    """Open the window on a run, at its last half-step, and return at once.

    The window is a separate process: a notebook goes on, and the window stays open when the notebook ends.

    Parameters
    ----------
    fit : Fit
        The result of `emviz.fit`.

    Returns
    -------
    Window
        The process; its ``wait`` returns when the window is closed.

    Raises
    ------
    TypeError
        For a trace without the session it belongs to.
    RuntimeError
        If no window can open, for example on a server without a display; the message says what is missing.
    """
    if not isinstance(fit, Fit):
        raise TypeError(f"expected what emviz.fit returned, got a {type(fit).__name__}")
    # The process would report a problem to a terminal that a notebook does not show.
    problem = preflight.problem()
    if problem:
        raise RuntimeError(f"{problem}; in a notebook a trace shows itself without a window")
    path = Path(tempfile.mkdtemp(prefix="emviz-"), f"{fit.model}{ENDING}")
    path.write_text(write(fit.session), encoding="utf-8")
    # Not in the notebook's folder, where a file could be called numpy.py.
    command = [sys.executable, "-P", "-m", "emviz", str(path)]
    # In a new session, because interrupting or restarting a notebook affects all its processes.
    return Window(command, stdin=subprocess.DEVNULL, start_new_session=True, env=_environment(path))


def _environment(path: Path) -> dict[str, str]:
    """Return an environment in which emviz is found, and which makes it delete the file after reading."""
    folder = str(Path(__file__).parents[2])
    others = os.environ.get("PYTHONPATH")
    found = os.pathsep.join([folder, *([others] if others else [])])
    return {**os.environ, "PYTHONPATH": found, HANDED: str(path)}
