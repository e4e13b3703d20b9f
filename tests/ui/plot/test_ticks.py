"""Ticks of a low plot are so far apart that their texts are clear of each other."""

from itertools import pairwise

import pytest
from hall.ink import painted
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest

from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.plot.axis import Axis
from emviz.ui.panels.plot.plot import Plot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.mark.parametrize(("low", "high"), [(-4120.0, -3940.0), (0.0, 1.0), (-33.2, -31.4), (3.0, 3.1)])
@pytest.mark.parametrize("height", [24, 40, 55, 90, 400])
def test_no_two_texts_of_a_vertical_axis_overlap(qapp, low, high, height):
    axis = Axis("left")
    ((spacing, values),) = axis.tickValues(low, high, height)
    shown = [value for value in values if low <= value <= high]
    texts = axis.tickStrings(shown, 1.0, spacing)
    assert len(set(texts)) == len(texts) >= 1
    line = QFontMetricsF(axis.font()).height()
    apart = [(after - before) / (high - low) * height for before, after in pairwise(shown)]
    assert all(each >= line for each in apart) or height < 3 * line


def test_ticks_that_have_room_stay(qapp):
    axis = Axis("left")
    assert axis.tickValues(0.0, 1.0, 300)[0][1] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert axis.tickValues(0.0, 1.0, 60)[0][1] == pytest.approx([0, 0.4, 0.8])
    assert len(Axis("bottom").tickValues(0.0, 1.0, 60)[0][1]) > 2


def test_the_name_of_a_step_at_the_end_of_a_plot_is_whole(qtbot):
    plot = Plot("Bound")
    qtbot.addWidget(plot)
    plot.dress(LIGHT, plot.font())
    plot.resize(300, 160)
    plot.show_range((0.0, 1.0), (0.0, 1.0))
    plot.getAxis("bottom").setTicks([[(0.0, "before"), (0.5, "here"), (1.0, "end")]])
    plot.show()
    QTest.qWait(20)
    names = {ink.text: ink for ink in painted(plot)}
    assert names.keys() >= {"before", "here", "end"}
    assert [name for name, ink in names.items() if ink.clipped] == []
    # Only the last has moved.
    middle = names["here"].box.center().x()
    assert middle == pytest.approx(plot.position(0.5, 0).x(), abs=2)
    assert names["end"].box.center().x() < plot.position(1.0, 0).x()


@pytest.mark.parametrize("points", [11, 20])
@pytest.mark.parametrize("title", ["nats", "nats above log P at θ(3)"])
def test_the_title_of_an_axis_is_clear_of_its_ticks(qtbot, points, title):
    plot = Plot("Bound")
    qtbot.addWidget(plot)
    plot.dress(LIGHT, QFont("Sans Serif", points))
    plot.resize(500, 240)
    plot.name_axis("left", title)
    plot.show()
    plot.show_range((0.0, 1.0), (-0.0003, 0.0007))
    axis = plot.getAxis("left")
    margin = axis.label.document().documentMargin()
    around = axis.label.mapRectToParent(axis.label.boundingRect())
    ticks = axis.size().width() - axis.style["tickLength"] - axis.style["tickTextOffset"][0] - axis.textWidth
    assert around.left() + margin == pytest.approx(0.0, abs=0.1)
    assert around.right() - margin <= ticks - 3
