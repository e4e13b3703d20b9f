from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.data.column import format_number, parse_number, parsed, text_array
from emviz.data.table import TEXT, DataError, Table


class FakeFrame:
    def __init__(self, columns):
        self._columns = columns

    @property
    def columns(self):
        return list(self._columns)

    def __getitem__(self, name):
        return self._columns[name]


class NAType:
    def __eq__(self, other):
        return self

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = None


def failure(call, *arguments):
    with pytest.raises(DataError) as caught:
        call(*arguments)
    return caught.value


@pytest.fixture
def table():
    return Table.from_columns({"set": ["a", "b", "c"], "heads": [5, 9, 2.5]})


class TestDataError:
    def test_says_where(self):
        error = DataError("wrong", row=4, column="heads", source="coins.csv")
        assert str(error) == "coins.csv, row 4, column heads: wrong"

    def test_says_only_what_is_known(self):
        assert str(DataError("wrong")) == "wrong"
        assert str(DataError("wrong", row=2)) == "row 2: wrong"

    def test_within_adds_the_file(self):
        error = DataError("wrong", row=4, column="heads").within("coins.csv")
        assert (error.row, error.column, error.source) == (4, "heads", "coins.csv")


class TestFromColumns:
    def test_order_and_kinds(self, table):
        assert table.names == ("set", "heads")
        assert (table.rows, len(table)) == (3, 3)
        assert not table.is_numeric("set")
        assert table.is_numeric("heads")
        assert repr(table) == "Table(set, heads; 3 rows)"

    def test_contains(self, table):
        assert "heads" in table
        assert "tails" not in table

    @pytest.mark.parametrize("empty", [Table(), Table.from_columns({}), Table.from_columns({"a": []})])
    def test_empty_is_legal(self, empty):
        assert empty.rows == 0

    def test_empty_column_has_no_numbers(self):
        assert Table.from_columns({"a": []}).numbers("a").shape == (0,)

    def test_float_array_is_shared_and_stays_writable_for_its_owner(self):
        mine = np.arange(3.0)
        held = Table.from_columns({"a": mine}).numbers("a")
        assert np.shares_memory(mine, held)
        assert mine.flags.writeable
        assert not held.flags.writeable

    @pytest.mark.parametrize(
        "array",
        [
            np.array([1, 0]),
            np.array([True, False]),
            np.array([1, 0], dtype=">f4"),
            np.array([1, 9, 0, 9.0])[::2],
        ],
    )
    def test_numeric_arrays_become_float64(self, array):
        held = Table.from_columns({"a": array}).numbers("a")
        assert held.dtype == np.float64
        assert held.tolist() == [1.0, 0.0]
        assert held.flags.c_contiguous

    @pytest.mark.parametrize("cells", [[1, 0], (True, False), [np.int8(1), np.bool(False)], iter([1.0, 0])])
    def test_python_numbers_become_numeric(self, cells):
        assert Table.from_columns({"a": cells}).numbers("a").tolist() == [1.0, 0.0]

    def test_text_array_is_shared_and_read_only(self):
        mine = np.array(["x", "y"], dtype=TEXT)
        held = Table.from_columns({"a": mine}).texts("a")
        assert np.shares_memory(mine, held)
        assert mine.flags.writeable
        assert not held.flags.writeable

    @pytest.mark.parametrize(
        ("cells", "texts"),
        [
            (["x", 1, 2.5, 3.0], ["x", "1", "2.5", "3"]),
            (["x", None, float("nan"), NAType()], ["x", "", "", ""]),
            ([b"x", np.float32("nan")], ["x", ""]),
            ([10**400, 1], ["1" + "0" * 400, "1"]),
            (["\ud800"], ["?"]),
            ([date(2020, 1, 2)], ["2020-01-02"]),
            (np.array(["x", "y"]), ["x", "y"]),
            (np.array(["x", None], dtype=object), ["x", ""]),
            (np.array(["2020-01-02"], dtype="datetime64[ns]"), ["2020-01-02T00:00:00.000000000"]),
        ],
    )
    def test_anything_else_becomes_text(self, cells, texts):
        assert Table.from_columns({"a": cells}).texts("a").tolist() == texts

    def test_unequal_lengths(self):
        error = failure(Table.from_columns, {"a": [1, 2], "b": [1]})
        assert str(error) == "column b: expected 2 rows as in the first column, got 1"

    @pytest.mark.parametrize("array", [np.zeros((2, 2)), np.array([["a"]]), np.array(1.0)])
    def test_dimensions(self, array):
        error = failure(Table.from_columns, {"a": array})
        assert str(error) == f"column a: expected one dimension, got {array.ndim}"


