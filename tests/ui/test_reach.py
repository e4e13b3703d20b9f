"""Everything is reached without a mouse: by a key, by a letter, or by Tab with a name that is said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPushButton,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)
from standing import stand_for

from emviz import session as desk
from emviz.data.examples import example_path
from emviz.models import discover
from emviz.session import example_session
from emviz.session.cells import with_cell
from emviz.ui.commands.actions import Actions
from emviz.ui.commands.menus import Menus
from emviz.ui.commands.mnemonics import letter_of
from emviz.ui.errors import Message
from emviz.ui.frame.speeds import SpeedMenu
from emviz.ui.keeping import preferences
from emviz.ui.look.motion import SWITCH
from emviz.ui.uncertainty.errors_dialog import StandardErrors
from emviz.ui.window import MainWindow

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

#: What a hand can do something with.
CONTROLS = (
    *(QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider),
    *(QAbstractItemView, QTabBar, QGraphicsView),
)
#: What goes with another control, whose keys move it.
PARTS = (QHeaderView, QScrollBar)
MODELS = [model.key for model in discover()]


@pytest.fixture
def opened(qtbot, tmp_path, qapp):
    """Return a maker of windows with the setup beside the panels."""
    kept = []
    qapp.setProperty(SWITCH, False)

    def made(model="coins", height=900):
        window = MainWindow(example_session(model), preferences.settings_at(tmp_path / "emviz.ini"))
        kept.append(window)
        qtbot.addWidget(window)
        window.resize(1280, height)
        with qtbot.waitActive(window):
            window.show()
        window.desk.pin(True)
        qtbot.waitUntil(lambda: window.pictures.idle)
        return window

    yield made
    qapp.setProperty(SWITCH, None)


# -- menus ---------------------------------------------------------------------------------------------------


def below(menu):
    """Yield a menu and the menus in it."""
    yield menu
    for action in menu.actions():
        if action.menu() is not None:
            yield from below(action.menu())


def unlettered(menu):
    """Yield the entries that have neither a key nor a letter, and the letters that two entries have."""
    seen = set()
    for action in menu.actions():
        letter = letter_of(action.text())
        if not (action.isSeparator() or action.shortcuts() or letter):
            yield f"{menu.title()}: {action.text()} has none"
        if letter in seen:
            yield f"{menu.title()}: {letter} twice, {action.text()} has it too"
        seen |= {letter} - {""}


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.key)
def test_every_action_and_every_entry_of_a_menu_has_a_key_or_a_letter(qtbot, model):
    bar = QMenuBar()
    qtbot.addWidget(bar)
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.setAccessibleName("Lower bound")
    actions = Actions(bar)
    menus = Menus(bar, actions)
    menus.offer_speeds(SpeedMenu(bar))
    menus.fill_panels([panel], print)
    menus.fill_choices(print, print)
    menus.show_recent(["/home/ann/tosses.csv", "/home/ann/rolls.csv", "C:\\data & more\\x.tsv"])
    menus.show_examples([(each.key, each.title) for each in model.examples])
    session = example_session(model.key)
    menus.show_pictures([view.title for view in desk.views(session)], "")
    menus.show_model(session.model)
    found = list(below(menus.everything))
    assert [fault for menu in found for fault in unlettered(menu)] == []
    listed = {action for menu in found for action in menu.actions()}
    assert [each.text() for each in actions.all() if not each.shortcuts() and each not in listed] == []
    # The button's menu and the bar are one.
    assert menus.everything.actions() == bar.actions()


def test_every_control_of_every_dialog_and_every_entry_of_a_menu_is_reached(opened, qtbot):
    window = opened()
    letters_lead_through_the_menus_to_an_entry(window, qtbot)
    window.resize(1280, 900)
    every_control_of_every_dialog_is_reached(window, qtbot)


def letters_lead_through_the_menus_to_an_entry(window, qtbot):
    motion, view = window.commands["motion"], window.menus.view
    assert motion.isChecked()
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(view.isVisible)
    QTest.keyClick(view, letter_of(motion.text()))
    assert not motion.isChecked()
    window.resize(1280, 720)
    qtbot.waitUntil(window.menuBar().isHidden)
    # A projector of 720 lines has room for each menu below the bar.
    whole = [action.menu() for action in window.menus.everything.actions()]
    assert [menu.title() for menu in whole if menu.sizeHint().height() > 600] == []
    window.menus.everything.popup(window.pos())
    QTest.keyClick(window.menus.everything, Qt.Key.Key_V)
    qtbot.waitUntil(view.isVisible)
    QTest.keyClick(view, letter_of(motion.text()))
    assert motion.isChecked()


def every_control_of_every_dialog_is_reached(window, qtbot):
    for name, ask in DIALOGS.items():
        ask(window)
        (dialog,) = [each for each in window.findChildren(QDialog) if each.isVisible()]
        qtbot.waitUntil(dialog.isActiveWindow)
        qtbot.waitUntil(lambda shown=dialog: not at_work(window, shown))
        assert len(list(controls(dialog))) > 0, name
        assert unreached(dialog) == [], name
        assert doubled(dialog) == [], name
        assert unmarked(dialog) == [], name
        assert passed_by(dialog) == [], name
        dialog.done(0)


# -- controls ------------------------------------------------------------------------------------------------


def controls(window):
    """Yield what is in sight of a window that a hand can do something with."""
    for each in window.findChildren(QWidget):
        if not each.isVisible() or each.window() is not window or isinstance(each, PARTS):
            continue
        part = isinstance(each.parentWidget(), QAbstractSpinBox | QComboBox | QAbstractItemView)
        stop = bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if (isinstance(each, CONTROLS) or stop) and not part and each.focusProxy() is None:
            yield each


def said(widget):
    """Return the name that a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def unreached(window):
    """Return the controls that no key, no letter and no Tab stop with a name leads to."""
    commands = hasattr(window, "commands") and window.commands["nextPicture"].shortcuts()
    found = []
    for each in controls(window):
        named = each.focusPolicy() & Qt.FocusPolicy.TabFocus and said(each)
        keyed = isinstance(each, QToolButton) and each.defaultAction() and each.defaultAction().shortcuts()
        # The tabs of the pictures are gone through by a key of their own.
        turned = isinstance(each, QTabBar) and (commands or all(map(letter_of, tabs(each))))
        if not (named or keyed or turned):
            found.append((type(each).__name__, each.objectName(), type(each.parentWidget()).__name__))
    return found


