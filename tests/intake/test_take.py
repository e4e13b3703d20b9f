"""What is read of a table, with and without the words about it."""

from dataclasses import replace

import pytest

from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.intake.take import read_of
from emviz.models import discover, model_named
from emviz.session import example_session


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.key)
def test_the_table_alone_is_the_one_that_comes_with_words(model):
    table = example_session(model.key).table
    choice = ask(model, table, Wishes())
    assert read_of(model, table, choice).same(take(model, table, choice).table)


def test_rows_with_a_missing_cell_are_left_out_of_it_too():
    model, table = model_named("gmm"), Table.from_columns({"x": ["1", "NA", "3"], "y": ["2", "4", "5"]})
    choice = ask(model, table, Wishes(drop=True))
    read = read_of(model, table, choice)
    assert read.texts("x").tolist() == ["1", "3"]
    assert read.same(take(model, table, choice).table)
    assert read_of(model, table, replace(choice, drop=False)).rows == 3
    empty = Table.from_columns({"x": ["1", "NA", "7", "NA"], "y": ["NA", "4", "NA", "9"]})
    with pytest.raises(DataError, match="every row has a missing cell, and none is left"):
        read_of(model, empty, ask(model, empty, Wishes(drop=True)))


def test_a_column_of_what_holes_hide_is_read_beside_its_own_and_never_for_itself():
    model = model_named("gmm")
    columns = {
        "x": ["1", "2", "7"],
        "y": ["2", "4", "5"],
        "true:x": ["1", "2", "9"],
        "true:z": ["1", "2", "9"],
    }
    table = Table.from_columns(columns)
    choice = ask(model, table, Wishes())
    assert choice.used == ("x", "y")
    assert take(model, table, choice).table.names == ("x", "y", "true:x")
