"""A column too many, in front of the first example of every model, changes nothing that is computed."""

from dataclasses import replace

import numpy as np
import pytest

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.intake import guess, take
from emviz.models import discover

MODELS = {model.key: model for model in discover()}
FEW = 40
ADDED = {
    "row numbers": lambda rows: ("no", np.arange(1, rows + 1)),
    "identifiers": lambda rows: ("id", [f"{7 * k % 101 + 900}" for k in range(rows)]),
    "remarks": lambda rows: ("remark", ["was read again on Monday", *[""] * (rows - 1)]),
}


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("key", sorted(MODELS))
def test_a_column_in_front_changes_nothing(key, added):
    model = MODELS[key]
    example = model.examples[0]
    model = replace(model, **example.hyper)
    table = read_table(example_path(example.file))
    if key != "tomography":
        table = table.where(np.arange(table.rows) < FEW)
    name, cells = ADDED[added](table.rows)
    more = Table.from_columns({name: cells, **{own: table.texts(own) for own in table.names}})
    data = model.parse(table)
    read = model.parse(take(model, more, guess(model, more)).table)
    start = model.default(data)
    for mine, theirs in zip(start, model.default(read), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert model.e_step(read, start).objective == model.e_step(data, start).objective
