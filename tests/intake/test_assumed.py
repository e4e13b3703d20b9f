"""What is assumed of people's files is said: missing cells that are filled in, labels set aside, rows."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from emviz.api import Assumed, fit
from emviz.console import cli
from emviz.data.table import DataError, Table
from emviz.em.hyper import configure
from emviz.intake import Wishes, ask, located, take
from emviz.models import discover, model_named
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture
from emviz.models.haplotype import Haplotypes
from emviz.models.hmm import HiddenMarkov
from emviz.models.modules import Modules
from emviz.models.rna import Covariance


def notes(model, columns, /, **wishes):
    table = Table.from_columns(columns)
    return take(model, table, ask(model, table, Wishes(**wishes))).notes


# -- missing cells that a model fills in --

UNSEEN = {
    "three symbols": (
        HiddenMarkov(), {"symbol": [*"ab", "NA", "", "?", *"ba"]},
        "symbol: 3 of 7 cells are missing, each is an unseen step",
    ),
    "one value": (
        HiddenMarkov(emission="gaussian"), {"value": ["1.5", "NA", "2", "4"]},
        "value: 1 of 4 cells is missing, it is an unseen step",
    ),
    "steps within cells": (
        HiddenMarkov(), {"symbols": ["a b ? a", "b NA ? a"]},
        "symbols: 3 of 8 steps are missing, each is an unseen step",
    ),
    "a step within a cell of numbers": (
        HiddenMarkov(emission="gaussian"), {"values": ["1.5 2 NA", "3 1"]},
        "values: 1 of 5 steps is missing, it is an unseen step",
    ),
    "tosses": (
        Coins(), {"tosses": ["HT?H", "T??T", "HHTT"]},
        "tosses: 3 of 12 were not seen, each is left out of its set",
    ),
    "a toss of its own column": (
        Coins(), {"t1": ["H", "T", "H"], "t2": ["H", "NA", "H"], "t3": ["T", "T", "H"]},
        "tosses: 1 of 9 was not seen, it is left out of its set",
    ),
    "alleles": (
        Haplotypes(),
        {"a": ["A/A", "A/.", "./.", "A/G"], "b": ["C/T", "NA", "C/C", "T/T"], "c": ["C/T", "C/C"] * 2},
        "a: 2 of 4 cells, b: 1 of 4 cells are missing, each is a genotype not seen in full: all "
        "possibilities are summed over",
    ),
    "a name": (
        model_named("motif"), {"name": ["a", ""], "sequence": ["ACGTACGTACGTACGTACGTACGTACGTACGT"] * 2},
        "name: 1 of 2 cells is missing, it is a sequence without a name",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("model", "columns", "said"), UNSEEN.values(), ids=UNSEEN)
def test_missing_cells_that_are_filled_in_are_counted(model, columns, said):
    assert notes(model, columns).count(said) == 1


def test_nothing_is_said_where_nothing_is_missing():
    whole = [
        (HiddenMarkov(), {"symbol": list("abba")}),
        (HiddenMarkov(), {"symbols": ["a b a", "b b a"]}),
        (Coins(), {"tosses": ["HTTH", "HHTT"]}),
        (Haplotypes(), {"a": ["A/A", "A/G"], "b": ["C/T", "C/C"]}),
    ]
    assert not [note for each in whole for note in notes(*each) if "missing" in note or "seen" in note]


def test_a_sequence_that_cannot_be_cut_up_is_left_to_who_parses_it():
    assert notes(HiddenMarkov(), {"symbols": [0.1234567890123456, 1e300]}) == ()
    assert notes(HiddenMarkov(), {"other": ["a", "b"], "third": ["c", "d"]}) == ()


def test_every_model_has_words_for_what_it_fills_in():
    specs = [spec for model in discover() for spec in model.columns if spec.holes]
    assert specs
    assert all(spec.unseen for spec in specs)


def test_a_model_without_words_is_told_of_in_general_ones():
    class Bare(HiddenMarkov):
        columns = tuple(replace(spec, unseen="") for spec in HiddenMarkov.columns)

    assert notes(Bare(), {"symbol": ["a", "NA", "b"]}) == (
        "symbol: 1 of 3 cells is missing, it is one of the things that the model does not see",
    )


def test_it_is_said_on_the_command_line_and_from_python(tmp_path, capsys):
    path = tmp_path / "steps.csv"
    path.write_text("symbol\na\nNA\nb\nb\na\n")
    said = "symbol: 1 of 5 cells is missing, it is an unseen step"
    assert cli.main(["fit", "hmm", str(path), "--iterations", "1"]) == 0
    assert capsys.readouterr().err == f"emviz: {said}\n"
    with pytest.warns(Assumed, match=said):
        fit("hmm", path, iterations=1)


# -- labels set aside --

ALIGNED = {
    "sequence": ["GACUG", "GACAC", "CGACG"], "SS_cons": ["<<_>>"] * 3, "alignment": ["GACUG", "NA", "CGACG"],
}  # fmt: skip


def test_an_alignment_of_some_rows_is_set_aside_with_a_word():
    said = "column alignment: 2 of 3 rows have one, and it is set aside until all have"
    assert said in notes(Covariance(), ALIGNED)
    one = ALIGNED | {"alignment": ["GACUG", "NA", ""]}
    assert "column alignment: 1 of 3 rows has one, and it is set aside until all have" in notes(
        Covariance(), one
    )
    for whole in (["GACUG", "GACAC", "CGACG"], ["NA"] * 3):
        assert not [note for note in notes(Covariance(), ALIGNED | {"alignment": whole}) if "aside" in note]
    part, none = (
        Covariance().parse(
            Table.from_columns({name: cells for name, cells in ALIGNED.items() if name in kept})
        )
        for kept in (ALIGNED, ("sequence", "SS_cons"))
    )
    assert part.labelled is None
    assert part.structure.nodes == none.structure.nodes


# -- columns of few values --

MEASURED = {"x": ["1.5", "2", "3.5", "5", "9"], "y": ["4", "2.5", "1", "7", "8"]}
FLAG = "flag: only 2 values (0 and 1), and clustered by as a measured number: leave it out if it is a code"


@pytest.mark.parametrize("model", [GaussianMixture(), Modules(modules=2)], ids=["gmm", "modules"])
def test_a_flag_among_measured_columns_is_asked_about(model):
    for cells in (["0", "1", "1", "0", "1"], ["0", "0", "NA", "0", "1"]):
        assert f"{FLAG} (--drop flag)" in notes(model, MEASURED | {"flag": cells})
    two = notes(model, MEASURED | {"f": ["0", "1", "1", "0", "1"], "g": ["2", "2", "2", "-1", "2"]})
    assert two[-1] == (
        "f, g: only 2 values each, and clustered by as measured numbers: "
        "leave out those that are codes (--drop f,g)"
    )
    many = notes(model, MEASURED | {f"f{k}": ["0", "1", "1", "0", "1"] for k in range(12)})
    assert "f9 and 2 more: only 2 values" in many[-1]


MANY = {name: [str(value * k) for k in range(1, 21)] for name, value in (("x", 1.5), ("y", -0.7))}


@pytest.mark.parametrize("model", [GaussianMixture(), Modules(modules=2)], ids=["gmm", "modules"])
def test_kinds_that_are_numbered_are_asked_about_and_ratings_are_not(model):
    species = notes(model, MANY | {"species": ["0", "2", "1", "1"] * 5})
    assert species[-1] == (
        "species: only 3 values (0, 1 and 2), and clustered by as a measured number: "
        "leave it out if it is a code (--drop species)"
    )
    two = notes(model, MANY | {"grade": ["1", "2", "3", "4"] * 5, "flag": ["0", "1"] * 10})
    assert "grade, flag: only 2 to 4 values each, and" in two[-1]
    for counted in ("1 2 3 4 5", "4 6 8 6 4", "0.5 1 1.5 1 1", "0 1 3 3 1"):
        assert not [note for note in notes(model, MANY | {"z": counted.split() * 4}) if "take" in note]


@pytest.mark.parametrize(
    "cells", [["0", "1", "2", "0", "1"], ["1", "1", "1", "1", "1"], ["a", "b", "a", "b", "a"]]
)
def test_other_columns_are_not(cells):
    assert "2 values" not in " ".join(notes(GaussianMixture(), MEASURED | {"flag": cells}))


def test_nor_is_a_flag_that_was_asked_for_or_is_alone_or_one_of_few_rows():
    flag = {"flag": ["0", "1", "1", "0", "1"]}
    assert "2 values" not in " ".join(notes(GaussianMixture(variables="x,flag"), MEASURED | flag))
    assert notes(GaussianMixture(), flag) == ()
    short = {name: cells[:4] for name, cells in (MEASURED | flag).items()}
    assert notes(GaussianMixture(), short) == ()
    assert "2 values" not in " ".join(notes(GaussianMixture(), MEASURED | flag, leave=["flag"]))


def test_whether_a_gene_is_bound_is_no_doubtful_number():
    bound = {"gene": list("abcde"), "reg:R1": ["0", "1", "1", "0", "1"]}
    assert "2 values" not in " ".join(notes(Modules(modules=2), MEASURED | bound))


# -- rows that are named --


def refused(model, columns, /, **wishes):
    """Return what a person is told of a table that cannot be used, as the command line tells it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Assumed)
        with pytest.raises(DataError) as told:
            fit(model, Table.from_columns(columns), **wishes)
    return told.value


