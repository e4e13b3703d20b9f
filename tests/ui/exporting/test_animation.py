"""The animation of the window: what it shows, the half-step that comes back, and giving it up."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.em.work import Stopped, stoppable
from emviz.ui.exporting.animation import film
from emviz.ui.exporting.animation.dialog import AnimationDialog
from emviz.ui.exporting.exports import picture_of
from emviz.ui.exporting.making_dialog import ONLY_START
from emviz.ui.keeping import preferences
from emviz.ui.window import MainWindow
from emviz.ui.work.worker import Control

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot, tmp_path):
    session = desk.seek(attempted(desk.example_session(), 2, 0.0), 3)
    window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    window.resize(QSize(1024, 640))
    window.show()
    return window


def opened(window):
    window.commands["animation"].trigger()
    # One that has been closed is there until the loop comes round.
    return window.findChildren(AnimationDialog)[-1]


def as_pixels(image):
    return film.frame_of(image).pixels()


def parts(pixels):
    return np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], -1).astype(int)


def test_an_animation_is_made(window, qtbot, tmp_path, monkeypatch):
    an_animation_is_what_the_window_shows(window, qtbot, tmp_path, monkeypatch)
    there_is_nothing_to_draw_before_the_first_step(window)


def an_animation_is_what_the_window_shows(window, qtbot, tmp_path, monkeypatch):
    before = window.store.session
    path = tmp_path / "given up.gif"
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
    dialog = opened(window)
    assert dialog.note.text() == "5 pictures; 8.0 s, including the pause on the last one."
    dialog.ask()
    qtbot.waitUntil(lambda: bool(dialog._recorder.frames))
    dialog.reject()
    assert window.store.session.cursor == before.cursor
    assert not [*tmp_path.glob("*.gif")]

    path = tmp_path / "nowhere" / "run.gif"
    dialog = opened(window)
    dialog.what.setCurrentText("Counts")
    dialog.each.setCurrentText("iteration")
    dialog.render_note()
    dialog.ask()
    qtbot.waitUntil(lambda: dialog.note.text().startswith("!"))
    assert dialog.note.text() == "! run.gif: the folder to save it in does not exist."
    path = tmp_path / "run.gif"
    told = []
    dialog.saved.connect(told.append)
    dialog.ask()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Saved run.gif: 3 pictures."]
    assert window.status.sentence.whole == told[0]
    assert [each.name for each in tmp_path.glob(".emviz*")] == []
    assert window.store.session.cursor == before.cursor

    with Image.open(path) as animation:
        assert animation.n_frames == 3
        frames = []
        for k in range(3):
            animation.seek(k)
            frames.append(np.asarray(animation.convert("RGB")).astype(int))
            assert animation.info["duration"] == (4000 if k == 2 else 1000)
    for k, frame in enumerate(frames):
        window.driver.seek(2 * k)
        qtbot.waitUntil(lambda: window.pictures.idle and window.rota.resting)
        seen = parts(as_pixels(picture_of(window.counts, 1.0)))
        gaps = [abs(seen - other).mean() for other in frames]
        assert np.argmin(gaps) == k
        # A few hundred shades of the edges of letters are fewer in a GIF; grounds and ink are exact.
        assert gaps[k] < 1
        assert (seen == frame).all(-1).mean() > 0.9


def there_is_nothing_to_draw_before_the_first_step(window):
    window.store.put(desk.example_session())
    dialog = opened(window)
    assert dialog.note.text() == ONLY_START
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Save).isEnabled()
    dialog.reject()


def test_pictures_of_other_sizes_stand_in_the_middle_of_the_largest():
    small, large = (QImage(side, side, QImage.Format.Format_RGB32) for side in (3, 5))
    small.fill(0xFF112233)
    large.fill(0xFF445566)
    for kind in film.KINDS:
        data = film.written([film.frame_of(small), film.frame_of(large)], (100, 400), kind, lambda done: None)
        assert QImage.fromData(data).size() == QSize(5, 5)
    frames = film.frame_of(small), film.frame_of(large)
    assert (film._sized(frames[0], (5, 5)) == 0x112233).all()


def test_an_animation_is_left_between_two_pictures():
    frames, done = [film.frame_of(QImage(3, 3, QImage.Format.Format_RGB32))] * 3, []
    with stoppable(lambda: bool(done)), pytest.raises(Stopped):
        film.written(frames, (100, 100, 400), ".gif", Control(done.append).report)
    assert done == [1 / 3]
