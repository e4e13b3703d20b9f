"""What the covariance model shows: its count table, derivations, layout and pictures."""

import numpy as np
import pytest
from rna_cases import arms, counted, drawn_params

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Look, Phase, Round
from emviz.models.rna import MODEL
from emviz.models.rna.data import LETTERS, PAIRS, RnaCounts, RnaData
from emviz.models.rna.layout import RUNG, placed
from emviz.models.rna.pictures import consensus, formed
from emviz.models.rna.rows import row_counts, totals
from emviz.models.rna.sequence import Sequenced
from emviz.models.rna.structure import Structure, partners
from emviz.models.rna.table import bracketed
from emviz.testing.by_hand import results


def rounds(data, iterations=2):
    first = engine.start(MODEL, data, MODEL.default(data))
    step = engine.advance(MODEL, data, first)
    for _ in range(2 * iterations):
        step = engine.advance(MODEL, data, step)
    return Round(first, Phase.START), Round(step, Phase.E)


@pytest.fixture(scope="module")
def fork():
    return MODEL.parse(read_table(example_path("rna_fork.csv")))


# -- the table -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("brackets", ["<.>", ".<><>.", "<<>.>"])
def test_counts_of_a_row_are_sums_over_its_parse_trees(brackets):
    data = RnaData(Structure(brackets), ("GCA", "AC"))
    params = drawn_params(data, 1)
    found = row_counts(data, params, np.arange(2))
    for row, text in zip(found, data.texts, strict=True):
        known = RnaCounts(*counted(data.structure, params, text)[1])
        np.testing.assert_allclose(row, totals(data.structure, known), rtol=1e-9, atol=1e-12)


def test_labels_tell_how_many_pairs_the_alignment_forms(fork):
    table = MODEL.count_table(fork, rounds(fork)[0], np.arange(40))
    names = {0: "all pairs", 1: "all but 1", 2: "fewer"}
    assert {(tag.text, tag.component) for tag in table.labels} <= {(text, k) for k, text in names.items()}
    for row, tag in enumerate(table.labels):
        gone = sum(min(fork.columns[row, [a - 1, b - 1]]) < 0 for a, b in fork.structure.pairs)
        assert tag.component == min(gone, 2)
    assert table.reference


def test_brackets_stand_around_pairs_that_are_formed_alone():
    structure = Structure("<<.>>")
    # Two letters are inserted; the fourth column, the partner of the second, has none.
    assert bracketed(structure, np.array([0, 2, 3, -1, 5]), 6) == "(....)"
    assert bracketed(structure, np.array([0, 1, 2, 3, 4]), 5) == "((.))"


@pytest.mark.thorough
def test_a_derivation_begins_at_the_best_parse_tree(fork):
    state = rounds(fork)[1]
    table = MODEL.count_table(fork, state, np.arange(4))
    told = [table.derive(ShareCell(row, 0), 2) for row in range(4)]
    assert all("best parse tree" in derivation.lines[0].words for derivation in told)
    assert any("inserted letter" in line.words for derivation in told for line in derivation.lines)
    own = table.derive(CountCell(0, 0), 2)
    assert "inside times outside" in own.lines[0].words


def test_the_best_parse_tree_may_have_no_pairs():
    alone = RnaData(Structure("<>"), ("G",))
    lines = list(
        Sequenced(alone, Round(engine.start(MODEL, alone, drawn_params(alone, 1)), Phase.E), 0).best_tree(2)
    )
    assert "P(x, " in lines[-1].formula
    assert len(lines) < 4


# -- the layout ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "brackets",
    ["<<<....>>>", ".<<.<...>>>.", "<<...>><<....>>", "<<.<<...>>.<<<....>>>.>>", "<>", "<.>.", "<<>>"],
)
def test_the_columns_of_a_structure_do_not_run_into_one_another(brackets):
    partner = tuple(partners(brackets).tolist())
    places = placed(partner)
    assert np.all(np.isfinite(places))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert apart[np.triu_indices(len(places), 1)].min() > 0.7
    for left, right in enumerate(partner):
        if right > left:
            assert apart[left, right] == pytest.approx(RUNG, rel=0.2)


# -- the pictures --------------------------------------------------------------------------------------------


def test_before_the_e_step_nothing_is_folded(fork):
    structure, dots, letters, _ = MODEL.views(fork, rounds(fork)[0], Look())
    assert structure.shares is None
    assert np.nansum(dots.values) == 0
    assert np.isnan(letters.values).all()


