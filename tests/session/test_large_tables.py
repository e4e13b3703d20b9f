"""Large count tables, which the window does not wait for."""

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import Table
from emviz.models import model_named
from emviz.models.profile import Profile
from emviz.session.orders import Order
from emviz.session.table import BLOCK, LEAST, WORK


@pytest.mark.parametrize(
    ("key", "example", "size"),
    # 2^14 rows × entries of θ: 1018 free entries leave 16 rows, 388 leave 42.
    [("coins", None, BLOCK), ("motif", None, BLOCK), ("profile", None, 16), ("rna", "arms", 42)],
)
def test_where_theta_is_large_fewer_rows_are_asked_for(key, example, size):
    session = desk.example_session(key, example)
    assert desk.block_size(session) == size
    assert desk.is_large(session) == (size < BLOCK)


def test_the_first_rows_are_those_of_the_whole_table():
    session = desk.step(desk.step(desk.example_session("profile", "dna-family")))
    whole = session.model.count_table(session.data, session.round, np.arange(session.table.rows))
    first = desk.first_rows(session)
    assert first.observed == whole.observed[:BLOCK]
    np.testing.assert_array_equal(first.counts, whole.counts[:BLOCK])
    np.testing.assert_array_equal(first.totals, whole.totals)
    assert list(first.updates) == list(whole.updates)


def rolled(*lengths):
    """Return sequences of rolls, a roll a row."""
    rolls = np.random.default_rng(1).integers(1, 7, sum(lengths))
    names = np.repeat(np.arange(len(lengths)), lengths)
    columns = {"symbol": rolls.astype(str).tolist(), "sequence": names.astype(str).tolist()}
    return desk.new_session(model_named("hmm"), Table.from_columns(columns), "rolls")


def written(model, length):
    """Return some sequences of so many letters."""
    texts = ["".join(np.random.default_rng(seed).choice(list("ACGT"), length)) for seed in range(4)]
    return desk.new_session(model, Table.from_columns({"sequence": texts}), "letters")


def test_steps_of_one_sequence_are_weighed_together_so_that_a_long_one_is_waited_for():
    # Two states of each step.
    longest = WORK // 2
    assert not desk.is_large(rolled(longest, longest))
    long = rolled(longest + 1)
    assert desk.is_large(long)
    assert desk.block_size(long) == BLOCK, "fewer steps cost as much"


def test_of_rows_that_are_long_themselves_fewer_are_asked_for():
    sequences = Table.from_columns({"symbols": ["12" * 200, "61"]})
    assert desk.block_size(desk.new_session(model_named("hmm"), sequences, "rolls")) == 2**14 // 800
    assert desk.block_size(written(model_named("motif"), 500)) == 2**14 // 500
    assert desk.block_size(written(model_named("motif"), 5000)) == LEAST
    assert desk.block_size(written(Profile(nodes=4, alphabet="dna"), 150)) == 2**14 // 600
    assert desk.is_large(written(Profile(nodes=4, alphabet="dna"), 150))


@pytest.mark.parametrize(("first", "start"), [(0, 0), (150, 118), (299, 236)])
def test_in_time_the_rows_around_the_first_in_sight_come_with_those_of_the_beginning(first, start):
    session = desk.step(desk.example_session("hmm"))
    table = desk.first_rows(session, Order("changed", first=first, timed=True))
    around = range(start, start + BLOCK)
    assert table.rows.tolist() == sorted({*range(BLOCK), *around})
    whole = session.model.count_table(session.data, session.round, np.arange(300))
    np.testing.assert_array_equal(table.shares, whole.shares[table.rows])
    np.testing.assert_array_equal(table.counts, whole.counts[table.rows])
