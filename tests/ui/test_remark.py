"""What a model remarks of θ, for which it may take a step of EM, comes from the background."""

import threading

import pytest

from emviz import session as desk
from emviz.models.normal import MultivariateNormal
from emviz.ui.window import MainWindow

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_remark_is_found_in_the_background_and_told_with_the_step(qtbot, monkeypatch):
    mine, asked, remark = threading.get_ident(), [], MultivariateNormal.remark

    def noted(self, data, params):
        asked.append(threading.get_ident() == mine)
        return remark(self, data, params)

    monkeypatch.setattr(MultivariateNormal, "remark", noted)
    window = MainWindow(desk.example_session("normal", "saddle"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.pictures.idle)
    found = remark(window.store.session.model, window.store.session.data, window.store.session.start)
    assert "a saddle or a maximum" in found
    assert window.status.sentence.whole.endswith(f"A{found[1:]}.")
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1 and window.pictures.idle)
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 2 and window.pictures.idle)
    assert "M-step 1 done." in window.status.sentence.whole
    assert asked.count(False) >= 2
    assert True not in asked
