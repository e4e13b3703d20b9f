"""The objective and the parameters over the iterations."""

from dataclasses import astuple, replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from showing import go, hand
from standing import stand_for

from emviz.session import example_session, reference, seek, set_model, show, shown, step
from emviz.session.trail import Trail
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.geometry.thinning import thinned
from emviz.ui.panels.likelihood import series as series_module
from emviz.ui.panels.likelihood.panel import LogLikelihoodPanel, staircase
from emviz.ui.panels.likelihood.series import Series

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def panel(qtbot):
    panel = LogLikelihoodPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.resize(780, 460)
    panel.show()
    panel.display_requested.connect(lambda choices: go(panel, shown(panel.session, choices)))
    return panel


def session_at(halves, session=None):
    session = session or example_session()
    for _ in range(halves):
        session = step(session)
    return session


def put(panel, session):
    go(panel, session)
    hand(panel, session, reference=reference(session))
    QApplication.processEvents()


def long_session(iterations):
    session = session_at(2)
    _, e, m = session.trace
    steps = [session.trace[0]]
    for t in range(1, iterations + 1):
        steps += [replace(e, index=t - 1), replace(m, index=t)]
    return session.moved(trail=Trail(steps), cursor=len(steps) - 1)


def test_the_plots_have_their_place_before_they_are_painted(panel):
    put(panel, session_at(2))
    for width, both in ((500, False), (780, True)):
        panel.resize(width, 460)
        assert panel.parameters.isVisible() == both
        # A button of the head that goes, or comes, makes it as low or as high as it will be.
        stand = panel.plot.geometry(), panel.plot.view.size()
        QApplication.processEvents()
        assert (panel.plot.geometry(), panel.plot.view.size()) == stand


def test_the_staircase_touches_rises_and_closes():
    rise, close = staircase(np.array([-33.0, -32.0]), np.array([-33.0, -32.2]))
    assert rise.tolist() == [[0, -33.0], [1, -32.2]]
    assert close.tolist() == [[1, -32.2], [1, -32.0]]


def test_the_staircase_has_the_numbers_of_the_paper(panel):
    put(panel, session_at(4))
    xs, ys = panel.bound_curve.getOriginalDataset()
    assert xs.tolist() == [0, 1, 1, 2]
    assert ys[:3] == pytest.approx([-33.0939, -31.9972, -31.8593], abs=1e-4)
    assert panel.rise_curve.getOriginalDataset()[1][:2] == pytest.approx([-31.9972, -31.8593], abs=1e-4)


def test_the_last_gain_is_told(panel):
    put(panel, session_at(2))
    assert "gain 1.23 nats" in panel.plot.overlay.boxes
    assert "log P = −31.86" in panel.plot.overlay.boxes
    assert "a gain of 1.23 nats" in panel.accessibleDescription()


def test_a_fall_is_told_as_one(panel):
    session = session_at(2)
    first, e, m = session.trace
    lower = replace(m.expectation, objective=first.expectation.objective - 0.5)
    put(panel, session.moved(trail=Trail([first, e, replace(m, expectation=lower)])))
    (label,) = [each for each in panel.plot.overlay.drawing.labels if each.text == "fall 0.500 nats"]
    assert label.colour == LIGHT.fault
    assert "a fall of 0.500 nats" in panel.accessibleDescription()


def test_at_the_start_there_is_one_point_and_no_gain(panel):
    put(panel, session_at(0))
    assert not any(text.startswith("gain") for text in panel.plot.overlay.boxes)
    assert panel.plot.view.viewRange()[0][1] > 10
    assert "−33.0939" in panel.accessibleDescription()


def test_the_future_stays_faintly_visible(panel):
    put(panel, seek(session_at(8), 4))
    assert panel.future_curve.getOriginalDataset()[0].tolist() == [2, 3, 4]
    assert panel.bound_curve.getOriginalDataset()[0].tolist() == [0, 1, 1, 2]


def test_a_click_asks_for_its_iteration(panel, qtbot):
    put(panel, session_at(8))
    spot = panel.plot.position(2.1, -31.8).toPoint()
    with qtbot.waitSignal(panel.seek_requested) as asked:
        QTest.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args == [4]
    with qtbot.waitSignal(panel.seek_requested) as asked:
        panel.parameters.pressed.emit(0.2, 0.6)
    assert asked.args == [0]


