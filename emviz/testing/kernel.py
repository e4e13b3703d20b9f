"""The contract of a model for the kernel: its E, M and Q agree with each other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from itertools import pairwise

import numpy as np

from emviz.em import engine
from emviz.em.domains import ParameterError
from emviz.em.methods import EM, method_named
from emviz.em.model import Fields, ModelError, Phase, fields_of, offers
from emviz.em.numerics import Array
from emviz.em.optional import is_exact
from emviz.testing.scene import Scene, digits, require, slack

#: Maximum number of coordinates for a full gradient; with more, this many random directions are used.
MOST, DIRECTIONS = 24, 6


def objective_never_falls(scene: Scene) -> None:
    """Check that no iteration lowers the objective."""
    heights = [step.expectation.objective for step in engine.iterations_of(scene.walk(40))]
    for t, (before, after) in enumerate(pairwise(heights)):
        require(
            after >= before - slack(before),
            f"the objective falls from {digits(before)} to {digits(after)} in iteration {t + 1}",
        )
    require(heights[-1] > heights[0], "EM does not raise the objective from θ at random")


def bound_lies_between(scene: Scene) -> None:
    """Check that g_t(θ(t+1)) lies between the objective at θ(t) and at θ(t+1)."""
    steps = scene.walk(20)
    for before, after in zip(steps[1::2], steps[2::2], strict=True):
        height = after.expectation.objective
        require(
            after.bound <= height + slack(after.bound),
            f"the bound at θ({after.index}) is {digits(after.bound)}, above the objective {digits(height)}: "
            "Q or the counts are too large there",
        )
        require(
            after.bound >= before.expectation.objective - slack(after.bound),
            f"the M-step of iteration {after.index} lowers Q",
        )


def bound_lies_below(scene: Scene) -> None:
    """Check that g_t lies below the objective at any θ."""
    at = scene.start()
    for _ in range(10):
        params = scene.params()
        height, bound = scene.objective(params), EM.bound(scene.model, scene.data, at, params)
        require(
            bound <= height + slack(height),
            f"the bound made at one θ exceeds the objective at another: {digits(bound)} > {digits(height)}",
        )


def bound_touches(scene: Scene) -> None:
    """Check that g_t equals the objective at θ(t), and that Q is reproducible."""
    at = scene.start()
    height, bound = scene.objective(at.params), EM.bound(scene.model, scene.data, at, at.params)
    require(abs(bound - height) <= slack(height), "the bound does not touch the objective where it was made")


def bound_is_tangent(scene: Scene) -> None:
    """Check Fisher's identity by central differences in unconstrained coordinates."""
    at = scene.start()
    objective = _gradient(scene, at.params, scene.objective)
    lower = _gradient(scene, at.params, lambda params: EM.bound(scene.model, scene.data, at, params))
    steepest = float(np.abs(objective).max())
    require(steepest > 0, "the objective does not depend on θ")
    require(
        bool(np.all(np.abs(lower - objective) <= 1e-6 * max(1, steepest))),
        "Q and the objective have different slopes at θ(t), so that the counts or Q are wrong: "
        f"{lower.tolist()} against {objective.tolist()}",
    )


def _gradient(scene: Scene, params: Fields, height: Callable[[Fields], float], step: float = 1e-5) -> Array:
    named, slopes = fields_of(params), []
    for parameter in scene.model.parameters(scene.data):
        if parameter.fixed:
            continue
        # In free coordinates, where a step to either side stays in the domain.
        domain, origin = parameter.domain, parameter.domain.to_free(named[parameter.name])
        for axis in _directions(len(origin)):
            ends = (domain.from_free(origin + side * step * axis, parameter.shape) for side in (-1, 1))
            low, high = (height(scene.model.make_params({**named, parameter.name: end})) for end in ends)
            slopes.append((high - low) / (2 * step))
    return np.array(slopes)


def _directions(size: int) -> Array:
    """Return every coordinate direction; of many, a few random directions."""
    if size <= MOST:
        return np.eye(size)
    # Seeded, since the gradients that are compared need the same directions.
    ways = np.random.default_rng(size).normal(size=(DIRECTIONS, size))
    return np.asarray(ways / np.linalg.norm(ways, axis=1, keepdims=True))


