"""The scatter: soft colours, ellipses that glide, means that can be dragged, points that can be selected."""

from dataclasses import replace

import numpy as np
import pytest
from planes import HEADS, blobs, density, scatter, session_at
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from emviz.ui.look import motion
from emviz.ui.look.theme import DARK, LIGHT, MARKERS
from emviz.ui.panels.pictures.cloud import DARKEST, KEPT, OUTLINE, darkness
from emviz.ui.panels.pictures.ellipses import ellipse
from emviz.ui.panels.pictures.mixing import BRUSHES, blended, channels, quantised
from emviz.ui.panels.pictures.scatter import ScatterPicture

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


#: Both coordinates of a mean are one entry of θ here, so that the coins do for a model.
PAIRS = tuple((entry, entry) for entry in HEADS)


@pytest.fixture
def picture(qtbot):
    QApplication.instance().setProperty(motion.SWITCH, False)
    host = QWidget()
    qtbot.addWidget(host)
    layout = QHBoxLayout(host)
    picture = ScatterPicture()
    layout.addWidget(picture)
    layout.addWidget(picture.tools)
    host.resize(520, 340)
    picture.apply_theme(LIGHT)
    host.show()
    yield picture
    QApplication.instance().setProperty(motion.SWITCH, None)


def put(picture, view, session=None):
    picture.show_view(view, session or session_at(1))
    QApplication.processEvents()
    return picture


def colour_of(picture, place):
    return picture.cloud.points.data["brush"][place].color()


def click(picture, x, y):
    at = picture.plot.position(x, y).toPoint()
    QTest.mouseClick(picture.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)


# -- colours -------------------------------------------------------------------------------------------------


def test_colours_are_mixed_by_responsibility():
    colours = channels(("#ff0000", "#0000ff"))
    mixed = blended(np.array([[1.0, 0.0], [0.25, 0.75], [0.0, 0.0]]), colours)
    assert mixed.tolist() == [[255, 0, 0], [63.75, 0, 191.25], [0, 0, 0]]


def test_thousands_of_colours_share_a_few_brushes():
    rng = np.random.default_rng(0)
    colours = blended(rng.dirichlet(np.ones(5), 3000), channels(LIGHT.components[:5]))
    places, palette = quantised(colours)
    assert 8 < len(palette) <= BRUSHES
    assert np.abs(palette[places] - colours).max() <= 64
    assert np.abs(palette[places] - colours).mean() < 12


def test_pure_colours_stay_pure():
    colours = np.repeat(channels(LIGHT.components), 3, axis=0)
    places, palette = quantised(colours)
    assert np.array_equal(palette[places], colours)
    assert not len(quantised(np.empty((0, 3)))[0])


def test_a_point_has_the_colours_of_what_it_may_belong_to(picture):
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    put(picture, replace(scatter(3), shares=shares))
    first, middle, last = (colour_of(picture, place) for place in range(3))
    assert (first.name(), last.name()) == (LIGHT.component(0), LIGHT.component(1))
    pair = [QColor(LIGHT.component(k)) for k in range(2)]
    assert middle.red() == pytest.approx((pair[0].red() + pair[1].red()) / 2, abs=1)
    assert picture.cloud.points.data["symbol"].tolist() == [MARKERS[0], MARKERS[0], MARKERS[1]]


def test_points_that_look_alike_share_a_symbol_that_is_drawn_once(picture):
    guesses = np.array([False, False, True, True])
    one, other = (np.array([[p, 1 - p]] * 4) for p in (0.6, 0.9))
    atlas = picture.cloud.points.fragmentAtlas
    for shares, drawn in ((one, 2), (other, 3), (one, 3)):
        put(picture, replace(scatter(4), shares=shares, guesses=guesses))
        assert len(atlas) == drawn, "full and hollow ones, in their colours"


def test_brushes_of_colours_that_came_and_went_are_given_up(picture):
    for red in range(0, 256, 3):
        for green in (0, 128, 255):
            palette = [(red, green, blue) for blue in (0, 128, 255)]
            picture.cloud._brushes_of(np.array(palette, dtype=np.uint8))
    assert len(picture.cloud._brushes) <= KEPT + BRUSHES


