"""The window as a whole: its first screen, its keys, its menus, its files, and what it remembers."""

import csv
import io
import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QGraphicsView, QSlider, QWidget

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.counts.table import ShareCell
from emviz.em.methods import method_named
from emviz.em.model import Phase
from emviz.models import discover, model_named
from emviz.session import example_session, new_session
from emviz.ui.commands.help_texts import TextDialog
from emviz.ui.frame.speeds import speed_at
from emviz.ui.keeping import preferences
from emviz.ui.look import style
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.theme import DARK
from emviz.ui.widgets.grid import small_font
from emviz.ui.widgets.scroller import Scroller
from emviz.ui.window import MainWindow

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ACTIONS = ["step", "back", "iterate", "run", "pause", "play", "reset", "first", "last", "open"]
WIDGETS = [
    *("modelSelector", "exampleSelector", "dataTable", "startTable", "timeline", "speed"),
    *("boundPanel", "logLikelihoodPanel", "countPanel", "modelPanel"),
]
FORWARD = [Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_PageDown]


@pytest.fixture
def settings(tmp_path):
    return preferences.settings_at(tmp_path / "emviz.ini")


@pytest.fixture
def make(qtbot, settings):
    """Return a maker of windows, which are closed and deleted at the end, before what pyqtgraph keeps."""

    def made(session=None, settings=settings):
        window = MainWindow(session, settings)
        qtbot.addWidget(window)
        return window

    return made


@pytest.fixture
def window(window_as_new):
    return window_as_new


def trigger(window, name):
    window.findChild(QAction, f"{name}Action").trigger()


def forward(window, qtbot, halves=1):
    for _ in range(halves):
        before = window.store.session.cursor
        trigger(window, "step")
        qtbot.waitUntil(lambda before=before: window.store.session.cursor == before + 1)


def press(widget, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        QTest.keyClick(widget, key, modifier)


# -- the first screen ----------------------------------------------------------------------------------------


def test_it_opens_on_the_paper(window):
    session = window.store.session
    assert session.source == example_session().source
    assert np.allclose(session.step.params.heads, [0.6, 0.5])
    assert session.step.phase is Phase.START
    assert window.windowTitle().startswith(session.source)


def test_what_scripts_rely_on_is_there(window):
    for name in ACTIONS:
        assert window.findChild(QAction, f"{name}Action") is not None, name
    for name in WIDGETS:
        assert len(window.findChildren(QWidget, name)) == 1, name


def test_everything_that_can_be_operated_has_a_name(window):
    for widget in window.findChildren(QWidget):
        own = not widget.objectName().startswith("qt_")
        if isinstance(widget, QAbstractButton | QSlider) and widget.isVisible() and own:
            name = widget.accessibleName() or getattr(widget, "text", str)() or widget.toolTip()
            assert name, (widget, widget.objectName())
    for panel in window.panels:
        assert panel.accessibleName()
    for view in window.findChildren(QGraphicsView):
        assert view.accessibleName(), view


def test_it_opens_on_another_session(qtbot, make):
    table = Table.from_columns({"heads": [5, 9], "tails": [5, 1]})
    window = make(new_session(model_named("coins"), table, "mine"))
    assert window.store.session.source == "mine"
    window.close()


def test_it_fits_the_screens_of_lecture_halls(window):
    for size in ((1280, 720), (1920, 1080)):
        window.resize(*size)
        QApplication.processEvents()
        assert (window.width(), window.height()) == size
        assert window.transport.readout.isVisible()
        for panel in window.panels:
            assert panel.width() > 250
            assert panel.height() > 120


# -- keys ----------------------------------------------------------------------------------------------------


def test_keys_go_forward_and_back_and_to_both_ends(window, qtbot):
    for cursor, key in enumerate(FORWARD, start=1):
        press(window, key)
        qtbot.waitUntil(lambda cursor=cursor: window.store.session.cursor == cursor)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_PageUp):
        cursor -= 1
        press(window, key)
        assert window.store.session.cursor == cursor, key
    press(window, Qt.Key.Key_Home)
    assert window.store.session.cursor == 0
    press(window, Qt.Key.Key_End)
    assert window.store.session.cursor == 3


def test_r_runs_and_p_plays(window, qtbot):
    press(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: desk.settled(window.store.session) and not window.driver.running)
    press(window, Qt.Key.Key_Home, Qt.Key.Key_P)
    assert window.driver.playing
    press(window, Qt.Key.Key_R)
    assert not window.driver.playing


