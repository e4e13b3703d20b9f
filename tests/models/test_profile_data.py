"""What a profile reads, where it begins, what it simulates, and which transitions there are."""

import numpy as np
import pytest
from profile_cases import DELETE, INSERT, MATCH, SMALL, drawn, example, written

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em.domains import ParameterError
from emviz.models.profile import Profile, ProfileParams, starts
from emviz.models.profile.arcs import Arcs, allowed
from emviz.models.profile.paths import best_paths, places
from emviz.models.profile.paths import written as in_letters

# -- reading -------------------------------------------------------------------------------------------------


def test_sequences_are_read_in_any_case_with_or_without_names():
    own = SMALL.parse(written("acG", "", "TT", name=["a", "", "c"]).with_codes(()))
    assert [own.text(row) for row in range(3)] == ["ACG", "", "TT"]
    assert [own.name(row) for row in range(3)] == ["a", "sequence 2", "c"]
    assert SMALL.parse(written("A")).name(0) == "sequence 1"
    assert own.background.tolist() == [0.2, 0.2, 0.2, 0.4]
    assert own.base == pytest.approx(3 * np.log(0.2) + 2 * np.log(0.4))
    assert SMALL.labelled(own) is None


@pytest.mark.parametrize(
    ("model", "columns", "message", "row", "column"),
    [
        (SMALL, {"sequence": []}, "there are no rows; a sequence is needed", None, None),
        (
            SMALL,
            {"sequence": ["-~-", "---"]},
            "there are no letters in any of the sequences",
            None,
            "sequence",
        ),
        (SMALL, {"sequence": ["NN", "N"]}, "no letter of any sequence is known", None, "sequence"),
        (SMALL, {"sequence": ["A", ""]}, "the sequence is missing", 2, "sequence"),
        (SMALL, {"sequence": ["A", "AEA"]}, "expected A, C, G or T, got 'E' at position 2", 2, "sequence"),
        (
            Profile(),
            {"sequence": ["AC*C"]},
            "expected one of the 20 amino acids, got '*' at position 3",
            1,
            "sequence",
        ),
        (
            Profile(),
            {"sequence": ["AC1"]},
            "expected one of the 20 amino acids, got '1' at position 3",
            1,
            "sequence",
        ),
        (
            SMALL,
            {"sequence": ["ACG", "A-"]},
            "there is a gap at position 2, but the sequences are not of one length; take the gaps out, "
            "or write the whole alignment",
            2,
            "sequence",
        ),
        (
            SMALL,
            {"sequence": ["AC", "GT"], "alignment": ["AC-", "Gt-C"]},
            "expected the letters of the sequence, with - for a deletion",
            2,
            "alignment",
        ),
        (
            SMALL,
            {"sequence": ["AC", "GT"], "alignment": ["AC-", "Gt-"]},
            "expected 3 capitals and hyphens as in row 1, got 2",
            2,
            "alignment",
        ),
        (SMALL, {"name": ["a"]}, "there is no column 'sequence'; the table has name", None, None),
    ],
)
def test_what_cannot_be_used(model, columns, message, row, column):
    with pytest.raises(DataError) as caught:
        model.parse(Table.from_columns(columns))
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


def test_a_column_in_which_half_the_rows_have_a_residue_is_a_node():
    own = SMALL.parse(written("ACg--", "A..TG", "A~_T-", "ac-t-"))
    assert [path.tolist() for path in own.paths] == [
        [MATCH, MATCH, INSERT, DELETE],
        [MATCH, DELETE, MATCH, INSERT],
        [MATCH, DELETE, MATCH],
        [MATCH, MATCH, MATCH],
    ]
    assert own.open
    assert own.columns is None
    assert own.background.tolist() == [4 / 12, 2 / 12, 2 / 12, 3 / 12] or own.background.sum() == 1


def test_an_alignment_of_its_own_is_hidden_and_comes_first():
    own = SMALL.parse(written("AC-", "-CG", alignment=["A-c-", ".CG-"]))
    assert [path.tolist() for path in own.paths] == [[MATCH, DELETE, INSERT, DELETE], [MATCH, MATCH, DELETE]]
    assert not own.open
    exported = SMALL.parse(written("CG", alignment=["'-CG"]))
    assert [path.tolist() for path in exported.paths] == [[DELETE, MATCH, MATCH]]