COUNT_TOO = "; rows are counted as in the file, with those left out"


def test_a_row_below_units_is_the_one_of_the_file():
    cell, row = "oops", 3
    columns = {"a": ["cm", "1", "2", "4", "8"], "b": ["kg", "5", cell, "1", "2"]}
    told = refused("gmm", columns, use=["a", "b"])
    assert (told.row, told.column) == (row, "b")
    assert told.message.startswith(f"expected a number, got '{cell}'")
    assert told.message.endswith(COUNT_TOO)
    bare = refused("gmm", {name: cells[1:] for name, cells in columns.items()}, use=["a", "b"])
    assert bare.row == row - 1
    assert COUNT_TOO not in bare.message


def test_a_row_that_was_moved_or_follows_one_that_is_left_out():
    """The rows of each sequence are put together: row 3 of the file comes second."""
    ids, values = ["1", "2", "1", "2", "1"], ["1", "2", "inf", "5", "3"]
    told = refused("hmm", {"sequence": ids, "value": values}, emission="gaussian")
    assert (told.row, told.column) == (3, "value")
    left = refused("coins", {"heads": ["1", "NA", "3"], "tails": ["1", "2", "1.5"]}, missing="drop")
    assert (left.row, left.column) == (3, "tails")


def test_a_table_keeps_the_places_of_its_rows():
    table = Table.from_columns({"a": list("vwxyz"), "b": list("12345")})
    assert table.places is None
    assert table.place(3) == 4
    some = table.where(np.array([True, False, True, True, False])).where(np.array([2, 0]))
    for each in (some, some.picked({"c": "a"}), some.with_column("d", [1, 2]), some.with_codes({"9"})):
        assert [each.place(row0) for row0 in range(2)] == [4, 1]
    assert some.numbered() is some
    assert table.numbered().place(4) == 5
    for edited in (some.with_cell(0, "a", "q"), some.with_rows(2, [{}]), some.without_rows([])):
        assert edited.places is None


