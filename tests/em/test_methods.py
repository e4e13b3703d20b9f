import numpy as np
import pytest
from toys import ANIMALS, COINS, LINKAGE, PAPER, TOSSED

from emviz.em.domains import ParameterError
from emviz.em.engine import advance, start
from emviz.em.methods import EM, METHODS, Hard, method_named, objective_written
from emviz.em.model import ModelError
from emviz.models.modules import MODEL as MODULES


def test_methods_by_name():
    assert [method.key for method in METHODS] == [
        "em",
        "hard",
        "gradient",
        "backtracking",
        "newton",
        "safeguarded",
        "squarem",
        "squarem-unguarded",
        "anderson",
    ]
    assert method_named("em") is EM
    assert method_named("hard") == Hard()
    with pytest.raises(ParameterError, match=r"^there is no method 'climb'; there are em, hard, gradient, "):
        method_named("climb")


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


def test_what_is_raised_has_a_name():
    names = [
        [method.objective_name(model, argument) for model in (COINS, MODULES) for argument in ("", "θ")]
        for method in METHODS
    ]
    assert names[0] == ["log P", "log P(x; θ)", "log posterior", "log posterior"]
    assert names[1] == ["max log P(x, z)"] * 2 + ["max log posterior"] * 2
    assert all(each == names[0] for each in names[2:])  # the others raise what EM raises
    written = [objective_written(method, model) for method in METHODS for model in (COINS, MODULES)]
    assert [name.endswith(" + const.") for name in written] == [False, True] * len(METHODS)


def test_hard_em_looks_at_every_point_of_a_line():
    stacked = COINS.make_params(
        {"weight": np.full((2, 2), 0.5), "heads": np.array([[0.8, 0.45], [0.6, 0.5]])}
    )
    found = Hard().objectives(COINS, TOSSED, stacked)
    # Each set with its likelier coin: A has 9 H 1 T, 8 H 2 T and 7 H 3 T, B the rest; log ½ for each set.
    by_hand = 24 * np.log(0.8) + 6 * np.log(0.2) + 9 * np.log(0.45) + 11 * np.log(0.55) + 5 * np.log(0.5)
    assert found[0] == pytest.approx(by_hand, rel=1e-13)
    assert found[1] == Hard().expect(COINS, TOSSED, PAPER).objective
    assert Hard().along(COINS, TOSSED, PAPER, PAPER) is None


def test_a_model_without_a_likeliest_completion_says_so():
    with pytest.raises(ParameterError, match=r"^linkage has no single most likely completion$"):
        Hard().expect(LINKAGE, ANIMALS, LINKAGE.default(ANIMALS))
    with pytest.raises(ModelError, match="At the start: linkage has no single most likely completion"):
        start(LINKAGE, ANIMALS, LINKAGE.default(ANIMALS), Hard())
