"""The shell of the window: transport, status, errors."""

import io
import sys
import threading
from dataclasses import replace
from itertools import pairwise

import pytest
import shiboken6
from hall.ink import painted
from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontInfo, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.domains import ParameterError
from emviz.em.model import ModelError, Phase
from emviz.models import model_named
from emviz.session import new_session
from emviz.session.trail import Trail
from emviz.ui import errors
from emviz.ui.commands.actions import Actions
from emviz.ui.frame import speeds, status, transport
from emviz.ui.look import style
from emviz.ui.look.theme import LIGHT
from emviz.ui.widgets.card import Card

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TOSSES = ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"]


class StillDriver(QObject):
    """What the bar asks of a driver."""

    running = playing = False
    refused, cancelled = Signal(str), Signal(str)


@pytest.fixture
def session():
    table = Table.from_columns({"tosses": TOSSES, "coin": list("BAABA")})
    return new_session(model_named("coins"), table, "Do & Batzoglou 2008, Figure 1")


def stepped(session, halves):
    for _ in range(halves):
        session = desk.step(session)
    return session


# -- transport -----------------------------------------------------------------------------------------------


@pytest.fixture
def bar(qapp, qtbot):
    style.dress(qapp, LIGHT, 11)
    owner = QWidget()
    qtbot.addWidget(owner)
    actions = Actions(owner)
    bar = transport.Transport(actions, StillDriver(owner), owner)
    bar.commands, bar.owner = actions, owner
    actions.apply_theme(LIGHT, 19)
    bar.apply_theme(LIGHT)
    return bar


def show(bar, session, driver=StillDriver):
    bar.commands.render(session, driver)
    bar.show_session(session, driver)


def test_the_step_button_names_the_next_half_step(bar, session):
    for halves, name in enumerate(["E-step", "M-step", "E-step"]):
        show(bar, stepped(session, halves))
        assert bar.buttons["step"].text() == name


def test_enabled_states_follow_the_session(bar, session):
    actions = bar.commands
    show(bar, session)
    assert not any(actions[name].isEnabled() for name in ("first", "back", "last", "reset", "undo", "redo"))
    assert all(actions[name].isEnabled() for name in ("step", "iterate", "run", "play"))
    show(bar, desk.seek(stepped(session, 3), 1))
    assert all(actions[name].isEnabled() for name in ("first", "back", "last", "reset", "step"))
    failed = desk.failed(session, session.run, ModelError("0/0", 1, Phase.M))
    show(bar, failed)
    assert not any(actions[name].isEnabled() for name in ("step", "iterate", "run", "play"))
    show(bar, desk.undo(desk.reset(stepped(session, 2))))
    assert actions["redo"].isEnabled()


def test_run_becomes_pause_and_never_both(bar, session):
    class Running(StillDriver):
        running = True

    show(bar, session)
    assert bar.buttons["run"].text() == "Run"
    assert not bar.commands["pause"].isEnabled()
    show(bar, session, Running)
    assert bar.buttons["run"].text() == "Pause"
    assert not bar.commands["run"].isEnabled()
    assert bar.commands["pause"].isEnabled()


def test_play_becomes_stop(bar, session):
    class Playing(StillDriver):
        playing = True

    show(bar, session, Playing)
    assert bar.buttons["play"].text() == "Stop"
    show(bar, session)
    assert bar.buttons["play"].text() == "Play"


def test_readout_is_that_of_the_paper(bar, session):
    show(bar, session)
    assert (bar.readout.place.text(), bar.readout.value.text()) == (
        "at the start · θ(0)",
        "log P −33.09",
    )
    show(bar, stepped(session, 2))
    figures = [label.text() for label in (bar.readout.place, bar.readout.value, bar.readout.gain)]
    assert figures == ["iteration 1, after the M-step · θ(1)", "log P −31.86", "▲ 1.23"]
    show(bar, stepped(session, 3))
    assert bar.readout.place.text() == "iteration 2, after the E-step · θ(1)"
    assert bar.readout.place.shorter == "iteration 2 · θ(1)"


