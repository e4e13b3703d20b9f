"""A profile of sequences with unknown residues: against every way to fill them in, and by hand."""

import numpy as np
import pytest
from blurred import filled
from profile_cases import DELETE, INSERT, MATCH, SMALL, drawn, enumerated, written

import emviz
from emviz.api import Assumed
from emviz.data.table import DataError
from emviz.em import engine
from emviz.em.counts.table import UpdateCell
from emviz.em.families.letters import DNA
from emviz.em.methods import Hard
from emviz.em.model import Look, Phase, Round
from emviz.models.profile import Profile, starts
from emviz.models.profile.paths import best_paths, path_log

TEXTS = ("ACG", "ARNT", "GNN", "TYC", "N", "WBA")


def _filled_in(data, params, row):
    """log P, expected transitions and letters, and P(path | x), by every path and every way to fill in."""
    text, size = data.text(row), data.nodes + 1
    match = np.vstack([np.zeros(4), params.match])
    insert = np.tile(data.background, (size, 1))
    evidence, arcs, letters, paths = 0.0, 0.0, 0.0, 0.0
    for own in filled(text, DNA):
        codes = [DNA.letters.index(letter) for letter in own]
        every, chances, expected = enumerated(codes, params.transition, match, insert)
        evidence += chances.sum()
        arcs = arcs + chances.sum() * expected[0]
        letters = letters + chances.sum() * expected[1][1:]
        paths = paths + chances
    return (
        np.log(evidence),
        arcs / evidence,
        letters / evidence,
        dict(zip(every, paths / evidence, strict=True)),
    )


@pytest.mark.parametrize("seed", range(3))
def test_against_every_way_to_fill_in_the_letters(seed):
    data, params = SMALL.parse(written(*TEXTS)), drawn(seed)
    parts = [_filled_in(data, params, row) for row in range(len(TEXTS))]
    prior = (data.background * np.log(params.match)).sum()
    prior += 0.1 * np.log(params.transition[params.transition > 0]).sum()
    found = SMALL.e_step(data, params)
    assert found.objective == pytest.approx(sum(log for log, *_ in parts) + prior, rel=1e-12)
    np.testing.assert_allclose(
        found.counts.transition, sum(each[1] for each in parts), rtol=1e-10, atol=1e-13
    )
    np.testing.assert_allclose(found.counts.match, sum(each[2] for each in parts), rtol=1e-10, atol=1e-13)
    best = best_paths(data, params)
    for row, (answer, path) in enumerate(zip(SMALL.answers(data, params, np.arange(6)), best, strict=True)):
        shares = parts[row][3]
        assert shares[tuple(path.tolist())] == pytest.approx(max(shares.values()), rel=1e-10)
        assert answer.shares[0] == pytest.approx(max(shares.values()), rel=1e-10)
    # Hard EM picks the path; of unknown letters all ways remain.
    height = sum(log + np.log(max(shares.values())) for log, _, _, shares in parts) + prior
    assert SMALL.q(data, SMALL.complete(data, params), params) == pytest.approx(height, rel=1e-12)


def test_the_rise_of_q_is_that_of_the_completions():
    """E[log P(x, z, letters; θ')] − E[log P(x, z, letters; θ)], letter by letter and step by step."""
    data, here, there = SMALL.parse(written(*TEXTS)), drawn(0), drawn(1)
    counts = SMALL.e_step(data, here).counts
    parts = [_filled_in(data, here, row) for row in range(len(TEXTS))]
    logs = [
        np.where(one.transition > 0, np.log(np.where(one.transition > 0, one.transition, 1)), 0)
        for one in (here, there)
    ]
    gained = sum(((logs[1] - logs[0]) * arcs).sum() for _, arcs, _, _ in parts)
    gained += sum(((np.log(there.match) - np.log(here.match)) * letters).sum() for _, _, letters, _ in parts)
    prior = (data.background * (np.log(there.match) - np.log(here.match))).sum()
    prior += 0.1 * (logs[1] - logs[0]).sum()
    rise = SMALL.q(data, counts, there) - SMALL.q(data, counts, here)
    assert rise == pytest.approx(gained + prior, rel=1e-10)


def test_an_unknown_residue_is_as_probable_in_a_match_as_in_an_insert():
    """X has probability 1 in any state, so that log P is that of the transitions alone."""
    model = Profile(nodes=2)
    data, bare = model.parse(written("ACDX", "X")), model.parse(written("ACD"))
    params = model.start(bare, np.random.default_rng(2))
    one = model.parse(written("ACD", "X"))
    rest = model.e_step(one, params).objective - model.e_step(bare, params).objective
    arcs = params.transition
    ways = (
        arcs[0, MATCH, INSERT] * arcs[0, INSERT, DELETE] * arcs[1, DELETE, DELETE] * arcs[2, DELETE, MATCH]
        + arcs[0, MATCH, MATCH] * arcs[1, MATCH, DELETE] * arcs[2, DELETE, MATCH]
        + arcs[0, MATCH, DELETE] * arcs[1, DELETE, MATCH] * arcs[2, MATCH, MATCH]
        + arcs[0, MATCH, DELETE] * arcs[1, DELETE, INSERT] * arcs[1, INSERT, DELETE] * arcs[2, DELETE, MATCH]
        + arcs[0, MATCH, DELETE] * arcs[1, DELETE, DELETE] * arcs[2, DELETE, INSERT] * arcs[2, INSERT, MATCH]
    )
    assert rest == pytest.approx(np.log(ways), rel=1e-10)
    assert data.symbols[-1] == "X"


