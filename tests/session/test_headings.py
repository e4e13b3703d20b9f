"""Along which line the bound is drawn: what is asked for, as far as it can be seen."""

from dataclasses import replace

import numpy as np
import pytest
from desks import opened, stepped

from emviz import session as desk
from emviz.em.counts.table import CountCell, Entry
from emviz.em.methods import method_named
from emviz.em.objective.lines import Between, Goal
from emviz.session import earlier_of, ends_of, heading, known_iterations, reference

THETA_A = Entry("heads", (0,))


def asking(session, direction, **choices):
    return desk.shown(session, {"slice": direction, **choices})


def test_a_line_through_two_iterations_ends_where_the_run_does():
    session = stepped(opened(), 6)
    assert heading(asking(session, Between(0, 2))) == Between(0, 2)
    assert heading(asking(session, Between(1, 9))) == Between(1, 3)
    assert heading(asking(session, Between(5, 9))) is None
    back = desk.seek(session, 1)
    assert known_iterations(back) == 3
    assert heading(asking(back, Between(0, 3))) == Between(0, 3)


def test_what_comes_next_does_not_show_while_it_is_guessed():
    back = desk.seek(stepped(opened(), 6), 3)
    hidden = asking(back, Between(0, 3), next=False)
    assert (known_iterations(hidden), heading(hidden)) == (1, Between(0, 1))


def test_a_goal_is_hidden_with_the_answers_and_where_there_is_none():
    session = opened()
    assert session.truth is None
    assert heading(asking(session, Goal.TRUTH)) is None
    assert heading(asking(session, Goal.COMPLETE)) is Goal.COMPLETE
    assert heading(asking(session, Goal.COMPLETE, reference=False)) is None
    simulated = desk.example_session("hmm")
    assert heading(asking(simulated, Goal.TRUTH)) is (Goal.TRUTH if simulated.truth else None)
    assert heading(asking(desk.example_session("linkage"), Goal.COMPLETE)) is None


def test_the_ends_of_each_kind_of_line():
    session = stepped(opened(), 4)
    first, last = ends_of(session, Between(0, 2))
    assert (first.heads.tolist(), last) == ([0.6, 0.5], session.trace[4].params)
    here, goal = ends_of(session, Goal.COMPLETE)
    assert here is session.round.base.params
    np.testing.assert_allclose(goal.heads, [0.8, 0.45], rtol=1e-15)
    known = replace(reference(session), params=session.start)
    assert ends_of(session, Goal.COMPLETE, known)[1] is session.start
    assert ends_of(session, THETA_A) is None
    assert ends_of(session, None) is None
    assert ends_of(desk.example_session("linkage"), Goal.COMPLETE) is None
    simulated = desk.example_session("coins", "three-coins")
    assert ends_of(simulated, Goal.TRUTH)[1] is simulated.truth is not None


@pytest.mark.parametrize(
    ("start", "goal", "matched"), [((0.6, 0.5), (0.8, 0.45), False), ((0.5, 0.6), (0.45, 0.8), True)]
)
def test_a_line_to_a_goal_has_its_components_in_the_order_of_the_run(start, goal, matched):
    """From (½, .6) the coins are exchanged: the line leads to (.45, .8), which is as high as (.8, .45)."""
    session = asking(stepped(desk.set_start(opened(), {"heads": start}), 2), Goal.COMPLETE)
    *_, drawn = desk.bound_along(session, desk.target(session), sizes=(9,))
    assert drawn.matched is matched
    best = session.model.e_step(session.data, session.start._replace(heads=np.array(goal))).objective
    assert drawn.target_objective == pytest.approx(best, rel=1e-12)
    middle = (session.round.base.params.heads + np.array(goal)) / 2
    expected = session.model.e_step(session.data, session.start._replace(heads=middle)).objective
    assert np.interp(0.5, drawn.positions, drawn.objective) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("halves", "times"), [(0, []), (2, []), (4, [0]), (10, [3, 2, 1])])
def test_the_bounds_before_are_those_of_the_last_three_iterations(halves, times):
    """After the M-step of iteration n the bound on display is that of n − 1."""
    session = stepped(opened(), halves)
    assert earlier_of(session) == ()
    asked = desk.shown(session, {"earlier": True})
    assert [step.index for step in earlier_of(asked)] == times


def test_a_method_without_a_bound_has_none_before():
    session = desk.set_method(opened(), method_named("newton"))
    assert earlier_of(desk.shown(stepped(session, 2), {"earlier": True})) == ()


def test_a_profile_is_that_of_the_entry_on_display_and_hidden_with_the_answers():
    session = desk.shown(opened(), {"profile": True})
    assert desk.profiled(session) is None
    along = asking(session, THETA_A)
    assert desk.profiled(along) == THETA_A
    assert desk.profiled(desk.shown(along, {"reference": False})) is None
    assert desk.profiled(desk.shown(along, {"profile": False})) is None
    assert desk.profiled(desk.set_method(along, method_named("hard"))) is None
    assert desk.profiled(desk.set_method(along, method_named("newton"))) == THETA_A


def test_the_choices_stay_with_other_data_and_through_undo():
    session = desk.shown(opened(), {"earlier": True, "parts": True})
    other = desk.open_example(session, "linkage")
    assert (other.display.earlier, other.display.parts) == (True, True)
    assert desk.undo(desk.shown(other, {"earlier": False})).display.earlier is False


def test_a_line_that_is_no_entry_stays_when_theta_changes():
    session = asking(stepped(opened(), 4), Between(0, 2))
    assert desk.set_model(session, {"coins": 3}).display.slice == Between(0, 2)
    assert desk.set_model(asking(session, THETA_A), {"coins": 3}).display.slice == THETA_A


def test_a_derivation_ends_before_what_is_to_be_guessed():
    told, shown = {}, stepped(opened(), 2)
    hidden = desk.shown(shown, {"next": False})
    for session in (shown, hidden):
        for at in (1, 2):
            moved = desk.seek(session, at)
            table = moved.model.count_table(moved.data, moved.round, np.arange(2))
            lines = desk.derivation(moved, table, CountCell(1, 0)).lines
            told[session is hidden, at] = [line.formula for line in lines]
    # θ_A(1) ≈ 0.71 is what the M-step makes of it.
    assert told[False, 1] == told[False, 2] == told[True, 2]
    assert told[False, 1] == [*told[True, 1], told[False, 1][-1]]
    assert told[False, 1][-1].endswith("0.71")
