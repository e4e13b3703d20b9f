"""The Tab key: every stop is in sight, and shows that it has the focus."""

from itertools import groupby

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QFrame,
    QGraphicsView,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTableWidget,
    QTextBrowser,
    QToolButton,
)
from standing import stand_for

from emviz.em.counts.table import ShareCell
from emviz.session import Arrangement
from emviz.ui.exporting.exports import picture_of
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.style import dress
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.widgets.controls import ComboBox, Slider, SpinBox

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
def opened(window_with, qtbot):
    """Return what shows a model after its first E-step, everything unfolded, a derivation open."""

    def shown(model="coins"):
        window = window_with(model, (1280, 720), pinned=True)
        QTest.keyClick(window, Qt.Key.Key_PageDown)
        qtbot.waitUntil(lambda: window.store.session.cursor == 1 and window.pictures.idle)
        # The share of a motif's first start is no column in sight, and a cell out of sight has no ring.
        window.show_display({"cell": ShareCell(0, 0) if model != "motif" else None})
        window.setup.limits.summary.setChecked(True)
        qtbot.waitUntil(lambda: not window.counts.derivation.busy)
        return window

    return shown


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


def light(image):
    """Return how bright each pixel of a picture is, as contrast is told from (W3C, WCAG 2.1)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    red, green, blue = lines[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).T / 255
    parts = [np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) for c in (red, green, blue)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05


def ring(focused, plain):
    """Return how wide and high that is, and how many pixels, whose contrast with what was there is 3."""
    ratio = light(focused) / light(plain)
    across, down = np.nonzero(np.maximum(ratio, 1 / ratio) >= 3)
    return (np.ptp(across) + 1, np.ptp(down) + 1, len(down)) if len(down) else (0, 0, 0)


def is_ringed(widget, focused, plain):
    """Return whether a ring is seen around a widget, or around the cell of a table that the keys are at."""
    width, height, pixels = ring(focused, plain)
    sizes = [widget.size()]
    if isinstance(widget, QAbstractItemView) and widget.currentIndex().isValid():
        sizes.append(widget.visualRect(widget.currentIndex()).size())
    return any(
        width >= 0.9 * size.width()
        and height >= 0.85 * size.height()
        and pixels >= 0.75 * 2 * (size.width() + size.height())
        for size in sizes
    )


def in_a_box(widget):
    widget.setProperty("role", "stop")
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return widget


def with_role(widget, role):
    widget.setProperty("role", role)
    widget.setText("One")
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return widget


KINDS = {
    "button": lambda: QPushButton("One"),
    "tool": lambda: with_role(QToolButton(), ""),
    "bare": lambda: with_role(QToolButton(), "bare"),
    "primary": lambda: with_role(QPushButton(), "primary"),
    "primary tool": lambda: with_role(QToolButton(), "primary"),
    "check box": lambda: QCheckBox("One"),
    "radio button": lambda: QRadioButton("One"),
    "line": lambda: QLineEdit("One"),
    "number": SpinBox,
    "choice": ComboBox,
    "page": QTextBrowser,
    "text": QPlainTextEdit,
    "slider": lambda: Slider(Qt.Orientation.Horizontal),
    "table": lambda: QTableWidget(2, 2),
    "list": QListWidget,
    "scrolled": lambda: in_a_box(QScrollArea()),
    "plot": lambda: Plot("One"),
}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", ["", "card"])
def test_every_kind_of_control_has_a_ring_of_contrast_three(qapp, qtbot, theme, role):
    dress(qapp, theme, 11)
    room = QMainWindow()
    qtbot.addWidget(room)
    frame = QFrame()
    frame.setProperty("role", role)
    room.setCentralWidget(frame)
    grid = QGridLayout(frame)
    made = {name: kind() for name, kind in KINDS.items()}
    for place, widget in enumerate(made.values()):
        widget.setMinimumSize(120, 40)
        grid.addWidget(widget, place // 4, place % 4)
    with qtbot.waitActive(room):
        room.show()
    dull = []
    for name, widget in made.items():
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        focused = picture(room, widget)
        widget.clearFocus()
        if not is_ringed(widget, focused, picture(room, widget)):
            dull.append((name, ring(focused, picture(room, widget))))
    assert dull == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("model", "theme"),
    stand_for([("coins", "dark"), ("gmm", "light"), ("motif", "dark")], [("gmm", "light")]),
)
def test_every_tab_stop_is_in_sight_and_shows_the_focus(opened, model, theme):
    window = opened(model)
    window.appearance.choose(theme)
    dull, hidden, found = [], [], 0
    for widget in stops(window):
        found += 1
        focused = picture(window, widget)
        widget.clearFocus()
        QApplication.processEvents()
        name = widget.accessibleName() or widget.objectName()
        if not is_ringed(widget, focused, picture(window, widget)):
            dull.append((type(widget).__name__, name, ring(focused, picture(window, widget))))
        drawn = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        whole = drawn.rect().size() == drawn.visibleRegion().boundingRect().size()
        if not whole:
            hidden.append((name, widget.rect(), widget.visibleRegion().boundingRect()))
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
    assert found > 25
    assert dull == []
    assert hidden == []


@pytest.mark.thorough
def test_a_ring_moves_nothing(opened):
    window = opened()
    plots = window.findChildren(QGraphicsView)
    assert len(plots) > 3
    before = [(each.geometry(), each.viewport().geometry()) for each in plots]
    for _ in stops(window):
        assert [(each.geometry(), each.viewport().geometry()) for each in plots] == before


@pytest.mark.thorough
def test_a_picture_of_a_plot_has_no_ring(opened):
    window = opened()
    window.bound.plot.setFocus()
    focused = picture_of(window.bound, 1.0)
    ring = window.bound.plot.grab().toImage()
    window.desk.setFocus()
    assert picture_of(window.bound, 1.0) == focused
    assert window.bound.plot.grab().toImage() != ring


#: What is on the way from the transport to the status.
ORDERS = [
    (Arrangement.FOUR, True, ("setup", "data", "bound", "log_likelihood", "counts", "model_picture")),
    (Arrangement.STAGE, True, ("setup", "data", "counts", "bound", "model_picture")),
    (Arrangement.FOUR, False, ("bound", "log_likelihood", "counts", "model_picture")),
    (Arrangement.STAGE, False, ("counts", "bound", "model_picture")),
]


@pytest.mark.thorough
@pytest.mark.parametrize(("arrangement", "drawer", "order"), stand_for(ORDERS, ORDERS[:1]))
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
