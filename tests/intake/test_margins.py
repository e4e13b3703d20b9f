"""Rows of a table that are no data: which, that they are left out and said, and that they can be kept."""

import numpy as np
import pytest

from emviz.api import Assumed, fit
from emviz.data.table import Table
from emviz.intake import Wishes, ask, take
from emviz.intake.margins import margins
from emviz.models.abo import MODEL as ABO
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture as Gmm

X, Y = ["1.5", "2.25", "3.5", "4"], ["10", "20", "31", "39"]
LETTERS = ["a", "b", "c", "d"]


def taken(model, columns, /, **wishes):
    table = Table.from_columns(columns)
    return take(model, table, ask(model, table, Wishes(**wishes)))


def with_rows(above=(), below=()):
    """Return the columns name, x and y with rows above and below."""
    rows = [*above, *zip(LETTERS, X, Y, strict=True), *below]
    return dict(zip(("name", "x", "y"), map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.parametrize(
    ("above", "below", "aside"),
    [
        ([("", "cm", "kg")], [], {0: "names or units"}),
        ([("", "[cm]", "")], [], {0: "names or units"}),
        ([("", "mean", "mean"), ("id", "", "")], [], {0: "names or units"}),
        ([("", "length", "weight"), ("", "cm", "kg")], [], {0: "names or units", 1: "names or units"}),
        ([("", "a", "b"), ("", "", ""), ("", "[m]", "")], [], dict.fromkeys(range(3), "names or units")),
        ([("---", "---:", ":---:")], [], {0: "names or units"}),
        ([], [("Total", "11.25", "100")], {4: "a total or a mean"}),
        ([], [("Mittelwert", "2.8", "25"), ("SD", "1.1", "12.7")], {4: "a total or a mean", 5: "a spread"}),
        ([], [("n", "4", "4"), ("mean", "2.8", "25")], {4: "a spread", 5: "a total or a mean"}),
        ([], [("SD", "4", "4")], {}),
        ([], [("", "11.25", "100")], {4: "the sums of the columns"}),
        ([], [("", "11.25", "101")], {}),
        ([], [("", "2.81", "25.0")], {4: "the means of the columns"}),
        ([], [("", "2.8", "25")], {}),
        ([], [("", "2.83", "25.0")], {}),
        ([], [("e", "2.81", "25.0")], {}),
        ([], [("Median (all)", "2.88", "25.5")], {4: "a total or a mean"}),
        ([], [("a Total", "11.25", "100"), ("SD", "1.1", "12.7")], {4: "a total or a mean", 5: "a spread"}),
        ([], [("total fat", "2.25", "21")], {}),
        ([], [("__no_feature", "5", "7"), ("__not_aligned", "0", "0")],
         {4: "reads of no gene", 5: "reads of no gene"}),
        ([("N_unmapped", "5", "7"), ("N_noFeature", "8", "9")], [],
         {0: "reads of no gene", 1: "reads of no gene"}),
        ([], [("------+----", "", "")], {4: "a rule"}),
        ([("+----+", "", "+----+")], [], {0: "names or units"}),
        ([("-----+-----", "", "")], [("(4 rows)", "", "")],
         {0: "names or units", 5: "a remark"}),
        ([], [("", "", ""), ("", "", " ")], {4: "empty", 5: "empty"}),
        ([], [("Source: own measurement", "", "")], {4: "a remark"}),
        ([], [("* measured twice", "", "")], {4: "a remark"}),
        ([], [("measured by hand at noon", "", "")], {4: "a remark"}),
        ([], [("====", "====", "====")], {4: "a rule"}),
        ([], [("e", "", "")], {}),
        ([], [("Total", "", "")], {4: "a total or a mean"}),
        ([], [("e", "NA", "5")], {}),
        ([("e", "<0.05", "5")], [], {}),
        ([("e", "<0.05", "> 3")], [], {}),
        ([("e", "NA", "NA")], [], {}),
        ([("", "cm", "kg")], [("", "", ""), ("Sum", "11.25", "100")],
         {0: "names or units", 5: "empty", 6: "a total or a mean"}),
    ],
)  # fmt: skip
def test_which_rows_are_no_data(above, below, aside):
    assert margins(Table.from_columns(with_rows(above, below))) == aside


@pytest.mark.parametrize(
    ("again", "aside"),
    [
        (("name", "x", "y"), {1: "the names of the columns again"}),
        (("name", "x ", "y"), {1: "the names of the columns again"}),
        (("name", "x", "z"), {}),
    ],
)
def test_the_names_of_the_columns_again_are_no_data(again, aside):
    rows = [(LETTERS[0], X[0], Y[0]), again, *zip(LETTERS[1:], X[1:], Y[1:], strict=True)]
    columns = dict(zip(("name", "x", "y"), map(list, zip(*rows, strict=True)), strict=True))
    assert margins(Table.from_columns(columns)) == aside
    total = {
        name: [*cells, last]
        for (name, cells), last in zip(columns.items(), ("Total", "11.25", "100"), strict=True)
    }
    if aside:
        assert margins(Table.from_columns(total)) == {**aside, 5: "a total or a mean"}


def test_a_symbol_may_be_called_as_its_column():
    assert margins(Table.from_columns({"symbol": ["a", "symbol", "b"]})) == {}


def test_a_remark_below_numbers_alone():
    below = {"x": [*X, "Source", ""], "y": [*Y, "", ""]}
    assert margins(Table.from_columns(below)) == {4: "a remark", 5: "empty"}


@pytest.mark.parametrize(
    "columns",
    [
        {"x": ["cm"]},
        {"x": ["cm", "1"]},
        {"x": ["word", "1", "2", "3"]},
        {"symbol": ["A", "1", "2", "1"]},
        {"symbol": ["total", "mean", "total"]},
        {"x": ["1", "2", ""]},
        {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([3.0, 4.0, np.nan])},
        {"x": [], "y": []},
        {},
    ],
)
def test_rows_that_may_be_data_are_kept(columns):
    assert margins(Table.from_columns(columns)) == {}


@pytest.mark.parametrize(
    ("x", "y", "aside"),
    [
        ([1, 4, 2, 6, 3, 16], [5, 9, 1, 2, 2, 19], {5: "the sums of the columns"}),
        ([1, 4, 2, 6, 3, 16], [5, 9, 1, 2, 2, 18], {}),
        ([1, 4, 2, 6, 13], [5, 9, 1, 2, 17], {}),
        ([1, 0, 0, 0, 1, 2], [0, 1, 0, 0, 1, 2], {}),
        ([1, 4, 2, 6, 3, 16], ["a", "b", "c", "d", "e", "f"], {}),
    ],
)
def test_sums_without_a_word(x, y, aside):
    assert margins(Table.from_columns({"x": x, "y": y})) == aside


def test_amounts_written_with_signs_are_numbers():
    found = margins(
        Table.from_columns({"x": ["USD", "1'000", "2'500", "30"], "y": ["kg", "5 %", "3 %", "1 %"]})
    )
    assert found == {0: "names or units"}


def test_what_is_left_out_is_said_and_can_be_kept():
    given = taken(Gmm(), with_rows([("", "cm", "kg")], [("Total", "11.25", "100")]))
    assert given.table.numbers("x").tolist() == [1.5, 2.25, 3.5, 4]
    assert given.table.numbers("y").tolist() == [10, 20, 31, 39]
    assert given.notes[0] == "rows left out: 1 (names or units), 6 (a total or a mean)"
    kept = taken(Gmm(), with_rows([], [("Total", "11.25", "100")]), every_row=True)
    assert kept.table.numbers("x").tolist() == [1.5, 2.25, 3.5, 4, 11.25]
    assert not any("rows left out" in note for note in kept.notes)


def test_many_rows_are_counted():
    given = taken(Gmm(), with_rows([], [("", "", "")] * 12))
    assert given.notes[0].endswith("13 (empty), 14 (empty) and 2 more")


def test_a_total_is_no_set_of_tosses_and_no_blood_group():
    sets = {"set": ["1", "2", "3", "Total"], "heads": ["5", "9", "8", "22"], "tails": ["5", "1", "2", "8"]}
    assert taken(Coins(), sets).table.numbers("heads").tolist() == [5, 9, 8]
    groups = {"phenotype": ["A", "B", "AB", "O", "Summe"], "count": ["43", "11", "5", "41", "100"]}
    assert ABO.parse(taken(ABO, groups).table).total.tolist() == [43, 11, 5, 41]


def test_a_fit_leaves_a_total_out_unless_it_is_asked_for():
    columns = {"who": ["a", "b", "Sum"], "heads": ["5", "9", "14"], "tails": ["5", "1", "6"]}
    with pytest.warns(Assumed, match=r"rows left out: 3 \(a total or a mean\)"):
        assert sum(fit("coins", columns).counts["heads"]) == pytest.approx(14)
    assert sum(fit("coins", columns, every_row=True).counts["heads"]) == pytest.approx(28)


def test_columns_of_numbers_that_bear_on_nothing_are_named():
    given = taken(Coins(), {"heads": ["5", "9"], "tails": ["5", "1"], "age": ["31", "17"], "who": ["x", "y"]})
    assert given.notes == ("columns not read: age",)
    odd = {"heads": ["5", "9", "4"], "tails": ["5", "1", "6"], "nr": ["1", "2", "3"], "win": ["1", "0", "1"]}
    assert taken(Coins(), odd).notes == ()


def test_rows_that_count_once_beside_numbers_that_are_not_read_are_told():
    once = "each row counts once: if percent has the numbers, say so (--columns count=percent)"
    shares = {"phenotype": ["O", "A", "B"], "percent": ["45.5%", "41%", "9%"]}
    assert taken(ABO, shares).notes == ("columns not read: percent", once)
    people = {"phenotype": ["O", "A", "A"], "age": ["45.5", "41", "9"]}
    assert taken(ABO, people).notes == ("columns not read: age",)


def test_letters_above_nothing_but_0_are_data():
    assert margins(Table.from_columns({"x.1": ["A", "C", "0", "0"], "x.2": ["C", "A", "0", ""]})) == {}


def test_subtotals_between_the_rows():
    rows = [
        ("a", "1.5", "10%"),
        ("a", "2", "20%"),
        ("a Total", "3.5", "30%"),
        ("b", "4", "5%"),
        ("Subtotal b", "4", "5%"),
    ]
    table = Table.from_columns(
        dict(zip(("g", "x", "y"), zip(*rows, ("Grand Total", "7.5", "35%"), strict=True), strict=True))
    )
    assert margins(table) == dict.fromkeys((2, 4, 5), "a total or a mean")


def test_a_row_of_means_below_numbers_alone():
    x, y = ["1.52", "2.25", "3.5", "4.125", "0.75"], ["103", "205", "311", "398", "77"]
    assert margins(Table.from_columns({"x": [*x, "2.429"], "y": [*y, "218.8"]})) == {
        5: "the means of the columns"
    }
    assert margins(Table.from_columns({"x": [*x, "2.429"], "y": [*y, "218.9"]})) == {}
    assert margins(Table.from_columns({"x": ["1.25"] * 6, "y": ["2.25"] * 6})) == {}


def test_the_mean_of_columns_with_little_spread_is_no_row_of_means():
    """One acid reading in three is 7.0, and one in thirty is that in all columns."""
    acid = {"x": ["7.0", "6.9", "7.1", "6.8", "7.2", "7.0"], "y": ["7.1", "6.9", "7.0", "7.0", "7.0", "7.0"]}
    assert margins(Table.from_columns({**acid, "z": acid["x"]})) == {}


@pytest.mark.parametrize("power", ["e-200", "e+3", "E200"])
def test_powers_of_ten_count_as_digits(power):
    """Close to 0 every number would otherwise be the mean of all."""
    x, y = ["1.52", "2.25", "3.5", "4.125", "0.75"], ["1.03", "2.05", "3.11", "3.98", "0.77"]
    above = {"x": [cell + power for cell in x], "y": [cell + power for cell in y]}
    assert margins(Table.from_columns(above)) == {}
    below = {"x": [*above["x"], f"2.429{power}"], "y": [*above["y"], f"2.188{power}"]}
    assert margins(Table.from_columns(below)) == {5: "the means of the columns"}
