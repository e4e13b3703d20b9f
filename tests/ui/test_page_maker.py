"""The web page of the window: made beside it, its pictures one a turn, and given up without a trace."""

import json
import re

import pytest

from emviz import session as desk
from emviz.api import attempted
from emviz.ui import preferences
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
