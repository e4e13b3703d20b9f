"""What a column is taken for where no name tells: counts, codes, dates; which cell keeps it from numbers."""

import numpy as np
import pytest

from emviz.api import fit
from emviz.data.column import CODES
from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, oddity, take
from emviz.intake.oddities import Sums
from emviz.intake.suspects import converted, suspect
from emviz.models.abo import MODEL as ABO
from emviz.models.gmm import GaussianMixture as Gmm
from emviz.models.haplotype import Haplotypes as Haplotype
from emviz.models.hmm import HiddenMarkov
from emviz.models.linkage import MODEL as LINKAGE
from emviz.models.poisson import Poisson


def taken(model, cells, /, **wishes):
    table = Table.from_columns(cells)
    return take(model, table, ask(model, table, Wishes(**wishes)))


@pytest.mark.parametrize(
    ("model", "cells", "total"),
    [
        (LINKAGE, {"class": [*"1234"], "Anzahl": ["125", "18", "20", "34"]}, [125, 18, 20, 34]),
        (LINKAGE, {"class": [*"1234"], "mice": ["125", "18", "20", "34"]}, [125, 18, 20, 34]),
        (ABO, {"Blutgruppe": ["A", "B", "AB", "O"], "Anzahl": ["43", "11", "5", "41"]}, [43, 11, 5, 41]),
        (ABO, {"x": ["A", "O", "A"]}, [2, 0, 0, 1]),
    ],
)
def test_a_column_beside_values_that_differ_counts_them(model, cells, total):
    given = taken(model, cells)
    assert model.parse(given.table).total.tolist() == total
    assert given.notes[0].startswith("columns read: ")


@pytest.mark.parametrize(
    "more",
    [
        {"mice": ["125", "18", "20", "34"], "cages": ["5", "3", "4", "2"]},
        {"share": ["0.5", "0.1", "0.1", "0.3"]},
        {"person": ["17", "33", "29", "54"]},
        {"age": ["17", "NA", "29", "54"]},
    ],
)
def test_a_column_that_may_be_anything_counts_nothing(more):
    given = taken(LINKAGE, {"cell": [*"1234"], **more})
    assert LINKAGE.parse(given.table).total.tolist() == [1, 1, 1, 1]


def test_ages_of_people_of_whom_some_are_alike_count_nothing():
    given = taken(ABO, {"phenotype": ["A", "O", "A"], "age": ["31", "44", "17"]})
    assert ABO.parse(given.table).total.tolist() == [2, 0, 0, 1]
    assert given.notes == ("columns not read: age",)


def test_a_lone_column_is_the_one_that_is_needed():
    given = taken(Poisson(), {"column 1": ["1", "3", "1", "2"]})
    assert given.table.numbers("value").tolist() == [1, 3, 1, 2]
    assert given.notes == ("columns read: value from column 1",)


def test_people_are_counted_in_german_too():
    cells = {"L1": ["A/a", "A/A", "a/a"], "L2": ["B/b", "B/B", "b/b"], "Anzahl": ["3", "2", "4"]}
    data = Haplotype().parse(taken(Haplotype(), cells).table)
    assert (data.loci, data.total) == (("L1", "L2"), 9)


def test_a_column_of_words_is_no_summand():
    table = Table.from_columns({"a": ["x", "y", "z"], "b": [1, 2, 4], "c": [2, 1, 1], "d": [3, 3, 5]})
    assert oddity(table, "d", Sums(table, ("a", "b", "c", "d"))) == "the sum of b, c"


def test_a_sum_with_holes_is_one_where_it_is_seen():
    cells = {"b": [1, 2, np.nan, 4, 7], "c": [2, 1, 1, 5, 1], "d": [3, 3, 9, 9, np.nan]}
    table = Table.from_columns(cells)
    assert oddity(table, "d", Sums(table, tuple(cells))) == "the sum of b, c"
    few = Table.from_columns({**cells, "d": [3, 3, 9, np.nan, 9]})
    assert oddity(few, "d", Sums(few, tuple(cells))) is None


