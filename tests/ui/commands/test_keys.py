"""The keys of the window, as its own list tells them: in every focus, in every state, and who owns Esc."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QSpinBox, QTableView, QWidget
from standing import stand_for

from emviz.em.counts.table import ShareCell
from emviz.session import example_session
from emviz.ui.commands import keys
from emviz.ui.commands.help_texts import EXTRA_KEYS, keys_html
from emviz.ui.keeping import preferences
from emviz.ui.panels.bound.line_choice import LineChoice
from emviz.ui.widgets.grid import Grid
from emviz.ui.window import MainWindow

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

NONE = Qt.KeyboardModifier.NoModifier
#: What a text being typed needs for itself, as the list says below its table; Ctrl+C copies what is selected.
TYPED = {
    *("Left", "Right", "Space", "Home", "End", "I", "R", "P", "V", "M", "B", ".", "Ctrl+C", "Ctrl+V"),
    *("S", "L", "E", "N", "A", "O", "C", "D", "W", "F", "Q", "J", "X", "K", "U", "/"),
    *("0", "1", "2", "3", "4"),
}
#: What the table of the data does itself.
OF_DATA = {"Ctrl+V", "Ctrl+Shift+V"}
#: What begins a number in a cell of a table of the setup.
OF_CELLS = {"0", "1", "2", "3", "4"}


@pytest.fixture
def opened(window_with, qtbot):
    """Return what shows a model after its first E-step, everything unfolded, a derivation open."""

    def shown(model="coins"):
        return unfolded(window_with(model, pinned=True), qtbot)

    return shown


@pytest.fixture
def opened_anew(qtbot, tmp_path):
    """Return what opens a window of its own, whose actions may be taken from it, and shows the same."""
    kept = []  # a window that nothing holds is garbage, perhaps before it is closed

    def made(model):
        window = MainWindow(example_session(model), preferences.settings_at(tmp_path / "emviz.ini"))
        kept.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
        window.desk.pin(True)
        return unfolded(window, qtbot)

    return made


def unfolded(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: window.store.session.cursor == 1 and window.pictures.idle)
    open_derivation(window)
    window.setup.limits.summary.setChecked(True)
    return window


def open_derivation(window):
    window.show_display({"cell": ShareCell(0, 0)})
    assert window.counts.derivation.isVisible()


def press(widget, key, held=NONE):
    QTest.keyClick(widget, key, held)


def stops(window):
    """Return every widget that can have the focus, and the window itself."""
    reached = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget is window or (widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isEnabled()):
            widget.setFocus()
            focus = QApplication.focusWidget() or widget
            if widget.isVisible() and focus not in reached and focus.window() is window:
                reached.append(focus)
    return reached


def listed(window):
    """Return the keys of the program's own list, each with the names of its actions."""
    found = {}
    for action in window.commands.all():
        for key in action.shortcuts():
            found.setdefault(key.toString(), set()).add(action.objectName())
    return found


def recorded(window):
    """Have every action say its name instead of being done, whether or not there is anything to do."""
    done = []
    for action in window.commands.all():
        action.triggered.disconnect()
        action.triggered.connect(lambda *_, action=action: done.append(action.objectName()))
    return done


@pytest.mark.parametrize("model", stand_for(["coins", "motif"], ["coins"]))
def test_every_key_of_the_list_acts_in_every_focus(opened_anew, model):
    window = opened_anew(model)
    done, found = recorded(window), listed(window)
    assert len(found) > 25
    for focus in stops(window):
        focus.setFocus()
        typing = isinstance(focus, QLineEdit | QAbstractSpinBox | LineChoice)
        for key, names in found.items():
            for action in window.commands.all():
                action.setEnabled(action.objectName() != "pauseAction")
            if (typing and key in TYPED) or (isinstance(focus, QTableView) and key == "Ctrl+C"):
                continue
            if focus is window.data.view and key in OF_DATA:
                continue
            if isinstance(focus, Grid) and key in OF_CELLS:
                continue
            done.clear()
            combination = QKeySequence(key)[0]
            press(focus, combination.key(), combination.keyboardModifiers())
            assert set(done) <= names, (focus, focus.objectName(), key, done)
            assert len(done) == 1, (focus, focus.objectName(), key, done)