def test_speed_is_logarithmic_between_its_limits(bar, qtbot):
    assert speeds.speed_at(0) == pytest.approx(0.2)
    assert speeds.speed_at(speeds.POSITIONS) == pytest.approx(20)
    assert speeds.position_of(2) == speeds.POSITIONS // 2
    assert speeds.position_of(1e9) == speeds.POSITIONS
    assert bar.speed_label.text() == "2 steps/s"
    with qtbot.waitSignal(bar.speed_changed) as told:
        bar.speed.setValue(100)
    assert told.args == [pytest.approx(20)]
    assert bar.speed_label.text() == "20 steps/s"


@pytest.mark.parametrize("key", ["coins", "motif"])
def test_no_figure_is_cut_at_any_width(bar, qtbot, key):
    bar.parent().resize(2000, 60)
    bar.parent().show()
    show(bar, stepped(desk.example_session(key), 2))
    seen = set()
    for ems in range(34, 112, 2):
        bar.resize(ems * QFontInfo(bar.font()).pixelSize(), 60)
        QApplication.processEvents()
        seen.add(bar.readout.isHidden())
        assert [ink.text for ink in painted(bar.readout) if ink.clipped or ink.elided] == [], ems
        assert bar.readout.isHidden() or bar.readout.geometry().right() < bar.width()
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("ems", "words", "readout", "method"),
    [
        (110, True, True, True),
        (88, True, True, True),
        (87, False, True, True),
        (50, False, True, False),
        (40, False, False, False),
    ],
)
def test_the_width_alone_decides_what_is_in_the_bar(bar, session, ems, words, readout, method):
    width = ems * QFontInfo(bar.font()).pixelSize()
    show(bar, stepped(session, 2))
    bar.resize(width, 60)
    bar.parent().show()
    QApplication.processEvents()
    icon_only = Qt.ToolButtonStyle.ToolButtonIconOnly
    assert (bar.buttons["run"].toolButtonStyle() != icon_only) is words
    assert bar.buttons["step"].toolButtonStyle() != icon_only
    assert bar.readout.isHidden() is not readout
    assert bar.method.isHidden() is not method
    parts = [*bar.buttons.values(), bar.method, bar.chip, bar.sparkline, bar.readout]
    rects = sorted((part.geometry() for part in parts if part.isVisible()), key=QRect.left)
    assert all(one.right() < other.left() for one, other in pairwise(rects))
    assert rects[-1].right() <= width
    bar.parent().hide()


def test_the_small_curve_gives_way_to_the_name_of_the_experiment(bar, session):
    show(bar, stepped(session, 2))
    # The width of the smallest window.
    bar.resize(68 * QFontInfo(bar.font()).pixelSize(), 60)
    bar.parent().show()
    QApplication.processEvents()
    assert bar.sparkline.isHidden()
    assert bar.chip.text() == "Coins · Do && Batzoglou 2008"
    bar.parent().hide()


def test_every_action_says_what_it_does_and_no_key_is_used_twice(bar):
    keys = {}
    for action in bar.commands.all():
        assert action.toolTip()
        for key in action.shortcuts():
            keys.setdefault(key.toString(), []).append(action.objectName())
    assert {names[0] for key, names in keys.items() if key in ("Right", "Space", "PgDown")} == {"stepAction"}
    assert sorted(keys.pop("R")) == ["pauseAction", "runAction"]
    assert all(len(names) == 1 for names in keys.values())


def test_buttons_have_names_and_leave_the_focus_where_it_is(bar, session):
    show(bar, session)
    for button in bar.buttons.values():
        assert button.accessibleName()
        assert button.toolTip()
        assert button.focusPolicy() == Qt.FocusPolicy.TabFocus


# -- status --------------------------------------------------------------------------------------------------


@pytest.fixture
def line(qapp, qtbot):
    line = status.StatusBar()
    qtbot.addWidget(line)
    line.apply_theme(LIGHT)
    return line