def test_a_rounded_sum_and_a_mean_of_the_others_measure_nothing():
    a, b = (
        np.array([0.541, 0.043, 0.913, 0.377, 0.702, 0.215]),
        np.array([0.637, 0.887, 0.014, 0.412, 0.333, 0.909]),
    )

    def told(last):
        table = Table.from_columns({"a": a, "b": b, "c": last})
        return oddity(table, "c", Sums(table, table.names))

    assert told(np.round(a + b, 2)) == "the sum of a, b"
    assert told(np.round((a + b) / 2, 3)) == "the mean of a, b"
    assert told((a + b) / 2) == "the mean of a, b"
    assert told(np.round(a + b, 2) + 0.02) is None
    assert told(np.round(a + b)) is None  # rounding leaves too little to tell
    assert told(a + b + 0.01) is None


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("barcode", [1017, 672, 7157], "no number twice: looks like identifiers"),
        ("Date of birth", [44017, 43672, 44157], "its name says when, not how much"),
        ("entrez", [1017, 672, 7157], "no number twice: looks like identifiers"),
        ("PatientID", [1017, 672, 7157], "no number twice: looks like identifiers"),
        ("PatientID", [1017, 672, np.nan, 7157], "no number twice: looks like identifiers"),
        ("a", [11, 12, np.nan, 14], "counts 11 to 14: looks like row numbers"),
        ("a", [11, 12, np.nan, 15], None),
        ("measured", [20210331, np.nan, 20210402, 20210115], "dates written as numbers"),
        ("Vp", [17, 3, 8], "no number twice: looks like identifiers"),
        ("Number", [17, 3, 8], "no number twice: looks like identifiers"),
        ("Number of people", [17, 3, 8], None),
        ("No. of cases", [17, 3, 8], None),
        ("case count", [17, 3, 8], None),
        ("ID of patient", [17, 3, 8], "no number twice: looks like identifiers"),
        ("solid", [17, 3, 8], None),
        ("measured", [20210331, 20210402, 20210115], "dates written as numbers"),
        ("measured", [20210331, 20211302, 20210115], None),
        ("time", [1.5, 3, 7], "its name says when, not how much"),
        ("day14", [156, 242, 121], None),
        ("Zeit in min", [1.5, 3, 7], "its name says when, not how much"),
        ("reaction time", [1.5, 3, 7], None),
        ("waiting_time", [79, 54, 74], None),
        ("pvalue", [0.1, 0.5, 0.3], "its name says how sure, not how much"),
        ("p.value", [0.1, 0.5, 0.3], "its name says how sure, not how much"),
        ("p", [0.1, 0.5, 0.3], None),
        ("Sample No", [1, 2, 3, 1, 2, 1], "counts from 1 again and again: looks like row numbers"),
        ("Sample No", [1, 2, 1, 1, 1, 2], None),
        ("dose", [1, 2, 3, 1, 2, 3], None),
        ("subject", [4, 4, 2, 7, 7], "the rows of each number are together: says who, not how much"),
        ("subject", [4, 2, 4, 7, 7], None),
        ("number", [4, 4, 2, 7, 7], None),
        ("Chr", [1, 1, 17, 2], "its name says where in the genome, not how much"),
        ("Length", [812, 90, 1177], None),
    ],
)
def test_odd_columns(name, values, why):
    assert oddity(Table.from_columns({name: values}), name) == why


def test_places_beside_a_chromosome_are_no_measurements():
    table = Table.from_columns({"chr": ["X", "2", "2"], "Start": [812, 90, 1177], "a.bam": [3, 0, 12]})
    assert oddity(table, "Start") == "its name says where in the genome, not how much"
    assert oddity(table, "a.bam") is None


