"""A motif in sequences with unknown letters: against every way to fill them in, and by hand."""

from itertools import product

import numpy as np
import pytest
from blurred import filled
from hypothesis import given, settings
from hypothesis import strategies as st
from motif_cases import seed_of, written

import emviz
from emviz.api import Assumed
from emviz.data.table import DataError
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.families.letters import DNA
from emviz.em.methods import Hard
from emviz.em.model import Look, Phase, Round
from emviz.models.motif import LETTERS, Motif, MotifParams, tools
from emviz.models.motif.data import BLOCK

K12 = {"name": ["p1", "p2", "p3"], "sequence": ["ACGTTGACTCAGGT", "NNNTTGACTCATTA", "CCTGACTCAGATTC"]}


def _joint(text, start, theta, background):
    """P(letters, start; θ) of a sequence whose letters are all known."""
    chance = 1 / (len(text) - len(theta) + 1)
    for place, letter in enumerate(text):
        k, a = place - start, LETTERS.index(letter)
        chance *= theta[k, a] if 0 <= k < len(theta) else background[a]
    return chance


def _enumerated(sequences, theta, background):
    """Yield for each sequence every way to fill it in with every start: text, start, P(text, start; θ)."""
    for text in sequences:
        every = product(filled(text, DNA), range(len(text) - len(theta) + 1))
        yield [(own, start, _joint(own, start, theta, background)) for own, start in every]


@st.composite
def tiny(draw):
    width = draw(st.integers(4, 6))
    letters = draw(st.sampled_from(["ACGTN", "ACGRN", "ACTNRYKMSW", "AN", "ACGTX?BDHVNRYKMSW"]))
    sizes = draw(st.lists(st.integers(width, width + 2), min_size=1, max_size=2))
    # A known letter in front, as some letter has to be known; and not too many ways to fill in the others.
    sequences = ["A" + draw(st.text(letters, min_size=size - 1, max_size=size - 1)) for size in sizes]
    sequences = [text[:5] + text[5:].translate(str.maketrans("NX?BDHV", "ACTGACT")) for text in sequences]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = [MotifParams(rng.dirichlet(np.ones(4), width)) for _ in range(2)]
    return Motif(width, draw(st.sampled_from([0.0, 2.5]))), sequences, *places


@settings(max_examples=40, deadline=None)
@given(tiny())
def test_against_every_way_to_fill_in_the_letters(case):
    model, sequences, here, there = case
    data = model.parse(written(*sequences))
    background, width = data.background, model.width
    evidence, counts, gained, best = 0.0, np.zeros((width, 4)), 0.0, 0.0
    posterior = model.posterior(data, here, np.arange(len(sequences)))
    rows = _enumerated(sequences, here.letters, background)
    for i, (text, own) in enumerate(zip(sequences, rows, strict=True)):
        chances = np.array([chance for _, _, chance in own])
        evidence += np.log(chances.sum())
        shares = chances / chances.sum()
        for (filled_in, start, _), share in zip(own, shares, strict=True):
            if not share:
                continue
            other = _joint(filled_in, start, there.letters, background)
            gained += share * (np.log(other) - np.log(_joint(filled_in, start, here.letters, background)))
            for k, letter in enumerate(filled_in[start : start + width]):
                counts[k, LETTERS.index(letter)] += share
        starts = [
            sum(share for (_, start, _), share in zip(own, shares, strict=True) if start == j)
            for j in range(len(text) - width + 1)
        ]
        np.testing.assert_allclose(posterior[i, : len(starts)], starts, rtol=1e-9, atol=1e-13)
        best += np.log(max(starts) * chances.sum())
    prior, other_prior = (
        model.pseudocount * (background * np.log(theta.letters)).sum() for theta in (here, there)
    )

    expectation = model.e_step(data, here)
    assert expectation.objective == pytest.approx(evidence + prior, rel=1e-11)
    np.testing.assert_allclose(expectation.counts.letters, counts, rtol=1e-9, atol=1e-12)
    rise = model.q(data, expectation.counts, there) - model.q(data, expectation.counts, here)
    assert rise == pytest.approx(gained + other_prior - prior, rel=1e-9, abs=1e-9)
    # Hard EM picks the start; of unknown letters all ways remain.
    assert model.q(data, model.complete(data, here), here) == pytest.approx(best + prior, rel=1e-11)


