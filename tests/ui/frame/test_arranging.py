"""Nothing moves while EM steps; the panels stand in two arrangements, or one of them alone."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from standing import stand_for

from emviz import session as desk
from emviz.data.table import DataError
from emviz.em.methods import method_named
from emviz.session import Arrangement, example_session
from emviz.ui import snapshot
from emviz.ui.frame.folding import Side
from emviz.ui.frame.speeds import speed_at
from emviz.ui.keeping import preferences
from emviz.ui.look import appearance
from emviz.ui.look.lettering import lettering
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.style import em_for
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SMALL = (1280, 720)
SIZES = [SMALL, (1366, 768), (1920, 1080)]
FOUR, STAGE = Arrangement.FOUR, Arrangement.STAGE


@pytest.fixture(autouse=True)
def still(qapp):
    qapp.setProperty(SWITCH, False)
    yield
    qapp.setProperty(SWITCH, None)


@pytest.fixture
def opened(qtbot, tmp_path, monkeypatch):
    kept = []  # a window that nothing holds is garbage, perhaps before it is closed

    def made(session="coins", size=SMALL):
        # Text is of this size from the beginning: to dress the application anew takes as long as to open it.
        monkeypatch.setattr(appearance, "_em_of", lambda window: em_for(size[1]))
        session = example_session(session) if isinstance(session, str) else session
        window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
        kept.append(window)
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitActive(window):
            window.show()
        settle(window, qtbot)
        return window

    return made


def settle(window, qtbot):
    qtbot.waitUntil(lambda: window.pictures.idle and window.rota.resting and not window.driver.busy)
    QApplication.processEvents()


def forward(window, qtbot, halves=1):
    for _ in range(halves):
        before = window.store.session.cursor
        press(window, Qt.Key.Key_PageDown)
        qtbot.waitUntil(lambda before=before: window.store.session.cursor == before + 1)
        settle(window, qtbot)


def press(window, key, held=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or window, key, held)


def seen(window):
    return [panel.objectName() for panel in window.panels[2:] if panel.isVisible()]


def places(window):
    """Return where everything stands that could move while EM steps."""
    bar, status = window.transport, window.status
    parts = {
        **{panel.accessibleName(): panel for panel in window.panels},
        **bar.buttons,
        "method": bar.method,
        "chip": bar.chip,
        "sparkline": bar.sparkline,
        "bar": bar,
        "status": status,
        "timeline": status.timeline,
        "panels": window.desk.hall,
    }
    return {
        name: (part.mapTo(window, QPoint()).toTuple(), part.size().toTuple(), part.isVisible())
        for name, part in parts.items()
    }


# -- nothing moves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "size"),
    stand_for(
        [(key, size) for key in ("coins", "hmm", "gmm", "tomography", "motif") for size in SIZES],
        [("hmm", SIZES[1])],
    ),
)
def test_nothing_moves_from_one_half_step_to_the_next(opened, qtbot, key, size):
    window = opened(key, size)
    assert (window.width(), window.height()) == size
    forward(window, qtbot)
    before = places(window)
    for _ in range(3):
        forward(window, qtbot)
        assert places(window) == before
    press(window, Qt.Key.Key_Home)
    settle(window, qtbot)
    assert places(window) == before


@pytest.mark.thorough
def test_neither_a_run_nor_a_fault_nor_work_moves_bar_and_status(opened, qtbot):
    window = opened(desk.set_limits(example_session("hmm"), 0.0, 10**6))
    forward(window, qtbot)
    before = places(window)
    window.driver.run()
    qtbot.waitUntil(lambda: window.driver.running and len(window.store.session.trace) > 30)
    assert places(window) == before
    # A panel that comes into sight during the run is of the run.
    curve = window.log_likelihood
    press(window, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: curve.session is not None and curve.session.cursor > 30)
    window.driver.pause()
    settle(window, qtbot)
    assert curve.session is window.store.session
    press(window, Qt.Key.Key_L)
    for say in (window.status.announce, window.status.refuse):
        say("a long story about nothing " * 20)
        QApplication.processEvents()
        assert places(window) == before
    window.status.show_busy("Reading a file", 0.5)
    QApplication.processEvents()
    assert places(window) == before
    fault = DataError("expected one of 1 to 6, got 'x'", row=4, column="symbol")
    window.store.put(replace(window.store.session, fault=fault))
    QApplication.processEvents()
    assert places(window) == before


# -- the setup -----------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_setup_folds_at_the_first_step_and_opens_as_a_drawer(opened, qtbot, qapp):
    window = opened()
    assert window.desk.side is Side.BESIDE
    narrow = window.bound.width()
    window.setup.model.setFocus()
    forward(window, qtbot)
    assert window.desk.side is Side.AWAY
    assert not window.setup.isVisible()
    assert QApplication.focusWidget() is window.desk, "a focus in the setup is given up as it folds"
    assert window.bound.width() > narrow
    before = [panel.geometry() for panel in window.panels[2:]]
    press(window, Qt.Key.Key_E)
    assert window.desk.side is Side.OVER
    assert window.setup.isVisible()
    assert window.transport.chip.isChecked()
    assert [panel.geometry() for panel in window.panels[2:]] == before
    at = window.setup.mapTo(window, window.setup.rect().center())
    assert window.setup.isAncestorOf(window.childAt(at)), "it lies over the panels"
    press(window, Qt.Key.Key_Escape)
    assert window.desk.side is Side.AWAY
    QTest.mouseClick(window.transport.chip, Qt.MouseButton.LeftButton)
    assert window.desk.side is Side.OVER
    QTest.mouseClick(window.transport.chip, Qt.MouseButton.LeftButton)
    assert window.desk.side is Side.AWAY
    press(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.desk.side is Side.BESIDE)
    assert not window.commands["setup"].isEnabled() or window.commands["setup"].isChecked()
    forward(window, qtbot, 2)
    figures = window.transport.readout.value.text().rpartition(" ")[2], window.transport.readout.gain.text()
    told = " ".join(label.text() for label in window.status.findChildren(QLabel))
    assert figures == ("−31.86", "▲ 1.23")
    assert not any(figure in told for figure in figures), "no figure of the bar is told again in the status"
    qapp.clipboard().setText("HHHHHHHHHH")
    assert not window.data.isVisible()
    window.commands["pasteRows"].trigger()
    assert window.data.isVisible(), "what is pasted as data is seen"


@pytest.mark.thorough
def test_another_start_method_and_model_leave_the_panels_where_they_are_and_the_setup_folded(opened, qtbot):
    window = opened()
    forward(window, qtbot, 2)
    before = places(window)
    window.start_at({"heads": window.store.session.start.heads * 0.9}, False)
    qtbot.waitUntil(lambda: len(window.store.session.trace) == 1)
    settle(window, qtbot)
    assert places(window)["panels"] == before["panels"]
    forward(window, qtbot)
    window.driver.edit(lambda session: desk.set_method(session, method_named("hard")))
    qtbot.waitUntil(lambda: window.store.session.method.key == "hard")
    assert places(window)["panels"] == before["panels"]
    forward(window, qtbot)
    window.driver.edit(lambda session: desk.open_example(session, "abo"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "abo")
    forward(window, qtbot)
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.model.key == "coins")
    assert window.desk.side is Side.AWAY
    assert window.setup.session.model.key == "coins", "a file is opened for the model in force"


@pytest.mark.thorough
def test_a_method_is_told_whole_and_em_and_hard_em_take_the_same_room(opened, qtbot):
    window = opened()
    bar, widths = window.transport, {}
    for key in ("em", "hard", "safeguarded"):
        window.driver.edit(lambda session, key=key: desk.set_method(session, method_named(key)))
        qtbot.waitUntil(lambda key=key: window.store.session.method.key == key)
        settle(window, qtbot)
        widths[key] = bar.method.width()
        text = bar.method.fontMetrics().horizontalAdvance(bar.method.currentText())
        assert text + 24 < bar.method.width()
    assert widths["em"] == widths["hard"] < widths["safeguarded"]


@pytest.mark.thorough
def test_a_wide_window_keeps_the_setup_beside_the_panels_and_e_puts_it_away(opened, qtbot):
    window = opened("coins", (1920, 720))
    forward(window, qtbot)
    assert window.desk.side is Side.BESIDE
    press(window, Qt.Key.Key_E)
    assert window.desk.side is Side.AWAY
    press(window, Qt.Key.Key_E)
    assert window.desk.side is Side.BESIDE
    window.resize(*SMALL)
    QApplication.processEvents()
    assert window.desk.side is Side.AWAY


@pytest.mark.thorough
def test_a_pin_keeps_the_setup_and_is_remembered(opened, qtbot):
    window = opened()
    window.setup.pin.click()
    forward(window, qtbot)
    assert window.desk.side is Side.BESIDE
    window.close()
    again = opened()
    assert again.setup.pin.isChecked()
    forward(again, qtbot)
    assert again.desk.side is Side.BESIDE
    again.setup.pin.click()
    assert again.desk.side is Side.AWAY


# -- the arrangements ----------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("key", "arrangement"),
    stand_for(
        [
            ("coins", FOUR),
            ("linkage", FOUR),
            ("poisson", FOUR),
            ("abo", FOUR),
            ("hmm", STAGE),
            ("gmm", STAGE),
        ],
        [("coins", FOUR)],
    ),
)
def test_the_counts_have_the_stage_where_four_panels_do_not_show_all_of_them(opened, key, arrangement):
    window = opened(key)
    assert window.desk.hall.scene.arrangement is arrangement
    assert window.commands["stage"].isChecked() is (arrangement is STAGE)


@pytest.mark.thorough
def test_s_and_l_and_titles_change_what_is_seen_and_another_model_has_what_suits_it(opened, qtbot):
    window = opened()
    assert len(seen(window)) == 4
    assert not window.commands["upper"].isEnabled()
    # A double click on a title, and the button beside it, do the same.
    for panel, name in ((window.bound, "bound"), (window.counts, "counts")):
        QTest.mouseDClick(panel, Qt.MouseButton.LeftButton, pos=panel.title.geometry().center())
        assert window.store.session.display.large == name
        QTest.mouseDClick(panel, Qt.MouseButton.LeftButton, pos=panel.title.geometry().center())
        assert window.store.session.display.large == ""
    window.model_picture.enlarge.click()
    assert window.store.session.display.large == "picture"
    window.setup.enlarge.click()
    assert window.store.session.display.large == "picture"
    # L swaps the two curves where one is alone.
    press(window, Qt.Key.Key_1)
    press(window, Qt.Key.Key_L)
    assert seen(window) == ["logLikelihoodPanel"]
    press(window, Qt.Key.Key_L)
    press(window, Qt.Key.Key_0)
    press(window, Qt.Key.Key_S)
    assert seen(window) == ["boundPanel", "countPanel", "modelPanel"]
    press(window, Qt.Key.Key_L)
    assert seen(window) == ["logLikelihoodPanel", "countPanel", "modelPanel"]
    assert window.commands["upper"].isChecked()
    press(window, Qt.Key.Key_L)
    press(window, Qt.Key.Key_S)
    assert len(seen(window)) == 4
    press(window, Qt.Key.Key_S)
    for key, arrangement in (("abo", FOUR), ("hmm", STAGE), ("tomography", STAGE)):
        window.driver.edit(lambda session, key=key: desk.open_example(session, key))
        qtbot.waitUntil(lambda key=key: window.store.session.model.key == key)
        settle(window, qtbot)
        assert window.desk.hall.scene.arrangement is arrangement
        assert window.commands["stage"].isChecked() is (arrangement is STAGE)
        if key == "abo":
            # A count table that fits four panels is seen whole there.
            forward(window, qtbot, 2)
            grid = window.counts.sheet.grid
            assert grid.rows.verticalScrollBar().maximum() == grid.totals.horizontalScrollBar().maximum() == 0
            assert window.counts.sheet.strip.isVisible()
    # The image of tomography is at the left.
    assert window.model_picture.x() < window.counts.x()
    assert window.model_picture.width() > window.counts.width()


# -- one panel alone -----------------------------------------------------------------------------------------

PANELS = {
    Qt.Key.Key_1: "boundPanel",
    Qt.Key.Key_2: "logLikelihoodPanel",
    Qt.Key.Key_3: "countPanel",
    Qt.Key.Key_4: "modelPanel",
}


@pytest.mark.parametrize("key", stand_for(PANELS, [Qt.Key.Key_1]))
def test_a_digit_gives_a_panel_all_the_room_and_three_keys_end_it(opened, qtbot, key):
    window = opened("hmm")
    forward(window, qtbot)
    for back in (key, Qt.Key.Key_0, Qt.Key.Key_Escape):
        before = places(window), seen(window)
        press(window, key)
        assert seen(window) == [PANELS[key]]
        panel = next(each for each in window.panels if each.objectName() == PANELS[key])
        assert panel.size().toTuple() == (1264, 596)
        assert lettering(panel) == 1.25
        assert places(window)["step"] == before[0]["step"]
        forward(window, qtbot)
        assert seen(window) == [PANELS[key]]
        press(window, back)
        settle(window, qtbot)
        assert (places(window), seen(window)) == before, back
        assert lettering(panel) == 1.0


@pytest.mark.thorough
def test_text_in_a_panel_alone_is_a_quarter_larger_and_again_as_it_was(opened, qtbot):
    window = opened("gmm")
    forward(window, qtbot, 2)
    parts = [window.counts.title, window.counts.decimals, window.counts.sheet.grid.rows]
    before = [part.font().pointSizeF() for part in parts]
    press(window, Qt.Key.Key_3)
    assert [part.font().pointSizeF() for part in parts] == pytest.approx(
        [1.25 * each for each in before], abs=0.1
    )
    press(window, Qt.Key.Key_4)
    usual = QApplication.font().pointSizeF()
    assert window.model_picture.tabs.font().pointSizeF() == pytest.approx(1.25 * usual, abs=0.1)
    press(window, Qt.Key.Key_4)
    assert [part.font().pointSizeF() for part in parts] == pytest.approx(before)


@pytest.mark.thorough
def test_the_places_on_a_small_screen_and_esc_ends_drawer_derivation_and_panel_alone(opened, qtbot):
    window = opened("hmm")
    forward(window, qtbot)
    found = {name: (*at, *size) for name, (at, size, _) in places(window).items()}
    assert found["bar"] == (8, 0, 1264, 44)
    assert found["back"][2:] == found["iterate"][2:] == (38, 38)
    assert found["step"][2:] == (148, 38)
    assert found["panels"] == (8, 52, 1264, 596)
    assert found["Expected counts"] == (8, 52, 808, 596)
    assert found["Lower bound"] == (824, 52, 448, 294)
    assert found["Model"] == (824, 354, 448, 294)
    assert found["status"] == (8, 656, 1264, 56)
    press(window, Qt.Key.Key_3)
    window.counts.sheet.grid.rows.setFocus()
    press(window, Qt.Key.Key_Return)
    assert window.store.session.display.cell is not None
    press(window, Qt.Key.Key_E)
    press(window, Qt.Key.Key_Escape)
    assert window.desk.side is Side.AWAY
    assert window.store.session.display.cell is not None
    press(window, Qt.Key.Key_Escape)
    assert window.store.session.display.cell is None
    assert window.store.session.display.large == "counts"
    press(window, Qt.Key.Key_Escape)
    assert window.store.session.display.large == ""


# -- out of sight --------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_panel_out_of_sight_is_not_rendered_and_catches_up(opened, qtbot, monkeypatch, tmp_path):
    window = opened("hmm")
    forward(window, qtbot)
    assert window.log_likelihood.session is None or len(window.log_likelihood.session.trace) == 1
    press(window, Qt.Key.Key_4)
    counted = window.counts.session
    forward(window, qtbot)
    assert window.counts.session is counted
    assert window.model_picture.session is window.store.session
    press(window, Qt.Key.Key_0)
    assert window.counts.session is window.store.session
    # A picture of it is of the step on display.
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: tmp_path / suggestion)
    action = next(each for each in window.menus.panels.actions() if each.data() == "logLikelihoodPanel")
    action.trigger()
    # It is written in the background.
    qtbot.waitUntil((tmp_path / "logLikelihoodPanel.png").exists)
    saved = QImage(str(tmp_path / "logLikelihoodPanel.png"))
    assert saved.size().toTuple() == (2 * 448, 2 * 294)
    assert not window.log_likelihood.isVisible()
    assert window.log_likelihood.session is window.store.session
    labels = [each.text for each in window.log_likelihood.plot.overlay.drawing.labels]
    assert "log P = −515.29" in labels
    # The gain is written in the colour of the bound: at the start there is none.
    plain = saved.convertToFormat(QImage.Format.Format_RGB32)
    bound = QColor(window.appearance.theme.bound).rgb()
    assert np.count_nonzero(np.frombuffer(plain.constBits(), np.uint32) == bound) > 200
    forward(window, qtbot)
    press(window, Qt.Key.Key_L)
    assert window.log_likelihood.session is window.store.session
    assert "log P = " in " ".join(each.text for each in window.log_likelihood.plot.overlay.drawing.labels)


# -- the menu bar --------------------------------------------------------------------------------------------


def tap_alt(window):
    """Press and let go Alt, as it comes from the keyboard."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(
            window.windowHandle(), QKeyEvent(kind, Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier)
        )


