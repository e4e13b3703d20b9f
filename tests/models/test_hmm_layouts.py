"""Sequences as people write them down: separators, lists, words, ids, and cells that are missing."""

import numpy as np
import pytest

from emviz.api import fit
from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.models.hmm import HiddenMarkov

SYMBOLS, NUMBERS = HiddenMarkov(), HiddenMarkov(2, "gaussian")


def taken(columns, /, model=SYMBOLS, **wishes):
    table = Table.from_columns(columns)
    given = take(model, table, ask(model, table, Wishes(**wishes)))
    return given, model.parse(given.table)


def sequences(data):
    letters = (*data.alphabet, "?")
    symbols = [letters[s] for s in data.codes]
    return [symbols[a : a + n] for a, n in zip(data.starts, data.lengths, strict=True)]


BITS = [list("001110"), list("1101"), list("01001")]


@pytest.mark.parametrize(
    "join",
    [
        "".join,
        " ".join,
        ",".join,
        ", ".join,
        ";".join,
        "-".join,
        lambda bits: f"[{', '.join(bits)}]",
        lambda bits: f"[{' '.join(bits)}]",
        lambda bits: str(tuple(bits)),
    ],
)
def test_symbols_in_one_cell(join):
    _, data = taken({"id": [1, 2, 3], "symbols": [join(bits) for bits in BITS]})
    assert sequences(data) == BITS
    assert data.alphabet == ("0", "1")
    # By a forward recursion of its own over the sequences as written, at the start of seed 0.
    start = SYMBOLS.start(data, np.random.default_rng(0))
    assert SYMBOLS.e_step(data, start).objective == pytest.approx(-12.8358, abs=6e-5)


@pytest.mark.parametrize("sign", [",", ";", "-", " ", ", "])
def test_words_in_one_cell(sign):
    words = [["rain", "rain", "sun", "sun"], ["sun", "sun", "rain"]]
    _, data = taken({"symbols": [sign.join(each) for each in words]})
    assert sequences(data) == words
    assert data.alphabet == ("rain", "sun")


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["0,,1", "1,0"], [["0", "?", "1"], ["1", "0"]]),
        (["a NA b", "b ? a"], [["a", "?", "b"], ["b", "?", "a"]]),
        (["AC-GT", "A-CGT"], [list("AC?GT"), list("A?CGT")]),
        (["ab--a", "b.a"], [list("ab??a"), list("b?a")]),
        (["heavy rain, sun", "sun"], [["heavy rain", "sun"], ["sun"]]),
        (["(a", "b)"], [["(", "a"], ["b", ")"]]),
    ],
)
def test_symbols_that_are_missing(cells, found):
    assert sequences(taken({"symbols": cells})[1]) == found


def test_the_layout_is_said_and_can_be_changed():
    given, _ = taken({"symbols": ["a-b-a", "b-b"]})
    assert given.notes == ("the data are taken as symbols between hyphens",)
    given, data = taken({"symbols": ["a-b-a", "b-b"]}, layout="letters")
    assert given.notes == (
        "the data are taken as symbols side by side, 3 of them missing",
        "symbols: 3 of 8 steps are missing, each is an unseen step",
    )
    assert sequences(data) == [list("a?b?a"), list("b?b")]
    _, data = taken({"symbols": ["0,0 1", "1,1 0"]}, layout="blanks")
    assert data.alphabet == ("0", "1", "0,0", "1,1")
    _, data = taken({"symbols": ["x,y", "y"]}, layout="letters")
    assert data.alphabet == (",", "x", "y")
    assert data.texts.tolist() == ["x , y", "y"]
    assert SYMBOLS.layouts(Table.from_columns({"symbols": ["0011", "01"]})) == ()
    assert SYMBOLS.layouts(Table.from_columns({"symbols": ["0 0", "1"]})) == ()


def test_numbers_in_one_cell():
    for cells in (["1.5 2 -3", "4"], ["1.5, 2, -3", "4"], ["1.5;2;-3", "4"], ["[1.5, 2, -3]", "[4]"]):
        _, data = taken({"values": cells}, NUMBERS)
        np.testing.assert_array_equal(data.values, [1.5, 2, -3, 4])
        np.testing.assert_array_equal(data.lengths, [3, 1])
    np.testing.assert_array_equal(taken({"values": ["1", "-3"]}, NUMBERS)[1].values, [1, -3])
    _, data = taken({"values": ["1.5,,-3", "NA,4"]}, NUMBERS)
    np.testing.assert_array_equal(data.values, [1.5, np.nan, -3, np.nan, 4])