def test_n_changes_nothing_of_the_probability_of_the_letters_beside_it():
    """A word with N has the probability of its known letters, so that a sequence of N alone has P = 1."""
    model, theta = Motif(4), seed_of("ACGT")
    bare, more = model.parse(written("ACGTA")), model.parse(written("ACGTA", "NNNNNN"))
    np.testing.assert_array_equal(bare.background, more.background)
    alone, both = (model.e_step(data, theta).objective for data in (bare, more))
    assert both == pytest.approx(alone, rel=1e-14)
    np.testing.assert_allclose(model.posterior(more, theta, np.array([1])), [[1 / 3] * 3], rtol=1e-13)


def test_one_window_by_hand():
    """ANRT at θ of ACGT: P = .7 · 1 · (.7 + .1) · .7, and R counts for A by .1/.8, for G by .7/.8."""
    model, theta = Motif(4), seed_of("ACGT")
    data = model.parse(written("ANRT"))
    expectation = model.e_step(data, theta)
    assert expectation.objective == pytest.approx(np.log(0.7 * 0.8 * 0.7), rel=1e-14)
    np.testing.assert_allclose(
        expectation.counts.letters,
        [[1, 0, 0, 0], [0.1, 0.7, 0.1, 0.1], [0.125, 0, 0.875, 0], [0, 0, 0, 1]],
        rtol=1e-14,
    )


def test_the_background_is_that_of_known_letters():
    """A is known three times and C once; N says nothing, and R is an A, as no G is ever seen."""
    data = Motif(4).parse(written("AANCA"))
    np.testing.assert_allclose(data.background, [0.75, 0.25, 0, 0], rtol=1e-13)
    settled = Motif(4).parse(written("AACGR")).background
    np.testing.assert_allclose(settled, [(2 + 2 / 3) / 5, 1 / 5, (1 + 1 / 3) / 5, 0], rtol=1e-12)


def test_the_case_of_the_reader():
    """TGACTCA stands in all three, in the second behind NNN; log P by enumeration at every θ on the way."""
    start = {"letters": seed_of("TGACTCAG").letters.tolist()}
    with pytest.warns(Assumed, match="3 letters are not known for sure"):
        trace = emviz.fit("motif", K12, width=8, start=start)
    assert trace.converged
    model, data = Motif(8), Motif(8).parse(emviz.Table.from_columns(K12))
    known = "".join(K12["sequence"]).replace("N", "")
    background = np.array([known.count(letter) / len(known) for letter in LETTERS])
    for step in trace.steps[:6:2]:
        logs = [
            np.log(sum(chance for _, _, chance in own))
            for own in _enumerated(K12["sequence"], step.params.letters, background)
        ]
        assert step.expectation.objective == pytest.approx(sum(logs), rel=1e-11)
    best = model.posterior(data, MotifParams(*trace.params.values()), np.arange(3)).argmax(axis=1)
    assert [text[j : j + 7] for text, j in zip(K12["sequence"], best, strict=True)] == [
        "TGACTCA",
        "TGACTCA",
        "TGACTCA",
    ]