@pytest.mark.thorough
def test_a_low_window_has_a_menu_button_and_alt_shows_the_menu_bar(opened, qtbot):
    window = opened()
    assert not window.menuBar().isVisible()
    assert window.transport.menu.isVisible()
    titles = [action.text() for action in window.transport.menu.menu().actions()]
    assert titles == [action.text() for action in window.menuBar().actions()]
    # Alt with another key is not Alt alone.
    handle, none = window.windowHandle(), Qt.KeyboardModifier.NoModifier
    for kind, key in (("KeyPress", "Key_Alt"), ("KeyPress", "Key_Tab"), ("KeyRelease", "Key_Alt")):
        QApplication.sendEvent(handle, QKeyEvent(QEvent.Type[kind], Qt.Key[key], none))
    QApplication.processEvents()
    assert not window.menuBar().isVisible()
    # Nor is Alt with the key of a shortcut, let go in any order; the window never hears of that key.
    alt, none = Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(handle, QKeyEvent(QEvent.Type.KeyPress, alt, none))
    up = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QApplication.sendEvent(window.counts, up)
    QApplication.sendEvent(handle, QKeyEvent(QEvent.Type.KeyRelease, alt, none))
    QApplication.processEvents()
    assert not window.menuBar().isVisible()
    for ask in (tap_alt, lambda window: press(window, Qt.Key.Key_F10)):
        window.counts.sheet.grid.rows.setFocus()
        ask(window)
        qtbot.waitUntil(window.menuBar().isVisible)
        assert QApplication.activePopupWidget() is window.menus.file
        window.menus.file.close()
        qtbot.waitUntil(lambda: not window.menuBar().isVisible())
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is window.counts.sheet.grid.rows)