def test_undo_and_redo(window, qtbot):
    window.start_at({"heads": np.array([0.7, 0.3])}, False)
    qtbot.waitUntil(lambda: window.store.session.start.heads[0] == 0.7)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    press(window, Qt.Key.Key_Z, modifier=control)
    qtbot.waitUntil(lambda: window.store.session.start.heads[0] == 0.6)
    press(window, Qt.Key.Key_Z, modifier=control | shift)
    qtbot.waitUntil(lambda: window.store.session.start.heads[0] == 0.7)


def focusable(window):
    widgets = [window.desk, *window.findChildren(QWidget)]
    return [
        widget
        for widget in widgets
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and widget.isEnabled()
    ]


def test_a_clicker_steps_wherever_the_focus_is(qtbot, make):
    window, asked = make(), []
    with qtbot.waitActive(window):
        window.show()
    window.commands["step"].triggered.disconnect(window.lessons.forward)
    window.commands["step"].triggered.connect(lambda: asked.append(1))
    before = window.store.session
    for widget in focusable(window):
        widget.setFocus()
        typed = (
            widget.inputMethodHints() or widget.inherits("QLineEdit") or widget.inherits("QAbstractSpinBox")
        ) or widget is window.bound.choice
        for key in (Qt.Key.Key_PageDown,) if typed else (Qt.Key.Key_PageDown, Qt.Key.Key_Space):
            count = len(asked)
            press(widget, key)
            assert len(asked) == count + 1, (widget, widget.objectName(), key)
    assert window.store.session is before


def test_a_field_being_typed_into_keeps_its_keys(window, qtbot):
    field = window.findChild(QWidget, "startSeed")
    field.setFocus()
    press(
        field,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
        Qt.Key.Key_Space,
        Qt.Key.Key_Home,
        Qt.Key.Key_R,
        Qt.Key.Key_P,
    )
    assert not window.driver.running
    assert not window.driver.playing
    press(field, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)


def test_a_cell_being_edited_keeps_its_keys(window, qtbot):
    table = window.findChild(QWidget, "dataTable")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 1))
    table.edit(table.currentIndex())
    editor = QApplication.focusWidget()
    assert editor is not table
    press(editor, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_P)
    assert not window.driver.playing
    assert "P" in editor.text().upper()
    press(editor, Qt.Key.Key_Escape)
    assert window.store.session.cursor == 0


def test_enter_presses_the_button_that_has_the_focus(window, qtbot):
    button = window.transport.buttons["iterate"]
    button.setFocus()
    press(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.session.cursor == 2)


# -- looks ---------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_font_grows_and_shrinks(window, qtbot):
    control, usual = Qt.KeyboardModifier.ControlModifier, QApplication.font().pointSizeF()
    press(window, Qt.Key.Key_Plus, modifier=control)
    assert QApplication.font().pointSizeF() == pytest.approx(usual * 12 / 11)
    assert window.transport.buttons["back"].font().pointSizeF() == pytest.approx(usual * 12 / 11)
    press(window, Qt.Key.Key_Minus, Qt.Key.Key_Minus, modifier=control)
    qtbot.waitUntil(lambda: QApplication.font().pointSizeF() == pytest.approx(usual * 10 / 11))
    press(window, Qt.Key.Key_0, modifier=control)
    assert QApplication.font().pointSizeF() == pytest.approx(usual)


@pytest.mark.thorough
def test_a_large_font_does_not_push_the_window_off_the_screen(window):
    window.resize(1280, 720)
    window.appearance.resize(style.LARGEST)
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720


def test_every_panel_follows_the_theme(window):
    dark = next(action for action in window.menus.theme.actions() if action.data() == "dark")
    dark.trigger()
    assert all(panel.theme is DARK for panel in window.panels)
    assert dark.isChecked()


