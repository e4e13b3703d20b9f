"""The landscape of log P: relief, contours, path, arrow, landmarks, and the click that sets θ(0)."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from showing import go, hand
from standing import stand_for

from emviz.data.table import Table
from emviz.em.convergence.slowest import UNREACHED, Slowest, slowest
from emviz.em.counts.table import Entry
from emviz.em.methods import method_named
from emviz.em.model import Look
from emviz.em.objective.heights import Heights, landscape
from emviz.em.optima.restarts import landmarks
from emviz.em.pictures import Landscape
from emviz.em.uncertainty.certainty import Errors
from emviz.session import (
    example_session,
    rate_here,
    reference,
    set_method,
    set_model,
    set_start,
    set_table,
    show,
    step,
    target,
)
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.geometry.contours import contour, levels
from emviz.ui.panels.pictures.additions import slow_line
from emviz.ui.panels.pictures.panel import ModelPanel
from emviz.ui.panels.pictures.picture import CLICK
from emviz.ui.panels.pictures.relief import DIMMED, shades

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

A, B, C = (Entry("heads", (k,)) for k in range(3))


@pytest.fixture
def panel(qtbot):
    QApplication.instance().setProperty(SWITCH, False)
    panel = ModelPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.resize(480, 280)
    panel.show()
    yield panel
    QApplication.instance().setProperty(SWITCH, None)


@pytest.fixture(scope="module")
def places():
    session = example_session()
    return last(landmarks(session.model, session.data, starts(session)))


def views_of(session):
    return session.model.views(session.data, session.round, Look())


def starts(session):
    views = views_of(session)
    return next(view.starts for view in views if isinstance(view, Landscape))


def last(pictures):
    return [picture for picture in pictures if picture is not None][-1]


def heights_of(session, size=24):
    axes = session.display.axes
    return last(landscape(session.model, session.data, session.round.base.params, *axes, sizes=(size,)))


def session_at(halves, session=None):
    session = session or example_session()
    for _ in range(halves):
        session = step(session)
    return session


def put(panel, session, found=()):
    go(panel, session)
    hand(panel, session, views=views_of(session))
    go(panel, session)
    hand(panel, session, heights=heights_of(session))
    hand(panel, session, landmarks=found)
    hand(panel, session, reference=reference(session), target=target(session))
    QApplication.processEvents()
    return panel.picture


def three_coins():
    return session_at(2, set_model(example_session(), {"coins": 3}))


def test_a_contour_of_a_cone_is_a_circle():
    at = np.linspace(-1, 1, 81)
    values = -np.hypot(at[:, None], at[None, :])
    points = contour(at, at, values, -0.5)
    assert np.hypot(*points.T) == pytest.approx(0.5, abs=2e-3)
    length = np.hypot(*(points[1::2] - points[::2]).T).sum()
    assert length == pytest.approx(np.pi, rel=5e-3)


def test_a_contour_through_a_saddle_keeps_its_branches_apart():
    points = contour(np.arange(2.0), np.arange(2.0), np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5)
    assert len(points) == 4
    assert not len(contour(np.arange(2.0), np.arange(2.0), np.zeros((2, 2)), 0.5))


def test_levels_halve_towards_the_summit():
    found = levels(np.linspace(-100.0, 0.0, 50).reshape(5, 10))
    assert found.tolist() == [-64, -32, -16, -8, -4, -2, -1, -0.5]
    assert not len(levels(np.zeros((3, 3))))


def test_shades_rise_to_one_at_the_maximum():
    values = np.array([[-50.0, -2.0], [-1.0, 0.0]])
    assert shades(values)[1, 1] == 1
    assert np.all(np.diff(shades(values).ravel()) > 0)
    assert shades(np.zeros((2, 2))).tolist() == [[1, 1], [1, 1]]


def test_the_relief_covers_the_unit_square(panel):
    picture = put(panel, session_at(0))
    area = picture.relief.image.mapRectToParent(picture.relief.image.boundingRect())
    assert (area.left(), area.right(), area.top(), area.bottom()) == pytest.approx((0, 1, 0, 1))
    (x0, x1), (y0, y1) = picture.plot.view.viewRange()
    assert (x0, x1, y0, y1) == pytest.approx((0, 1, 0, 1))
    assert len(picture.relief.contours.getData()[0])


def test_impossible_corners_can_be_drawn(panel):
    session = session_at(0)
    go(panel, session)
    values = np.full((4, 4), -np.inf)
    values[1:3, 1:3] = [[-3.0, -2.0], [-2.5, -1.0]]
    at = np.linspace(0.125, 0.875, 4)
    hand(panel, session, heights=Heights(A, B, at, at, values))
    assert panel.grab().width() == 480


def test_the_path_leads_from_theta_0_to_where_em_is(panel):
    picture = put(panel, session_at(4))
    xs, ys = picture.path.getData()
    assert xs == pytest.approx([0.6, 0.7130, 0.7453], abs=1e-3)
    assert ys == pytest.approx([0.5, 0.5813, 0.5693], abs=1e-3)
    assert {"θ(0)", "θ(2)"} <= set(picture.plot.overlay.boxes)
    assert picture.plot.overlay.point == pytest.approx((xs[-1], ys[-1]))


def test_the_next_step_is_an_arrow_after_the_e_step_alone(panel):
    arrows = [put(panel, session_at(halves)).plot.overlay.drawing.strokes for halves in (0, 1, 2)]
    assert [len(each) for each in arrows] == [0, 1, 0]
    assert arrows[1][0].points[1] == pytest.approx((0.7130, 0.5813), abs=1e-3)


def test_landmarks_are_named(panel, places):
    picture = put(panel, session_at(0), places)
    names = set(picture.plot.overlay.boxes)
    assert {"maximum", "mirror maximum", "saddle", "complete data (0.80, 0.45)"} <= names
    assert "maximum at (0.80, 0.52); mirror maximum at (0.52, 0.80); saddle at (0.66, 0.66)" in (
        panel.accessibleDescription()
    )


@pytest.mark.parametrize("theme", stand_for([LIGHT, DARK], [LIGHT]), ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(480, 280), (780, 460)], ids=str)
@pytest.mark.parametrize("halves", [0, 1, 5, 24])
def test_labels_neither_overlap_nor_leave_the_plot(panel, places, theme, size, halves):
    panel.resize(*size)
    panel.apply_theme(theme)
    picture = put(panel, session_at(halves), places)
    boxes = list(picture.plot.overlay.boxes.values())
    assert len(boxes) >= 5
    assert all(picture.plot.view.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_click_asks_for_another_start(panel, qtbot):
    picture = put(panel, session_at(2))
    with qtbot.waitSignal(panel.start_requested) as asked:
        spot = picture.plot.position(0.3, 0.7).toPoint()
        QTest.mouseClick(picture.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    values, continuing = asked.args
    assert continuing is False
    assert list(values) == ["heads"]
    assert values["heads"] == pytest.approx([0.3, 0.7], abs=0.011)
    assert values["heads"].tolist() == [round(value, 2) for value in values["heads"].tolist()]


def test_a_start_stays_off_the_border(panel, qtbot):
    picture = put(panel, session_at(0))
    with qtbot.waitSignal(panel.start_requested) as asked:
        picture.plot.pressed.emit(-0.01, 1.0)
    picture.plot.released.emit()
    assert asked.args[0]["heads"] == pytest.approx([0.01, 0.99])


def test_hovering_tells_the_place_and_its_height(panel):
    picture = put(panel, session_at(0))
    picture.plot.moved.emit(0.71, 0.58)
    assert panel.hint.text().startswith("(0.71, 0.58), log P ≈ −31.")
    picture.plot.left.emit()
    assert panel.hint.text() == CLICK


def test_two_entries_leave_nothing_to_choose(panel):
    assert not put(panel, session_at(0)).choices.isVisible()


def test_the_axes_can_be_chosen_and_changed_about(panel, qtbot):
    picture = put(panel, three_coins())
    assert picture.choices.isVisible()
    for place, expected in ((2, (C, B)), (1, (B, A))):
        with qtbot.waitSignal(panel.display_requested) as asked:
            picture.choices.across.setCurrentIndex(place)
            picture.choices.across.activated.emit(place)
        assert asked.args == [{"axes": expected}]
        go(panel, three_coins())


def test_other_axes_dim_the_old_picture_until_the_new_one_comes(panel):
    session = three_coins()
    picture = put(panel, session)
    assert picture.relief.image.opacity() == 1
    turned = show(session, replace(session.display, axes=(B, C)))
    go(panel, turned)
    assert picture.relief.image.opacity() == DIMMED
    hand(panel, turned, heights=heights_of(turned))
    assert picture.relief.image.opacity() == 1
    assert "θB × θC" in QTextDocumentFragment.fromHtml(panel.title.text()).toPlainText()


def test_landmarks_of_other_data_are_not_shown(panel, places):
    session = session_at(0)
    picture = put(panel, session, places)
    columns = {name: session.table.texts(name).tolist()[:3] for name in session.table.names}
    go(panel, set_table(session, type(session.table).from_columns(columns)))
    assert "saddle" not in picture.plot.overlay.boxes
    assert picture.relief.image.opacity() == DIMMED


def test_a_landmark_off_the_plane_is_told_to_be_elsewhere(panel):
    session = three_coins()
    found = last(landmarks(session.model, session.data, starts(session)))
    picture = put(panel, session, found)
    assert any(text.endswith("(elsewhere)") for text in picture.plot.overlay.boxes)


def test_without_two_entries_there_is_a_sentence(panel):
    session = session_at(0)
    picture = put(panel, session)
    go(panel, show(session, replace(session.display, axes=None)))
    assert picture.nothing.isVisible()
    assert not picture.plot.isVisible()


def test_it_has_accessible_names(panel):
    picture = put(panel, three_coins())
    assert panel.objectName() == "modelPanel"
    assert picture.plot.accessibleName()
    assert picture.choices.across.accessibleName()


def test_what_was_computed_for_another_model_is_left_out(panel, places):
    picture = put(panel, three_coins())
    go(panel, session_at(0))
    assert not picture.plot.overlay.drawing.marks
    assert picture.relief.image.opacity() == DIMMED
    put(panel, session_at(0), places)
    go(panel, show(three_coins(), replace(three_coins().display, axes=(B, C))))
    assert "maximum" not in panel.accessibleDescription()


def test_of_a_long_path_is_drawn_what_can_be_told_apart(panel):
    session = session_at(12)
    rest = [replace(step, index=6 + k // 2) for k, step in enumerate(session.trace[-2:] * 5000, start=1)]
    long = session.moved(trail=session.trace.extended(rest), cursor=len(session.trace) + len(rest) - 1)
    xs, ys = put(panel, long).path.getOriginalDataset()
    walked = [step.params.heads for step in session.trace[::2]]
    np.testing.assert_array_equal(np.stack([xs, ys], axis=1)[:7], walked)
    assert len(xs) < 20
    assert (xs[-1], ys[-1]) == tuple(long.step.params.heads)


def test_a_ridge_has_one_name_and_a_sentence(panel):
    session = set_table(example_session(), Table.from_columns({"tosses": list("HTHHT")}))
    found = last(landmarks(session.model, session.data, starts(session)))
    picture = put(panel, session, found)
    names = [label.text for label in picture.plot.overlay.drawing.labels]
    assert names.count("ridge: θ is not determined") == 1
    assert not any("mirror" in name for name in names)
    assert len(picture.plot.overlay.drawing.marks) == len(found) == 5
    told = picture.accessibleDescription()
    assert told.endswith("These data do not determine θ: all along the ridge log P is the same.")
    go(panel, show(session, replace(session.display, reference=False)))
    assert "ridge" not in picture.accessibleDescription()


# -- what is shown besides -----------------------------------------------------------------------------------


def asked(halves, session=None, **choices):
    session = session_at(halves, session)
    return show(session, replace(session.display, **choices))


def slowest_of(session):
    work = slowest(session.model, session.data, session.start)
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def surface_of(session, size=48):
    at, axes = session.round.base, session.display.axes
    return last(
        landscape(
            *(session.model, session.data, at.params, *axes), sizes=(size,), method=session.method, at=at
        )
    )


def points_of(curve):
    xs, ys = curve.getData()
    return np.empty((0, 2)) if xs is None else np.stack([xs, ys], axis=1)


def test_the_contour_of_the_bound_touches_that_of_log_p_and_lies_inside(panel):
    session = asked(3, contours=True)
    picture = put(panel, session)
    assert not len(points_of(picture.bound_contours.own))
    hand(panel, session, surface=surface_of(session))
    own, level = points_of(picture.bound_contours.own), points_of(picture.bound_contours.level)
    here, touch = session.step.params.heads, session.round.base.expectation.objective
    assert np.hypot(*(own - here).T).min() < 0.01
    assert np.hypot(*(level - here).T).min() < 0.03
    data = session.data
    heights = [session.model.e_step(data, session.start._replace(heads=point)).objective for point in own]
    assert min(heights) > touch - 0.02
    assert max(heights) > touch + 0.02
    assert panel.accessibleDescription().endswith(
        "The contour of g_1 through θ(1) lies inside that of log P, and touches it at θ(1)."
    )
    assert len(points_of(picture.bound_contours.others))
    go(panel, show(session, replace(session.display, contours=False)))
    assert not len(points_of(picture.bound_contours.own))


def test_contours_of_another_iteration_are_not_drawn(panel):
    earlier, session = asked(1, contours=True), asked(3, contours=True)
    picture = put(panel, session)
    hand(panel, earlier, surface=surface_of(earlier))
    assert not len(points_of(picture.bound_contours.own))
    put(panel, asked(0, contours=True))
    assert "contour" not in panel.accessibleDescription()


def test_without_a_bound_there_are_no_contours_and_a_sentence_says_why(panel):
    newton = set_method(example_session(), method_named("newton"))
    put(panel, asked(2, newton, contours=True))
    assert "There is no bound: the parabola that fits log P" in panel.accessibleDescription()


def test_the_slowest_direction_goes_through_the_limit(panel):
    session = asked(6, slowest=True)
    put(panel, session)
    assert panel.accessibleDescription().endswith("Following EM to where it comes to rest; Esc cancels it.")
    found = slowest_of(session)
    hand(panel, session, slowest=found)
    strokes = panel.picture.plot.overlay.drawing.strokes
    (first, second) = next(stroke.points for stroke in strokes if stroke.dotted)
    limit, way = found.limit.heads, found.errors.direction["heads"]
    for point in (first, second):
        gone = np.array(point) - limit
        assert gone[0] * way[1] == pytest.approx(gone[1] * way[0], abs=1e-9)
    assert first[1] < limit[1] < second[1]
    t, rate = rate_here(session)
    told = f"Missing information 0.410, the largest eigenvalue; measured rate {rate:.3f} at t = {t}."
    assert panel.accessibleDescription().endswith(told)
    assert panel.picture.caption.isVisibleTo(panel)


def test_the_slowest_direction_is_hidden_with_the_answers(panel):
    session = asked(6, slowest=True, reference=False)
    put(panel, session)
    hand(panel, session, slowest=slowest_of(session))
    assert not any(stroke.dotted for stroke in panel.picture.plot.overlay.drawing.strokes)
    assert "Missing information" not in panel.accessibleDescription()
    assert not panel.picture.caption.isVisibleTo(panel)


def test_the_words_of_a_direction_that_is_none(panel):
    hard = set_method(example_session(), method_named("hard"))
    put(panel, asked(2, hard, slowest=True))
    assert panel.accessibleDescription().endswith("The slowest direction is that of EM; Hard EM has none.")
    session = asked(1, set_start(example_session(), {"heads": [0.3, 0.3]}), slowest=True)
    put(panel, session)
    hand(panel, session, slowest=slowest_of(session))
    assert panel.accessibleDescription().endswith(
        "The largest eigenvalue is 1.533, not below 1: a saddle or a ridge."
    )
    session = asked(2, slowest=True)
    put(panel, session)
    hand(panel, session, slowest=slowest_of(session))
    assert panel.accessibleDescription().endswith("the largest eigenvalue; two iterations measure it.")
    nowhere = Slowest(None, Errors(0.95, withheld=UNREACHED))
    hand(panel, session, slowest=nowhere)
    assert panel.accessibleDescription().endswith(f"No slowest direction. {UNREACHED}")


def test_a_direction_that_does_not_move_what_is_on_the_axes_is_not_drawn():
    """Weights and biases of the first coin only: a direction in the third alone is a point there."""
    session = set_model(example_session(), {"coins": 3})
    way = {"heads": np.array([0.0, 0.0, 1.0])}
    found = Slowest(session.start, Errors(0.95, missing=np.array([0.5]), direction=way))
    spans = ((0.0, 1.0), (0.0, 1.0))
    assert slow_line(found, (A, B), spans) == ()
    across = slow_line(found, (A, C), spans)
    x, y = session.start.heads[[0, 2]]
    assert across == (pytest.approx((x, max(0.0, y - 0.3))), pytest.approx((x, min(1.0, y + 0.3))))


def test_the_button_is_there_for_a_landscape_that_has_room(panel):
    panel.resize(900, 500)
    put(panel, session_at(2))
    assert panel.show_button.isVisible()
    panel.strip(True)
    assert not panel.show_button.isVisible()
    panel.strip(False)
    panel.resize(240, 280)
    QApplication.processEvents()
    assert not panel.show_button.isVisible()


def test_a_direction_across_both_axes_is_said_to_be_along_neither(panel):
    """Only the third day of the cholesterol has holes; the means of the others are known."""
    axes = Entry("mean", (0,)), Entry("mean", (1,))
    whole = example_session("normal", "cholesterol")
    session = show(whole, replace(whole.display, slowest=True, axes=axes, picture="Landscape"))
    put(panel, session)
    hand(panel, session, slowest=slowest_of(session))
    assert ", along neither axis. Missing information" in panel.accessibleDescription()
