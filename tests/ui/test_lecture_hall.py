"""What the last row of a hall sees: `tests/lecture_hall.py` on two models, and its measures."""

import pytest
from hall.goals import SMALLEST, faults
from hall.ink import painted
from hall.measure import Seen, measured, moved
from hall.scenes import cut_parts, cut_scenes, lay_out, lecture_card
from hall.show import Look, moments, opened, settle
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QPainter
from PySide6.QtWidgets import QLabel, QWidget
from standing import stand_for

from emviz.lessons import shipped
from emviz.models import discover
from emviz.ui.look import appearance
from emviz.ui.look.style import em_for
from emviz.ui.panels.plot.plot import Plot

PROJECTOR = QSize(1280, 720)


@pytest.mark.parametrize(
    ("key", "size"), stand_for([("coins", QSize(1920, 1080)), ("hmm", PROJECTOR)], [("hmm", PROJECTOR)])
)
def test_the_last_row_sees_what_a_step_has_done(qtbot, key, size):
    window = opened(key, Look(size))
    qtbot.addWidget(window)
    before = None
    for name in moments(window, ("θ(0)", "after E", "after M")):
        now = measured(window)
        if before is not None:
            assert list(faults(now, {}, window.height(), stepped=True)) == [], name
        if name == "after M":
            assert moved(before, now) == {}
        before = now
    window.close()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("key", "points"),
    stand_for(
        [(model.key, points) for model in discover() for points in (20, 28)],
        [("haplotype", 28)],
    ),
)
def test_larger_text_takes_no_content_away_that_matters(qtbot, key, points):
    window = opened(key, Look(PROJECTOR, points=points))
    qtbot.addWidget(window)
    *_, _ = moments(window, ("θ(0)", "after E", "after M"))
    now = measured(window)
    assert now.rows.reaches(4)
    assert now.columns.reaches(1)
    assert now.lines.reaches(2)
    assert [ink.text for ink in painted(window.counts) if ink.clipped or ink.elided] == []
    # Nothing is smaller than it would be in the usual size, and the letters of the table are larger.
    assert now.smallest >= SMALLEST * 720
    assert QFontInfo(window.counts.sheet.grid.font()).pixelSize() > 1.5 * window.appearance.em
    window.close()


@pytest.mark.parametrize(("key", "totals"), stand_for([("tomography", 1), ("modules", 4)], []))
def test_in_a_lecture_rows_totals_and_lines_come_before_larger_text(qtbot, monkeypatch, key, totals):
    window = opened(key, Look(PROJECTOR))
    qtbot.addWidget(window)
    larger = em_for(PROJECTOR.height(), full_screen=True)
    monkeypatch.setattr(appearance, "_em_of", lambda window: larger)
    window.commands["present"].trigger()
    settle(window)
    # Where there is no screen, the full one has a size of its own.
    window.resize(PROJECTOR)
    *_, _ = moments(window, ("θ(0)", "after E", "after M"))
    now = measured(window)
    assert list(faults(now, {}, window.height(), stepped=True)) == []
    assert now.columns.whole >= totals
    assert window.appearance.em == larger
    window.lecture.end()
    window.close()


class Written(QWidget):
    """Writes a text into a box."""

    def __init__(self, text, box):
        super().__init__()
        self.text, self.box = text, box

    def paintEvent(self, event):
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(20)
        painter.setFont(font)
        painter.scale(0.5, 0.5)
        painter.drawText(self.box, Qt.AlignmentFlag.AlignLeft, self.text)
        painter.end()


@pytest.mark.thorough
@pytest.mark.parametrize("part", stand_for([0, 1, 2], [0]))
def test_every_scene_of_every_lesson_is_whole_in_a_lecture_asked_and_answered(qtbot, monkeypatch, part):
    em = em_for(PROJECTOR.height(), full_screen=True)
    monkeypatch.setattr(appearance, "_em_of", lambda window: em)
    window = opened("coins", Look(PROJECTOR))
    qtbot.addWidget(window)
    card = lecture_card(window, shipped()[0])
    assert window.size() == PROJECTOR
    assert [cut for shown in shipped()[part::3] for cut in cut_scenes(card, shown)] == []
    # What does not fit is noticed.
    card.words.show_words("A line.\n\n" * 30)
    lay_out()
    assert "scroll" in next(cut_parts(card))
    window.close()


def test_a_text_is_as_large_as_it_is_painted(qtbot):
    widget = Written("whole", QRect(0, 0, 200, 80))
    qtbot.addWidget(widget)
    widget.resize(100, 40)
    (ink,) = painted(widget)
    assert (ink.text, ink.em, ink.clipped, ink.elided) == ("whole", 10.0, False, False)


@pytest.mark.parametrize(("width", "clipped"), [(100, False), (30, True)])
def test_a_text_is_clipped_by_the_widget_around(qtbot, width, clipped):
    around = QWidget()
    qtbot.addWidget(around)
    label = QLabel("a long word", around)
    label.setGeometry(0, 0, 100, 20)
    around.resize(width, 20)
    around.show()
    assert [ink.clipped for ink in painted(around)] == [clipped]


def test_dots_stand_for_what_is_left_out_at_the_end_alone(qtbot):
    told = {"0.63, 1.45, … · 100": False, "MYG_HOR…": True, "dis no,…  0.13": True}
    for text, elided in told.items():
        label = QLabel(text)
        qtbot.addWidget(label)
        label.resize(300, 20)
        assert [ink.elided for ink in painted(label)] == [elided]


def test_all_are_as_good_as_many():
    assert Seen(2, 2).reaches(8)
    assert Seen(8, 300).reaches(8)
    assert not Seen(3, 300).reaches(8)


@pytest.mark.thorough
def test_a_higher_window_has_larger_letters_in_tables_too_and_nothing_hangs_out_of_an_axis(qtbot):
    window = opened("coins", Look(QSize(1920, 1080)))
    qtbot.addWidget(window)
    grid = window.counts.sheet.grid
    for view in (grid.rows, grid.totals):
        for part in (view, view.headings, view.numbers):
            assert QFontInfo(part.font()).pixelSize() == round(window.appearance.em)
    axis = window.bound.findChild(Plot).getAxis("bottom")
    line = QFontMetricsF(axis.style["tickFont"]).height()
    assert axis.height() >= line + axis.style["tickLength"]
    window.close()


@pytest.mark.thorough
@pytest.mark.parametrize("size", stand_for([PROJECTOR, QSize(1920, 1080)], [PROJECTOR]))
def test_the_title_of_a_narrow_table_is_whole(qtbot, size):
    window = opened("tomography", Look(size))
    qtbot.addWidget(window)
    for _ in moments(window, ("θ(0)", "after E")):
        title = window.counts.title
        assert title.width() >= title.sizeHint().width()
    window.close()
