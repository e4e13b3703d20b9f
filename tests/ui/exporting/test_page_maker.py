"""The web page of the window: made beside it, its pictures one a turn, and given up without a trace."""

import json
import re

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.em.work import finished
from emviz.ui.exporting import easel
from emviz.ui.exporting.exports import picture_of
from emviz.ui.keeping import preferences
from emviz.ui.look.style import dress
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.additions import slow_words
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


@pytest.mark.thorough
def test_a_picture_shows_what_the_display_asks_for_besides(qapp):
    session = desk.seek(attempted(desk.example_session(), 3, 0.0), 6)
    session, sketches = desk.shown(session, {"slowest": True, "contours": True}), easel.Sketches()
    for at in (5, 6):
        moved, results = finished(easel.drawing(session, sketches, at))
        # The pair of eigenvalues at (0.80, 0.52): the larger is the rate of EM.
        assert results.slowest.value.rate == pytest.approx(0.41, abs=0.005)
        assert results.surface.of is moved
    assert "Slowest" in slow_words(moved, results)


@pytest.mark.thorough
def test_what_differs_is_laid_over_the_first_picture(qapp):
    session, sketches = desk.seek(attempted(desk.example_session(), 2, 0.0), 0), easel.Sketches()
    drawer = easel.Easel()
    drawn = [drawer.draw(*finished(easel.drawing(session, sketches, at))) for at in (0, 0, 2)]
    assert [each.patch is None for each in drawn] == [True, True, False]
    assert len({each.data for each in drawn}) == 1
    alone = easel.Easel()
    whole = QImage.fromData(alone.draw(*finished(easel.drawing(session, sketches, 2))).data)
    seen, patch = QImage.fromData(drawn[2].data), drawn[2].patch
    wide, high = whole.width(), whole.height()
    left, top, width, height = (
        round(part * side) for part, side in zip(patch.place, (wide, high) * 2, strict=True)
    )
    over = QImage.fromData(patch.data)
    assert (over.width(), over.height()) == (width, height)
    assert width * height < wide * high / 4
    painter = QPainter(seen)
    painter.drawImage(left, top, over)
    painter.end()
    shades = [
        np.frombuffer(each.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8).astype(int)
        for each in (seen, whole)
    ]
    # Both are written with loss, in blocks of their own.
    assert (abs(shades[0] - shades[1]) > 40).mean() < 1e-4
    # What differs nearly everywhere is a picture of its own.
    drawer.show(*finished(easel.drawing(session, sketches, 0)))
    blank = QImage(whole.size(), QImage.Format.Format_ARGB32_Premultiplied)
    blank.fill(0)
    drawer._grounds["blank"] = blank, b""
    assert drawer._laid(picture_of(drawer._panel.picture), "blank") is None
    for each in (drawer, alone):
        each.close()


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
