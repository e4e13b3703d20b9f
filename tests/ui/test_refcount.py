"""A redraw takes nothing from the interpreter: below Python 3.12 a lost reference to None ends in a crash."""

import ctypes
import sys

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from showing import go, hand

from emviz import session as desk
from emviz.em.objective.bound import segment
from emviz.ui.keeping import preferences
from emviz.ui.look.motion import SWITCH
from emviz.ui.window import MainWindow

pytestmark = [
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal, its count stands still"),
    # The screenless platform has nothing to raise a window on, and says so.
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
REDRAWS, MOST_LOST = 200, 1_000


class Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def panel(qtbot, tmp_path):
    """The bound panel, in its place in the window."""
    QApplication.instance().setProperty(SWITCH, False)
    window = MainWindow(None, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window.bound
    QApplication.instance().setProperty(SWITCH, None)


@pytest.fixture
def scenes():
    """Two half-steps of different iterations, each with its slice."""
    session = desk.example_session()
    for _ in range(4):
        session = desk.step(session)
    walked = [desk.seek(session, cursor) for cursor in (1, 3)]
    return [
        (each, segment(each.model, each.data, each.round.base, desk.target(each), points=25))
        for each in walked
    ]


def lost(redraw):
    """Return how many references to None the redraws take away; no more of them than are needed to tell."""
    before = sys.getrefcount(None)
    for count in range(REDRAWS):
        redraw(count)
        if before - sys.getrefcount(None) > MOST_LOST:
            break
    return before - sys.getrefcount(None)


@pytest.mark.thorough
def test_redraws_of_the_bound_lose_no_reference_to_none(panel, scenes):
    paints, canvas = Paints(), panel.plot.viewport()
    canvas.installEventFilter(paints)

    def redraw(count):
        session, drawn = scenes[count % 2]
        go(panel, session)
        hand(panel, session, slice=drawn)
        canvas.repaint()

    assert lost(redraw) <= MOST_LOST
    assert paints.count >= REDRAWS
    _, drawn = scenes[(REDRAWS - 1) % 2]
    assert panel.bound_curve.getData()[0].size == drawn.positions.size


def test_a_loss_would_be_noticed():
    """Six references for each redraw, as a faulty binding would drop them; they are given back."""
    dropped = 0

    def redraw(count):
        nonlocal dropped
        for _ in range(6):
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(None))
            dropped += 1

    try:
        assert lost(redraw) > MOST_LOST
    finally:
        for _ in range(dropped):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(None))
