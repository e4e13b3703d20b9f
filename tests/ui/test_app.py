"""The program as a process: it ends when its window is closed, whatever it is doing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from standing import stand_for

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from emviz.ui import app
from emviz.ui.window import MainWindow

begun = threading.Event()

def stuck(control):
    begun.set()
    threading.Event().wait()
    yield None

def do_and_close():
    (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    what = sys.argv[1]
    if not window.worker.isRunning():
        # It waits for the first paint.
        QTimer.singleShot(10, do_and_close)
        return
    if what == "stuck":
        window.worker.submit("tool", stuck)
        begun.wait()
    elif what == "run":
        window.driver.run()
    window.commands["quit"].trigger()

application = app.create_application()
QTimer.singleShot(0, do_and_close)
print("opened")
app.run(None, "coins")
"""


@pytest.mark.parametrize("doing", stand_for(["nothing", "run", "stuck"], ["stuck"]))
def test_the_process_ends_well_when_the_window_is_closed(doing, tmp_path):
    own = {"QT_QPA_PLATFORM": "offscreen", "EMVIZ_SETTINGS": str(tmp_path / "emviz.ini")}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, doing],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "opened\n"
    assert "QThread" not in ended.stderr
    assert "splitters" in (tmp_path / "emviz.ini").read_text()