@pytest.mark.parametrize("code", ["NA", "", "?", "N/A", "null", "-", "."])
def test_a_missing_code_is_no_symbol(code):
    columns = {"sequence": [1] * 5 + [2] * 3, "symbol": ["a", "a", code, "b", "b", "b", code, "a"]}
    given, data = taken(columns)
    assert given.notes == ("symbol: 2 of 8 cells are missing, each is an unseen step",)
    assert data.alphabet == ("a", "b")
    assert sequences(data) == [list("aa?bb"), list("b?a")]
    assert taken({"symbol": ["1", "2", "99"]}, codes=frozenset({"99"}))[1].alphabet == ("1", "2")


def test_long_ids_differ():
    ids = [f"10000000000000000{n}" for n in (1, 1, 1, 2, 2, 2, 3, 3, 3)]
    np.testing.assert_array_equal(taken({"sequence": ids, "symbol": list("011010011")})[1].lengths, [3, 3, 3])
    np.testing.assert_array_equal(taken({"id": ["01", "1", "1"], "obs": list("011")})[1].lengths, [1, 2])


def test_ids_that_do_not_stand_together_are_gathered():
    columns = {"ID": ["x", "y", "x", "y", "x"], "Obs": list("abcde")}
    given, data = taken(columns)
    assert given.notes[0] == "the data are taken as all rows of one ID together, 2 sequences"
    assert sequences(data) == [list("ace"), list("bd")]
    np.testing.assert_array_equal(taken(columns, layout="stand")[1].lengths, [1] * 5)
    given, data = taken({"sequence": [2, 1, 2], "value": [0.5, 1.0, 2.0]}, NUMBERS)
    np.testing.assert_array_equal(data.values, [0.5, 2.0, 1.0])
    assert SYMBOLS.layouts(Table.from_columns({"sequence": [1, 1, 2], "symbol": list("aba")})) == ()


def test_an_id_of_every_row_is_none_of_a_sequence():
    given, data = taken({"id": [1, 2, 3, 4], "symbol": list("abba")})
    assert given.notes[0] == "the data are taken as one sequence, since every row has a different id"
    np.testing.assert_array_equal(data.lengths, [4])
    np.testing.assert_array_equal(
        taken({"id": [1, 2, 3], "symbol": list("aba")}, layout="stand")[1].lengths, [1] * 3
    )


@pytest.mark.parametrize("name", ["Symbol", "obs", "Observation", "emission"])
def test_other_names_of_the_columns(name):
    assert taken({name: list("aab")})[1].alphabet == ("a", "b")


@pytest.mark.parametrize(
    ("cells", "signs", "expected"),
    [
        (list("+-+--"), "-", list("+-+--")),
        (list(".-.--"), "- and .", list(".-.--")),
        (["up", "-", "-", "up", "NA"], "-", ["up", "-", "-", "up", "?"]),
        (list("x..x."), ".", list("x..x.")),
        (["++", "--", "++"], "--", ["++", "--", "++"]),
    ],
)
def test_a_code_beside_fewer_than_two_symbols_is_a_symbol(cells, signs, expected):
    """With its gaps summed over, a single symbol would tell nothing at all."""
    given, data = taken({"symbol": cells})
    unseen = ["symbol: 1 of 5 cells is missing, it is an unseen step"] if "NA" in cells else []
    assert given.notes == (f"the data are taken as symbols, {signs} among them", *unseen)
    assert sequences(data) == [expected]
    given, data = taken({"symbol": cells}, layout="signs-gaps") if signs != "- and ." else (None, None)
    assert given is None or given.notes[0] == f"the data are taken as symbols, {signs} for a missing one"
    assert data is None or len(data.alphabet) == 1


def test_codes_in_most_cells_are_asked_about():
    given, data = taken({"symbol": list("a--b---")})
    assert given.notes == (
        "the data are taken as symbols, - for a missing one",
        "symbol: 5 of 7 cells are missing, each is an unseen step",
    )
    assert sequences(data) == [list("a??b???")]
    assert sequences(taken({"symbol": list("a--b---")}, layout="signs")[1]) == [list("a--b---")]
    few = taken({"symbol": list("ab-ba")})[0]
    assert few.notes == ("symbol: 1 of 5 cells is missing, it is an unseen step",)


@pytest.mark.parametrize("cell", ["+-+--++-", "+-+-+"])
def test_signs_side_by_side(cell):
    given, data = taken({"symbols": [cell, "++-"]})
    assert given.notes == ("the data are taken as symbols side by side, - among them",)
    assert sequences(data) == [list(cell), list("++-")]
    given, data = taken({"symbols": [cell, "++-"]}, layout="letters-gaps")
    assert sequences(data) == [list(cell.replace("-", "?")), list("++?")]


