"""Spreadsheets: what a person sees in the cells of a sheet, and one sentence where nothing can be read."""

import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import write

from emviz.data import spreadsheet
from emviz.data.dialect import Dialect, sniff
from emviz.data.parts import parts_of
from emviz.data.reader import preview, read_table
from emviz.data.spreadsheet import KeptSheet, sheet_rows, sheets
from emviz.data.table import DataError, Table


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.xlsx"


def columns(table):
    return {name: table.texts(name).tolist() for name in table.names}


def failure(call, *arguments):
    with pytest.raises(DataError) as caught:
        call(*arguments)
    return str(caught.value)


def test_numbers_text_and_holes(path):
    rows = [["set", "heads", "share"], ["a", 5, 0.25], ["007", None, 1e-7], ["c", 9.0, True]]
    table = read_table(write(path, data=rows))
    assert columns(table) == {
        "set": ["a", "007", "c"],
        "heads": ["5", "", "9"],
        "share": ["0.25", "1e-07", "TRUE"],
    }
    np.testing.assert_array_equal(table.numbers("heads", holes=True), [5, np.nan, 9])


def test_dates_and_times_are_text(path):
    rows = [
        ["day", "time", "both"],
        [(45000, 1), (0.5, 2), (45000.25, 3)],
        [(45001, 1), (0.25, 2), (45001, 3)],
    ]
    assert columns(read_table(write(path, data=rows))) == {
        "day": ["2023-03-15", "2023-03-16"],
        "time": ["12:00:00", "06:00:00"],
        "both": ["2023-03-15 06:00:00", "2023-03-16"],
    }


def test_a_table_that_begins_elsewhere_below_a_title(path):
    rows = [["Tosses of spring", None], ["heads", "tails"], [5, 5], [None, None], [9, 1]]
    dialect = sniff(write(path, top=4, left=3, data=rows))
    assert (dialect.layout, dialect.skip, dialect.header) == ("sheet", 1, True)
    assert columns(read_table(path)) == {"heads": ["5", "9"], "tails": ["5", "1"]}


def test_a_header_that_is_merged_names_each_of_its_columns(path):
    write(
        path,
        top=2,
        left=2,
        merged=["B2:C2", "B3:C3"],
        data=[["snp", None, "count"], ["A", None, 3], ["G", "G", 4]],
    )
    assert columns(read_table(path)) == {"snp": ["A", "G"], "snp 2": ["", "G"], "count": ["3", "4"]}


def test_titles_that_are_merged_are_titles(path):
    titles = [["Geysers of spring", None, None], [None] * 3, [None, "Times (min)", None]]
    cells = [["name", "time", None], ["a", 3.6, 79], ["b", 1.8, 54]]
    write(path, merged=["A1:C1", "B3:C3", "B4:C4"], data=titles + cells)
    assert sniff(path).skip == 3
    assert columns(read_table(path)) == {"name": ["a", "b"], "time": ["3.6", "1.8"], "time 2": ["79", "54"]}


def test_columns_that_hold_nothing_are_no_columns(path):
    write(path, data=[["a", None, "b"], [1, None, 2]])
    assert read_table(path).names == ("a", "b")


def test_without_a_header(path):
    assert columns(read_table(write(path, data=[[1, 2.5], [3, 4]]))) == {
        "column 1": ["1", "3"],
        "column 2": ["2.5", "4"],
    }


def test_the_first_sheet_with_a_table_or_the_one_that_was_asked_for(path):
    write(path, notes=[["to do"]], data=[["a"], [1]], more=[["b"], [2], [3]])
    assert sheets(path) == ("notes", "data", "more")
    assert read_table(path).names == ("a",)
    assert read_table(path, sniff(path, "more")).names == ("b",)
    assert failure(sniff, path, "x") == "data.xlsx: there is no sheet 'x'; there are notes, data, more"
    assert failure(read_table, path, Dialect(layout="sheet", sheet="notes")) == (
        "data.xlsx: there is a header and no rows"
    )


def test_preview(path):
    write(path, data=[["a", "b"], [1, "x"], [2, "y"], [3, "z"]])
    assert preview(path, sniff(path), 2) == (("a", "b"), ("1", "x"), ("2", "y"))