@pytest.mark.thorough
def test_full_screen_hides_the_setup_until_escape(window):
    press(window, Qt.Key.Key_F5)
    assert window.isFullScreen()
    assert not window.setup.isVisible()
    assert window.bound.isVisible()
    press(window, Qt.Key.Key_PageDown)
    press(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.setup.isVisible()
    assert not window.commands["leave"].isEnabled()


def test_the_screen_goes_black_and_comes_back(window):
    press(window, Qt.Key.Key_Period)
    assert window.blank.isVisible()
    assert window.blank.grab().toImage().pixelColor(5, 5).lightness() == 0
    press(window, Qt.Key.Key_Period)
    assert not window.blank.isVisible()


def test_display_choices_reach_the_session(window):
    assert window.commands["reference"].isChecked()
    trigger(window, "reference")
    trigger(window, "reveal")
    window.menus.decimals.actions()[3].trigger()
    display = window.store.session.display
    assert (display.reference, display.revealed, display.decimals) == (False, True, 4)


@pytest.mark.thorough
def test_the_answers_are_hidden_together_and_stay_hidden(qtbot, make):
    def labels(shown):
        overlays = (shown.bound.plot, shown.log_likelihood.plot, shown.model_picture.picture.plot)
        return [label.text for plot in overlays for label in plot.overlay.drawing.labels]

    window = make()
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.pictures.idle)
    told = " ".join(labels(window))
    for answer in ("maximum", "saddle", "complete data"):
        assert answer in told
    trigger(window, "reference")
    hidden = " ".join(labels(window))
    assert "θ(0)" in hidden
    for answer in ("maximum", "saddle", "complete data"):
        assert answer not in hidden
        assert answer not in window.model_picture.accessibleDescription()
    assert "complete data" not in window.counts.sheet.reference.text()
    window.close()
    again = make()
    assert not again.store.session.display.reference
    assert not again.commands["reference"].isChecked()
    again.close()


def test_the_usual_layout_is_in_the_menu_and_reaches_into_the_panels(window, qtbot):
    forward(window, qtbot)
    window.show_display({"cell": ShareCell(0, 0)})
    inner = window.counts._splitter
    trigger(window, "usualLayout")
    usual = window.desk.sizes, inner.sizes()
    inner.moveSplitter(inner.sizes()[0] + 40, 1)
    for name in ("columnHandle", "rowHandle"):
        handle = window.findChild(QWidget, name)
        handle.dragged.emit(handle.pos() + QPoint(40, 40))
    assert (window.desk.sizes, inner.sizes()) != usual
    trigger(window, "usualLayout")
    assert (window.desk.sizes, inner.sizes()) == usual


def test_other_data_are_seen_from_their_beginning_and_an_edit_stays_in_place(window, qtbot):
    window.resize(1280, 500)
    bars = [
        window.setup.findChild(Scroller).verticalScrollBar(),
        window.data.view.verticalScrollBar(),
        window.counts.sheet.grid.rows.verticalScrollBar(),
    ]
    window.setup.model.setCurrentIndex(window.setup.model.findData("gmm"))
    window.setup.model.activated.emit(window.setup.model.currentIndex())
    qtbot.waitUntil(lambda: window.store.session.model.key == "gmm" and all(bar.maximum() for bar in bars))
    for bar in bars:
        bar.setValue(bar.maximum())
    window.start_at({"weight": np.array([0.3, 0.7])}, False)
    qtbot.waitUntil(lambda: window.store.session.start.weight[0] == 0.3)
    assert all(bar.value() > 0 for bar in bars)
    window.menus.examples.actions()[-1].trigger()
    qtbot.waitUntil(lambda: window.store.session.source == window.store.session.model.examples[-1].title)
    assert [bar.value() for bar in bars] == [0, 0, 0]


def test_every_model_is_seen_in_the_list(window):
    selector = window.setup.model
    assert selector.maxVisibleItems() >= selector.count() == len(discover()) >= 13


def test_motion_is_a_choice(window, qapp):
    trigger(window, "motion")
    assert qapp.property(SWITCH) is False
    trigger(window, "motion")
    assert qapp.property(SWITCH) is True


def test_help_opens(window):
    for name, text in (("keys", "Space"), ("model", "coin"), ("about", "Batzoglou")):
        trigger(window, name)
        dialog = next(each for each in window.findChildren(TextDialog) if each.isVisible())
        assert text in dialog.page.toPlainText(), name
        dialog.reject()


# -- files ---------------------------------------------------------------------------------------------------


def save(window, qtbot, monkeypatch, name, path):
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
    trigger(window, name)
    qtbot.waitUntil(lambda: path.exists() and window.exporter.busy is None)
    return path.read_bytes()


def test_the_trace_is_saved(window, qtbot, monkeypatch, tmp_path):
    forward(window, qtbot, 4)
    text = save(window, qtbot, monkeypatch, "traceCsv", tmp_path / "trace.csv").decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["objective"]) for row in rows] == pytest.approx(
        [-33.0939, -31.8593, -31.7231], abs=1e-4
    )
    record = json.loads(save(window, qtbot, monkeypatch, "traceJson", tmp_path / "trace.json"))
    assert [each["t"] for each in record["trace"]] == [0, 1, 2]