def test_the_complete_case_shares_unknown_letters_as_the_known_ones_are():
    """At the third position G once and R once: R settles on G, as no A is seen there."""
    model = Motif(4)
    data = model.parse(written("ACGTA", "ACRTA", "ANGTA", sites=["1", "1", "1"]))
    letters = model.labelled(data).letters
    np.testing.assert_allclose(letters[1], [0, 3, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(letters[2].sum(), 3, rtol=1e-12)
    theta = model.m_step(data, model.labelled(data))
    shared = model.e_step(model.parse(written("ACGT", "ACRT", "ANGT")), theta)
    np.testing.assert_allclose(shared.counts.letters, letters, rtol=1e-6, atol=1e-6)


def test_few_symbols_make_long_words():
    assert Motif(4).parse(written("ACGT")).block == BLOCK == Motif(4).parse(written("ACGTN")).block
    assert Motif(4).parse(written("ACGTNR")).block == 3
    assert Motif(4).parse(written("ACGTNRYKMSWBDHV")).block == 2


def test_starts_and_seeds_may_hold_unknown_letters():
    model = Motif(4)
    data = model.parse(written("NNNN", "ARNG"))
    known = [[0.7, 0.1, 0.1, 0.1], [0.4, 0.1, 0.4, 0.1], [0.25] * 4, [0.1, 0.1, 0.7, 0.1]]
    seen = {tuple(model.start(data, np.random.default_rng(seed)).letters.ravel()) for seed in range(20)}
    assert len(seen) == 2
    assert any(np.allclose(np.reshape(one, (4, 4)), known) for one in seen)
    # The richest window has no unknown letter in any of its words of four.
    rich = model.parse(written("NNNNNNACGTACGTNNNNNN"))
    assert rich.sequence(0)[model.default(rich).letters.argmax(axis=1)[0]] is not None
    assert "".join(LETTERS[a] for a in model.default(rich).letters.argmax(axis=1)) == "ACGT"


def test_tools_take_unknown_letters():
    model = Motif(4)
    data = model.parse(written("TACGTN", "NACGTA", "ARCGTT"))
    for key in ("shift-left", "shift-right"):
        (found,) = model.use(key, data, seed_of("ACGT"), np.random.default_rng(1))
        np.testing.assert_allclose(found.start.letters.sum(axis=1), 1, rtol=1e-12)
    # Beside the sites stand T, N and nothing: N is the background.
    beside = tools._beside(data, np.eye(len(data.codes) - 4)[1] + np.eye(len(data.codes) - 4)[7], -1)
    np.testing.assert_allclose(beside, np.array([0, 0, 0, 1]) + data.background, rtol=1e-12)
    *_, last = model.use("seeds", data, seed_of("ACGT"), np.random.default_rng(1))
    assert "words tried" in last.words


@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_what_a_cell_says_of_an_unknown_letter(method):
    model = Motif(4)
    data = model.parse(written("RCGTA", "ACGNN", "NNTAC"))
    step = engine.start(model, data, seed_of("ACGT"), method)
    state = Round(step, Phase.E, None, method.whole)
    table = model.count_table(data, state, np.arange(3))
    first = table.derive(ShareCell(0, 0), 2)
    said = [line.words for line in first.lines]
    assert "R may be A, G: it counts for A by its part of their probability at θ(t)." in said
    assert r"\frac{0.700}{0.700 + 0.100} = 0.875\,\mathrm{A}" in [line.formula for line in first.lines]
    own = table.derive(CountCell(0, 0), 2)
    assert any(line.words.endswith("An unknown letter counts in part.") for line in own.lines)
    np.testing.assert_allclose(table.counts.sum(axis=1), 4, rtol=1e-12)
    assert model.views(data, state, Look())


def test_a_part_of_what_is_impossible_is_even():
    model = Motif(4)
    data = model.parse(written("ACGR", "ACGTC"))
    theta = MotifParams(np.eye(4)[[0, 1, 2, 3]])
    step = engine.start(model, model.parse(written("NCGTR")), theta)
    table = model.count_table(model.parse(written("NCGTR")), Round(step, Phase.E), np.arange(1))
    lines = [line.formula for line in table.derive(CountCell(0, 0), 2).lines]
    assert not any("nan" in line for line in lines)
    assert data.symbols == "ACGTR"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("MKVLAAGIVG", "expected A, C, G or T, got 'L' at position 4; this looks like protein"),
        ("ACGT*", "expected A, C, G or T, got '*' at position 5"),
        ("ACGT1", "expected A, C, G or T, got '1' at position 5"),
    ],
)
def test_other_letters_are_refused(text, message):
    with pytest.raises(DataError) as caught:
        Motif(4).parse(written(text))
    assert caught.value.message == message


def test_rna_and_gaps_are_read():
    data = Motif(4).parse(written("acgu-acg.u"))
    assert data.sequence(0) == "ACGTACGT"


@pytest.mark.parametrize("column", ["seq", "Sequences", "DNA", "reads"])
def test_what_is_assumed_of_a_file_is_said(column):
    table = {"name": K12["name"], column: K12["sequence"]}
    with pytest.warns(Assumed) as caught:
        emviz.fit("motif", table, width=8, iterations=1)
    said = [str(each.message) for each in caught]
    assert said == [
        f"columns read: sequence from {column}",
        "3 letters are not known for sure (N): all possible letters are summed over",
    ]


def test_rows_without_a_sequence_can_be_left_out():
    table = {"sequence": ["ACGTTT", "NA", "TTACGT", ""]}
    with pytest.raises(DataError) as caught:
        emviz.fit("motif", table, width=4)
    assert str(caught.value) == (
        "row 2, column sequence: the sequence is missing; 2 of 4 rows have a missing cell: fill them in, or "
        "leave the rows out (--missing drop)"
    )
    with pytest.warns(Assumed, match="2 of 4 rows have a missing cell and are left out"):
        trace = emviz.fit("motif", table, width=4, missing="drop")
    whole = emviz.fit("motif", {"sequence": ["ACGTTT", "TTACGT"]}, width=4)
    assert trace.objectives == whole.objectives
