"""Both ways through the rows of a text, the fast one and the patient one, bring the same table."""

import csv
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emviz.data import digits, rows, written
from emviz.data.dialect import Dialect
from emviz.data.rows import fast_table, patient_table
from emviz.data.table import DataError

fuzz = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

NASTY = [
    *("", " ", "  x", " 1", "1 ", "+1", "-1", "--1", "+", "1e5", "1E-3", "1e999", "0x10", "1_000", "007"),
    *("-0", ".5", "5.", ".", "-.", "nan", "NaN", "inf", "-inf", "NA", "n/a", " NA ", "#N/A", "?", "null"),
    *("1.5", "1,5", "-1,5", "1,234", "1.234", "1,234.5", "1.234,5", "1 234", "$5", "5 %", "5%", "1..2"),
    *("9007199254740993", "123456789012345678", "12345678901234567890", "0.1234567890123456789", "1.2.3"),
    *("\u0661", "\u00e9", "\u00a0", "\u00a01", "\u212a", "\u22125", "x y", "a'b", "gene000123"),
    *("long " * 9, "#", "#1", "\tx", "None", "0.30000000000000004", "\0"),
    *('"', '""', 'a"b', '"x"', '"x', 'x"', '"1"', '"a""b"', '" 1"', '"1" ', ' "1"', '""x', "end"),
]
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
CELLS = st.one_of(
    st.sampled_from(NASTY),
    st.from_regex(r"[+-]?[0-9]{0,21}\.?[0-9]{0,21}", fullmatch=True),
    st.integers(-999, 999).map(str),
    st.floats().map(repr),
    st.text(max_size=4),
)
DELIMITERS = [",", ";", "\t", "|", " "]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Make what is done at a time small, so that a few rows are several batches."""
    monkeypatch.setattr(rows, "BATCH", 12)
    monkeypatch.setattr(digits, "CHUNK", 3)
    monkeypatch.setattr(written, "TOGETHER", 2)


def result(read, text, dialect):
    """Return the table that one of the ways makes of a text, or its error."""
    try:
        return read(io.StringIO(text, newline=""), bool, dialect)
    except DataError as error:
        return str(error)


def answers(table, codes):
    """Return everything that is asked of a table."""
    coded = table.with_codes(codes)
    return [
        (
            name,
            column.texts.tolist(),
            [column.cell(row0) for row0 in range(len(column))],
            column.missing.tolist(),
            column.came_as_numbers,
            column.notation,
            None if column.numbers is None else list(map(repr, column.numbers.tolist())),
            column.plain_texts.tolist(),
        )
        for name, column in ((name, coded._columns[name]) for name in coded.names)
    ]


def edited(table, text):
    """Return a table with a cell changed, a row added and the first one taken away."""
    name = table.names[0]
    added = table.with_cell(0, name, text).with_rows(table.rows, [{name: text}])
    return added.without_rows([0])


def check(text, dialect, codes=frozenset({"", "na", "?"}), edit="7"):
    """Raise where the two ways differ; return whether the fast one went through."""
    fast, slow = result(fast_table, text, dialect), result(patient_table, text, dialect)
    if fast is None:
        return False
    if isinstance(fast, str):
        assert fast == slow
        return False
    assert answers(fast, codes) == answers(slow, codes)
    assert answers(edited(fast, edit), codes) == answers(edited(slow, edit), codes)
    assert fast.same(slow)
    return True


@fuzz
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8),
    st.sampled_from(DELIMITERS),
    ENDS,
    st.sampled_from([".", ","]),
    st.booleans(),
    st.sampled_from([frozenset({"", "na", "n/a", "?", "."}), frozenset({"-1", "1,5", "long long", "k"})]),
    st.sampled_from(["7", "1.5", "x", ""]),
)
def test_rows_of_nasty_cells(cells, delimiter, end, decimal, header, codes, edit):
    text = "".join(delimiter.join(row) + end for row in cells)
    check(text, Dialect(delimiter=delimiter, decimal=decimal, header=header), codes, edit)


@fuzz
@given(
    st.text('01.5,;\t" \n\r#e-xN|', max_size=40),
    st.sampled_from(DELIMITERS),
    st.sampled_from([".", ","]),
    st.booleans(),
    st.sampled_from(["#", ""]),
    st.integers(0, 2),
)
def test_anything_like_a_table(text, delimiter, decimal, header, comment, skip):
    check(text, Dialect(delimiter=delimiter, decimal=decimal, header=header, comment=comment, skip=skip))


@pytest.mark.unmeasured
@fuzz
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from(DELIMITERS[:4]),
    ENDS,
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_quoted_rows_go_the_fast_way(cells, delimiter, end, quoting):
    lines = io.StringIO(newline="")
    whole = [[cell.replace("\0", "") for cell in row] for row in cells]
    csv.writer(lines, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(
        [("a", "b", "c"), *whole]
    )
    assert check(lines.getvalue(), Dialect(delimiter=delimiter))


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("a,b\n1,2\n3,4\n", Dialect()),
        ("a,b\n1,2\n3,4", Dialect()),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n", Dialect()),
        ("a,b\r1,2\r3,4\r", Dialect()),
        ("a,b\n\n1,2\n \t\n3,4\n\n\n", Dialect()),
        ("a,b\n1,2\n" + "\n" * 40 + "3,4\n", Dialect()),
        ("a\tb\n1\t2\n\t\n \n3\t4\n", Dialect(delimiter="\t")),
        ("a,b\n 1,  2\n3, x y\n", Dialect()),
        ("a,b\n1,,\n3,4,\n5\n", Dialect()),
        ("a,b,c\n1,,2\n", Dialect(header=False)),
        ("a b\n1 2\n\n  3 \t 4\n", Dialect(delimiter=" ")),
        ('a b\n1 "x y"\n3 "4"\n', Dialect(delimiter=" ")),
        ("# a b\n1.5e+00 -2.000000000000000000e-01\n3e+01 4\n", Dialect(delimiter=" ", comment="")),
        ('"x" "y"\n"1" 0.5 "a"\n"2" -1e-05 ""\n', Dialect(delimiter=" ", row_names=True)),
        ('a b\n"x" y"z\n" " 1\n', Dialect(delimiter=" ")),
        ("a b\n1 2 \n 3 4\n", Dialect(delimiter=" ")),
        ("a b\n1 2\n3\n", Dialect(delimiter=" ")),
        ("a b\n1 2\n3\n4\n", Dialect(delimiter=" ")),
        ("a\n1\n\n \n\t\n2\n", Dialect()),
        ('a\n""\nx\n', Dialect()),
        ('"a","b"\n"x","1"\n"y","2"\n', Dialect()),
        ('a,b\n"x, y",1\n"two\nlines, and ""more""",2\n', Dialect()),
        ('a,b\nx "y",1\n', Dialect()),
        ("a;b\n1,5;2\n-2,5;3\n", Dialect(delimiter=";", decimal=",")),
        ("a;b\n1.234,5;2\n2,5;3\n", Dialect(delimiter=";", decimal=",")),
        ("a,b\n0012345678901234567,1\n9007199254740993,2\n", Dialect()),
        ("# no\nHTHT\nTTHH\n", Dialect(header=False)),
        ("ACGTAC\nTTGACA\n", Dialect(header=False)),
        ("1,2\n3,4\n", Dialect(header=False)),
        ("caf\u00e9,b\n\u00e9,1\n\u00a0,\u0661\n", Dialect()),
        ("a,b\n" + "x" * 40 + ",1\ny,2\n", Dialect()),
        ("a,b\n" + " " * 99 + "1,2\n", Dialect()),
    ],
)
def test_what_goes_the_fast_way(text, dialect):
    assert check(text, dialect)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("a,b\n1,2,3\n", Dialect()),
        ("a,b\n1,,2\n", Dialect(header=False)),
        ("a,b\n1,2\n3,\0\n", Dialect()),
        ('a,b\n1,2\n3,"4\n5,6\n', Dialect()),
        ("symbol\nx\n\ny\n", Dialect(blocks=True)),
        ("a,b\n", Dialect()),
        ('a\nx\n"', Dialect()),
    ],
)
def test_what_takes_patience(text, dialect):
    assert result(fast_table, text, dialect) is None