@pytest.mark.parametrize("unknown", ["", "?"])
def test_an_alignment_of_some_rows_is_that_of_these_and_makes_no_complete_case(unknown):
    own = SMALL.parse(written("ACG", "CGA", "CG", alignment=[unknown, "CGA", "-CG"]))
    assert [path if path is None else path.tolist() for path in own.paths] == [
        None,
        [MATCH, MATCH, MATCH],
        [DELETE, MATCH, MATCH],
    ]
    assert SMALL.labelled(own) is None
    assert own.columns is None
    none = SMALL.parse(written("ACG", "CGA", alignment=[unknown] * 2))
    assert (none.paths, none.columns) == (None, None)
    with pytest.raises(DataError, match=r"row 3, column alignment: .* as in row 2, got 2"):
        SMALL.parse(written("ACG", "CGA", "CG", alignment=[unknown, "CGA", "CG"]))


def test_an_alignment_with_other_columns_is_no_complete_case():
    own = SMALL.parse(written("ACG", "CGA", alignment=["ACg", "CGa"]))
    assert (own.paths, own.columns) == (None, 2)


def test_counts_of_an_alignment_by_hand():
    own = SMALL.parse(written("ACG", "T", alignment=["aC-G", "-T-"]))
    counts = SMALL.labelled(own)
    assert counts.match.tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    moves = {
        tuple(index): counts.transition[tuple(index)] for index in np.argwhere(counts.transition).tolist()
    }
    assert moves == {
        (0, MATCH, INSERT): 1,
        (0, MATCH, DELETE): 1,
        (0, INSERT, MATCH): 1,
        (1, MATCH, DELETE): 1,
        (1, DELETE, MATCH): 1,
        (2, DELETE, MATCH): 1,
        (2, MATCH, DELETE): 1,
        (3, MATCH, MATCH): 1,
        (3, DELETE, MATCH): 1,
    }


def test_a_path_and_its_letters():
    path = np.array([INSERT, MATCH, DELETE, MATCH], dtype=np.uint8)
    assert in_letters("ACG", path) == "aC-G"
    residues, nodes = places(path)
    assert (residues.tolist(), nodes.tolist()) == ([2, 3], [1, 3])


# -- transitions ---------------------------------------------------------------------------------------------


def test_which_transitions_there_are():
    there = allowed(2)
    assert (~there[0]).tolist() == [[False] * 3, [False] * 3, [True] * 3]
    assert there[1].all()
    assert (~there[2]).tolist() == [[False, False, True]] * 3


def test_the_domain_of_the_transitions():
    arcs = Arcs(2)
    rng = np.random.default_rng(5)
    value = arcs.sample((3, 3, 3), rng)
    assert arcs.fault(value) is None
    assert arcs.fault(-value) == "must not be negative"
    wrong = value.copy()
    wrong[0, DELETE, MATCH] = 1.0
    assert arcs.fault(wrong) == "must be 0 where there is no transition"
    wrong = value.copy()
    wrong[1, MATCH, MATCH] += 0.1
    assert arcs.fault(wrong) == "must add up to 1"
    np.testing.assert_allclose(arcs.from_free(arcs.to_free(value), value.shape), value, rtol=1e-12)
    assert len(arcs.to_free(value)) == 2 + 2 + 3 * 2 + 3


def test_moving_one_transition_scales_the_others_that_exist():
    arcs = Arcs(1)
    value = starts.moves(1)
    moved = arcs.with_entry(value, (0, MATCH, MATCH), 0.5)
    np.testing.assert_allclose(moved[0, MATCH], [0.5, 0.25, 0.25])
    moved = arcs.with_entry(moved, (0, MATCH, MATCH), 1.0)
    np.testing.assert_allclose(arcs.with_entry(moved, (0, MATCH, MATCH), 0.4)[0, MATCH], [0.4, 0.3, 0.3])
    end = arcs.with_entry(arcs.with_entry(value, (1, DELETE, MATCH), 1.0), (1, DELETE, MATCH), 0.7)
    np.testing.assert_allclose(end[1, DELETE], [0.7, 0.3, 0])
    assert arcs.fault(end) is None
    assert arcs.span(value, (0, MATCH, MATCH)) == (0, 1)


def test_parameters_leave_out_what_does_not_exist():
    match, transition = SMALL.parameters(SMALL.parse(written("ACG")))
    assert match.label((0, 1)) == "e_1,C"
    assert transition.label((3, DELETE, MATCH)) == "t_3,D,M"
    assert len(transition.free) == 4 * 9 - 3 - 3


# -- starts and simulations ----------------------------------------------------------------------------------


