"""The tests of the window count for no coverage: the rooms below it are covered by their own tests."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from emviz.ui import appearance, preferences
from emviz.ui.style import USUAL
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
    yield window
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setFont(look[0])
    qapp.setPalette(look[1])
    qapp.setStyleSheet(look[2])


@pytest.fixture
def window_as_new(lasting_window, qtbot):
    """Return the window of the module as it is when it has been opened, and make it so again afterwards."""
    window = lasting_window
    session, size = window.store.session, window.size()
    window.activateWindow()
    window.desk.setFocus()
    yield window
    if window.blank.isVisible():
        window.commands["blank"].trigger()
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window.lecture.end()
    window.lecture.fill_screen(False)
    window.driver.cancel()
    window.driver.halt()
    qtbot.waitUntil(lambda: not window.driver.busy and window.exporter.busy is None)
    window.store.put(session)
    window.resize(size)
    window.setup.limits.summary.setChecked(False)
    if window.appearance.choice != "system":
        window.appearance.choose("system")
    window.appearance.resize(USUAL)
    window.share_out_anew()
    qtbot.waitUntil(lambda: _rests(window))


def _rests(window):
    settled = not window.appearance._settling.isActive()
    return settled and window.pictures.idle and window.rota.resting and not window.counts.derivation.busy