def test_the_list_tells_every_key(opened):
    window = opened()
    told = keys_html(window.commands)
    for key in listed(window):
        assert key.replace("&", "&amp;") in told, key
    for key, _ in EXTRA_KEYS:
        assert key in told


def test_keys_that_steer_are_those_of_actions_without_a_modifier(opened):
    own = {
        QKeySequence(key)[0].key() for key in listed(opened()) if "+" not in key and not key[1:].isdecimal()
    }
    assert own - {Qt.Key.Key_Escape} == keys.STEERING | keys.DIGITS


@pytest.mark.thorough
def test_a_digit_begins_a_number_in_a_cell_and_acts_in_the_count_table(opened):
    window = opened()
    for table, column in ((window.data.view, 1), (window.setup.start.table, 0)):
        table.setFocus()
        table.setCurrentIndex(table.model().index(0, column))
        press(table, Qt.Key.Key_1)
        assert table.is_editing
        assert QApplication.focusWidget().text() == "1"
        press(QApplication.focusWidget(), Qt.Key.Key_Escape)
    window.counts.sheet.grid.rows.setFocus()
    press(QApplication.focusWidget(), Qt.Key.Key_3)
    assert window.store.session.display.large == "counts"


def test_a_key_that_has_nothing_to_steer_is_not_typed_into_a_cell(opened):
    window = opened()
    table = window.data.view
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 1))
    assert not window.commands["nextPicture"].isEnabled()
    press(table, Qt.Key.Key_V)
    assert not table.is_editing
    press(table, Qt.Key.Key_T)
    assert table.is_editing


@pytest.mark.thorough
def test_ctrl_and_an_arrow_go_from_cell_to_cell_in_the_tables_of_the_setup(opened):
    window = opened("gmm")
    for table in (window.data.view, window.setup.start.table):
        table.setFocus()
        table.setCurrentIndex(table.model().index(0, 0))
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left):
            press(table, key, Qt.KeyboardModifier.ControlModifier)
        assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 0)
    assert window.store.session.cursor == 1


# -- Esc -----------------------------------------------------------------------------------------------------


