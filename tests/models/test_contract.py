"""What every model owes the kernel: that its E, M and Q agree with each other."""

import pytest
from hypothesis import given
from scenes import SEEDS, Scene, contract

from emviz.testing import kernel

pytestmark = pytest.mark.unmeasured


@contract
@given(seed=SEEDS)
def test_the_objective_never_falls(model, seed):
    kernel.objective_never_falls(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_bound_lies_between_the_old_objective_and_the_new_one(model, seed):
    kernel.bound_lies_between(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_bound_lies_below_the_objective_everywhere(model, seed):
    kernel.bound_lies_below(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_bound_touches_where_it_was_made(model, seed):
    kernel.bound_touches(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_bound_is_tangent_where_it_touches(model, seed):
    kernel.bound_is_tangent(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_m_step_beats_random_parameters(model, seed):
    kernel.m_step_is_best(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_m_step_stays_in_the_domains(model, seed):
    kernel.m_step_stays_inside(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_e_step_is_pure(model, seed):
    kernel.e_step_is_pure(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_hard_em_never_falls_and_stays_below_the_objective(model, seed):
    kernel.hard_em_climbs(Scene.of(model, seed))