@pytest.mark.thorough
def test_a_high_window_has_the_menu_bar_and_a_wide_one_the_speed(opened):
    window = opened("coins", (1360, 820))
    assert window.menuBar().isVisible()
    assert not window.transport.menu.isVisible()
    window.resize(*SMALL)
    QApplication.processEvents()
    assert window.transport.menu.isVisible()
    # Where the bar has no room for the speed, the button has a menu of speeds.
    play = window.transport.buttons["play"]
    assert not window.transport.speed.isVisible()
    next(action for action in play.menu().actions() if action.data() == 8.0).trigger()
    assert speed_at(window.transport.speed.value()) == pytest.approx(8, rel=0.05)
    assert window.preferences.speed == pytest.approx(8, rel=0.05)
    window.resize(1920, 720)
    QApplication.processEvents()
    assert window.transport.speed.isVisible()
    assert play.menu() is None


# -- a snapshot ----------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_snapshot_has_the_arrangement_of_the_window_after_those_steps(monkeypatch):
    found = []
    settled = snapshot._settle

    def noted(window):
        settled(window)
        found.append((window.desk.side, window.desk.hall.scene.arrangement, window.bound.width()))

    monkeypatch.setattr(snapshot, "_settle", noted)
    start = example_session("hmm")
    for session in (start, desk.step(desk.step(start))):
        assert snapshot.draw(session, SMALL, "light")
    assert [side for side, _, _ in found] == [Side.BESIDE, Side.AWAY]
    assert {arrangement for _, arrangement, _ in found} == {STAGE}
    assert found[1][2] == 448


