"""The rate of EM on the run in front, as far as its steps tell."""

import numpy as np
import pytest
from desks import opened, stepped

from emviz import session as desk
from emviz.em.methods import Hard, method_named
from emviz.session import has_rate, rate_here


def test_the_rate_is_the_ratio_of_the_last_two_steps():
    session = stepped(opened(), 6)
    path = np.array([session.trace[2 * t].params.heads for t in range(4)])
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert rate_here(session) == (3, pytest.approx(steps[2] / steps[1], rel=1e-12))
    assert rate_here(desk.seek(session, 5)) == (2, pytest.approx(steps[1] / steps[0], rel=1e-12))
    assert rate_here(desk.seek(session, 3)) is None


def test_near_the_end_it_is_the_missing_information():
    """.132778733746 is that of the independent program; later steps are rounding, and are not looked at."""
    t, rate = rate_here(stepped(desk.open_example(opened(), "linkage"), 60))
    assert t < 15
    assert rate == pytest.approx(0.132778733746, abs=1e-6)


def test_of_a_long_run_only_the_last_iterations_are_looked_at():
    session = stepped(desk.open_example(opened(), "deaths"), 300)
    t, rate = rate_here(session)
    assert t == 150
    assert 0.9 < rate < 1


def test_where_the_last_iterations_are_rounding_it_is_measured_before_them(monkeypatch):
    """Of the linkage data only some fifteen steps are longer than rounding."""
    session = stepped(desk.open_example(opened(), "linkage"), 80)
    known = rate_here(session)
    monkeypatch.setattr("emviz.session.rates.WINDOW", 10)
    assert rate_here(session) == known
    monkeypatch.setattr("emviz.session.rates.PARTS", 2)
    assert rate_here(session) is None


def test_only_em_has_a_rate():
    assert has_rate(opened())
    assert not has_rate(desk.set_method(opened(), Hard()))
    assert not has_rate(desk.set_method(opened(), method_named("squarem")))