def test_a_number_for_a_name_says_nothing_of_the_genome():
    assert oddity(Table.from_columns({"-1": [22, 9, 21], "0": [17, 22, 21]}), "-1") is None


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["1.5", "<0.05", "3"], "not numbers: '<0.05' in row 2"),
        (["1,5", "2,5", "k", "3"], "not numbers: 'k' in row 3; is it missing there? (--missing k)"),
        (
            ["1.5", "not done", "3", "*", "2", "not done"],
            "not numbers: 'not done' in row 2; are not done, * missing there? (--missing \"not done,*\")",
        ),
        (["1", "a", "2", "b", "3", "c", "4", "d", "5", "e", "6", "f"], "not numbers: 'a' in row 2"),
        (["NA", "$(1.5)", "$2", "$3"], "not numbers: '$(1.5)' in row 2"),
        (["a", "b", "3"], "not numbers"),
        (["NA", "", "?"], "not numbers"),
    ],
)
def test_which_cell_keeps_a_column_from_being_numbers(cells, why):
    rest = [1.0, 2.5, 4.0, 3.5, 3.0, 1.5, 0.5, 5.5, 6.5, 7.0, 8.5, 9.0][: len(cells)]
    assert taken(Gmm(), {"x": cells, "y": rest}).notes == (f"columns left out: x ({why})",)


def test_a_column_in_which_a_number_is_written_in_two_ways_is_left_out():
    notes = taken(Gmm(), {"x": ["1.5", "1,5", "3"], "y": [1, 3, 4]}).notes
    assert notes == ("columns left out: x (not numbers: '1,5' in row 2; write 1.5)",)


@pytest.mark.parametrize(
    "code", ["n.a.", "k.A.", "<NA>", "--", "\\N", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!"]
)
def test_what_databases_and_spreadsheets_write_for_nothing_is_missing(code):
    assert code.lower() in CODES
    table = Table.from_columns({"x": ["1.5", code, "3"]})
    assert table.missing("x").tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            [1.5, 2.5, -99, 4, -99],
            "x: -99 in 2 rows, far from all others: is it missing there? (--missing -99)",
        ),
        ([1.5, 2.5, 999, 4], "x: 999 in 1 row, far from all others: is it missing there? (--missing 999)"),
        ([20, 99, 60, 71], None),
        (
            [1, -9, 999, 3, 4],
            "x: -9 or 999 in 2 rows, far from all others: is it missing there? (--missing -9,999)",
        ),
        (
            [50, 300, -8, 220, -9],
            "x: -9 or -8 in 2 rows, and all others are above 0: is it missing there? (--missing -9,-8)",
        ),
        (
            [1, 9, 2, 3, 8, 2],
            "x: 8 or 9 in 2 rows, where all others are from 1 to 3: is it missing there? (--missing 8,9)",
        ),
        ([1, 9, 2, 4], None),  # a gap before it: no scale
        ([7, 9, 8, 6], None),
        ([1, 2, 3, 8, 4, 5, 6, 7], None),
        ([1, 1, 1, 9], None),
        ([9, 9, 1, 0], None),
        (
            [0, 70, 72, 74, 0, 76, 78, 80, 81, 85, 88, 90, 93],
            "x: 0 in 2 rows, far from all others: is it missing there? (--missing 0)",
        ),
        ([0, 70, 72, 74, 0, 76, 78, 80, 81, 85, 88, 90, 193], None),
        ([0, 70, 72, 74, 76, 78, 80, 81, 85, 88, 90, 93], None),  # once
        (
            [50, 300, -9, 220, -9],
            "x: -9 in 2 rows, and all others are above 0: is it missing there? (--missing -9)",
        ),
        ([50, 300, -9, 220], None),
        (
            [3, 4, 5, 77, 97],
            "x: 77 or 97 in 2 rows, far from all others: is it missing there? (--missing 77,97)",
        ),
        (
            [3.5, 4, -999.9, 5],
            "x: -999.9 in 1 row, far from all others: is it missing there? (--missing -999.9)",
        ),
        (
            [3, 4, -32768, 5],
            "x: -32768 in 1 row, far from all others: is it missing there? (--missing -32768)",
        ),
        ([150, 300, -9, 0, -9], None),
        (["no", "999", "yes"], "x: 999 in 1 row, among words: is it missing there? (--missing 999)"),
        (["no", "0", "yes"], "x: 0 in 1 row, among words: is it missing there? (--missing 0)"),
        (["999", "", "NA"], None),
        (
            ["999", "-9", "yes"],
            "x: -9 or 999 in 2 rows, among words: is it missing there? (--missing -9,999)",
        ),
        (
            ["yes", "Unknown", "not done", "unknown "],
            "x: Unknown or not done or unknown in 3 rows, among words: is it missing there? "
            '(--missing "unknown,not done")',
        ),
        (
            ["1", "unknown", "a"],
            "x: unknown in 1 row, among words: is it missing there? (--missing unknown)",
        ),
        (["unknown", "not done"], None),
        (["999", "5", "yes"], None),
        ([1.5, -99], None),
        ([1.5, 2.5, 3.5], None),
    ],
)
def test_codes_far_from_all_other_numbers_are_asked_about(values, told):
    table = Table.from_columns({"x": values})
    assert suspect(table, "x") == told
    assert suspect(Table.from_columns({"x": ["a"]}), "x") is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([20, 45, 80, -1, 31, -1], "-1 in 2 rows"),
        ([20, 45, 80, -1, 31], None),
        ([1, 20, 45, 80, -9, 31, 33, 45, 21, 50, 60], "-9 in 1 row"),
        ([1, 2, 3, -1, 0], None),
        ([1.5, 2.5, 3.5, -1], None),
        ([1, 2, -1, -2, 3], None),
        ([1, 2, -4, 3], None),
    ],
)
def test_a_code_below_0_among_whole_numbers_is_asked_about(values, code):
    told = suspect(Table.from_columns({"age": values}), "age")
    assert (told or "").startswith(f"age: {code}, and all others are above 0" if code else "")
    assert (told is None) == (code is None)


