"""The search for the numbers of a long column is left on the way; asked for again, it begins anew."""

import numpy as np
import pytest

from emviz.data import column, notation
from emviz.data.cancelling import Stopped, stoppable
from emviz.data.reader import read_table
from emviz.data.table import Table

ROWS = 100
COLUMNS = {
    "plain": ([f"{row}.5" for row in range(ROWS)], [row + 0.5 for row in range(ROWS)]),
    "with holes": (["NA", *map(str, range(1, ROWS))], [np.nan, *range(1, ROWS)]),
    "hundredths": ([f"{row}%" for row in range(ROWS)], [row / 100 for row in range(ROWS)]),
    "words": ([*map(str, range(ROWS - 1)), "none of them"], None),
}


@pytest.mark.parametrize("named", COLUMNS)
def test_a_column_of_text_is_left_at_each_look_and_its_numbers_are_the_same_then(named, monkeypatch):
    for module in (column, notation):
        monkeypatch.setattr(module, "TOGETHER", 10)
    cells, numbers = COLUMNS[named]
    looks = 0

    def told():
        nonlocal looks
        looks += 1
        return looks == last

    # Never told to stop: how often it could have been.
    last, table = -1, Table.from_columns({"a": cells})
    with stoppable(told):
        assert table.is_numeric("a") == (numbers is not None)
    many = looks
    assert many >= 2 * ROWS / 10
    for last in (1, many // 2, many):
        table, looks = Table.from_columns({"a": cells}), 0
        with pytest.raises(Stopped), stoppable(told):
            table.is_numeric("a")
        assert looks == last
        assert table.is_numeric("a") == (numbers is not None)
        if numbers is not None:
            np.testing.assert_array_equal(table.numbers("a", holes=True), numbers)


def test_a_column_of_text_is_left_while_it_is_made(monkeypatch):
    monkeypatch.setattr(column, "TOGETHER", 10)
    looks = []
    with pytest.raises(Stopped), stoppable(lambda: looks.append(True) or len(looks) == 2):
        Table.from_columns({"a": ["x"] * ROWS})
    assert len(looks) == 2


def test_a_column_of_a_file_is_left_too(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a\n" + "1.5\n" * 20_000)
    table = read_table(path)
    with pytest.raises(Stopped), stoppable(lambda: True):
        table.is_numeric("a")
    assert (table.numbers("a") == 1.5).all()