def test_the_default_start_is_half_the_first_sequence_that_is_long_enough():
    own = SMALL.parse(written("AC", "GTCA", "AAA"))
    params = SMALL.default(own)
    np.testing.assert_allclose(params.match, 0.5 * own.background + 0.5 * np.eye(4)[[2, 3, 1]])
    np.testing.assert_allclose(params.transition[1], [[0.9, 0.05, 0.05], [0.5, 0.4, 0.1], [0.5, 0.1, 0.4]])
    np.testing.assert_allclose(params.transition[3, MATCH], [0.9 / 0.95, 0.05 / 0.95, 0])
    assert not params.transition[0, DELETE].any()


def test_where_all_are_short_the_nodes_behind_are_the_background():
    own = SMALL.parse(written("A", "GT"))
    np.testing.assert_allclose(SMALL.default(own).match[2], own.background)
    np.testing.assert_allclose(SMALL.default(own).match[0], 0.5 * own.background + [0, 0, 0.5, 0])
    start = SMALL.start(own, np.random.default_rng(0))
    np.testing.assert_allclose(start.match.sum(axis=1), 1)


def test_a_random_start_never_takes_an_empty_sequence():
    own = SMALL.parse(written("", "", "ACGT", "").with_codes(()))
    for seed in range(5):
        letters = SMALL.start(own, np.random.default_rng(seed)).match
        assert letters.max() > starts.TRACE


@pytest.mark.thorough
@pytest.mark.unmeasured
def test_simulated_sequences_follow_their_profile():
    params = drawn(2)
    table = SMALL.simulate(params, 20_000, np.random.default_rng(1))
    own = SMALL.parse(table)
    found = SMALL.labelled(own)
    assert table.names == ("name", "sequence", "alignment")
    np.testing.assert_allclose(SMALL.m_step(own, found).match, params.match, atol=0.02)
    visits = found.transition.sum(axis=-1)
    ratio = found.transition / np.maximum(visits, 1)[..., None]
    spread = np.sqrt(0.25 / np.maximum(visits, 1))[..., None]
    assert (np.abs(ratio - params.transition) < 5 * spread)[visits > 0].all()


def test_an_insert_that_never_ends_cannot_be_simulated(monkeypatch):
    monkeypatch.setattr(starts, "LONGEST", 50)
    arcs = starts.moves(3)
    arcs[1, INSERT] = (0, 1, 0)
    arcs[1, MATCH] = (0, 1, 0)
    with pytest.raises(ParameterError, match="hardly ever ends"):
        SMALL.simulate(ProfileParams(drawn(0).match, arcs), 5, np.random.default_rng(0))


# -- examples ------------------------------------------------------------------------------------------------


def test_the_simulated_example_is_drawn_again():
    family = next(each for each in Profile().examples if each.key == "dna-family")
    model = Profile(**family.hyper)
    truth = model.make_params({name: np.array(value) for name, value in family.truth.items()})
    drawn_again = model.simulate(truth, 40, np.random.default_rng(1994))
    assert drawn_again.same(read_table(example_path(family.file)))
    assert family.source == starts.SOURCE


@pytest.mark.thorough
def test_the_window_is_cut_from_the_alignment_of_the_whole_globins():
    """Nodes 33 to 67 of the profile of 146 nodes, after 30 iterations from the default start."""
    model, globins = example("globins")
    params = model.default(globins)
    for _ in range(30):
        params = model.m_step(globins, model.e_step(globins, params).counts)
    window = read_table(example_path("globins45_window.fasta")).texts("sequence").tolist()
    for row, path in enumerate(best_paths(globins, params)):
        node, residue = np.cumsum(path != INSERT), np.cumsum(path != DELETE)
        states = np.flatnonzero((node >= 33) & (node <= 67) & ~((node == 67) & (path == INSERT)))
        first = np.flatnonzero((node == 33) & (path != INSERT))[0]
        inside = [place for place in states if place >= first]
        cut = globins.text(row)[residue[first] - (path[first] != DELETE) : residue[inside[-1]]]
        assert cut == window[row]


def test_residues_that_spell_a_missing_code_are_an_alignment():
    written = {"sequence": ["NA", "NA"], "alignment": ["NA", "NA"]}
    model = Profile(nodes=2, alphabet="protein")
    assert model.labelled(model.parse(Table.from_columns(written))) is not None
    unknown = {"sequence": ["NAC", "NAC"], "alignment": ["NA", "NAC"]}
    assert model.labelled(model.parse(Table.from_columns(unknown))) is None
