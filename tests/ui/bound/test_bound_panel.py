"""The picture of the lower bound: curves, marks, words, the choice of the slice, and the drag of θ(0)."""

from dataclasses import replace

import numpy as np
import pytest
from hall.ink import painted
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from showing import go, hand
from standing import stand_for

from emviz.em.counts.table import Entry
from emviz.em.methods import Hard, method_named
from emviz.em.model import Phase
from emviz.em.objective.bound import along, segment
from emviz.em.objective.lines import Between, Goal
from emviz.em.uncertainty.profile_curve import ProfileCurve, profile_curve
from emviz.models.coins import Coins
from emviz.session import (
    bound_along,
    example_session,
    new_session,
    reference,
    seek,
    set_method,
    set_model,
    set_start,
    show,
    step,
    target,
)
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.bound.panel import BoundPanel
from emviz.ui.panels.bound.pointing import pointed

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

THETA_A = Entry("heads", (0,))


@pytest.fixture
def panel(qtbot):
    QApplication.instance().setProperty(SWITCH, False)
    panel = BoundPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.resize(480, 280)
    panel.show()
    yield panel
    QApplication.instance().setProperty(SWITCH, None)


@pytest.fixture
def usual_font():
    """Put the font of the application back."""
    before = QApplication.font()
    yield
    QApplication.setFont(before)


def session_at(halves, entry=None, session=None):
    session = session or example_session()
    for _ in range(halves):
        session = step(session)
    return show(session, replace(session.display, slice=entry))


def slice_of(session):
    at, entry, goal = session.round.base, session.display.slice, target(session)
    method = session.method
    if goal is None:
        return along(session.model, session.data, at, THETA_A, at.params, method=method)
    if entry is None:
        return segment(session.model, session.data, at, goal, method=method)
    return along(session.model, session.data, at, entry, goal, method=method)


def put(panel, session):
    go(panel, session)
    hand(panel, session, reference=reference(session))
    hand(panel, session, slice=slice_of(session))
    QApplication.processEvents()


def value_at(curve, x):
    xs, ys = curve.getData()
    return float(np.interp(x, xs, ys))


def test_before_the_e_step_there_is_no_bound(panel):
    put(panel, session_at(0))
    assert value_at(panel.objective_curve, 0.0) == pytest.approx(-33.0939, abs=1e-4)
    assert not len(panel.bound_curve.getData()[0] if panel.bound_curve.getData()[0] is not None else ())
    assert panel.plot.overlay.point == pytest.approx((0.0, -33.0939), abs=1e-4)
    assert "log P(x; θ) is −33.09 nats at θ(0)" in panel.accessibleDescription()


def test_after_the_e_step_the_bound_touches(panel):
    put(panel, session_at(1))
    assert value_at(panel.bound_curve, 0.0) == pytest.approx(-33.0939, abs=1e-4)
    assert value_at(panel.bound_curve, 1.0) == pytest.approx(-31.9972, abs=1e-4)
    assert {"touches at θ(0)", "maximum of g_0", "g_0(θ)", "log P(x; θ)"} <= set(panel.plot.overlay.boxes)
    assert panel.plot.overlay.drawing.inset is None


def test_after_the_e_step_the_bound_has_its_formula(panel):
    """Q by hand, Σ_k h_k log θ_k + t_k log(1 − θ_k), from the expected counts of Figure 1b."""
    put(panel, session_at(1))
    assert panel.accessibleDescription() == (
        "g_0(θ) = log P(x; θ(0)) + Q(θ|θ(0)) − Q(θ(0)|θ(0)) touches log P at θ(0), where the two Q cancel; "
        "the M-step goes to its maximum, at θ(1)."
    )
    heads, tails = np.array([21.297482, 11.702518]), np.array([8.572247, 8.427753])

    def q(bias):
        return float(heads @ np.log(bias) + tails @ np.log(1 - np.asarray(bias)))

    told = -33.0938625 + q(heads / (heads + tails)) - q([0.6, 0.5])
    assert panel.picture.slice.target_bound == pytest.approx(told, abs=1e-5)