def test_the_count_table_is_saved(window, qtbot, monkeypatch, tmp_path):
    assert not window.commands["countsCsv"].isEnabled()
    forward(window, qtbot, 2)
    text = save(window, qtbot, monkeypatch, "countsCsv", tmp_path / "counts.csv").decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["row", "observed", "P(A)", "P(B)", "coin A H", "coin A T", "coin B H", "coin B T"]
    assert rows[1][:2] == ["1", "HTTTHHTHTH"]
    assert float(rows[1][2]) == pytest.approx(0.449, abs=1e-3)
    assert rows[-1][0] == "total"
    assert [float(cell) for cell in rows[-1][4:]] == pytest.approx([21.3, 8.6, 11.7, 8.4], abs=0.05)
    assert len(rows) == 7
    record = json.loads(save(window, qtbot, monkeypatch, "countsJson", tmp_path / "counts.json"))
    assert record["totals"]["coin A H"] == pytest.approx(sum(row["coin A H"] for row in record["rows"]))
    assert record["rows"][4]["observed"] == "THHHTHHHTH"


def test_the_count_table_of_hard_em_says_so_and_its_counts_are_whole(window, qtbot, monkeypatch, tmp_path):
    window.driver.edit(lambda session: desk.set_method(session, method_named("hard")))
    qtbot.waitUntil(lambda: window.store.session.method.key == "hard")
    forward(window, qtbot, 1)
    text = save(window, qtbot, monkeypatch, "countsCsv", tmp_path / "counts.csv").decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][2:4] == ["q(A)", "q(B)"]
    assert [float(cell) for cell in rows[1][2:]] == [0, 1, 0, 0, 5, 5]
    assert [float(cell) for cell in rows[-1][4:]] == [24, 6, 9, 11]
    record = json.loads(save(window, qtbot, monkeypatch, "countsJson", tmp_path / "counts.json"))
    assert record["method"] == "hard"
    assert record["totals"] == {"coin A H": 24, "coin A T": 6, "coin B H": 9, "coin B T": 11}
    text = save(window, qtbot, monkeypatch, "answersCsv", tmp_path / "answers.csv").decode()
    assert [row["counted whole"][-1] for row in csv.DictReader(io.StringIO(text))] == list("BAABA")


def test_pictures_are_saved_at_twice_the_size(window, qtbot, monkeypatch, tmp_path):
    image = QImage.fromData(save(window, qtbot, monkeypatch, "picture", tmp_path / "window.png"))
    assert image.width() == 2 * window.desk.width()
    path = tmp_path / "panel.png"
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
    with qtbot.waitSignal(window.exporter.saved):
        next(each for each in window.menus.panels.actions() if each.data() == "boundPanel").trigger()
    assert QImage(str(path)).height() == 2 * window.bound.height()
    # They are found by their names.
    assert len({each.data() for each in window.menus.panels.actions()}) == len(window.panels) == 6


def test_what_cannot_be_saved_is_told(window, qtbot, monkeypatch, tmp_path):
    path = tmp_path / "no such folder" / "x.png"
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
    for name in ("picture", "traceCsv"):
        with qtbot.waitSignal(window.exporter.refused):
            trigger(window, name)
        assert not window.status.notice.isHidden()
        assert "folder" in window.status.notice.words.text()


def test_nothing_is_saved_where_the_dialog_is_cancelled(window, monkeypatch):
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: None)
    for name in ("traceCsv", "picture"):
        trigger(window, name)
    assert window.exporter.busy is None


def test_copy_takes_a_picture_of_the_panel(window, qapp):
    window.findChild(QWidget, "boundPanel").findChild(QGraphicsView).setFocus()
    trigger(window, "copy")
    assert qapp.clipboard().image().width() == 2 * window.bound.width()