@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        (["1.162", "2.267", "2.000", "185"], True),
        (["1.162", "2.267", "2.000", "185.5"], False),
        (["1.162", "2.267", "2.000", "85"], False),
        (["1.162", "2.267", "250.125", "185"], False),
        (["1.162", "2.267", "185"], False),
        (["1.162", "2.267", "2.25", "185"], False),
    ],
)
def test_whether_a_point_separates_thousands_is_asked(cells, asked):
    told = suspect(Table.from_columns({"n": cells}), "n")
    words = "n: 1.162 beside 185: does the point separate thousands? Then write 1162"
    assert told == (words if asked else None)


def test_the_question_is_put_and_can_be_answered():
    cells = {"x": [1.5, 2.5, -99, 4], "y": [1, 5, 3, 4]}
    assert [note for note in taken(Gmm(), cells).notes if "-99" in note]
    answered = taken(Gmm(), cells, codes=frozenset({"-99"}), drop=True)
    assert answered.table.numbers("x").tolist() == [1.5, 2.5, 4]
    assert answered.notes == ("1 of 4 rows have a missing cell and are left out",)
    steps = taken(HiddenMarkov(emission="gaussian"), {"value": [1.5, 2.5, 999, 4, np.nan]})
    assert steps.notes[-1].startswith("value: 999 in 1 row")


def test_where_nothing_can_be_read_no_column_is_said_to_be():
    table = Table.from_columns({"id": ["a", "b"], "p": ["x", "y"]})
    assert take(HiddenMarkov(), table, ask(HiddenMarkov(), table, Wishes())).notes == ()


def test_one_row_is_too_few_rather_than_the_same_number_throughout():
    given = taken(Gmm(), {"x": ["1"], "y": ["2"]})
    with pytest.raises(DataError, match="there is 1 row, too few for 2 clusters"):
        Gmm().parse(given.table)