def test_before_the_e_step_points_are_grey(picture):
    put(picture, scatter(shares=False), session_at(0))
    assert {colour_of(picture, place).name() for place in range(40)} == {LIGHT.muted}
    assert set(picture.cloud.points.data["symbol"]) == {MARKERS[0]}


def test_true_labels_are_outlines_once_revealed(picture):
    view = scatter(labels=np.array([0, 1] * 19 + [-1, 0]))
    put(picture, view)
    size = picture.cloud.points.opts["size"]
    assert picture.cloud.points.opts["pen"].color().name() == LIGHT.card
    put(picture, view, session_at(1, revealed=True))
    pens = picture.cloud.points.data["pen"]
    assert [pens[k].color().name() for k in (0, 1)] == [LIGHT.component(0), LIGHT.component(1)]
    assert pens[38].style() is Qt.PenStyle.NoPen
    assert picture.cloud.points.opts["size"] == size + OUTLINE


# -- ellipses ------------------------------------------------------------------------------------------------


def test_an_ellipse_is_so_many_standard_deviations_away():
    covariance = np.array([[4.0, 1.0], [1.0, 2.0]])
    apart = ellipse(np.array([1.0, -1.0]), covariance, 1.0, 2.0) - [1.0, -1.0]
    found = np.sqrt(np.einsum("eni,ij,enj->en", apart, np.linalg.inv(covariance), apart))
    assert found[0] == pytest.approx(np.ones(73))
    assert found[1] == pytest.approx(np.full(73, 2.0))
    assert np.isfinite(ellipse(np.zeros(2), np.zeros((2, 2)), 1.0)).all()


def test_each_component_has_two_ellipses_and_its_name_at_the_mean(picture):
    put(picture, scatter())
    assert len(picture.ellipses.curves) == 4
    for blob, badge in zip(blobs(), picture.badges.items, strict=True):
        assert badge.text == blob.name
        assert (badge.pos().x(), badge.pos().y()) == pytest.approx(tuple(blob.mean))
        assert badge.brush().color().name() == LIGHT.component(blob.component)
    xs, _ = picture.ellipses.curves[1].getData()
    assert xs.max() == pytest.approx(0.3 + 2 * 0.1, abs=1e-3)
    fill = picture.ellipses.curves[1].opts["fillBrush"]
    assert 0 < fill.color().alpha() < 60


def test_truth_and_complete_data_are_dashed_and_named_where_asked_for(picture):
    view = scatter(truth=blobs(0.03), reference=blobs(0.02))
    put(picture, view)
    pens = [each.curves[0].opts["pen"] for each in (picture.truth, picture.reference)]
    assert pens[0].dashPattern() != pens[1].dashPattern()
    assert all(pen.style() is Qt.PenStyle.CustomDashLine for pen in pens)
    assert {"truth", "complete data"} <= set(picture.plot.overlay.boxes)
    put(picture, view, session_at(1, reference=False))
    assert not picture.truth.curves
    assert not picture.plot.overlay.boxes


def test_what_stays_is_not_drawn_again(picture, monkeypatch):
    known = blobs(0.03)
    put(picture, scatter(truth=known))
    stays, moves = picture.truth.curves[0], picture.ellipses.curves[0]
    drawn = []
    for curve in (stays, moves):
        monkeypatch.setattr(curve, "setData", lambda *points, curve=curve: drawn.append(curve))
    monkeypatch.setattr(picture.plot, "setRange", lambda **ranges: drawn.append(ranges))
    put(picture, scatter(blobs=blobs(0.01), truth=known))
    assert drawn == [moves]
    put(picture, scatter(blobs=blobs(0.01), truth=blobs(0.02), extent=(0.0, 2.0, 0.0, 1.0)))
    assert drawn[1]["xRange"] == (0.0, 2.0)
    assert drawn[2:] == [stays]


def test_the_means_leave_a_path(picture):
    session = session_at(4)
    put(picture, scatter(handles=PAIRS), session)
    xs, ys = picture.paths[0].getData()
    assert xs == pytest.approx([0.6, 0.7130, 0.7453], abs=1e-3)
    assert ys == pytest.approx(xs)
    put(picture, scatter(handles=PAIRS), session_at(0))
    assert not picture.paths