@pytest.mark.filterwarnings("ignore:Function.*QDragEnterEvent:DeprecationWarning")
def test_a_dropped_file_is_opened(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "tosses.csv"
    path.write_text("tosses\nHHT\n")
    opened = []
    monkeypatch.setattr(window.setup, "open_path", opened.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place = QPoint(400, 300)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, drop)
    assert opened == [path]
    assert not any(view.viewport().acceptDrops() for view in window.findChildren(QGraphicsView))


@pytest.mark.filterwarnings("ignore:Function.*QDragEnterEvent:DeprecationWarning")
def test_a_dropped_text_is_not(window):
    mime = QMimeData()
    mime.setText("HHT")
    enter = QDragEnterEvent(
        QPoint(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_recent_files_are_offered(window, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(window.setup, "open_path", opened.append)
    window.document.take_over(str(tmp_path / "a & b.csv"))
    window.menus.recent.actions()[0].trigger()
    assert opened == [tmp_path / "a & b.csv"]


@pytest.mark.thorough
def test_examples_are_offered(window, qtbot):
    key = window.store.session.model.examples[1].key
    next(action for action in window.menus.examples.actions() if action.data() == key).trigger()
    title = window.store.session.model.examples[1].title
    qtbot.waitUntil(lambda: window.store.session.source == title)


def test_the_open_action_asks_for_a_file(window):
    trigger(window, "open")
    dialog = next(each for each in window.findChildren(QDialog) if each.isVisible())
    dialog.reject()


# -- what it remembers ---------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_seed_pages_and_speed_are_no_secrets_of_widgets(make, qtbot):
    window = make()
    window.setup.start.seed.setValue(42)
    assert window.store.session.display.seed == 42
    for _ in range(2):
        window.setup.start.random.click()
    qtbot.waitUntil(lambda: window.store.session.seed == 43)
    assert window.setup.start.seed.value() == window.store.session.display.seed == 44
    assert window.setup.start.heading.text() == "θ(0): seed 43"
    window.log_likelihood._pages.button(1).click()
    assert window.store.session.display.plot == "θ"
    window.driver.edit(partial(desk.open_example, model="gmm"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "gmm")
    window.setup.start.theta.pages.setCurrentIndex(1)
    assert window.store.session.display.field == "mean μ"
    window.transport.set_speed(5.0)
    assert window.preferences.speed == pytest.approx(5.0, rel=0.03)
    window.close()


def test_choices_are_remembered(make):
    first = make()
    first.appearance.choose("dark")
    first.appearance.resize(13)
    first.transport.set_speed(5.0)
    first.show_display({"decimals": 3})
    first.document.take_over("/data/tosses.csv")
    first.close()
    second = make()
    assert second.appearance.theme is DARK
    assert second.appearance.points == 13
    assert speed_at(second.transport.speed.value()) == pytest.approx(5.0, rel=0.03)
    assert second.store.session.display.decimals == 3
    assert second.preferences.recent == ("/data/tosses.csv",)
    second.close()


def test_decimals_that_data_need_are_not_remembered(make):
    window = make(example_session("modules", "yeast"))
    assert window.store.session.display.decimals == 2
    window.close()
    assert window.preferences.decimals == 1


def test_it_opens_on_corrupt_preferences(make, tmp_path):
    path = tmp_path / "bad.ini"
    path.write_bytes(b"[General]\ngeometry=AAAA\nsplitters=[[1]]\npoints=\x00\xff\ntheme=[\n")
    window = make(settings=preferences.settings_at(path))
    assert window.appearance.points == style.USUAL
    window.close()


def test_closing_in_mid_run_leaves_no_thread(qtbot, make):
    table = Table.from_columns({"heads": np.arange(1.0, 40.0), "tails": np.arange(40.0, 1.0, -1.0)})
    session = replace(new_session(model_named("coins"), table, "mine"), tolerance=0.0, iterations=10**7)
    window = make(session)
    window.show()
    window.driver.run()
    qtbot.waitUntil(lambda: len(window.store.session.trace) > 20)
    assert window.driver.running
    window.close()
    assert not window.worker.isRunning()


@pytest.mark.parametrize("way", ["key", "button"])
def test_what_is_being_typed_counts_before_a_step(window, qtbot, way):
    table = window.findChild(QWidget, "startTable")
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    table.edit(table.currentIndex())
    editor = QApplication.focusWidget()
    editor.selectAll()
    qtbot.keyClicks(editor, "0.3")
    if way == "key":
        press(editor, Qt.Key.Key_PageDown)
    else:
        qtbot.mouseClick(window.transport.buttons["step"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    assert window.store.session.start.heads.tolist() == [0.6, 0.3]


@pytest.mark.thorough
def test_headers_are_painted_in_the_font_that_was_chosen_last(window):
    for name in ("larger", "larger", "usual"):
        trigger(window, name)
    header = window.data.view.horizontalHeader()
    assert header.viewport().font().pointSizeF() == header.font().pointSizeF() == small_font().pointSizeF()


def test_a_caption_gives_its_height_back(window, qtbot):
    forward(window, qtbot)
    caption = window.bound.caption
    usual = caption.height()
    window.resize(745, 662)
    qtbot.waitUntil(lambda: caption.height() > usual)
    window.resize(1360, 820)
    qtbot.waitUntil(lambda: caption.height() == usual)