@pytest.mark.parametrize(
    ("key", "cells", "told"),
    [
        (
            "coins",
            {"x": ["a"], "y": ["b"]},
            "is needed, or heads and tails; the table has x, y; ",
        ),
        (
            "proteins",
            {"peptide": ["A"], "P1": ["1"]},
            "column 'protein'; the table has peptide, P1; ",
        ),
        ("hmm", {"a": ["x"], "b": ["y"]}, "one step per row, or symbols; the table has a, b; "),
    ],
)
def test_a_column_that_is_not_found_can_be_named(key, cells, told):
    with pytest.raises(DataError, match=told + r"if one of them is it, say which \(--columns NAME=COLUMN\)$"):
        fit(key, cells)


def test_where_a_setting_is_the_way_out_no_other_is_told():
    with pytest.raises(DataError, match=r"set emission to gaussian$"):
        fit("hmm", {"value": [1.5, 2.5]})


@pytest.mark.parametrize("place", [0, 3, 49, 50, 51, 59])
def test_a_sum_is_that_of_the_first_fifty_other_columns(place):
    values = np.random.default_rng(5).normal(size=(60, 4))
    values[place] = sum(values[other] for other in [k for k in range(60) if k != place][:50])
    table = Table.from_columns({f"c{k}": row for k, row in enumerate(values)})
    sums = Sums(table, table.names)
    found = {name: told for name in table.names if (told := oddity(table, name, sums))}
    others = [f"c{k}" for k in range(60) if k != place][:50]
    assert found[f"c{place}"] == f"the sum of {', '.join(others)}"
    assert set(found) == {f"c{place}"}


WAS = "that a spreadsheet has turned into"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"gene": ["1-Mar", "2-Sep", "TP53", "EGFR", "MYC"], "x": [1, 2, 3, 4, 5]},
            [f"gene: 1-Mar, 2-Sep look like names {WAS} dates: write them again as they were"],
        ),
        (
            {"1-Dez": [1, 2], "TP53": [2, 3], "2.31E+13": [2, 2], "a": [1, 3], "b": [4, 3]},
            [f"names of columns: 1-Dez, 2.31E+13 look like names {WAS} dates: write them again as they were"],
        ),
        (
            {"size": ["14-Oct", "15-19", " 20-24 "]},
            [f"size: 14-Oct looks like a name {WAS} a date: write it again as it was"],
        ),
        (
            {"g": ["2001-03-01", "2002-09-01 00:00:00", "Mar-01", "1.Mrz", *"abcde"]},
            [
                "g: 2001-03-01, 2002-09-01 00:00:00, Mar-01 … look like names "
                f"{WAS} dates: write them again as they were"
            ],
        ),
        ({"day": ["1-Mar", "2-Mar", "3-Mar"]}, []),
        ({"day": ["1-Mar", "x"]}, []),
        ({"gene": ["MARCH1", "12-Markt", "1-2"]}, []),
    ],
)
def test_names_that_a_spreadsheet_has_taken_for_dates(columns, said):
    assert converted(Table.from_columns(columns)) == said


def test_dates_for_names_are_told_where_a_file_is_read():
    table = Table.from_columns({"gene": ["1-Mar", *"ABCD"], "a": [1, 2, 4, 3, 6], "b": [2, 1, 0, 4, 3]})
    assert take(Gmm(), table, ask(Gmm(), table, Wishes())).notes == tuple(converted(table))


def test_many_columns_in_one_notation_are_told_of_together():
    cells = {name: ["1,000", "2,500", "7,000", "4,000"] for name in "abcd"}
    rest = {"p": ["1%", "2%", "5%", "3%"], "q": ["3%", "2%", "9%", "4%"]}
    said = take(Gmm(), table := Table.from_columns({**cells, **rest}), ask(Gmm(), table, Wishes())).notes
    assert [each for each in said if "numbers such as" in each] == [
        "a: numbers such as 1,000 are read as 1000; so are those of b, c, d",
        "p: numbers such as 1% are read as 0.01",
        "q: numbers such as 3% are read as 0.03",
    ]


def test_a_star_among_words_is_asked_about():
    told = 'x: * in 1 row, among words: is it missing there? (--missing "*")'
    assert suspect(Table.from_columns({"x": ["yes", "*", "no"]}), "x") == told