def test_the_consensus_and_its_probabilities(fork):
    state = rounds(fork, 6)[1]
    structure = MODEL.views(fork, state, Look())[0]
    assert structure.heading == "consensus"
    params = state.base.params
    for k, (left, right) in enumerate(fork.structure.pairs):
        assert structure.letters[left - 1] + structure.letters[right - 1] == PAIRS[params.pair[k].argmax()]
        share = state.base.expectation.counts.pair[k].sum() / 40
        np.testing.assert_allclose(structure.shares[[left - 1, right - 1]], share, rtol=1e-9)
    assert set(consensus(fork.structure, MODEL.default(fork))) == {"N"}


def test_a_row_shows_its_own_fold(fork):
    state = rounds(fork, 6)[1]
    for row in range(6):
        structure, dots, *_ = MODEL.views(fork, state, Look(row=row))
        assert structure.heading == f"s{row + 1}"
        assert sum(map(bool, structure.letters)) + sum(structure.inserted) == len(fork.texts[row])
        pairs = [structure.shares[a - 1] for a, _ in fork.structure.pairs]
        assert np.nansum(dots.values) == pytest.approx(sum(pairs), rel=1e-9)
        assert all(dots.rows[i][0] in LETTERS for i, _ in dots.marks)


def test_a_pair_is_chosen_by_either_of_its_columns(fork):
    state = rounds(fork)[1]
    for column in (1, 25):
        structure, _, letters, _ = MODEL.views(fork, state, Look(columns=(column,)))
        assert structure.chosen == 1
        np.testing.assert_array_equal(letters.values.ravel(), state.base.expectation.counts.pair[1])
    assert MODEL.views(fork, state, Look(columns=(2,)))[0].chosen == 0  # no pair there


def test_without_an_alignment_the_dot_plot_has_no_truth():
    data = RnaData(Structure("<.>"), ("GAC",))
    assert MODEL.views(data, rounds(data)[1], Look())[1].marks == ()


def test_covariation_grows_from_nothing():
    data = arms()
    params = [MODEL.default(data)]
    for _ in range(2):
        params.append(MODEL.m_step(data, MODEL.e_step(data, params[-1]).counts))
    state = Round(engine.start(MODEL, data, params[-1]), Phase.E)
    curves = MODEL.views(data, state, Look(path=tuple(params)))[3].curves
    assert len(curves) == 5
    assert all(abs(curve.ys[0]) < 1e-12 and curve.ys[-1] > 0.9 for curve in curves)
    assert curves[0].xs.tolist() == [0, 1, 2]
    some = MODEL.views(data, state, Look(path=(params[0], params[2]), times=(0, 2)))[3].curves
    assert some[0].xs.tolist() == [0, 2]
    np.testing.assert_array_equal(some[0].ys, curves[0].ys[[0, 2]])
    shares = formed(data.structure, state.base.expectation.counts.transition)
    assert shares.shape == (17,)


# -- every cell ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("brackets", ["<.>.", "<<><.>.>"])
def test_every_cell_is_derived_from_what_it_shows(brackets):
    """Without an alignment; unpaired columns on either side."""
    data = MODEL.parse(
        Table.from_columns({"sequence": ["GACA", "GC", "AUGAUACA"], "SS_cons": [brackets] * 3})
    )
    params = MODEL.start(data, np.random.default_rng(1))
    step = engine.advance(MODEL, data, engine.start(MODEL, data, params))
    state = Round(step, Phase.M, MODEL.m_step(data, step.expectation.counts))
    table = MODEL.count_table(data, state, np.arange(3))
    assert table.labels is None
    assert table.reference == ()
    updates = [UpdateCell(place) for place in range(len(table.updates))]
    groups = range(len(table.groups))
    for cell in [*map(TotalCell, groups), *(CountCell(0, group) for group in groups), *updates]:
        results_of = [line.formula for line in table.derive(cell, 2).lines]
        checked = [found for formula in results_of if "+" not in formula for found in results(formula)]
        assert all(abs(one - other) <= 0.6 * unit for one, other, unit in checked)
    assert MODEL.complete(data, params).pair.sum() <= len(data.structure.pairs) * 3
    one = MODEL.objectives(data, params._make(field[None] for field in params))
    assert one[0] == pytest.approx(step.expectation.objective, rel=1e-12)
    np.testing.assert_array_equal(MODEL.posterior(data, params, np.arange(3)), table.shares)
    counts = step.expectation.counts
    assert MODEL.q(data, counts, state.updated) >= MODEL.q(data, counts, params)
    assert MODEL.labelled(data) is None
