"""A covariance model of sequences with unknown letters: against every way to fill them in, and by hand."""

from dataclasses import replace

import numpy as np
import pytest
from blurred import filled
from rna_cases import counted, drawn_params, trees
from standing import stand_for

import emviz
from emviz.api import Assumed
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.families.letters import RNA
from emviz.em.methods import Hard
from emviz.em.model import Look, Phase, Round
from emviz.models.rna import MODEL, parses, steps
from emviz.models.rna.answers import answers
from emviz.models.rna.data import RnaCounts, RnaData
from emviz.models.rna.rows import FORMED, row_counts, totals
from emviz.models.rna.structure import Structure

STRUCTURES = ("<.>", ".<><>.", "<<>.>")
TEXTS = ("GNA", "ACR", "CUYG", "N", "GC", "AXC")
K12 = """# STOCKHOLM 1.0
s1  GGCUAAGCC
s2  GGCNAAGCC
s3  GACUGAGUC
#=GC SS_cons <<<___>>>
//
"""


def _filled_in(structure, params, text):
    """log P and the expected counts, by every parse tree and every way to fill in the letters."""
    evidence, sums = 0.0, None
    for own in filled(text, RNA):
        log, counts = counted(structure, params, own)
        weighed = [np.exp(log) * field for field in counts]
        evidence += np.exp(log)
        sums = weighed if sums is None else [a + b for a, b in zip(sums, weighed, strict=True)]
    return np.log(evidence), [field / evidence for field in sums]


@pytest.mark.unmeasured
@pytest.mark.parametrize("brackets", stand_for(STRUCTURES, STRUCTURES[:1]))
def test_against_every_way_to_fill_in_the_letters(brackets):
    data = RnaData(Structure(brackets), TEXTS)
    here, there = drawn_params(data, 1), drawn_params(data, 2)
    parts = [_filled_in(data.structure, here, text) for text in TEXTS]
    found = steps.expectation(data, here, 0.0)
    assert found.objective == pytest.approx(sum(log for log, _ in parts), rel=1e-11)
    for place, field in enumerate(found.counts[:3]):
        np.testing.assert_allclose(field, sum(counts[place] for _, counts in parts), rtol=1e-9, atol=1e-12)
    rise = steps.complete_log(data, found.counts, there, 0.0) - steps.complete_log(
        data, found.counts, here, 0.0
    )
    gained = 0.0
    for _, counts in parts:
        for name, field in zip(("pair", "single", "transition"), counts, strict=True):
            old, new = getattr(here, name), getattr(there, name)
            gained += (field[field > 0] * (np.log(new[field > 0]) - np.log(old[field > 0]))).sum()
    assert rise == pytest.approx(gained, rel=1e-9)
    rows = row_counts(data, here, np.arange(len(TEXTS)))
    for row, (_, counts) in zip(rows, parts, strict=True):
        np.testing.assert_allclose(row, totals(data.structure, RnaCounts(*counts)), rtol=1e-9, atol=1e-12)


@pytest.mark.unmeasured
@pytest.mark.parametrize("brackets", stand_for(STRUCTURES, STRUCTURES[:1]))
def test_hard_em_picks_the_parse_tree_and_leaves_unknown_letters_open(brackets):
    data = RnaData(Structure(brackets), TEXTS)
    params = drawn_params(data, 3)
    best = [max(_by_tree(data.structure, params, text).values()) for text in TEXTS]
    found = parses.best_parses(data, params, np.arange(len(TEXTS)))
    np.testing.assert_allclose(found.log, np.log(best), rtol=1e-11)
    counts = parses.best_counts(data, params, np.arange(len(TEXTS)))
    assert steps.complete_log(data, counts, params, 0.0) == pytest.approx(np.log(best).sum(), rel=1e-11)


def _by_tree(structure, params, text):
    """P(x, tree) with all ways to fill in the letters together; a tree is its states and places in order."""
    found = {}
    for own in filled(text, RNA):
        for place, (chance, _, _) in enumerate(trees(structure, params, own)):
            found[place] = found.get(place, 0.0) + chance
    return found


def test_one_side_of_a_pair_tells_of_the_other():
    """Beside G an unknown letter is C or U as θ has the pairs; beside N it is any."""
    data = RnaData(Structure("<>"), ("GN", "NN"))
    params = steps.even(data.structure)
    pair = np.full(16, 0.01)
    pair[[9, 11]] = 0.6, 0.26
    params = params._replace(pair=pair[None])
    only = params.transition.copy()
    counts = steps.expectation(RnaData(data.structure, ("GN",)), params, 0.0).counts.pair[0]
    own = counts.sum()
    np.testing.assert_allclose(counts[[8, 9, 10, 11]] / own, np.array([1, 60, 1, 26]) / 88, rtol=1e-12)
    both = steps.expectation(RnaData(data.structure, ("NN",)), params, 0.0).counts.pair[0]
    np.testing.assert_allclose(both / both.sum(), pair, rtol=1e-12)
    assert only.shape == params.transition.shape