def test_a_click_beyond_the_trace_asks_for_nothing(panel, qtbot):
    put(panel, session_at(2))
    with qtbot.assertNotEmitted(panel.seek_requested):
        panel.plot.pressed.emit(7.0, -32.0)


def test_each_parameter_has_a_named_curve(panel):
    put(panel, session_at(2))
    names = set(panel.parameters.overlay.boxes)
    assert {"θ_A 0.71", "θ_B 0.58", "complete data"} <= names
    assert panel.parameters.curves[0].getOriginalDataset()[1] == pytest.approx([0.6, 0.713], abs=1e-3)
    assert len({curve.opts["pen"].color().name() for curve in panel.parameters.curves}) == 2
    dashes = [curve.opts["pen"].dashPattern() for curve in panel.parameters.curves]
    assert dashes[0] != dashes[1]


def test_the_curves_follow_the_model(panel):
    put(panel, session_at(2, set_model(example_session(), {"coins": 3, "weights": "learned"})))
    assert len(panel.parameters.curves) == 6
    put(panel, session_at(2))
    assert len(panel.parameters.curves) == 2


def test_a_wide_panel_shows_both_and_a_narrow_one_either(panel):
    put(panel, session_at(2))
    assert panel.plot.isVisible()
    assert panel.parameters.isVisible()
    panel.resize(480, 280)
    assert panel.plot.isVisible()
    assert not panel.parameters.isVisible()
    button = panel.findChildren(type(panel._pages.button(1)))[1]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.parameters.isVisible()
    assert not panel.plot.isVisible()
    assert "θ_A 0.71" in panel.parameters.overlay.boxes


@pytest.mark.parametrize("theme", stand_for([LIGHT, DARK], [LIGHT]), ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(480, 280), (780, 460)], ids=str)
@pytest.mark.parametrize(("halves", "cursor"), [(0, 0), (2, 2), (20, 6), (20, 20)])
def test_labels_neither_overlap_nor_leave_the_plot(panel, theme, size, halves, cursor):
    panel.resize(*size)
    panel.apply_theme(theme)
    put(panel, seek(session_at(halves), cursor))
    for plot in (panel.plot, panel.parameters):
        boxes = list(plot.overlay.boxes.values())
        assert all(plot.view.rect().contains(box) for box in boxes)
        assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_reference_can_be_switched_off(panel):
    session = session_at(2)
    put(panel, session)
    assert any("(0.80, 0.45): −31.71" in text for text in panel.plot.overlay.boxes)
    put(panel, show(session, replace(session.display, reference=False)))
    assert not any("complete" in text for text in panel.plot.overlay.boxes)
    assert "complete data" not in panel.parameters.overlay.boxes


def test_ten_thousand_iterations_are_one_line(panel):
    put(panel, long_session(10_000))
    xs, ys = panel.line.getOriginalDataset()
    assert (xs[0], xs[-1], len(panel.series.objective)) == (0, 10_000, 10_001)
    # All gain is in the first iteration: of the level rest an even selection is drawn.
    assert xs[:2].tolist() == [0, 1]
    assert len(xs) < 4000
    np.testing.assert_array_equal(ys, panel.series.objective[xs])
    assert panel.bound_curve.getOriginalDataset()[0] is None
    assert len(panel.plot.overlay.drawing.marks) == 1


def test_going_back_in_a_long_run_shows_what_is_done_and_what_is_to_come(panel):
    put(panel, seek(long_session(10_000), 2 * 4321))
    done, to_come = (line.getOriginalDataset()[0] for line in (panel.line, panel.future_curve))
    assert (done[0], done[-1], to_come[0], to_come[-1]) == (0, 4321, 4321, 10_000)
    assert np.all(np.diff(done) > 0)
    assert np.all(np.diff(to_come) > 0)


@pytest.mark.thorough
def test_while_a_long_run_grows_its_line_is_thinned_now_and_then(monkeypatch):
    asked = []
    monkeypatch.setattr(series_module, "thinned", lambda *axes: asked.append(len(axes[0])) or thinned(*axes))
    series, session = Series(), long_session(9000)
    more = long_session(10_000).trace
    for length in range(18_001, 20_001, 20):
        series.follow(session.moved(trail=Trail(more[:length]), cursor=length - 1))
        times = series.drawn()
        assert times[-1] == (length - 1) // 2
        assert np.all(np.diff(times) > 0)
    assert asked == [9001, 9571]


