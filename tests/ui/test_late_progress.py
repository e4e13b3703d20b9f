"""Work that is mostly done at once: where it is not, it is shown after half a second, and can be given up."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from emviz.em.work import check_stop
from emviz.ui.lesson import staging
from emviz.ui.work import pictures
from emviz.ui.work.channel import LATE


@pytest.fixture
def window(window_with):
    return window_with(size=(1280, 720))


def endless(*_):
    while True:
        check_stop()
        yield


def stuck(_):
    while True:
        check_stop()


def lose_patience(channel):
    """Let half a second pass in no time."""
    assert channel._patience.isActive()
    assert channel._patience.interval() == LATE == 500
    assert channel.busy is None
    channel._patience.setInterval(0)


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
    assert window.status.notice.words.whole == "Cancelled: everything is as it was."
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)


def test_following_em_for_the_slowest_direction_shows_progress_and_is_given_up_by_escape(
    window, qtbot, monkeypatch
):
    before = window.store.session
    monkeypatch.setattr(pictures, "slowest", endless)
    window.show_display({"slowest": True})
    bar = window.model_picture.picture.bar
    qtbot.waitUntil(lambda: bar._soon.isActive() or not bar.isHidden())
    bar._soon.setInterval(0)
    qtbot.waitUntil(lambda: not bar.isHidden() and bar.value() > 0)
    assert window.pictures.follows
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert not window.pictures.follows
    assert not window.store.session.display.slowest
    assert window.store.session.run == before.run


def test_what_is_done_in_time_is_not_shown_as_under_way(window, qtbot):
    seen = []
    window.driver._patience.setInterval(60_000)  # a loaded machine takes its time for anything
    window.driver.state_changed.connect(lambda: seen.append(window.driver.busy))
    window.driver.edit(lambda session: session)
    qtbot.waitUntil(lambda: window.driver._asked is None)
    assert set(seen) == {None}
    assert not window.driver._patience.isActive()
