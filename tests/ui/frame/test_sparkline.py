"""log P over the iterations in the bar."""

import math

import pytest
from PySide6.QtCore import QRectF

from emviz import session as desk
from emviz.ui.frame.sparkline import MOST, Sparkline, placed
from emviz.ui.look.theme import LIGHT

ROOM = QRectF(10, 5, 100, 20)


def stepped(halves):
    session = desk.example_session()
    for _ in range(halves):
        session = desk.step(session)
    return session


def test_it_has_log_p_of_each_iteration_up_to_the_step_on_display(qtbot):
    line = Sparkline()
    qtbot.addWidget(line)
    line.show_session(stepped(5))
    assert line.heights == pytest.approx((-33.0939, -31.8593, -31.7231), abs=1e-4)
    line.show_session(desk.seek(stepped(5), 1))
    assert line.heights == pytest.approx((-33.0939,), abs=1e-4)


def test_of_a_long_run_it_has_a_selection_with_both_ends(qtbot):
    line, session = Sparkline(), stepped(2 * MOST + 20)
    qtbot.addWidget(line)
    line.show_session(session)
    assert len(line.heights) <= MOST
    known = session.trace.heights(session.cursor)
    assert (line.heights[0], line.heights[-1]) == (known[0], known[-1])


def test_points_fill_the_room_and_what_is_not_finite_is_left_out():
    points = [point.toTuple() for point in placed((-4.0, -math.inf, -3.0, -2.0), ROOM)]
    assert points == [(10, 25), (pytest.approx(10 + 200 / 3), 15), (110, 5)]
    assert [point.toTuple() for point in placed((-4.0,), ROOM)] == [(10, 25)]
    assert placed((), ROOM) == []


def test_it_is_painted_at_every_size(qtbot):
    line = Sparkline()
    qtbot.addWidget(line)
    line.apply_theme(LIGHT)
    for session in (stepped(0), stepped(4)):
        line.show_session(session)
        for size in ((0, 0), (1, 1), (110, 33)):
            line.resize(*size)
            line.grab()
