"""The histogram: stacked bars, densities, values worth naming, and means that can be dragged."""

from dataclasses import replace

import numpy as np
import pytest
from planes import histogram, session_at
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from emviz.em.pictures import Curve, Dot
from emviz.ui.look import motion
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.histogram import HistogramPicture, bin_words

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def picture(qtbot):
    QApplication.instance().setProperty(motion.SWITCH, False)
    picture = HistogramPicture()
    qtbot.addWidget(picture)
    picture.resize(520, 340)
    picture.apply_theme(LIGHT)
    picture.show()
    yield picture
    QApplication.instance().setProperty(motion.SWITCH, None)


def put(picture, view, session=None):
    picture.show_view(view, session or session_at(1))
    QApplication.processEvents()
    return picture


def heights(picture, component):
    opts = picture.bars[component].opts
    return (np.asarray(opts["y1"]) - np.asarray(opts["y0"])).tolist()


def test_bars_stand_on_one_another(picture):
    view = histogram()
    put(picture, view)
    assert [heights(picture, k) for k in range(2)] == view.heights.T.tolist()
    assert np.array_equal(picture.bars[1].opts["y0"], picture.bars[0].opts["y1"])
    assert np.array_equal(picture.bars[0].opts["x0"], view.edges[:-1])
    names = [bars.opts["brush"].color().name() for bars in picture.bars]
    assert names == [LIGHT.component(0), LIGHT.component(1)]


def test_plain_bars_are_of_ink(picture):
    put(picture, histogram())
    view = histogram(heights=np.ones((4, 1)), plain=True, means=None, curves=())
    put(picture, view)
    assert len(picture.bars) == 1
    assert picture.bars[0].opts["brush"].color().name() == LIGHT.muted
    assert not picture.badges.items
    assert picture.plot.view.viewRange()[1][0] == 0


def test_densities_have_colours_and_dashes_and_end_at_the_axis(picture):
    view = histogram()
    whole = Curve("all", view.curves[0].xs, view.curves[0].ys + view.curves[1].ys)
    put(picture, replace(view, curves=(*view.curves, whole)))
    pens = [picture.plot._pens[curve] for curve in picture.curves]
    assert [pen[0] for pen in pens] == [LIGHT.component(0), LIGHT.component(1), LIGHT.ink]
    assert len({pen[2] for pen in pens[:2]}) == 2
    _, ys = picture.curves[0].getData()
    assert np.nanmax(ys) == view.curves[0].ys.max()
    assert np.isnan(ys[-1])
    assert np.isfinite(picture.curves[2].getData()[1]).all()
    assert "all" in picture.plot.overlay.boxes


@pytest.mark.parametrize("role", ["bound", "truth", "reference", "faint"])
def test_roles_have_their_own_look(picture, role):
    view = histogram()
    put(picture, replace(view, curves=(replace(view.curves[0], component=None, role=role),)))
    colour = picture.plot._pens[picture.curves[0]][0]
    assert colour == (LIGHT.bound if role == "bound" else LIGHT.muted)


def test_a_value_is_a_named_line_even_beyond_the_bins(picture):
    put(picture, histogram(dots=(Dot(0.19, 0, "LR = 0.19", "here"), Dot(1.4, 0, "95 %"))))
    strokes = picture.plot.overlay.drawing.strokes
    assert [stroke.points[0][0] for stroke in strokes] == [0.19, 1.4]
    assert all(stroke.dotted for stroke in strokes)
    assert {"LR = 0.19", "95 %"} <= set(picture.plot.overlay.boxes)
    assert picture.plot.view.viewRange()[0][1] > 1.4
    assert "Marked: LR = 0.19 at 0.190; 95 % at 1.40." in picture.accessibleDescription()