def test_after_the_m_step_the_gap_is_magnified_and_told(panel):
    put(panel, session_at(2))
    assert panel.picture.gap == pytest.approx(0.1380, abs=1e-4)
    assert panel.plot.overlay.drawing.inset.caption == "gap = KL = 0.14 nats"
    assert "= 0.138 nats" in panel.accessibleDescription()
    assert panel.plot.overlay.point == pytest.approx((1.0, -31.8593), abs=1e-4)


@pytest.mark.parametrize("size", [(716, 265), (448, 294), (300, 200)])
def test_the_inset_covers_no_mark(panel, size):
    panel.resize(*size)
    put(panel, session_at(2, session=example_session("abo")))
    overlay = panel.plot.overlay
    inset = overlay.drawing.inset
    framed = overlay.boxes.get(inset.caption, QRectF())
    for mark in (*overlay.drawing.marks, inset.marks[-1]):
        at = overlay.scale().point(mark.x, mark.y)
        ring = QRectF(at.x() - mark.size / 2, at.y() - mark.size / 2, mark.size, mark.size)
        assert not framed.intersects(ring)
    # A picture that is too small has none.
    assert framed.isNull() is (size == (300, 200))


def large(panel, points):
    """Give the panel text of a size, as a window does that has grown."""
    font = QFont(QApplication.font())
    font.setPointSizeF(points)
    QApplication.setFont(font)
    panel.apply_theme(LIGHT)
    panel.resize(panel.size() + QSize(0, 1))
    QApplication.processEvents()


def cut(widget):
    return [ink.text for ink in painted(widget) if ink.clipped]


def test_where_text_is_large_the_caption_gives_way_and_the_inset_stays(panel, usual_font):
    panel.resize(448, 294)
    put(panel, session_at(2))
    caption = panel.plot.overlay.drawing.inset.caption
    assert not panel.caption.isHidden()
    assert caption in panel.plot.overlay.boxes
    for points in (20, 28):
        large(panel, points)
        assert panel.caption.isHidden()
        assert caption in panel.plot.overlay.boxes
        assert cut(panel.plot) == []
    large(panel, 11)
    assert not panel.caption.isHidden()
    assert caption in panel.plot.overlay.boxes


def test_the_button_gives_way_to_the_title(panel):
    action = QAction("One", panel)
    assert panel.show_button.isHidden()
    panel.offer(action)
    em = QFontInfo(panel.font()).pixelSize()
    for ems, shown in ((30, True), (19, False), (30, True)):
        panel.setFixedWidth(ems * em)
        QApplication.processEvents()
        assert panel.show_button.isVisible() is shown
    panel.strip(True)
    assert panel.show_button.isHidden()


def test_the_slack_of_a_surrogate_is_no_divergence(panel):
    """686.942 is Σ y_i Σ_j q_ij log q_ij / p_ij, from the matrix of `tomography_cases`, written out."""
    held = set_model(example_session("tomography", "prior"), {"beta": 0.001})
    put(panel, session_at(4, session=held))
    assert panel.picture.slice.divergence == pytest.approx(686.9422824876692, rel=1e-11)
    assert panel.picture.caption == "gap = KL + slack = 687 + 317 nats"
    told = "the gap there is KL(q‖P(z|x;θ(2))) + slack of the surrogate of the prior = 687 + 317 nats."
    assert panel.accessibleDescription().endswith(told)
    put(panel, session_at(4, session=set_model(held, {"prior": "none"})))
    assert panel.picture.caption == f"gap = KL = {panel.picture.gap:.0f} nats"


