"""Work that is mostly done at once: where it is not, it is shown after half a second, and can be given up."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from emviz import session as desk
from emviz.em.counts.table import Entry, ShareCell
from emviz.em.work import check_stop
from emviz.ui.lesson import staging
from emviz.ui.widgets.edge_bar import EdgeBar
from emviz.ui.work import driver, painting
from emviz.ui.work.channel import LATE

AXES = Entry("heads", (0,)), Entry("heads", (1,))


@pytest.fixture
def window(window_with):
    return window_with(size=(1280, 720))


def endless(*_):
    while True:
        check_stop()
        yield


def begun(*_, report=None, **__):
    if report is not None:
        report(0.25)
    yield from endless()


def stuck(_):
    while True:
        check_stop()


def lose_patience(channel):
    """Let half a second pass in no time."""
    patience = channel._patience
    assert patience.isActive()
    assert patience.interval() == LATE == 500
    assert channel.shown is None
    patience.stop()
    patience.timeout.emit()


@pytest.mark.thorough
def test_a_slow_scene_of_a_lesson_shows_progress_and_is_given_up_by_escape(
    window, qtbot, tmp_path, monkeypatch
):
    before = window.store.session
    monkeypatch.setattr(staging, "opened", endless)
    window.lessons.open_path(tmp_path / "mine.lesson")
    lose_patience(window.lessons)
    qtbot.waitUntil(window.status.busy.isVisible)
    assert window.status.busy.words.text() == "Opening mine.lesson…"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.status.busy.isHidden()
    assert not window.lessons.arriving
    assert window.store.session is before


def test_a_slow_edit_shows_progress_and_is_given_up_by_escape(window, qtbot):
    before = window.store.session
    window.driver.edit(stuck)
    lose_patience(window.driver)
    qtbot.waitUntil(window.status.busy.isVisible)
    assert window.status.busy.words.text() == "Working…"
    window.driver.forward()
    assert window.store.session is before, "steps still wait for the edit"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.status.busy.isHidden()
    assert window.store.session is before
    assert window.status.sentence.whole == "Cancelled: everything is as it was."
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)


def test_escape_cancels_work_that_is_shown_before_it_closes_a_derivation(window, qtbot):
    window.driver.iterate()
    qtbot.waitUntil(lambda: window.store.session.cursor == 2)
    window.show_display({"cell": ShareCell(0, 0)})
    assert window.counts.derivation.isVisible()
    window.driver.edit(stuck)
    lose_patience(window.driver)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.driver.busy
    assert window.counts.derivation.isVisible()
    window.driver.edit(stuck)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.counts.derivation.isVisible()
    assert window.driver.busy, "what is not yet shown is not cancelled in place of what is"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.driver.busy


def test_a_file_is_shown_as_read_after_half_a_second_and_as_written(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "mine.csv"
    path.write_text("heads,tails\n3,7\n")
    monkeypatch.setattr(driver, "carried_out", endless)
    window.driver.load(path, None)
    assert window.driver.busy == "Reading mine.csv"
    assert window.status.busy.isHidden()
    lose_patience(window.driver)
    qtbot.waitUntil(window.status.busy.isVisible)
    assert window.status.busy.words.text() == "Reading mine.csv…"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.status.sentence.whole == "Cancelled: reading mine.csv; everything is as it was."
    window.exporter.save(tmp_path / "out.csv", window.store.session, endless)
    assert window.status.busy.isHidden()
    lose_patience(window.exporter)
    qtbot.waitUntil(window.status.busy.isVisible)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.status.sentence.whole == "Cancelled: saving out.csv."
    assert not (tmp_path / "out.csv").exists()


def test_a_late_half_step_shows_progress_and_is_given_up_by_escape(window, qtbot, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(driver, "_stepped", endless)
        window.driver.forward()
    late = window.driver.lateness
    assert not late.late
    late._patience["run"].start(0)
    bars = [bar for bar in window.status.findChildren(EdgeBar) if "run" in bar._jobs]
    qtbot.waitUntil(bars[0].isVisible)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert bars[0].isHidden()
    assert window.status.sentence.whole == "Cancelled: the next half-step."
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)


def test_late_pictures_show_progress_on_their_card_and_escape_cancels_them(window, qtbot, monkeypatch):
    for name in ("landscape", "landmarks", "slowest", "profile_curve", "ending"):
        monkeypatch.setattr(painting, name, begun)
    qtbot.waitUntil(lambda: window.pictures.idle)
    window.show_display({"axes": AXES[::-1], "slowest": True, "slice": AXES[0], "profile": True})
    late, work = window.pictures.lateness, ("heights", "slowest", "profile")
    qtbot.waitUntil(lambda: set(work) <= set(late._fractions))
    assert not late.late
    assert {late._patience[name].interval() for name in work} == {500}
    bars = {card: card.findChild(EdgeBar) for card in (window.model_picture, window.bound, window.status)}
    assert all(bar.isHidden() for bar in bars.values())
    for name in work:
        late._patience[name].start(0)
    qtbot.waitUntil(lambda: set(work) == set(late.late) and None not in late.late.values())
    assert [bar.isHidden() for bar in bars.values()] == [False, False, True]
    assert bars[window.bound].value() == 250
    assert "the profile likelihood" in bars[window.bound].toolTip()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert all(bar.isHidden() for bar in bars.values())
    assert not window.pictures._waiting.intersection(work)
    display = window.store.session.display
    assert not display.slowest
    assert not display.profile
    assert "the heights of the landscape" in window.status.sentence.whole
    window.show_display({"slowest": True})
    assert "slowest" in window.pictures._waiting
    assert "heights" not in window.pictures._waiting
    assert window.commands["again"].isEnabled()
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert "heights" in window.pictures._waiting
    assert not window.commands["again"].isEnabled()


def test_what_is_done_in_time_is_not_shown_as_under_way(window, qtbot):
    seen = []
    window.driver._patience.setInterval(60_000)  # a loaded machine takes its time for anything
    window.driver.state_changed.connect(lambda: seen.append(window.driver.shown))
    window.driver.edit(lambda session: session)
    qtbot.waitUntil(lambda: window.driver._asked is None)
    assert set(seen) == {None}
    assert not window.driver._patience.isActive()


def test_many_rows_of_the_counts_are_copied_in_the_background(window_with, qtbot, qapp):
    window = window_with(desk.step(desk.example_session("gmm", "faithful")))
    window.counts.sheet.grid.rows.set_everything(True)
    qapp.clipboard().setText("before")
    assert window.counts.copy() is None
    assert qapp.clipboard().text() == "before"
    assert window.errand.busy == "Copying rows"
    with qtbot.waitSignal(window.counts.awaiting.told):
        pass
    lines = qapp.clipboard().text().split("\n")
    assert len(lines) == 273
    assert lines[0].startswith("eruptions, waiting\tP(A)\t")
    assert window.status.sentence.whole == "Copied 272 rows."
