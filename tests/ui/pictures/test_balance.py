"""What speaks for a verdict and what against it: lines in their order, bars to scale, words."""

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from emviz import session as desk
from emviz.em.counts.table import Verdict, Weight
from emviz.em.pictures import Balance
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures.balance import BalancePicture, describe, planned

WEIGHTS = (
    Weight("vessels", "3", 0.60, 0.4),
    Weight("angina", "yes", 0.72, 0.2, supposed=True),
    Weight("sex", "f", 0.9, 0.0),
    Weight("thallium", "normal", 0.99, -0.1),
)
VIEW = Balance("For and against", Verdict("disease", "yes", 0.9, 0.4, "no", WEIGHTS), "row 2", "In nats.")


def test_bars_are_as_long_as_weights_and_stand_on_their_side(qapp):
    plan = planned(VIEW, 2, 900, 400, QFont())
    assert plan.headline == ("disease = yes 0.90 (seen: no) in row 2; before any test 0.40",)
    assert [line.name for line in plan.lines] == [
        *("vessels = 3", "angina = yes (supposed)", "sex = f", "thallium = normal"),
    ]
    assert [line.number for line in plan.lines] == [
        *("0.60 → 0.90   +0.40", "0.72 → 0.90   +0.20", "0.90 → 0.90   0.00", "0.99 → 0.90   −0.10"),
    ]
    first, second, none, last = (line.bar for line in plan.lines)
    assert first.width() == pytest.approx(2 * second.width()) == pytest.approx(4 * last.width())
    assert none.width() == 0
    assert first.left() == plan.axis == pytest.approx(last.right())
    assert last.left() >= plan.lines[0].name_area.right()
    assert first.right() <= plan.lines[0].number_area.left()


def test_what_says_least_is_left_out_where_there_is_little_room(qapp):
    line = QFontMetricsF(QFont()).height()
    plan = planned(VIEW, 2, 300, 4.4 * 1.35 * line, QFont())
    assert [line.number for line in plan.lines] == ["+0.40", "+0.20"]
    assert plan.more == "2 more that say less"


def test_a_long_verdict_has_two_lines_and_the_lines_below_come_closer(qapp):
    line = QFontMetricsF(QFont()).height()
    plan = planned(VIEW, 2, 300, 6.9 * line, QFont())
    assert plan.headline == ("disease = yes 0.90 (seen: no) in row 2", "before any test 0.40")
    assert len(plan.lines) == 4
    assert plan.lines[0].name_area.top() >= 2 * line
    assert plan.lines[-1].name_area.bottom() <= 6.9 * line


def test_it_is_said_in_words(qtbot):
    picture = BalancePicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.show_view(VIEW, desk.example_session("network"))
    assert picture.canvas.accessibleDescription() == describe(VIEW, 2)
    assert describe(VIEW, 2) == (
        "disease = yes 0.90 (seen: no) in row 2; before any test 0.40. For it: vessels = 3 +0.40, "
        "angina = yes (supposed) +0.20, sex = f 0.00. Against it: thallium = normal −0.10. In nats."
    )
    never = Balance("For and against", None, "row 2", "At this θ row 2 cannot be.")
    picture.show_view(never, desk.example_session("network"))
    assert describe(never, 2) == picture.canvas.accessibleDescription() == "At this θ row 2 cannot be."
    assert picture.canvas.plan.headline == ()