def test_hard_em_is_drawn_as_what_it_raises(panel):
    """J(θ(0)) by hand: 9 H 1 T, 8 H 2 T, 7 H 3 T with A, 5 H 5 T, 4 H 6 T with B, log ½ for each set."""
    hard = new_session(Coins(), example_session().table, "hard", method=Hard())
    put(panel, session_at(1, session=hard))
    counted = "g_0(θ), the same of the completion that was counted, touches max log P(x, z) at θ(0)"
    assert panel.accessibleDescription().startswith(counted)
    put(panel, session_at(2, session=hard))
    at_start = 24 * np.log(0.6) + 6 * np.log(0.4) + 20 * np.log(0.5) + 5 * np.log(0.5)
    assert panel.picture.slice.touch_objective == pytest.approx(at_start, rel=1e-12)
    assert value_at(panel.objective_curve, 1.0) == pytest.approx(-32.240585, abs=1e-6)
    assert "max log P(x, z)" in panel.plot.overlay.boxes
    told = panel.accessibleDescription()
    assert "g_0 touches max log P(x, z) at θ(0); its maximum is at θ(1)" in told
    assert told.endswith("the gap there is 0, since the same completion is still the likeliest.")
    put(panel, session_at(2, session=set_start(hard, {"heads": [0.99, 0.5]})))
    assert panel.picture.gap > 0
    assert panel.picture.caption == f"gap = {panel.picture.gap:.2f} nats"
    assert panel.accessibleDescription().endswith("nats, by which another completion is likelier.")
    assert "KL" not in panel.accessibleDescription()


GENERALISED = "The M-step improves g_1 without reaching its maximum (generalised EM)."


def test_generalised_em_is_told(panel):
    softmax = example_session("modules", "cycle-softmax")
    put(panel, session_at(3, session=softmax))
    told = panel.accessibleDescription()
    assert told == (
        "g_1(θ) = (log posterior at θ(1)) + Q(θ|θ(1)) − Q(θ(1)|θ(1)) touches log posterior at θ(1), where "
        f"the two Q cancel, and rises to θ(2) on this slice. {GENERALISED}"
    )
    put(panel, session_at(4, Entry("mean", (0, 0)), softmax))
    assert GENERALISED in panel.accessibleDescription()
    put(panel, session_at(0, session=softmax))
    assert "generalised" not in panel.accessibleDescription()
    put(panel, session_at(3, session=example_session("modules", "cycle")))
    assert "generalised" not in panel.accessibleDescription()


def test_a_wide_gap_has_a_bracket_and_no_inset(panel):
    put(panel, session_at(2, THETA_A))
    drawing = panel.plot.overlay.drawing
    assert drawing.inset is None
    assert drawing.brackets[0].high - drawing.brackets[0].low == pytest.approx(0.377, abs=1e-3)


def test_the_point_slides_along_the_bound(panel):
    put(panel, session_at(2))
    start, top, end = (panel.picture.motion(part) for part in (0.0, 0.75, 1.0))
    assert start == pytest.approx((0.0, -33.0939), abs=1e-4)
    assert top == pytest.approx((1.0, -31.9972), abs=1e-4)
    assert end == pytest.approx((1.0, -31.8593), abs=1e-4)


def test_the_bound_never_exceeds_log_p_on_the_picture(panel):
    for entry in (None, THETA_A):
        put(panel, session_at(3, entry))
        assert np.all(panel.bound_curve.getData()[1] <= panel.objective_curve.getData()[1] + 1e-9)


def test_a_slice_of_another_iteration_is_not_drawn(panel):
    put(panel, session_at(0))
    later = session_at(3)
    first = seek(later, 0)
    go(panel, later)
    hand(panel, first, slice=slice_of(first))
    assert panel.picture.t == 0
    hand(panel, later, slice=slice_of(later))
    assert panel.picture.t == 1
    assert panel.picture.state.phase is Phase.E


