"""Results beside the session: which are of use still, which have come too late, and what has come."""

from dataclasses import fields, replace

import numpy as np
import pytest
from desks import opened, stepped

from emviz import session as desk
from emviz.em.convergence.ending import Ending, Place
from emviz.em.methods import Hard
from emviz.session import FOUND, NOTHING_YET, Part, Result, Results, aimed_at, news, same_round, suited
from emviz.session.results import OF_A_RUN, PARTS

EVERY = [field.name for field in fields(Results)]


def full(session):
    """Return results of every kind that have been computed of a session."""
    return Results(**{name: Result(object(), session) for name in EVERY})


def kept(results):
    return {name for name in EVERY if getattr(results, name) is not None}


def test_every_result_has_a_part_of_its_own():
    assert list(PARTS) == EVERY
    assert sorted(PARTS.values(), key=str) == sorted(FOUND, key=str)


@pytest.mark.parametrize("name", EVERY)
def test_what_has_come_is_told_and_what_has_gone(name):
    one = replace(NOTHING_YET, **{name: Result(object(), opened())})
    assert news(NOTHING_YET, one) == news(one, NOTHING_YET) == {PARTS[name]}
    assert news(one, one) == frozenset()


CHANGES = {
    "a step": (desk.step, set(EVERY)),
    "a choice": (lambda session: desk.shown(session, {"decimals": 4}), set(EVERY)),
    "another start": (
        lambda session: desk.set_start(session, {"heads": [0.7, 0.2]}),
        set(EVERY) - OF_A_RUN,
    ),
    "an undo": (lambda session: desk.undo(desk.reset(session)), set(EVERY) - OF_A_RUN),
    "another method": (lambda session: desk.set_method(session, Hard()), set()),
    "other data": (lambda session: desk.edit_table(session, session.table.without_rows([0])), set()),
    "another model": (lambda session: desk.set_model(session, {"weights": "learned"}), set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_results_stand_as_long_as_what_they_were_computed_from(name):
    change, expected = CHANGES[name]
    session = stepped(opened(), 3)
    assert kept(suited(full(session), change(session))) == expected


def test_results_that_all_suit_are_the_same_record():
    session = opened()
    found = full(session)
    assert suited(found, desk.step(session)) is found


def test_the_next_estimate_is_known_once_it_has_been_found():
    weighed = stepped(opened(), 1)
    found = Result(desk.target(weighed), weighed)
    assert aimed_at(weighed, NOTHING_YET) is None
    assert aimed_at(weighed, Results(target=found)) is found.value
    updated = desk.step(weighed)
    assert aimed_at(updated, NOTHING_YET) is updated.step.params, "the M-step on display has found it"
    assert aimed_at(desk.step(updated), Results(target=found)) is None, "it is of the iteration before"


def test_an_e_step_weighs_at_the_same_estimate_as_the_start_before_it():
    start = opened()
    assert same_round(start, desk.step(start))
    assert not same_round(start, stepped(start, 3))
    assert not same_round(start, desk.reset(start))


def test_parts_of_results_are_no_parts_of_the_session():
    session = stepped(opened(), 2)
    assert not desk.diff(session, desk.step(session)) & FOUND
    assert Part.BOUND in FOUND


def test_where_a_run_ended_is_known_of_its_own_step_alone():
    session = desk.step(desk.step(desk.example_session()))
    ending = Ending(Place.MAXIMUM, np.empty(0))
    results = replace(NOTHING_YET, ending=Result(ending, session))
    assert desk.ended_at(session, results) is ending
    assert desk.ended_at(desk.step(session), results) is None
    assert desk.ended_at(session, NOTHING_YET) is None
    assert suited(results, desk.reset(session)).ending is None


def test_a_remark_is_of_its_own_theta_alone():
    start = desk.example_session("normal")
    results = replace(NOTHING_YET, remark=Result("a saddle", start))
    assert desk.remarked(start, results) == "a saddle"
    assert desk.remarked(desk.step(start), results) == "a saddle", "after the E-step θ is the same"
    assert desk.remarked(stepped(start, 2), results) is None
    assert desk.remarked(start, NOTHING_YET) is None
    assert suited(results, desk.draw_start(start, 1)).remark is None