def test_the_series_is_extended_not_rebuilt():
    series, session = Series(), session_at(150)
    series.follow(session)
    rows = series._rows
    series.follow(step(step(session)))
    assert series._rows is rows
    assert series.length == 77
    assert series.objective[0] == pytest.approx(-33.0939, abs=1e-4)
    assert series.bound[1] == pytest.approx(-31.9972, abs=1e-4)


@pytest.mark.parametrize("key", ["coins", "gmm"])
def test_steps_that_come_together_are_taken_over_as_one_by_one(key):
    session = session_at(12, example_session(key))
    together, singly = Series(), Series()
    together.follow(session)
    for cursor in range(13):
        singly.follow(session.moved(trail=Trail(session.trace[: cursor + 1]), cursor=cursor))
    thetas = session.trace[::2]
    assert together.objective.tolist() == [step.expectation.objective for step in thetas]
    assert together.bound.tolist() == [step.bound for step in thetas]
    values = [
        [float(getattr(step.params, name)[index]) for name, index in map(astuple, together.entries)]
        for step in thetas
    ]
    for entry, path in zip(together.entries, np.array(values).T, strict=True):
        assert together.values(entry).tolist() == singly.values(entry).tolist() == path.tolist()
    moved = np.linalg.norm(np.diff(values, axis=0), axis=1)
    for series in (together, singly):
        assert series.shrinkage(6) == pytest.approx(moved[5] / moved[4])


def test_the_series_begins_again_with_another_trace():
    series = Series()
    series.follow(session_at(6))
    series.follow(session_at(2))
    assert series.length == 2


def test_it_has_accessible_names(panel):
    assert panel.objectName() == "logLikelihoodPanel"
    assert panel.plot.accessibleName()
    assert panel.parameters.accessibleName()


def test_what_is_known_up_to_a_constant_says_so_on_its_axis(panel):
    go(panel, example_session())
    assert panel.plot.getAxis("left").labelText == "log P(x; θ(t)), nats"
    go(panel, example_session("modules"))
    assert panel.plot.getAxis("left").labelText == "log posterior + const., nats"
    go(panel, example_session("proteins"))
    assert panel.plot.getAxis("left").labelText == "weighted log P(x; θ(t)), nats"
    assert panel.title.text() == "Weighted log P"


def test_the_pace_of_numbers_whose_squares_no_float_holds():
    """θ goes from 8e200 by −4e200 and then by −1e200: a quarter."""
    session = desk_of_rates(8e200, 4e200, 3e200)
    series = Series()
    series.follow(session)
    assert series.shrinkage(2) == pytest.approx(0.25)


def desk_of_rates(*rates):
    """Return a session whose trace goes through these rates, whatever EM would do."""
    session = example_session("poisson")
    first = step(step(session)).trace
    trace = []
    for t, rate in enumerate(rates):
        params = first[0].params._replace(rate=np.array(rate))
        trace += [replace(first[0 if t == 0 else 2], index=t, params=params), replace(first[1], index=t)]
    return session.moved(trail=Trail(trace[:-1]), cursor=0)


def test_another_size_draws_nothing_anew_until_another_plot_comes_into_sight(panel, monkeypatch):
    put(panel, session_at(4))
    drawn, told = [], panel.plot.overlay.show
    monkeypatch.setattr(panel.plot.overlay, "show", lambda drawing: drawn.append(drawing) or told(drawing))
    before = panel.plot.overlay.boxes
    panel.resize(790, 400)
    QApplication.processEvents()
    assert not drawn
    assert panel.plot.overlay.boxes.keys() == before.keys()
    assert panel.plot.overlay.boxes != before, "the labels follow to the other size"
    assert panel.parameters.isVisible()
    panel.resize(480, 280)
    QApplication.processEvents()
    assert len(drawn) == 1
    assert panel.parameters.isHidden()
    panel.hurry(True)
    panel.resize(790, 400)
    QApplication.processEvents()
    assert panel.parameters.isVisible()
    assert len(drawn) == 1, "while EM runs flat out it waits for its turn"
