"""Profiles whose probabilities a float cannot multiply: the same as every path, one by one, in logarithms."""

import numpy as np
import pytest
from profile_cases import SMALL, drawn, paths, written

from emviz.em import engine
from emviz.models.profile import Profile, ProfileParams, steps
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, normalised
from emviz.models.profile.columns import residues
from emviz.models.profile.derive import Row
from emviz.models.profile.passes import smooth
from emviz.models.profile.paths import best_paths, path_log
from emviz.models.profile.weights import weights

pytestmark = pytest.mark.unmeasured

TEXTS = ("ACGT", "CC", "TGA", "A")
DATA = SMALL.parse(written(*TEXTS))


def far(seed, least=-290):
    """Letters and transitions over hundreds of powers of ten, some of the transitions 0."""
    params, rng = drawn(seed), np.random.default_rng(seed)

    def spread(rows):
        return rows * 10.0 ** rng.choice([0.0, -1.0, least / 2, least], rows.shape)

    match, arcs = spread(params.match), spread(params.transition)
    arcs *= rng.random(arcs.shape) > 0.1
    arcs[:, :, INSERT] += 1e-280 * (arcs.sum(axis=-1) > 0)
    return ProfileParams(match / match.sum(axis=-1, keepdims=True), normalised(arcs))


def every_path(data, params, row):
    """log P, expected letters and transitions, and the posterior of each residue at each node."""
    codes = data.sequences[row]
    with np.errstate(divide="ignore"):
        arcs, match = np.log(params.transition), np.log(params.match) - np.log(data.background)
    heights, used = [], []
    for path in paths(data.nodes, len(codes)):
        height, node, here, t, taken = 0.0, 0, MATCH, 0, []
        for kind in (*path, MATCH):
            height += arcs[node, here, kind]
            taken.append(("arc", node, here, kind))
            node += kind != INSERT
            here = kind
            if node > data.nodes:
                break
            if kind == MATCH:
                height += match[node - 1, codes[t]]
                taken.append(("match", t, node, codes[t]))
            t += kind != DELETE
        heights.append(height)
        used.append(taken)
    heights = np.array(heights)
    total = np.logaddexp.reduce(heights)
    letters, moves = np.zeros_like(params.match), np.zeros_like(params.transition)
    posterior = np.zeros((len(codes), data.nodes + 1))
    for height, taken in zip(heights, used, strict=True):
        share = np.exp(height - total)
        for what, first, second, third in taken:
            if what == "arc":
                moves[first, second, third] += share
            else:
                letters[second - 1, third] += share
                posterior[first, second] += share
    return total, letters, moves, posterior, heights.max()


