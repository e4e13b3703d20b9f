"""A lecture: it hides what the class should guess, a clicker drives it, and afterwards all is as it was."""

import re
from itertools import islice, product

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QTableView,
    QWidget,
)
from standing import stand_for

from emviz import session as desk
from emviz.em.counts.table import Entry, ShareCell
from emviz.em.methods import BY_HALVES, method_named
from emviz.em.model import Phase
from emviz.models import discover
from emviz.session import Arrangement, example_session
from emviz.ui.frame.folding import Side
from emviz.ui.keeping import preferences
from emviz.ui.look import appearance
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.style import em_for
from emviz.ui.panels.plot.canvas import Canvas
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.widgets.handle import Handle
from emviz.ui.window import MainWindow

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CASES = [
    (model.key, method.key)
    for model in discover()
    for method in BY_HALVES
    if not method.refusal(example_session(model.key).model, example_session(model.key).data)
]
NUMBER = re.compile(r"(?<![\d.])[−-]?\d+\.\d{3,}")
#: Words of marks and lines that are hidden.
TOLD = (
    "P highest at",
    "g highest at",
    "map is highest",
    "mirror maximum",
    "saddle",
    "complete data",
    "hard EM (",
    "True logo: ",
    "truth at",
)
#: Rows of a table that are read, wherever in the data they stand, and of whose numbers all are known.
ROWS, KNOWN = 12, 500


@pytest.fixture
def opened(qtbot, tmp_path, qapp, monkeypatch):
    """Return a maker of windows in which nothing glides, and text is as large as in a lecture, or follows."""
    kept, follows = [], appearance._em_of
    qapp.setProperty(SWITCH, False)

    def made(session=None, size=(1280, 720), following=False):
        em = em_for(size[1], full_screen=True)
        monkeypatch.setattr(appearance, "_em_of", follows if following else lambda window: em)
        window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
        kept.append(window)
        qtbot.addWidget(window)
        window.allow_motion(False)
        window.resize(*size)
        with qtbot.waitActive(window):
            window.show()
        settle(qtbot, window)
        return window

    yield made
    for window in kept:
        window.lecture.end()
    qapp.setProperty(SWITCH, None)


def settle(qtbot, window):
    driver = window.driver

    def rests():
        doing = driver.busy or driver._owed or driver._edits or driver._asked
        doing = doing or window.appearance._settling.isActive()
        return not doing and window.pictures.idle and window.rota.resting

    qtbot.waitUntil(rests)
    # What was asked of layouts is done.
    QApplication.processEvents()


def press(qtbot, window, *keys):
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or window, key)
        settle(qtbot, window)