def test_ellipses_glide_in_the_m_step_and_colours_fade_in_the_e_step(picture, qtbot, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)
    put(picture, scatter(shares=False), session_at(0))
    view = scatter()
    picture.show_view(replace(view, shares=np.eye(2)[view.labels]), session_at(1))
    faded = colour_of(picture, 0).name()
    assert faded not in (LIGHT.component(0), LIGHT.component(1))
    qtbot.waitUntil(lambda: colour_of(picture, 0).name() == LIGHT.component(0))
    picture.show_view(scatter(blobs=blobs(0.1)), session_at(2))
    assert picture.badges.items[0].pos().x() < 0.35
    qtbot.waitUntil(lambda: picture.badges.items[0].pos().x() == pytest.approx(0.4))


def test_a_motion_ends_when_the_next_step_comes(picture, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)
    put(picture, scatter(), session_at(1))
    picture.show_view(scatter(blobs=blobs(0.1)), session_at(2))
    picture.show_view(scatter(blobs=blobs(0.2)), session_at(4))
    assert picture.badges.items[0].pos().x() == pytest.approx(0.5)


# -- many points ---------------------------------------------------------------------------------------------


def test_a_density_is_an_image_over_the_extent(picture):
    put(picture, density())
    area = picture.cloud.raster.area
    assert (area.left(), area.right(), area.top(), area.bottom()) == (0, 1, 0, 1)
    image = picture.cloud.raster.image
    assert (image.width(), image.height()) == (80, 60)
    thick, thin = image.pixelColor(24, 30), image.pixelColor(0, 0)
    assert thick.alphaF() == pytest.approx(DARKEST, abs=0.02)
    assert thin.alpha() < thick.alpha()
    assert thick.red() == pytest.approx(QColor(LIGHT.component(0)).red(), abs=3)
    assert not picture.cloud.points.isVisible()


def test_a_density_before_the_e_step_is_grey(picture):
    put(picture, density(1), session_at(0))
    colour = picture.cloud.raster.image.pixelColor(24, 30)
    assert colour.red() == pytest.approx(QColor(LIGHT.muted).red(), abs=3)


def test_darkness_grows_with_the_logarithm():
    shade = darkness(np.array([0.0, 1.0, 10.0, 100.0]))
    assert shade[0] == 0
    assert np.all(np.diff(shade) > 0)
    assert shade[2] - shade[1] == pytest.approx(shade[3] - shade[2], rel=0.4)
    assert darkness(np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]


def test_nothing_at_all_can_be_shown(picture):
    put(picture, scatter(points=None, shares=None, blobs=(), labels=None))
    put(picture, scatter(0, blobs=(), labels=None))
    assert picture.grab().width()


# -- the mouse -----------------------------------------------------------------------------------------------


def test_a_click_selects_the_nearest_point_and_another_one_none(picture, qtbot):
    view = scatter()
    put(picture, view)
    place = int(view.points[:, 1].argmin())
    with qtbot.waitSignal(picture.display_requested) as asked:
        click(picture, *view.points[place])
    assert asked.args == [{"row": place}]
    put(picture, replace(view, row=place))
    assert picture.ring.data["x"].tolist() == [view.points[place, 0]]
    assert "Selected:" in picture.accessibleDescription()
    with qtbot.waitSignal(picture.display_requested) as asked:
        click(picture, *view.points[place])
    assert asked.args == [{"row": None}]


def test_a_density_has_no_points_to_select(picture, qtbot):
    put(picture, replace(density(), selected=np.array([0.1, 0.2])))
    with qtbot.assertNotEmitted(picture.display_requested):
        click(picture, 0.9, 0.9)
    assert picture.ring.data["y"].tolist() == [0.2]


def test_a_mean_can_be_dragged_to_another_start(picture, qtbot):
    put(picture, scatter(handles=PAIRS), session_at(0))
    asked = []
    picture.start_requested.connect(lambda values, going_on: asked.append((values, going_on)))
    picture.plot.pressed.emit(0.3, 0.3)
    assert not asked
    picture.plot.moved.emit(0.412, 0.55)
    assert asked[0][0]["heads"].tolist() == [0.55, 0.5]
    assert asked[0][1] is False
    # The name follows the hand at once, and stays there when an older picture comes in.
    put(picture, scatter(handles=PAIRS), session_at(0))
    assert picture.badges.items[0].pos().x() == pytest.approx(0.41)
    picture.plot.moved.emit(0.5, 0.6)
    picture.plot.released.emit()
    assert asked[-1][0]["heads"].tolist() == [0.6, 0.5]
    assert asked[-1][1] is True
    put(picture, scatter(handles=PAIRS), session_at(0))
    assert picture.badges.items[0].pos().x() == pytest.approx(0.3)