@pytest.mark.parametrize("theme", stand_for([LIGHT, DARK], [LIGHT]), ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", stand_for([((480, 280),), ((780, 460),)], [((480, 280),)]), ids=str)
@pytest.mark.parametrize("entry", [None, THETA_A], ids=["segment", "along"])
@pytest.mark.parametrize("halves", stand_for([0, 1, 2, 5, 12], [1, 2, 12]))
def test_labels_neither_overlap_nor_leave_the_plot(panel, theme, size, entry, halves):
    panel.resize(*size)
    panel.apply_theme(theme)
    put(panel, session_at(halves, entry))
    boxes = list(panel.plot.overlay.boxes.values())
    view = panel.plot.view.rect()
    assert boxes
    assert all(view.contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_low_values_do_not_squash_the_picture(panel):
    session = session_at(2, THETA_A, set_start(example_session(), {"heads": [0.99, 0.5]}))
    put(panel, session)
    low, high = panel.plot.view.viewRange()[1]
    assert low < panel.picture.slice.touch_objective < high
    assert high - low < 60
    assert np.all(np.isfinite(panel.objective_curve.getData()[1]))


def test_where_em_stands_still_the_picture_says_so(panel):
    session = session_at(3, None, set_start(example_session(), {"heads": [0.66, 0.66]}))
    put(panel, session)
    assert "EM stands still" in panel.accessibleDescription()
    assert panel.plot.overlay.drawing.inset is None


def test_the_combo_asks_for_another_slice(panel, qtbot):
    put(panel, session_at(0))
    texts = [panel.choice.itemText(i) for i in range(panel.choice.count())]
    assert texts == ["θ(0) → θ(1)", "towards complete data", "two iterations…", "along θ A", "along θ B"]
    with qtbot.waitSignal(panel.display_requested) as asked:
        panel.choice.setCurrentIndex(3)
        panel.choice.activated.emit(3)
    assert asked.args == [{"slice": THETA_A}]


def test_the_choices_follow_the_model_and_the_iteration(panel):
    put(panel, session_at(4, Entry("heads", (2,)), set_model(example_session(), {"coins": 3})))
    assert panel.choice.itemText(0) == "θ(1) → θ(2)"
    assert panel.choice.currentText() == "along θ C"


def test_the_reference_is_shown_and_hidden(panel):
    session = session_at(1)
    put(panel, session)
    assert "complete data: −31.71" in panel.plot.overlay.boxes
    put(panel, show(session, replace(session.display, reference=False)))
    assert "complete data: −31.71" not in panel.plot.overlay.boxes


def drag(panel, *xs):
    viewport = panel.plot.viewport()
    here = panel.plot.position(*panel.picture.here).toPoint()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=here)
    for x in xs:
        QTest.mouseMove(viewport, QPoint(panel.plot.position(x, -33).toPoint().x(), here.y()))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=here)


def test_dragging_moves_theta_0_and_continues(panel):
    put(panel, session_at(0, THETA_A))
    asked = []
    panel.start_requested.connect(lambda values, continuing: asked.append((values, continuing)))
    drag(panel, 0.7, 0.72, 0.75)
    assert asked[0][1] is False
    assert all(continuing for _, continuing in asked[1:])
    assert asked[0][0]["heads"] == pytest.approx([0.7, 0.5], abs=0.011)
    assert asked[-1][0]["heads"] == pytest.approx([0.75, 0.5], abs=0.011)


def test_only_theta_0_can_be_dragged(panel):
    asked = []
    panel.start_requested.connect(lambda *told: asked.append(told))
    for session in (session_at(3, THETA_A), session_at(0)):
        put(panel, session)
        drag(panel, 0.7)
    assert asked == []


def hover(panel, on_the_point=True):
    viewport = panel.plot.viewport()
    here = panel.plot.position(*panel.picture.here).toPoint()
    QTest.mouseMove(viewport, here if on_the_point else QPoint(here.x(), here.y() + 60))
    QApplication.processEvents()
    return panel.hint.text(), panel.plot.cursor().shape()


def test_what_can_be_dragged_says_so(panel):
    put(panel, session_at(0, THETA_A))
    told = "drag θ(0) to start elsewhere"
    assert panel.hint.text() == told
    assert hover(panel) == (told, Qt.CursorShape.OpenHandCursor)
    assert hover(panel, False) == (told, Qt.CursorShape.ArrowCursor)


@pytest.mark.parametrize(
    ("session", "told"),
    [
        (session_at(0), "to drag θ(0), choose “along θ A”"),
        (session_at(3, THETA_A), "only θ(0) can be dragged (Home)"),
        (session_at(3), "only θ(0) can be dragged (Home)"),
    ],
    ids=["segment", "later", "later segment"],
)
def test_what_cannot_be_dragged_says_what_can(panel, session, told):
    put(panel, session)
    assert panel.hint.text() == ""
    assert hover(panel) == (told, Qt.CursorShape.ForbiddenCursor)
    assert hover(panel, False) == ("", Qt.CursorShape.ArrowCursor)
    drag(panel, 0.7)
    QTest.mousePress(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(90, 40))
    assert panel.hint.text() == told
    panel.plot.left.emit()
    assert panel.hint.text() == ""