def test_the_case_of_the_reader(tmp_path):
    """log P at θ(0), by every parse tree and every letter; the pairs of the second sequence are formed."""
    path = tmp_path / "k12_rna_N.sto"
    path.write_text(K12)
    data = MODEL.parse(read_table(path))
    params = MODEL.default(data)
    known = [RnaData(data.structure, (own,)) for own in filled("GGCNAAGCC", RNA)]
    logs = np.array([steps.expectation(own, params, 0.0).objective for own in known])
    rows = np.array([row_counts(own, params, np.arange(1))[0] for own in known])
    alone = RnaData(data.structure, ("GGCNAAGCC",))
    assert steps.expectation(alone, params, 0.0).objective == pytest.approx(np.log(np.exp(logs).sum()))
    shares = np.exp(logs) / np.exp(logs).sum()
    np.testing.assert_allclose(
        row_counts(data, params, np.array([1]))[0], shares @ rows, rtol=1e-9, atol=1e-12
    )
    with pytest.warns(Assumed, match="1 letter is not known for sure"):
        trace = emviz.fit("rna", path, iterations=30)
    assert np.all(np.diff(trace.objectives) >= -1e-9)
    last = MODEL.make_params(trace.params)
    assert MODEL.posterior(data, last, np.arange(3))[1, 0] > 0.5
    assert MODEL.labelled(data) is None


def test_bits_compare_with_any_letters_but_those_that_are_not_known():
    """N has probability 1 by chance too: beside no letter at all, N alone is worth as many bits as P says."""
    data = RnaData(Structure("<.>"), ("N", "GRC"))
    params = drawn_params(data, 1)
    np.testing.assert_allclose(data.by_chance, [0, -5 * np.log(2)], rtol=1e-14)
    logs = np.array([_filled_in(data.structure, params, text)[0] for text in data.texts])
    bits = (logs - data.by_chance) / np.log(2)
    for answer, own in zip(answers(data, params, np.arange(2)), bits, strict=True):
        assert f"{abs(own):.1f}" in answer.completions[0].replace("−", "")


@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_what_is_shown_of_unknown_letters(method):
    data = MODEL.parse(Table.from_columns({"sequence": ["GRNC", "NAAN", "NNNNNN"], "SS_cons": ["<..>"] * 3}))
    step = engine.start(MODEL, data, MODEL.start(data, np.random.default_rng(1)), method)
    state = Round(step, Phase.E, None, method.whole)
    table = MODEL.count_table(data, state, np.arange(3))
    np.testing.assert_allclose(table.counts[:, : len(FORMED)].sum(axis=1), 1, rtol=1e-10)
    words = [line.words for row in range(3) for line in table.derive(ShareCell(row, 0), 2).lines]
    assert any("unknown ones that are inserted have all that they may be." in own for own in words)
    own = [
        line.words
        for row in range(3)
        for group in range(3)
        for line in table.derive(CountCell(row, group), 2).lines
    ]
    told = any("is not known: it counts for" in words for words in own)
    assert told != method.whole
    assert MODEL.views(data, state, Look(row=0))


def test_the_complete_case_shares_unknown_letters_as_the_known_ones_are():
    sequences = ["GAC", "GNC", "NAC", "RAU"]
    data = MODEL.parse(
        Table.from_columns({"sequence": sequences, "SS_cons": ["<.>"] * 4, "alignment": sequences})
    )
    counts = MODEL.labelled(data)
    assert counts.pair.sum() == pytest.approx(4, rel=1e-12)
    theta = MODEL.m_step(data, counts)
    # N beside C is shared as θ has the pairs with C, and R beside U as those of A and G with U.
    found = np.zeros(16)
    for code in ("GC", "GC", "NC", "RU"):
        own = [
            4 * "ACGU".index(a) + "ACGU".index(b) for a in RNA.codes.get(code[0], code[0]) for b in code[1]
        ]
        found[own] += theta.pair[0, own] / theta.pair[0, own].sum()
    np.testing.assert_allclose(counts.pair[0], found, rtol=1e-9, atol=1e-12)


def test_rows_without_a_sequence_can_be_left_out():
    table = {"sequence": ["GAC", "NA"], "SS_cons": ["<.>"] * 2}
    with pytest.raises(DataError, match="the sequence is missing; 1 of 2 rows has a missing cell"):
        emviz.fit("rna", table)
    with pytest.warns(Assumed, match="1 of 2 rows have a missing cell and are left out"):
        left = emviz.fit("rna", table, missing="drop", iterations=3)
    assert (
        left.objectives
        == emviz.fit("rna", {"sequence": ["GAC"], "SS_cons": ["<.>"]}, iterations=3).objectives
    )


def test_pairs_of_a_pseudoknot_are_said_to_be_left_out():
    table = Table.from_columns({"sequence": ["GACAU"], "SS_cons": ["<AB>a"]})
    assert MODEL.assumed(table) == (
        "3 columns of pseudoknots (letters A, B of SS_cons) are taken as unpaired",
    )
    assert replace(MODEL, structure="<...>").assumed(table) == ()
    assert MODEL.assumed(Table.from_columns({"sequence": ["GAC"]})) == ()
    assert MODEL.assumed(Table.from_columns({"sequence": ["GAC"], "SS_cons": ["<.>"]})) == ()