def test_codes_of_amino_acids_are_read():
    data = Profile(nodes=2).parse(written("acbzjx?", "UO", "DEIN*"))
    assert [data.text(row) for row in range(3)] == ["ACBZJX?", "UO", "DEIN"]
    expected = {"A": 1, "C": 2, "D": 1 + 1 / 2, "E": 2, "I": 2, "K": 1, "N": 1 + 1 / 2}
    # Z is E, as no Q is seen, and J is I; B is D or N, seen as often.
    for letter, count in expected.items():
        place = data.letters.index(letter)
        assert data.background[place] == pytest.approx(count / sum(expected.values()), abs=0.1)
    np.testing.assert_allclose(data.background.sum(), 1, rtol=1e-14)


def test_a_stop_ends_an_alignment_as_a_gap():
    model = Profile(nodes=3)
    data = model.parse(written("ACD-", "ACD*", "A-D*"))
    assert [data.text(row) for row in range(3)] == ["ACD", "ACD", "AD"]
    assert [path.tolist() for path in data.paths][2] == [MATCH, DELETE, MATCH]
    told = model.parse(written("ACD*", "AD", alignment=["ACD*", "A-D"]))
    assert [path.tolist() for path in told.paths] == [[MATCH] * 3, [MATCH, DELETE, MATCH]]


def test_the_complete_case_shares_unknown_letters_as_the_known_ones_are():
    model = Profile(nodes=3, alphabet="dna", pseudocount=0.01)
    data = model.parse(written("ACG", "ARG", "ANG", "-CG"))
    counts = model.labelled(data)
    assert counts.match.sum() == pytest.approx(11, rel=1e-12)
    theta = model.m_step(data, counts)
    # At the second node C, C, R, N: R is shared by the prior, N as the others.
    again = model.m_step(data, counts._replace(match=_shared_once(data, theta)))
    np.testing.assert_allclose(again.match, theta.match, rtol=1e-9, atol=1e-12)


def _shared_once(data, theta):
    found = np.zeros((3, 4))
    for text in ("ACG", "ARG", "ANG", "-CG"):
        for k, letter in enumerate(text):
            own = [DNA.letters.index(a) for a in DNA.codes.get(letter, letter) if a != "-"]
            found[k, own] += theta.match[k, own] / theta.match[k, own].sum()
    return found


def test_starts_hold_unknown_letters():
    data = SMALL.parse(written("ANR", "CCC"))
    np.testing.assert_allclose(
        SMALL.default(data).match - 0.5 * data.background,
        [[0.5, 0, 0, 0], [0.125] * 4, [0.25, 0, 0.25, 0]],
        rtol=1e-12,
        atol=1e-15,
    )
    np.testing.assert_allclose(starts.drawn(data, np.random.default_rng(1)).match.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_what_is_shown_of_unknown_letters(method):
    data = SMALL.parse(written(*TEXTS))
    step = engine.start(SMALL, data, drawn(3), method)
    updated = SMALL.m_step(data, step.expectation.counts)
    state = Round(step, Phase.M, updated, method.whole)
    table = SMALL.count_table(data, state, np.arange(6))
    words = table.derive(UpdateCell(0), 3).lines[0].words
    assert words.endswith("What is not known counts by its part of θ(t).")
    views = {view.title: view for view in SMALL.views(data, state, Look(row=1))}
    assert "RNT"[0] in "".join(views["Alignment"].texts).upper()
    assert path_log(data, drawn(3), 1, best_paths(data, drawn(3))[1]) < 0


# -- the door ------------------------------------------------------------------------------------------------


def test_dna_read_as_protein_is_said():
    """The case: three sequences of DNA, read with the 20 letters of proteins unless told otherwise."""
    dna = {"sequence": ["ACGTTGCA", "ACGTAGCA", "ACTTTGCA"]}
    with pytest.warns(Assumed) as caught:
        protein = emviz.fit("profile", dna, nodes=8, iterations=1)
    assert [str(each.message) for each in caught] == [
        "the letters are read as amino acids, but only those of DNA occur: set the alphabet to dna"
    ]
    assert protein.params["match"].shape == (8, 20)
    assert emviz.fit("profile", dna, nodes=8, iterations=1, alphabet="dna").params["match"].shape == (8, 4)


def test_protein_read_as_dna_is_refused_with_a_hint():
    with pytest.raises(DataError) as caught:
        emviz.fit("profile", {"sequence": ["VLSPADKT"]}, nodes=8, alphabet="dna")
    assert str(caught.value) == (
        "row 1, column sequence: expected A, C, G or T, got 'L' at position 2; this looks like protein"
    )


def test_unknown_residues_are_said():
    with pytest.warns(Assumed) as caught:
        emviz.fit("profile", {"seq": ["VLXPADKT", "VLSPBDKT"]}, nodes=3, iterations=1)
    assert [str(each.message) for each in caught] == [
        "columns read: sequence from seq",
        "2 letters are not known for sure (B, X): all possible letters are summed over",
    ]


def test_rows_without_a_sequence_can_be_left_out():
    table = {"sequence": ["VLSP", "n/a", "VLSA"]}
    with pytest.raises(DataError, match="the sequence is missing; 1 of 3 rows has a missing cell"):
        emviz.fit("profile", table, nodes=3)
    with pytest.warns(Assumed, match="1 of 3 rows have a missing cell and are left out"):
        left = emviz.fit("profile", table, nodes=3, missing="drop")
    assert left.objectives == emviz.fit("profile", {"sequence": ["VLSP", "VLSA"]}, nodes=3).objectives


def test_simulated_sequences_without_a_residue_are_none_that_is_missing():
    model = Profile(nodes=2)
    data = model.parse(written("AC"))
    table = model.simulate(model.default(data), 300, np.random.default_rng(1))
    assert "" in table.texts("sequence").tolist()
    assert not table.missing("sequence").any()
    assert INSERT in np.concatenate(model.parse(table).paths)