def texts(widget):
    """Yield all that a widget says: to the eye, under the mouse, to a screen reader."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(min(widget.count(), ROWS)))
    elif isinstance(widget, Canvas):
        yield from widget.texts
    elif isinstance(widget, Plot):
        yield from (label.text for label in widget.overlay.drawing.labels)
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        for row in range(min(model.rowCount(), ROWS)):
            for column in range(min(model.columnCount(), 2 * ROWS)):
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                    yield str(model.index(row, column).data(role) or "")
    plan = getattr(widget, "plan", None)
    yield from (text.text for text in getattr(plan, "texts", ()) if hasattr(text, "text"))


def said(qtbot, window):
    """Return all that the window says, with each picture of the model in turn."""
    found = [window.windowTitle()]
    for title in window.model_picture.titles or ("",):
        window.show_display({"picture": title})
        settle(qtbot, window)
        # Panels that are not in sight say nothing.
        found += [
            text for widget in window.findChildren(QWidget) if widget.isVisible() for text in texts(widget)
        ]
    return found


def flat(params):
    return np.concatenate([np.ravel(field) for field in params]).tolist()


def answers(session):
    """Return the numbers that a class should guess."""
    secret = [] if session.truth is None else flat(session.truth)
    complete, single = desk.reference(session), desk.single(session)
    for reference in filter(None, (complete, single)):
        secret += [reference.objective, *flat(reference.params)]
    if session.step.phase is Phase.E:
        ahead = desk.step(session)
        secret += [*flat(ahead.step.params), ahead.step.expectation.objective, ahead.step.bound]
    return secret


def known(session):
    """Return the numbers that may be said: those of θ so far, and of the table."""
    open_ = []
    for step in islice(session.trace, session.cursor + 1):
        open_ += [*flat(step.params), step.expectation.objective]
    rows = np.arange(min(KNOWN, session.table.rows))
    table = session.model.count_table(session.data, session.round, rows)
    for numbers in (table.shares, table.counts, table.totals):
        open_ += [] if numbers is None else np.ravel(numbers).tolist()
    return [*open_, 0.0, 1.0, 0.5]


def told_of(texts, secret, open_):
    """Return the numbers among texts that are secret ones, rounded, and none that is known."""
    secret, open_ = np.array(secret), np.array(open_)
    found = set()
    for text in texts:
        for token in NUMBER.findall(text):
            value, half = float(token.replace("−", "-")), 0.51 * 10.0 ** -len(token.partition(".")[2])
            # Of many parameters some three digits are those of any number.
            if half < 1e-4 or len(secret) < 20:
                hit = (np.abs(secret - value) <= half).any()
                if hit and not (np.abs(open_ - value) <= half).any():
                    found.add(token)
    return found


def titled(texts, words):
    return [text for text in texts if any(word in text for word in words)]


@pytest.mark.parametrize(
    ("key", "method"),
    stand_for(CASES, [("coins", "em")]),
)
def test_what_should_be_guessed_is_nowhere_until_it_is_revealed(opened, qtbot, key, method):
    session = desk.set_method(example_session(key), method_named(method))
    window = opened(desk.shown(session, {"decimals": 6, "arrangement": Arrangement.FOUR}))
    window.store.put(desk.shown(window.store.session, {"decimals": 6}))
    press(qtbot, window, Qt.Key.Key_F5)
    for _ in range(3):
        heard, session = said(qtbot, window), window.store.session
        found = told_of(heard, answers(session), known(session))
        assert found == set(), [text for text in heard if any(each in text for each in found)]
        assert titled(heard, TOLD) == []
        assert not (session.step.phase is Phase.E and titled(heard, ("maximum of g",)))
        press(qtbot, window, Qt.Key.Key_PageDown)
    press(qtbot, window, Qt.Key.Key_A)
    assert window.store.session.display.open


@pytest.mark.thorough
def test_the_search_finds_what_is_revealed(opened, qtbot):
    window = opened(size=(1600, 1000), following=True)
    window.show_display({"decimals": 6, "slice": Entry("heads", (0,))})
    press(qtbot, window, Qt.Key.Key_PageDown, Qt.Key.Key_A)
    session = window.store.session
    heard = said(qtbot, window)
    # The estimates of Figure 1a, and θ_A(1) of Figure 1b, which the bound reaches along θ_A.
    assert told_of(heard, answers(session), known(session)) >= {"0.8000000", "0.4500000", "0.713"}
    assert len(titled(heard, TOLD)) > 5


@pytest.mark.thorough
@pytest.mark.parametrize("key", stand_for(["coins", "hmm", "motif", "tomography"], ["motif"]))
def test_nothing_moves_when_it_is_revealed(opened, qtbot, key):
    window = opened(example_session(key), (1280, 800), following=True)
    press(qtbot, window, Qt.Key.Key_F5, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    for title in window.model_picture.titles:
        window.show_display({"picture": title, "reference": False, "revealed": False, "next": False})
        settle(qtbot, window)
        before = places(window)
        window.show_display({"reference": True, "revealed": True, "next": True})
        settle(qtbot, window)
        (parts, widths), (after, later) = before, places(window)
        assert {
            name: (parts[name], after.get(name)) for name in parts if after.get(name) != parts[name]
        } == {}
        assert (after.keys(), later) == (parts.keys(), widths), title


def places(window):
    """Return where every panel, picture, table and plot stands, and how wide the columns are."""
    parts = [*window.panels, *window.findChildren(Plot), *window.findChildren(Canvas)]
    tables = [each for each in window.counts.findChildren(QAbstractItemView) if each.isVisible()]
    found = {
        (type(part).__name__, part.objectName(), part.accessibleName()): part.rect().translated(
            part.mapTo(window, QPoint())
        )
        for part in (*parts, *tables)
        if part.isVisible()
    }
    widths = [
        [each.columnWidth(column) for column in range(min(9, each.model().columnCount()))]
        for each in tables
        if isinstance(each, QTableView)
    ]
    return found, widths


# -- beginning and end ---------------------------------------------------------------------------------------


def chrome(window):
    """Return what is there for the hand."""
    boxes = [window.counts.decimals, window.bound.choice, window.transport.menu, window.menuBar()]
    buttons = [panel.enlarge for panel in window.panels]
    parts = [*boxes, *buttons, *window.findChildren(Handle), window.setup, window.data]
    return [part.accessibleName() or part.objectName() for part in parts if part.isVisible()]


def state(window):
    # What was asked of layouts is done.
    QApplication.processEvents()
    display, commands = window.store.session.display, window.commands
    return {
        "display": display,
        "size": window.size(),
        "full": window.isFullScreen(),
        "side": window.desk.side,
        "shares": window.desk.hall.shares,
        "chrome": chrome(window),
        "trace": window.store.session.trace,
        "cursor": window.store.session.cursor,
        "hints": [panel.hint.text() for panel in window.panels],
        "ticked": [action.objectName() for action in commands.all() if action.isChecked()],
    }


@pytest.mark.parametrize(
    ("full", "folded"), stand_for(list(product([False, True], repeat=2)), [(True, True)])
)
def test_afterwards_everything_is_as_before(opened, qtbot, full, folded):
    window = opened(size=(1280, 820), following=not full)
    press(qtbot, window, *[Qt.Key.Key_PageDown] * 3 if folded else [])
    window.show_display({"arrangement": Arrangement.STAGE, "upper": "likelihood", "revealed": True})
    if full:
        press(qtbot, window, Qt.Key.Key_F11)
    window.show_display({"row": 2})
    settle(qtbot, window)
    before = state(window)
    press(qtbot, window, Qt.Key.Key_F5)
    assert window.isFullScreen()
    assert chrome(window) == []
    assert window.store.session.step.phase is Phase.START
    press(qtbot, window, Qt.Key.Key_PageDown, Qt.Key.Key_A, Qt.Key.Key_S, Qt.Key.Key_3, Qt.Key.Key_O)
    press(qtbot, window, Qt.Key.Key_E)
    assert window.desk.side is Side.OVER
    press(qtbot, window, *[Qt.Key.Key_Escape] * 3)
    assert not window.lecture.given
    after = state(window)
    for name, value in before.items():
        assert after[name] == value, name


@pytest.mark.thorough
def test_the_full_screen_alone_hides_nothing_and_ends_a_lecture_as_the_window_does(opened, qtbot, tmp_path):
    window = opened()
    before = window.store.session
    press(qtbot, window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert not window.lecture.given
    assert window.store.session is before
    assert window.counts.decimals.isVisible()
    press(qtbot, window, Qt.Key.Key_F11)
    assert not window.isFullScreen()
    press(qtbot, window, Qt.Key.Key_F5, Qt.Key.Key_F11)
    assert not window.isFullScreen()
    assert not window.lecture.given
    press(qtbot, window, Qt.Key.Key_F5)
    window.close()
    assert preferences.load(preferences.settings_at(tmp_path / "emviz.ini")).answers is True


@pytest.mark.thorough
def test_an_example_opened_in_a_lecture_begins_hidden(opened, qtbot):
    window = opened()
    press(qtbot, window, Qt.Key.Key_F5, Qt.Key.Key_PageDown)
    # Esc ends a derivation before the lecture.
    window.show_display({"cell": ShareCell(0, 0)})
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.lecture.given
    press(qtbot, window, Qt.Key.Key_A)
    assert window.commands["unveil"].isChecked()
    window.driver.edit(lambda session: desk.open_example(session, "linkage"))
    settle(qtbot, window)
    display = window.store.session.display
    assert (display.reference, display.revealed, display.next) == (False, False, False)
    ticked = {name: window.commands[name].isChecked() for name in ("reference", "reveal", "next", "unveil")}
    assert not any(ticked.values())
    press(qtbot, window, Qt.Key.Key_A)
    assert all(window.commands[name].isChecked() for name in ticked)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture.given
    assert window.store.session.model.key == "linkage"


# -- a clicker -----------------------------------------------------------------------------------------------


def test_a_clicker_goes_through_a_whole_lecture(opened, qtbot):
    window = opened()
    press(qtbot, window, Qt.Key.Key_F5)
    expected = [(0, Phase.START)]
    for t in range(3):
        expected += [(t, Phase.E), (t + 1, Phase.M)]
    for index, phase in expected[1:]:
        press(qtbot, window, Qt.Key.Key_PageDown)
        assert (window.store.session.step.index, window.store.session.step.phase) == (index, phase)
    press(qtbot, window, Qt.Key.Key_Period)
    assert window.blank.isVisible()
    at = window.store.session.cursor
    press(qtbot, window, Qt.Key.Key_PageDown)
    assert not window.blank.isVisible()
    assert window.store.session.cursor == at
    press(qtbot, window, Qt.Key.Key_B, Qt.Key.Key_B, Qt.Key.Key_PageUp)
    assert window.store.session.cursor == at - 1
    # The same button of many clickers sends F5 and Esc by turns; once too often does no harm.
    press(qtbot, window, Qt.Key.Key_F5)
    assert window.lecture.given
    assert window.store.session.cursor == at - 1
    assert window.commands["present"].isChecked()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture.given
    assert not window.isFullScreen()
    assert not window.commands["present"].isChecked()
    assert window.store.session.cursor == 0


# -- the mouse -----------------------------------------------------------------------------------------------


def move(window, x, y):
    at = QPointF(x, y)
    event = QMouseEvent(
        *(QEvent.Type.MouseMove, at, window.mapToGlobal(at), Qt.MouseButton.NoButton),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
    )
    QApplication.sendEvent(window.windowHandle(), event)


@pytest.mark.thorough
def test_a_ring_follows_the_mouse_and_renders_no_panel(opened, qtbot, monkeypatch):
    window = opened()
    rendered = []
    for panel in window.panels:
        monkeypatch.setattr(panel, "render", lambda *_: rendered.append(1))
    press(qtbot, window, Qt.Key.Key_O)
    ring = window.pointer.ring
    for x, y in ((300, 200), (640, 500), (5, 5)):
        move(window, x, y)
        assert ring.isVisible()
        assert ring.geometry().center() == QPoint(x, y) - QPoint(ring.width() % 2 == 0, ring.width() % 2 == 0)
    # A hall of 48 lines sees what is several lines high.
    assert ring.width() >= window.height() / 12
    assert window.childAt(300, 200) is not ring
    assert rendered == []
    QApplication.sendEvent(window.windowHandle(), QEvent(QEvent.Type.Leave))
    assert not ring.isVisible()
    move(window, 300, 200)
    press(qtbot, window, Qt.Key.Key_O)
    move(window, 310, 200)
    assert not ring.isVisible()


@pytest.mark.thorough
def test_a_still_mouse_is_hidden_in_a_lecture_only(opened, qtbot):
    window = opened()
    pointer = window.pointer
    pointer._timer.setInterval(1)
    move(window, 300, 200)
    assert not pointer._timer.isActive()
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: pointer.hidden)
    assert QApplication.overrideCursor().shape() is Qt.CursorShape.BlankCursor
    move(window, 310, 200)
    assert not pointer.hidden
    assert QApplication.overrideCursor() is None
    press(qtbot, window, Qt.Key.Key_O)
    pointer._hide()
    assert not pointer.hidden  # it points at something
    press(qtbot, window, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: pointer.hidden)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert QApplication.overrideCursor() is None
    assert not pointer._timer.isActive()
    assert QCursor.pos() is not None


def test_a_window_that_was_maximised_is_so_again_after_the_full_screen(opened):
    window = opened()
    window.setWindowState(Qt.WindowState.WindowMaximized)
    window.lecture.fill_screen(True)
    # As X11 reports it.
    window.setWindowState(Qt.WindowState.WindowFullScreen)
    window.lecture.fill_screen(False)
    assert window.windowState() == Qt.WindowState.WindowMaximized
