"""What is too large to draw is left out with a sentence, and the rest works on."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from showing import go, hand

from emviz import session as desk
from emviz.em.objective.bound import segment
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.bound.panel import BoundPanel
from emviz.ui.panels.likelihood.panel import LogLikelihoodPanel
from emviz.ui.panels.plot.drawable import (
    FAR,
    FINEST,
    MOST,
    TOO_LARGE,
    TOO_SMALL,
    opened,
    refusal,
    tick_text,
    within,
)
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.panels.plot.scale import Scale

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
#: Just beyond what is drawn.
BEYOND = math.nextafter(MOST, math.inf)


def test_ranges_up_to_the_limit_can_be_drawn_and_none_beyond():
    assert refusal((0.0, 1.0), (-MOST, MOST)) == ""
    assert refusal((0.0, 1.0), (0.0, BEYOND)) == TOO_LARGE
    assert refusal((-BEYOND, 1.0), (0.0, 1.0)) == TOO_LARGE
    assert refusal((0.0, math.inf), (0.0, 1.0)) == TOO_LARGE
    assert refusal((0.0, math.nan), (0.0, 1.0)) == TOO_LARGE
    assert refusal((0.0, 1 / MOST), (0.0, 1.0)) == ""
    assert refusal((0.0, 0.9 / MOST), (0.0, 1.0)) == TOO_SMALL


def test_a_range_without_width_is_opened():
    assert opened(0.0, 0.0) == (-0.5, 0.5)
    assert opened(1.0, 2.0) == (1.0, 2.0)
    low, high = opened(5e15, 5e15)
    assert low < 5e15 < high
    assert high - low == pytest.approx(2 * FINEST * 5e15)


def test_finite_points_are_drawn_no_farther_away_than_can_be():
    assert within([0.5, BEYOND, -1e300]).tolist() == [0.5, MOST, -MOST]
    assert str(within([math.inf, -math.inf, math.nan]).tolist()) == "[inf, -inf, nan]"


@pytest.mark.parametrize(
    ("value", "spacing", "text"),
    [
        (182720.0, 20.0, "182720"),
        (-0.25, 0.05, "−0.25"),
        (0.0, 1e-20, "0"),
        (2e29, 2e29, "2×10²⁹"),
        (9.999999999999999e29, 2e29, "1.0×10³⁰"),
        (-1.5e-20, 5e-21, "−1.5×10⁻²⁰"),
        (1.0000002e13, 2e6, "1.0000002×10¹³"),
    ],
)
def test_a_tick_has_the_digits_that_tell_it_from_the_next(value, spacing, text):
    assert tick_text(value, spacing) == text


@pytest.fixture
def plot(qtbot):
    plot = Plot("Plot")
    qtbot.addWidget(plot)
    plot.dress(LIGHT, plot.font())
    plot.resize(300, 200)
    plot.show()
    return plot


def test_a_plot_says_what_it_does_not_draw_and_goes_on(plot):
    curve = plot.curve()
    curve.show_points([0.0, 1.0], [0.0, BEYOND])
    plot.show_range((0.0, 1.0), (0.0, BEYOND))
    assert (plot.refusal.isVisible(), plot.refusal.text()) == (True, TOO_LARGE)
    assert not plot.plotItem.isVisible()
    assert plot.view.viewRange()[1][1] < BEYOND
    plot.resize(240, 300)
    assert plot.refusal.size() == plot.size()
    assert not plot.grab().isNull()
    plot.show_range((0.0, 1.0), (0.0, 2.0))
    assert not plot.refusal.isVisible()
    assert plot.plotItem.isVisible()
    assert plot.view.viewRange()[1] == [0.0, 2.0]


def test_the_largest_range_is_drawn_like_a_small_one(plot):
    """Curve and ticks stand where they do at a thirtieth power of ten less."""
    curve, xs = plot.curve(), np.linspace(0, 6, 50)
    plot.ink(curve, "#ff0000", 2)
    plot.getAxis("left").setStyle(showValues=False)
    plot.getAxis("left").setWidth(30)
    pictures = []
    for factor in (1.0, MOST / 2):
        curve.show_points(xs, factor * np.sin(xs))
        plot.show_range((0.0, 6.0), (-1.5 * factor, 1.5 * factor))
        pictures.append(plot.grab().toImage())
    assert pictures[0] == pictures[1]


def test_marks_beyond_the_plot_stand_at_its_border():
    scale = Scale((0.0, 1.0), (0.0, 1e-20), QRectF(0, 0, 100, 100))
    assert scale.pixels([(0.5, 1e300), (math.nan, 0.0)]).tolist() == [[50.0, -FAR], [FAR, 100.0]]


def test_a_plot_without_size_or_range_has_a_scale():
    nothing = Scale((2.0, 2.0), (3.0, 3.0), QRectF())
    assert nothing.pixels([(2.0, 3.0)]).tolist() == [[0.0, 0.0]]


# -- in the panels -------------------------------------------------------------------------------------------


def test_the_bound_of_a_number_that_is_too_large_is_a_sentence(qtbot):
    session = desk.example_session()
    drawn = segment(session.model, session.data, session.round.base, desk.target(session))
    huge = replace(drawn, objective=np.where(drawn.positions > 1, BEYOND, drawn.objective))
    panel = BoundPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    go(panel, session)
    hand(panel, session, slice=huge)
    assert panel.plot.refusal.text() == TOO_LARGE
    assert "θ(0)" in panel.accessibleDescription()
    hand(panel, session, slice=drawn)
    assert panel.plot.refusal.isHidden()


def test_a_start_too_large_to_draw_is_said_in_both_plots(qtbot):
    session = desk.set_start(desk.example_session("poisson"), {"rate": BEYOND})
    panel = LogLikelihoodPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.resize(900, 300)
    panel.show()
    go(panel, session)
    assert panel.parameters.refusal.text() == TOO_LARGE
    assert panel.plot.refusal.text() == TOO_LARGE