def unmarked(dialog):
    """Return what the buttons of a dialog say that have no letter."""
    return [
        each.text()
        for each in dialog.findChildren(QPushButton)
        if each.isVisible() and not letter_of(each.text())
    ]


def tabs(bar):
    """Return what the tabs of a bar say that are in sight."""
    return [bar.tabText(k) for k in range(bar.count()) if bar.isTabVisible(k)]


def doubled(window):
    """Return the letters that two captions of a window have."""
    texts = []
    for each in window.findChildren(QWidget):
        if each.isVisible() and each.window() is window:
            if isinstance(each, QAbstractButton) or (isinstance(each, QLabel) and each.buddy()):
                texts.append(each.text())
            elif isinstance(each, QTabBar):
                texts += tabs(each)
            elif isinstance(each, QMenuBar):
                texts += [action.text() for action in each.actions()]
    letters = [letter for letter in map(letter_of, texts) if letter]
    return sorted(letter for letter in set(letters) if letters.count(letter) > 1)


@pytest.mark.thorough
@pytest.mark.parametrize("model", stand_for(MODELS, ["haplotype"]))
def test_every_control_of_the_window_is_reached(opened, qtbot, model):
    window = opened(model)
    window.setup.limits.summary.setChecked(True)
    for _ in range(3):
        for title in window.model_picture.titles:
            window.show_display({"picture": title})
            qtbot.waitUntil(lambda: window.pictures.idle)
            assert unreached(window) == [], title
        assert doubled(window) == []
        window.commands["step"].trigger()
        qtbot.waitUntil(lambda: not window.driver.busy and window.pictures.idle)


def at_work(window, dialog):
    """Return whether what a dialog shows is still being worked out."""
    own = [getattr(dialog, name, None) for name in ("contest", "search", "march")]
    own.append(window.findChild(StandardErrors))
    return window.working.busy or any(each is not None and each.busy for each in own)


def closed_edited(window):
    """Edit the data, and ask to quit."""
    window.store.put(with_cell(window.store.session, row=0, name="tosses", text="HHHH"))
    window.commands["quit"].trigger()


DIALOGS = {
    "compare": lambda window: window.commands["compare"].trigger(),
    "starts": lambda window: window.commands["starts"].trigger(),
    "errors": lambda window: window.commands["errors"].trigger(),
    "keys": lambda window: window.commands["keys"].trigger(),
    "model": lambda window: window.commands["model"].trigger(),
    "about": lambda window: window.commands["about"].trigger(),
    "simulate": lambda window: window.setup.simulate.click(),
    "open a sheet": lambda window: window.setup.open_path(example_path("coins_do2008")),
    "open an alignment": lambda window: window.setup.open_path(example_path("globins4")),
    "handout": lambda window: window.commands["handout"].trigger(),
    "animation": lambda window: window.commands["animation"].trigger(),
    "abreast": lambda window: window.commands["abreast"].trigger(),
    "notes": lambda window: window.commands["notes"].trigger(),
    "fault": lambda window: Message("Details.", window).open(),
    "closing": closed_edited,
}


def passed_by(dialog):
    """Return the names of the controls that Tab does not come to; of a group it comes to the chosen one."""
    stops = {each for each in controls(dialog) if each.isEnabled()}
    met, place = set(), dialog.focusWidget() or dialog
    for _ in range(4 * len(stops)):
        QTest.keyClick(place, Qt.Key.Key_Tab)
        place = QApplication.focusWidget() or dialog
        met.add(place)
    return [said(each) for each in stops - met if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