def test_a_mean_without_a_handle_stays(picture, qtbot):
    put(picture, scatter())
    with qtbot.assertNotEmitted(picture.start_requested):
        picture.plot.pressed.emit(0.3, 0.3)
        picture.plot.moved.emit(0.5, 0.5)


def test_hovering_tells_the_point(picture):
    told = []
    picture.hinted.connect(told.append)
    view = scatter(handles=PAIRS, points=np.array([[0.1, 0.9], [0.9, 0.1]]), labels=None)
    view = replace(view, shares=np.array([[0.98, 0.02], [0.1, 0.9]]))
    put(picture, view)
    picture.plot.moved.emit(0.1, 0.9)
    assert told[-1] == "long_name 0.100, width 0.900: A 0.98, B 0.02"
    picture.plot.moved.emit(0.5, 0.9)
    assert told[-1] == ""
    picture.plot.moved.emit(0.3, 0.3)
    assert told[-1] == "drag A to start elsewhere"
    assert picture.plot.cursor().shape() is Qt.CursorShape.OpenHandCursor
    put(picture, replace(view, shares=None))
    picture.plot.moved.emit(0.1, 0.9)
    assert told[-1] == "long_name 0.100, width 0.900"
    picture.plot.left.emit()
    assert told[-1] == ""


def test_the_axes_can_be_chosen_where_there_are_more_than_two_columns(picture, qtbot):
    put(picture, scatter())
    assert not picture.tools.isVisible()
    put(picture, scatter(columns=("a", "b", "c"), axes=(0, 2)))
    assert picture.tools.isVisible()
    assert picture.tools.up.currentText() == "c"
    for place, expected in ((1, (1, 2)), (2, (2, 0))):
        with qtbot.waitSignal(picture.display_requested) as asked:
            picture.tools.across.setCurrentIndex(place)
            picture.tools.across.activated.emit(place)
        assert asked.args == [{"columns": expected}]


def test_a_hidden_scatter_keeps_its_tools_hidden(picture):
    put(picture, scatter(columns=("a", "b", "c"), axes=(0, 2)))
    picture.tools.hide()
    picture.apply_theme(DARK)
    assert not picture.tools.isVisible()


# -- dress ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(400, 260), (900, 600)], ids=str)
def test_no_label_is_clipped_or_covers_another(picture, theme, size):
    picture.window().resize(*size)
    picture.apply_theme(theme)
    put(picture, scatter(truth=blobs(0.03), reference=blobs(0.02), note="The true parameters are known."))
    boxes = list(picture.plot.overlay.boxes.values())
    assert len(boxes) == 2
    assert all(picture.plot.view.rect().contains(box) for box in boxes)
    assert not boxes[0].intersects(boxes[1])
    assert picture.caption.isVisible()
    assert picture.caption.height() >= picture.caption.heightForWidth(picture.caption.width())


def test_a_theme_restyles_everything(picture):
    put(picture, scatter(3, row=1))
    picture.apply_theme(DARK)
    names = {colour_of(picture, place).name() for place in range(3)}
    assert names <= {DARK.component(0), DARK.component(1)}
    assert picture.badges.items[1].brush().color().name() == DARK.component(1)
    assert picture.ring.opts["pen"].color().name() == DARK.ink
    assert picture.plot.backgroundBrush().color().name() == DARK.card


def test_a_column_keeps_the_line_in_its_name(picture):
    put(picture, scatter())
    assert "<sub>" not in picture.plot.getAxis("bottom").labelText


def test_it_tells_what_is_seen(picture):
    put(picture, scatter())
    told = picture.accessibleDescription()
    assert told.startswith("40 points, width against long_name.")
    assert "A: mean (0.300, 0.300), weight 0.50." in told
    assert picture.plot.accessibleDescription() == told
    assert picture.accessibleName()
    assert not picture.caption.isVisible()
