"""Sequences in tables whose columns have no names that tell."""

import numpy as np
import pytest

from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.models.hmm import HiddenMarkov


def taken(cells, emission="categorical", **wishes):
    model, table = HiddenMarkov(emission=emission), Table.from_columns(cells)
    given = take(model, table, ask(model, table, Wishes(**wishes)))
    return model.parse(given.table), given.notes


def read(cells, **wishes):
    """Return the lengths of the sequences, and the symbols one after another."""
    data, notes = taken(cells, **wishes)
    names = np.array([*data.alphabet, "?"])
    return data.lengths.tolist(), names[data.codes].tolist(), notes


@pytest.mark.parametrize(
    ("name", "cells", "lengths"),
    [
        ("tosses", ["HTTH", "HHH"], [4, 3]),
        ("sequence", ["ACGTAC", "ACGT"], [6, 4]),
        ("column 1", ["0011", "1110"], [4, 4]),
        ("column 1", ["31511624"], [8]),
        ("x", ["sunny"], [5]),
    ],
)
def test_a_lone_column_of_sequences(name, cells, lengths):
    found, symbols, notes = read({name: cells})
    assert found == lengths
    assert symbols == list("".join(cells))
    assert notes == (f"the data are taken as a sequence in each cell ({name})",)


@pytest.mark.parametrize(
    "cells", [["1", "6", "3"], ["rain", "sun", "rain"], ["12", "15", "12"], ["sun", "NA", "rain"]]
)
def test_a_lone_column_of_steps(cells):
    lengths, symbols, notes = read({"column 1": cells})
    assert lengths == [3]
    assert symbols == [cell.replace("NA", "?") for cell in cells]
    unseen = ["symbol: 1 of 3 cells is missing, it is an unseen step"] if "NA" in cells else []
    assert notes == ("the data are taken as a step in each row (column 1)", *unseen)


def test_what_a_lone_column_holds_can_be_said():
    assert read({"x": ["rain", "sun"]}, layout="cells")[:2] == ([4, 3], [*"rainsun"])
    assert read({"x": ["ACGT", "ACGG"]}, layout="rows")[0] == [2]


def test_sequences_beside_their_names():
    lengths, symbols, _ = read({"name": ["a", "b"], "sequence": ["ACGTAA", "CCGT"]})
    assert (lengths, symbols) == ([6, 4], [*"ACGTAACCGT"])


def test_a_lone_column_of_numbers():
    data, notes = taken({"column 1": ["1,5", "NA", "3,25"]}, "gaussian")
    np.testing.assert_array_equal(data.values, [1.5, np.nan, 3.25])
    assert notes[0] == "the data are taken as a step in each row (column 1)"


def test_a_column_for_each_step():
    cells = {"id": ["a", "b"], "t1": ["x", "y"], "t2": ["y", ""], "t3": ["x", "x"], "sex": ["m", "f"]}
    lengths, symbols, notes = read(cells)
    assert (lengths, symbols) == ([3, 3], [*"xyxy?x"])
    assert notes[0] == "the data are taken as a column for each step (t1 to t3)"
    assert read({"1": ["x"], "2": ["y"], "3": ["y"]})[:2] == ([3], ["x", "y", "y"])
    data, _ = taken(
        {"sex": ["m", "f"], "v8": ["1'000", "2"], "v9": ["2", "NA"], "v10": ["3", "4"]}, "gaussian"
    )
    np.testing.assert_array_equal(data.values, [1000, 2, 3, 2, np.nan, 4])


@pytest.mark.parametrize(
    ("cells", "emission"),
    [
        ({"a": ["x"], "b": ["y"]}, "categorical"),
        ({"t1": ["x"], "t3": ["y"], "t5": ["x"]}, "categorical"),
        ({"one": ["ACGTAA"], "two": ["ACGTAA"]}, "categorical"),
        ({"x": ["NA", ""]}, "categorical"),
        ({"x": ["a", "b"]}, "gaussian"),
        ({"name": ["a"], "sequence": ["ACGTAA"]}, "gaussian"),
    ],
)
def test_what_may_be_anything_is_refused(cells, emission):
    with pytest.raises(DataError, match="is needed, one step per row"):
        taken(cells, emission)


def test_numbers_with_decimal_commas_between_blanks():
    data, _ = taken({"values": ["1,5 2,5 3", "2,25 1"]}, "gaussian")
    assert data.values.tolist() == [1.5, 2.5, 3, 2.25, 1]
    assert taken({"values": ["1.5, 2.5, 3", "2.25, 1"]}, "gaussian")[0].values.tolist() == [
        1.5,
        2.5,
        3,
        2.25,
        1,
    ]
    assert taken({"values": ["1.5,2.5", "2"]}, "gaussian")[0].values.tolist() == [1.5, 2.5, 2]


def test_that_measured_numbers_are_taken_for_symbols_is_said():
    told = "numbers such as 2.5 are read as symbols; for measurements set emission to gaussian"
    unseen = "1 of 4 cells is missing, it is an unseen step"
    assert taken({"symbol": ["1", "2.5", "NA", "3"]})[1] == (f"symbol: {unseen}", told)
    assert taken({"value": ["1", "2.5", "NA", "3"]}, "gaussian")[1] == (f"value: {unseen}",)
    assert taken({"symbol": ["1", "2", "1"]})[1] == ()


@pytest.mark.parametrize(
    ("cells", "falls"),
    [
        ({"id": ["a", "a", "b", "b"], "time": ["2", "1", "1", "2"]}, True),
        ({"id": ["a", "a", "b", "b"], "time": ["1", "2", "1", "2"]}, False),
        ({"Time": ["1", "2", "3", "2"]}, True),
        ({"time": ["late", "noon", "dawn", "late"]}, False),
        ({"Date": ["2021-03-02", "2021-03-01", "NA", "2021-02-28"]}, True),
        ({"Date": ["30.01.2021", "31.01.2021", "01.02.2021", "02.02.2021"]}, False),
        ({"Datum": ["01.02.2021", "31.01.2021", "01.03.2021", "02.03.2021"]}, True),
        ({"hour": ["4", "3", "2", "1"]}, False),
    ],
)
def test_that_rows_are_not_in_the_order_of_time_is_said(cells, falls):
    _, notes = taken({**cells, "symbol": ["x", "y", "y", "x"]})
    assert any("is not increasing" in note for note in notes) == falls


def test_too_many_numbers_for_symbols_are_perhaps_measured():
    with pytest.raises(DataError, match=r"that there may be; for measured numbers set emission"):
        taken({"symbol": [str(k / 2) for k in range(70)]})
    with pytest.raises(DataError, match=r"that there may be$"):
        taken({"symbol": [f"w{k}" for k in range(70)]})
