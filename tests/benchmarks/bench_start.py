"""What a start costs until the first paint, next to a window of matplotlib with four plots.

Run as ``python tests/benchmarks/bench_start.py``. Whole processes are measured, in turn: the processor time
of all their threads, and the most memory that they held. Both draw with Qt, on the screen or in memory where
there is none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from measuring import Row, installed, print_table

ROOT = Path(__file__).resolve().parents[2]

EMVIZ = """
import gc
import os

# What the command does before it imports the window; to put an end to it, this has to come first.
gc.disable()
from emviz.console.cli import main
from emviz.models import model_named

model_named("coins")
from emviz.ui.lean import import_qt

import_qt()
import emviz.ui.app as app
from PySide6.QtCore import QTimer


class Painted(app.MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os._exit(0))


app.MainWindow = Painted
main([])
"""

FIGURE = """
import os

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

application = QApplication([])
canvas = FigureCanvasQTAgg(Figure())
for axes in canvas.figure.subplots(2, 2).flat:
    axes.plot([0, 1, 2], [1, 3, 2])
    axes.set_title("log P")
canvas.mpl_connect("draw_event", lambda event: QTimer.singleShot(0, lambda: os._exit(0)))
canvas.resize(1280, 720)
canvas.show()
application.exec()
"""

#: Runs a program, and prints what it used. The most memory of a process counts that of the one it was made
#: from, which lasts until it begins its own program: so it is made from one that holds next to nothing.
LAUNCHER = """
import os
import subprocess
import sys

quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
program = subprocess.Popen([sys.executable, "-c", sys.argv[1]], **quiet)
_, status, used = os.wait4(program.pid, 0)
program.returncode = os.waitstatus_to_exitcode(status)
print(program.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
#: How many of its units of memory a MiB has: a system says it in KiB, macOS in bytes.
UNITS = 2**20 if sys.platform == "darwin" else 2**10


def measured(code: str, folder: Path) -> tuple[float, float]:
    """Return the processor time of a program in milliseconds, and the MiB at its peak.

    Parameters
    ----------
    folder : Path
        For what programs remember, so that nobody's own settings are read or written.
    """
    own = {"EMVIZ_SETTINGS": str(folder / "emviz.ini"), "MPLCONFIGDIR": str(folder), "QT_API": "pyside6"}
    screen = (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("darwin", "win32")
    )
    if not screen:
        own["QT_QPA_PLATFORM"] = "offscreen"
    launched = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, code],
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    status, seconds, most = launched.stdout.split()
    assert status == "0"
    return 1000 * float(seconds), int(most) / UNITS


def rows(repeats: int = 9) -> Iterator[Row]:
    """Yield the line of the table."""
    sides = [EMVIZ, FIGURE] if installed("matplotlib") is not None else [EMVIZ]
    with TemporaryDirectory() as name:
        for code in sides:  # the first time Python compiles, and matplotlib looks for fonts
            measured(code, Path(name))
        turns = [[measured(code, Path(name)) for code in sides] for _ in range(repeats)]
    medians = [median(each) for side in zip(*turns, strict=True) for each in zip(*side, strict=True)]
    yield Row("start to first paint", *medians[:2], "matplotlib, four plots", *(medians[2:] or (None, None)))


if __name__ == "__main__":
    print_table(rows())
