"""The kernel of covariance models, next to every parse tree one by one, and next to the golden traces."""

import numpy as np
import pytest
from rna_cases import ARMS, TINY, arms, counted, drawn_params, tiny, told, trees
from standing import stand_for

from emviz.data.table import DataError, Table
from emviz.models.rna import data as data_module
from emviz.models.rna import parses, simulate, steps
from emviz.models.rna.data import IS_HELICAL, RnaData
from emviz.models.rna.inside import Weights, smooth
from emviz.models.rna.parse import parsed
from emviz.models.rna.structure import Structure

#: A stem, two stems side by side in a third one, unpaired columns on either side.
STRUCTURES = ("<.>", "<>.", ".<><>", "<<><>.>")
TEXTS = ("G", "AC", "GCU", "CAG")


@pytest.fixture(scope="module")
def family():
    return arms()


def mutual_information(pair):
    own = pair.reshape(-1, 4, 4)
    apart = own.sum(axis=2, keepdims=True) * own.sum(axis=1, keepdims=True)
    return (own * np.log2(own / apart)).sum(axis=(1, 2))


# -- the oracle ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("brackets", STRUCTURES)
def test_inside_and_outside_are_sums_over_all_parse_trees(brackets):
    data = RnaData(Structure(brackets), TEXTS)
    params = drawn_params(data, 1)
    known = [counted(data.structure, params, text) for text in TEXTS]
    found = steps.expectation(data, params, 0.0)
    assert found.objective == pytest.approx(sum(log for log, _ in known), rel=1e-12)
    for place, field in enumerate(found.counts):
        np.testing.assert_allclose(field, sum(own[place] for _, own in known), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("brackets", STRUCTURES)
def test_completions_are_sums_over_parse_trees_with_so_many_pairs(brackets):
    data = RnaData(Structure(brackets), TEXTS)
    params = drawn_params(data, 2)
    found = steps.posterior(data, params, np.arange(len(TEXTS)))
    for row, text in enumerate(TEXTS):
        sums = np.zeros(steps.planes(data.structure))
        for chance, _, missing in trees(data.structure, params, text):
            sums[min(missing, len(sums) - 1)] += chance
        np.testing.assert_allclose(found[row], sums / sums.sum(), rtol=1e-10)


@pytest.mark.parametrize("brackets", STRUCTURES)
def test_the_best_parse_is_the_best_of_all(brackets):
    data = RnaData(Structure(brackets), TEXTS)
    params = drawn_params(data, 3)
    found = parses.best_parses(data, params, np.arange(len(TEXTS)))
    best = [max(trees(data.structure, params, text), key=lambda tree: tree[0]) for text in TEXTS]
    np.testing.assert_allclose(found.log, np.log([chance for chance, _, _ in best]), rtol=1e-12)
    counts = parses.best_counts(data, params, np.arange(len(TEXTS)))
    fields = dict(zip(counts._fields, map(np.zeros_like, counts), strict=True))
    for _, used, _ in best:
        for (name, row, column), times in used.items():
            fields[name][row, column] += times
    for name, field in fields.items():
        np.testing.assert_array_equal(getattr(counts, name), field)
    joint = steps.complete_log(data, counts, params, 0.0)
    assert joint == pytest.approx(found.log.sum(), rel=1e-12)


def test_an_impossible_sequence_has_no_best_parse():
    data = RnaData(Structure("<>"), ("GC",))
    params = drawn_params(data, 4)
    stuck = params._replace(transition=np.zeros_like(params.transition))
    found = parses.best_parses(data, stuck, np.arange(1))
    assert found.log[0] == -np.inf
    assert not any(field.any() for field in found.symbols)
    assert steps.expectation(data, stuck, 0.1).objective == -np.inf


def test_many_theta_at_once(family):
    many = [drawn_params(family, seed) for seed in range(3)]
    stacked = many[0]._make(np.stack(fields) for fields in zip(*many, strict=True))
    known = [steps.expectation(family, params, 0.1).objective for params in many]
    np.testing.assert_allclose(steps.objectives(family, stacked, 0.1), known, rtol=1e-12)


# -- by length, and place by place ---------------------------------------------------------------------------

CLOVERLEAF = "<<<<<<<..<<<<........>>>>.<<<<<.......>>>>>.....<<<<<.......>>>>>>>>>>>>."


@pytest.mark.parametrize("brackets", [CLOVERLEAF, ".<<.>.<.>>", "<.<.<.>.>.>"])
def test_sequences_of_different_lengths_side_by_side_weigh_what_each_does_alone(brackets):
    """Two other ways: each sequence by itself, and all of them place by place."""
    rng = np.random.default_rng(73)
    texts = tuple("".join(rng.choice(list("ACGUN"), len(brackets) - short)) for short in (0, 5, 1, 0, 3))
    data = RnaData(Structure(brackets), texts)
    params = drawn_params(data, 6)
    (batch,) = data.by_length if brackets == CLOVERLEAF else (None,)
    assert batch is None or len(set(batch.lengths.tolist())) == 4
    found = steps.expectation(data, params, 0.0)
    apart = [steps.expectation(RnaData(data.structure, (text,)), params, 0.0) for text in texts]
    assert found.objective == pytest.approx(sum(each.objective for each in apart), rel=1e-12)
    seen = [smooth(Weights(data.structure, params, batch)) for batch in data.batched(np.arange(len(texts)))]
    assert found.objective == pytest.approx(sum(float(each.log.sum()) for each in seen), rel=1e-12)
    moves = sum(each.transition for each in seen)
    np.testing.assert_allclose(found.counts.transition, moves, rtol=1e-9, atol=1e-14)
    for place, field in enumerate(found.counts):
        np.testing.assert_allclose(field, sum(each.counts[place] for each in apart), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("room", [1, 60_000, 10**9])
def test_batches_change_no_count(monkeypatch, family, room):
    known = steps.expectation(family, steps.even(family.structure), 0.1)
    monkeypatch.setattr(data_module, "ROOM", room)
    again = RnaData(family.structure, family.texts)
    assert sorted(row for batch in again.by_length for row in batch.rows.tolist()) == list(range(60))
    found = steps.expectation(again, steps.even(family.structure), 0.1)
    assert found.objective == pytest.approx(known.objective, rel=1e-13)
    for one, whole in zip(found.counts, known.counts, strict=True):
        np.testing.assert_allclose(one, whole, rtol=1e-11, atol=1e-14)


# -- the golden traces ---------------------------------------------------------------------------------------


def test_states_are_those_of_the_golden_file():
    structure = Structure(TINY["structure"])
    known = [(state["type"], state["node"]) for state in TINY["states"]]
    assert [(state.kind, state.node) for state in structure.states] == known


def test_tiny_sums_over_all_parse_trees():
    data, params, inserts = tiny()
    structure = data.structure
    for row, known in enumerate(TINY["logP_bruteforce"]):
        (batch,) = data.batched(np.array([row]))
        found = smooth(Weights(structure, params, batch, inserts))
        assert found.log[0] == pytest.approx(known, rel=1e-10)
        for v in structure.sources:
            at = structure.row[v]
            np.testing.assert_allclose(
                found.transition[at, structure.allowed[at]],
                TINY["expected_transitions"][row][v],
                rtol=1e-8,
                atol=1e-12,
            )


def test_the_anticodon_arms_follow_the_golden_trace(family):
    assert family.structure.brackets == ARMS["structure"]
    assert len(family.structure.states) == ARMS["n_states"]
    params = steps.even(family.structure)
    for known in ARMS["trace"]:
        found = steps.expectation(family, params, ARMS["pseudocount"])
        prior = steps.log_prior(family.structure, params, ARMS["pseudocount"])
        assert found.objective == pytest.approx(known["logpost"], rel=1e-10)
        assert found.objective - prior == pytest.approx(known["loglik"], rel=1e-10)
        pairs = found.counts.pair
        assert pairs.sum() == pytest.approx(known["mp_total"], rel=1e-10)
        share = pairs[:, IS_HELICAL].sum() / pairs.sum()
        assert share == pytest.approx(known["expected_wc_fraction"], rel=1e-10)
        np.testing.assert_allclose(mutual_information(params.pair), known["MI_bits"], rtol=1e-9, atol=1e-12)
        params = steps.maximisation(family, found.counts, ARMS["pseudocount"])
    np.testing.assert_allclose(pairs.sum(axis=0).reshape(4, 4), ARMS["final_pair_counts"], rtol=1e-8)


# -- alignments and simulation -------------------------------------------------------------------------------


def test_the_alignment_of_the_arms_is_their_best_parse(family):
    assert family.open
    params = steps.even(family.structure)
    for _ in range(3):
        params = steps.maximisation(family, steps.expectation(family, params, 0.1).counts, 0.1)
    best = parses.best_parses(family, params, np.arange(len(family.texts)))
    np.testing.assert_array_equal(best.columns, family.columns)
    for one, other in zip(
        parses.best_counts(family, params, np.arange(len(family.texts))),
        parses.aligned_counts(family, 0.1),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.unmeasured
@pytest.mark.parametrize("brackets", stand_for([*STRUCTURES, "<<<...>>>"], ["<<<...>>>"]))
def test_a_known_alignment_gives_back_what_it_was_drawn_from(brackets):
    truth = told(RnaData(Structure(brackets), TEXTS))
    data = parsed(simulate.drawn(truth, 20_000, np.random.default_rng(1)))
    assert data.structure.brackets == brackets
    found = steps.maximisation(data, parses.aligned_counts(data, 0.1), 0.1)
    for name in ("pair", "single", "transition"):
        np.testing.assert_allclose(getattr(found, name), getattr(truth, name), rtol=0.05, atol=0.04)


def test_parse_trees_of_an_alignment_by_hand():
    table = Table.from_columns(
        {"sequence": ["gACc", "G.-C", "-.AC"], "SS_cons": ["<.:>"] * 3, "name": ["a", "b", "c"]}
    )
    data = parsed(table)
    assert data.structure.brackets == "<.>"
    assert data.texts == ("GACC", "GC", "AC")
    assert data.columns.tolist() == [[0, 2, 3], [0, -1, 1], [-1, 0, 1]]
    assert data.inserted.tolist() == [[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    counts, own = parses.aligned_counts(data, 0.1), data.structure
    names = {own.states[v].name: own.row[v] for v in own.sources}
    assert counts.pair.sum() == counts.pair[0, 4 * 2 + 1] == 2
    assert counts.transition[names["MP1–3"]].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert counts.transition[names["MR3"]].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert counts.transition[names["IL1"]].tolist() == [0, 0, 0, 1, 0, 0, 0]


def test_without_gaps_there_is_no_alignment():
    data = parsed(Table.from_columns({"sequence": ["GCAC", "GC"], "SS_cons": ["<..>"] * 2}))
    assert data.structure.brackets == "<..>"
    assert parses.aligned_counts(data, 0.1) is None


def test_without_other_marks_a_point_is_an_insert_where_most_have_none():
    texts = ["G.AC", "G.AC", "GCAC"]
    assert (
        parsed(Table.from_columns({"sequence": texts, "SS_cons": ["<..>"] * 3})).structure.brackets == "<.>"
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"sequence": [], "SS_cons": []}, "no rows"),
        ({"sequence": ["GC", "GC"], "SS_cons": ["<>", "()"]}, "differs from that of the first row"),
        ({"sequence": ["GC"], "SS_cons": ["<1"]}, "got '1' at position 2"),
        ({"sequence": ["GCA"], "SS_cons": ["<>>"]}, "position 3: '>' closes no pair"),
        ({"sequence": ["GCA"], "SS_cons": ["<<>"]}, "position 1: '<' is never closed"),
        ({"sequence": ["GCAC"], "SS_cons": ["<[>]"]}, "position 3: '>' crosses another pair"),
        ({"sequence": ["GC"], "SS_cons": [".."]}, "has no pairs"),
        ({"sequence": ["GZC"], "SS_cons": ["<.>"]}, "expected A, C, G or U, got 'Z' at position 2"),
        ({"sequence": ["-~", "~~"], "SS_cons": ["<>", "<>"]}, "no letters in any"),
        ({"sequence": ["G-C", "GC"], "SS_cons": ["<.>"] * 2}, "one for each mark of SS_cons, got 2"),
        ({"sequence": ["GC"], "SS_cons": ["<.>"], "alignment": ["GAC"]}, "letters of the sequence, and gaps"),
        ({"sequence": ["A" * 301], "SS_cons": ["<>"]}, "at most 300 letters, got 301"),
        ({"sequence": ["A" * 300], "SS_cons": ["<" * 60 + ">" * 60]}, "too many for a structure of"),
    ],
)
def test_tables_that_cannot_be_used(columns, message):
    with pytest.raises(DataError, match=message.replace("(", r"\(")):
        parsed(Table.from_columns(columns))
