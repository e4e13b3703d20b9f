"""Fixtures for the whole suite: Qt without a screen, and a guard against what a test leaves behind."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import gc
import tempfile
from functools import partial
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

from emviz.machine import preflight, provision

# The first process asks, and those that it starts to run side by side find what it installed.
_problem = (preflight if "PYTEST_XDIST_WORKER" in os.environ else provision).problem("offscreen")
if _problem:
    pytest.exit(f"emviz: {_problem}", returncode=2)

# A machine that is slow for a moment is no fault of what is tested.
settings.register_profile(
    "emviz", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("emviz")


#: The marks of tests that run faster without their coverage being measured.
UNMEASURED = ("unmeasured", "benchmark", "peers")


def pytest_collection_finish(session):
    """Keep ten thousand tests out of the collections of garbage: each would take a third of a second."""
    gc.collect()
    gc.freeze()
    # Between tests only: where a collection in the middle of the destructor of one QObject deletes another,
    # both may want the same lock of Qt, and the test never ends.
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown():
    """Collect the garbage that Python would have collected by now."""
    try:
        return (yield)
    finally:
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [age for age in range(3) if counts[age] > limits[age]]
        if due:
            gc.collect(due[-1])


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    """Measure no coverage in the process that hands out the tests: it would add two milliseconds to each."""
    hands_out = session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput")
    if hands_out and (measured := Coverage.current()) is not None:
        measured.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Stop measuring the coverage while a test runs that has nothing to add to it."""
    measured = Coverage.current() if any(map(item.get_closest_marker, UNMEASURED)) else None
    if measured is None:
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


@pytest.fixture(scope="session")
def settings_root(tmp_path_factory):
    return tmp_path_factory.mktemp("settings")


@pytest.fixture(autouse=True)
def own_settings(settings_root, monkeypatch):
    """Keep the user's preferences out of the tests, and the tests out of the preferences."""
    # Not mktemp: it lists all that it has made before, for each of thousands of tests.
    folder = Path(tempfile.mkdtemp(dir=settings_root))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_look(request):
    """Dress the application for each test as for the first one, whatever a window made of it."""
    if "qapp" not in request.fixturenames:
        yield
        return
    application = request.getfixturevalue("qapp")
    before = application.font(), application.palette(), application.styleSheet()
    yield
    # To set what is there already would lay every window out anew.
    if application.font() != before[0]:
        application.setFont(before[0])
    if application.palette() != before[1]:
        application.setPalette(before[1])
    if application.styleSheet() != before[2]:
        application.setStyleSheet(before[2])


#: The widgets of the test that runs: what nothing holds may be taken for garbage before Qt has deleted it.
HELD = []
#: Milliseconds that a test waits for what is to come; where it comes that costs nothing.
PATIENCE = 60_000
#: What waits for no longer than five seconds by itself.
WAITS = ("waitUntil", "waitSignal", "waitExposed", "waitActive")


@pytest.fixture
def qtbot(qtbot):
    """Hold every widget that a test hands over until it has been deleted, and wait with patience."""
    add = qtbot.addWidget

    def add_widget(widget, **options):
        HELD.append(widget)
        add(widget, **options)

    qtbot.addWidget = add_widget
    for name in WAITS:
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=PATIENCE))
    return qtbot


@pytest.fixture(autouse=True)
def nothing_left_behind(request, own_look):
    """Fail the test that leaves a running thread, an active timer or a window behind, and no other.

    Its windows are deleted before the application is undressed: to undress them takes a tenth of a second.
    """
    application = request.getfixturevalue("qapp") if "qapp" in request.fixturenames else None
    before = [*_busy(), *_seen(application)] if application else []
    spared = application.topLevelWidgets() if application else []
    yield
    if "qapp" not in request.fixturenames:
        return
    left = leftovers(request.getfixturevalue("qapp"), spared, before)
    HELD.clear()
    assert not left, f"left behind: {left}"


def leftovers(application, spared=(), before=()):
    """Return what is still alive: running threads, active timers, visible windows; delete what is hidden.

    What was there before, or belongs to it, is spared: it is of a window that lasts for a module.
    """
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QMainWindow, QWidget

    # A main window first: pyqtgraph's parentless controls must outlive the plots in it.
    for window in sorted(application.topLevelWidgets(), key=lambda each: not isinstance(each, QMainWindow)):
        if not window.isVisible() and type(window) is not QWidget and not _belongs(window, spared):
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    there = [*before, *spared]
    seen = [window for window in _seen(application) if window not in before]
    if all(_belongs(thing, there) for thing in _busy()):
        return seen
    gc.collect()
    return [thing for thing in _busy() if not _belongs(thing, there)] + seen


def _belongs(thing, owners):
    return thing is not None and (thing in owners or _belongs(thing.parent(), owners))


def _seen(application):
    return [window for window in application.topLevelWidgets() if window.isVisible()]


def _busy():
    import shiboken6
    from PySide6.QtCore import QThread, QTimer

    # Shiboken's own list: a walk through all objects of a long run takes a tenth of a second for each test.
    living = [thing for thing in shiboken6.getAllValidWrappers() if isinstance(thing, QThread | QTimer)]
    return [
        thing for thing in living if (thing.isRunning() if isinstance(thing, QThread) else thing.isActive())
    ]


@pytest.fixture
def golden():
    """Return a reader of the golden traces, computed independently of emviz."""
    import json

    folder = Path(__file__).parent / "golden"
    return lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