def test_timeline_follows_the_session_without_asking_to_seek(line, session, qtbot):
    long = stepped(session, 9)
    with qtbot.assertNotEmitted(line.seek_requested):
        for shown in (session, long, desk.seek(long, 4), session, desk.seek(long, 9), desk.reset(long)):
            line.show_session(shown)
            timeline = line.timeline
            assert (timeline.maximum(), timeline.value()) == (len(shown.trace) - 1, shown.cursor)
    assert not line.timeline.isEnabled()


def test_timeline_asks_to_seek(line, session, qtbot):
    line.show_session(stepped(session, 9))
    with qtbot.waitSignal(line.seek_requested) as told:
        line.timeline.setValue(3)
    assert told.args == [3]


def test_a_click_on_the_timeline_goes_there(line, session, qtbot):
    line.show_session(stepped(session, 8))
    line.resize(1000, 80)
    with qtbot.waitExposed(line):
        line.show()
    middle = QPoint(line.timeline.width() // 2, line.timeline.height() // 2)
    with qtbot.waitSignal(line.seek_requested) as told:
        QTest.mouseClick(line.timeline, Qt.MouseButton.LeftButton, pos=middle)
    assert told.args == [4]
    line.close()


def test_the_sentence_wraps(line, session):
    line.resize(1500, 200)
    line.grab()
    line.show_session(stepped(session, 2))
    assert line.sentence.wordWrap()
    assert line.sentence.heightForWidth(200) > line.sentence.heightForWidth(900)
    assert "<sub>A</sub>" in line.sentence.html
    assert "θ_A = 0.71" in line.sentence.accessibleDescription()


def test_figures_have_true_minus_signs_and_more_decimals_in_the_tool_tip(bar, session):
    show(bar, stepped(session, 2))
    assert bar.readout.toolTip() == "θ(1): log P = −31.8593   ▲ 1.23"


@pytest.mark.parametrize("words", ["short", "a long story " * 60])
def test_the_status_is_two_lines_high_whatever_it_says(line, session, words):
    line.resize(900, line.sizeHint().height())
    line.show_session(session)
    usual = line.height()
    assert usual == pytest.approx(2 * line.sentence.fontMetrics().lineSpacing(), abs=status.MARGINS)
    line.announce(words)
    assert line.height() == line.minimumHeight() == usual
    line.refuse(words)
    assert line.height() == usual
    line.show_busy(words, 0.5)
    assert line.height() == usual


def test_a_message_longer_than_two_lines_is_cut_and_a_key_shows_all_of_it(line, session, qtbot):
    story = " ".join(f"word{place}" for place in range(200))
    with qtbot.waitExposed(line):
        line.show()
    line.resize(900, line.height())
    line.show_session(session)
    for say, label in ((line.announce, line.sentence), (line.refuse, line.notice.words)):
        say(story)
        QApplication.processEvents()
        assert label.text().endswith("… (N: all of it)")
        assert label.text().startswith(("word0 word1 word2", "Word0 word1 word2"))
        lines = 2 * label.fontMetrics().lineSpacing()
        assert label.heightForWidth(label.width()) <= lines < label.heightForWidth(label.width() // 2)
        assert "word199" in label.toolTip()
        line.show_whole()
        assert "word199" in QToolTip.text()
        QToolTip.hideText()
    line.show_session(stepped(session, 1))
    assert line.sentence.toolTip() == ""


def test_a_refusal_stands_until_the_next_action(line, session):
    line.show_session(session)
    line.refuse("the tolerance must lie between 0 and 1, got 7")
    assert line.notice.words.text() == "The tolerance must lie between 0 and 1, got 7."
    assert not line.notice.isHidden()
    assert line.sentence.isHidden()
    line.show_session(stepped(session, 1))
    assert line.notice.isHidden()
    assert not line.sentence.isHidden()


def test_a_fault_and_a_failure_stand_while_they_last(line, session):
    faulty = replace(session, fault=DataError("expected H or T, got 'x'", row=4, column="tosses"))
    line.show_session(faulty)
    expected = "Row 4, column tosses: expected H or T, got 'x'. The last valid data remain in use."
    assert line.notice.words.text() == expected
    failed = desk.failed(stepped(session, 2), session.run, ModelError("0/0", 2, Phase.M))
    line.show_session(failed)
    assert line.notice.words.html == "Iteration 2, M-step: 0/0."
    line.show_session(desk.back(failed))
    assert line.notice.isHidden()


def test_work_in_the_background_can_be_cancelled(line, session, qtbot):
    line.show_session(session)
    line.show_busy("Reading tosses.csv", 0.25)
    assert line.busy.words.text() == "Reading tosses.csv…"
    assert (line.busy.bar.value(), line.busy.bar.maximum()) == (250, 1000)
    with qtbot.waitSignal(line.cancel_requested):
        line.busy.cancel.click()
    line.show_busy("Reading tosses.csv", None)
    assert line.busy.bar.maximum() == 0
    line.show_busy(None, None)
    assert line.busy.isHidden()
    assert not line.sentence.isHidden()


@pytest.mark.parametrize(
    ("gain", "words", "colour"),
    [
        (1.2345, "▲ 1.23", LIGHT.good),
        (-0.5, "▼ 0.50", LIGHT.fault),
        (3e-7, "▲ 3×10⁻⁷", LIGHT.good),
        (-0.004, "▼ 0.004", LIGHT.fault),
        (-2e-7, "▼ 2×10⁻⁷", LIGHT.fault),
        (0.0, "± 0", LIGHT.good),
        # Of log P = −33.1, the next double below it: rounding.
        (-7.1e-15, "± 0", LIGHT.good),
    ],
)
def test_a_fall_has_a_sign_and_a_colour_of_its_own(bar, session, gain, words, colour):
    show(bar, session)
    assert bar.readout.gain.isHidden()
    show(bar, gained(stepped(session, 2), gain))
    assert bar.readout.gain.text() == words
    assert bar.readout.gain.palette().color(QPalette.ColorRole.WindowText).name() == colour


def gained(session, gain):
    """Return a session whose last step has gained so much."""
    first, *_, last = session.trace
    height = first.expectation.objective + gain
    fallen = replace(last, expectation=replace(last.expectation, objective=height))
    return session.moved(trail=Trail([*session.trace[:2], fallen]))


# -- errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DataError("expected H or T", row=4, column="tosses"), "Row 4, column tosses: expected H or T."),
        (DataError("expected H or T", row=4, source="tosses.csv"), "tosses.csv, row 4: expected H or T."),
        (ModelError("0/0", 3, Phase.M), "Iteration 3, M-step: 0/0."),
        (MemoryError(), "There is not enough memory for this."),
        (PermissionError(13, "Permission denied", "/x.csv"), "/x.csv: Permission denied."),
        (KeyError("k"), "Something unexpected happened (KeyError: 'k')."),
        ("is it so?", "Is it so?"),
        ("two-way ties", "Two-way ties."),
        ("own-data.csv: no", "own-data.csv: no."),
        ("bill: 1 of 10 cells is missing", "bill: 1 of 10 cells is missing."),
        (ParameterError("structure: a name is missing"), "Structure: a name is missing."),
    ],
)
def test_every_error_has_a_sentence(error, sentence):
    assert errors.sentence_of(error) == sentence


