"""The covariance model as the window sees it: hyper-parameters, answers, examples, remark, Arcs."""

import numpy as np
import pytest
from rna_cases import arms, drawn_params, trees

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em.hyper import configure
from emviz.em.theta.params import params_from
from emviz.models.rna import MODEL, steps
from emviz.models.rna.answers import folded
from emviz.models.rna.arcs import Arcs
from emviz.models.rna.covariation import mutual_information
from emviz.models.rna.data import PAIRS, RnaData
from emviz.models.rna.examples import CLOVERLEAF
from emviz.models.rna.lines import entries
from emviz.models.rna.parses import best_parses
from emviz.models.rna.structure import Structure

THERE = np.array([[True, False, True, True], [False, True, True, False]])
ROWS = np.array([[0.2, 0.0, 0.3, 0.5], [0.0, 0.6, 0.4, 0.0]])


def learnt(data, iterations=3):
    params = MODEL.default(data)
    for _ in range(iterations):
        params = MODEL.m_step(data, MODEL.e_step(data, params).counts)
    return params


# -- transitions that do not all exist ----------------------------------------------------------------------


def test_transitions_that_do_not_exist_must_be_0():
    arcs = Arcs(THERE)
    assert arcs.fault(ROWS) is None
    assert "no transition" in arcs.fault(np.full((2, 4), 0.25))
    assert arcs.fault(ROWS / 2) == "must add up to 1"


def test_transitions_go_to_free_coordinates_and_back():
    arcs = Arcs(THERE)
    free = arcs.to_free(ROWS)
    np.testing.assert_allclose(free, np.log([0.2 / 0.5, 0.3 / 0.5, 0.6 / 0.4]))
    np.testing.assert_allclose(arcs.from_free(free, ROWS.shape), ROWS, rtol=1e-14)


def test_drawn_transitions_are_members():
    arcs = Arcs(THERE)
    drawn = arcs.sample((2, 4), np.random.default_rng(1))
    assert arcs.fault(drawn) is None
    assert np.all(drawn[THERE] > 0)


def test_one_transition_is_moved_and_the_others_of_its_row_follow():
    arcs = Arcs(THERE)
    np.testing.assert_allclose(arcs.with_entry(ROWS, (0, 3), 0.75), [[0.1, 0, 0.15, 0.75], ROWS[1]])
    sure = np.array([[0.0, 0.0, 0.0, 1.0], ROWS[1]])
    np.testing.assert_allclose(arcs.with_entry(sure, (0, 3), 0.5), [[0.25, 0, 0.25, 0.5], ROWS[1]])


# -- the structure ------------------------------------------------------------------------------------------


def test_the_structure_may_be_given_as_text():
    table = Table.from_columns({"sequence": ["GACCUC", "GCC"]})
    with pytest.raises(DataError, match="there is no structure"):
        MODEL.parse(table)
    given = configure(MODEL, {"structure": " <<..>> "})
    assert given.parse(table).structure.brackets == "<<..>>"
    both = Table.from_columns({"sequence": ["GAC"], "SS_cons": ["..."]})
    assert configure(MODEL, {"structure": "<.>"}).parse(both).structure.brackets == "<.>"
    with pytest.raises(DataError, match="is never closed"):
        configure(MODEL, {"structure": "<.."}).parse(table)


def test_all_that_is_free_is_listed_and_the_structure_is_held():
    data = arms()
    known = MODEL.parameters(data)
    assert [parameter.name for parameter in known if parameter.fixed] == ["partner"]
    assert len(entries(data)) == sum(len(parameter.free) for parameter in known)
    assert len(entries(data)) == 5 * 16 + 17 * 4 + data.structure.allowed.sum()
    np.testing.assert_array_equal(MODEL.default(data).partner[[0, 5, 16]], [17, 0, 1])


# -- what EM finds ------------------------------------------------------------------------------------------


def test_watson_crick_pairs_appear_by_themselves():
    """At θ(0) all pairs are equally probable; two iterations later the letters tell of each other."""
    data = MODEL.parse(read_table(example_path("rna_anticodon_arms.sto")))
    assert MODEL.remark(data, MODEL.default(data)) is not None
    params = learnt(data, 2)
    assert MODEL.remark(data, params) is None
    bits = mutual_information(params.pair)
    assert 0.9 < bits.min() < bits.max() < 1.8
    for row in params.pair:
        best = [PAIRS[k] for k in np.argsort(-row)[:2]]
        assert set(best) <= {"AU", "UA", "CG", "GC"}


