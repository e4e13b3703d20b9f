"""Which columns are read: the best guess, what was asked for instead, and what is said of it."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em.columns import Layout
from emviz.em.model import ColumnSpec
from emviz.intake import Wishes, ask, guess, oddity, suiting, take, with_way_out
from emviz.intake.oddities import Sums
from emviz.models import model_named
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture as Gmm
from emviz.models.haplotype import Haplotypes as Haplotype
from emviz.models.network import Network

MEASURED = {"eruptions": [3.6, 1.8, 3.333, 2.3], "waiting": [79, 54, 74, 62]}


@dataclass(frozen=True)
class Both(Coins):
    """Coins that are also read from one column for heads and one that is turned around."""

    columns = (*Coins.columns, ColumnSpec("size", "how much", required=False, synonyms=("total", "n all")))

    def layouts(self, table):
        turned = Layout("turned", "heads and tails the other way round", lambda t: t.picked({
            "heads": "tails", "tails": "heads"
        }))  # fmt: skip
        return (turned, Layout("upright", "heads and tails", lambda t: t)) if "turn" in table else ()


def taken(model, cells, /, **wishes):
    table = Table.from_columns(cells)
    return take(model, table, ask(model, table, Wishes(**wishes)))


def failure(model, cells, /, **wishes):
    with pytest.raises(DataError) as caught:
        taken(model, cells, **wishes)
    return str(caught.value)


@pytest.mark.parametrize("names", [("Heads", "TAILS"), (" heads", "tails "), ("h_eads", "Tai-ls")])
def test_names_in_other_letters(names):
    given = taken(Coins(), dict(zip(names, ([5, 9], [5, 1]), strict=True)))
    assert given.table.names == ("heads", "tails")
    assert given.table.numbers("heads").tolist() == [5, 9]


def test_an_exact_name_goes_before_one_in_other_letters():
    given = taken(Coins(), {"Heads": [1, 2], "heads": [5, 9], "tails": [5, 1]})
    assert given.table.numbers("heads").tolist() == [5, 9]
    assert given.table.numbers("Heads").tolist() == [1, 2]
    assert given.notes == ()


def test_what_was_renamed_is_said():
    given = taken(Coins(), {"Heads": [5, 9], "Tails": [5, 1]})
    assert given.notes == ("columns read: heads from Heads, tails from Tails",)
    assert given.choice.named == {"heads": "Heads", "tails": "Tails"}


def test_columns_that_were_asked_for():
    given = taken(Coins(), {"Kopf": [5, 9], "Zahl": [5, 1]}, columns={"heads": "Kopf", "tails": "Zahl"})
    assert given.table.numbers("tails").tolist() == [5, 1]
    assert given.notes == ("columns read: heads from Kopf, tails from Zahl",)


def test_a_column_that_was_asked_for_is_not_guessed_elsewhere():
    given = taken(Coins(), {"heads": [5, 9], "tails": [5, 1]}, columns={"heads": "tails", "tails": "heads"})
    assert given.table.numbers("heads").tolist() == [5, 1]
    assert given.table.numbers("tails").tolist() == [5, 9]


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"columns": {"heads": "Head"}}, "the table has no column 'Head'; did you mean 'Heads'?"),
        ({"columns": {"head": "Heads"}}, "coins has no column 'head'; did you mean 'heads'?"),
        ({"use": ["zzz"]}, "the table has no column 'zzz'; there are Heads, Tails"),
        ({"layout": "pairs"}, "there is no layout 'pairs' for these data; there are none"),
    ],
)
def test_what_is_not_there(wishes, said):
    assert failure(Coins(), {"Heads": [5], "Tails": [5]}, **wishes) == said


def test_row_numbers_are_not_clustered():
    given = taken(Gmm(), {"": [1, 2, 3, 4], **MEASURED})
    assert given.table.names == ("eruptions", "waiting")
    assert given.notes == ("columns left out:  (counts 1 to 4: looks like row numbers)",)


def test_columns_to_take_and_to_leave():
    columns = {"nr": [1, 2, 3, 4], **MEASURED}
    assert taken(Gmm(), columns, use=["nr", "waiting"]).table.names == ("nr", "waiting")
    words = taken(Gmm(), {"remark": list("wxyz"), **MEASURED, "flat": [1, 1, 1, 1]})
    assert words.notes == ("columns left out: remark (not numbers), flat (the same number in every row)",)
    given = taken(Gmm(), columns, leave=["waiting"])
    assert given.table.names == ("eruptions",)
    assert given.notes == ("columns left out: nr (counts 1 to 4: looks like row numbers), waiting",)


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("a", [1, 2, 3], "counts 1 to 3: looks like row numbers"),
        ("a", [0, 1, 2], "counts 0 to 2: looks like row numbers"),
        ("a", [1, 2], None),
        ("a", [1, 3, 2], None),
        ("a", [0.5, 1.5, 2.5], None),
        ("Sample id", [7, 3, 5], "no number twice: looks like identifiers"),
        ("id", [7, 3, 7], None),
        ("Year", [1990, 1991, 1990], "its name says when, not how much"),
        ("ZIP code", [12345, 12345, 99999], "its name says that the digits are a code"),
        ("words", ["x", "y", "z"], None),
        ("all", [3, 5, 9], "the sum of b, c"),
        ("all", [3, 5, 9.1], None),
        ("a", [1, np.nan, 3], None),
    ],
)
def test_oddities(name, values, why):
    table = Table.from_columns({name: values, "b": [1, 2, 4][: len(values)], "c": [2, 3, 5][: len(values)]})
    assert oddity(table, name, Sums(table, [name, "b", "c"])) == why


def test_a_table_without_any_column_to_gather_says_why():
    said = failure(Gmm(), {"nr": [1, 2, 3], "word": list("xyz")})
    assert said == (
        "no column is numbers to cluster by: nr (counts 1 to 3: looks like row numbers), word (not numbers)"
    )
    assert failure(Gmm(), {"a": [1.5, 2, 4]}, leave=["a"]) == "no column is numbers to cluster by: a"
    assert failure(Gmm(), {"gene": list("xyz")}) == "no column is numbers to cluster by"


def test_rows_with_a_missing_cell_are_left_out_where_that_is_asked_for():
    columns = {"a": ["1.5", "NA", "3", "5"], "b": ["2", "3", "-9", "1"]}
    kept = taken(Gmm(), columns, drop=True, codes=frozenset({"-9"}))
    assert kept.table.numbers("a").tolist() == [1.5, 5]
    assert kept.notes == ("2 of 4 rows have a missing cell and are left out",)
    assert taken(Gmm(), columns).table.rows == 4
    none = {"a": ["1", "2", "?", "?"], "b": ["?", "?", "1", "2"]}
    assert failure(Gmm(), none, drop=True) == "every row has a missing cell, and none is left"
    assert taken(Gmm(), MEASURED, drop=True).notes == ()


def test_rows_whose_holes_the_model_fills_are_kept():
    given = taken(Haplotype(), {"x": ["A/a", "NA"], "y": ["B/b", "b/b"], "count": ["3", "2"]}, drop=True)
    assert given.table.rows == 2
    given = taken(Haplotype(), {"x": ["A/a", "NA"], "y": ["B/b", "b/b"], "count": ["?", "2"]}, drop=True)
    assert given.table.rows == 1


@pytest.mark.parametrize("key", ["normal", "gmm", "modules"])
def test_rows_with_holes_in_numbers_are_left_out_where_asked(key):
    columns = {"x": ["1", "NA", "4", "2"], "y": ["3", "5", "1", "7"], "true:x": ["", "2", "", ""]}
    model = model_named(key)
    given = taken(model, columns)
    assert given.table.rows == 4
    assert any(note.startswith("x: 1 of 4 cells is missing, it is a hole that") for note in given.notes)
    given = taken(model, columns, drop=True)
    assert given.table.numbers("x").tolist() == [1, 4, 2]
    assert given.notes[0] == "1 of 4 rows have a missing cell and are left out"


def test_layouts_and_synonyms():
    columns = {"heads": [1, 2], "tails": [3, 4], "turn": ["x", "y"]}
    given = taken(Both(), columns)
    assert given.table.numbers("heads").tolist() == [3, 4]
    assert given.notes == ("the data are taken as heads and tails the other way round",)
    assert taken(Both(), columns, layout="upright").table.numbers("heads").tolist() == [1, 2]
    assert "there are turned, upright" in failure(Both(), columns, layout="none")
    assert guess(Both(), Table.from_columns({"heads": [1], "N_all": [2]})).named == {
        "heads": "heads",
        "size": "N_all",
    }


def test_columns_that_a_layout_would_put_together_can_be_asked_for():
    given = taken(
        Coins(), {"Kopf": ["5", "9"], "Zahl": ["1", "0"]}, columns={"heads": "Kopf", "tails": "Zahl"}
    )
    assert given.choice.layout == ""
    assert given.table.numbers("tails").tolist() == [1, 0]


def test_more_labels_than_clusters_are_set_aside_with_a_note():
    rows = [(1, 2, "a"), (1.2, 2.1, "a"), (5, 6, "b"), (5.1, 6.2, "b"), (9, 1, "c"), (9.2, 1.3, "c")]
    x, y, label = zip(*rows, strict=True)
    table = Table.from_columns({"x": x, "y": y, "label": label})
    two, three = Gmm(components=2), Gmm(components=3, covariance="spherical")
    taken = take(two, table, guess(two, table))
    assert taken.notes == (
        "column label has 3 different clusters and the model has 2: "
        "it is not used until the model has 3 clusters",
    )
    assert two.parse(taken.table).label is None
    assert take(three, table, guess(three, table)).notes == ()
    assert three.parse(table).label.tolist() == [0, 0, 1, 1, 2, 2]


def test_the_number_of_a_sequence_is_no_measurement():
    cells = {**MEASURED, "sequence": [1, 1, 2, 2]}
    assert taken(Gmm(), cells).choice.left_out == {
        "sequence": "numbers the sequences: says which, not how much"
    }
    assert taken(Gmm(), {**MEASURED, "sequence": [1, 1, 2, 4]}).choice.left_out == {}


def test_a_notation_that_was_understood_is_said():
    given = taken(Gmm(), {"salary": ["3,600", "1,800", "2,333"], "years": ["79", "54", "66"]})
    assert given.notes == ("salary: numbers such as 3,600 are read as 3600",)
    assert given.table.numbers("salary").tolist() == [3600, 1800, 2333]


def test_a_label_is_no_number():
    given = taken(
        model_named("motif"), {"sequence": ["ACGTACGTACGTACGTACGTACGT"] * 2, "sites": ["2,6", "1,7"]}
    )
    assert given.notes == ()


def test_how_many_people_there_are_counts_them():
    given = taken(
        model_named("abo"), {"Blood group": ["A", "B", "AB", "O"], "Number of people": [182, 60, 17, 176]}
    )
    assert given.notes == ("columns read: phenotype from Blood group, count from Number of people",)


def test_a_number_that_may_be_meant_otherwise_is_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b;c\n1.000;1.5;1e-400\n5;2;0\n2.500;1.125;0.0\n7;1;3\n")
    table = read_table(path)
    given = take(Gmm(), table, ask(Gmm(), table, Wishes()))
    assert given.notes == (
        "a: numbers such as 1.000 are read as 1, not as thousands",
        "c: numbers such as 1e-400 are read as 0, because they are too small to distinguish from 0",
    )
    assert given.table.numbers("a").tolist() == [1, 5, 2.5, 7]
    assert given.table.numbers("c").tolist() == [0, 0, 0, 3]


def test_columns_that_the_layout_would_join_can_be_asked_for():
    cells = {"a": [1, 0, 1], "b": [0, 1, 1], "c": [1, 1, 0]}
    assert taken(Coins(), cells).table.names == ("tosses",)
    given = taken(Coins(), cells, columns={"heads": "a", "tails": "b"})
    assert given.table.numbers("heads").tolist() == [1, 0, 1]
    assert given.table.numbers("tails").tolist() == [0, 1, 1]


def test_a_name_that_is_not_needed_is_not_said_to_be_read():
    model = model_named("hmm")
    whole = Table.from_columns({"id": ["a", "b"], "symbols": ["HT", "HH"]})
    assert take(model, whole, ask(model, whole, Wishes())).notes == ("columns read: symbols; not needed: id",)
    steps = Table.from_columns({"id": ["a", "a", "b"], "symbol": ["H", "T", "H"]})
    assert take(model, steps, ask(model, steps, Wishes())).notes == ("columns read: sequence from id",)


@pytest.mark.parametrize(("cells", "words"), [
    (["1", "", "", "4"], "2 of 4 rows have a missing cell: fill them in, or delete such rows"),
    (["1", "2", "", "4"], "1 of 4 rows has a missing cell: fill it in, or delete such rows"),
])  # fmt: skip
def test_the_way_out_at_a_missing_cell_is_that_of_who_asks(cells, words):
    table = Table.from_columns({"heads": cells, "tails": ["1"] * 4})
    row = cells.index("") + 1
    told = with_way_out(Coins(), table, DataError("no number", row, "heads"), "delete such rows")
    assert str(told) == f"row {row}, column heads: no number; {words}"


def test_row_numbers_are_row_numbers_where_one_of_them_is_a_code():
    table = Table.from_columns({"nr": range(1, 13), "x": [3, 1, 9, 5, 9, 2, 7, 4, 8, 6, 1, 3]})
    choice = ask(model_named("gmm"), table, Wishes(codes=frozenset({"9"})))
    assert choice.used == ("x",)
    assert choice.left_out == {"nr": "counts 1 to 12: looks like row numbers"}


def test_a_column_that_is_not_there_is_told_beside_what_others_are_called_in_the_file():
    model, table = model_named("deaths"), Table.from_columns({"Anzahl": [0, 1], "Tage": [162, 267]})
    choice = guess(model, table)
    read = take(model, table, choice).table
    with pytest.raises(DataError) as caught:
        model.parse(read)
    ways = "if one of them is it, say which (--columns NAME=COLUMN)"
    told = with_way_out(model, read, caught.value, choice=choice).message
    assert told == f"there is no column 'value'; the table has count, Tage; count is read from Anzahl; {ways}"
    assert with_way_out(model, read, caught.value).message == f"{caught.value.message}; {ways}"


@pytest.mark.parametrize(
    ("model", "cells", "kept"),
    [
        (Network("[a][b|a]", 2.0), {"x": ["no", "yes"], "y": ["yes", "no"]}, False),
        (Network("[a][b|a]"), {"a": ["no", "yes"], "y": ["yes", "no"]}, False),
        (Network("[a][b|a]"), {"a": ["no", "yes"], "b": ["yes", "no"], "y": ["yes", "no"]}, True),
        (Network("[a][b|a]"), {"a": ["no", "yes"], "b": ["", ""]}, True),
        (Network("[a][b|a]"), {"count": [3, 4]}, True),
        (Gmm(variables="waiting"), {"x": [1.5, 2.5, 3.1], "y": [3.5, 1.5, 2]}, False),
        (Coins(), {"x": [1.5, 2.5, 3.1]}, True),
        (Gmm(), {"x": ["a", "b", "c"]}, True),
    ],
)
def test_a_text_on_other_data_is_left_out(model, cells, kept):
    found = suiting(model, Table.from_columns(cells))
    assert (found is model) == kept
    if not kept:
        assert found == replace(model, **{"structure" if isinstance(model, Network) else "variables": ""})
