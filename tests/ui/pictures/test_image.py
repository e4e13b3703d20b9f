"""Images side by side: their colours, their room, the hint, and the choice of a row."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz import session as desk
from emviz.em.counts.table import TotalCell, UpdateCell
from emviz.em.pictures import Image, Plate
from emviz.session import example_session, step
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures import picture_of
from emviz.ui.panels.pictures.image import ImagePicture, cell_text, describe
from emviz.ui.panels.pictures.image_plan import coloured

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def session():
    return step(example_session())


@pytest.fixture
def picture(qtbot):
    picture = ImagePicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(640, 420)
    picture.show()
    return picture


def put(picture, view, session):
    picture.show_view(view, session)
    QApplication.processEvents()
    return picture.plates.plan


def image(rows=4, columns=6, many=2, **changes):
    values = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    plates = tuple(Plate(f"plate {k}", values + k, 0.0, float(values.max())) for k in range(many))
    names = [tuple(str(k + 1) for k in range(count)) for count in (rows, columns)]
    return replace(Image("Image", "row", "column", *names, plates), **changes)


def texts_overlap(plan):
    boxes = [text.area.adjusted(0, 1, 0, -1) for text in plan.texts if not text.turned]
    return any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


# -- colours -----------------------------------------------------------------------------------------------


def test_grey_goes_from_black_to_white_and_no_further():
    plate = Plate("", np.array([[-5.0, 0.0, 50.0, 100.0, 400.0]]), 0.0, 100.0)
    pixels = coloured(plate.values, plate, LIGHT)
    assert pixels[0, :, :3].tolist() == [[g, g, g] for g in (0, 0, 128, 255, 255)]
    assert np.all(pixels[..., 3] == 255)


def test_where_all_is_alike_all_is_black():
    plate = Plate("", np.zeros((1, 2)), 0.0, 0.0)
    assert coloured(plate.values, plate, LIGHT)[..., :3].max() == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_signed_numbers_are_warm_and_cold_on_the_ground(theme):
    plate = Plate("", np.array([[-9.0, -4.0, 0.0, 4.0, 9.0]]), -4.0, 4.0)
    pixels = coloured(plate.values, plate, theme)[0, :, :3].tolist()
    warm, cold, ground = (QColor(each) for each in (theme.component(0), theme.component(1), theme.card))
    assert [QColor(*pixel) for pixel in pixels] == [cold, cold, ground, warm, warm]


# -- room --------------------------------------------------------------------------------------------------


def test_square_pixels_are_square_and_whole(picture, session):
    plan = put(picture, image(32, 32), session)
    for each in plan.prints:
        assert each.area.width() == each.area.height()
        assert each.area.width() % 32 == 0
        assert (each.pixels.width(), each.pixels.height()) == (32, 32)
    left, right = (each.area for each in plan.prints)
    assert left.right() < right.left()
    assert left.top() == right.top()


def test_others_fill_their_room(picture, session):
    plan = put(picture, image(40, 47, 3, square=False), session)
    assert plan.prints[-1].area.right() > 600
    assert plan.prints[0].area.height() > 260


@pytest.mark.parametrize("square", [True, False])
@pytest.mark.parametrize("size", [(640, 420), (420, 220), (300, 700)])
def test_names_do_not_overlap_and_stay_inside(picture, session, size, square):
    picture.resize(*size)
    plan = put(picture, image(40, 47, 3, square=square), session)
    assert not texts_overlap(plan)
    inside = picture.plates.rect().toRectF().adjusted(-2, -2, 2, 2)
    assert all(inside.contains(text.area) for text in plan.texts)
    assert all(inside.contains(each.area) for each in plan.prints)


def test_in_no_room_at_all_there_still_is_a_plan(picture, session):
    picture.resize(60, 60)
    plan = put(picture, image(180, 183, 3, square=False), session)
    assert all(each.area.width() >= 1 and each.area.height() >= 1 for each in plan.prints)


def test_ends_of_a_scale_that_have_no_room_are_left_out(picture, session):
    wide = image(4, 4, 1)
    texts = [text.text for text in put(picture, wide, session).texts]
    assert {"0", "15"} <= set(texts)
    long = replace(wide, plates=(replace(wide.plates[0], high=123456789.0),))
    picture.resize(100, 120)
    assert "123456789" not in [text.text for text in put(picture, long, session).texts]


def test_a_scale_has_the_decimals_it_needs(picture, session):
    for high, shown in ((0.25, "0.3"), (431.3, "431"), (20.0, "20")):
        view = image(4, 4, 1)
        view = replace(view, plates=(replace(view.plates[0], high=high),))
        assert shown in [text.text for text in put(picture, view, session).texts]


def test_spatial_axes_need_no_heading(picture, session):
    assert "column" not in [text.text for text in put(picture, image(), session).texts]
    texts = [text.text for text in put(picture, image(square=False), session).texts]
    assert texts.count("column") == 2
    assert texts.count("row") == 1


# -- painting ----------------------------------------------------------------------------------------------


def test_every_pixel_is_painted_where_the_plan_says(picture, session):
    view = image(4, 6, 2)
    plan = put(picture, view, session)
    shot = picture.plates.grab().toImage()
    ratio = shot.devicePixelRatio()
    for each, plate in zip(plan.prints, view.plates, strict=True):
        for row, column in ((0, 1), (2, 3), (3, 4)):
            across, down = (column + 0.5) / 6, (row + 0.5) / 4
            x = int((each.area.left() + across * each.area.width()) * ratio)
            y = int((each.area.top() + down * each.area.height()) * ratio)
            expected = round(255 * min(1.0, plate.values[row, column] / plate.high))
            assert abs(shot.pixelColor(x, y).red() - expected) <= 1


def test_an_image_that_is_hidden_is_not_black_but_hatched_and_says_so(picture, session):
    view = image(4, 6)
    first, second = view.plates
    secret = replace(second, values=np.zeros_like(second.values), hidden=True)
    plan = put(picture, replace(view, plates=(first, secret)), session)
    assert [text.text for text in plan.texts if text.bold] == [first.name, f"{second.name} (hidden)"]
    shot = picture.plates.grab().toImage()
    area = plan.prints[1].area.adjusted(2, 2, -2, -2).toRect()
    points = [(x, y) for x in range(area.left(), area.right(), 3) for y in range(area.top(), area.bottom())]
    found = {shot.pixelColor(QPoint(x, y) * shot.devicePixelRatio()).name() for x, y in points}
    assert picture.theme.faint.lower() in found
    assert len(found) > 1
    assert "#000000" not in found


def test_more_numbers_than_pixels_are_painted(picture, session):
    picture.resize(200, 150)
    plan = put(picture, image(256, 256), session)
    assert plan.prints[0].area.width() < 256
    assert not picture.plates.grab().isNull()


def test_the_selected_row_is_framed(picture, session):
    assert put(picture, image(), session).frames == ()
    plan = put(picture, image(row=2), session)
    assert len(plan.frames) == 2
    for frame, each in zip(plan.frames, plan.prints, strict=True):
        assert frame.center().y() == pytest.approx(each.area.top() + 2.5 * each.area.height() / 4)
    assert not picture.plates.grab().isNull()


def test_another_theme_recolours(picture, session):
    view = image(1, 2, 1, square=False)
    view = replace(view, plates=(replace(view.plates[0], low=-1.0, high=1.0),))
    put(picture, view, session)
    picture.apply_theme(DARK)
    assert picture.plates.plan.prints[0].pixels.pixelColor(0, 0) == QColor(DARK.card)


# -- the mouse ---------------------------------------------------------------------------------------------


def middle(plan, place, row, column):
    area = plan.prints[place].area
    x = area.left() + (column + 0.5) * area.width() / plan.columns
    y = area.top() + (row + 0.5) * area.height() / plan.rows
    return QPoint(int(x), int(y))


def test_the_hint_tells_every_image_at_the_place(picture, session, qtbot):
    plan = put(picture, image(), session)
    hints = []
    picture.hinted.connect(hints.append)
    QTest.mouseMove(picture.plates, middle(plan, 1, 2, 3))
    QTest.mouseMove(picture.plates, QPoint(1, 1))
    QApplication.sendEvent(picture.plates, QEvent(QEvent.Type.Leave))
    assert hints[0] == "row 3, column 4: plate 0 15.0, plate 1 16.0"
    assert hints[1:] == [""] * len(hints[1:])
    assert hints[1:]


def test_the_last_pixel_reaches_to_the_edge(picture, session):
    plan = put(picture, image(), session)
    corner = plan.prints[0].area.bottomRight()
    assert plan.at(corner) == (3, 5)
    assert plan.at(QPointF(0, 0)) is None


def test_a_row_is_chosen_where_rows_are_those_of_the_data(picture, session):
    asked = []
    picture.display_requested.connect(asked.append)
    plan = put(picture, image(6, 4, choosable=True), session)
    QTest.mouseClick(picture.plates, Qt.MouseButton.LeftButton, pos=middle(plan, 0, 3, 1))
    QTest.mouseClick(picture.plates, Qt.MouseButton.LeftButton, pos=middle(plan, 0, 5, 1))  # coins have five
    QTest.mouseClick(picture.plates, Qt.MouseButton.RightButton, pos=middle(plan, 0, 1, 1))
    QTest.mouseClick(picture.plates, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert asked == [{"row": 3}]
    put(picture, image(6, 4), session)
    QTest.mouseClick(picture.plates, Qt.MouseButton.LeftButton, pos=middle(plan, 0, 3, 1))
    assert len(asked) == 1


def test_before_there_is_a_view_the_mouse_finds_nothing(picture):
    for position in (QPoint(100, 100), QPoint(50, 50)):
        QTest.mouseMove(picture.plates, position)
    QTest.mouseClick(picture.plates, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    picture._enter(0, 0)
    picture._choose(0)
    assert not picture.plates.grab().isNull()


# -- words -------------------------------------------------------------------------------------------------


def test_images_in_words(picture, session):
    view = image(row=1, note="A note.")
    assert describe(view, 1) == (
        "4 × 6: plate 0 from 0.0 to 23.0; plate 1 from 1.0 to 24.0; selected: row 2."
    )
    assert cell_text(view, 0, 5, 2) == "row 1, column 6: plate 0 5.00, plate 1 6.00"
    put(picture, view, session)
    assert picture.accessibleDescription() == describe(view, session.display.decimals)
    assert picture.caption.isVisible()
    assert "A note." in picture.caption.text()
    put(picture, image(), session)
    assert not picture.caption.isVisible()


def test_the_window_knows_who_draws_an_image():
    assert picture_of(Image) is ImagePicture


# -- from a pixel to its number ----------------------------------------------------------------------------


def test_a_pixel_leads_to_its_line_of_the_m_step_and_before_it_to_the_total_of_its_group(picture):
    asked, hints = [], []
    picture.display_requested.connect(asked.append)
    picture.hinted.connect(hints.append)
    lines = np.arange(24)[::-1].reshape(4, 6)
    view = image(lines=lines, groups=np.ones((4, 6), dtype=np.intp))
    start = example_session()
    plan = put(picture, view, start)
    QTest.mouseClick(picture.plates, Qt.MouseButton.LeftButton, pos=middle(plan, 1, 3, 1))
    assert asked == []
    assert "E-step" in hints[-1]
    put(picture, view, step(start))
    QTest.keyClick(picture.plates, Qt.Key.Key_Return)
    assert asked.pop() == {"cell": TotalCell(1)}
    put(picture, view, step(step(start)))
    QTest.keyClick(picture.plates, Qt.Key.Key_Up)
    QTest.keyClick(picture.plates, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(picture.plates, Qt.Key.Key_Return)
    assert asked.pop() == {"cell": UpdateCell(int(lines[2, 2]))}


def test_the_pixel_whose_number_is_derived_is_framed(picture):
    lines = np.arange(24).reshape(4, 6)
    view = image(lines=lines, groups=np.zeros((4, 6), dtype=np.intp))
    stepped = step(step(example_session()))
    put(picture, view, desk.shown(stepped, {"cell": UpdateCell(9)}))
    assert picture.plates.marked == (1, 3)
    boxes = picture.plates.plan.pixel(1, 3)
    assert [picture.plates.plan.at(box.center()) for box in boxes] == [(1, 3), (1, 3)]
    put(picture, view, stepped)
    assert picture.plates.marked is None


def test_other_decimals_lay_out_only_what_has_some(picture, session):
    fine, finer = (desk.shown(session, {"decimals": places}) for places in (1, 3))
    before = put(picture, image(), fine)
    assert put(picture, picture._view, finer) is before
    assert "plate 0 from 0.000 to 23.000" in picture.accessibleDescription()
    put(picture, replace(image(), plates=(Plate("plate", np.ones((4, 6)), 0.0, 2.5),)), fine)
    assert "2.500" in [text.text for text in put(picture, picture._view, finer).texts]
