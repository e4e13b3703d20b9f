"""How indices and short lines look on the screen."""

import pytest

from emviz.ui.frame.status import with_subscripts
from emviz.ui.widgets.card import ElidedLabel
from emviz.ui.widgets.selector import Selector


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("σ²_A = 1.3", "σ²<sub>A</sub> = 1.3"),
        ("μ_A,waiting", "μ<sub>A,waiting</sub>"),
        ("θ_1,A and b_B,6", "θ<sub>1,A</sub> and b<sub>B,6</sub>"),
        ("class_one.csv", "class_one.csv"),
    ],
)
def test_an_index_is_set_low(plain, html):
    assert with_subscripts(plain) == html


def test_a_line_that_does_not_fit_says_it_shorter(qtbot):
    label = ElidedLabel("this step of θ: 0.172 of the one before", "step × 0.172")
    qtbot.addWidget(label)
    label.resize(600, 20)
    label.show()
    label.grab()
    assert label.toolTip() == ""
    label.resize(label.fontMetrics().horizontalAdvance(label.shorter) + 2, 20)
    label.grab()
    assert label.toolTip() == label.text()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_list_is_as_wide_as_its_longest_line(qtbot):
    box = Selector("example", "Example")
    qtbot.addWidget(box)
    long = "Old Faithful, eruptions and waiting times"
    box.addItems(["short", long])
    box.resize(80, 24)
    box.show()
    box.showPopup()
    qtbot.waitUntil(lambda: box.view().width() >= box.view().fontMetrics().horizontalAdvance(long))
    box.hidePopup()