def test_the_hint_follows_the_slice(panel):
    put(panel, session_at(0, THETA_A))
    assert panel.hint.text()
    put(panel, session_at(3, THETA_A))
    assert panel.hint.text() == ""


def test_the_next_step_of_a_failing_model_leaves_a_picture(panel):
    session = session_at(0, None)
    broken = replace(session, model=_NoStep(session.model))
    go(panel, broken)
    hand(panel, broken, slice=slice_of(broken))
    assert panel.picture.slice.entry == THETA_A
    assert panel.accessibleDescription()


class _NoStep:
    """A model whose M-step divides by zero."""

    def __init__(self, model):
        self._model = model

    def __getattr__(self, name):
        return getattr(self._model, name)

    def m_step(self, data, counts):
        raise ZeroDivisionError


def test_pens_follow_the_device_pixel_ratio(panel):
    put(panel, session_at(1))
    panel.plot.rescale(2.0)
    assert panel.objective_curve.opts["pen"].widthF() == pytest.approx(4.8)
    panel.plot.rescale(1.0)
    assert panel.objective_curve.opts["pen"].widthF() == pytest.approx(2.4)


def test_it_has_an_accessible_name(panel):
    assert panel.objectName() == "boundPanel"
    assert panel.plot.accessibleName() == "Lower bound"
    assert panel.choice.accessibleName()


def points_of(curve):
    xs = curve.getData()[0]
    return 0 if xs is None else len(xs)


# -- other lines, and what stands beside the bound -----------------------------------------------------------


def drawn_of(session):
    """The slice as the background draws it."""
    return [each for each in bound_along(session, target(session)) if each is not None][-1]


def put_asked(panel, session, **choices):
    session = show(session, replace(session.display, **choices))
    go(panel, session)
    hand(panel, session, reference=reference(session))
    hand(panel, session, slice=drawn_of(session))
    QApplication.processEvents()


def test_exchanged_components_are_said_to_be_matched(panel):
    exchanged = set_start(session_at(0), {"heads": [0.5, 0.6]})
    put_asked(panel, step(exchanged), slice=Goal.COMPLETE)
    texts = [label.text for label in panel.plot.overlay.drawing.labels]
    assert "the complete-data estimate, components matched" in texts
    said = "Components of the complete-data estimate are in the order of those of θ(0)."
    assert said in panel.accessibleDescription()
    put_asked(panel, session_at(1), slice=Goal.COMPLETE)
    assert "order" not in panel.accessibleDescription()


def test_towards_the_complete_data_estimate(panel):
    """By hand: Σ_i Σ_z q log q/p between (.6, .5) and (.8, .45), from the shares of Figure 1b."""
    put_asked(panel, session_at(1), slice=Goal.COMPLETE)
    heads, share = np.array([5, 9, 8, 4, 7]), np.array([0.449149, 0.804986, 0.733467, 0.352156, 0.647215])

    def joint(theta):
        return heads * np.log(theta) + (10 - heads) * np.log(1 - theta)

    there = 1 / (1 + np.exp(joint(0.45) - joint(0.8)))
    gap = float((share * np.log(share / there) + (1 - share) * np.log((1 - share) / (1 - there))).sum())
    assert panel.picture.gap == pytest.approx(gap, abs=1e-5)
    assert panel.accessibleDescription() == (
        "log P(x; θ) is −33.09 nats at θ(0) and −31.71 nats at the complete-data estimate. "
        "g_0 touches log P at θ(0); at the complete-data estimate the gap is KL(q‖P(z|x;θ)) = "
        f"{gap:.2f} nats."
    )
    assert panel.plot.getAxis("bottom")._tickLevels == [[(0.0, "θ(0)"), (1.0, "the complete-data estimate")]]
    assert len(panel.plot.overlay.drawing.brackets) == 1
    assert panel.choice.currentText() == "towards complete data"


