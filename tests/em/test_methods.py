import numpy as np
import pytest
from toys import ANIMALS, COINS, LINKAGE, PAPER, TOSSED

from emviz.em.domains import ParameterError
from emviz.em.engine import advance, start
from emviz.em.methods import EM, METHODS, Hard, method_named
from emviz.em.model import ModelError


def test_methods_by_name():
    assert [method.key for method in METHODS] == ["em", "hard"]
    assert method_named("em") is EM
    assert method_named("hard") == Hard()
    with pytest.raises(ParameterError, match=r"^there is no method 'newton'; there are em, hard$"):
        method_named("newton")


def test_hard_em_lands_on_the_complete_case_in_one_step():
    step = start(COINS, TOSSED, PAPER, Hard())
    for _ in range(2):
        step = advance(COINS, TOSSED, step, Hard())
    np.testing.assert_allclose(step.params.heads, [0.80, 0.45], rtol=1e-15)
    np.testing.assert_array_equal(step.expectation.counts.heads, [24, 9])


def test_hard_em_raises_what_it_says():
    """J(θ) = max over z of log P(x, z; θ), below log P(x; θ), never falling."""
    step = start(COINS, TOSSED, PAPER, Hard())
    for _ in range(4):
        assert step.q_expectation == step.expectation.objective
        assert step.expectation.objective < COINS.e_step(TOSSED, step.params).objective
        following = advance(COINS, TOSSED, step, Hard())
        assert following.expectation.objective >= step.expectation.objective - 1e-12
        assert following.bound <= following.expectation.objective + 1e-12
        step = following


def test_a_model_without_a_likeliest_completion_says_so():
    with pytest.raises(ParameterError, match=r"^linkage has no single most likely completion$"):
        Hard().expect(LINKAGE, ANIMALS, LINKAGE.default(ANIMALS))
    with pytest.raises(ModelError, match="At the start: linkage has no single most likely completion"):
        start(LINKAGE, ANIMALS, LINKAGE.default(ANIMALS), Hard())
