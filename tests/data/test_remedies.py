"""A number that stands in a cell with something else is not guessed at: the sentence says what to write."""

import pytest

from emviz.data.remedies import common_remedy, option, remedy
from emviz.data.table import DataError, Table
from emviz.em.columns import not_numbers
from emviz.intake import Wishes, ask, take
from emviz.models.gmm import GaussianMixture


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12 kg", "12"),
        ("3.5mmol/l", "3.5"),
        ("-4 °C", "-4"),
        ("CHF 5", "5"),
        ("Fr. 5,50", "5,50"),
        (" 7 h ", "7"),
    ],
)
def test_a_unit_belongs_to_the_name(cell, number):
    assert remedy(cell) == f"write {number}, and a unit in the name of the column"
    with pytest.raises(DataError) as told:
        Table.from_columns({"w": ["1", cell]}).numbers("w")
    assert str(told.value) == f"row 2, column w: expected a number, got '{cell}'; {remedy(cell)}"


def test_a_comma_among_points_marks_decimals_or_stands_between_thousands():
    assert [remedy(cell) for cell in ("3,75", "-,5", "1,234", "1234,567", "1,2,3")] == [
        *("write 3.75", "write -.5", "write 1.234, or 1234", "write 1234.567", ""),
    ]
    with pytest.raises(DataError, match=r"^row 2, column w: expected a number, got '3,75'; write 3\.75$"):
        Table.from_columns({"w": ["1.5", "3,75"]}).numbers("w")


def test_percent_is_meant_by_every_number_or_by_none():
    both = "write a % behind every number of the column, or behind none"
    for cells, bad in ((["12%", "0.12", "13 %"], "0.12"), (["0.12", "12%", "0.13", "0.2"], "12%")):
        message = f"expected a number, got '{bad}'; {both}"
        with pytest.raises(DataError) as told:
            Table.from_columns({"w": cells}).numbers("w")
        assert (told.value.message, told.value.row) == (message, 2)
        assert not_numbers(Table.from_columns({"w": cells}), "w") == f"not numbers: '{bad}' in row 2; {both}"
    with pytest.raises(DataError, match=r"got '99', a missing value$"):
        Table.from_columns({"w": ["1", "99"]}).with_codes({"99"}).numbers("w")


def test_a_mark_is_no_unit():
    assert remedy("8.73*") == remedy("8.73 †") == "write 8.73 without the mark, or leave the cell empty"


def test_a_top_group_is_not_one_number():
    assert [remedy(cell) for cell in ("5+", "5 +")] == 2 * ["5 or more is not one number"]


def test_an_option_is_quoted_where_a_shell_needs_it():
    assert option("drop", ["age", "bmi"]) == "(--drop age,bmi)"
    assert option("drop", ["tumor stage"]) == '(--drop "tumor stage")'
    assert option("missing", ["-99"]) == "(--missing -99)"
    assert option("columns", ["count=n (all)"]) == '(--columns "count=n (all)")'


def test_brackets_may_stand_for_a_minus():
    assert remedy("(1.5)") == "write -1.5 if the brackets mean a minus, otherwise 1.5"


@pytest.mark.parametrize(
    "cell", ["", "kg", "g1", "1/2", "5:30", "<0.05", "1.5.2", "$(1.5)", "Group 1", "2 of 3", "0x10"]
)
def test_other_cells_have_none(cell):
    assert remedy(cell) == ""


def test_a_column_of_one_unit_only():
    assert common_remedy(["12 kg", "3 kg"]) == "write 12, and a unit in the name of the column"
    assert (
        common_remedy(["12 kg", "3 g"]) == common_remedy(["12 kg", "kg"]) == common_remedy(["a", "b"]) == ""
    )


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["12 kg", "13 kg", "9 kg"], "'12 kg'; write 12, and a unit in the name of the column"),
        (["CHF 5", "CHF 6", "CHF 9"], "'CHF 5'; write 5, and a unit in the name of the column"),
        (["2", "(1.5)", "3"], "'(1.5)' in row 2; write -1.5 if the brackets mean a minus, otherwise 1.5"),
        (["2", "13 kg", "3"], "'13 kg' in row 2; write 13, and a unit in the name of the column"),
    ],
)
def test_a_column_that_is_left_out_says_what_to_do(cells, why):
    table = Table.from_columns({"x": ["1.5", "2.5", "9"], "w": cells})
    given = take(GaussianMixture(), table, ask(GaussianMixture(), table, Wishes()))
    assert given.notes == (f"columns left out: w (not numbers: {why})",)
