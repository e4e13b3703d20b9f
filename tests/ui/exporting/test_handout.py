"""The handout of the window: whole or not at all, with the pages that its dialog promises."""

import json
import re
import zlib
from collections import deque
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, qGray

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.em.work import finished
from emviz.handouts import Derived, Solution, handout
from emviz.lessons import shipped_path
from emviz.pages import recording
from emviz.pages.plots import HIGH, WIDE
from emviz.ui.exporting.handout.dialog import FORMS, LESSON, HandoutDialog
from emviz.ui.exporting.handout.press import INSIDE, Press, draw_plot
from emviz.ui.exporting.making_dialog import ONLY_START
from emviz.ui.keeping import preferences
from emviz.ui.look.theme import LIGHT
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot, tmp_path):
    session = attempted(desk.example_session(), 1, 0.0)
    window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    return window


def opened(window):
    window.commands["handout"].trigger()
    # One that has been closed is there until the loop comes round.
    return window.findChildren(HandoutDialog)[-1]


def pages(data):
    return len(re.findall(rb"/Type\s*/Page\b", data))


def test_a_handout_is_printed_and_given_up(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "given up.pdf"
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
    dialog = opened(window)
    assert dialog.note.text() == "3 sheets."
    dialog.ask()
    qtbot.waitUntil(lambda: bool(dialog._sketched))
    dialog.reject()
    assert not [*tmp_path.glob("*.pdf")]

    path = tmp_path / "nowhere" / "run.pdf"
    dialog, told = opened(window), []
    dialog.saved.connect(told.append)
    dialog.ask()
    qtbot.waitUntil(lambda: dialog.note.text().startswith("!"))
    assert dialog.note.text() == "! run.pdf: the folder to save it in does not exist."

    path = tmp_path / "class.pdf"
    dialog.form.setCurrentText(FORMS[1])
    dialog.paper.setCurrentText("Letter")
    dialog.render_note()
    assert dialog.note.text() == "3 sheets, and the solutions."
    dialog.ask()
    qtbot.waitUntil(lambda: bool(told))
    # The solutions, and the derivations of the E-step and of the M-step.
    assert told == ["Saved class.pdf: 6 pages."]
    assert [each.name for each in tmp_path.glob("*.pdf")] == ["class.pdf"]
    data = path.read_bytes()
    assert pages(data) == 6
    assert b"/MediaBox [0 0 792" in data or b"/MediaBox [0.000000 0.000000 792" in data
    # Letters are letters of fonts that lie in the file.
    assert b"/FontFile2" in data


@pytest.mark.thorough
def test_a_lesson_is_saved_as_a_page_and_as_a_handout(window, qtbot, tmp_path, monkeypatch):
    assert not window.commands["lessonPage"].isEnabled()
    window.lessons.open_path(shipped_path("1"))
    qtbot.waitUntil(lambda: window.lessons.running)
    asked, told = [], []

    def choose_path(title, suggestion):
        asked.append(suggestion)
        return tmp_path / suggestion

    monkeypatch.setattr(window.saving, "choose_path", choose_path)
    window.saving.pages.saved.connect(told.append)
    window.commands["lessonPage"].trigger()
    qtbot.waitUntil(lambda: bool(told))
    page = (tmp_path / "1-complete-data.html").read_text(encoding="utf-8")
    record = json.loads(re.search(r'id="run">(.*?)</script>', page, re.DOTALL)[1])
    assert len(record["scenes"]) == 7
    pictures = [half["picture"] for scene in record["scenes"] for half in scene["halves"]]
    assert all(picture and picture[1] == "log P over θ_A × θ_B" for picture in pictures)

    # The run has no step yet; the lesson is printed all the same.
    window.commands["lessonHandout"].trigger()
    dialog = window.findChildren(HandoutDialog)[-1]
    assert dialog.form.currentText() == LESSON[0]
    assert dialog.note.text() == "7 sheets, and the solutions."
    assert not dialog.first.isEnabled()
    dialog.form.setCurrentText(FORMS[0])
    dialog.render_note()
    assert dialog.note.text() == ONLY_START
    dialog.form.setCurrentText(LESSON[1])
    dialog.render_note()
    dialog.saved.connect(told.append)
    dialog.ask()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["Saved 1-complete-data.html.", "Saved 1-complete-data.pdf: 8 pages."]
    assert pages((tmp_path / "1-complete-data.pdf").read_bytes()) == 8
    window.lessons.leave()
    assert not window.commands["lessonHandout"].isEnabled()


@pytest.mark.thorough
def test_derivations_go_on_to_other_pages(window):
    sheet = handout(finished(recording(window.store.session)), (0, 1, 2))[0][1]

    def printed(derived):
        press = Press("Coins", "A4")
        deque(press.draw(replace(sheet, derived=derived), None, ""), maxlen=0)
        return pages(press.finish())

    assert printed(sheet.derived) == 1
    assert 1 < printed(sheet.derived * 4) < printed(sheet.derived * 12)
    # A line that is higher than a page is drawn once, and the next one goes on beside it.
    high = Derived("High", 0, (("x", "word " * 9000), ("x", "after")))
    assert printed((high,)) == 2


@pytest.mark.thorough
def test_log_p_is_drawn_as_far_as_the_sheet_has_come(window):
    sheets = handout(finished(recording(window.store.session)), (0, 1, 2))[0]
    line = INSIDE.search(sheets[0].climb)[0]
    ends = []
    for sheet in sheets:
        image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        draw_plot(
            painter, f'<svg viewBox="0 0 {WIDE} {HIGH}">{line}</svg>', QRectF(image.rect()), sheet.point[0]
        )
        painter.end()
        inked = (qGray(image.pixel(x, y)) < 200 for x in range(WIDE) for y in range(HIGH))
        ends.append(max(k // HIGH for k, dark in enumerate(inked) if dark))
    assert all(sheet.point[0] - 2 < end <= sheet.point[0] for end, sheet in zip(ends, sheets, strict=True))
    assert ends[0] == ends[1] < ends[2]


def test_words_are_dark_on_paper_in_a_dark_window_too(qapp):
    palette = qapp.palette()
    palette.setColor(QPalette.ColorRole.Text, QColor("#ffffff"))
    qapp.setPalette(palette)
    press = Press("Coins", "A4")
    deque(press.solutions([Solution(1, "2.2 H")]), maxlen=0)
    drawn = b"".join(
        zlib.decompressobj().decompress(each)
        for each in re.findall(rb"stream\r?\n(x.*?)endstream", press.finish(), re.DOTALL)
    )
    inks = set(re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) scn", drawn))
    ink = QColor(LIGHT.ink)
    assert any(abs(float(red) - ink.redF()) < 1e-3 for red, _, _ in inks)
    # The number of the page, its title and the words: nothing is lighter than what is muted.
    assert all(float(red) <= QColor(LIGHT.muted).redF() + 1e-3 for red, _, _ in inks), inks
