"""The profile against every path, one by one, and against independent traces."""

from itertools import pairwise

import numpy as np
import pytest
from profile_cases import (
    DELETE,
    GLOBINS,
    INSERT,
    MATCH,
    SMALL,
    TINY,
    drawn,
    enumerated,
    example,
    of_model,
    paths,
    written,
)

from emviz.em import engine
from emviz.em.optional import BatchedObjective
from emviz.models.profile import Profile, ProfileParams, data, starts, steps
from emviz.models.profile.passes import smooth
from emviz.models.profile.paths import best_paths, path_counts, path_log
from emviz.models.profile.steps import log_prior
from emviz.models.profile.weights import weights

TEXTS = ("ACG", "T", "", "AACGTT", "GGACC", "CA")
SMALL_DATA = SMALL.parse(written(*TEXTS).with_codes(()))
EVERY = range(len(TEXTS))


# -- the oracle ----------------------------------------------------------------------------------------------


def test_the_enumeration_agrees_with_an_independent_one():
    arcs, match, insert = (np.array(TINY[name]) for name in ("trans", "eM", "eI"))
    parts = [enumerated(codes, arcs, match, insert) for codes in TINY["seqs"]]
    np.testing.assert_allclose(np.log([chances.sum() for _, chances, _ in parts]), TINY["logP"], rtol=1e-10)
    totals = [sum(expected[part] for _, _, expected in parts) for part in range(3)]
    for found, name in zip(totals, ("transitions", "match", "insert"), strict=True):
        np.testing.assert_allclose(found, TINY[f"expected_{name}"], rtol=1e-9, atol=1e-11)


def test_there_are_as_many_paths_as_ways_through_a_lattice():
    """Delannoy numbers: steps right (I), up (D), and both at once (M)."""
    assert [len(list(paths(n, n))) for n in range(5)] == [1, 3, 13, 63, 321]