def test_the_row_is_told_once_and_only_where_it_is_another():
    error = DataError("wrong", 2, "a")
    table = Table.from_columns({"a": list("vwx")})
    choice = ask(HiddenMarkov(), Table.from_columns({"symbol": list("xyx")}), Wishes())
    assert located(error, table, None) is error
    assert located(error, table, choice) is error
    aside = replace(choice, aside={0: "names or units"})
    assert located(error, table, aside) is error
    first, last = np.array([1, 2]), np.array([0, 1])
    assert located(error, table.where(last), aside) is error
    assert str(located(error, table.where(first), aside)) == f"row 3, column a: wrong{COUNT_TOO}"
    turned = located(error, table, replace(choice, layout="turned"))
    assert str(turned) == "row 2, column a: wrong; the row is one of those that the layout 'turned' makes"
    assert located(DataError("wrong"), table.where(first), aside).row is None


def test_a_row_that_is_no_total_is_named_as_in_the_file():
    said = notes(
        Coins(), {"heads": ["count", "3", "4"], "tails": ["count", "1", "2"], "total": ["count", "4", "7"]}
    )
    assert "heads and tails are not the total in row 3; the total is not used" in said


def test_a_cell_that_is_no_number_is_named_as_in_the_file():
    x, y, z = ["cm", "1.5", "2", "9"], ["kg", "4", "2.5", "1"], ["mm", "1", "5", "12 kg"]
    said = " ".join(notes(GaussianMixture(), {"x": x, "y": y, "z": z, "w": ["s", "3", "8", "7"]}))
    assert "z (not numbers: '12 kg' in row 4; write 12" in said