def test_mutual_information_of_two_letters_that_swap_is_a_bit():
    pair = np.zeros((3, 16))
    pair[0, [PAIRS.index("GC"), PAIRS.index("CG")]] = 0.5
    pair[1] = 1 / 16
    pair[2, [PAIRS.index(each) for each in ("AU", "CG", "GC", "UA")]] = 0.25
    np.testing.assert_allclose(mutual_information(pair), [1, 0, 2], atol=1e-12)


def test_the_fork_gives_its_pairs_back():
    """The simulated example is drawn from its truth, and EM comes near to it."""
    example = MODEL.examples[1]
    table = read_table(example_path(example.file))
    data = MODEL.parse(table)
    assert data.structure.brackets == "<<.<<<....>>>.<<<....>>>.>>"
    truth = params_from(MODEL, data, example.truth)
    drawn = MODEL.simulate(truth, 40, np.random.default_rng(1994))
    assert drawn.texts("sequence").tolist() == table.texts("sequence").tolist()
    assert drawn.texts("alignment").tolist() == table.texts("alignment").tolist()
    found = learnt(data, 12)
    agree = [
        set(np.argsort(-one)[:2]) == set(np.argsort(-other)[:2])
        for one, other in zip(found.pair, truth.pair, strict=True)
    ]
    assert sum(agree) >= 7
    assert MODEL.e_step(data, found).objective > MODEL.e_step(data, truth).objective


def test_the_cloverleaves_are_drawn_from_their_seed():
    example = MODEL.examples[2]
    table = read_table(example_path(example.file))
    data = MODEL.parse(table)
    assert data.structure.brackets == CLOVERLEAF
    assert len(data.structure.pairs) == 21
    truth = params_from(MODEL, data, example.truth)
    drawn = MODEL.simulate(truth, 20, np.random.default_rng(1965))
    assert drawn.texts("sequence").tolist() == table.texts("sequence").tolist()
    assert drawn.texts("alignment").tolist() == table.texts("alignment").tolist()


# -- answers ------------------------------------------------------------------------------------------------


def test_answers_tell_the_fold_and_the_bits():
    data = RnaData(Structure("<<.>>"), ("GCACG", "GC", "A" * 41))
    params = drawn_params(data, 1)
    first, second, third = MODEL.answers(data, params, np.arange(3))
    chance = sum(each for each, _, _ in trees(data.structure, params, "GC"))
    assert first.completions[0].split(":")[0] in ("all 2 pairs", "all but one pair", "fewer pairs")
    assert f"{np.log2(chance * 16):.1f} bits" in second.completions[0]
    assert ":" not in third.completions[0]  # 41 letters are too many for a line
    np.testing.assert_allclose([sum(answer.shares) for answer in (first, second)], 1)


def test_an_arm_fits_its_family_and_random_letters_do_not():
    data = arms()
    params = learnt(data)
    own = MODEL.answers(data, params, np.array([1]))[0].completions[0]
    assert own.startswith("all 5 pairs: <<<<<.......>>>>>; ")
    assert "better than random" in own
    other = RnaData(data.structure, ("AAAAAAAAAAAAAAAAA",))
    assert "against random" in MODEL.answers(other, params, np.array([0]))[0].completions[0]


def test_what_is_impossible_has_no_best_tree_in_a_forked_structure_either():
    brackets = "<<.>><<.>>"
    data = MODEL.parse(Table.from_columns({"sequence": ["GGACCGGACC"], "SS_cons": [brackets]}))
    start = MODEL.default(data)
    straight = np.eye(start.transition.shape[1])[start.transition.argmax(axis=1)]
    only_u = start._replace(single=np.eye(4)[[3] * len(start.single)], transition=straight)
    assert best_parses(data, only_u, np.arange(1)).log.tolist() == [-np.inf]


def test_a_structure_of_one_pair_knows_two_completions():
    data = RnaData(Structure("<.>"), ("GAC",))
    answer = MODEL.answers(data, steps.even(data.structure), np.array([0]))[0]
    assert answer.completions[0].startswith("its pair: <.>; ")
    assert answer.completions[1:] == ("no pair",)


def test_a_fold_has_a_mark_for_each_letter():
    structure = Structure("<<.>>")
    assert folded(structure, np.array([0, 2, 3, 4, -1]), 6) == "..<.>."
