"""The heat map: cells, frames, dots, names that fit, the hint, and the choice of a row."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.em.pictures import Matrix
from emviz.session import example_session, shown, step
from emviz.ui.look.theme import DARK, LIGHT, contrast
from emviz.ui.panels.pictures.heat_map import HeatMapPlanner
from emviz.ui.panels.pictures.matrix import MatrixPicture, describe
from emviz.ui.panels.pictures.shading import begins, pooled, shades
from emviz.ui.panels.plot.hatching import SPACING, hatching
from emviz.ui.panels.plot.naming import across, chosen, stride

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SEQUENCES = ("ce1cg", "ara", "bglr", "crp")


@pytest.fixture(scope="module")
def session():
    return step(example_session())


@pytest.fixture
def picture(qtbot):
    picture = MatrixPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(640, 420)
    picture.show()
    return picture


def put(picture, matrix, session):
    picture.show_view(matrix, session)
    QApplication.processEvents()
    return picture.map.plan


def revealed(session, shown=True):
    return replace(session, display=replace(session.display, revealed=shown))


def starts(**changes):
    values = np.zeros((4, 60))
    values[[0, 1, 2, 3], [10, 20, 30, 59]] = [0.93, 0.5, 1.0, 0.2]
    matrix = Matrix("Starts", "sequence", "start", SEQUENCES, tuple(map(str, range(1, 61))), values)
    return replace(matrix, **changes)


def table(rows, columns, **changes):
    values = np.linspace(0, 1, rows * columns).reshape(rows, columns)
    names = [tuple(f"{letter}{k}" for k in range(count)) for letter, count in (("r", rows), ("c", columns))]
    return replace(Matrix("Table", "row", "column", *names, values), **changes)


def texts_overlap(plan):
    """Names and headings as boxes of what is really written, no two of them over one another."""
    # Names below one another may share a pixel of the space between two lines.
    boxes = [text.area.adjusted(0, 1, 0, -1) for text in plan.texts if not text.turned]
    return any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


# -- cells -------------------------------------------------------------------------------------------------


def test_shades_go_from_low_to_high_and_no_further():
    matrix = table(1, 5, values=np.array([[-1.0, 0.0, 5.0, 20.0, np.nan]]), high=10.0)
    assert shades(matrix)[0, :4].tolist() == [0, 0, 0.5, 1]
    assert np.isnan(shades(matrix)[0, 4])
    assert shades(table(2, 2, low=1.0, high=1.0)).tolist() == [[0, 0], [0, 0]]


def test_a_peak_survives_where_cells_are_smaller_than_pixels():
    values = np.zeros((300, 500))
    values[123, 457] = 1.0
    fewer, rows = pooled(values, (100, 100))
    assert fewer.shape == (100, 100)
    assert fewer.sum() == 1
    assert fewer[123 // 3, 457 // 5] == 1
    assert rows[:3].tolist() == [0, 3, 6]
    assert pooled(values, (600, 500))[0].shape == (300, 500)


def test_pooling_leaves_out_what_is_missing():
    values = np.array([[np.nan, 0.5], [np.nan, np.nan]])
    assert pooled(values, (1, 1))[0].tolist() == [[0.5]]
    assert np.isnan(pooled(values[1:], (1, 1))[0]).all()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_ramp_goes_from_the_card_to_the_accent(picture, session, theme):
    picture.apply_theme(theme)
    image = put(picture, table(1, 2, values=np.array([[0.0, 1.0]])), session).image
    assert image.pixelColor(0, 0) == QColor(theme.card)
    assert image.pixelColor(1, 0) == QColor(theme.accent)


def test_a_row_has_the_colour_of_its_component(picture, session):
    matrix = table(2, 2, values=np.ones((2, 2)), components=(1, 0))
    image = put(picture, matrix, session).image
    assert image.pixelColor(0, 0) == QColor(LIGHT.component(1))
    assert image.pixelColor(1, 1) == QColor(LIGHT.component(0))


def test_a_missing_cell_is_hatched(picture, session):
    plan = put(picture, table(1, 2, values=np.array([[np.nan, 1.0]])), session)
    assert plan.hatched
    assert plan.image.pixelColor(0, 0).alpha() == 0
    assert not put(picture, table(2, 2), session).hatched


def test_hatching_stays_inside():
    from PySide6.QtCore import QRectF

    area = QRectF(13, 7, 40, 20)
    path = hatching(area)
    assert area.contains(path.boundingRect())
    sums = {round(path.elementAt(k).x + path.elementAt(k).y, 6) for k in range(path.elementCount())}
    assert sorted(sums) == [SPACING * k for k in range(3, 9)]


@pytest.mark.parametrize("shape", [(18, 84), (200, 190), (22, 4), (8, 8), (300, 500), (1, 1)], ids=str)
@pytest.mark.parametrize("size", [(400, 260), (640, 420), (900, 600)], ids=str)
@pytest.mark.parametrize("numbers", [False, True])
def test_every_size_fits(picture, session, shape, size, numbers):
    picture.resize(*size)
    plan = put(picture, table(*shape, numbers=numbers, row=shape[0] // 2), session)
    room = picture.map.rect().toRectF()
    assert room.contains(plan.area)
    assert [text for text in plan.texts if not room.contains(text.area)] == []
    assert not texts_overlap(plan)
    assert plan.area.width() * plan.area.height() > 0.2 * room.width() * room.height() or shape == (1, 1)
    assert not picture.grab().toImage().isNull()


# -- marks -------------------------------------------------------------------------------------------------


def test_frames_are_shown_only_when_the_truth_is(picture, session):
    matrix = starts(marks=((0, 10), (2, 5)), bests=((1, 20),))
    hidden = put(picture, matrix, revealed(session, False))
    assert hidden.frames == ()
    assert "framed" not in picture.accessibleDescription()
    assert len(hidden.dots) == 1
    plan = put(picture, matrix, revealed(session))
    assert [frame.contains(plan.cell(*cell)) for frame, cell in zip(plan.frames, matrix.marks, strict=True)]
    assert "framed: sequence ce1cg, start 11; sequence bglr, start 6" in picture.accessibleDescription()


def test_a_dot_stands_in_its_cell_and_beside_a_number(picture, session):
    plan = put(picture, starts(bests=((1, 20),)), session)
    assert plan.dots[0].center() == plan.cell(1, 20).center()
    plan = put(picture, table(3, 3, bests=((1, 1),), numbers=True), session)
    assert plan.cell(1, 1).contains(plan.dots[0])
    assert plan.dots[0].center().x() > plan.cell(1, 1).center().x() + 20


def test_marks_of_tiny_cells_can_be_seen(picture, session):
    plan = put(picture, table(300, 500, marks=((3, 3),), bests=((3, 3),), row=7), revealed(session))
    assert min(plan.frames[0].width(), plan.frames[0].height()) >= 10
    assert plan.dots[0].width() >= 6
    assert plan.outline.height() >= 10


def test_the_selected_row_is_outlined_and_its_name_bold(picture, session):
    plan = put(picture, starts(row=2), session)
    assert plan.outline.contains(plan.cell(2, 0))
    assert plan.outline.contains(plan.cell(2, 59))
    assert [text.text for text in plan.texts if text.bold] == ["bglr"]
    assert put(picture, starts(), session).outline is None
    assert "selected: bglr" in describe(starts(row=2), 2, False)


# -- texts -------------------------------------------------------------------------------------------------


def written(plan):
    return [text.text for text in plan.texts]


def test_numbers_are_written_where_there_is_room(picture, session):
    matrix = table(2, 2, values=np.array([[0.0, 0.25], [0.5, 1.0]]), numbers=True)
    plan = put(picture, matrix, session)
    assert {"0.00", "0.25", "0.50", "1.00"} <= set(written(plan))
    assert plan.strip is None
    plan = put(picture, table(40, 40, numbers=True), session)
    assert plan.strip is not None
    assert "0.25" not in written(plan)


def test_whole_numbers_have_no_decimals(picture, session):
    plan = put(picture, table(1, 2, values=np.array([[12.0, 1234.0]]), high=1234.0, numbers=True), session)
    assert {"12", "1234"} <= set(written(plan))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_numbers_can_be_read_on_every_cell(picture, session, theme):
    picture.apply_theme(theme)
    plan = put(picture, table(2, 3, numbers=True), session)
    for row, column in np.ndindex(2, 3):
        number = next(text for text in plan.texts if text.area == plan.cell(row, column))
        ground = plan.image.pixelColor(column, row).name()
        assert contrast(number.colour, ground) >= 4.5


def test_a_line_parts_rows_of_different_components_whose_colours_may_look_alike(picture, session):
    matrix = table(6, 2, values=np.ones((6, 2)), components=(0, 0, 0, 1, 1, 1))
    plan, image = put(picture, matrix, session), picture.map.grab().toImage()
    shown = {row: picture_line(image, plan.cell(row, 1)) for row in (1, 3)}
    assert shown[3] == picture.theme.ink.lower() != shown[1]
    assert begins(replace(matrix, components=(0, 1, 0, 1, 0, 1))) == [], "unsorted"
    assert begins(table(6, 2)) == []


def picture_line(image, cell):
    """Return the colour at the upper edge of a cell."""
    ratio = image.devicePixelRatio()
    return image.pixelColor(int(cell.center().x() * ratio), int(cell.top() * ratio)).name()


def test_names_are_left_out_where_they_would_overlap(qapp):
    metrics = QFontMetricsF(QFont())
    names = tuple(map(str, range(1, 85)))
    places = across(names, 7.0, metrics)
    assert len(places) < 84
    assert all(int(text) % 5 == 0 for _, text in places)
    assert all(names[place] == text for place, text in places)
    assert [text for _, text in across(("a", "b"), 50.0, metrics)] == ["a", "b"]
    long = across(("a very long name indeed", "another very long name"), 120.0, metrics)
    assert all(text.endswith("…") for _, text in long)


def test_a_long_name_has_the_room_that_its_neighbours_leave(qapp):
    metrics = QFontMetricsF(QFont())
    names = ("asymptomatic", "mild", "non-anginal", "none")
    pitch = metrics.horizontalAdvance(names[0]) - 4
    assert [text for _, text in across(names, pitch, metrics)] == list(names)
    crowded = across(("asymptomatic", "non-anginal", "mild"), pitch, metrics)
    assert crowded[0][1].endswith("…")


def test_strides_are_round():
    assert [stride(1.0, needed) for needed in (0.5, 1.5, 3, 7, 12, 30, 80)] == [1, 2, 5, 10, 20, 50, 100]
    assert chosen(("1", "2", "3"), 5) == [0]
    assert chosen(("a", "b", "c"), 2) == [0, 2]


# -- the mouse ---------------------------------------------------------------------------------------------


def at(picture, row, column):
    return picture.map.plan.cell(row, column).center().toPoint()


def test_the_hint_tells_the_cell(picture, session):
    put(picture, starts(), session)
    hints = []
    picture.hinted.connect(hints.append)
    QTest.mouseMove(picture.map, at(picture, 0, 10))
    QTest.mouseMove(picture.map, QPoint(1, 1))
    assert hints == ["sequence ce1cg, start 11: 0.93", ""]
    put(picture, starts(values=np.full((4, 60), np.nan)), session)
    QTest.mouseMove(picture.map, at(picture, 1, 2))
    assert hints[-1] == "sequence ara, start 3: nothing there"


@pytest.mark.parametrize("named", [False, True])
def test_a_click_asks_for_the_row(picture, session, qtbot, named):
    put(picture, starts(), session)
    spot = at(picture, 2, 40)
    if named:
        spot.setX(30)
    with qtbot.waitSignal(picture.display_requested) as asked:
        QTest.mouseClick(picture.map, Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args == [{"row": 2}]


def test_rows_in_another_order_ask_for_their_own(picture, session, qtbot):
    matrix = starts(sources=tuple(reversed(range(len(starts().rows)))))
    put(picture, matrix, session)
    with qtbot.waitSignal(picture.display_requested) as asked:
        QTest.mouseClick(picture.map, Qt.MouseButton.LeftButton, pos=at(picture, 2, 40))
    assert asked.args == [{"row": len(matrix.rows) - 3}]


def test_a_click_beside_the_rows_asks_for_nothing(picture, session):
    plan = put(picture, starts(), session)
    asked = []
    picture.display_requested.connect(asked.append)
    below = QPoint(int(plan.area.center().x()), int(plan.area.bottom()) + 8)
    QTest.mouseClick(picture.map, Qt.MouseButton.LeftButton, pos=below)
    QTest.mouseClick(picture.map, Qt.MouseButton.RightButton, pos=at(picture, 1, 1))
    assert asked == []


@pytest.mark.parametrize(
    "matrix", [starts(choosable=False), table(9, 2)], ids=["other rows", "too many rows"]
)
def test_rows_that_are_not_those_of_the_data_cannot_be_chosen(picture, session, matrix):
    put(picture, matrix, session)
    asked = []
    picture.display_requested.connect(asked.append)
    QTest.mouseClick(picture.map, Qt.MouseButton.LeftButton, pos=at(picture, len(matrix.rows) - 1, 1))
    assert asked == []


# -- words -------------------------------------------------------------------------------------------------


def test_a_small_matrix_is_told_number_by_number(picture, session):
    put(picture, table(2, 2, values=np.array([[0.1, 0.9], [np.nan, 1.0]])), session)
    assert picture.accessibleName() == "Table"
    assert picture.accessibleDescription() == "2 × 2: row by column. r0: c0 0.10, c1 0.90; r1: c1 1.00."
    assert picture.map.accessibleDescription() == picture.accessibleDescription()


def test_a_large_matrix_is_told_by_its_best():
    assert "ce1cg: most at 11, 0.93; ara: most at 21, 0.50" in describe(starts(), 2, False)
    told = describe(table(30, 30, values=np.full((30, 30), np.nan)), 2, False)
    assert told.endswith("r11: nothing; and 18 more.")
    assert "r0: 0.25 throughout; " in describe(table(30, 30, values=np.full((30, 30), 0.25)), 2, False)
    told = describe(table(2, 2, values=np.full((2, 2), np.nan)), 2, False)
    assert told == "2 × 2: row by column. r0: nothing; r1: nothing."


def test_a_note_stands_below(picture, session):
    put(picture, starts(note="A dot is the most probable start."), session)
    assert picture.caption.isVisible()
    assert picture.caption.text() == "A dot is the most probable start."
    put(picture, starts(), session)
    assert not picture.caption.isVisible()


def test_names_are_whole_or_left_out_where_the_picture_is_low(qapp):
    font = QApplication.font()
    font.setPointSizeF(20)
    matrix = starts(row_heading="sequence", column_heading="start of the motif")
    seen = set()
    for height in (260, 120, 90):
        for width in (448, 200):
            texts = HeatMapPlanner(matrix, LIGHT, font, 1, False).plan(width, height, 1.0).texts
            names = {text.text for text in texts}
            assert all(text.area.right() <= width and text.area.bottom() <= height + 1 for text in texts)
            assert not any(text.text.endswith("…") for text in texts if text.turned)
            seen |= {("sequence" in names, "start of the motif" in names)}
    assert seen >= {(True, True), (False, False)}


def test_other_decimals_change_nothing_that_has_none(picture, session):
    before = put(picture, starts(), shown(session, {"decimals": 1}))
    assert put(picture, picture._view, shown(session, {"decimals": 3})) is before
    assert "most at 11, 0.9300" in picture.accessibleDescription()


def test_other_decimals_leave_the_cells_as_they_are(picture, session):
    before = put(picture, starts(low=-1.5, high=2.5), shown(session, {"decimals": 1}))
    after = put(picture, picture._view, shown(session, {"decimals": 3}))
    assert after.image is before.image
    assert {"\N{MINUS SIGN}1.500", "2.500"} <= set(written(after))
    assert {"\N{MINUS SIGN}1.5", "2.5"} <= set(written(before))


def test_other_decimals_are_written_into_the_cells(picture, session):
    put(picture, table(2, 2, numbers=True), shown(session, {"decimals": 1}))
    after = put(picture, picture._view, shown(session, {"decimals": 3}))
    assert {"0.0000", "0.3333", "0.6667", "1.0000"} <= set(written(after))


def test_another_size_has_another_image(picture, session):
    before = put(picture, table(2, 3000), session).image
    picture.resize(320, 200)
    QApplication.processEvents()
    assert picture.map.plan.image.size() != before.size()


def test_a_column_is_as_wide_as_its_name_where_there_is_room():
    name = "θ(pain=asymptomatic|disease=no)"
    planner = HeatMapPlanner(replace(table(3, 1, numbers=True), columns=(name,)), LIGHT, QFont(), 2, False)
    assert name in [text.text for text in planner.plan(900, 300, 1.0).texts]
    assert name not in [text.text for text in planner.plan(150, 300, 1.0).texts]


def test_it_is_laid_out_once_however_often_it_is_resized_before_it_is_painted(picture, session, monkeypatch):
    put(picture, table(3, 4), session)
    planned, plan = [], HeatMapPlanner.plan
    monkeypatch.setattr(HeatMapPlanner, "plan", lambda *of: planned.append(of[1:3]) or plan(*of))
    for width in (300, 320, 340):
        picture.resize(width, 200)
    assert planned == []
    picture.grab()
    picture.grab()
    assert planned == [(picture.map.width(), picture.map.height())]


def test_other_decimals_paint_only_the_lines_with_the_numbers_at_the_scale(picture, session, qtbot):
    many = table(40, 40, low=-2.534, high=2.534)
    put(picture, many, session)
    regions = Regions()
    picture.map.installEventFilter(regions)
    picture.show_view(many, shown(session, {"decimals": 3}))
    seen = picture.map.plan.strip
    QApplication.processEvents()
    assert any(text.text == "2.534" for text in picture.map.plan.texts)
    (painted,) = regions.seen
    assert painted.contains(seen.toAlignedRect())
    assert painted.height() < 3 * QFontMetricsF(picture.map.font()).height()
    picture.show_view(table(3, 3), session)
    QApplication.processEvents()
    assert regions.seen[-1] == picture.map.rect()


class Regions(QObject):
    """The parts of a widget that are painted."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.seen.append(event.region().boundingRect())
        return False
