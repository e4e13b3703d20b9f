"""How people write blood groups, the cells of a cross, and values with their counts."""

import pytest

from emviz.api import Assumed, fit
from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.models.abo import Abo
from emviz.models.abo.layouts import group_of
from emviz.models.linkage import Linkage
from emviz.models.poisson import Poisson

FOUR = ["125", "18", "20", "34"]


def taken(model, cells, /, **wishes):
    table = Table.from_columns(cells)
    given = take(model, table, ask(model, table, Wishes(**wishes)))
    return model.parse(given.table), given.notes


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("A+", "A"), ("AB-", "AB"), ("O \N{MINUS SIGN}", "O"), ("0", "O"), ("0+", "O"), ("ab", "AB"),
        ("B pos", "B"), ("A Rh neg.", "A"), ("o positive", "O"), ("A, Rh+", "A"), ("B(+)", "B"),
        ("A/O", None), ("A1", None), ("AA", None), ("", None), ("Total", None),
    ],
)  # fmt: skip
def test_blood_groups_as_they_are_written(text, group):
    assert group_of(text) == group


@pytest.mark.parametrize(
    ("name", "groups", "counts", "total", "told"),
    [
        ("blood group", ["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"], [100, 20, 30, 5, 8, 2, 120, 25],
         [120, 35, 10, 145], "the Rhesus factor left aside"),
        ("Blutgruppe", ["A", "B", "AB", "0"], [43, 11, 5, 41], [43, 11, 5, 41], "0 is O"),
        ("type", ["a", "b", "ab", "o"], [43, 11, 5, 41], [43, 11, 5, 41], "small letters as capitals"),
        ("abo", ["A+", "0-"], [3, 4], [3, 0, 0, 4], "0 is O, the Rhesus factor left aside"),
    ],
)  # fmt: skip
def test_blood_groups_are_read_and_it_is_said_how(name, groups, counts, total, told):
    data, notes = taken(Abo(), {name: groups, "count": counts})
    assert data.total.tolist() == total
    assert notes[0] == f"the data are taken as blood groups ({name}), {told}"


def test_plain_blood_groups_need_no_words():
    assert taken(Abo(), {"phenotype": ["A", "B", "O"], "count": [3, 2, 1]})[1] == ()
    assert taken(Abo(), {"phenotype": ["A", " O "], "zeros": ["0", "0"]})[1] == ()


def test_what_is_no_blood_group_is_refused():
    with pytest.raises(DataError, match="expected a phenotype A, B, AB or O, got 'M'"):
        taken(Abo(), {"phenotype": ["A", "M"]})
    with pytest.raises(DataError, match="there is no column 'phenotype'"):
        taken(Abo(), {"A": ["3"], "B": ["4"]})


def test_a_missing_group_among_others_stays_missing():
    with pytest.raises(DataError, match="expected a phenotype A, B, AB or O, got 'NA'"):
        taken(Abo(), {"type": ["A+", "NA", "O-"]})
    assert taken(Abo(), {"type": ["A+", "NA", "O-"]}, drop=True)[0].total.tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(
    "columns", [{"A": 43, "B": 11, "AB": 5, "O": 41}, {"0": 41, "a": 43, "b": 11, "ab": 5}]
)
def test_a_column_for_each_blood_group(columns):
    data, notes = taken(Abo(), {name: [str(count)] for name, count in columns.items()})
    assert data.total.tolist() == [43, 11, 5, 41]
    assert notes == ("the data are taken as a column for each blood group",)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"n": FOUR}, "the counts of cells 1 to 4 in their order"),
        ({"AB": ["125"], "Ab": ["18"], "aB": ["20"], "ab": ["34"]},
         "one row of counts, cells 1 to 4 from AB, Ab, aB, ab"),
        ({"ab": ["34"], "Ab": ["18"], "aB": ["20"], "AB": ["125"], "cross": ["x"]},
         "one row of counts, cells 1 to 4 from AB, Ab, aB, ab"),
        ({f"column {k + 1}": [count] for k, count in enumerate(FOUR)},
         "one row of counts, cells 1 to 4 from column 1, column 2, column 3, column 4"),
        ({"phenotype": ["AB", "Ab", "aB", "ab"], "count": FOUR}, "cells named AB, Ab, aB, ab (phenotype)"),
        ({"what": ["y4", "y3", "y2", "y1"], "n": FOUR[::-1]}, "cells named y1, y2, y3, y4 (what)"),
    ],
)  # fmt: skip
def test_the_four_cells_as_they_are_written(cells, told):
    data, notes = taken(Linkage(), cells)
    assert data.total.tolist() == [125, 18, 20, 34]
    assert notes[0] == f"the data are taken as {told}"


@pytest.mark.parametrize(
    "cells",
    [{"x": ["1", "4", "2", "3"]}, {"cell": [*"1234"], "count": FOUR}, {"cell": ["1"], "count": ["5"]}],
)
def test_cells_that_are_plain_are_left_alone(cells):
    assert not any("the data are taken" in note for note in taken(Linkage(), cells)[1])


@pytest.mark.parametrize("cells", [{"x": ["5", "7", "2"]}, {"x": ["NA", "NA"]}, {"x": ["a", "b", "c", "d"]}])
def test_what_cannot_be_cells_is_refused(cells):
    with pytest.raises(DataError, match="expected a cell 1, 2, 3 or 4"):
        taken(Linkage(), cells)


@pytest.mark.parametrize(
    "top", ["3+", "3 +", "3 or more", "3 and over", "3 oder mehr", "3 und mehr", "3 et plus", ">= 3", "≥3"]
)
def test_a_top_group_as_it_is_written(top):
    cells = {"deaths": ["0", "1", "2", top], "households": ["168", "32", "16", "7"]}
    data, _ = taken(Poisson(hidden="top"), cells)
    assert data.value.tolist() == [0, 1, 2, 3]
    assert data.count.tolist() == [168, 32, 16, 7]
    assert data.least == 3


@pytest.mark.parametrize("cell", ["+", "3+4", "or more", "3 more", ">=3+"])
def test_what_is_no_top_group(cell):
    with pytest.raises(DataError, match="expected a whole number, or a top group such as >=2"):
        taken(Poisson(hidden="top"), {"value": ["0", "1", cell]})


def test_a_column_for_each_value():
    data, notes = taken(Poisson(hidden="top"), {"place": ["x"], "0": ["168"], "1": ["32"], "2+": ["23"]})
    assert (data.value.tolist(), data.count.tolist(), data.least) == ([0, 1, 2], [168, 32, 23], 2)
    assert notes[0] == "the data are taken as a column for each value"
    assert taken(Poisson(), {"value": ["2"], "count": ["5"]})[1] == ()


def test_that_no_row_tells_of_zeros_is_said_where_a_top_group_is_hidden():
    with pytest.warns(Assumed, match="the value 0 has no row, so nobody had it"):
        fit("poisson", {"value": ["1", ">=2"], "count": [20, 80]}, hidden="top")
    with pytest.raises(DataError, match="two things are hidden at once"):
        fit("poisson", {"value": ["1", ">=2"], "count": [20, 80]})
