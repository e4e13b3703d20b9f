"""Things to see: the menu of a model, what it opens, and what is said."""

import pytest

from emviz import session as desk
from emviz.em.engine import Outcome
from emviz.em.optional import presets_of
from emviz.session import example_session
from emviz.ui.window import MainWindow

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def window(qtbot):
    window = MainWindow(example_session("coins"))
    qtbot.addWidget(window)
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()
    return window


def entry(window, key):
    return next(each for each in window.menus.presets.actions() if each.data() == key)


def test_a_preset_is_opened_and_told_but_not_to_a_class_that_is_to_find_out(window, qtbot):
    a_preset_opens_with_one_click_and_says_what_to_look_for(window, qtbot)
    nothing_is_said_while_the_class_is_to_find_out(window, qtbot)
    window.store.put(example_session("coins"))
    the_menu_is_that_of_the_model(window, qtbot)


def a_preset_opens_with_one_click_and_says_what_to_look_for(window, qtbot):
    with qtbot.waitSignal(window.driver.news):
        entry(window, "alike").trigger()
    look = presets_of(window.store.session.model)[0].look
    assert window.status.sentence.whole == look
    assert entry(window, "alike").statusTip() == look
    assert window.store.session.start.heads.tolist() == [0.6, 0.6]
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.store.session.outcome is Outcome.CONVERGED)
    assert window.store.session.step.params.heads == pytest.approx([0.66, 0.66])
    window.commands["undo"].trigger()
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.6, 0.5])


def nothing_is_said_while_the_class_is_to_find_out(window, qtbot):
    window.commands["present"].trigger()
    entry(window, "alike").trigger()
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.6, 0.6])
    assert not window.store.session.display.reference
    assert window.status.sentence.whole != presets_of(window.store.session.model)[0].look
    window.lecture.end()


def the_menu_is_that_of_the_model(window, qtbot):
    assert [each.data() for each in window.menus.presets.actions()] == ["alike", "hair", "names"]
    window.driver.edit(lambda session: desk.open_example(session, "abo"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "abo")
    assert not window.menus.presets.isEnabled()
    window.driver.edit(lambda session: desk.open_example(session, "motif"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "motif")
    assert window.menus.presets.isEnabled()
    assert [each.data() for each in window.menus.presets.actions()] == ["highest", "most-sites"]
