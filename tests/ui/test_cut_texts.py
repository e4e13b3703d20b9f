"""Texts that have no room: what is left of them tells most, and a tip has all of them."""

from dataclasses import replace

import pytest
from counting import go, halves
from hall.ink import painted
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from emviz.em.pictures import Graph, Node
from emviz.session import example_session
from emviz.ui.frame.chip import Chip, beginning
from emviz.ui.look.style import dress
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.paging import paging
from emviz.ui.panels.counts.widths import Width
from emviz.ui.panels.pictures.graph_layout import arrange
from emviz.ui.widgets.controls import Line
from emviz.ui.widgets.selector import Selector, TitleSelector

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise", extend=True)


def tip(widget):
    here = QPoint(3, 3)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, here, widget.mapToGlobal(here)))
    return QToolTip.text()


def test_a_field_tells_the_whole_of_what_it_has_no_room_for(qtbot):
    box, line = Selector("alphabet", "Alphabet"), Line()
    box.addItem("every letter of a protein")
    line.setText("[disease][pain|disease][angina|disease]")
    for widget, whole in ((box, box.currentText()), (line, line.text())):
        qtbot.addWidget(widget)
        widget.setToolTip("what it is")
        widget.resize(70, 30)
        widget.show()
        assert tip(widget) == f"{whole}\nwhat it is"
        widget.resize(900, 30)
        QToolTip.hideText()
        assert tip(widget) == "what it is"
        widget.hide()


def test_a_long_title_has_lines_and_dots_only_after_the_last(qtbot):
    box = TitleSelector("examples", "Examples")
    qtbot.addWidget(box)
    told = {
        "45 globins": 1,
        "The dishonest casino, 300 rolls (simulated)": 2,
        "Deaths by horse kick, two and more lumped together in one cell (Bortkiewicz 1898)": 3,
        "one word after another " * 20: 3,
    }
    box.addItems(list(told))
    box.show()
    heights = []
    for place, (title, lines) in enumerate(told.items()):
        box.setCurrentIndex(place)
        box.resize(240, box.sizeHint().height())
        box.resize(240, box.sizeHint().height())
        inks = painted(box)
        heights.append(box.sizeHint().height())
        assert len({ink.base.y() for ink in inks}) == lines
        assert ("…" not in "".join(ink.text for ink in inks)) == (len(title) < 100)
        assert not any(ink.clipped for ink in inks)
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_of_a_field_without_room_both_ends_are_seen(qtbot):
    line = Line()
    qtbot.addWidget(line)
    line.setText("[disease][pain|disease][angina|disease]")
    line.resize(160, 30)
    line.show()
    (ink,) = painted(line)
    assert ink.text.startswith("[disease")
    assert ink.text.endswith("disease]")
    assert "…" in ink.text
    line.resize(600, 30)
    assert [ink.text for ink in painted(line)] == [line.text()]


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Heart disease: 31 of 303 diagnoses known", "Heart disease"),
        ("1,000 people (simulated)", "1,000 people"),
        ("Old Faithful, waiting times alone", "Old Faithful"),
        ("one", "one"),
    ],
)
def test_the_first_words_of_a_title(title, first):
    assert beginning(title) == first


def test_beside_a_wide_column_what_was_observed_has_less_and_beside_others_all_that_it_needs():
    pages = paging((140, 60, 60, 60, 380), shares=0, room=400)
    first, last = pages.seen(0), pages.seen(pages.last)
    assert first == (0, 1, 2, 3)
    assert last == (0, 4)
    label = Width(least=140, easy=140, most=280)
    assert [pages.label_beside(seen, label).least for seen in (first, last)] == [140, 60]


def test_tosses_have_the_room_that_the_columns_in_sight_leave():
    pages = paging([110, 65, 65, 130, 130], 2, 400)
    label = Width(least=156, easy=170, most=340, shrinks=True)
    # 400 − 65 − 130 leave 205.
    assert pages.label_beside((0, 1, 3), label).least == 156
    assert pages.label_beside((0, 1, 3), replace(label, shrinks=False)).least == 110


def test_of_a_name_both_ends_are_left(counts_at):
    panel = counts_at((300, 300))
    go(panel, halves("profile", 1))
    names = [ink.text for ink in painted(panel.sheet.grid.rows.viewport()) if "…" in ink.text]
    assert names
    assert all(not name.endswith("…") for name in names), names


def test_beside_a_node_is_no_part_of_a_number(qapp):
    graph = Graph("", (Node("p01", 0, detail="0.7531"), Node("A", 1, detail="0.25")), (), layers=((0,), (1,)))
    wide, narrow = (
        [words.text for words in arrange(graph, width, 20, qapp.font(), 2).words] for width in (600, 150)
    )
    assert wide == ["p01 0.7531", "A 0.25"]
    assert narrow == ["p01", "A"]
    assert QFontMetricsF(qapp.font()).horizontalAdvance("p01 0.7531") > 0.28 * 150


@pytest.mark.parametrize("points", [8, 11, 16.5, 28])
def test_the_name_of_the_experiment_has_no_dots_at_the_width_that_it_asks_for(qapp, qtbot, points):
    dress(qapp, LIGHT, points)
    chip = Chip()
    qtbot.addWidget(chip)
    chip.apply_theme(LIGHT)
    chip.show_session(example_session("abo"))
    chip.resize(chip.sizeHint().width(), 60)
    chip.show()
    assert chip.text() == "ABO blood groups · 435 people, a textbook example"
    assert not any("…" in ink.text for ink in painted(chip))
    chip.resize(chip.width() - 1, 60)
    assert chip.text() == "ABO blood groups · 435 people"
    qapp.setStyleSheet("")
