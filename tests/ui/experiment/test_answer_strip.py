"""The answer for the row that is selected in the data."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from standing import stand_for

from emviz import session as desk
from emviz.em.counts.table import Answer
from emviz.em.methods import Hard
from emviz.ui.experiment.answer_strip import LISTED, AnswerStrip, listed
from emviz.ui.keeping import preferences
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def strip(qtbot):
    strip = AnswerStrip()
    qtbot.addWidget(strip)
    strip.apply_theme(LIGHT)
    strip.resize(240, 80)
    return strip


def asked(row, halves=0, **changes):
    session = desk.example_session()
    for _ in range(halves):
        session = desk.step(session)
    return desk.show(session, replace(session.display, row=row, **changes))


def test_nothing_is_said_where_no_row_is_selected(strip):
    strip.show_session(asked(None))
    assert strip.isHidden()
    strip.show_session(asked(0))
    assert not strip.isHidden()
    strip.show_session(asked(99))
    assert strip.isHidden()


def test_before_the_e_step_the_answer_is_not_given_away(strip):
    strip.show_session(asked(0))
    assert "Row 1." in strip.question.text()
    assert strip.bars.texts == ("The E-step will answer this.",)
    assert "0.5" not in f"{strip.accessibleDescription()} {strip.bars.toolTip()}"


def test_the_completions_stand_with_their_shares_the_likeliest_first(strip):
    strip.show_session(asked(0, 1))
    assert "Row 1 at θ(0)." in strip.question.text()
    assert "Which coin was tossed in this set?" in strip.question.text()
    assert strip.bars.texts == ("coin B 0.55", "coin A 0.45")
    assert strip.accessibleDescription() == "coin B 0.55; coin A 0.45"
    assert strip.bars.sizeHint().height() > 0


def test_the_answer_follows_the_step_and_the_decimals(strip):
    for halves, t, shares in (
        (1, 0, ("coin B 0.55", "coin A 0.45")),
        (2, 0, ("coin B 0.55", "coin A 0.45")),
        (3, 1, ("coin B 0.70", "coin A 0.30")),
    ):
        strip.show_session(asked(0, halves))
        assert strip.bars.texts == shares
        assert f"Row 1 at θ({t})." in strip.question.text()
    strip.show_session(asked(0, 1, decimals=3))
    assert strip.bars.texts == ("coin B 0.5509", "coin A 0.4491")


def test_no_more_than_a_few_are_listed(strip):
    session = desk.set_model(desk.example_session(), {"coins": 6})
    strip.show_session(desk.step(desk.show(session, replace(session.display, row=0))))
    assert len(strip.bars.texts) == LISTED


def test_bars_are_painted_in_both_themes(strip, qtbot):
    strip.show_session(asked(1, 1))
    strip.show()
    for theme in (LIGHT, DARK):
        strip.apply_theme(theme)
        image = strip.bars.grab().toImage()
        assert image.pixelColor(2, 4) != image.pixelColor(strip.bars.width() - 2, 4)


def test_a_click_on_a_row_asks_and_the_focus_does_not(qtbot, monkeypatch):
    from emviz.ui.experiment.data_editor import DataPanel
    from emviz.ui.work.driver import Driver
    from emviz.ui.work.store import Store
    from emviz.ui.work.worker import Worker

    worker = Worker()
    driver = Driver(Store(desk.step(desk.example_session())), worker)
    panel = DataPanel(driver)
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.render(driver.store.session)
    panel.resize(320, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    with qtbot.assertNotEmitted(panel.display_requested):
        panel.view.setFocus()
    place = panel.view.visualRect(panel.model.index(2, 1)).center()
    with qtbot.waitSignal(panel.display_requested) as request:
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert request.args == [{"row": 2}]
    panel.render(desk.shown(driver.store.session, request.args[0]))
    assert panel.answer.bars.texts[0].startswith("coin A")
    with qtbot.assertNotEmitted(panel.display_requested):
        panel._ask_about(2)
        panel._ask_about(17)
    driver.shutdown()


def test_a_question_takes_one_line_and_bars_that_fit_stand_side_by_side(strip):
    strip.show_session(asked(0, 1))
    line = strip.bars.minimumSizeHint().height()
    for width, lines in ((300, 1), (110, 2)):
        strip.bars.resize(width, 2 * line)
        assert strip.bars.sizeHint().height() == lines * line
    assert strip.question.sizeHint().height() < 2 * strip.question.fontMetrics().height()


@pytest.mark.thorough
@pytest.mark.parametrize(("key", "rows"), stand_for([("coins", 3), ("motif", 2)], [("coins", 3)]))
def test_a_click_on_a_row_leaves_rows_enough_and_the_one_clicked_in_sight(qtbot, tmp_path, key, rows):
    window = MainWindow(desk.step(desk.example_session(key)), preferences.settings_at(tmp_path / "x.ini"))
    qtbot.addWidget(window)
    window.resize(1280, 690)
    with qtbot.waitExposed(window):
        window.show()
    window.desk.pin(True)
    view = window.data.view
    height = min(view.viewport().height(), view.rowViewportPosition(view.model().rowCount() - 1) + 10) - 3
    last = view.rowAt(height)
    heights = [panel.height() for panel in (window.setup, window.data)]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, height))
    qtbot.waitUntil(lambda: not window.data.answer.isHidden() and window.store.session.display.row == last)
    qtbot.waitUntil(lambda: view.viewport().rect().contains(view.visualRect(view.currentIndex()).center()))
    assert view.viewport().height() >= rows * view.verticalHeader().defaultSectionSize()
    assert [panel.height() for panel in (window.setup, window.data)] == heights
    bars = window.data.answer.bars
    assert bars.height() >= bars.minimumSizeHint().height()


def test_the_completion_that_is_counted_whole_is_named(strip):
    session = desk.set_method(asked(0), Hard())
    strip.show_session(desk.step(session))
    assert strip.bars.texts == ("coin B 0.55 · counted", "coin A 0.45")
    assert strip.accessibleDescription() == "coin B 0.55 · counted; coin A 0.45"


def test_the_completion_that_is_counted_whole_is_listed_wherever_it_stands():
    given = Answer(tuple("ABCDE"), (0.3, 0.25, 0.2, 0.15, 0.1))
    assert listed(given) == (0, 1, 2)
    assert listed(replace(given, counted=1)) == (0, 1, 2)
    assert listed(replace(given, counted=4)) == (0, 1, 4)
    assert listed(replace(given, counted=7)) == (0, 1, 2)