def test_esc_ends_one_thing_after_another(opened, qtbot):
    window = opened()
    press(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    window.counts.sheet.grid.rows.setFocus()
    press(QApplication.focusWidget(), Qt.Key.Key_B)
    assert window.blank.isVisible()
    press(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.blank.isVisible()
    assert window.counts.derivation.isVisible()
    press(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.counts.derivation.isVisible()
    assert window.isFullScreen()
    press(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_enter_is_done_with_a_field_of_a_panel_and_the_next_key_is_the_windows(opened, qtbot):
    window = opened()
    for field in (window.counts.decimals, window.findChild(LineChoice)):
        field.setFocus()
        assert field.hasFocus()
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert not field.hasFocus()
    number = window.setup.findChild(QSpinBox)
    number.setFocus()
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert number.hasFocus()


@pytest.mark.thorough
def test_esc_closes_the_derivation_in_every_focus(opened):
    window = opened()
    for focus in stops(window):
        open_derivation(window)
        focus.setFocus()
        press(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
        assert not window.counts.derivation.isVisible(), (focus, focus.objectName())


def test_esc_gives_up_what_is_typed_into_a_cell_and_no_more(opened):
    window = opened()
    table = window.setup.start.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    QTest.keyClicks(table, "0")
    assert table.is_editing
    press(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not table.is_editing
    assert window.counts.derivation.isVisible()


def test_esc_cancels_a_tool_before_it_leaves_the_full_screen(opened, qtbot):
    window = opened("haplotype")
    window.counts.end_derivation()
    press(window, Qt.Key.Key_F11)
    window.workshop.use("ld")
    assert window.workshop.busy
    press(window, Qt.Key.Key_Escape)
    assert not window.workshop.busy
    assert window.isFullScreen()
    press(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_esc_does_nothing_where_nothing_is_open(opened):
    window = opened()
    window.counts.end_derivation()
    before = window.store.session
    press(window, Qt.Key.Key_Escape)
    assert window.store.session is before


# -- a black screen ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    stand_for(
        [Qt.Key.Key_PageDown, Qt.Key.Key_Period, Qt.Key.Key_R, Qt.Key.Key_Tab],
        [Qt.Key.Key_PageDown, Qt.Key.Key_Tab],
    ),
)
def test_the_first_key_brings_the_screen_back_and_does_nothing_else(opened, key):
    window = opened()
    field = window.setup.limits.tolerance
    field.setFocus()
    before, text = window.store.session, field.text()
    window.commands["blank"].trigger()
    press(QApplication.focusWidget(), Qt.Key.Key_Shift)
    assert window.blank.isVisible()
    press(QApplication.focusWidget(), key)
    assert not window.blank.isVisible()
    assert not window.commands["blank"].isChecked()
    assert window.store.session is before
    assert QApplication.focusWidget() is field
    assert field.text() == text
    assert not window.driver.running


def test_a_key_held_down_brings_the_screen_back_and_does_not_step_on(opened, qtbot):
    window = opened()
    press(window, Qt.Key.Key_Period)
    focus = QApplication.focusWidget()
    for kind, again in (("Press", False), ("Release", True), ("Press", True), ("Release", False)):
        if kind == "Press":
            asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_PageDown, NONE, "", again)
            QApplication.sendEvent(focus, asked)
            assert asked.isAccepted()
        assert window.blank.isVisible()
        QApplication.sendEvent(
            focus, QKeyEvent(QEvent.Type[f"Key{kind}"], Qt.Key.Key_PageDown, NONE, "", again)
        )
    assert not window.blank.isVisible()
    assert window.store.session.cursor == 1
    press(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: window.store.session.cursor == 2)


def test_the_key_that_blanks_the_screen_does_not_bring_it_back_as_it_comes_up(opened):
    window = opened()
    window.desk.setFocus()
    press(window.desk, Qt.Key.Key_B)
    assert window.blank.isVisible()
    QTest.keyRelease(QApplication.focusWidget(), Qt.Key.Key_B)
    assert window.blank.isVisible()


# -- copying -------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_copy_ends_wherever_the_focus_is(opened, qapp):
    window = opened()
    for focus in stops(window):
        focus.setFocus()
        qapp.clipboard().setText("nothing copied")
        window.commands["copy"].trigger()
        offered = isinstance(focus, QLineEdit | QAbstractSpinBox)
        # What is selected in the panel, or a picture of it.
        assert offered or qapp.clipboard().text() != "nothing copied", (focus, focus.objectName())


@pytest.mark.thorough
def test_copy_takes_the_window_where_the_focus_is_on_none_of_its_panels(opened, qapp):
    window = opened()
    for focus in (window, window.menuBar(), window.desk):
        focus.setFocus()
        window.commands["copy"].trigger()
        assert qapp.clipboard().image().width() == 2 * window.desk.width()
        qapp.clipboard().clear()


def test_copying_cells_is_said(opened, qapp):
    window = opened()
    window.commands["copy"].trigger()
    window.data.view.selectRow(0)
    window.data.view.setFocus()
    window.commands["copy"].trigger()
    assert qapp.clipboard().text().startswith("1\tHTTTHHTHTH")
    assert window.status.sentence.text() == "Copied what is selected."


@pytest.mark.thorough
def test_copy_while_presenting_and_after_the_focused_control_has_gone(opened, qapp, qtbot):
    window = opened("gmm")
    window.setup.hyper.field("components").setFocus()
    window.lecture.fill_screen(True)
    window.commands["copy"].trigger()
    window.lecture.fill_screen(False)
    window.setup.hyper.field("components").setFocus()
    window.menus.examples.actions()[0].trigger()
    window.setup.model.setCurrentIndex(window.setup.model.findData("abo"))
    window.setup.model.activated.emit(window.setup.model.currentIndex())
    qtbot.waitUntil(lambda: window.store.session.model.key == "abo" and window.pictures.idle)
    window.commands["copy"].trigger()
    assert not qapp.clipboard().image().isNull()