def test_the_scale_stays_while_bars_grow_a_little(picture):
    view = histogram(curves=(), means=None, plain=True)
    put(picture, replace(view, heights=np.full((4, 1), 10.0)))
    top = picture.plot.view.viewRange()[1][1]
    put(picture, replace(view, heights=np.full((4, 1), 10.4)))
    assert picture.plot.view.viewRange()[1][1] == top
    put(picture, replace(view, heights=np.full((4, 1), 20.0)))
    assert picture.plot.view.viewRange()[1][1] > 20
    put(picture, replace(view, heights=np.full((4, 1), 1.0)))
    assert picture.plot.view.viewRange()[1][1] < 2


@pytest.mark.parametrize("number", [0, 1, 5, 50, 500])
def test_the_highest_bar_is_always_in_sight(picture, number):
    for grown in range(1, number, max(7, number // 10)):
        put(picture, histogram(heights=np.array([[grown], [0], [1], [0]]), curves=(), means=None, plain=True))
        assert picture.plot.view.viewRange()[1][1] > grown
    put(picture, histogram(heights=np.zeros((4, 1)), curves=(), means=None, plain=True))
    assert picture.accessibleDescription().startswith("Histogram of value in 4 bins. Marked")


def test_bars_grow_and_means_glide(picture, qtbot, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)
    view = histogram()
    put(picture, view, session_at(1))
    after = replace(view, heights=view.heights[::-1].copy(), means=np.array([0.5, 0.7]))
    picture.show_view(after, session_at(2))
    assert heights(picture, 0)[0] > 1.5
    assert picture.badges.items[0].pos().x() < 0.4
    qtbot.waitUntil(lambda: heights(picture, 0) == after.heights[:, 0].tolist())
    assert picture.badges.items[0].pos().x() == 0.5


def test_a_mean_can_be_dragged_along(picture):
    put(picture, histogram(), session_at(0))
    asked = []
    picture.start_requested.connect(
        lambda values, going_on: asked.append((values["heads"].tolist(), going_on))
    )
    picture.plot.pressed.emit(0.7, 3.0)
    picture.plot.moved.emit(0.834, 1.0)
    assert asked == [([0.6, 0.83], False)]
    assert picture.badges.items[1].pos().x() == 0.83
    picture.plot.moved.emit(0.9, 1.0)
    picture.plot.released.emit()
    assert asked[-1] == ([0.6, 0.9], True)


def test_bars_cannot_be_dragged(picture, qtbot):
    put(picture, histogram(handles=()))
    with qtbot.assertNotEmitted(picture.start_requested):
        for x in (0.7, 0.5):
            picture.plot.pressed.emit(x, 1.0)
            picture.plot.moved.emit(0.9, 1.0)
            picture.plot.released.emit()


def test_hovering_tells_the_bin(picture):
    hints = []
    picture.hinted.connect(hints.append)
    put(picture, histogram())
    picture.plot.moved.emit(0.4, 1.0)
    assert hints[-1] == "0.250 to 0.500: A 5.0, B 1.0"
    picture.plot.moved.emit(0.31, 1.0)
    assert hints[-1] == "drag A to start elsewhere"
    assert picture.plot.cursor().shape() is Qt.CursorShape.SizeHorCursor
    assert bin_words(histogram(), 1.7) == ""
    assert bin_words(histogram(heights=np.ones((4, 1))), 0.1) == "0 to 0.250: 1.0"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(400, 260), (900, 600)], ids=str)
def test_no_label_is_clipped_or_covers_another(picture, theme, size):
    picture.resize(*size)
    picture.apply_theme(theme)
    view = histogram(note="300 datasets.", dots=(Dot(0.19, 0, "LR = 0.19", "here"), Dot(0.21, 0, "95 %")))
    put(picture, replace(view, curves=(*view.curves, replace(view.curves[0], name="truth", role="truth"))))
    boxes = list(picture.plot.overlay.boxes.values())
    assert len(boxes) == 3
    assert all(picture.plot.view.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert picture.caption.isVisible()


def test_it_tells_what_is_seen(picture):
    put(picture, histogram())
    assert picture.accessibleDescription() == (
        "Histogram of value in 4 bins. The highest bar, of 6.0, is from 0.250 to 0.500. Means: 0.300, 0.700. "
        "Marked: LR = 0.19 at 0.190."
    )
    assert picture.plot.accessibleName()
