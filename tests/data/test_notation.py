"""Numbers as people write them, and what becomes of a column of them that is edited or cut."""

import numpy as np
import pytest

from emviz.data.column import column_of
from emviz.data.notation import Notation, notation_of
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table


def numbers(cells, decimal="."):
    values = column_of(cells, decimal).numbers
    return None if values is None else values.tolist()


@pytest.mark.parametrize(
    ("cells", "decimal", "expected"),
    [
        (["1,000", "2,500"], ".", [1000, 2500]),
        (["1,000", "2,500"], ",", [1, 2.5]),
        (["1.000", "2.500"], ".", [1, 2.5]),
        (["1.000", "2.500"], ",", [1000, 2500]),
        (["1.000", "2.25"], ",", [1, 2.25]),
        (["1,000", "950", "1,234,567.5"], ".", [1000, 950, 1234567.5]),
        (["1.000,5", "2.500"], ".", [1000.5, 2500]),
        (["1,5", "2,500"], ".", [1.5, 2.5]),
        (["1,234.5", "2"], ",", [1234.5, 2]),
        (["1 000", "2\N{NO-BREAK SPACE}500,5"], ",", [1000, 2500.5]),
        (["1'000", "20"], ".", [1000, 20]),
        (["-1,000", "+2,000", "\N{MINUS SIGN}3"], ".", [-1000, 2000, -3]),
        (["$1,000", "-$2.5", "$-3", "4"], ".", [1000, -2.5, -3, 4]),
        (["1.000,50 €", "2 €"], ",", [1000.5, 2]),
        (["12%", "7.5 %", "-1%"], ".", [0.12, 0.075, -0.01]),
        (["7,5%", "12%"], ",", [0.075, 0.12]),
        (["1,5e3", ",5", "2,"], ",", [1500, 0.5, 2]),
        (["1,000", "NA", ""], ".", [1000, None, None]),
        (["0,123", "1,000"], ".", [0.123, 1]),
    ],
)
def test_a_column_is_read_in_the_one_way_that_fits(cells, decimal, expected):
    found = [None if value != value else value for value in numbers(cells, decimal)]
    assert found == expected
    assert column_of(cells, decimal).texts.tolist() == cells


@pytest.mark.parametrize(
    "cells",
    [
        ["1,000", "x"],
        ["1,5", "1.5"],
        ["12%", "5"],
        ["$1", "€2"],
        ["1,00,000"],
        ["12,34,567"],
        ["1,000,00"],
        ["0,123,456"],
        ["--1,000"],
        ["-$-1"],
        ["1e400%", "$1e400"],
        ["$1e400"],
        ["1_000"],
        ["$"],
        ["nan", "1 000 00"],
    ],
)
def test_where_no_way_fits_it_is_text(cells):
    assert numbers(cells) is None


def test_the_cell_that_does_not_fit_is_named():
    table = Table.from_columns({"salary": ["1,000", "2,000", "x"]})
    with pytest.raises(DataError, match="row 3, column salary: expected a number, got 'x'"):
        table.numbers("salary")
    table = Table.from_columns({"salary": ["1,000", "NA"]})
    with pytest.raises(DataError, match="row 2, column salary: expected a number, got 'NA', a missing value"):
        table.numbers("salary")
    with pytest.raises(DataError, match="row 2, column a: expected a number, got '5'"):
        Table.from_columns({"a": ["12%", "5", "3%"]}).numbers("a")


def test_fewer_cells_are_read_in_the_same_way():
    column = column_of(["1,5", "1,234"])
    assert column.taken(np.array([False, True])).numbers.tolist() == [1.234]
    pointed = column_of(["1.500", "2.25"], ",")
    assert pointed.taken(np.array([True, False])).numbers.tolist() == [1.5]
    assert pointed.with_cell(1, "3").numbers.tolist() == [1.5, 3]


@pytest.mark.parametrize(
    ("cells", "decimal", "text"),
    [
        (["1,5", "2"], ",", "1,234"),
        (["1,000", "2"], ".", "1.234"),
        (["1.000,5", "2"], ",", "1,234"),
        (["12%", "2%"], ".", "123.4%"),
        (["$1", "$2"], ".", "1.234"),
    ],
)
def test_a_new_number_is_written_as_the_others(cells, decimal, text):
    changed = column_of(cells, decimal).with_cell(0, "1.234")
    assert changed.texts.tolist() == [text, cells[1]]
    assert changed.numbers[0] == 1.234
    assert column_of(cells, decimal).with_cell(0, cells[1]).texts[0] == cells[1]


def test_what_is_written_out_is_plain():
    table = Table.from_columns({"a": ["1,000", "NA", "2.5"], "b": ["x", "1,000", ""], "c": [1, 2, 3]})
    assert table.plain_texts("a").tolist() == ["1000", "NA", "2.5"]
    assert table.plain_texts("b").tolist() == ["x", "1,000", ""]
    assert table.plain_texts("c").tolist() == ["1", "2", "3"]


def test_what_was_understood_can_be_told():
    table = Table.from_columns({"a": ["", "7", "1,000"], "b": ["1", "2", "3"], "c": ["x", "", "1,000"]})
    assert [table.understood(name) for name in table.names] == [("1,000", 1000), None, None]
    clear, grouped = column_of(["1,5", "1,234"], ","), column_of(["1,500", "1,234"], ",")
    table = Table.from_columns({"clear": clear, "grouped": grouped})
    assert [table.understood(name) for name in table.names] == [None, ("1,500", 1.5)]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1.000", "5"], ("1.000", 1)),
        (["5", "-2.500", "NA"], ("-2.500", -2.5)),
        (["1.000", "2.000"], ("1.000", 1)),
        ([*["5"] * 60, "1.000"], ("1.000", 1)),
        (["1.000", "2.500"], None),  # three decimals throughout
        (["1.000", "5", "2.5"], None),
        (["0.500", "5"], None),
        (["1234.000", "5"], None),
        ([*["5"] * 60, "1.000", "0.25"], None),
        (["5", "7"], None),
        (["1e-400", "5"], ("1e-400", 0)),
        (["5", "-2.5E-999"], ("-2.5E-999", 0)),
        (["0." + "0" * 330 + "1", "5"], ("0." + "0" * 330 + "1", 0)),
        (["0", "0.0", "0e5", "-0", "1e-300"], None),
        (["", ""], None),
    ],
)
def test_numbers_that_may_be_meant_otherwise(cells, said, tmp_path):
    assert Table.from_columns({"a": cells}).understood("a") == said
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["a,b", *(f"{cell},x" for cell in cells)]))
    assert read_table(path).understood("a") == said


def test_the_same_cells_in_another_notation_are_not_the_same():
    assert not column_of(["1,000"]).same(column_of(["1,000"], ","))
    assert column_of(["1,000"]).same(column_of(["1,000"]))


def test_notation():
    assert notation_of(["1,000"], ".") == Notation(".", ",")
    assert notation_of(["1,000", "x"], ".") is None
