"""Where the window stands at first, on any screen."""

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from emviz.ui.frame import placement
from emviz.ui.frame.placement import FRAME, USUAL_SIZE, fitted, place_window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

FREE = QRect(0, 0, 1280, 720)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (QRect(100, 50, 800, 600), QRect(100, 50, 800, 600)),
        (QRect(0, 0, 1360, 820), QRect(0, 0, 1280, 720)),
        (QRect(900, 400, 800, 600), QRect(480, 120, 800, 600)),
        (QRect(-300, -20, 800, 600), QRect(0, 0, 800, 600)),
        (QRect(4000, 3000, 1900, 600), QRect(0, 120, 1280, 600)),
    ],
)
def test_a_rectangle_is_fitted_into_the_free_area(wanted, found):
    assert fitted(wanted, FREE) == found


def test_the_free_area_of_a_second_screen_does_not_begin_at_zero():
    second = QRect(1920, 30, 1280, 690)
    assert fitted(QRect(1900, 0, 1400, 700), second) == second
    assert fitted(QRect(2000, 100, 600, 400), second) == QRect(2000, 100, 600, 400)


@pytest.fixture
def window(qtbot, monkeypatch):
    """Return a window, as if on a screen; its free area is set by `on`."""
    window = QWidget()
    qtbot.addWidget(window)

    class Screen:
        def __init__(self, free):
            self.availableGeometry = lambda: free

    class Platform:
        free = FREE
        platformName = staticmethod(lambda: "xcb")
        screenAt = staticmethod(lambda _: None)
        primaryScreen = classmethod(lambda cls: Screen(cls.free))

    monkeypatch.setattr(placement, "QGuiApplication", Platform)
    window.platform = Platform
    return window


def test_the_first_window_fills_a_screen_that_is_too_small_for_the_usual_size(window):
    place_window(window, b"")
    assert window.isMaximized()
    assert FREE.contains(window.geometry().marginsAdded(FRAME))


@pytest.mark.parametrize("free", [QRect(0, 0, 1366, 768), QRect(0, 0, 1400, 830)])
def test_the_frame_counts(window, free):
    window.platform.free = free
    place_window(window, b"")
    assert window.isMaximized()


def test_the_first_window_has_the_usual_size_where_there_is_room(window):
    window.platform.free = QRect(0, 0, 1920, 1050)
    place_window(window, b"")
    assert window.size() == USUAL_SIZE == QSize(1360, 820)
    assert not window.isMaximized()


def test_a_restored_window_is_fitted_to_a_smaller_screen(window, qtbot):
    former = QWidget()
    qtbot.addWidget(former)
    former.setGeometry(700, 300, 1500, 900)
    place_window(window, bytes(former.saveGeometry().data()))
    assert FREE.contains(window.geometry().marginsAdded(FRAME))
    assert not window.isMaximized()


def test_without_a_screen_nothing_is_fitted(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    assert QGuiApplication.platformName() == "offscreen"
    place_window(window, b"")
    assert window.size() == USUAL_SIZE
