"""Files as programs and people leave them: a line for Excel, padded titles, numbers for names, decimals."""

import pytest

from emviz.data.reader import preview, read_table, sniff


@pytest.fixture
def written(tmp_path):
    def written(text):
        path = tmp_path / "own.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def cells(path):
    table = read_table(path)
    return {name: table.texts(name).tolist() for name in table.names}


@pytest.mark.parametrize("mark", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_the_line_in_which_excel_tells_the_delimiter_is_no_title(written, mark):
    path = written(f"{mark}\nx;y\n1,5;2,5\n3;4\n")
    assert cells(path) == {"x": ["1,5", "3"], "y": ["2,5", "4"]}
    assert sniff(path).skip == 1
    assert preview(path, sniff(path))[0] == ("x", "y")


def test_a_delimiter_that_is_told_holds_against_all_others(written):
    assert cells(written("sep=,\nx,y\na;b,c;d\ne;f,g;h\n")) == {"x": ["a;b", "e;f"], "y": ["c;d", "g;h"]}
    assert cells(written("sep=\t\nx\ty\n1,5\t2\n")) == {"x": ["1,5"], "y": ["2"]}
    assert list(cells(written("sep=#\nx,y\n1,2\n3,4\n"))) == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("x\n1,5\n2,25\n-3,5\n", {"x": [1.5, 2.25, -3.5]}),
        ("x\n1,5\nNA\n2,5\n", {"x": [1.5, None, 2.5]}),
        ("10,05\n2,5\n3,5\n", {"column 1": [10.05, 2.5, 3.5]}),
        ("10,5\n2,5\n3,0\n", {"column 1": [10, 2, 3], "column 2": [5, 5, 0]}),
        ("x,y\n1,5\n2,25\n", {"x": [1, 2], "y": [5, 25]}),
        ("x,y\n1,05\n2,25\n", {"x": [1, 2], "y": [5, 25]}),
        ("x\n1,5,2\n2,25,3\n", {"column 1": [1, 2], "column 2": [5, 25], "column 3": [2, 3]}),
    ],
)
def test_one_column_with_decimal_commas_is_not_two(written, text, columns):
    table = read_table(written(text))
    found = {name: table.numbers(name, holes=True).tolist() for name in table.names}
    assert {name: [None if each != each else each for each in column] for name, column in found.items()} == (
        columns
    )


@pytest.mark.parametrize(
    ("above", "skip"),
    [("Measured in May,\n", 1), ("Measured in May,\n,\n", 2), ("Measured in May,\n,\nby hand and eye,\n", 3)],
)
def test_titles_that_a_spreadsheet_pads(written, above, skip):
    path = written(f"{above}x,y\n1,2\n3,4\n5,6\n")
    assert cells(path) == {"x": ["1", "3", "5"], "y": ["2", "4", "6"]}
    assert sniff(path).skip == skip


def test_a_name_beside_an_empty_one_is_no_title(written):
    assert list(cells(written("x,\n1,2\n3,4\n"))) == ["x", "column 2"]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("0,1\n1.5,10.5\n2.5,20.25\n", True),
        ("0,1,2,3\n4,7,1,9\n8,5,2,6\n", True),
        ("1,2,3,4,5\n4,7,1,9,9\n8,5,2,6,6\n", True),
        ("0,1\n1,10\n2,20\n", False),
        ("1,2,3\n4,5,6\n7,8,10\n", False),
        ("1,2,3,4\n5,6,7,8\n", False),
        ("0,1,2,3\n1,1,0,2\n2,0,3,1\n", False),
        ("0,1,2\n", False),
        ("1,0\n1.5,10.5\n2.5,20.25\n", False),
        ("s,0,30,60,90\n-1,7,1,9,4\n0,5,2,6,4\n1,6,6,2,5\n", True),
        ("s,0,30,60,90\n-1,10,20,30,40\n0,5,2,6,4\n", False),
        ("g,0,30,60,90\nh,7,1,9,4\ni,5,2,6,4\n", False),
        ("-1,-0.5,0,0.5,1\n4,7,1,9,9\n8,5,2,6,6\n", True),
        ("-1,-0.5,0,0.5,1\n4,7,-1,9,9\n8,5,2,6,6\n", False),
        ("-1,-0.5,0,0.5,3\n4,7,1,9,9\n8,5,2,6,6\n", False),
        ("-1,0,1\n4,7,1\n8,5,2\n", False),
        ("-1,-0.5,,0.5,1\n4,7,1,9,9\n8,5,2,6,6\n", False),
    ],
)
def test_numbers_that_count_the_columns_are_names(written, text, header):
    assert sniff(written(text)).header == header


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a ACGTACGTAC\nb ACGTTTGTAC\n", ["column 1", "sequence"]),
        ("a,ACGTACGTAC\nb,ACGTTTGTAC\n", ["column 1", "sequence"]),
        ("ACGTACGTAC,AAKLVR\nACGTTTGTAC,AAKLVR\n", ["column 1", "column 2"]),
        ("PEPTIDE,PROTEIN\nAAKLVR,P1\nCCKLVR,P2\n", ["PEPTIDE", "PROTEIN"]),
        ("ACGTACGTAC\n", ["sequence"]),
    ],
)
def test_sequences_beside_their_names_need_no_header(written, text, columns):
    path = written(text)
    assert list(cells(path)) == columns
    assert list(preview(path, sniff(path))[0]) == columns


def test_the_names_above_rows_that_pandas_counts(written):
    path = written("     x     y\n0  1.5  10.0\n1  2.25  20.0\n2  3.5  31.0\n")
    assert cells(path) == {
        "row names": ["0", "1", "2"],
        "x": ["1.5", "2.25", "3.5"],
        "y": ["10.0", "20.0", "31.0"],
    }
