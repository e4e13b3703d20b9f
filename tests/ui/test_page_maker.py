"""The web page of the window: made beside it, its pictures one a turn, and given up without a trace."""

import json
import re

import pytest
from PySide6.QtGui import QColor, QImage

from emviz import session as desk
from emviz.api import attempted
from emviz.em.work import finished
from emviz.ui import easel, preferences
from emviz.ui.style import dress
from emviz.ui.theme import DARK, LIGHT
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot, tmp_path):
    session = desk.seek(attempted(desk.example_session(), 2, 0.0), 3)
    window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    return window


def test_a_page_is_made_beside_the_window_and_given_up(window, qtbot, monkeypatch, tmp_path):
    pages, told = window.saving.pages, []
    pages.saved.connect(told.append)
    pages.refused.connect(told.append)
    path = tmp_path / "given up.html"
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path)
    window.commands["page"].trigger()
    assert window.working is pages
    assert pages.busy == "Saving given up.html"
    qtbot.waitUntil(lambda: bool(pages._pictures))
    window.cancel_work()
    assert pages.busy is None

    path = tmp_path / "run.html"
    window.commands["page"].trigger()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Saved run.html."]
    assert [each.name for each in tmp_path.glob("*.html")] == ["run.html"]
    page = path.read_text(encoding="utf-8")
    record = json.loads(re.search(r'id="run">(.*?)</script>', page, re.DOTALL)[1])
    assert record["at"] == 3
    pictures = [half["picture"] for half in record["halves"]]
    assert [each[1] for each in pictures] == ["log P over θ_A × θ_B"] * 5
    assert all(image.startswith("data:image/") for image in record["images"])
    assert "θ(2)" in pictures[-1][2]

    path = tmp_path / "nowhere" / "run.html"
    window.commands["page"].trigger()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == "run.html: the folder to save it in does not exist."
    assert pages.busy is None


def test_a_picture_is_sharp_unless_that_makes_it_heavy(qapp, monkeypatch):
    moved, results = finished(easel.drawing(desk.example_session(), easel.Sketches(), 0))
    sides = []
    for heavy in (easel.HEAVY, 1):
        monkeypatch.setattr(easel, "HEAVY", heavy)
        drawer = easel.Easel()
        sides += [QImage.fromData(drawer.draw(moved, results).data).width() for _ in range(2)]
        drawer.close()
    assert sides[0] == sides[1] == 2 * sides[2] == 2 * sides[3]


def test_a_picture_is_dark_on_white_beside_a_dark_window(qapp):
    before = qapp.palette(), qapp.styleSheet(), qapp.font()
    dress(qapp, DARK, 10)
    try:
        drawer = easel.Easel()
        moved, results = finished(easel.drawing(desk.example_session("motif"), easel.Sketches(), 0))
        image = QImage.fromData(drawer.draw(moved, results).data)
        drawer.close()
    finally:
        qapp.setPalette(before[0])
        qapp.setStyleSheet(before[1])
        qapp.setFont(before[2])
    shades = [
        image.pixelColor(x, y).lightness() for x in range(image.width()) for y in (2, image.height() - 3)
    ]
    assert min(shades) > 250
    # The letters of the caption below it.
    caption = [
        image.pixelColor(x, y).lightness()
        for x in range(400)
        for y in range(image.height() - 90, image.height())
    ]
    assert min(caption) < QColor(LIGHT.muted).lightness() + 30
