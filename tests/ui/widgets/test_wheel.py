"""The wheel over every control of window and dialogs scrolls what lies beneath, and changes nothing."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDial,
    QDialog,
    QLineEdit,
    QPushButton,
    QSlider,
    QTabBar,
)
from standing import stand_for

import emviz.ui
from emviz.models import discover
from emviz.ui.widgets.scroller import Scroller

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CONTROLS = (QAbstractSpinBox, QComboBox, QSlider, QDial, QTabBar)


@pytest.fixture
def opened(window_with):
    def shown(model="coins"):
        return window_with(model)

    return shown


def turn(widget, notches=-1):
    """Turn the wheel of a real mouse over a widget that is seen."""
    top, at = widget.window(), widget.rect().center()
    if widget.isVisible() and widget.visibleRegion().contains(at):
        place = QPointF(widget.mapTo(top, at))
        QTest.wheelEvent(top.windowHandle(), place, QPoint(0, 120 * notches))


def value_of(control):
    if isinstance(control, QComboBox | QTabBar):
        return control.currentIndex()
    return control.text() if isinstance(control, QAbstractSpinBox) else control.value()


def controls(parent):
    found = [each for kind in CONTROLS for each in parent.findChildren(kind)]
    assert found
    return found


def turned(parent):
    """Turn the wheel over every control and its parts, both ways, and return what has changed or may."""
    changed = []
    for control in controls(parent):
        before = value_of(control)
        for part in (control, *control.findChildren(QLineEdit)):
            for notches in (-1, 1, 1, -1, -1):
                turn(part, notches)
                if value_of(control) != before or control.hasFocus():
                    changed.append((control, control.objectName()))
        if control.isVisible() and control.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            changed.append((control, "takes the focus from a wheel"))
    return changed


@pytest.mark.thorough
@pytest.mark.parametrize("model", stand_for([model.key for model in discover()], ["gmm"]))
def test_the_wheel_changes_no_control_of_the_window(opened, model):
    window = opened(model)
    window.setup.limits.summary.setChecked(True)
    window.desk.setFocus()
    before = window.store.session
    assert turned(window) == []
    assert window.store.session is before


@pytest.mark.parametrize("name", ["open", "simulate"])
def test_the_wheel_changes_no_control_of_a_dialog(opened, qtbot, tmp_path, name):
    window = opened()
    path = tmp_path / "tosses.csv"
    path.write_text("heads,tails\n5,5\n9,1\n")
    window.setup.open_path(path) if name == "open" else window.setup.ask_simulation()
    dialog = next(each for each in window.findChildren(QDialog) if each.isVisible())
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.findChild(QPushButton).setFocus()
    assert turned(dialog) == []
    dialog.reject()


@pytest.mark.thorough
def test_the_wheel_over_a_control_scrolls_what_lies_beneath(opened, qtbot):
    window = opened()
    window.appearance.resize(20)
    (area,) = window.setup.findChildren(Scroller)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    turn(window.setup.hyper.field("coins"), -1)
    assert area.verticalScrollBar().value() > 0
    assert window.setup.hyper.field("coins").value() == 2


def test_every_control_in_the_source_is_one_that_follows_the_rule():
    folder = Path(emviz.ui.__file__).parent
    made = re.compile(r"\bQ(Spin|DoubleSpin|Combo)Box\(|\bQ(Slider|Dial|TabBar|TabWidget|LineEdit)\(")
    assert [path.name for path in folder.rglob("*.py") if made.search(path.read_text("utf-8"))] == []


def test_a_control_with_the_focus_is_turned(opened):
    spin = opened().setup.start.seed
    spin.setFocus()
    turn(spin, 1)
    assert spin.value() == 1


def test_undo_takes_back_the_edit_where_a_spin_box_has_the_focus(opened, qtbot):
    window = opened()
    field = window.setup.hyper.field("coins")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: window.store.session.model.coins == 3)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.store.session.model.coins == 2)


def test_undo_belongs_to_a_line_of_text_while_it_has_something_to_take_back(opened, qtbot):
    window = opened()
    window.driver.reset()
    limits = window.setup.limits
    limits.summary.setChecked(True)
    limits.tolerance.setFocus()
    QTest.keyClicks(limits.tolerance, "7")
    typed = limits.tolerance.text()
    QTest.keyClick(limits.tolerance, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert limits.tolerance.text() != typed


def test_a_click_on_the_text_of_a_spin_box_is_for_typing_and_one_on_its_arrows_is_not(opened, qtbot):
    window = opened()
    spin = window.setup.hyper.field("coins")
    window.desk.setFocus()
    arrow = QPoint(spin.width() - 6, spin.height() // 4)
    QTest.mouseClick(spin, Qt.MouseButton.LeftButton, pos=arrow)
    assert spin.value() == 3
    assert QApplication.focusWidget() is window.desk
    QTest.mouseClick(spin.findChild(QLineEdit), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is spin
