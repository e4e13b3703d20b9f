"""Subscripts are whole in every kind of label, in letters of any size."""

import pytest
from hall.ink import painted
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emviz.ui.panels.counts.derivation_view import DerivationView
from emviz.ui.panels.plot.plot import Caption
from emviz.ui.widgets import labels
from emviz.ui.widgets.labels import RichLabel

SUNK = "μ_day = 3"


def rich():
    label = RichLabel()
    return label, lambda: label.show_html("μ<sub>day</sub> = 3")


def caption():
    label = Caption(usual=1, most=1)
    return label, lambda: label.show_text(SUNK)


@pytest.mark.parametrize("kind", [rich, caption])
@pytest.mark.parametrize("points", [6, 9, 11, 15.67, 24, 30])
def test_subscripts_are_whole(qtbot, kind, points):
    around = QWidget()
    qtbot.addWidget(around)
    label, write = kind()
    font = label.font()
    font.setPointSizeF(points)
    label.setFont(font)
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(label)
    column.addStretch(1)
    write()
    around.resize(600, 300)
    around.show()
    inks = painted(around)
    assert [ink.text for ink in inks] == ["μ", "day", " = 3"]
    assert not [ink.text for ink in inks if ink.clipped]


def test_a_label_without_descenders_is_as_high_as_its_line(qtbot):
    label = RichLabel()
    qtbot.addWidget(label)
    label.show_html("plain")
    line = label.sizeHint().height()
    label.show_html("μ<sub>day</sub>")
    assert label.sizeHint().height() > line
    label.show_html("μ<sub>A3</sub>")
    assert label.sizeHint().height() == line
    label.show_html("plain")
    assert label.sizeHint().height() == line == label.fontMetrics().lineSpacing()


def test_the_title_of_a_derivation_is_such_a_label(qtbot):
    view = DerivationView()
    qtbot.addWidget(view)
    assert isinstance(view.title, RichLabel)


def test_a_text_is_measured_once_for_a_width(qtbot, monkeypatch):
    label, measured = RichLabel(), []
    qtbot.addWidget(label)
    monkeypatch.setattr(labels, "below_lines", lambda html, font: measured.append(html) or 0)
    label.show_html("one two three")
    high, low = label.heightForWidth(30), label.heightForWidth(300)
    assert (label.heightForWidth(30), label.heightForWidth(300)) == (high, low)
    assert high > low
    label.show_html("one")
    assert label.heightForWidth(30) == low
    assert measured == ["one two three", "one two three", "one"]