def test_the_number_of_cells_has_a_limit(monkeypatch):
    monkeypatch.setattr(rows, "MAX_CELLS", 5)
    for read in (fast_table, patient_table):
        assert result(read, "a,b\nx,1\ny,2\nz,3\n", Dialect()) == "there are more than 0 million cells"


def test_a_cell_of_more_than_a_mebibyte_takes_patience(monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 2**20)
    text = f"a,b\n{'x' * (2**20 + 1)},1\n"
    assert result(fast_table, text, Dialect()) is None
    assert "a cell is longer than 1 MiB" in result(patient_table, text, Dialect())


@pytest.mark.parametrize("cell", ["3e-30", "1e+25"])
def test_a_power_of_ten_that_a_float_cannot_hold_is_left_to_python(cell):
    text = np.frombuffer(b"0" * digits.PAD + cell.encode() + b"." * digits.PAD, np.uint8)
    _, plain, _ = digits.numbers_in(text, np.array([[0]]), np.array([[len(cell)]]), ".")
    assert not plain.any()


def test_a_number_with_an_exponent_can_be_a_code():
    text = "a;b\n1e+05;1,5e+01\n2;x\n3e-01;2,5\n"
    for codes in ({"1e+05"}, {"1,5e+01"}, {"x"}, {"3E-01"}, {"2"}):
        assert check(text, Dialect(delimiter=";", decimal=","), frozenset(codes))
    coded = fast_table(io.StringIO(text), bool, Dialect(delimiter=";")).with_codes(frozenset({"1e+05"}))
    assert coded.missing("a").tolist() == [True, False, False]


def test_what_is_written_is_kept():
    table = fast_table(io.StringIO("a,b\n1.50,007\n0.30000000000000004,5e-1\n"), bool, Dialect())
    assert table.texts("a").tolist() == ["1.50", "0.30000000000000004"]
    assert table.texts("b").tolist() == ["007", "5e-1"]
    assert table.numbers("a").tolist() == [1.5, 0.30000000000000004]
    assert table.numbers("b").tolist() == [7, 0.5]
    assert not table.numbers("a").flags.writeable
    assert np.shares_memory(table.numbers("a"), table.numbers("a"))


@pytest.mark.parametrize("last", ["x", "inf", "1_0", "6e1"])
def test_a_cell_far_down_decides(last):
    text = "a\n" + "5e1\n" * 60 + f"{last}\n"
    assert check(text, Dialect())
    table = fast_table(io.StringIO(text), bool, Dialect())
    assert table.is_numeric("a") is (last == "6e1")
