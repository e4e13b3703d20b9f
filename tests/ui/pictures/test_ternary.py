"""The triangle: geometry, map, contours, path, arrow, and the click that sets θ(0)."""

from dataclasses import replace

import numpy as np
import pytest
from planes import session_at, ternary, three_coins
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.session import Result, Results, target
from emviz.ui.look import motion
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.geometry.simplex import HEIGHT, inside, mesh, on_plane, on_simplex
from emviz.ui.panels.pictures.relief import colours
from emviz.ui.panels.pictures.ternary import RESOLUTION, TernaryPicture

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def picture(qtbot):
    QApplication.instance().setProperty(motion.SWITCH, False)
    picture = TernaryPicture()
    qtbot.addWidget(picture)
    picture.resize(560, 400)
    picture.apply_theme(LIGHT)
    picture.show()
    yield picture
    QApplication.instance().setProperty(motion.SWITCH, None)


def put(picture, view, session=None):
    picture.show_view(view, session or session_at(0))
    QApplication.processEvents()
    return picture


# -- the geometry --------------------------------------------------------------------------------------------


def test_corners_are_where_they_belong():
    assert on_plane(np.eye(3)).tolist() == [[0, 0], [1, 0], [0.5, HEIGHT]]
    shares = np.random.default_rng(0).dirichlet(np.ones(3), 20)
    assert on_simplex(on_plane(shares)) == pytest.approx(shares)
    assert on_simplex(np.array([1.2, 0.0])).min() < 0


@pytest.mark.parametrize(
    "shares", [(0.2, 0.3, 0.5), (1.05, -0.1, 0.05), (1 / 3, 1 / 3, 1 / 3), (0.5, -0.3, 0.8)]
)
def test_a_start_is_round_sums_to_one_and_keeps_off_the_border(shares):
    found = inside(np.array(shares))
    assert found.sum() == pytest.approx(1.0, abs=1e-15)
    assert found.min() >= 0.01
    assert np.round(found, 2) == pytest.approx(found, abs=1e-15)


def test_a_mesh_interpolates_a_plane_exactly():
    view = ternary(side=7)
    heights = view.places @ [1.0, -2.0, 0.5]
    order = np.random.default_rng(1).permutation(len(heights))
    found = mesh(view.places[order], 7, heights[order])
    shares = np.random.default_rng(2).dirichlet(np.ones(3), 50)
    assert found.at(shares) == pytest.approx(shares @ [1.0, -2.0, 0.5])
    assert found.at(np.eye(3)) == pytest.approx([1.0, -2.0, 0.5])


def test_a_contour_of_a_plane_is_a_line_that_ends_at_the_edges():
    view = ternary(side=30)
    found = mesh(view.places, 30, view.places[:, 2]).contour(0.45)
    assert found[:, 1] == pytest.approx(np.full(len(found), 0.45 * HEIGHT))
    shares = on_simplex(found)
    assert shares.min() >= -1e-12
    assert np.abs(np.diff(found.reshape(-1, 2, 2)[:, :, 0], axis=1)).sum() == pytest.approx(0.55, abs=1e-9)


def test_a_grid_with_holes_shows_low_ground():
    view = ternary(side=4)
    found = mesh(view.places[1:], 4, view.places[1:, 0])
    assert found.at(view.places[0]) == 0.0


# -- the picture ---------------------------------------------------------------------------------------------


def test_the_map_fills_the_triangle_in_the_colours_of_the_landscape(picture):
    put(picture, ternary())
    area = picture.raster.area
    assert (area.left(), area.right(), area.top(), area.bottom()) == pytest.approx((0, 1, 0, HEIGHT))
    image, table = picture.raster.image, colours(LIGHT)
    x, y = on_plane(np.array([0.25, 0.15, 0.6]))
    # The lowest row of the picture is the first one.
    summit = image.pixelColor(int(x * RESOLUTION), int(y * RESOLUTION))
    assert [summit.red(), summit.green(), summit.blue()] == pytest.approx(table[-1], abs=4)
    corner = image.pixelColor(3, 1)
    assert [corner.red(), corner.green(), corner.blue()] == pytest.approx(table[0], abs=30)
    grabbed = picture.plot.grab().toImage()
    at = picture.plot.position(x, y - 0.05).toPoint()
    assert grabbed.pixelColor(at).name() != LIGHT.card
    outside = picture.plot.position(0.05, 0.5).toPoint()
    assert grabbed.pixelColor(outside).name() == LIGHT.card


def test_the_triangle_is_equilateral_at_any_size(picture):
    for size in ((400, 260), (900, 600), (300, 700)):
        picture.resize(*size)
        put(picture, ternary())
        corners = [picture.plot.position(*corner) for corner in on_plane(np.eye(3)).tolist()]
        sides = [
            np.hypot((a - b).x(), (a - b).y())
            for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        ]
        assert max(sides) - min(sides) < 1.5
        assert min(sides) > 80


def test_contours_are_drawn_and_impossible_borders_bear_it(picture):
    put(picture, ternary())
    assert len(picture.contours.getData()[0]) > 100
    flat = ternary()
    put(picture, replace(flat, heights=np.full(len(flat.heights), -np.inf)))
    assert picture.contours.getData()[0] is None


def test_the_map_is_drawn_once_for_the_same_heights(picture):
    view = ternary()
    put(picture, view)
    key = picture.raster.image.cacheKey()
    put(picture, replace(view, path=view.path[:2]))
    assert picture.raster.image.cacheKey() == key
    put(picture, replace(view, heights=view.heights * 2))
    assert picture.raster.image.cacheKey() != key


