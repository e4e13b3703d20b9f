"""The choice of the method beside the buttons that step."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from emviz import session as desk
from emviz.em.methods import METHODS, method_named
from emviz.session import example_session

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def opened(window_with, request):
    return window_with(getattr(request, "param", "coins"), (1280, 720))


def method_of(window):
    return window.store.session.method.key


def test_hard_em_is_chosen_stepped_and_taken_back(opened, qtbot):
    selector = opened.transport.method
    assert [selector.itemText(place) for place in range(selector.count())] == [
        "EM",
        "Hard EM",
        "Gradient ascent",
        "Gradient, backtracking",
        "Newton–Raphson",
        "Newton, safeguarded",
        "SQUAREM",
        "SQUAREM, no guard",
        "Anderson",
    ]
    QTest.keyClick(selector, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: method_of(opened) == "hard")
    opened.driver.iterate()
    qtbot.waitUntil(lambda: opened.store.session.cursor == 2)
    assert opened.store.session.step.params.heads.tolist() == pytest.approx([0.80, 0.45], rel=1e-15)
    assert opened.transport.readout.value.text() == "max log P(x, z) −32.24"
    opened.driver.undo()
    qtbot.waitUntil(lambda: method_of(opened) == "em")
    assert selector.currentText() == "EM"
    opened.driver.redo()
    qtbot.waitUntil(lambda: method_of(opened) == "hard")
    assert selector.currentText() == "Hard EM"


@pytest.mark.thorough
def test_a_key_takes_the_other_method_and_the_first_one_is_where_it_was_left(opened, qtbot):
    opened.driver.iterate()
    qtbot.waitUntil(lambda: opened.store.session.cursor == 2)
    QTest.keyClick(opened, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: method_of(opened) == "hard")
    assert opened.store.session.cursor == 0
    QTest.keyClick(opened, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: method_of(opened) == "em")
    assert opened.store.session.cursor == 2


@pytest.mark.parametrize("opened", ["tomography"], indirect=True)
def test_a_method_that_the_model_does_not_offer_cannot_be_chosen_and_says_why(opened, qtbot):
    selector = opened.transport.method
    reason = "Hard EM is not offered here: this model has no single most likely completion"
    assert [selector.model().item(place).isEnabled() for place in range(2)] == [True, False]
    assert reason in selector.itemData(1, Qt.ItemDataRole.ToolTipRole)
    assert reason in selector.toolTip()
    assert selector.currentText() == "EM"
    with qtbot.waitSignal(opened.driver.refused) as told:
        QTest.keyClick(opened, Qt.Key.Key_M)
    assert "no single most likely completion" in told.args[0]
    assert selector.currentText() == "EM"
    assert method_of(opened) == "em"


@pytest.mark.thorough
def test_another_method_is_chosen_from_the_list_and_the_key_leads_back_to_em(opened, qtbot):
    selector = opened.transport.method
    selector.setCurrentIndex(selector.findData("newton"))
    selector.activated.emit(selector.currentIndex())
    qtbot.waitUntil(lambda: method_of(opened) == "newton")
    opened.driver.run()
    qtbot.waitUntil(lambda: opened.store.session.outcome is not None)
    assert opened.store.session.step.params.heads.tolist() == pytest.approx([0.66, 0.66], abs=1e-6)
    assert opened.transport.readout.place.text().startswith("iteration 7 · θ(7)")
    opened.driver.undo()
    qtbot.waitUntil(lambda: method_of(opened) == "em")
    opened.driver.redo()
    qtbot.waitUntil(lambda: method_of(opened) == "newton")
    QTest.keyClick(opened, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: method_of(opened) == "em")


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_the_bar_has_room_for_the_method_in_force_and_its_list_for_all(opened, qtbot):
    """A longer name takes from the room of the experiment, and nothing lies over anything else."""
    selector, transport = opened.transport.method, opened.transport
    qtbot.waitUntil(lambda: selector.width() == selector.sizeHint().width())
    narrow = selector.width()
    opened.driver.edit(lambda session: desk.set_method(session, method_named("hard")))
    qtbot.waitUntil(lambda: method_of(opened) == "hard")
    assert selector.sizeHint().width() == narrow
    opened.driver.edit(lambda session: desk.set_method(session, method_named("backtracking")))
    qtbot.waitUntil(lambda: method_of(opened) == "backtracking")

    def settled():
        """Look at where the parts are now: one that is hidden for want of room stays where it was."""
        parts = (selector, transport.chip, transport.sparkline, transport.readout)
        placed = sorted((part.x(), part.geometry().right()) for part in parts if part.isVisible())
        assert selector.width() > narrow + 40
        assert all(right < left for (_, right), (left, _) in pairwise(placed)), placed

    qtbot.waitUntil(settled)
    selector.showPopup()
    longest = max(selector.fontMetrics().horizontalAdvance(method.title) for method in METHODS)
    assert selector.view().width() > longest
    selector.hidePopup()


def test_a_method_with_options_is_shown_by_its_name(window_with, qtbot):
    window = window_with(desk.set_method(example_session(), method_named("gradient:0.03:natural")))
    assert window.transport.method.currentText() == "Gradient ascent"
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.failure is not None)
    assert "the step leaves the domain: θ_A would be 1.022" in str(window.store.session.failure)


@pytest.mark.parametrize("opened", ["motif"], indirect=True)
def test_too_many_parameters_are_told_beside_the_method(opened, qtbot):
    selector = opened.transport.method
    place = selector.findData("newton")
    assert not selector.model().item(place).isEnabled()
    assert "has 66 free parameters, and this method takes at most 50" in selector.itemData(
        place, Qt.ItemDataRole.ToolTipRole
    )


@pytest.mark.thorough
def test_the_methods_of_another_model_can_be_chosen_again(opened, qtbot):
    selector = opened.transport.method
    for key, offered in (("tomography", False), ("abo", True)):
        opened.setup.model.setCurrentIndex(opened.setup.model.findData(key))
        opened.setup.model.activated.emit(opened.setup.model.currentIndex())
        qtbot.waitUntil(lambda key=key: opened.store.session.model.key == key)
        assert selector.model().item(1).isEnabled() is offered
    assert "M for the other method" in selector.toolTip()


@pytest.mark.thorough
def test_an_example_is_opened_by_the_method_in_force_or_it_is_said(opened, qtbot):
    opened.driver.edit(lambda session: desk.set_method(session, method_named("hard")))
    qtbot.waitUntil(lambda: method_of(opened) == "hard")
    opened.setup.model.setCurrentIndex(opened.setup.model.findData("abo"))
    opened.setup.model.activated.emit(opened.setup.model.currentIndex())
    qtbot.waitUntil(lambda: opened.store.session.model.key == "abo")
    assert method_of(opened) == "hard"
    opened.setup.model.setCurrentIndex(opened.setup.model.findData("tomography"))
    with qtbot.waitSignal(opened.driver.news) as told:
        opened.setup.model.activated.emit(opened.setup.model.currentIndex())
    assert told.args == [
        "Hard EM is not offered by this model, which has no single most likely completion; EM goes on."
    ]
    assert method_of(opened) == "em"


def test_gradient_ascent_has_a_field_for_its_step(opened, qtbot):
    """In the setup, for gradient ascent alone: .03 in θ itself leaves the square at once."""
    limits = opened.setup.limits
    limits.summary.setChecked(True)
    assert limits.stride.isHidden()
    opened.driver.edit(lambda session: desk.set_method(session, method_named("gradient")))
    qtbot.waitUntil(lambda: not limits.stride.isHidden())
    assert limits.stride.length.text() == ""
    limits.stride.length.setText("0,03")
    limits.stride.length.editingFinished.emit()
    qtbot.waitUntil(lambda: method_of(opened) == "gradient:0.03")
    assert limits.summary.accessibleDescription().endswith("; step 0.03")
    limits.stride.coordinates.setCurrentIndex(1)
    limits.stride.coordinates.activated.emit(1)
    qtbot.waitUntil(lambda: method_of(opened) == "gradient:0.03:natural")
    opened.driver.forward()
    qtbot.waitUntil(lambda: opened.store.session.failure is not None)
    assert "θ_A would be 1.022" in str(opened.store.session.failure)
    with qtbot.waitSignal(opened.driver.refused) as told:
        limits.stride.length.setText("-1")
        limits.stride.length.editingFinished.emit()
    assert told.args == ["The step must be a number above 0, such as 0.03, but '-1' is not."]
    assert limits.stride.length.text() == "0.03"
    limits.stride.length.setText("")
    limits.stride.length.editingFinished.emit()
    qtbot.waitUntil(lambda: method_of(opened) == "gradient:natural")