def m_step_is_best(scene: Scene) -> None:
    """Check that no random θ has a higher Q than the result of the M-step; in generalised EM, not θ(t)."""
    model, data, at = scene.model, scene.data, scene.start()
    counts = at.expectation.counts
    best = model.q(data, counts, model.m_step(data, counts))
    require(best >= at.q_expectation - slack(best), "the M-step finds a lower Q than that of θ(t)")
    # An M-step that is not exact promises only not to lower Q.
    for _ in range(10 if is_exact(model) else 0):
        other = model.q(data, counts, scene.params())
        require(
            other <= best + slack(best),
            f"the M-step finds Q {digits(best)}, and θ at random has {digits(other)}",
        )


def m_step_stays_inside(scene: Scene) -> None:
    """Check that the result of the M-step is in the domains, and that fixed entries stay."""
    found = fields_of(scene.walk(6)[-1].params)
    default = fields_of(scene.model.default(scene.data))
    for parameter in scene.model.parameters(scene.data):
        value = found[parameter.name]
        try:
            parameter.checked(value)
        except ParameterError as error:
            require(False, f"the M-step leaves the domain: {error}")
        held = not parameter.fixed or np.allclose(value, default[parameter.name], rtol=0, atol=1e-12)
        require(held, f"the M-step moves {parameter.name}, which is fixed")


def e_step_is_pure(scene: Scene) -> None:
    """Check that an E-step does not modify its input, and is reproducible."""
    params = scene.params()
    inputs = [*_arrays(scene.data), *params]
    before = copy.deepcopy(inputs)
    for array in inputs:
        # What writes into them raises an error now.
        array.flags.writeable = False
    try:
        once, again = (scene.model.e_step(scene.data, params) for _ in range(2))
    except ValueError as error:
        require("read-only" not in str(error), "the E-step writes into its data or its parameters")
        raise
    require(once.objective == again.objective, "two E-steps at one θ give two objectives")
    for one, other in zip(once.counts, again.counts, strict=True):
        require(np.array_equal(one, other), "two E-steps at one θ give two sets of counts")
        shared = any(np.may_share_memory(one, array) for array in [*_arrays(scene.data), other])
        require(not shared, "the counts share their memory with the data or with earlier counts")
    for array, kept in zip(inputs, before, strict=True):
        require(np.array_equal(array, kept, equal_nan=True), "the E-step changes its data or parameters")


def _arrays(data: object) -> list[Array]:
    held = [getattr(data, each.name) for each in fields(data)] if is_dataclass(data) else [data]
    return [value for value in held if isinstance(value, np.ndarray)]


def hard_em_climbs(scene: Scene) -> None:
    """Check that hard EM never falls, and that Q of a completion does not exceed the objective."""
    if not offers(scene.model, "complete"):
        _refuses_hard_em(scene, scene.params())
        return
    model, params = scene.model, scene.params()
    heights: list[float] = []
    for _ in range(6):
        counts = model.complete(scene.data, params)
        if counts is None:
            require(not heights, "there is a likeliest completion at one θ and none at another")
            _refuses_hard_em(scene, params)
            return
        heights.append(model.q(scene.data, counts, params))
        require(
            scene.trial.dense or heights[-1] <= scene.objective(params) + slack(heights[-1]),
            "Q of the likeliest completion is above the objective: a term of log P(x, z; θ) is left out of Q",
        )
        try:
            params = model.m_step(scene.data, counts)
        except ArithmeticError:  # an empty or singular component
            break
    for before, after in pairwise(heights):
        require(
            after >= before - slack(before),
            f"hard EM falls from {digits(before)} to {digits(after)}",
        )


def _refuses_hard_em(scene: Scene, params: Fields) -> None:
    try:
        engine.start(scene.model, scene.data, params, method_named("hard"))
    except ModelError as error:
        require("no single most likely completion" in str(error) and error.phase is Phase.START, str(error))
    else:
        require(False, "hard EM starts without a likeliest completion")


CHECKS = (
    objective_never_falls,
    bound_lies_between,
    bound_lies_below,
    bound_touches,
    bound_is_tangent,
    m_step_is_best,
    m_step_stays_inside,
    e_step_is_pure,
    hard_em_climbs,
)