def test_a_goal_that_is_hidden_gives_way_to_the_line_of_the_step(panel):
    put_asked(panel, session_at(1), slice=Goal.COMPLETE, reference=False)
    assert "complete" not in panel.accessibleDescription()
    assert panel.choice.currentText() == "θ(0) → θ(1)"


def test_a_line_through_two_iterations(panel):
    put_asked(panel, session_at(7), slice=Between(0, 2))
    assert panel.accessibleDescription().startswith(
        "log P(x; θ) is −33.09 nats at θ(0) and −31.72 nats at θ(2)."
    )
    least = np.min(panel.picture.slice.objective - panel.picture.slice.bound)
    assert panel.accessibleDescription().endswith(
        "g_3 touches log P at θ(3), which is not on this line: "
        f"here it stays at least {least:.3g} nats below."
    )
    assert panel.plot.overlay.point is None
    put_asked(panel, session_at(4), slice=Between(0, 1))
    assert panel.accessibleDescription().endswith("g_1 touches log P at θ(1).")


def test_without_a_bound_the_line_says_so(panel):
    newton = set_method(example_session(), method_named("newton"))
    put_asked(panel, session_at(2, session=newton), slice=Between(0, 2))
    told = panel.accessibleDescription()
    assert told.startswith("log P(x; θ) is −33.09 nats at θ(0) and ")
    assert "There is no bound: " in told
    assert not panel.plot.overlay.drawing.brackets


def test_the_axis_says_how_others_move(panel):
    learned = set_model(example_session(), {"weights": "learned"})
    put_asked(panel, session_at(1, session=learned), slice=Entry("weight", (0,)))
    assert panel.plot._titles["bottom"] == ("w_A, the rest of its row in proportion", "w_A")
    put_asked(panel, session_at(1), slice=THETA_A)
    assert panel.plot._titles["bottom"] == ("θ_A, all else held", "θ_A")
    put_asked(panel, session_at(1, session=example_session("linkage")), slice=Entry("pi", ()))
    assert panel.plot._titles["bottom"] == ("π", "π")


def test_earlier_bounds_are_fainter_and_named(panel):
    panel.resize(900, 500)
    put_asked(panel, session_at(7), earlier=True, slice=THETA_A)
    drawn = panel.picture.slice.earlier
    assert [each.t for each in drawn] == [2, 1, 0]
    opacity = [panel.bound_curve.opacity(), *(curve.opacity() for curve in panel.earlier_curves)]
    assert opacity == sorted(opacity, reverse=True)
    for curve, each in zip(panel.earlier_curves, drawn, strict=True):
        at = panel.picture.slice.touch
        assert value_at(curve, at) == pytest.approx(
            float(np.interp(at, panel.picture.slice.positions, each.bound)), abs=1e-9
        )
    assert "g_2" in panel.plot.overlay.boxes
    assert panel.accessibleDescription().endswith("Behind g_3, fainter: g_2, g_1, g_0; none is above log P.")
    put_asked(panel, session_at(7), slice=THETA_A)
    assert not any(map(points_of, panel.earlier_curves))
    # On the line of the step, g_0 and g_1 are far below the picture: what is not seen has no name there.
    put_asked(panel, session_at(7), earlier=True)
    low, _ = panel.picture.range()
    assert max(each.bound.max() for each in panel.picture.slice.earlier[1:]) < low
    assert {"g_0", "g_1"}.isdisjoint(panel.plot.overlay.boxes)


def test_q_has_its_name_near_the_end_of_a_run_too(panel):
    """There both curves are flat, H(q) = 1.765 nats apart."""
    panel.resize(900, 500)
    put_asked(panel, session_at(22), parts=True)
    assert "Q(θ|θ(10))" in panel.plot.overlay.boxes
    assert "H(q) = 1.76 nats" in panel.plot.overlay.boxes


def put_profile(panel, session, **chosen):
    """Put a session on the panel that asks for the profile, before and after it has been computed."""
    put_asked(panel, session, slice=THETA_A, profile=True, **chosen)
    waiting = panel.picture.sentence()
    *_, found = profile_curve(session.model, session.data, session.start, THETA_A, sizes=(13,))
    hand(panel, panel.session, profile=found)
    return waiting, found


