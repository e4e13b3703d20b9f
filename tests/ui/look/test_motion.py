"""Transitions: short, interruptible, and none where nothing may move."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from emviz.session import back, example_session, step
from emviz.ui.frame.status import Busy
from emviz.ui.look import motion
from emviz.ui.look.motion import Motion, one_step

#: What Qt animates with.
ANIMATION = re.compile(r"Q\w*Animation|QTimeLine|setEasingCurve|QMovie")


@pytest.fixture
def moving(qapp, monkeypatch):
    monkeypatch.setattr(motion, "motion_allowed", lambda: True)


def test_nothing_moves_where_it_is_switched_off(qapp):
    qapp.setProperty(motion.SWITCH, False)
    assert not motion.motion_allowed()
    seen = []
    owner = QObject()
    Motion(owner).play(seen.append)
    assert seen == [1.0]
    qapp.setProperty(motion.SWITCH, None)


def test_a_bar_without_a_fraction_stands_still_where_nothing_may_move(qapp, qtbot):
    busy = Busy()
    qtbot.addWidget(busy)
    busy.show_work("Reading tosses.csv", None)
    # Qt lets the bar run to and fro where it has no end.
    assert (busy.bar.minimum(), busy.bar.maximum()) == (0, 0)
    qapp.setProperty(motion.SWITCH, False)
    busy.show_work("Reading tosses.csv", None)
    assert (busy.bar.value(), busy.bar.maximum()) == (0, 1000)
    qapp.setProperty(motion.SWITCH, None)


def test_whatever_is_animated_asks_whether_it_may_move():
    """Everything that glides is a `Motion`, and no other file knows an animation."""
    folder = Path(motion.__file__).parents[1]
    moving = [path.name for path in folder.rglob("*.py") if ANIMATION.search(path.read_text("utf-8"))]
    assert moving == ["motion.py"]


def test_a_motion_ends_at_one(moving, qtbot):
    seen = []
    owner = QObject()
    Motion(owner).play(seen.append)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == 1.0)
    assert seen == sorted(seen)
    assert seen[0] < 0.5


def test_a_new_motion_ends_the_one_before_it(moving, qtbot):
    first, second = [], []
    owner = QObject()
    mover = Motion(owner)
    mover.play(first.append)
    mover.play(second.append)
    assert first[-1] == 1.0
    qtbot.waitUntil(lambda: bool(second) and second[-1] == 1.0)


def test_only_one_half_step_of_the_same_model_is_a_motion():
    before = example_session()
    assert one_step(before, step(before))
    assert not one_step(before, step(step(before)))
    assert not one_step(step(before), back(step(before)))
    # Another model on display has a run and a cursor too.
    assert not one_step(before, step(example_session("abo")))
    assert not one_step(None, step(before))
