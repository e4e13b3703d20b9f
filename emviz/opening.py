"""Opens the window on a run of the API, beside the program that asks for it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from emviz.pages.fit import Fit
from emviz.scenes import ENDING
from emviz.scenes.writing import write


def open_window(fit: Fit) -> subprocess.Popen[bytes]:
    """Open the window on a run, at its last half-step, and return at once.

    The window is a program of its own: a notebook goes on, and the window stays when the notebook ends.

    Parameters
    ----------
    fit : Fit
        What `emviz.fit` returned.

    Returns
    -------
    Popen
        The program; its ``wait`` returns when the window is closed.

    Raises
    ------
    TypeError
        For a trace that does not know what it was run on.
    """
    if not isinstance(fit, Fit):
        raise TypeError(f"expected what emviz.fit returned, got a {type(fit).__name__}")
    path = Path(tempfile.mkdtemp(prefix="emviz-"), f"{fit.model}{ENDING}")
    path.write_text(write(fit.session), encoding="utf-8")
    return subprocess.Popen([sys.executable, "-m", "emviz", str(path)])
