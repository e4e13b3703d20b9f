"""The slice without a bound: what is drawn of a step that has none, and the sentence that says why."""

import pytest
from standing import stand_for

from emviz import session as desk
from emviz.em.methods import METHODS, method_named
from emviz.em.objective.bound import segment
from emviz.session import example_session
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.bound.unbounded import Unbounded

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def session_by(key, steps, model="coins"):
    session = desk.set_method(example_session(model), method_named(key))
    for _ in range(steps):
        session = desk.step(session)
    return session


def picture_of(session, label=""):
    cut = segment(session.model, session.data, session.round.base, desk.target(session), 21, session.method)
    return Unbounded(cut, session.round, label, None, reason=session.method.unbounded)


def test_the_sentence_says_why_there_is_no_bound_and_where_the_step_leads():
    assert picture_of(session_by("newton", 1)).sentence() == (
        "There is no bound: the parabola that fits log P at θ(1) lies above it in one place and below it in "
        "another. By the next step log P falls by 0.0440 nats."
    )
    assert (
        picture_of(session_by("squarem", 0)).sentence().endswith("By the next step log P rises by 1.37 nats.")
    )
    assert picture_of(session_by("newton", 9)).sentence().endswith("changes log P by no more than rounding.")
    assert picture_of(session_by("squarem", 0), "θ_A").sentence() == (
        "There is no bound: each step of EM from θ(0) climbs one, but the jump beyond them does not."
    )


def test_with_a_prior_it_is_the_log_posterior_that_is_told():
    session = session_by("gradient", 0, "modules")
    cut = segment(session.model, session.data, session.step, desk.target(session), 5, session.method)
    told = Unbounded(
        cut, session.round, "", None, "log posterior", reason=session.method.unbounded
    ).sentence()
    assert told.startswith("There is no bound: the slope of the log posterior at θ(0) does not show")
    assert "By the next step the log posterior rises by " in told


def test_only_the_objective_is_marked():
    at_start, stepped = picture_of(session_by("newton", 0)), picture_of(session_by("newton", 1))
    assert [mark.hollow for mark in at_start.drawing(LIGHT).marks] == [False]
    drawing = stepped.drawing(LIGHT)
    assert [(mark.x, mark.hollow) for mark in drawing.marks] == [(1.0, True), (0.0, False)]
    assert [label.text for label in drawing.labels] == ["θ(1)", "θ(2)", "log P(x; θ)"]
    assert len(drawing.trails) == 1
    assert not drawing.brackets
    assert drawing.inset is None
    low, high = stepped.range()
    assert low < stepped.here[1] < high
    still = picture_of(session_by("newton", 9))
    assert [label.text for label in still.drawing(LIGHT).labels] == ["θ(9)", "log P(x; θ)"]


@pytest.fixture
def window(window_with):
    return window_with(size=(1280, 720))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "methods", stand_for([(METHODS[2::3],), (METHODS[2:],)], [(METHODS[2::3],)]), ids=("some", "all")
)
def test_the_window_steps_by_every_method(window, qtbot, methods):
    for method in methods:
        window.store.put(desk.set_method(example_session(), method))
        for t in range(1, 4):
            window.driver.forward()
            qtbot.waitUntil(lambda t=t: window.store.session.cursor == t)
        qtbot.waitUntil(lambda: window.bound.picture is not None and window.bound.picture.t == 3)
        assert window.bound.picture.sentence().startswith("There is no bound: "), method.key
        assert drawn(window.bound.bound_curve) == 0, method.key
        assert drawn(window.bound.objective_curve) > 0, method.key
        assert drawn(window.log_likelihood.bound_curve) == 0, method.key
        assert drawn(window.log_likelihood.line) == 4, method.key
        assert window.transport.buttons["step"].text() == "Step", method.key
        window.driver.iterate()
        qtbot.waitUntil(lambda: window.store.session.cursor == 4)


def drawn(curve):
    xs, _ = curve.getData()
    return 0 if xs is None else len(xs)