def test_reading_tells_how_far_it_is(path):
    seen = []
    read_table(write(path, data=[["a"], [1]]), progress=seen.append)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"data": []}, "all sheets are empty"),
        ({"data": [["only a header"]]}, "there is a header and no rows"),
    ],
)
def test_nothing_to_read(path, named, words):
    write(path, **named)
    assert failure(read_table, path) == f"data.xlsx: {words}"


def test_a_sheet_that_is_empty(path):
    write(path, data=[["a"], [1]], empty=[])
    assert failure(sniff, path, "empty") == "data.xlsx: the sheet is empty"
    assert "the sheet holds no rows" in failure(
        read_table, path, Dialect(layout="sheet", header=False, skip=9)
    )


def test_titles():
    assert spreadsheet.titles([["a", ""], ["", ""], ["b", "c"]]) == 2
    assert spreadsheet.titles([["a"], ["b"]]) == 0


def test_a_file_that_is_cut_off(path):
    write(path, data=[["a"], [1]])
    path.write_bytes(path.read_bytes()[:300])
    assert "this spreadsheet cannot be read; save it again" in failure(read_table, path)


def test_other_archives_are_named(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("data.csv", "a\n1\n")
    assert failure(read_table, path) == (
        "all.zip: this is a zip archive; unpack it and open the file that is in it"
    )


def test_limits(path, monkeypatch):
    write(path, data=[["a", "b"], [1, 2]])
    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 3)
    assert "more than 0 million cells" in failure(sheet_rows, path)
    monkeypatch.setattr(spreadsheet, "MAX_COLUMNS", 1)
    assert "more than 1 columns" in failure(sheet_rows, path)
    monkeypatch.setattr(spreadsheet, "MOST_UNPACKED", 10)
    assert "larger than 1 GiB when it is unpacked" in failure(sheet_rows, path)


def test_what_its_reader_says_is_said_in_our_words(path, monkeypatch):
    import python_calamine

    write(path, data=[["a"], [1]])
    for error, words in (
        (python_calamine.PasswordError("x"), "the spreadsheet asks for a password; save it without one"),
        (python_calamine.CalamineError("x"), "this spreadsheet cannot be read"),
    ):

        class Failing:
            @staticmethod
            def from_path(path, error=error):
                raise error

        monkeypatch.setattr(python_calamine, "CalamineWorkbook", Failing)
        assert words in failure(read_table, path)


