"""Codes of missing cells that are numbers, in columns that write them with decimals."""

import pytest

from emviz.data.reader import read_table
from emviz.data.table import Table

POINTS = ["1.5", "-99", "-99.0", "-99.00", "-99.", "-990", "0.99", "-99.5", "-99,0"]
HOLES = [False, True, True, True, True, False, False, False, False]


def test_a_code_may_have_decimals():
    table = Table.from_columns({"x": POINTS}).with_codes({"-99"})
    assert table.missing("x").tolist() == HOLES


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_code_may_have_decimals_in_a_file(tmp_path, decimal):
    cells = [cell.replace(".", decimal) for cell in POINTS[:-1]]
    (tmp_path / "a.csv").write_text("x;y\n" + "".join(f"{cell};1{decimal}5\n" for cell in cells))
    table = read_table(tmp_path / "a.csv").with_codes({"-99"})
    assert table.missing("x").tolist() == HOLES[:-1]
    assert not table.missing("y").any()
    assert table.with_codes({"na"}).missing("x").sum() == 0


def test_a_name_of_digits_is_no_code():
    table = Table.from_columns({"id": ["99", "099", "990", "+99"]}).with_codes({"99"})
    assert table.missing("id").tolist() == [True, False, False, False]


POWERS = ["1.5", "-9.99e2", "-9.99e+02", "-999", "-9.99E2", "-0.999e3", "-9.99e3", "9.99e2"]


def test_a_code_may_have_a_power_of_ten(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{cell},1\n" for cell in POWERS))
    for table in (Table.from_columns({"x": POWERS}), read_table(tmp_path / "a.csv")):
        coded = table.with_codes({"-999"})
        assert coded.missing("x").tolist() == [False, *[True] * 5, False, False]
        assert not table.missing("x").any()