@pytest.mark.parametrize("seed", range(25))
def test_all_is_a_sum_over_paths_in_logarithms(seed):
    params = far(seed)
    known = [every_path(DATA, params, row) for row in range(len(TEXTS))]
    totals = [each[0] for each in known]
    assert np.isfinite(totals).all()
    np.testing.assert_allclose(steps.evidences(DATA, params), totals, rtol=1e-12)
    found = SMALL.e_step(DATA, params).counts
    np.testing.assert_allclose(found.match, sum(each[1] for each in known), rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(found.transition, sum(each[2] for each in known), rtol=1e-8, atol=1e-13)
    (block,) = DATA.blocks
    seen = smooth(block, weights(DATA, params))
    for column, row in enumerate(block.rows.tolist()):
        here = seen.matched[1 : len(TEXTS[row]) + 1, column, 1:]
        np.testing.assert_allclose(here, known[row][3][:, 1:], rtol=1e-8, atol=1e-13)
    held = residues(DATA, params)
    np.testing.assert_allclose(held[:, 1:, 0], [each[3].sum(axis=0)[1:] for each in known], atol=1e-12)
    np.testing.assert_allclose(
        held[:, 1:].sum(axis=(1, 2)) + held[:, 0, 1], [len(text) for text in TEXTS], rtol=1e-9
    )
    for row, path in enumerate(best_paths(DATA, params)):
        assert path_log(DATA, params, row, path) == pytest.approx(known[row][4], rel=1e-12)


# -- long profiles -------------------------------------------------------------------------------------------


def plainly(data, params, row):
    """log P of a sequence by a recursion in plain logarithms, a cell at a time."""
    codes = data.sequences[row]
    with np.errstate(divide="ignore"):
        arcs, match = np.log(params.transition), np.log(params.match) - np.log(data.background)
    nodes = data.nodes
    states = np.full((len(codes) + 1, 3, nodes + 1), -np.inf)
    states[0, MATCH, 0] = 0.0
    for t in range(len(codes) + 1):
        for k in range(nodes + 1):
            if t:
                come = states[t - 1, :, k] + arcs[k, :, INSERT]
                states[t, INSERT, k] = np.logaddexp.reduce(come)
            if t and k:
                come = states[t - 1, :, k - 1] + arcs[k - 1, :, MATCH]
                states[t, MATCH, k] = match[k - 1, codes[t - 1]] + np.logaddexp.reduce(come)
            if k:
                states[t, DELETE, k] = np.logaddexp.reduce(states[t, :, k - 1] + arcs[k - 1, :, DELETE])
    return np.logaddexp.reduce(states[-1, :, nodes] + arcs[nodes, :, MATCH])


def rare(nodes, rest, other):
    """Every node emits C, but for a rare A; the way from match to match is all but certain."""
    match = np.tile([rest, 1 - 3 * rest, rest, rest], (nodes, 1))
    arcs = np.full((nodes + 1, 3, 3), other)
    arcs[:, :, MATCH] = 1 - 2 * other
    arcs[nodes, :, DELETE] = arcs[0, DELETE] = 0.0
    return ProfileParams(match, normalised(arcs))


@pytest.mark.parametrize("other", [1e-3, 1e-12, 1e-40])
def test_a_hundred_nodes_at_1e_9(other):
    model = Profile(nodes=100, alphabet="dna")
    data = model.parse(written("A" * 100, "C" * 50 + "G" * 30, "ACGT" * 20))
    params = rare(100, 1e-9, other)
    known = [plainly(data, params, row) for row in range(3)]
    np.testing.assert_allclose(steps.evidences(data, params), known, rtol=1e-12)
    step = engine.start(model, data, params)
    assert step.expectation.objective == pytest.approx(
        data.base + sum(known) + steps.log_prior(data, params, model.pseudocount), rel=1e-12
    )
    # Every sequence leaves the begin once, and every letter is matched or inserted.
    counts = step.expectation.counts
    assert counts.transition[0, MATCH].sum() == pytest.approx(3, rel=1e-9)
    assert counts.match.sum() + counts.transition[:, :, INSERT].sum() == pytest.approx(260, rel=1e-9)
    after = engine.advance(model, data, engine.advance(model, data, step))
    assert step.expectation.objective <= after.bound <= after.expectation.objective
    for row, path in enumerate(best_paths(data, params)):
        assert path_log(data, params, row, path) <= known[row] + 1e-9


def test_all_matched_is_all_there_is():
    """Only matches: log P of a hundred A is 100 log 1e-9."""
    model = Profile(nodes=100, alphabet="dna")
    data = model.parse(written("A" * 100, "ACGT" * 25))
    params = rare(100, 1e-9, 1e-200)
    assert data.base + steps.evidences(data, params).sum() == pytest.approx(175 * np.log(1e-9), rel=1e-9)
    own = Row(data, engine.Round(engine.start(model, data, params), engine.Phase.E), 0)
    formulas = [line.formula for line in own.count(60, 2)]
    assert "nan" not in "".join(formulas)
    assert formulas[1].endswith(r"\approx 1.000")


@pytest.mark.thorough
def test_a_path_that_lay_far_behind_comes_back():
    """Nodes that fit the first letters are followed by nodes that fit none of them: inserts win."""
    nodes = 240
    model = Profile(nodes=nodes, alphabet="dna")
    data = model.parse(written("A" * 120 + "C" * 240, "ACGT" * 40))
    match = np.tile([1e-9, 1 - 3e-9, 1e-9, 1e-9], (nodes, 1))
    match[:120] = [1 - 3e-9, 1e-9, 1e-9, 1e-9]
    params = rare(nodes, 1e-9, 1e-6)._replace(match=match)
    known = [plainly(data, params, row) for row in range(2)]
    np.testing.assert_allclose(steps.evidences(data, params), known, rtol=1e-12)
    found = model.e_step(data, params)
    assert found.counts.match.sum() + found.counts.transition[:, :, INSERT].sum() == pytest.approx(
        520, rel=1e-9
    )


def test_sequences_of_a_block_that_are_exact_stay_as_they_are():
    """Only what may be lost is weighed again: beside it the numbers are those of a block without it."""
    model = Profile(nodes=40, alphabet="dna")
    texts = ("C" * 40, "A" * 39, "C" * 38)
    data = model.parse(written(*texts))
    params = rare(40, 1e-30, 1e-9)
    alone = [steps.evidences(data, params)[row] for row in (0, 2)]
    np.testing.assert_allclose(alone, [plainly(data, params, row) for row in (0, 2)], rtol=1e-12)
    (block,) = data.blocks
    seen = smooth(block, weights(data, params))
    for column, row in enumerate(block.rows.tolist()):
        assert seen.evidence[column] == pytest.approx(plainly(data, params, row), rel=1e-12)
        inside = seen.matched[1:, column, 1:].sum() + seen.arcs[:, INSERT, column].sum()
        assert inside == pytest.approx(len(texts[row]), rel=1e-9)