@pytest.fixture
def guard(qapp, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    former = sys.excepthook
    guard = errors.Guard(window)
    guard.install()
    yield guard
    guard.remove()
    assert sys.excepthook == former


def fail(kind, words):
    try:
        raise kind(words)
    except kind as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_the_unexpected_is_told_once_and_can_be_copied(guard, qapp, qtbot, capsys):
    fail(KeyError, "first")
    assert guard.message is None, "nothing of Qt is done while an error is caught"
    fail(KeyError, "second")
    qtbot.waitUntil(lambda: guard.message is not None and guard.message.count == 2)
    assert guard.message.isVisible()
    assert "2 times" in guard.message.words.text()
    guard.message.copy_button.click()
    copied = qapp.clipboard().text()
    assert "KeyError: 'first'" in copied
    assert "KeyError: 'second'" in copied
    assert "KeyError" in capsys.readouterr().err
    guard.message.close()


def test_an_error_after_the_message_was_closed_is_told_again(guard, qtbot, capsys):
    fail(KeyError, "first")
    qtbot.waitUntil(lambda: guard.message is not None)
    guard.message.close()
    fail(KeyError, "second")
    qtbot.waitUntil(lambda: guard.message is not None)
    assert guard.message.count == 1
    assert "'second'" in guard.message.details
    guard.message.close()
    capsys.readouterr()


def test_many_errors_are_counted_in_one_message(guard, qapp, qtbot, capsys):
    for place in range(1000):
        fail(ValueError, f"number {place} of many")
    qtbot.waitUntil(lambda: guard.message is not None and guard.message.count == 1000)
    shown = [each for each in qapp.topLevelWidgets() if isinstance(each, errors.Message)]
    assert shown == [guard.message]
    assert "1,000 times" in guard.message.words.text()
    assert guard.message.details.count("of many") == errors.MOST_DETAILS
    guard.message.close()
    capsys.readouterr()


def test_errors_from_a_thread_are_told_in_the_windows_own(guard, qtbot, capsys):
    threads = [threading.Thread(target=fail, args=(ValueError, "elsewhere")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: guard.message is not None and guard.message.count == 8)
    guard.message.close()
    capsys.readouterr()


def test_an_error_in_the_telling_is_written_and_ends_there(guard, qtbot, monkeypatch, capsys):
    told = []

    def broken(details, parent):
        told.append(details)
        raise RuntimeError("no message can be made")

    monkeypatch.setattr(errors, "Message", broken)
    fail(KeyError, "first")
    qtbot.waitUntil(lambda: len(told) == 1)
    fail(KeyError, "second")
    qtbot.waitUntil(lambda: len(told) == 2)
    assert capsys.readouterr().err.count("no message can be made\n") == 2


def test_an_error_too_deep_in_the_stack_to_be_written_down_is_told_by_its_name(guard, qtbot, monkeypatch):
    def too_deep(*_):
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr(errors.traceback, "format_exception", too_deep)
    sys.excepthook(RecursionError, RecursionError(), None)
    qtbot.waitUntil(lambda: guard.message is not None)
    assert guard.message.details == "RecursionError\n"
    monkeypatch.undo()
    guard.message.close()


@pytest.mark.parametrize("stream", [None, "closed"])
def test_an_error_without_a_terminal_is_told_all_the_same(guard, qtbot, monkeypatch, stream):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed if stream else None)
    fail(KeyError, "first")
    qtbot.waitUntil(lambda: guard.message is not None)
    guard.message.close()


def test_an_error_after_the_window_is_gone_only_goes_to_standard_error(qapp, capsys):
    window = QWidget()
    guard = errors.Guard(window)
    guard.install()
    shiboken6.delete(window)
    fail(KeyError, "late")
    guard.remove()
    assert "late" in capsys.readouterr().err


def test_ctrl_c_is_left_to_python(guard, monkeypatch):
    told = []
    monkeypatch.setattr(guard, "_former", lambda *args: told.append(args[0]))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    monkeypatch.undo()
    assert told == [KeyboardInterrupt]
    assert guard.message is None


def test_pictures_are_drawn_at_twice_the_size(qapp, qtbot):
    from emviz.ui.exporting.exports import picture_of
    from emviz.ui.exporting.imaging import png_of

    card = Card("Lower bound")
    qtbot.addWidget(card)
    card.resize(300, 100)
    image = QImage.fromData(png_of(picture_of(card)))
    assert (image.width(), image.height()) == (600, 200)


def test_a_refusal_has_subscripts_and_leaves_names_of_files_alone(line):
    line.refuse("θ_A must be a number, and coins_do.csv has none")
    assert line.notice.words.html == "θ<sub>A</sub> must be a number, and coins_do.csv has none."