@pytest.mark.parametrize("seed", range(4))
def test_the_e_step_is_the_sum_over_all_paths(seed):
    params = drawn(seed)
    parts = [of_model(SMALL_DATA, params, row) for row in EVERY]
    evidence = sum(np.log(chances.sum()) for _, chances, _ in parts)
    found = SMALL.e_step(SMALL_DATA, params)
    prior = (SMALL_DATA.background * np.log(params.match)).sum()
    prior += 0.1 * np.log(params.transition[params.transition > 0]).sum()
    assert found.objective == pytest.approx(evidence + prior, rel=1e-12)
    np.testing.assert_allclose(found.counts.transition, sum(e[0] for *_, e in parts), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(found.counts.match, sum(e[1] for *_, e in parts)[1:], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("seed", range(4))
def test_the_posterior_of_each_residue(seed):
    params = drawn(seed)
    ready = weights(SMALL_DATA, params)
    for row in EVERY:
        every, chances, expected = of_model(SMALL_DATA, params, row)
        matched = np.zeros((len(TEXTS[row]) + 1, 4))
        matched[0, 0] = 1  # the begin
        for path, chance in zip(every, chances / chances.sum(), strict=True):
            residue, node = np.cumsum(np.array(path) != DELETE), np.cumsum(np.array(path) != INSERT)
            at = np.array(path) == MATCH
            matched[residue[at], node[at]] += chance
        seen = smooth(SMALL_DATA.block(np.array([row])), ready)
        np.testing.assert_allclose(seen.matched[:, 0], matched, rtol=1e-10, atol=1e-14)
        shares = SMALL.posterior(SMALL_DATA, params, np.array([row]))[0]
        counted = np.array([expected[1].sum(), expected[2].sum()]) / max(1, len(TEXTS[row]))
        np.testing.assert_allclose(shares, counted if TEXTS[row] else [1, 0], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_path_is_the_most_probable_of_all(seed):
    params = drawn(seed)
    found = best_paths(SMALL_DATA, params)
    base = [float(np.log(SMALL_DATA.background[codes]).sum()) for codes in SMALL_DATA.sequences]
    answers = SMALL.answers(SMALL_DATA, params, np.arange(len(TEXTS)))
    for row in EVERY:
        every, chances, _ = of_model(SMALL_DATA, params, row)
        assert tuple(found[row].tolist()) == every[int(chances.argmax())]
        log = path_log(SMALL_DATA, params, row, found[row]) + base[row]
        assert log == pytest.approx(np.log(chances.max()), rel=1e-12)
        assert answers[row].shares == (pytest.approx(chances.max() / chances.sum(), rel=1e-9),)
    counts = SMALL.complete(SMALL_DATA, params)
    best = sum(np.log(of_model(SMALL_DATA, params, row)[1].max()) for row in EVERY)
    prior = log_prior(SMALL_DATA, params, 1.0)
    assert SMALL.q(SMALL_DATA, counts, params) == pytest.approx(best + prior, rel=1e-12)


def test_a_long_run_of_deletes_competes_as_a_whole():
    """One letter in a profile of 40 nodes: 39 are deleted, and the best node matches it."""
    model = Profile(nodes=40, alphabet="dna")
    one = model.parse(written("A", "CGT"))
    params = drawn(1, 40)
    scores = [
        path_log(one, params, 0, np.array([DELETE] * k + [MATCH] + [DELETE] * (39 - k), dtype=np.uint8))
        for k in range(40)
    ]
    scores += [
        path_log(one, params, 0, np.array([DELETE] * k + [INSERT] + [DELETE] * (40 - k), dtype=np.uint8))
        for k in range(41)
    ]
    assert path_log(one, params, 0, best_paths(one, params)[0]) == pytest.approx(max(scores), rel=1e-12)
    evidence = steps.evidences(one, params)[0]
    assert evidence == pytest.approx(np.log(np.exp(scores).sum()), rel=1e-10)


def test_the_q_of_expected_counts_is_the_expected_log_of_the_complete_data():
    params, other = drawn(7), drawn(8)
    counts = SMALL.e_step(SMALL_DATA, params).counts
    height = log_prior(SMALL_DATA, other, 1.0)
    for row in EVERY:
        _, chances, _ = of_model(SMALL_DATA, params, row)
        logs = np.log(of_model(SMALL_DATA, other, row)[1])
        height += float((chances / chances.sum()) @ logs)
    assert SMALL.q(SMALL_DATA, counts, other) == pytest.approx(height, rel=1e-10)


def test_blocks_do_not_change_anything(monkeypatch):
    params = drawn(3)
    whole = SMALL.e_step(SMALL_DATA, params)
    monkeypatch.setattr(data, "CELLS", 30)
    parts = SMALL.parse(written(*TEXTS).with_codes(()))
    assert len(SMALL_DATA.blocks) == 1
    assert [block.rows.tolist() for block in parts.blocks] == [[3], [4], [0], [5, 1], [2]]
    found = SMALL.e_step(parts, params)
    assert found.objective == pytest.approx(whole.objective, rel=1e-13)
    for mine, other in zip(found.counts, whole.counts, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-15)


def test_an_impossible_sequence_counts_for_nothing():
    """A profile that never inserts, and matches only A: no path emits four letters, or a C."""
    arcs = np.zeros((4, 3, 3))
    arcs[:, :, MATCH] = 1
    arcs[0, DELETE] = 0
    params = ProfileParams(np.tile([1.0, 0, 0, 0], (3, 1)), arcs)
    own = SMALL.parse(written("AAA", "AAAA", "ACA"))
    found = SMALL.e_step(own, params)
    assert found.objective == -np.inf
    assert found.counts.match.tolist() == [[1, 0, 0, 0]] * 3
    assert steps.evidences(own, params).tolist() == [
        pytest.approx(-3 * np.log(9 / 10)),
        -np.inf,
        -np.inf,
    ]
    # A path can be told all the same.
    assert [len(path) for path in best_paths(own, params)] == [3, 4, 3]


def test_nothing_underflows_where_most_of_a_long_profile_is_deleted():
    model = Profile(nodes=200, alphabet="dna")
    own = model.parse(written("ACGT" * 60, "A"))
    params = model.default(own)
    assert np.isfinite(model.e_step(own, params).objective)
    assert steps.evidences(own, params)[1] < -150


# -- independent traces --------------------------------------------------------------------------------------


def test_the_globins_take_the_golden_path():
    model, globins = example("globins")
    assert model.nodes == GLOBINS["L"]
    np.testing.assert_allclose(globins.background, GLOBINS["bg"], rtol=1e-10)
    assert globins.letters == GLOBINS["alphabet"]
    step = engine.start(model, globins, model.default(globins))
    logs = [np.log(globins.background[codes]).sum() for codes in globins.sequences[:3]]
    for golden in GLOBINS["trace"]:
        height = step.expectation.objective
        assert height == pytest.approx(golden["logpost"], rel=2e-11)
        assert height - log_prior(globins, step.params, 1.0) == pytest.approx(golden["loglik"], rel=2e-11)
        if golden["iter"] in (0, 1, 30):
            first = steps.evidences(globins, step.params)[:3] + logs
            np.testing.assert_allclose(first, golden["lp_first"], rtol=1e-10)
        step = engine.advance(model, globins, engine.advance(model, globins, step))
    consensus = "".join(globins.letters[place] for place in step.params.match.argmax(axis=1))
    assert consensus == GLOBINS["match_consensus_final"]


def test_the_published_numbers():
    heights = [golden["loglik"] for golden in GLOBINS["trace"]]
    assert [round(height, 4) for height in heights[:3]] == [-16874.3194, -9808.4797, -7834.5331]
    assert round(heights[-1], 4) == -7337.3118
    posteriors = [golden["logpost"] for golden in GLOBINS["trace"]]
    assert all(after > before - 1e-9 * abs(before) for before, after in pairwise(posteriors))


def test_four_aligned_globins_are_the_complete_data_case():
    model, four = example("globins-aligned")
    assert model.nodes == GLOBINS["globins4"]["match_columns"] == 149
    assert four.open
    counts = model.labelled(four)
    assert (
        counts.match.sum() + counts.transition[:, INSERT].sum() == sum(four.lengths) == 146 + 141 + 153 + 149
    )
    np.testing.assert_allclose(counts.transition[1:, MATCH].sum(axis=-1), counts.match.sum(axis=1))
    found = model.m_step(four, counts)
    # In the first match column stand V and A, and two gaps.
    first = {four.letters[a]: counts.match[0, a] for a in np.flatnonzero(counts.match[0])}
    assert first == {"A": 1, "V": 1}
    valine = four.letters.index("V")
    assert found.match[0, valine] == pytest.approx((1 + four.background[valine]) / 3, rel=1e-12)


def test_objectives_take_a_forward_pass_alone():
    assert isinstance(SMALL, BatchedObjective)
    many = [drawn(seed) for seed in range(3)]
    stacked = ProfileParams(*(np.stack(field) for field in zip(*many, strict=True)))
    heights = SMALL.objectives(SMALL_DATA, stacked)
    assert heights.tolist() == [SMALL.e_step(SMALL_DATA, each).objective for each in many]


def test_the_m_step_by_hand():
    """One sequence, AC, through M I D: transitions and letters with pseudocounts 0.1 and the background."""
    model = Profile(nodes=2, alphabet="dna", pseudocount=2.0)
    own = model.parse(written("AC"))
    counts = path_counts(own, SMALL.default(own), [np.array([MATCH, INSERT, DELETE], dtype=np.uint8)])
    found = model.m_step(own, counts)
    assert found.match[0].tolist() == [(1 + 2 * 0.5) / 3, 2 * 0.5 / 3, 0, 0]
    assert found.match[1].tolist() == [0.5, 0.5, 0, 0]
    np.testing.assert_allclose(
        found.transition[0], [[1.2 / 1.6, 0.2 / 1.6, 0.2 / 1.6], [1 / 3] * 3, [0, 0, 0]]
    )
    np.testing.assert_allclose(
        found.transition[1],
        [[0.2 / 1.6, 1.2 / 1.6, 0.2 / 1.6], [0.2 / 1.6, 0.2 / 1.6, 1.2 / 1.6], [1 / 3] * 3],
    )
    np.testing.assert_allclose(found.transition[2], [[0.5, 0.5, 0], [0.5, 0.5, 0], [1.2 / 1.4, 0.2 / 1.4, 0]])


def test_a_flat_profile_is_remarked_on():
    flat = ProfileParams(np.tile(SMALL_DATA.background, (3, 1)), starts.moves(3))
    assert SMALL.remark(SMALL_DATA, flat).startswith("every node is the background")
    assert SMALL.remark(SMALL_DATA, drawn(0)) is None
    other = Profile(nodes=35)
    aligned = other.parse(written("AC-", "ACD"))
    assert other.labelled(aligned) is None
    assert other.remark(aligned, other.default(aligned)) == (
        "the alignment has 3 match columns, the profile 35 nodes: no complete-data case"
    )
