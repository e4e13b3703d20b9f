"""The tests of the window count for no coverage: the rooms below it are covered by their own tests."""

import pytest
from counting import STAGE
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from emviz.session import ended_at, example_session, remarked, told_of
from emviz.ui.frame.folding import Fold
from emviz.ui.keeping import preferences
from emviz.ui.keeping.remembering import restore
from emviz.ui.look import appearance
from emviz.ui.look.style import USUAL, dress
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.widgets.grid import Grid
from emviz.ui.window import MainWindow

#: The tests of what follows from the height of the window.
OF_TEXT = {"test_arranging", "test_lecture_hall", "test_style"}


@pytest.fixture(autouse=True)
def _one_size_of_text(request, monkeypatch):
    """Leave text as it is in windows of any height: to dress the application anew takes a second."""
    if request.path.stem not in OF_TEXT:
        monkeypatch.setattr(appearance, "_em_of", lambda window: float(appearance.LEAST))


def pytest_itemcollected(item):
    """Measure no coverage here: a test would be a fifth slower."""
    item.add_marker("unmeasured")


@pytest.fixture(scope="module")
def lasting_window(qapp, tmp_path_factory):
    """Return a window for all tests of a module that leave it open: to open one takes half a second."""
    look = qapp.font(), qapp.palette(), qapp.styleSheet()
    settings = preferences.settings_at(tmp_path_factory.mktemp("lasting") / "emviz.ini")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(appearance, "_em_of", lambda window: float(appearance.LEAST))
        window = MainWindow(settings=settings)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        while not _rests(window):
            QTest.qWait(10)
    _FOUND.clear()
    _EXAMPLES.clear()
    _EXAMPLES["coins"] = window.store.session
    _SIZE[:] = window.width(), window.height()
    _keep(window)
    yield window
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setFont(look[0])
    qapp.setPalette(look[1])
    qapp.setStyleSheet(look[2])


@pytest.fixture
def counts_at(qapp, qtbot):
    def made(size=STAGE):
        dress(qapp, LIGHT, 11)
        panel = CountPanel()
        qtbot.addWidget(panel)
        panel.apply_theme(LIGHT)
        panel.resize(*size)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    qapp.setProperty("emvizMotion", False)
    yield made
    qapp.setProperty("emvizMotion", None)
    qapp.setStyleSheet("")


@pytest.fixture
def tidied(lasting_window, qtbot):
    """Return the window of the module; afterwards nothing is open in it, or goes on."""
    window, kept = lasting_window, lasting_window.preferences
    yield window
    if window.blank.isVisible():
        window.commands["blank"].trigger()
    for dialog in window.findChildren(QDialog):
        dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for grid in window.findChildren(Grid):
        if grid.is_editing:
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    # What is typed into a field is taken, or refused, before another session comes.
    window.desk.setFocus()
    window.lessons.leave()
    window.lecture.end()
    window.lecture.fill_screen(False)
    window.driver.cancel()
    window.driver.halt()
    window.pictures._give_up(*list(window.pictures._waiting))
    qtbot.waitUntil(lambda: not window.driver.busy and window.exporter.busy is None)
    for name in ("_path", "_saved", "_exported", "_restored", "_handed"):
        setattr(window.document, name, None)
    if window.preferences != kept:
        window.preferences = kept
        restore(window)
    window.setup.limits.summary.setChecked(False)
    if window.appearance.choice != "system":
        window.appearance.choose("system")
    window.appearance.resize(USUAL)
    window.share_out_anew()
    qtbot.waitUntil(lambda: _rests(window))


@pytest.fixture
def window_as_new(window_with):
    """Return the window of the module as it is when it has been opened."""
    return window_with()


@pytest.fixture
def window_with(tidied, qtbot):
    """Return what shows the window of the module as if it had been opened on a session, or on an example."""
    window = tidied

    def opened(session="coins", size=None, pinned=False):
        if isinstance(session, str):
            session = _EXAMPLES[session] = _EXAMPLES.get(session) or example_session(session)
        window.activateWindow()
        window.desk.setFocus()
        window.resize(*(size or _SIZE))
        _put(window, session)
        window.desk.pin(pinned)
        window.desk.refold(Fold(unfolded=len(session.trace) == 1))
        window.document.show_name()
        qtbot.waitUntil(lambda: _rests(window))
        _say_anew(window)
        _keep(window)
        return window

    return opened


#: What the background has found of sessions that were on the desk, by their identity, for the next test.
_FOUND = {}
#: The usual examples of models, each made once.
_EXAMPLES = {}
#: The width and height with which the window was opened.
_SIZE = []


def _keep(window):
    session, pictures = window.store.session, window.pictures
    _FOUND[id(session)] = session, window.store.results, dict(pictures._keys), pictures._pictured


def _say_anew(window):
    """Say what is on the desk in the place of what a test has been told."""
    session, found, status = window.store.session, window.store.results, window.status
    status._session, status._done = None, ()
    window.render_state()
    status.show_session(session, told_of(session, found), ended_at(session, found), remarked(session, found))


def _put(window, session):
    """Put a session on the desk; what has been found of it is there at once: to find it costs as much."""
    pictures = window.pictures
    if id(session) in _FOUND:
        _, window.store._results, keys, pictures._pictured = _FOUND[id(session)]
        pictures._keys = dict(keys)
    window.store.put(session)


def _rests(window):
    settled = not window.appearance._settling.isActive()
    return settled and window.pictures.idle and window.rota.resting and not window.counts.derivation.busy
