"""Methods without an M-step at the desk: what a step shows is what is expected at θ(t), for every model."""

import math
from dataclasses import replace
from itertools import islice, product

import numpy as np
import pytest
from desks import opened, phases, stepped
from shared import FIGURE_1, finished
from standing import stand_for

from emviz import session as desk
from emviz.em.convergence import stopping
from emviz.em.engine import Outcome
from emviz.em.methods import EM, METHODS, method_named
from emviz.em.methods.gradient import Gradient
from emviz.em.model import ModelError, Phase
from emviz.models import discover
from emviz.session.run import units
from emviz.wording.narration import method_lost, place, sentence, weighed_at

CLIMBING = [method for method in METHODS if Phase.M not in method.phases]
#: Models whose gradient takes seconds.
LARGE = ("modules", "profile", "rna", "tomography")


PAIRS = list(product([model.key for model in discover() if model.key not in LARGE], CLIMBING))


@pytest.fixture(params=stand_for([(pair,) for pair in PAIRS], [(pair,) for pair in PAIRS[::4]]))
def climbed(request):
    """A session after one step."""
    key, method = request.param
    session = desk.example_session(key)
    try:
        session = desk.step(desk.set_method(session, method))
    except ModelError as refusal:
        pytest.skip(str(refusal))
    if session.failure is not None:
        pytest.skip(str(session.failure))
    return session


@pytest.mark.unmeasured
def test_what_a_step_shows_is_expected_at_its_own_parameters(climbed):
    state = climbed.round
    assert (climbed.step.phase, state.phase, state.updated) == (Phase.STEP, Phase.E, None)
    assert state.base is climbed.step
    expected = EM.expect(climbed.model, climbed.data, climbed.step.params)
    assert climbed.step.expectation.objective == expected.objective
    for shown, counts in zip(climbed.step.expectation.counts, expected.counts, strict=True):
        np.testing.assert_array_equal(shown, counts)
    table = climbed.model.count_table(climbed.data, state, np.array([0]))
    assert not table.updates
    assert climbed.model.views(climbed.data, state, desk.look(climbed))


@pytest.mark.unmeasured
def test_every_parameter_stays_in_its_domain(climbed):
    for parameter in climbed.model.parameters(climbed.data):
        parameter.checked(getattr(climbed.step.params, parameter.name))


def test_a_step_is_told():
    session = stepped(opened(method=method_named("gradient")), 1)
    assert phases(session) == [(0, Phase.START), (1, Phase.STEP)]
    assert sentence(session) == (
        "Step 1 done. θ moved along the slope of log P at θ(0). Most changed: the bias θ_A = 0.75 "
        "(was 0.60). Next, θ moves along the slope there."
    )
    assert place(session) == "iteration 1"
    assert weighed_at(session) == "at θ(1)"
    tried = stepped(opened(method=method_named("backtracking")), 3)
    assert "as far as it held (1 trial refused). " in sentence(tried)


def test_the_fixed_step_is_one_over_the_number_of_units():
    assert opened(method=method_named("gradient")).method == Gradient(units=5)
    assert desk.set_method(opened(), method_named("gradient")).method.length == 1 / 5
    given = opened(method=method_named("gradient:0.03:natural"))
    assert (given.method.length, given.method.units) == (0.03, 5)
    found = {}
    for key in ("linkage", "abo", "poisson", "deaths", "gmm"):
        session = desk.example_session(key)
        found[key] = units(session.model, session.table)
    # gmm has 272 rows; the others a column `count`.
    assert found == {"linkage": 20, "abo": 325, "poisson": 55, "deaths": 1096, "gmm": 272} | {
        "linkage": float(desk.example_session("linkage").table.counts("count").sum()),
        "abo": float(desk.example_session("abo").table.counts("count").sum()),
    }


def test_other_data_have_another_step():
    session = opened(method=method_named("gradient"))
    fewer = desk.set_table(session, _first_rows(3))
    assert fewer.method.length == 1 / 3


def _first_rows(many):
    return type(FIGURE_1).from_columns(
        {name: FIGURE_1.texts(name)[:many].tolist() for name in FIGURE_1.names}
    )


def test_the_target_is_the_next_step_known_or_not():
    session = stepped(opened(method=method_named("newton")), 3)
    ahead = desk.target(session)
    assert desk.step(session).step.params.heads.tolist() == ahead.heads.tolist()
    assert desk.target(desk.back(session)) is session.step.params


def test_a_step_that_fails_is_a_sentence_and_leaves_the_trace():
    session = opened(method=method_named("gradient:0.03:natural"))
    failed = stepped(session, 1)
    assert str(failed.failure) == (
        "Iteration 1: the step leaves the domain: θ_A would be 1.022, and heads must lie between 0 and 1"
    )
    assert len(failed.trace) == 1
    assert desk.target(session) is None
    trace = desk.trace_of(failed)
    assert (trace.outcome, trace.method) == (Outcome.FAILED, "gradient:0.03:natural")


def test_a_long_step_can_be_stopped_on_the_way():
    session = opened(method=method_named("newton"))
    assert list(islice(desk.steps(session, None), 4)) == [None] * 4
    more, _ = finished(desk.steps(session, 2))
    assert [step.index for step in more if step is not None] == [1, 2]


def test_a_method_that_is_not_offered_says_so_and_another_model_goes_on_by_em():
    motif = desk.example_session("motif")
    with pytest.raises(
        ModelError,
        match=r"Newton–Raphson is not offered here: this model has \d+ free parameters",
    ):
        desk.set_method(motif, method_named("newton"))
    coins = opened(method=method_named("newton"))
    lost = desk.open_instead(coins, motif)
    assert lost.method == EM
    assert method_lost(coins, lost) == (
        "Newton–Raphson is not offered by this model, which has 66 free parameters, and this "
        "method takes at most 50; EM goes on."
    )
    same = replace(coins, runs=lost.runs, front="em")
    assert method_lost(coins, same) == "Newton–Raphson cannot begin at this θ(0); EM goes on."


def test_a_run_that_ends_claims_nothing_of_what_is_left():
    session = desk.set_method(desk.example_session("deaths"), method_named("squarem-unguarded"))
    more, outcome = finished(desk.steps(session, None))
    done = desk.extended(session, session.run, [step for step in more if step is not None], outcome)
    assert outcome is Outcome.CONVERGED
    assert desk.settled(done)
    assert desk.left(done) == desk.trace_of(done).left == math.inf
    assert sentence(done).endswith(" nats, and the one before it as little. A small gain proves no maximum.")
    # By the rule of EM it would have stopped before, with 1e-9 nats left, where the next step lost thousands
    # of times as many.
    heights = done.trace.heights(len(done.trace) - 1)[:]
    assert stopping.settled(heights[:13], 1e-8)
    assert stopping.left(heights[:13]) < 1e-8
    assert heights[13] < heights[12] - 1e-6


def test_with_a_prior_it_is_the_log_posterior_that_is_told():
    session = stepped(
        desk.set_method(desk.example_session("proteins", "scores"), method_named("gradient")), 1
    )
    assert sentence(session).startswith(
        "Step 1 done. θ moved along the slope of the log posterior at θ(0). Most changed: "
    )