def test_no_sheets_in_a_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    assert failure(sniff, path, "data") == (
        "a.csv: this is neither a spreadsheet nor an alignment, so it has no sheets"
    )


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.text("abcXYZ &<>'\"é", min_size=1, max_size=6).map(str.strip).filter(bool),
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_round_trip(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("sheet") / "t.xlsx"
    rows = [("x", *row) for row in rows]
    write(path, data=[["name", "one", "two"], *rows])
    table = read_table(path, Dialect(layout="sheet"))
    wanted = Table.from_columns({"one": [row[1] for row in rows], "two": [row[2] for row in rows]})
    for name in ("one", "two"):
        assert table.missing(name).tolist() == wanted.missing(name).tolist()
        for got, given_ in zip(table.texts(name).tolist(), wanted.texts(name).tolist(), strict=True):
            assert got == given_ or float(got) == float(given_)


def test_the_sheets_of_a_workbook(tmp_path):
    path = write(tmp_path / "own.xlsx", notes=[["see the next"]], blood=[["x"], [1], [2]], more=[["y"], [3]])
    assert str(parts_of(path, sniff(path))) == "sheet 2 of 3: blood"
    assert str(parts_of(path, sniff(path, "more"))) == "sheet 3 of 3: more"
    assert parts_of(path, Dialect(layout="sheet", sheet="x")) is None
    assert read_table(path).notes == ("sheet 2 of 3: blood",)


def test_titles_above_a_sheet_are_counted(tmp_path):
    path = write(tmp_path / "own.xlsx", data=[["Coins of 7b"], ["x", "y"], [1, 2], [3, 4]])
    dialect = sniff(path)
    assert parts_of(path, dialect) is None
    assert read_table(path, dialect).notes == ("1 row above the table skipped",)


@pytest.fixture
def readings(monkeypatch):
    """Every time that a sheet is read from its file."""
    seen = []

    def read(*given, **named):
        seen.append(given)
        return sheet_rows(*given, **named)

    monkeypatch.setattr(spreadsheet, "sheet_rows", read)
    return seen


def test_a_sheet_is_read_once_while_somebody_looks_at_it(path, readings):
    write(path, data=[["a title", None], ["x", "y"], [1, 2], [3, 4]], other=[["z"], [5]])
    kept = KeptSheet()
    for sheet, header, skip in (("data", True, 1), ("data", False, 1), ("data", False, 0), ("data", True, 1)):
        dialect = Dialect(layout="sheet", sheet=sheet, header=header, skip=skip)
        assert preview(path, dialect, 50, kept) == preview(path, dialect, 50)
    assert len(readings) == 1 + 4
    assert kept.rows(path, "other", 50) == [["z"], ["5"]]
    assert len(readings) == 6
    assert kept.rows(path, "other", 1) == [["z"]]
    assert len(readings) == 6


def test_a_sheet_that_has_changed_is_read_again(path, readings):
    write(path, data=[["x"], [1]])
    kept = KeptSheet()
    kept.rows(path, "", 50)
    write(path, data=[["x"], [1], [2]])
    assert kept.rows(path, "", 50) == [["x"], ["1"], ["2"]]


def test_rows_beyond_those_that_are_kept_are_read(path, readings, monkeypatch):
    monkeypatch.setattr(spreadsheet, "SPARE", 1)
    write(path, data=[[place] for place in range(9)])
    kept = KeptSheet()
    assert kept.rows(path, "", 2) == [["0"], ["1"]]
    assert kept.rows(path, "", 3) == [["0"], ["1"], ["2"]]
    assert len(readings) == 1
    assert len(kept.rows(path, "", 5)) == 5
    assert len(readings) == 2


def test_a_sheet_of_too_many_cells_is_not_kept(path, readings, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_KEPT", 3)
    write(path, data=[["x", "y"], [1, 2]])
    kept = KeptSheet()
    assert kept.rows(path, "", 50) == kept.rows(path, "", 50) == [["x", "y"], ["1", "2"]]
    assert len(readings) == 2


def test_rows_about_the_file_are_above_the_header(path):
    rows = [
        ["Block Type", "96well"],
        [None],
        ["Well", "Sample", "CT", "Tm"],
        [1, "a", 20.5, 80],
        [2, "b", 21.5, 81],
    ]
    table = read_table(write(path, data=rows))
    assert table.names == ("Well", "Sample", "CT", "Tm")
    assert table.numbers("CT").tolist() == [20.5, 21.5]


def test_merged_names_of_groups_are_above_those_of_columns(path):
    rows = [["Geyser", None, "Seen"], ["eruptions", "waiting", "who"], [3.9, 81, "a"], [1.8, 54, "b"]]
    write(path, merged=["A1:B1"], data=rows[:3])
    assert sniff(path).skip == 0  # so few rows may be anything
    write(path, merged=["A1:B1"], data=rows)
    table = read_table(path)
    assert table.names == ("eruptions", "waiting", "who")
    assert table.notes == ("1 row above the table skipped",)


def test_genalex_in_a_sheet(path):
    rows = [
        [2, 3, 2, 2, 1],
        ["Lizards", None, None, "N", "S"],
        ["Sample", "Pop", "L1", None, "L 2", None],
        ["a", "N", 145, 147, 66, 64],
        ["b", "N", 145, 145, 0, 0],
        ["c", "S", 147, 147, 66, 64],
    ]
    write(path, data=rows, notes=[["x"], ["y"]])
    dialect = sniff(path)
    assert dialect == Dialect(layout="genalex")
    table = read_table(path)
    assert columns(table) == {
        "person": ["a", "b", "c"],
        "L1": ["145/147", "145/145", "147/147"],
        "L 2": ["66/64", "./.", "66/64"],
    }
    assert table.notes == ("sheet 1 of 2: data", "the populations are left out")
    assert preview(path, dialect, 1) == (("person", "L1", "L 2"), ("a", "145/147", "66/64"))
