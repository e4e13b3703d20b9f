"""A large dialog that is closed is gone: nothing that changes in the window reaches it any more."""

import gc

import pytest
from PySide6.QtWidgets import QDialog

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.mark.parametrize("name", ["abreast", "compare", "starts", "errors"])
def test_a_theme_chosen_after_a_dialog_was_closed_does_not_reach_it(window_with, qtbot, name):
    window = window_with("coins", (1280, 720))
    window.commands[name].trigger()
    (dialog,) = (each for each in window.findChildren(QDialog) if each.isVisible())
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    gc.collect()
    with qtbot.captureExceptions() as errors:
        window.appearance.changed.emit(window.appearance.theme)
    assert not errors
