"""Profiles: a panel for each component, rows as opaque as they belong there, ticks that never overlap."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from planes import profiles, session_at
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.ui.look import motion
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.profiles import LETTERS, MOST, ProfilesPicture, thinned, ticks, values_at
from emviz.ui.panels.plot.bundle import Bundle, LineStyle, lines_path
from emviz.ui.panels.plot.tiles import columns_for

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def picture(qtbot):
    QApplication.instance().setProperty(motion.SWITCH, False)
    picture = ProfilesPicture()
    qtbot.addWidget(picture)
    picture.resize(640, 420)
    picture.apply_theme(LIGHT)
    picture.show()
    yield picture
    QApplication.instance().setProperty(motion.SWITCH, None)


def put(picture, view, session=None):
    picture.show_view(view, session or session_at(1))
    QApplication.processEvents()
    return picture


def titles(picture):
    return [panel.title.text().partition(">")[2].removesuffix("</b>") for panel in picture.panels]


def test_each_component_has_a_panel_with_its_mean(picture):
    view = profiles()
    put(picture, view)
    assert titles(picture) == ["A · 10.0 sets", "B · 10.0 sets", "C · 10.0 sets"]
    for k, panel in enumerate(picture.panels):
        assert panel.mean.getData()[1].tolist() == view.means[k].tolist()
        assert panel.plot._pens[panel.mean][0] == LIGHT.component(k)
        assert LIGHT.component(k) in panel.title.text()
    put(picture, profiles(components=2))
    assert len(picture.panels) == 2


def test_a_reference_is_dashed_beside_each_mean_and_named(picture):
    view = profiles()
    known = replace(view, reference=view.means + 50, reference_name="complete rows alone", note="All.")
    put(picture, known)
    for k, panel in enumerate(picture.panels):
        assert panel.reference.getData()[1].tolist() == known.reference[k].tolist()
        assert panel.plot._pens[panel.reference][2]
    assert picture.caption._sentence == "All. Dashed: the nearest mean of the complete rows alone."
    assert picture.panels[0].plot.getViewBox().viewRange()[1][1] > known.reference.max()
    put(picture, view)
    assert panel.reference.getData()[1] is None
    assert picture.caption._sentence == ""


def test_rows_are_as_opaque_as_their_shares(picture):
    view = profiles(2, components=2, shares=np.array([[1.0, 0.0], [0.25, 0.75]]))
    put(picture, view)
    first, second = (panel.bundle.paths for panel in picture.panels)
    assert [alpha for _, alpha in first] == [64, 255]
    assert [alpha for _, alpha in second] == [191]


def test_before_the_e_step_rows_are_grey_and_in_every_panel(picture):
    put(picture, profiles(shares=None, counts=None), session_at(0))
    assert titles(picture) == ["A", "B", "C"]
    assert all(len(panel.bundle.paths) == 1 for panel in picture.panels)
    assert picture.panels[0].bundle._pens[0].color().name() == LIGHT.muted


def test_a_path_breaks_between_lines_and_where_a_value_is_missing():
    path = lines_path(np.array([[0.0, 1.0, 2.0], [3.0, np.nan, 5.0]]))
    # Nothing joins one line to the next, nor what stands on both sides of a gap.
    assert path.length() == pytest.approx(2 * np.sqrt(2))


def test_many_shares_make_few_paths(qapp):
    rng = np.random.default_rng(0)
    bundle = Bundle()
    bundle.show_lines(rng.normal(size=(3000, 4)), rng.uniform(size=3000), LineStyle("#000000"))
    assert len(bundle.paths) == 64
    bundle.show_lines(np.full((2, 3), np.nan), np.array([1.0, 0.001]), LineStyle("#000000"))
    assert len(bundle.paths) == 1
    assert bundle.boundingRect().isEmpty()


def test_very_many_rows_are_thinned():
    assert thinned(profiles(100))[0] == 1
    view = profiles(6000, columns=20)
    step, points = thinned(replace(view, shares=None))
    assert step == 8
    assert points <= MOST


def test_rows_are_drawn_anew_only_when_they_change(picture):
    view = profiles()
    put(picture, view)
    paths = picture.panels[0].bundle.paths
    put(picture, replace(view, means=view.means + 1))
    assert picture.panels[0].bundle.paths is paths
    put(picture, replace(view, shares=view.shares[:, ::-1].copy()))
    assert picture.panels[0].bundle.paths is not paths
    put(picture, replace(view, shares=None))
    assert len(picture.panels[0].bundle.paths) == 1


def test_means_glide(picture, qtbot, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)
    view = profiles()
    put(picture, view, session_at(1))
    picture.show_view(replace(view, means=view.means + 1), session_at(2))
    mean = picture.panels[0].mean
    assert mean.getData()[1][0] < view.means[0, 0] + 0.5
    qtbot.waitUntil(lambda: mean.getData()[1][0] == view.means[0, 0] + 1)


def test_the_selected_row_is_strong_in_every_panel(picture):
    view = profiles(row=4)
    put(picture, view)
    assert all(panel.selected.getData()[1].tolist() == view.values[4].tolist() for panel in picture.panels)
    put(picture, profiles())
    assert picture.panels[0].selected.getData()[1] is None


def test_a_click_selects_the_row_under_it(picture, qtbot):
    view = profiles()
    put(picture, view)
    plot = picture.panels[1].plot
    at = plot.position(2.0, view.values[4, 2]).toPoint()
    with qtbot.waitSignal(picture.display_requested) as asked:
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    row = asked.args[0]["row"]
    assert abs(view.values[row, 2] - view.values[4, 2]) < 0.1
    put(picture, replace(view, row=row))
    with qtbot.waitSignal(picture.display_requested) as asked:
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked.args == [{"row": None}]
    put(picture, replace(view, rows=np.arange(30) * 100))
    with qtbot.waitSignal(picture.display_requested) as asked:
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked.args == [{"row": 100 * row}]


def test_hovering_tells_the_row(picture):
    hints = []
    picture.hinted.connect(hints.append)
    view = profiles(2, components=2, shares=np.array([[1.0, 0.0], [0.25, 0.75]]))
    put(picture, view)
    picture.panels[1].plot.moved.emit(1.0, view.values[1, 1])
    assert hints[-1] == "row 2: A 0.25, B 0.75"
    # A row that does not belong to the component is not drawn in its panel.
    picture.panels[1].plot.moved.emit(1.0, view.values[0, 1])
    assert hints[-1] == ""
    put(picture, replace(view, shares=None))
    picture.panels[1].plot.moved.emit(1.0, view.values[0, 1])
    assert hints[-1] == "row 1"
    picture.panels[1].plot.left.emit()
    assert hints[-1] == ""


def test_values_between_columns_are_interpolated():
    values = np.array([[0.0, 2.0, 4.0]])
    assert [values_at(values, x)[0] for x in (-1, 0.25, 1, 1.5, 7)] == [0, 0.5, 2, 3, 4]


@pytest.mark.parametrize("width", [60, 150, 400, 900])
@pytest.mark.parametrize("number", [1, 4, 17, 79])
def test_ticks_neither_overlap_nor_leave_the_axis(qapp, width, number):
    metrics = QFontMetricsF(QFont(qapp.font()))
    names = tuple(f"{7 * place} min" for place in range(number))
    found = ticks(names, float(width), metrics)
    air = 0.5 if number <= 10 else 0.3
    room = width / (number - 1 + 2 * air)
    spans = [((place + air) * room, metrics.horizontalAdvance(name) / 2) for place, name in found]
    assert all(b - wide > a + half for (a, half), (b, wide) in pairwise(spans))
    assert all(middle - half >= -1e-9 and middle + half <= width + 1e-9 for middle, half in spans)
    if (width >= 150 and number == 1) or (width >= 400 and number <= 4):
        assert len(found) == number


def test_long_names_are_cut(qapp):
    found = ticks(("a very long name of a column", "b"), 900.0, QFontMetricsF(qapp.font()))
    assert len(found[0][1]) == LETTERS


@pytest.mark.parametrize(
    ("number", "size", "expected"),
    [(1, (600, 400), 1), (4, (640, 420), 2), (6, (400, 260), 2), (2, (300, 600), 1)],
)
def test_the_grid_suits_the_shape(number, size, expected):
    assert columns_for(number, *size) == expected


def test_titles_leave_no_flat_plots_in_a_low_picture():
    """In two rows 36 of the 55 pixels would be left below a line of text: all four are side by side."""
    assert columns_for(4, 390, 120) == 3
    assert columns_for(4, 390, 120, line=19) == 4


@pytest.mark.parametrize("size", [(400, 260), (900, 600)], ids=str)
@pytest.mark.parametrize("number", [1, 5, 12])
def test_panels_have_one_size_and_stay_inside(picture, size, number):
    picture.resize(*size)
    put(picture, profiles(40, components=number, note="384 genes."))
    tiles = [panel.geometry() for panel in picture.panels]
    assert all(picture.tiles.rect().contains(tile) for tile in tiles)
    assert not any(a.intersects(b) for i, a in enumerate(tiles) for b in tiles[:i])
    boxes = [panel.plot.view.rect() for panel in picture.panels]
    assert max(box.width() for box in boxes) - min(box.width() for box in boxes) <= 2
    assert max(box.height() for box in boxes) - min(box.height() for box in boxes) <= 2
    assert min(box.height() for box in boxes) > 10
    for panel in picture.panels:
        assert panel.title.sizeHint().width() <= panel.width()


def test_narrow_panels_have_shorter_titles(picture):
    picture.resize(160, 160)
    put(picture, profiles(1200, components=12))
    assert titles(picture)[0] in ("A · 100.0", "A")


def test_a_theme_and_a_font_restyle_everything(picture):
    put(picture, profiles())
    before = picture.panels[0].plot.geometry().top()
    font = QFont(QApplication.font())
    try:
        larger = QFont(font)
        larger.setPointSizeF(font.pointSizeF() * 2)
        QApplication.setFont(larger)
        picture.apply_theme(DARK)
        assert picture.panels[0].plot.geometry().top() > 1.5 * before
    finally:
        QApplication.setFont(font)
    assert picture.panels[1].bundle._pens[-1].color().name() == DARK.component(1)
    assert picture.panels[1].plot._pens[picture.panels[1].mean][0] == DARK.component(1)


def test_it_tells_what_is_seen(picture):
    put(picture, profiles())
    told = picture.accessibleDescription()
    assert told.startswith("30 rows over 6 columns. A: 10.0 rows expected, its mean highest at 20 min with ")
    assert picture.panels[0].plot.accessibleName() == "Profiles of A"
    assert picture.accessibleName() == "Profiles"