class TestFromFrame:
    def test_takes_columns(self):
        frame = FakeFrame({"set": np.array(["a", None, float("nan")], dtype=object), 7: np.array([1, 2, 3])})
        table = Table.from_frame(frame)
        assert table.names == ("set", "7")
        assert table.texts("set").tolist() == ["a", "", ""]
        assert table.numbers("7").tolist() == [1, 2, 3]

    def test_duplicate_names(self):
        error = failure(Table.from_frame, FakeFrame({"1": [1], 1: [2]}))
        assert str(error) == "column 1: two columns share this name"


class TestNumbers:
    def test_numeric_column_as_held(self, table):
        assert table.numbers("heads") is table.numbers("heads")

    def test_text_column_is_parsed(self):
        values = Table.from_columns({"a": ["1", " 2.5 ", "-3e2"]}).numbers("a")
        assert values.tolist() == [1, 2.5, -300]
        assert not values.flags.writeable

    @pytest.mark.parametrize("cell", ["NA", "?", " NaN "])
    def test_a_missing_cell(self, cell):
        table = Table.from_columns({"a": ["1", cell, "3"]})
        error = failure(table.numbers, "a")
        assert str(error) == f"row 2, column a: expected a number, got '{cell}', a missing value"
        assert table.is_numeric("a")
        np.testing.assert_array_equal(table.numbers("a", holes=True), [1, np.nan, 3])

    @pytest.mark.parametrize("cell", ["x", "inf", "1_0", "1,5,2", "0x1"])
    def test_first_bad_cell(self, cell):
        error = failure(Table.from_columns({"a": ["1", cell, "y"]}).numbers, "a")
        assert str(error) == f"row 2, column a: expected a number, got '{cell}'"

    @pytest.mark.parametrize("cell", ["1e309", "-1e999", "9" * 310])
    def test_a_number_beyond_floats(self, cell):
        error = failure(Table.from_columns({"a": ["1", cell]}).numbers, "a")
        assert str(error).startswith("row 2, column a: expected a number of at most 1.8e308, got '")

    @pytest.mark.parametrize("cell", ["", "  "])
    def test_empty_cell(self, cell):
        error = failure(Table.from_columns({"a": [cell]}).numbers, "a")
        assert str(error) == "row 1, column a: expected a number, got an empty cell"

    def test_long_cell_is_cut(self):
        error = failure(Table.from_columns({"a": ["x" * 99]}).numbers, "a")
        assert error.message == f"expected a number, got '{'x' * 40}…'"

    def test_missing_column(self, table):
        message = "there is no column 'x'; the table has set, heads"
        for call in (table.numbers, table.counts, table.texts, table.is_numeric):
            assert str(failure(call, "x")) == message
        assert str(failure(Table().numbers, "x")) == "there is no column 'x'; the table is empty"

    @given(st.text() | st.floats().map(repr) | st.integers().map(str))
    def test_one_cell_and_a_column_agree(self, cell):
        cell = cell.encode(errors="replace").decode()
        alone, column = parse_number(cell), parsed(text_array([cell]))
        assert (alone is None) == (column is None)
        assert alone is None or alone == column[0]


class TestFinite:
    def test_all_of_them(self):
        assert Table.from_columns({"a": ["5", "-0.5"]}).finite("a").tolist() == [5, -0.5]

    @pytest.mark.parametrize(
        ("value", "got"),
        [
            (np.nan, "a number, got an empty cell"),
            (np.inf, "a finite number, got inf"),
            (-np.inf, "a finite number, got -inf"),
        ],
    )
    def test_the_first_that_is_not(self, value, got):
        error = failure(Table.from_columns({"a": np.array([1, value, 2])}).finite, "a")
        assert str(error) == f"row 2, column a: expected {got}"


