"""Where EM is slowest: next to an independent program, and to the EM map itself."""

import numpy as np
import pytest
from optima import CASES, case
from toys import COINS, PAPER, TOSSED, biased

from emviz.em.convergence import slowest as module
from emviz.em.convergence.slowest import UNREACHED, live_rate, slowest
from emviz.em.methods import EM
from emviz.models.profile import Profile


def found_from(model, data, params):
    work = slowest(model, data, params)
    while True:
        try:
            assert next(work) is None
        except StopIteration as done:
            return done.value


def mapped(model, data, params):
    return model.m_step(data, EM.expect(model, data, params).counts)


def moved(model, params, direction, by):
    fields = dict(zip(params._fields, params, strict=True))
    return model.make_params({**fields, **{name: fields[name] + by * way for name, way in direction.items()}})


@pytest.mark.parametrize("name", ["coins, equal weights", "coins, learned weights", "abo 182 60 17 176"])
def test_the_rate_is_that_of_the_independent_program_and_the_direction_shrinks_by_it(name):
    """A step of EM from θ* + v leads to θ* + λ v."""
    model, data, params = case(name)
    found = found_from(model, data, model.default(data))
    limit, errors = found.limit, found.errors
    assert found.rate == pytest.approx(CASES[name]["missing_information"][0], abs=2e-6)
    rises = [mapped(model, data, moved(model, limit, errors.direction, by)) for by in (1e-5, -1e-5)]
    for field, way in errors.direction.items():
        gone = (getattr(rises[0], field) - getattr(rises[1], field)) / 2e-5
        np.testing.assert_allclose(gone, found.rate * way, atol=2e-5)
    for field in errors.direction:
        np.testing.assert_allclose(getattr(limit, field), getattr(params, field), atol=1e-6)


def test_from_the_symmetric_start_it_is_the_way_off_the_saddle():
    found = found_from(COINS, TOSSED, biased(0.3, 0.3))
    np.testing.assert_allclose(found.limit.heads, [0.66, 0.66], atol=1e-9)
    assert found.rate == pytest.approx(1.532977, abs=1e-5)
    way = found.errors.direction["heads"]
    assert way[0] == pytest.approx(-way[1], abs=1e-6)
    assert abs(way[0]) == pytest.approx(np.sqrt(0.5), abs=1e-6)


def test_too_many_parameters_are_said_at_once():
    model = Profile(nodes=35)
    data = model.parse(_example(model))
    work = slowest(model, data, model.default(data))
    with pytest.raises(StopIteration) as done:
        next(work)
    assert "50 are the most" in done.value.value.errors.withheld
    assert done.value.value.rate is None


def _example(model):
    from emviz.data.examples import example_path
    from emviz.data.reader import read_table

    return read_table(example_path(model.examples[0].file))


def test_where_em_does_not_come_to_rest_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(module, "ITERATIONS", 3)
    found = found_from(COINS, TOSSED, PAPER)
    assert (found.limit, found.rate, found.errors.withheld) == (None, None, UNREACHED)


def test_a_start_that_is_impossible_has_none():
    assert found_from(COINS, TOSSED, biased(1.0, 1.0)).limit is None


def test_the_rate_of_the_last_steps():
    """θ(t) = (2, 3) + (1, −1)/2^t: each step is half of the one before."""
    path = [biased(*(np.array([2.0, 3.0]) + np.array([1.0, -1.0]) / 2**t)) for t in range(5)]
    assert live_rate(path, ["heads"]) == (4, pytest.approx(0.5, rel=1e-12))
    assert live_rate(path[:2], ["heads"]) is None
    assert live_rate([path[0]] * 4, ["heads"]) is None
    assert live_rate(path, []) is None