@pytest.mark.parametrize("method", ["em", "newton"])
def test_the_profile_is_drawn_beside_log_p_and_named(panel, method):
    panel.resize(900, 500)
    session = set_method(example_session(), method_named(method))
    waiting, found = put_profile(panel, session_at(2, session=session))
    assert waiting == "The profile likelihood of θ_A is being computed; J or Esc cancels it."
    assert value_at(panel.profile_curve, 0.5) == pytest.approx(np.interp(0.5, found.values, found.heights))
    assert "profile" in panel.plot.overlay.boxes
    told = (
        "Profile likelihood: the maximum of log P over all else with θ_A held that is reached from "
        "the end of EM; others may be higher. It is highest at θ_A = 0.520 and 0.797, −31.57 nats at each."
    )
    assert panel.picture.sentence() == told
    assert panel.accessibleDescription().endswith(told)
    assert panel.plot.view.viewRange()[1][1] > found.top
    stars = [mark for mark in panel.plot.overlay.drawing.marks if mark.symbol == "star"]
    assert [mark.x for mark in stars] == pytest.approx([0.5196, 0.7968], abs=1e-4)
    assert [mark.y for mark in stars] == [found.top, found.top]
    put_asked(panel, session_at(2, session=session), slice=THETA_A)
    assert not points_of(panel.profile_curve)


def test_why_there_is_no_profile_is_said(panel):
    put_asked(panel, session_at(1), slice=THETA_A, profile=True, reference=False)
    assert panel.picture.sentence() == "The profile likelihood is hidden with the answers."
    hard = new_session(Coins(), example_session().table, "hard", method=Hard())
    put_asked(panel, session_at(1, session=hard), slice=THETA_A, profile=True)
    assert panel.picture.sentence().startswith("A profile likelihood is that of log P; Hard EM raises ")
    session = session_at(1)
    put_asked(panel, session, slice=THETA_A, profile=True)
    hand(panel, panel.session, profile=ProfileCurve(THETA_A, withheld="No profile: too many."))
    assert panel.picture.sentence() == "No profile: too many."
    put_asked(panel, session, profile=True)
    assert panel.picture.sentence() == panel.picture.story()


def test_a_profile_asked_for_on_another_line_says_which_to_choose(panel):
    asked = []
    panel.display_requested.connect(asked.append)
    put(panel, session_at(1))
    panel.show_profile(False)
    assert not panel.hint.text().startswith("a profile")
    panel.show_profile(True)
    assert asked == [{"profile": False}, {"profile": True}]
    assert panel.hint.text() == f"a profile is that of a parameter: choose “{panel.choice.first_entry()}”"


def test_q_lies_by_the_entropy_below_the_bound(panel):
    """H(q) of the shares of Figure 1b."""
    panel.resize(900, 500)
    put_asked(panel, session_at(1), parts=True)
    share = np.array([0.449149, 0.804986, 0.733467, 0.352156, 0.647215])
    entropy = float(-(share * np.log(share) + (1 - share) * np.log(1 - share)).sum())
    for at in (0.0, 0.5, 1.0):
        apart = value_at(panel.bound_curve, at) - value_at(panel.expected_curve, at)
        assert apart == pytest.approx(entropy, abs=1e-5)
    assert {"Q(θ|θ(0))", f"H(q) = {entropy:.2f} nats"} <= set(panel.plot.overlay.boxes)
    assert panel.picture.sentence() == (
        f"g_0(θ) = Q(θ|θ(0)) + H(q), and H(q) = {entropy:.3f} nats at every θ. "
        "Q has the form of g_0, but does not touch log P."
    )
    assert "touches log P at θ(0), where the two Q cancel" in panel.accessibleDescription()
    put_asked(panel, session_at(0), parts=True)
    assert not points_of(panel.expected_curve)


def test_counted_whole_q_is_the_bound(panel):
    hard = new_session(Coins(), example_session().table, "hard", method=Hard())
    put_asked(panel, session_at(1, session=hard), parts=True)
    assert "here H(q) = 0 nats" in panel.accessibleDescription()
    assert not points_of(panel.expected_curve)