class TestCounts:
    def test_whole_numbers(self):
        assert Table.from_columns({"a": [0, 2**53 - 1]}).counts("a").tolist() == [0, 2**53 - 1]
        assert Table.from_columns({"a": ["5", "0"]}).counts("a").tolist() == [5, 0]

    @pytest.mark.parametrize(
        ("cells", "message"),
        [
            ([1, 2.5, -1], "expected a whole number, got 2.5"),
            ([1, -1, 2.5], "expected a number of at least 0, got -1"),
            (np.array([1, np.nan]), "expected a number, got an empty cell"),
            (np.array([1, np.inf]), "expected a whole number, got inf"),
            (["1", "x"], "expected a number, got 'x'"),
            (
                ["1", "1e25"],
                "expected a count below 2^53 = 9007199254740992, got 1e25; larger ones lose digits",
            ),
            (
                ["9007199254740991", "9,007,199,254,740,993 "],
                "expected a count below 2^53 = 9007199254740992, got 9,007,199,254,740,993; "
                "larger ones lose digits",
            ),
        ],
    )
    def test_first_bad_count(self, cells, message):
        error = failure(Table.from_columns({"a": cells}).counts, "a")
        assert (error.message, error.row, error.column) == (message, 2, "a")


class TestTexts:
    def test_numbers_are_formatted(self):
        texts = Table.from_columns({"a": [5.0, 0.25, 1e300, -2]}).texts("a")
        assert texts.tolist() == ["5", "0.25", "1e+300", "-2"]
        assert not texts.flags.writeable

    def test_cell(self, table):
        assert [table.cell(row, "heads") for row in range(3)] == ["5", "9", "2.5"]
        assert table.cell(1, "set") == "b"
        assert type(table.cell(1, "set")) is str

    @pytest.mark.parametrize("row", [-1, 3])
    def test_no_such_cell(self, table, row):
        assert str(failure(table.cell, row, "set")) == f"there is no row {row + 1} among 3"

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_format_is_exact(self, value):
        assert parse_number(format_number(value)) == value


class TestEdits:
    def test_with_cell_keeps_numbers_and_the_old_table(self, table):
        changed = table.with_cell(1, "heads", "7")
        assert changed.numbers("heads").tolist() == [5, 7, 2.5]
        assert table.numbers("heads").tolist() == [5, 9, 2.5]
        assert np.shares_memory(changed.texts("set"), table.texts("set"))

    def test_with_cell_turns_to_text_and_back(self, table):
        changed = table.with_cell(1, "heads", "x")
        assert changed.texts("heads").tolist() == ["5", "x", "2.5"]
        mended = changed.with_cell(1, "heads", "9")
        assert not changed.is_numeric("heads")
        assert mended.numbers("heads").tolist() == [5, 9, 2.5]
        assert mended.same(table)

    def test_what_is_written_into_a_cell_stays(self, table):
        changed = table.with_cell(1, "heads", "09.0")
        assert changed.texts("heads").tolist() == ["5", "09.0", "2.5"]
        assert changed.numbers("heads").tolist() == [5, 9, 2.5]

    def test_with_cell_checks_place(self, table):
        assert failure(table.with_cell, 3, "heads", "1").message == "there is no row 4 among 3"
        assert failure(table.with_cell, 0, "x", "1").message.startswith("there is no column 'x'")

    @pytest.mark.parametrize(("at", "sets"), [(0, "xyabc"), (1, "axybc"), (3, "abcxy")])
    def test_with_rows(self, table, at, sets):
        changed = table.with_rows(at, [{"set": "x", "heads": "1"}, {"heads": "2", "set": "y"}])
        assert "".join(changed.texts("set").tolist()) == sets
        assert changed.is_numeric("heads")
        assert changed.numbers("heads")[at : at + 2].tolist() == [1, 2]

    def test_with_rows_leaves_cells_empty(self, table):
        changed = table.with_rows(3, [{}])
        assert changed.cell(3, "heads") == ""
        assert changed.missing("heads").tolist() == [False, False, False, True]

    def test_with_rows_checks(self, table):
        assert failure(table.with_rows, 4, []).message == "there is no row 5 among 4"
        assert failure(table.with_rows, 0, [{"x": "1"}]).message.startswith("there is no column 'x'")

    def test_without_rows(self, table):
        assert table.without_rows([2, 0, 2]).texts("set").tolist() == ["b"]
        assert table.without_rows(range(3)).rows == 0
        assert failure(table.without_rows, [3]).message == "there is no row 4 among 3"

    def test_with_column(self, table):
        changed = table.with_column("tails", [1, 2, 3]).with_column("set", "xyz")
        assert changed.names == ("set", "heads", "tails")
        assert changed.cell(0, "set") == "x"
        assert failure(table.with_column, "tails", [1]).column == "tails"

    def test_where(self, table):
        assert table.where(np.array([True, False, True])).texts("set").tolist() == ["a", "c"]

    def test_picked(self, table):
        picked = table.picked({"tosses": "heads", "set": "set"})
        assert picked.names == ("tosses", "set")
        assert picked.numbers("tosses") is table.numbers("heads")
        assert Table.from_columns({"a": picked._columns["set"]}).texts("a") is table.texts("set")
        assert str(failure(table.picked, {"a": "x"})).startswith("there is no column 'x'")


