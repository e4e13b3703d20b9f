"""Large count tables, which the window does not wait for."""

import numpy as np
import pytest

from emviz import session as desk
from emviz.session.table import BLOCK


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
