"""What the first screen does not need is imported when it is asked for, and shielded then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OPENED = """
import sys

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from emviz.em.pictures import Fold
from emviz.ui.application import create_application
from emviz.ui.commands.dialogs import Dialogs
from emviz.ui.panels.pictures import picture_of
from emviz.ui.window import MainWindow

application = create_application()
window = MainWindow(settings=QSettings(sys.argv[1], QSettings.Format.IniFormat))
window.show()
window.pictures.settled.connect(application.quit)
application.exec()
print(*sys.modules)
picture_of(Fold)
opened = window.findChild(Dialogs)
for open in (opened.compare, opened.start_often, opened.step_abreast, opened.hand_out, opened.animate):
    open()
print(*sys.modules)


def below(kind):
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


for kind in below(QWidget):
    for name, method in vars(kind).items():
        ours = kind.__module__.startswith("emviz") and name.endswith("Event")
        if ours and not hasattr(method, "__wrapped__"):
            print(kind.__module__, name)
window.close()
"""

LATE = {
    "emviz.handouts",
    "emviz.lessons",
    "emviz.api.report",
    "emviz.ui.abreast.dialog",
    "emviz.ui.exporting.animation.dialog",
    "emviz.ui.comparison.dialog",
    "emviz.ui.exporting.handout.dialog",
    "emviz.ui.opening.open_dialog",
    "emviz.ui.panels.pictures.fold",
    "emviz.ui.experiment.simulate_dialog",
    "emviz.ui.starts.dialog",
    "numpy.ma",
    "pyqtgraph.imageview",
}

WHOLE = """
import sys

import emviz.ui
import pyqtgraph
from PySide6.QtGui import QPen

late = "pyqtgraph.graphicsItems.ROI"
print(late in sys.modules, issubclass(type(pyqtgraph.mkPen("k")), QPen), pyqtgraph.Qt.QtGui.QPen is QPen)
print(issubclass(pyqtgraph.RectROI, pyqtgraph.ROI), late in sys.modules, hasattr(pyqtgraph, "Skipped"))
lean = set(vars(pyqtgraph)) - {"__getattr__"}
sys.meta_path = [each for each in sys.meta_path if type(each).__module__ != "emviz.ui.lean"]
for name in [name for name in sys.modules if name.startswith("pyqtgraph")]:
    del sys.modules[name]
import pyqtgraph
print(lean == set(vars(pyqtgraph)))
"""


@pytest.mark.thorough
def test_of_pyqtgraph_what_plots_need_is_imported_and_the_rest_when_it_is_asked_for():
    done = subprocess.run(
        [sys.executable, "-c", WHOLE],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["False True True", "True True False", "True"]


def test_the_first_screen_imports_what_it_needs_and_what_comes_later_is_shielded(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(tmp_path / "emviz.ini")],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    first, later, *unshielded = done.stdout.splitlines()
    assert not LATE & set(first.split())
    assert {"emviz.ui.abreast.dialog", "emviz.ui.comparison.dialog", "emviz.ui.starts.dialog"} <= set(
        later.split()
    )
    assert unshielded == []
