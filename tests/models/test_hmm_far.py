"""Chains in which probabilities underflow: the same numbers as in logarithms, path by path."""

from itertools import pairwise, product

import numpy as np
import pytest
from hmm_cases import data_of, model_for, random_params
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.em import engine
from emviz.em.counts.table import ShareCell
from emviz.em.methods import Hard
from emviz.em.model import Phase, Round
from emviz.models.hmm.data import CategoricalParams, GaussianCounts, GaussianParams
from emviz.models.hmm.rows import viterbi, window
from emviz.models.hmm.steps import log_likelihood
from emviz.testing.by_hand import results


def logs_of(params, x):
    """log b_k(x) for each state."""
    if isinstance(params, CategoricalParams):
        return np.log(params.emission[:, x])
    return -((x - params.mean) ** 2) / 2 / params.variance - np.log(2 * np.pi * params.variance) / 2


def every_path(params, observed):
    """log P, γ (T, K), ξ (K, K) summed, and the best path, from all K^T paths in logarithms."""
    states, steps = len(params.initial), len(observed)
    with np.errstate(divide="ignore"):
        initial, transition = np.log(params.initial), np.log(params.transition)
        emitted = np.array([logs_of(params, x) for x in observed])
    paths = list(product(range(states), repeat=steps))
    heights = np.array(
        [
            initial[path[0]]
            + sum(emitted[t, k] for t, k in enumerate(path))
            + sum(transition[pair] for pair in pairwise(path))
            for path in paths
        ]
    )
    evidence = np.logaddexp.reduce(heights)
    shares, moves = np.zeros((steps, states)), np.zeros((states, states))
    for path, weight in zip(paths, np.exp(heights - evidence), strict=True):
        shares[np.arange(steps), path] += weight
        for pair in pairwise(path):
            moves[pair] += weight
    return evidence, shares, moves, paths[int(heights.argmax())], heights.max() - evidence


def in_logs(params, observed):
    """log P and γ of one sequence by a plain recursion in logarithms."""
    with np.errstate(divide="ignore"):
        initial, transition = np.log(params.initial), np.log(params.transition)
        emitted = np.array([logs_of(params, x) for x in observed])
    ahead, after, evidence = [], [np.zeros(len(initial))], 0.0
    for t, row in enumerate(emitted):
        come = (np.logaddexp.reduce(ahead[-1][:, None] + transition, axis=0) if t else initial) + row
        scale = np.logaddexp.reduce(come)
        ahead.append(come - scale)
        evidence += scale
    for row in emitted[:0:-1]:
        come = np.logaddexp.reduce(transition + row + after[-1], axis=1)
        after.append(come - come.max())
    shares = np.array(ahead) + np.array(after[::-1])
    return evidence, np.exp(shares - np.logaddexp.reduce(shares, axis=1)[:, None])


