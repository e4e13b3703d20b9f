"""The benchmark of Cancel runs, on a tiny size: each kind of work is watched and put away."""

import pytest
from bench_cancel import MARKED, PLANES, WORKS, Heard, watched, works_of

from emviz.session import example_session

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement(qapp):
    session = example_session("linkage")
    assert set(WORKS) - set(works_of(session)) == {*PLANES, MARKED}
    for work in works_of(session):
        heard = watched("linkage", session, work, seconds=0.05)
        assert heard.units > 0
        assert heard.longest > 0


def test_what_is_late_is_said():
    assert Heard("hmm", "run", 3, 99.0, 9.0, 0.5).line.endswith("0.5")
    assert Heard("hmm", "run", 3, 99.0, 9.0, 1.5).line.endswith("late")
