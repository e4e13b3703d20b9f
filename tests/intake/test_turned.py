"""Tables with a variable in each row: it is said where only the exchanged table can be read, or should be."""

import numpy as np
import pytest

from emviz.api.fitting import begun
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em.model import ModelError
from emviz.intake import Taken, ask, take
from emviz.intake import turned as rooms
from emviz.intake.choice import Wishes
from emviz.intake.turned import WORDS, exchanged, turned_words
from emviz.models import model_named

NAMED = "name,r1,r2,r3,r4,r5,r6\nweight,1.5,2.5,3.1,2.2,1.8,2.9\nlength,10.5,12.5,13.1,11.2,10.8,12.9\n"
COUNTED = "heads,5,9,8,4,7\ntails,5,1,2,6,3\n"


def table_of(folder, text):
    path = folder / "own.csv"
    path.write_text(text)
    return read_table(path)


def test_rows_become_columns_named_by_the_first_one(tmp_path):
    found = exchanged(table_of(tmp_path, NAMED))
    assert found.names == ("weight", "length")
    assert found.numbers("length").tolist() == [10.5, 12.5, 13.1, 11.2, 10.8, 12.9]
    bare = exchanged(Table.from_columns({f"c{k}": [k, k * k] for k in range(5)}))
    assert (bare.names, bare.rows) == (("column 1", "column 2"), 5)
    assert exchanged(Table.from_columns({"a": ["x"], "b": [1], "c": ["y"]})) is None
    assert exchanged(Table.from_columns({"a": ["x", "y"], "b": [1, 2], "c": [3, 4]})) is None


@pytest.mark.parametrize(
    ("key", "text"), [("normal", NAMED), ("gmm", NAMED), ("coins", f"a,1,2,3,4,5\n{COUNTED}")]
)
def test_a_refusal_says_that_a_table_looks_transposed(tmp_path, key, text):
    model, table = model_named(key), table_of(tmp_path, text)
    with pytest.raises((DataError, ModelError)) as caught:
        begun(model, take(model, table, ask(model, table, Wishes())), "own.csv", seed=0)
    assert str(caught.value).endswith(WORDS)
    assert str(caught.value).count(WORDS) == 1


def test_a_table_that_can_be_read_is_only_asked_about(tmp_path):
    wide = Table.from_columns({"id": ["u", "v", "w"], **{f"c{k}": np.arange(3.0) ** k for k in range(1, 5)}})
    model = model_named("gmm")
    assert WORDS in take(model, wide, ask(model, wide, Wishes())).notes
    assert turned_words(model_named("modules"), wide) == ""  # which has a layout for it
    assert turned_words(model_named("abo"), wide) == ""
    tosses = table_of(tmp_path, COUNTED)  # of which one would be heads, and the other tails
    coins = model_named("coins")
    assert WORDS in take(coins, tosses, ask(coins, tosses, Wishes())).notes
    high = Table.from_columns({"a": np.arange(9.0), "b": np.arange(9.0) ** 2})
    assert take(model, high, ask(model, high, Wishes())).turned == ""
    error = DataError("no")
    assert Taken(high).explained(model, error) is error


def test_a_large_table_is_not_looked_at(monkeypatch, tmp_path):
    monkeypatch.setattr(rooms, "MOST_CELLS", 10)
    assert exchanged(table_of(tmp_path, NAMED)) is None
