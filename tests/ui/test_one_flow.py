"""One flow: a half-step is rendered once, results are rendered as they come, and M-steps are never computed
where the window is drawn.
"""

import threading
import traceback
from collections import Counter
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from standing import stand_for

from emviz import session as desk
from emviz.em import engine
from emviz.ui.keeping import preferences
from emviz.ui.window import MainWindow

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def make(qtbot, tmp_path):
    def made(session=None):
        window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
        qtbot.addWidget(window)
        window.resize(1280, 720)
        with qtbot.waitExposed(window):
            window.show()
        settle(window, qtbot)
        return window

    return made


def forward(window, qtbot):
    before = window.store.session
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session is not before)
    settle(window, qtbot)


def settle(window, qtbot):
    qtbot.waitUntil(lambda: window.pictures.idle and window.rota.resting and not window.driver.busy)
    QApplication.processEvents()


def watched(window):
    """Return how often each panel was told to render each session and its results, counted from now on."""
    counted = Counter()

    def counting(name, render):
        def part(session, results):
            counted[name, id(session), id(results)] += 1
            render(session, results)

        return part

    frame, *shown = window.rota._panels
    names = [type(panel).__name__ for panel in window.panels]
    window.rota._panels = [
        frame,
        *(
            replace(each, parts=(counting(name, each.parts[0]), *each.parts[1:]))
            for name, each in zip(names, shown, strict=True)
        ),
    ]
    return counted


@pytest.mark.parametrize("key", stand_for(["coins", "gmm", "hmm"], ["coins"]))
def test_a_half_step_forward_or_back_is_rendered_once(make, qtbot, key):
    window = make(desk.example_session(key))
    counted, held = watched(window), []
    # Sessions and results are told apart by identity, so that none may be let go.
    window.store.changed.connect(held.append)
    window.store.found.connect(lambda _: held.append(window.store.results))
    for _ in range(4):
        counted.clear()
        forward(window, qtbot)
        steps = Counter(name for name, _, _ in counted)
        assert set(counted.values()) == {1}, "no panel renders the same twice"
        seen = "likelihood" in window.desk.hall.scene.seen
        assert steps["LogLikelihoodPanel"] == seen, "nothing else of it comes from the background"
        assert steps["SetupPanel"] == 0, "θ(0) is the same"
        assert {name for name, count in steps.items() if count > 1} <= {
            "BoundPanel",
            "CountPanel",
            "ModelPanel",
        }
    # Back along the trace each panel is rendered once too.
    counted.clear()
    window.driver.back()
    first = Counter(name for name, _, _ in counted)
    assert set(first.values()) == {1}
    shown = {"LogLikelihoodPanel"} if seen else set()
    assert {"BoundPanel", "CountPanel", "ModelPanel"} | shown <= set(first)


def test_no_m_step_is_computed_in_the_window_s_own_thread(make, qtbot, monkeypatch):
    """Not by any panel, whatever is done: neither to measure a table nor to point at θ(t+1)."""
    window = make(desk.example_session("coins", "three-coins"))
    mine, caught = threading.get_ident(), []
    next_params = engine.next_params

    def noted(*given):
        if threading.get_ident() == mine:
            caught.append(traceback.format_stack(limit=5))
        return next_params(*given)

    monkeypatch.setattr(engine, "next_params", noted)
    for title in window.model_picture.titles:
        window.show_display({"picture": title})
        settle(window, qtbot)
        for choices in ({"decimals": 3}, {"reference": False}, {"reference": True}, {"decimals": 1}):
            window.show_display(choices)
        for _ in range(3):
            forward(window, qtbot)
        window.driver.back()
        window.driver.reset()
        settle(window, qtbot)
    assert not caught, "".join(caught[0])
    assert window.store.results.target.value is not None