class TestMissing:
    @pytest.mark.parametrize(
        "code", ["", "  ", "NA", "na", "N/A", "NaN", "nan", "null", "NULL", "None", "?", ".", "-", "#N/A"]
    )
    def test_codes(self, code):
        table = Table.from_columns({"a": ["x", code, "0"]})
        assert table.missing("a").tolist() == [False, True, False]
        assert table.texts("a").tolist() == ["x", code, "0"]

    def test_cells_of_a_program(self):
        table = Table.from_columns({"a": [1.0, None, float("nan")], "b": np.array([1, np.nan, 3])})
        assert table.missing("a").tolist() == [False, True, True]
        assert table.missing("b").tolist() == [False, True, False]
        assert not table.missing("b").flags.writeable

    def test_other_codes(self):
        table = Table.from_columns({"a": ["1", "-9", "NA"], "b": np.array([1.0, -9, 2])}).with_codes(["-9"])
        assert table.missing("a").tolist() == table.missing("b").tolist() == [False, True, False]
        np.testing.assert_array_equal(table.numbers("b", holes=True), [1, np.nan, 2])
        assert table.codes("a") == {"-9"}
        assert table.with_cell(0, "a", "-9").missing("a").tolist() == [True, True, False]
        assert table.where(table.missing("a")).missing("a").tolist() == [True]

    def test_a_column_without_any_value_holds_no_numbers(self):
        table = Table.from_columns({"a": ["NA", "?"]})
        assert not table.is_numeric("a")
        assert failure(table.numbers, "a").row == 1


class TestTextStaysText:
    def test_zeros_in_front(self):
        table = Table.from_columns({"a": ["007", "7", "7.0"]})
        assert table.texts("a").tolist() == ["007", "7", "7.0"]
        assert table.numbers("a").tolist() == [7, 7, 7]

    @pytest.mark.parametrize("cells", [[10**17 + 1, 10**17 + 2], np.array([10**17 + 1, 10**17 + 2])])
    def test_whole_numbers_beyond_floats(self, cells):
        assert not Table.from_columns({"a": [1, "x"]}).is_numeric("a")
        assert Table.from_columns({"a": cells}).texts("a").tolist() == [
            "100000000000000001",
            "100000000000000002",
        ]

    def test_zeros_in_front_of_bits_are_kept(self):
        table = Table.from_columns({"a": ["0110", "1101"], "b": [10, 11]})
        assert table.texts("a").tolist() == ["0110", "1101"]
        assert table.with_cell(0, "b", "0110").texts("b").tolist() == ["0110", "11"]


class TestSame:
    def test_equality_is_identity(self, table):
        assert table == table
        assert table != table.without_rows([])
        assert len({table, table}) == 1

    def test_same(self):
        table = Table.from_columns({"a": np.array([1, np.nan]), "b": ["x", "y"]})
        assert table.same(Table.from_columns({"a": np.array([1, np.nan]), "b": ["x", "y"]}))

    @pytest.mark.parametrize(
        "other", [{"b": [1]}, {"a": ["1.0"]}, {"a": [2]}, {"a": [1], "b": [1]}, {}, {"a": [1, 1]}]
    )
    def test_not_same(self, other):
        assert not Table.from_columns({"a": [1]}).same(Table.from_columns(other))


def test_several_columns_are_replaced_or_added_at_once():
    table = Table.from_columns({"a": [1, 2], "b": ["x", "y"]})
    wider = table.with_columns({"b": ["u", "v"], "c": [5, 6]})
    assert wider.names == ("a", "b", "c")
    assert wider.texts("b").tolist() == ["u", "v"]
    assert wider.numbers("c").tolist() == [5, 6]
    assert table.names == ("a", "b")
    with pytest.raises(DataError, match="column c"):
        table.with_columns({"c": [1]})


def test_a_table_with_the_same_codes_is_the_same_table():
    table = Table.from_columns({"a": ["1", "-9"], "b": ["2", "3"]})
    assert table.with_codes(table.codes("a")) is table
    other = table.with_codes(["-9"])
    assert other.missing("a").tolist() == [False, True]
    assert other.with_codes(["-9"], "a") is other
