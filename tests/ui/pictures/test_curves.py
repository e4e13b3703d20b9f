"""Lines over one axis: what is drawn, named, clipped and told, and the start that can be chosen."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.em.counts.table import Entry
from emviz.em.pictures import Curve, Curves, Dot
from emviz.session import example_session, step
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.curves import CurvesPicture, height_at, ranges
from emviz.ui.panels.pictures.picture import ROOMY
from emviz.ui.panels.plot.naming import lined

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

XS = np.linspace(0, 1, 101)
A = Entry("heads", (0,))


@pytest.fixture(scope="module")
def session():
    return step(example_session())


@pytest.fixture
def picture(qtbot):
    picture = CurvesPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(640, 420)
    picture.show()
    return picture


def put(picture, view, session):
    picture.show_view(view, session)
    QApplication.processEvents()
    return picture


def hill(**changes):
    """log P of 7 heads and 3 tails, −∞ at both ends, with a bound under it."""
    with np.errstate(divide="ignore"):
        objective = 7 * np.log(XS) + 3 * np.log(1 - XS)
    curves = (
        Curve("log P", XS, objective),
        Curve("g_0(θ)", XS, objective - 20 * (XS - 0.5) ** 2, role="bound"),
        Curve("complete data", np.array([0.0, 1.0]), np.array([-6.5, -6.5]), role="reference"),
        Curve("A", XS, np.full(101, -8.0), component=1),
    )
    dots = (
        Dot(0.5, -6.93, "θ(0)", "start"),
        Dot(0.65, -6.17, "θ(1)", "here"),
        Dot(0.7, -6.11, "maximum", "optimum"),
        Dot(0.75, -6.17, "truth", "truth"),
        Dot(0.2, -11.0, "saddle", "saddle"),
        Dot(0.3, -9.0, "elsewhere", "H0"),
    )
    return replace(Curves("Hill", "θ_A", "nats", curves, dots), **changes)


def colour(line):
    return QColor(line.opts["pen"].color()).name()


def test_each_line_is_drawn_in_its_role(picture, session):
    put(picture, hill(), session)
    pens = [line.opts["pen"] for line in picture.lines]
    assert [colour(line) for line in picture.lines] == [
        LIGHT.ink,
        LIGHT.bound,
        LIGHT.muted,
        LIGHT.component(1),
    ]
    assert [pen.style() == Qt.PenStyle.SolidLine for pen in pens] == [True, False, False, True]
    assert np.array_equal(picture.lines[3].getData()[1], np.full(101, -8.0))


def test_a_line_that_falls_to_minus_infinity_is_cut_below_the_picture(picture, session):
    put(picture, hill(), session)
    (_, _), (low, high) = picture.plot.view.viewRange()
    heights = picture.lines[0].getData()[1]
    assert np.all(np.isfinite(heights))
    assert heights[0] < low
    assert np.array_equal(heights[30:80], hill().curves[0].ys[30:80])
    assert low < -11
    assert -6.11 < high < -4


def test_deep_ends_do_not_flatten_what_is_to_be_seen():
    x, y = ranges(hill(dots=(), curves=hill().curves[:1]))
    assert x == pytest.approx((-0.02, 1.02))
    assert y[0] > -30
    assert y[1] > -6.11
    assert ranges(hill(dots=(), curves=hill().curves[:1], whole=True))[1][0] < -30
    level = Curves("", "x", "y", (Curve("", XS, np.full(101, 2.0)),))
    assert ranges(level)[1] == pytest.approx((1.4, 2.6))
    straight = Curves("", "x", "y", (Curve("", XS, -10 * XS), Curve("", XS, -8 * (2 * XS - 1) ** 2)))
    assert ranges(straight)[1] == pytest.approx((-11, 1))


def test_dots_have_the_symbol_of_their_kind(picture, session):
    put(picture, hill(), session)
    marks = {mark.x: (mark.symbol, mark.hollow) for mark in picture.plot.overlay.drawing.marks}
    assert marks == {
        0.5: ("o", True),
        0.65: ("o", False),
        0.7: ("star", False),
        0.75: ("d", True),
        0.2: ("x", False),
        0.3: ("s", False),
    }


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(400, 260), (640, 420), (900, 600)], ids=str)
def test_all_is_named_and_no_name_is_over_another(picture, session, theme, size):
    picture.resize(*size)
    picture.apply_theme(theme)
    boxes = put(picture, hill(note="A note."), session).plot.overlay.boxes
    assert set(boxes) >= {"log P", "g_0(θ)", "A", "θ(0)", "θ(1)", "maximum", "truth", "saddle", "elsewhere"}
    placed = list(boxes.values())
    assert all(picture.plot.view.rect().contains(box) for box in placed)
    assert not any(a.intersects(b) for i, a in enumerate(placed) for b in placed[:i])
    assert colour(picture.lines[1]) == theme.bound


def test_what_is_true_can_be_hidden(picture, session):
    put(picture, hill(), session)
    assert "truth at" in picture.accessibleDescription()
    hidden = replace(session, display=replace(session.display, reference=False))
    put(picture, hill(), hidden)
    assert len(picture.lines) == 3
    assert not {"truth", "complete data"} & set(picture.plot.overlay.boxes)
    assert "truth" not in picture.accessibleDescription()


def test_lines_come_and_go(picture, session):
    put(picture, hill(), session)
    put(picture, hill(curves=hill().curves[:1]), session)
    assert len(picture.lines) == 1
    put(picture, hill(), session)
    assert len(picture.lines) == 4
    assert put(picture, Curves("Nothing", "x", "y", ()), session).lines == []
    assert picture.accessibleDescription() == "y over x: nothing yet."


def test_a_line_that_is_nowhere_finite_has_no_name(picture, session):
    view = Curves("", "x", "y", (Curve("lost", XS, np.full(101, -np.inf)),))
    assert put(picture, view, session).plot.overlay.boxes == {}
    assert "lost nowhere finite" in picture.accessibleDescription()


def test_a_line_of_a_single_point_which_is_not_seen_has_no_name(picture, session):
    alone = Curve("ratio of errors", np.array([0.5]), np.array([-7.0]), role="faint")
    put(picture, hill(curves=(*hill().curves, alone)), session)
    assert "log P" in picture.plot.overlay.boxes
    assert "ratio of errors" not in picture.plot.overlay.boxes


def test_the_description_tells_values(picture, session):
    put(picture, hill(), session)
    told = picture.accessibleDescription()
    assert told.startswith("nats over θ_A: log P highest at 0.700 with −6.109; ")
    assert "complete data at −6.500" in told
    assert "maximum at 0.700, −6.110" in told
    assert picture.accessibleName() == picture.plot.accessibleName() == "Hill"
    many = hill(curves=tuple(Curve(f"line {k}", XS, XS + k) for k in range(9)))
    put(picture, many, session)
    assert "and 3 more lines" in picture.accessibleDescription()


def test_the_hint_tells_the_lines_at_the_mouse(picture, session):
    put(picture, hill(), session)
    hints = []
    picture.hinted.connect(hints.append)
    picture.plot.moved.emit(0.5, -7.0)
    picture.plot.left.emit()
    assert hints == ["θ_A = 0.500, log P −6.931, g_0(θ) −6.931, complete data −6.500, A −8.000", ""]


def test_a_line_has_a_height_only_between_its_ends():
    line = Curve("", np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, -np.inf]))
    assert height_at(line, 0.5) == 2
    assert height_at(line, 1.5) is None
    assert height_at(line, 2.5) is None
    assert height_at(Curve("", XS[::-1], XS), 0.5) is None
    assert height_at(Curve("", np.empty(0), np.empty(0)), 0.5) is None


def test_a_click_asks_for_a_start_where_the_axis_has_an_entry(picture, session, qtbot):
    put(picture, hill(entry=A), session)
    assert picture.plot.cursor().shape() == Qt.CursorShape.CrossCursor
    with qtbot.waitSignal(picture.start_requested) as asked:
        spot = picture.plot.position(0.3, -9).toPoint()
        QTest.mouseClick(picture.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    values, continuing = asked.args
    assert continuing is False
    assert list(values) == ["heads"]
    assert values["heads"] == pytest.approx([0.3, 0.5], abs=0.011)


def test_a_drag_goes_on_with_the_same_start(picture, session, qtbot):
    put(picture, hill(entry=A), session)
    asked = []
    picture.start_requested.connect(lambda values, continuing: asked.append((values["heads"][0], continuing)))
    picture.plot.pressed.emit(0.3, -9)
    picture.plot.moved.emit(0.4, -9)
    qtbot.waitUntil(lambda: len(asked) == 2)
    picture.plot.moved.emit(1.7, -9)
    picture.plot.released.emit()
    picture.plot.moved.emit(0.2, -9)
    assert asked == [(0.3, False), (0.4, True), (0.99, True)]


def test_without_an_entry_a_click_means_nothing(picture, session):
    put(picture, hill(), session)
    asked = []
    picture.start_requested.connect(lambda *values: asked.append(values))
    picture.plot.pressed.emit(0.3, -9)
    picture.plot.released.emit()
    assert asked == []
    assert picture.plot.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_note_stands_below(picture, session):
    assert put(picture, hill(note="It climbs."), session).caption.text() == "It climbs."
    assert not put(picture, hill(), session).caption.isVisible()


def test_the_name_of_an_axis_is_wrapped_shortened_or_left_out_but_never_cut(qapp):
    font = QFont(qapp.font())
    metrics = QFontMetricsF(font)
    text, short = "log posterior + const., nats", "nats"
    wide = metrics.horizontalAdvance(text)
    assert lined(text, short, font, wide + 1) == text
    assert lined(text, short, font, wide - 1) == short
    lines = lined(text, "", font, 0.7 * wide).split("\n")
    assert " ".join(lines) == text
    assert len(lines) == 2
    assert max(map(metrics.horizontalAdvance, lines)) <= 0.7 * wide
    assert lined(text, "", font, 0.1 * wide) == ""


def test_a_name_of_one_word_ends_in_dots_where_it_is_longer_than_its_axis(qapp):
    font = QFont(qapp.font())
    name = lined("asymptomatic_with_thallium", "", font, 100)
    assert name.endswith("…")
    assert QFontMetricsF(font).horizontalAdvance(name) <= 101


def test_a_line_of_a_name_ends_behind_a_condition_and_of_a_long_one_behind_a_state(qapp):
    font, name = QFont(qapp.font()), "θ(thallium=normal|disease=no)"
    lines = [lined(name, "", font, room).split("\n") for room in (1000, 150, 100)]
    assert lines[:2] == [[name], ["θ(thallium=normal|", "disease=no)"]]
    assert lines[2] == ["θ(thallium=", "normal|", "disease=no)"]


def test_a_low_picture_has_no_note(picture, session):
    put(picture, hill(note="It climbs."), session)
    em = QFontInfo(picture.font()).pixelSize()
    for height, shown in ((ROOMY * em, True), (ROOMY * em - 1, False), (ROOMY * em, True)):
        picture.resize(400, height)
        assert picture.caption.isVisibleTo(picture) is shown
