"""What every model owes the kernel: that its E, M and Q agree with each other."""

import copy
from dataclasses import is_dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from scenes import SEEDS, Scene, contract, slack, walk

from emviz.em import engine
from emviz.em.methods import EM, method_named
from emviz.em.model import ModelError, fields_of
from emviz.em.optional import is_exact


@contract
@given(seed=SEEDS)
def test_the_objective_never_falls(model, seed):
    heights = [step.expectation.objective for step in engine.iterations_of(walk(Scene.of(model, seed), 40))]
    assert all(after >= before - slack(before) for before, after in pairwise(heights))
    assert heights[-1] > heights[0]


@contract
@given(seed=SEEDS)
def test_the_bound_lies_between_the_old_objective_and_the_new_one(model, seed):
    steps = walk(Scene.of(model, seed), 20)
    for before, after in zip(steps[1::2], steps[2::2], strict=True):
        assert after.bound <= after.expectation.objective + slack(after.bound)
        assert after.bound >= before.expectation.objective - slack(after.bound)


@contract
@given(seed=SEEDS)
def test_the_bound_lies_below_the_objective_everywhere(model, seed):
    scene = Scene.of(model, seed)
    at = scene.start()
    for _ in range(10):
        params = scene.params()
        height = scene.objective(params)
        assert EM.bound(model, scene.data, at, params) <= height + slack(height)


@contract
@given(seed=SEEDS)
def test_the_bound_touches_where_it_was_made(model, seed):
    scene = Scene.of(model, seed)
    at = scene.start()
    height = scene.objective(at.params)
    assert abs(EM.bound(model, scene.data, at, at.params) - height) <= slack(height)


@contract
@given(seed=SEEDS)
def test_the_bound_is_tangent_where_it_touches(model, seed):
    """Fisher's identity, by central differences in unconstrained coordinates."""
    scene = Scene.of(model, seed)
    at = scene.start()
    objective = _gradient(scene, at.params, scene.objective)
    lower = _gradient(scene, at.params, lambda params: EM.bound(model, scene.data, at, params))
    steepest = np.abs(objective).max()
    assert steepest > 0
    np.testing.assert_allclose(lower, objective, rtol=0, atol=1e-6 * max(1, steepest))


def _gradient(scene, params, height, step=1e-5):
    free = [each for each in scene.model.parameters(scene.data) if not each.fixed]
    fields = fields_of(params)
    slopes = []
    for parameter in free:
        origin = parameter.domain.to_free(fields[parameter.name])
        for axis in _directions(len(origin)):
            ends = [
                {
                    **fields,
                    parameter.name: parameter.domain.from_free(origin + side * step * axis, parameter.shape),
                }
                for side in (-1, 1)
            ]
            low, high = (height(scene.model.make_params(end)) for end in ends)
            slopes.append((high - low) / (2 * step))
    return np.array(slopes)


def _directions(size, most=24, drawn=6):
    """Every coordinate; of more, some directions into which all of them go."""
    if size <= most:
        return np.eye(size)
    ways = np.random.default_rng(size).normal(size=(drawn, size))
    return ways / np.linalg.norm(ways, axis=1, keepdims=True)


@contract
@given(seed=SEEDS)
def test_the_m_step_beats_random_parameters(model, seed):
    scene = Scene.of(model, seed)
    at = scene.start()
    counts = at.expectation.counts
    best = model.q(scene.data, counts, model.m_step(scene.data, counts))
    assert best >= at.q_expectation - slack(best)
    if not is_exact(model):  # generalised EM: it is enough that Q does not fall
        return
    for _ in range(10):
        assert model.q(scene.data, counts, scene.params()) <= best + slack(best)


@contract
@given(seed=SEEDS)
def test_the_m_step_stays_in_the_domains(model, seed):
    scene = Scene.of(model, seed)
    found = fields_of(walk(scene, 6)[-1].params)
    default = fields_of(model.default(scene.data))
    for parameter in model.parameters(scene.data):
        parameter.checked(found[parameter.name])
        if parameter.fixed:
            np.testing.assert_allclose(found[parameter.name], default[parameter.name], rtol=0, atol=1e-12)


@contract
@given(seed=SEEDS)
def test_the_e_step_is_pure(model, seed):
    scene = Scene.of(model, seed)
    params = scene.params()
    inputs = [*_arrays(scene.data), *params]
    before = copy.deepcopy(inputs)
    for array in inputs:
        array.flags.writeable = False
    once, again = (model.e_step(scene.data, params) for _ in range(2))
    assert once.objective == again.objective
    for one, other in zip(once.counts, again.counts, strict=True):
        np.testing.assert_array_equal(one, other)
        assert not any(np.may_share_memory(one, array) for array in [*inputs, other])
    for array, kept in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(array, kept)


def _arrays(data):
    assert is_dataclass(data)
    return [value for value in vars(data).values() if isinstance(value, np.ndarray)]


@contract
@given(seed=SEEDS)
def test_hard_em_never_falls_and_stays_below_the_objective(model, seed):
    scene = Scene.of(model, seed)
    params = scene.params()
    heights = []
    for _ in range(6):
        counts = model.complete(scene.data, params)
        if counts is None:
            assert not heights  # a model has a likeliest completion everywhere or nowhere
            _refuses_hard_em(scene, params)
            return
        heights.append(model.q(scene.data, counts, params))
        assert heights[-1] <= scene.objective(params) + slack(heights[-1])
        try:
            params = model.m_step(scene.data, counts)
        except ArithmeticError:  # a component with no units left, or a singular one
            break
    assert all(after >= before - slack(before) for before, after in pairwise(heights))


def _refuses_hard_em(scene, params):
    with pytest.raises(ModelError, match="no single most likely completion"):
        engine.start(scene.model, scene.data, params, method_named("hard"))
