"""The Tab key: every stop is in sight, and shows that it has the focus."""

from itertools import groupby

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QGraphicsView

from emviz.em.views import ShareCell
from emviz.session import Arrangement, example_session
from emviz.ui import preferences
from emviz.ui.exports import picture_of
from emviz.ui.motion import SWITCH
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def still(qapp):
    """Let nothing move or blink but the focus."""
    flash = QApplication.cursorFlashTime()
    QApplication.setCursorFlashTime(0)
    qapp.setProperty(SWITCH, False)
    yield
    qapp.setProperty(SWITCH, None)
    QApplication.setCursorFlashTime(flash)


@pytest.fixture
def opened(qtbot, tmp_path):
    """Return a maker of windows after the first E-step, everything unfolded, a derivation open."""
    kept = []  # a window that nothing holds is garbage, perhaps before it is closed

    def made(model="coins"):
        window = MainWindow(example_session(model), preferences.settings_at(tmp_path / "emviz.ini"))
        kept.append(window)
        qtbot.addWidget(window)
        window.resize(1280, 720)
        with qtbot.waitActive(window):
            window.show()
        window.desk.pin(True)
        QTest.keyClick(window, Qt.Key.Key_PageDown)
        qtbot.waitUntil(lambda: window.store.session.cursor == 1 and window.pictures.idle, timeout=60_000)
        window.show_display({"cell": ShareCell(0, 0)})
        window.setup.limits.summary.setChecked(True)
        qtbot.waitUntil(lambda: not window.counts.derivation.busy)
        return window

    return made


def stops(window):
    """Go through the window with Tab, and yield each widget that has the focus."""
    window.desk.setFocus()
    seen = []
    while True:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        QApplication.processEvents()
        focus = QApplication.focusWidget()
        if focus in seen:
            return
        seen.append(focus)
        yield focus


def picture(window, widget):
    place = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-3, -3, 3, 3)
    return window.grab(place).toImage()


@pytest.mark.parametrize("model", ["coins", "gmm", "motif"])
def test_every_tab_stop_is_in_sight_and_shows_the_focus(opened, model):
    window = opened(model)
    dull, hidden, found = [], [], 0
    for widget in stops(window):
        found += 1
        focused = picture(window, widget)
        widget.clearFocus()
        QApplication.processEvents()
        name = widget.accessibleName() or widget.objectName()
        if picture(window, widget) == focused:
            dull.append((type(widget).__name__, name))
        drawn = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        whole = drawn.rect().size() == drawn.visibleRegion().boundingRect().size()
        if not whole:
            hidden.append((name, widget.rect(), widget.visibleRegion().boundingRect()))
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
    assert found > 25
    assert dull == []
    assert hidden == []


def test_a_ring_moves_nothing(opened):
    window = opened()
    plots = window.findChildren(QGraphicsView)
    assert len(plots) > 3
    before = [(each.geometry(), each.viewport().geometry()) for each in plots]
    for _ in stops(window):
        assert [(each.geometry(), each.viewport().geometry()) for each in plots] == before


def test_a_picture_of_a_plot_has_no_ring(opened):
    window = opened()
    window.bound.plot.setFocus()
    focused = picture_of(window.bound, 1.0)
    ring = window.bound.plot.grab().toImage()
    window.desk.setFocus()
    assert picture_of(window.bound, 1.0) == focused
    assert window.bound.plot.grab().toImage() != ring


@pytest.mark.parametrize(
    ("arrangement", "drawer", "order"),
    [
        (Arrangement.FOUR, True, ("setup", "data", "bound", "log_likelihood", "counts", "model_picture")),
        (Arrangement.STAGE, True, ("setup", "data", "counts", "bound", "model_picture")),
        (Arrangement.FOUR, False, ("bound", "log_likelihood", "counts", "model_picture")),
        (Arrangement.STAGE, False, ("counts", "bound", "model_picture")),
    ],
)
def test_tab_goes_where_the_eye_goes(opened, arrangement, drawer, order):
    window = opened()
    window.desk.pin(False)
    window.show_display({"arrangement": arrangement, "cell": None})
    if drawer:
        window.desk.toggle_setup()
    parts = {"transport": window.transport, "status": window.status}
    parts |= {name: getattr(window, name) for name in order}
    gone = list(stops(window))
    found = [next(name for name, part in parts.items() if part.isAncestorOf(stop)) for stop in gone]
    assert [name for name, _ in groupby(found)] == ["transport", *order, "status"]
    # The bar is one line.
    lefts = [
        stop.mapTo(window, QPoint()).x() for stop, name in zip(gone, found, strict=True) if name == found[0]
    ]
    assert lefts == sorted(lefts)
    # And the other way round.
    back = [QApplication.focusWidget()]
    while len(back) < len(gone):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        back.append(QApplication.focusWidget())
    assert back == [gone[0], *gone[:0:-1]]
