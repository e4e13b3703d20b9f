"""The hidden Markov model: against every path written out, in pieces of any length, at the edges."""

import numpy as np
import pytest
from hmm_cases import (
    data_of,
    drawn,
    emission,
    example,
    model_for,
    plain,
    random_params,
    split,
    steps_table,
    written_out,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import ModelError
from emviz.models.hmm import HiddenMarkov
from emviz.models.hmm.data import (
    CategoricalCounts,
    CategoricalParams,
    GaussianCounts,
    GaussianParams,
)
from emviz.models.hmm.lanes import lanes_of
from emviz.models.hmm.rows import viterbi, window
from emviz.models.hmm.steps import log_likelihood, path_counts

# -- every path written out ----------------------------------------------------------------------------------


@st.composite
def tiny(draw):
    """A few short sequences, two places in parameter space, and a length of the pieces."""
    gaussian = draw(st.booleans())
    states = draw(st.integers(2, 3))
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    here, there = (random_params(rng, states, 3, gaussian) for _ in range(2))
    piece = draw(st.sampled_from([None, 1, 2, 3]))
    observed = drawn(rng, here, lengths)
    return data_of(here, observed, lengths, piece), here, there, split(observed, lengths)


@settings(max_examples=40)
@given(tiny())
def test_against_every_path(case):
    data, here, there, sequences = case
    model = model_for(here)
    evidence, shares, moves, best, heights = written_out(here, sequences)
    expectation = model.e_step(data, here)
    assert expectation.objective == pytest.approx(evidence, rel=1e-12)
    assert log_likelihood(data, here) == pytest.approx(evidence, rel=1e-12)

    counts = expectation.counts
    np.testing.assert_allclose(counts.initial, shares[data.starts].sum(axis=0), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(counts.transition, moves.sum(axis=0), rtol=1e-11, atol=1e-13)
    observed = np.concatenate(sequences)
    if isinstance(counts, GaussianCounts):
        np.testing.assert_allclose(counts.steps, shares.sum(axis=0), rtol=1e-11)
        deviations = observed[:, None] - counts.around
        np.testing.assert_allclose(counts.sums, (shares * deviations).sum(axis=0), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(counts.squares, (shares * deviations**2).sum(axis=0), rtol=1e-11)
    else:
        expected = np.stack([shares[observed == s].sum(axis=0) for s in range(3)], axis=1)
        np.testing.assert_allclose(counts.emission, expected, rtol=1e-11, atol=1e-13)

    seen = window(data, here, np.arange(data.steps))
    np.testing.assert_allclose(seen.shares(), shares, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(seen.moves_at(np.arange(data.steps)), moves, rtol=1e-11, atol=1e-13)

    path = viterbi(data, here)
    if data.gaussian:  # of symbols in another order some paths are equal
        np.testing.assert_array_equal(path, best)
    np.testing.assert_allclose(np.log(seen.chances(path)), heights, rtol=1e-10, atol=1e-11)
    assert model.q(data, model.complete(data, here), here) == pytest.approx(
        evidence + heights.sum(), rel=1e-11
    )

    # Q is the expectation of log P(x, z; θ): chain and emissions of every step, weighed by the enumeration.
    logs = np.log(there.transition)
    emitted = sum(
        float(share @ np.log(emission(there, x))) for share, x in zip(shares, observed, strict=True)
    )
    q = float(shares[data.starts].sum(axis=0) @ np.log(there.initial) + (moves * logs).sum()) + emitted
    assert model.q(data, counts, there) == pytest.approx(q, rel=1e-11)


# -- pieces --------------------------------------------------------------------------------------------------

AWKWARD = [[1], [2], [1, 1, 1], [7], [13, 1, 2], [97], [101, 3, 53, 1], [40] * 5, [1, 400, 1]]


@pytest.mark.parametrize("gaussian", [False, True], ids=["symbols", "numbers"])
@pytest.mark.parametrize("lengths", AWKWARD, ids=str)
def test_pieces_of_any_length_give_what_whole_sequences_give(lengths, gaussian):
    rng = np.random.default_rng(sum(lengths))
    for states in (2, 4):
        params = random_params(rng, states, 5, gaussian)
        observed = drawn(rng, params, lengths)
        model, whole = model_for(params), data_of(params, observed, lengths, max(lengths))
        assert not whole.lanes.cut
        known = model.e_step(whole, params)
        assert known.objective == pytest.approx(plain(params, split(observed, lengths)), rel=1e-12)
        best = model.q(whole, model.complete(whole, params), params)
        for piece in (None, 1, 2, 3, 10, 11):
            data = data_of(params, observed, lengths, piece)
            found = model.e_step(data, params)
            assert found.objective == pytest.approx(known.objective, rel=1e-12)
            assert log_likelihood(data, params) == pytest.approx(known.objective, rel=1e-12)
            for mine, other in zip(found.counts, known.counts, strict=True):
                np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-10)
            assert model.q(data, model.complete(data, params), params) == pytest.approx(best, rel=1e-12)


def test_every_step_has_one_place_among_the_pieces():
    for lengths in AWKWARD:
        for piece in (None, 1, 3):
            lanes = lanes_of(np.array(lengths), 2, piece)
            assert sum(lanes.going) == sum(lengths) == len(set(lanes.place.tolist()))
            np.testing.assert_array_equal(lanes.position.ravel()[lanes.place], np.arange(sum(lengths)))
            assert lanes.first.sum() == lanes.last.sum() == len(lengths)
            assert list(lanes.going) == sorted(lanes.going, reverse=True)


def test_a_long_sequence_is_cut_and_short_ones_are_not():
    assert lanes_of(np.array([100_000]), 2).cut
    assert not lanes_of(np.full(1000, 100), 2).cut


@pytest.mark.parametrize("stay", [1 - 1e-12, 1.0])
def test_a_chain_that_never_goes_back(stay):
    """From left to right: what reaches a border from one state is e^−1000 of what reaches it from another."""
    transition = np.array([[0.999, 0.001], [1 - stay, stay]])
    params = CategoricalParams(np.array([1.0, 0.0]), transition, np.array([[0.9, 0.1], [0.1, 0.9]]))
    observed = np.repeat([0, 1], [700, 1300])
    data = data_of(params, observed, [2000])
    assert data.lanes.cut
    found = model_for(params).e_step(data, params)
    assert found.objective == pytest.approx(plain(params, [observed]), rel=1e-12)
    known = model_for(params).e_step(data_of(params, observed, [2000], 2000), params)
    for mine, other in zip(found.counts, known.counts, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)


def test_a_state_out_of_reach_stays_so_however_well_it_would_fit():
    """b of the second state would be 9^2000: more than a float holds."""
    params = CategoricalParams(np.array([1.0, 0.0]), np.eye(2), np.array([[0.9, 0.1], [0.1, 0.9]]))
    observed = np.ones(2000, dtype=np.intp)
    for piece in (None, 2000):
        data = data_of(params, observed, [2000], piece)
        found = model_for(params).e_step(data, params)
        assert found.objective == pytest.approx(2000 * np.log(0.1), rel=1e-12)
        np.testing.assert_allclose(found.counts.transition, [[1999, 0], [0, 0]], rtol=1e-12)
        np.testing.assert_allclose(found.counts.emission, [[0, 2000], [0, 0]], rtol=1e-12)


def test_far_values_are_weighed_by_the_state_that_can_show_them():
    params = GaussianParams(np.full(2, 0.5), np.full((2, 2), 0.5), np.array([0.0, 1e4]), np.array([1.0, 1.0]))
    data = data_of(params, np.array([0.0, 1e4, 1e4, 0.5, 1e4]), [5])
    found = model_for(params).e_step(data, params)
    assert found.objective == pytest.approx(5 * np.log(0.5) - 2.5 * np.log(2 * np.pi) - 0.125, rel=1e-12)
    np.testing.assert_allclose(found.counts.steps, [2, 3], rtol=1e-12)


# -- what cannot be ------------------------------------------------------------------------------------------


def test_impossible_data_are_told_and_give_no_nan():
    params = CategoricalParams(np.array([1.0, 0.0]), np.eye(2), np.array([[1.0, 0.0], [0.5, 0.5]]))
    for observed in ([1], [0, 1, 0], [0] * 500 + [1]):
        data = data_of(params, np.array(observed), [len(observed)])
        model = model_for(params)
        expectation = model.e_step(data, params)
        assert expectation.objective == -np.inf
        assert log_likelihood(data, params) == -np.inf
        assert not any(np.isnan(field).any() for field in expectation.counts)
        with pytest.raises(ModelError, match="impossible under these parameters"):
            engine.start(model, data, params)


def test_a_row_of_impossible_data_has_no_posterior():
    params = CategoricalParams(np.array([1.0, 0.0]), np.eye(2), np.array([[1.0, 0.0], [0.5, 0.5]]))
    data = data_of(params, np.array([0, 1]), [2])
    model = model_for(params)
    assert all(np.all(field == 0) for field in model.e_step(data, params).counts)
    assert np.isnan(model.posterior(data, params, np.array([1]))).all()
    assert np.isnan(window(data, params, np.array([0])).moves_at(np.array([0]))).all()


def test_of_a_row_with_a_whole_sequence_the_most_likely_path_is_the_one_counted():
    table = Table.from_columns({"symbols": ["001", "110"]})
    model = HiddenMarkov()
    data = model.parse(table)
    params = model.default(data)
    rows = np.array([1, 0])
    assert list(model.chosen(data, params, rows)) == [0, 0]
    # It is the only one that is told.
    assert [len(answer.completions) for answer in model.answers(data, params, rows)] == [1, 1]


def test_a_zero_stays_zero():
    model, _, data = example("casino")
    params = model.default(data)._replace(transition=np.array([[1.0, 0.0], [0.1, 0.9]]))
    assert "a_A,B is 0" in model.remark(data, params)
    steps = [engine.start(model, data, params)]
    for _ in range(10):
        steps.append(engine.advance(model, data, steps[-1]))
    assert steps[-1].params.transition[0, 1] == 0
    assert steps[-1].expectation.objective > steps[0].expectation.objective


def test_states_that_are_the_same_stay_the_same():
    model, _, data = example("casino")
    same = CategoricalParams(np.full(2, 0.5), np.array([[0.7, 0.3], [0.3, 0.7]]), np.full((2, 6), 1 / 6))
    assert "cannot tell them apart" in model.remark(data, same)
    step = engine.advance(model, data, engine.advance(model, data, engine.start(model, data, same)))
    np.testing.assert_allclose(step.params.emission[0], step.params.emission[1], rtol=1e-12)
    np.testing.assert_allclose(step.params.transition, same.transition, rtol=1e-9)
    # Where the chain does not begin as it goes on, states drift apart: no remark.
    drifting = same._replace(initial=np.array([0.9, 0.1]))
    assert model.remark(data, drifting) is None
    assert model.remark(data, model.default(data)) is None


# -- the M-step ----------------------------------------------------------------------------------------------


def test_the_m_step_normalises_rows():
    counts = CategoricalCounts(
        np.array([3.0, 1.0]), np.array([[6.0, 2.0], [1.0, 4.0]]), np.array([[1.0, 3.0], [2.0, 0.0]])
    )
    found = HiddenMarkov().m_step(None, counts)
    np.testing.assert_allclose(found.initial, [0.75, 0.25])
    np.testing.assert_allclose(found.transition, [[0.75, 0.25], [0.2, 0.8]])
    np.testing.assert_allclose(found.emission, [[0.25, 0.75], [1, 0]])
    held = HiddenMarkov(first="uniform").m_step(None, counts)
    np.testing.assert_allclose(held.initial, [0.5, 0.5])


def test_a_state_that_nothing_leaves_gets_an_even_row():
    table = steps_table(["a", "b", "a"], [1, 1, 1], False)
    model = HiddenMarkov()
    data = model.parse(table)
    step = engine.start(model, data, model.default(data))
    after = engine.advance(model, data, engine.advance(model, data, step))
    np.testing.assert_array_equal(after.params.transition, np.full((2, 2), 0.5))
    assert after.expectation.objective >= step.expectation.objective - 1e-12


def test_a_state_that_is_never_visited_is_told():
    counts = CategoricalCounts(np.array([1.0, 0.0]), np.array([[3.0, 0.0], [0, 0]]), np.array([[4.0], [0]]))
    with pytest.raises(ZeroDivisionError, match="state B is not expected at any step"):
        HiddenMarkov().m_step(None, counts)


def test_a_variance_that_shrinks_to_nothing_is_told():
    model = HiddenMarkov(2, "gaussian")
    data = model.parse(steps_table([5.0, 5.0, 5.0, 0.1, 1.0, 2.0, -1.0], [7], True))
    params = GaussianParams(
        np.full(2, 0.5), np.full((2, 2), 0.5), np.array([5.0, 0.5]), np.array([1e-3, 1.0])
    )
    with pytest.raises(ModelError, match="the variance of state A has shrunk to 0"):
        list(engine.run(model, data, engine.start(model, data, params), iterations=50, tolerance=0))


def test_values_far_from_zero_and_close_together_lose_nothing():
    rng = np.random.default_rng(4)
    params = GaussianParams(
        np.full(2, 0.5), np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0.0, 4.0]), np.array([1.0, 0.5])
    )
    near = rng.normal(size=400) + 4 * (rng.random(400) < 0.3)
    far = near * 2.0**-10 + 2.0**16
    moved = params._replace(mean=params.mean * 2.0**-10 + 2.0**16, variance=params.variance * 2.0**-20)
    model = model_for(params)
    one, other = (
        engine.advance(model, data, engine.advance(model, data, engine.start(model, data, at)))
        for data, at in ((data_of(params, near, [400]), params), (data_of(params, far, [400]), moved))
    )
    np.testing.assert_allclose(other.params.variance * 2.0**20, one.params.variance, rtol=1e-7)
    assert other.bound <= other.expectation.objective + 1e-7


# -- hard EM and complete data -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["casino", "evenings", "levels", "earthquakes"])
def test_hard_em_ends_with_the_counts_of_its_own_path(key):
    model, _, data = example(key)
    step = engine.start(model, data, model.default(data), Hard())
    heights = [step.expectation.objective]
    for _ in range(12):
        step = engine.advance(model, data, engine.advance(model, data, step, Hard()), Hard())
        heights.append(step.expectation.objective)
    assert heights == sorted(heights)
    assert heights[-1] == pytest.approx(heights[-2])
    assert step.expectation.counts.transition.sum() == data.steps - len(data.lengths)


@pytest.mark.parametrize("key", ["casino", "evenings", "levels"])
def test_true_states_give_back_the_fractions_of_the_data(key):
    model, _, data = example(key)
    counts = model.labelled(data)
    found = model.m_step(data, counts)
    for k in range(model.states):
        here = data.state == k
        if model.emission == "gaussian":
            assert found.mean[k] == pytest.approx(data.values[here].mean(), rel=1e-12)
            assert found.variance[k] == pytest.approx(data.values[here].var(), rel=1e-12)
        else:
            assert found.emission[k, 5] == pytest.approx((data.codes[here] == 5).mean(), rel=1e-12)
    assert counts.initial.sum() == len(data.lengths)
    assert counts.transition.sum() == data.steps - len(data.lengths)


def test_true_states_that_leave_something_open_are_no_complete_case():
    model = HiddenMarkov(2, "gaussian")
    known = {"state": ["A", "B", "A", "B"]}
    assert model.labelled(model.parse(steps_table([1.0, 2.0, 3.0, 5.0], [4], True, **known))) is not None
    assert model.labelled(model.parse(steps_table([1.0, 2.0, 3.0, 2.0], [4], True, **known))) is None
    assert HiddenMarkov().labelled(HiddenMarkov().parse(steps_table("aab", [3], False, state="AAB"))) is None


def test_counts_of_a_path():
    data = data_of(random_params(np.random.default_rng(1), 2, 3, False), np.array([0, 1, 2, 2]), [3, 1])
    counts = path_counts(data, np.array([0, 1, 1, 0]), 2)
    np.testing.assert_array_equal(counts.initial, [2, 0])
    np.testing.assert_array_equal(counts.transition, [[0, 1], [0, 1]])
    np.testing.assert_array_equal(counts.emission, [[1, 0, 1], [0, 1, 1]])