def test_the_path_leads_to_the_point(picture):
    view = ternary()
    put(picture, view)
    xs, ys = picture.path.getData()
    assert np.stack([xs, ys], axis=1) == pytest.approx(on_plane(view.path))
    assert picture.plot.overlay.point == pytest.approx((xs[-1], ys[-1]))
    assert {"p_A", "p_B", "p_O", "θ(0)", "maximum"} == set(picture.plot.overlay.boxes)
    assert [mark.symbol for mark in picture.plot.overlay.drawing.marks] == ["star"]
    put(picture, replace(view, path=np.empty((0, 3)), dots=()))
    assert picture.plot.overlay.point is None


def test_the_start_is_named_once(picture):
    view = ternary(steps=0)
    put(picture, view)
    assert "θ(0)" not in picture.plot.overlay.boxes


def test_the_next_step_is_an_arrow_after_the_e_step_alone(picture):
    view = ternary(steps=0)
    for halves, expected in ((0, 0), (1, 1), (2, 0)):
        session = three_coins(halves)
        picture.results = Results(target=Result(target(session), session))
        put(picture, view, session)
        strokes = picture.plot.overlay.drawing.strokes
        assert len(strokes) == expected
    put(picture, view, session_at(1))
    assert not picture.plot.overlay.drawing.strokes


def test_what_comes_while_the_point_glides_does_not_stop_it(picture, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)
    put(picture, ternary(steps=1), session_at(1))
    view, session = ternary(steps=2), session_at(2)
    picture.show_view(view, session)
    picture.results = Results(target=Result(target(session), session))
    picture.show_view(view, session)
    assert picture._motion.under_way
    assert picture.plot.overlay.point != pytest.approx(tuple(on_plane(view.path[-1])))


def test_the_point_glides_in_the_m_step(picture, qtbot, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)
    put(picture, ternary(steps=1), session_at(1))
    view = ternary(steps=2)
    picture.show_view(view, session_at(2))
    before, after = on_plane(view.path[-2:])
    assert picture.plot.overlay.point == pytest.approx(tuple(before), abs=0.02)
    qtbot.waitUntil(lambda: picture.plot.overlay.point == pytest.approx(tuple(after)))


def test_a_click_asks_for_another_start(picture, qtbot):
    put(picture, ternary())
    asked = []
    picture.start_requested.connect(
        lambda values, going_on: asked.append((values["heads"].tolist(), going_on))
    )
    spot = picture.plot.position(*on_plane(np.array([0.2, 0.3, 0.5]))).toPoint()
    QTest.mousePress(picture.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked[0][0] == pytest.approx([0.2, 0.3, 0.5], abs=0.011)
    assert asked[0][1] is False
    picture.plot.moved.emit(*on_plane(np.array([0.6, 0.2, 0.2])))
    QTest.mouseRelease(picture.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked[-1] == (pytest.approx([0.6, 0.2, 0.2]), True)


def test_a_click_far_outside_or_without_a_field_does_nothing(picture, qtbot):
    put(picture, ternary())
    with qtbot.assertNotEmitted(picture.start_requested):
        picture.plot.pressed.emit(0.05, 0.6)
        put(picture, ternary(entry_field=""))
        picture.plot.pressed.emit(0.5, 0.3)


def test_hovering_tells_the_place_and_its_height(picture):
    hints = []
    picture.hinted.connect(hints.append)
    view = ternary()
    put(picture, view)
    picture.plot.moved.emit(*on_plane(np.array([0.25, 0.15, 0.6])))
    height = 100 * (np.log([0.25, 0.15, 0.6]) @ [0.25, 0.15, 0.6])
    assert hints[-1] == f"p_A = 0.25, p_B = 0.15, p_O = 0.60, log P ≈ −{-height:.1f}"
    picture.plot.moved.emit(0.0, 0.7)
    assert hints[-1] == ""


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(400, 260), (900, 600)], ids=str)
def test_no_label_is_clipped_or_covers_another(picture, theme, size):
    picture.resize(*size)
    picture.apply_theme(theme)
    put(picture, ternary(note="Blood groups."))
    boxes = list(picture.plot.overlay.boxes.values())
    assert len(boxes) == 5
    assert all(picture.plot.view.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert picture.caption.isVisible()


def test_a_theme_restyles_everything(picture):
    put(picture, ternary())
    key = picture.raster.image.cacheKey()
    picture.apply_theme(DARK)
    assert picture.raster.image.cacheKey() != key
    assert picture.plot._pens[picture.path][0] == DARK.ink
    assert picture.dots.opts["brush"].color() == QColor(DARK.ink)


def test_of_a_selection_of_a_long_path_the_last_t_is_told(picture):
    put(picture, replace(ternary(), now=7000))
    assert picture.accessibleDescription().startswith("θ(7000) is at")


def test_it_tells_what_is_seen(picture):
    put(picture, ternary())
    assert picture.accessibleDescription() == (
        "θ(2) is at p_A = 0.288, p_B = 0.188, p_O = 0.525. The map is highest near p_A = 0.25, p_B = 0.15, "
        "p_O = 0.60. There are: θ(0) at (0.40, 0.30, 0.30); maximum at (0.25, 0.15, 0.60)."
    )
    assert picture.plot.accessibleName()
