"""Sequences as people write them down: separators, lists, words, ids, and cells that are missing."""

import numpy as np
import pytest

from emviz.data.table import Table
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
    assert given.notes == ("the data are taken as symbols side by side, 3 of them missing",)
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
    assert given.notes == ()
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
    assert given.notes[0] == "the data are taken as the rows of one ID gathered, 2 sequences"
    assert sequences(data) == [list("ace"), list("bd")]
    np.testing.assert_array_equal(taken(columns, layout="stand")[1].lengths, [1] * 5)
    given, data = taken({"sequence": [2, 1, 2], "value": [0.5, 1.0, 2.0]}, NUMBERS)
    np.testing.assert_array_equal(data.values, [0.5, 2.0, 1.0])
    assert SYMBOLS.layouts(Table.from_columns({"sequence": [1, 1, 2], "symbol": list("aba")})) == ()


def test_an_id_of_every_row_is_none_of_a_sequence():
    given, data = taken({"id": [1, 2, 3, 4], "symbol": list("abba")})
    assert given.notes[0] == "the data are taken as one sequence, for every row has an id of its own"
    np.testing.assert_array_equal(data.lengths, [4])
    np.testing.assert_array_equal(
        taken({"id": [1, 2, 3], "symbol": list("aba")}, layout="stand")[1].lengths, [1] * 3
    )


@pytest.mark.parametrize("name", ["Symbol", "obs", "Observation", "emission"])
def test_other_names_of_the_columns(name):
    assert taken({name: list("aab")})[1].alphabet == ("a", "b")