def agrees(params, observed, piece=None):
    data = data_of(params, np.asarray(observed), [len(observed)], piece)
    model = model_for(params)
    evidence, shares, moves, best, height = every_path(params, observed)
    found = model.e_step(data, params)
    assert found.objective == pytest.approx(evidence, rel=1e-12)
    assert log_likelihood(data, params) == pytest.approx(evidence, rel=1e-12)
    assert model.objectives(data, type(params)(*(field[None] for field in params))) == pytest.approx(
        [evidence], rel=1e-12
    )
    np.testing.assert_allclose(found.counts.initial, shares[0], rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found.counts.transition, moves, rtol=1e-9, atol=1e-14)
    if isinstance(found.counts, GaussianCounts):
        np.testing.assert_allclose(found.counts.steps, shares.sum(axis=0), rtol=1e-9, atol=1e-14)
    seen = window(data, params, np.arange(data.steps))
    np.testing.assert_allclose(seen.shares(), shares, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(seen.moves_at(np.arange(data.steps)).sum(axis=0), moves, rtol=1e-9, atol=1e-14)
    path = viterbi(data, params)
    np.testing.assert_allclose(np.log(seen.chances(path)), [height], rtol=1e-9, atol=1e-11)
    if data.gaussian:
        np.testing.assert_array_equal(path, best)
    assert Hard().expect(model, data, params).objective == pytest.approx(evidence + height, rel=1e-12)


# -- the best state is out of reach --------------------------------------------------------------------------

STUCK = GaussianParams(
    np.array([1.0, 0.0]), np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([0.0, 40.0]), np.ones(2)
)


@pytest.mark.parametrize("piece", [None, 1, 2])
def test_a_value_that_only_a_state_out_of_reach_would_fit(piece):
    """−3/2 log 2π − (0.1² + 0.2² + 40²) / 2 = −802.7818, all in state A."""
    observed = [0.1, -0.2, 40.0]
    agrees(STUCK, observed, piece)
    data = data_of(STUCK, np.array(observed), [3], piece)
    found = model_for(STUCK).e_step(data, STUCK)
    assert found.objective == pytest.approx(-1.5 * np.log(2 * np.pi) - 1600.05 / 2, rel=1e-14)
    np.testing.assert_array_equal(found.counts.steps, [3, 0])
    answers = model_for(STUCK).answers(data, STUCK, np.arange(3))
    assert [answer.completions[0] for answer in answers] == ["state A"] * 3


@pytest.mark.parametrize("piece", [None, 1])
def test_a_transition_too_rare_for_what_it_leads_to(piece):
    """log P = −log 2π − 512 by way of A; by way of B a₁₂ = 1e-230 costs 17 nats more than the misfit."""
    params = STUCK._replace(transition=np.array([[1.0, 1e-230], [0.5, 0.5]]))
    agrees(params, [0.0, 32.0], piece)
    data = data_of(params, np.array([0.0, 32.0]), [2], piece)
    assert model_for(params).e_step(data, params).objective == pytest.approx(
        -np.log(2 * np.pi) - 512, rel=1e-14
    )
    np.testing.assert_array_equal(viterbi(data, params), [0, 0])


def test_a_value_1000_deviations_away_is_improbable_not_impossible():
    params = GaussianParams(np.array([1.0, 0.0]), np.eye(2), np.array([0.0, 1e3]), np.ones(2))
    agrees(params, [0.0, 1e3])


@st.composite
def extreme(draw):
    """A chain with rows that differ by hundreds of powers of ten, zeros among them, and far values."""
    gaussian = draw(st.booleans())
    states, steps = draw(st.sampled_from([(2, 7), (3, 5)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def row(size):
        weights = 10.0 ** -rng.choice([0, 1, 3, 120, 250, 300], size) * rng.uniform(0.5, 1, size)
        weights[rng.random(size) < 0.2] = 0
        weights[rng.integers(size)] = 1
        return weights / weights.sum()

    initial, transition = row(states), np.array([row(states) for _ in range(states)])
    if gaussian:
        mean, variance = rng.choice([0.0, 1, 30, 70], states), rng.uniform(0.5, 2, states)
        params = GaussianParams(initial, transition, mean + rng.normal(size=states), variance)
        observed = rng.choice([0.0, 2, 35, 80], steps) + rng.normal(size=steps)
    else:
        emission = 10.0 ** -rng.choice([0, 1, 100, 280], (states, 3)) * rng.uniform(0.5, 1, (states, 3))
        params = CategoricalParams(initial, transition, emission / emission.sum(axis=1, keepdims=True))
        observed = rng.integers(3, size=steps)
    return params, observed, draw(st.sampled_from([None, 1, 2, 3]))


@pytest.mark.unmeasured
@settings(max_examples=40)
@given(extreme())
def test_against_every_path_in_logarithms(case):
    agrees(*case)


# -- long chains ---------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.unmeasured
@pytest.mark.parametrize("piece", [None, 50, 4000])
@pytest.mark.parametrize("mix", [0.0, 1e-3])
def test_a_state_that_lay_far_behind_comes_back(mix, piece):
    """B falls e^−1100 behind A, then gains twice that, and falls behind once more: without a way from A to B
    all depends on what was lost."""
    transition = np.array([[1.0, 0.0], [mix, 1 - mix]])
    params = CategoricalParams(np.full(2, 0.5), transition, np.array([[0.75, 0.25], [0.25, 0.75]]))
    observed = np.repeat([0, 1, 0], [1000, 2000, 900])
    evidence, shares = in_logs(params, observed)
    data = data_of(params, observed, [len(observed)], piece)
    found = model_for(params).e_step(data, params)
    assert found.objective == pytest.approx(evidence, rel=1e-12)
    assert log_likelihood(data, params) == pytest.approx(evidence, rel=1e-12)
    seen = window(data, params, np.arange(data.steps))
    np.testing.assert_allclose(seen.shares(), shares, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(found.counts.emission.sum(axis=1), shares.sum(axis=0), rtol=1e-7, atol=1e-7)


def test_tiny_emissions_in_a_long_chain():
    """Every step costs a factor of 1e-200 in either state."""
    rng = np.random.default_rng(7)
    params = random_params(rng, 3, 3, False)
    tiny = params._replace(
        emission=np.array([[2e-200, 1e-200, 1.0], [1e-200, 3e-200, 1.0], [4e-200, 4e-200, 1.0]])
    )
    observed = rng.integers(2, size=500)
    evidence, shares = in_logs(tiny, observed)
    data = data_of(tiny, observed, [500])
    found = model_for(tiny).e_step(data, tiny)
    assert found.objective == pytest.approx(evidence, rel=1e-12)
    np.testing.assert_allclose(found.counts.emission.sum(axis=1), shares.sum(axis=0), rtol=1e-9)


def test_several_sequences_from_left_to_right_with_an_outlier():
    """Two sequences that must begin in A; an outlier near the mean of C comes while C is out of reach."""
    transition = np.array([[0.9, 0.1, 0.0], [0.0, 0.9, 0.1], [0.0, 0.0, 1.0]])
    params = GaussianParams(np.array([1.0, 0, 0]), transition, np.array([0.0, 5.0, 60.0]), np.ones(3))
    rng = np.random.default_rng(3)
    means = np.repeat([0.0, 5.0, 60.0], [30, 30, 30])
    sequences = [means + rng.normal(size=90), means[:70] + rng.normal(size=70)]
    sequences[0][1] = 60.0
    data = data_of(params, np.concatenate(sequences), [90, 70])
    known = [in_logs(params, one) for one in sequences]
    found = model_for(params).e_step(data, params)
    assert found.objective == pytest.approx(sum(evidence for evidence, _ in known), rel=1e-12)
    shares = np.concatenate([share for _, share in known])
    np.testing.assert_allclose(found.counts.steps, shares.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(window(data, params, np.arange(160)).shares(), shares, rtol=1e-8, atol=1e-12)


# -- where a number comes from -------------------------------------------------------------------------------


def test_a_derivation_gives_the_numbers_that_a_float_cannot_hold():
    """x = (0, 32, 30), a₁₂ = 1e-230: b_1(B) = 1e230, and f_1(B) = 1e-230 · e^−800 = 3.6679e-578."""
    params = STUCK._replace(initial=np.array([1.0, 1e-230]), transition=np.array([[1.0, 1e-230], [0.0, 1.0]]))
    data, model = data_of(params, np.array([0.0, 32.0, 30.0]), [3]), model_for(params)
    step = engine.advance(model, data, engine.start(model, data, params))
    table = model.count_table(data, Round(step, Phase.E), np.arange(3))
    found = [[line.formula for line in table.derive(ShareCell(0, k), 2).lines] for k in range(2)]
    for formulas in found:
        for formula in formulas:
            for worked, shown, unit in results(formula):
                assert worked == pytest.approx(shown, abs=max(unit / 2, 1e-4 * abs(shown)) * 1.001), formula
    assert found[1][2].endswith(r"\approx 1.0000 \times 10^{230}")
    assert found[1][4].startswith(r"\frac{3.6679 \times 10^{-348}}{1.0000 + 3.6679 \times 10^{-348}}")
    assert r"3.6679 \times 10^{-578} \cdot 1.0000 \times 10^{230}" in found[1][3]
    np.testing.assert_allclose(table.shares, [[1, 0], [0, 1], [0, 1]], atol=1e-15)