def test_signs_between_blanks_and_in_scattered_sequences():
    _, data = taken({"symbols": ["+ - NA -", "- -"]})
    assert sequences(data) == [["+", "-", "?", "-"], ["-", "-"]]
    given, data = taken({"id": list("abab"), "symbol": list("+-++")})
    assert given.notes[0] == "the data are taken as all rows of one id together, 2 sequences, - among them"
    assert sequences(data) == [["+", "+"], ["-", "+"]]


def test_rows_without_an_id_go_with_those_above():
    columns = {"id": ["a", "", "NA", "b", ""], "symbol": list("xyxyx")}
    given, data = taken(columns)
    assert given.notes[0] == "the data are taken as sequences by id, 3 rows without one go with the row above"
    np.testing.assert_array_equal(data.lengths, [3, 2])
    np.testing.assert_array_equal(taken(columns, layout="stand")[1].lengths, [1, 1, 1, 1, 1])
    given, data = taken({"id": ["", "a", "b", "", "a"], "symbol": list("xyxyz")})
    assert given.notes[0].endswith("id together, 3 sequences, 2 rows without one go with the row above")
    assert sequences(data) == [["x"], ["y", "z"], ["x", "y"]]
    assert taken({"id": ["", ""], "symbol": ["x", "y"]})[1].lengths.tolist() == [2]


@pytest.mark.parametrize("gap", ["", "NA"])
def test_a_sequence_without_steps_is_named_and_can_be_left_out(gap):
    cells = {"symbols": ["0110", gap, "011"]}
    with pytest.raises(DataError) as caught:
        fit("hmm", cells)
    assert str(caught.value) == (
        "row 2, column symbols: there are no symbols in this row; a sequence has one step at least; "
        "1 of 3 rows has a missing cell: fill it in, or leave the rows out (--missing drop)"
    )
    assert sequences(taken(cells, drop=True)[1]) == [list("0110"), list("011")]


@pytest.mark.parametrize("more", [{}, {"id": [1, 2, 3, 4, 5, 6]}])
@pytest.mark.parametrize("name", ["subject", "Patient ID", "animal"])
def test_rows_of_several_subjects_are_not_one_sequence(name, more):
    rows = {**more, name: [*"ababab"], "time": [1, 1, 2, 2, 3, 3], "symbol": [*"xuyvxw"]}
    given, data = taken(rows)
    assert sequences(data) == [list("xyx"), list("uvw")]
    assert f"the data are taken as all rows of one {name} together, 2 sequences" in given.notes


def test_a_number_for_each_row_beside_subjects_in_order():
    _, data = taken({"id": [1, 2, 3, 4], "subject": [*"aabb"], "symbol": [*"xyyx"]})
    assert sequences(data) == [list("xy"), list("yx")]


def test_unknown_bases_are_no_symbols():
    given, data = taken({"symbols": ["ACGTNNAC", "ACRTT"]})
    assert (data.alphabet, sequences(data)) == (tuple("ACGT"), [list("ACGT??AC"), list("AC?TT")])
    assert "symbols: 3 of 13 steps are missing, each is an unseen step" in given.notes
    assert taken({"symbols": ["SWSNA", "NAAS"]})[1].alphabet == tuple("ANSW")  # of no bases but one


def test_unknown_bases_are_no_symbols_with_a_step_in_each_row():
    given, data = taken({"symbol": ["A", "c", "G", "T", "N", "r", "NA", "C", "a", "g", "t"]})
    assert (data.alphabet, sequences(data)) == (tuple("ACGTacgt"), [list("AcGT???Cagt")])
    assert "symbol: 2 bases of 11 not known (N, r), each is an unseen step" in given.notes
    assert "symbol: 1 of 11 cells is missing, it is an unseen step" in given.notes
    given, data = taken({"symbol": [*"SWSNA"]})
    assert (data.alphabet, given.notes) == (tuple("ANSW"), ())


def test_whether_names_in_several_rows_are_those_of_sequences_is_asked():
    asked = "all rows are one sequence: if each fish has one of its own, say so (--columns sequence=fish)"
    assert taken({"fish": [*"aabbb"], "symbol": [*"xyyxy"]})[0].notes == (asked,)
    assert taken({"fish": [*"aabab"], "symbol": [*"xyyxy"]})[0].notes == ()
    assert taken({"fish": [*"aabb"], "id": [*"aaab"], "symbol": [*"xyyx"]})[0].notes == (
        "columns read: sequence from id",
    )
    assert sequences(taken({"chrom": [*"112"], "symbol": [*"xyy"]})[1]) == [list("xy"), ["y"]]