def test_answers_are_those_of_the_rows_of_the_file(tmp_path, capsys):
    path = tmp_path / "points.csv"
    path.write_text("x,y\ncm,kg\n1.5,4\n2.5,3\nNA,5\n9,1\n8.5,2\n")
    options = ["--use", "x,y", "--missing", "drop", "--answers", "--iterations", "5"]
    assert cli.main(["fit", "gmm", str(path), *options]) == 0
    rows = [line.split(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert rows == ["row", "2", "3", "5", "6"]


# -- rows that are left out --

ZERO = "to leave a row out is to take its missing count for 0"
COUNTED = {
    "abo": {"phenotype": ["A", "B", "AB", "O"], "count": ["9", "4", "NA", "7"]},
    "linkage": {"cell": ["1", "2", "3", "4"], "count": ["125", "NA", "20", "34"]},
    "poisson": {"value": ["1", "2", "3"], "count": ["30", "NA", "2"]},
    "deaths": {"value": ["0", "1", "2", "3"], "count": ["30", "20", "NA", "2"]},
    "haplotype": {"a": ["A/A", "A/G", "G/G"], "b": ["C/C", "C/T", "T/T"], "count": ["3", "NA", "5"]},
}


def height(key, table):
    """log P at the maximum, whichever of the categories are in the table."""
    return fit(key, table, seed=1, tol=1e-12).steps[-1].expectation.objective


@pytest.mark.parametrize("key", COUNTED)
def test_a_missing_count_that_is_left_out_is_a_count_of_0(key):
    columns = COUNTED[key]
    assert str(refused(key, columns)).endswith(
        f"1 of {len(columns['count'])} rows has a missing cell: fill it in, or leave the rows out "
        f"(--missing drop); {ZERO}"
    )
    assert ZERO in notes(model_named(key), columns, drop=True)
    table, model = Table.from_columns(columns), model_named(key)
    zero = table.with_cell(columns["count"].index("NA"), "count", "0")
    left = take(model, table, ask(model, table, Wishes(drop=True))).table
    assert height(key, left) == pytest.approx(height(key, zero), rel=1e-9)


def test_a_missing_value_is_no_missing_count():
    columns = {"phenotype": ["A", "B", "AB", "NA"], "count": ["9", "4", "2", "7"]}
    assert ZERO not in str(refused("abo", columns))
    assert ZERO not in " ".join(notes(model_named("abo"), columns, drop=True))


def test_the_angles_move_where_one_is_left_out_and_it_is_said(tmp_path, capsys):
    path = tmp_path / "angles.csv"
    path.write_text("a,b,c,d,e\n0,2,3,0,0\n1,NA,2,1,0\n0,3,2,0,1\n0,2,2,1,0\n")
    model = configure(model_named("tomography"), {"size": 4})
    command = ["fit", "tomography", str(path), "--set", "size=4", "--iterations", "1"]
    assert cli.main(command) == 2
    assert model.if_left_out in capsys.readouterr().err
    assert cli.main([*command, "--missing", "drop"]) == 0
    assert re.findall("emviz: (.*)\n", capsys.readouterr().err) == [
        "1 of 4 rows have a missing cell and are left out", model.if_left_out
    ]  # fmt: skip
