"""Opens the window on a run of the API, beside the program that asks for it."""

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
    """The program that has the window; ``wait`` returns when it is closed."""

    def __repr__(self) -> str:
        return f"<the window of emviz, process {self.pid}>"


def open_window(fit: Fit) -> Window:
    """Open the window on a run, at its last half-step, and return at once.

    The window is a program of its own: a notebook goes on, and the window stays when the notebook ends.

    Parameters
    ----------
    fit : Fit
        What `emviz.fit` returned.

    Returns
    -------
    Window
        The program; its ``wait`` returns when the window is closed.

    Raises
    ------
    TypeError
        For a trace that does not know what it was run on.
    RuntimeError
        Where no window can open, as on a server without a display; the text says what is missing.
    """
    if not isinstance(fit, Fit):
        raise TypeError(f"expected what emviz.fit returned, got a {type(fit).__name__}")
    # What the program itself would say of it goes to a terminal that a notebook does not show.
    problem = preflight.problem()
    if problem:
        raise RuntimeError(f"{problem}; in a notebook a trace shows itself without a window")
    path = Path(tempfile.mkdtemp(prefix="emviz-"), f"{fit.model}{ENDING}")
    path.write_text(write(fit.session), encoding="utf-8")
    # Not the folder of the notebook, in which anything may be called numpy.
    command = [sys.executable, "-P", "-m", "emviz", str(path)]
    # A session of its own: what interrupts or restarts a notebook does so to all of its processes.
    return Window(command, stdin=subprocess.DEVNULL, start_new_session=True, env=_environment(path))


def _environment(path: Path) -> dict[str, str]:
    """Return the environment: this emviz is found in it, and takes the file away once it has read it."""
    folder = str(Path(__file__).parents[2])
    others = os.environ.get("PYTHONPATH")
    found = os.pathsep.join([folder, *([others] if others else [])])
    return {**os.environ, "PYTHONPATH": found, HANDED: str(path)}