def test_what_q_leaves_out_is_no_entropy(panel):
    put_asked(panel, session_at(1, session=example_session("poisson")), parts=True)
    assert "nats at every θ: H(q), and what Q leaves out here since it is free of θ." in (
        panel.accessibleDescription()
    )
    assert not any(name.startswith("H(q)") for name in panel.plot.overlay.boxes)


def test_where_the_bound_will_touch_is_asked_where_it_is_to_be_guessed(panel):
    for ahead, end in ((True, " that touches there."), (False, ". Where will it touch?")):
        put_asked(panel, session_at(0), next=ahead)
        assert panel.picture.story().endswith(f"Next, the E-step puts a lower bound g_0 under it{end}")


def test_the_gap_under_a_mouse_that_rests_is_that_of_the_step(panel):
    put_asked(panel, session_at(1), slice=THETA_A)
    panel.plot.moved.emit(0.7, -32.0)
    before = panel.gap.label.text()
    put_asked(panel, session_at(3), slice=THETA_A)
    told = pointed(panel.picture, 0.7)
    assert panel.gap.label.text() != before
    assert told.lines[0].split(" = ")[1] in panel.gap.label.text()
    panel.plot.left.emit()
    put_asked(panel, session_at(5), slice=THETA_A)
    assert not panel.gap.label.isVisible()


def test_the_gap_is_told_where_the_mouse_points(panel):
    put_asked(panel, session_at(1), slice=THETA_A)
    drawn = panel.picture.slice
    panel.plot.moved.emit(0.8, -33.0)
    place = int(np.abs(drawn.positions - 0.8).argmin())
    gap = drawn.objective[place] - drawn.bound[place]
    told = pointed(panel.picture, 0.8)
    assert (told.low, told.high) == (drawn.bound[place], drawn.objective[place])
    assert told.lines == (f"gap KL(q‖p) = {gap:.2f} nats", f"θ_A = {drawn.positions[place]:.3f}")
    assert panel.gap.label.isVisible()
    panel.plot.left.emit()
    assert not panel.gap.label.isVisible()
    put_asked(panel, session_at(0), slice=THETA_A)
    panel.plot.moved.emit(0.8, -33.0)
    assert not panel.gap.label.isVisible()


def test_the_words_of_a_gap(panel):
    hard = new_session(Coins(), example_session().table, "hard", method=Hard())
    put_asked(panel, session_at(1, session=hard))
    assert pointed(panel.picture, 0.0).lines == ("gap 0 nats", "at θ(0)")
    assert pointed(panel.picture, 1.0).lines[1] == "at θ(1)"
    held = set_model(example_session("tomography", "prior"), {"beta": 0.001})
    put_asked(panel, session_at(4, session=held))
    assert pointed(panel.picture, 1.0).lines == ("gap KL + slack = 687 + 317 nats", "at θ(2)")
    put_asked(panel, session_at(1, None, set_start(example_session(), {"heads": [0.99, 0.5]})))
    assert pointed(panel.picture, 0.5).lines[1] == "0.50 of the way"


BESIDE = [(size, line) for size in ((480, 280), (900, 500)) for line in (None, Goal.COMPLETE, Between(0, 3))]


@pytest.mark.parametrize(("size", "direction"), stand_for(BESIDE, [BESIDE[0], BESIDE[4]]))
def test_labels_of_what_stands_beside_keep_clear_of_each_other(panel, size, direction):
    panel.resize(*size)
    put_asked(panel, session_at(7), slice=direction, earlier=True, parts=True)
    boxes = list(panel.plot.overlay.boxes.values())
    view = panel.plot.view.rect()
    assert all(view.contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


HALLS = [(size, line) for size in ((446, 280), (720, 260), (1260, 600)) for line in (None, Between(0, 1))]


@pytest.mark.thorough
@pytest.mark.parametrize(("size", "direction"), stand_for(HALLS, [HALLS[0]]))
def test_the_plot_keeps_its_height_from_one_half_step_to_the_next(panel, size, direction):
    panel.resize(*size)
    session, heights = example_session("gmm"), set()
    for _ in range(5):
        session = step(session)
        put_asked(panel, session, slice=direction)
        heights.add(panel.caption.height())
    assert len(heights) == 1