@pytest.mark.thorough
def test_a_snapshot_waits_for_the_formulas_of_its_derivation(monkeypatch):
    taken, picture_of = [], snapshot.picture_of

    def noted(window, scale):
        derivation = window.counts.derivation
        taken.append((derivation.isVisible(), derivation.busy))
        return picture_of(window, scale)

    monkeypatch.setattr(snapshot, "picture_of", noted)
    assert snapshot.draw(desk.step(example_session("gmm")), SMALL, "light")
    assert taken == [(True, False)]


@pytest.mark.thorough
def test_no_line_of_a_derivation_is_cut_where_the_counts_have_all_the_room(opened, qtbot):
    window = opened(desk.step(example_session("rna")))
    derivation = window.counts.derivation
    qtbot.waitUntil(lambda: derivation.isVisible() and not derivation.busy)
    window.show_display({"large": "counts"})
    settle(window, qtbot)
    qtbot.waitUntil(lambda: not derivation.busy and len(derivation.lines) > 2)
    scroll = derivation._scroll
    # Words are wrapped some events after the font has grown; then all is settled.
    for _ in range(50):
        QApplication.processEvents()
    end = scroll.rest.y() if scroll.rest.isVisible() else scroll.viewport().height()
    spans = [(line.y(), line.y() + line.height()) for line in derivation.lines]
    assert not [span for span in spans if span[0] < end < span[1] - 1]
