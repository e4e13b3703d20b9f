"""The handout of the window: whole or not at all, with the pages that its dialog promises."""

import re
import zlib

import pytest
from PySide6.QtGui import QColor, QPalette

from emviz import session as desk
from emviz.api import attempted
from emviz.handouts import Solution
from emviz.ui import preferences
from emviz.ui.handout.dialog import FORMS, HandoutDialog
from emviz.ui.handout.press import Press
from emviz.ui.theme import LIGHT
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
    assert not dialog.row.isEnabled()
    dialog.ask()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Saved class.pdf: 4 pages."]
    assert [each.name for each in tmp_path.glob("*.pdf")] == ["class.pdf"]
    data = path.read_bytes()
    assert pages(data) == 4
    assert b"/MediaBox [0 0 792" in data or b"/MediaBox [0.000000 0.000000 792" in data
    # Letters are letters of fonts that lie in the file.
    assert b"/FontFile2" in data


def test_words_are_dark_on_paper_in_a_dark_window_too(qapp):
    palette = qapp.palette()
    palette.setColor(QPalette.ColorRole.Text, QColor("#ffffff"))
    qapp.setPalette(palette)
    press = Press("Coins", "A4")
    press.solutions([Solution(1, "2.2 H")])
    drawn = b"".join(
        zlib.decompressobj().decompress(each)
        for each in re.findall(rb"stream\r?\n(x.*?)endstream", press.finish(), re.DOTALL)
    )
    inks = set(re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) scn", drawn))
    ink = QColor(LIGHT.ink)
    assert any(abs(float(red) - ink.redF()) < 1e-3 for red, _, _ in inks)
    # The number of the page, its title and the words: nothing is lighter than what is muted.
    assert all(float(red) <= QColor(LIGHT.muted).redF() + 1e-3 for red, _, _ in inks), inks
