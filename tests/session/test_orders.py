"""The order of the rows of the count table, by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from emviz.data.table import Table
from emviz.em.methods import method_named
from emviz.models import model_named
from emviz.session import (
    Order,
    example_session,
    first_rows,
    new_session,
    ordering,
    set_method,
    show,
    step,
)


def ordered(session, kind="divided"):
    shown = show(session, replace(session.display, order=kind))
    return list(ordering(shown))[-1]


def test_two_orders_are_the_same_with_the_same_rows_in_the_same_places():
    rows, places = np.array([1, 0]), np.array([1, 0])
    order = Order("divided", rows, places, 1)
    assert order.same(order)
    assert order.same(Order("divided", rows, places, 1))
    assert not order.same(Order("changed", rows, places, 1))
    assert not order.same(Order("divided", rows.copy(), places, 1))
    assert not order.same(Order("divided", rows, places.copy(), 1))


def entropy(*shares):
    return -sum(share * math.log(share) for share in shares if share)


def test_the_most_divided_coins_first():
    # Figure 1b: P(A) = 0.449, 0.805, 0.734, 0.352, 0.647; the nearest to one half are rows 1, 5, 4, 3, 2.
    session = step(example_session())
    shares = [0.4491, 0.8050, 0.7335, 0.3522, 0.6472]
    by_hand = sorted(range(5), key=lambda row: -entropy(shares[row], 1 - shares[row]))
    assert by_hand == [0, 4, 3, 2, 1]
    order = ordered(session)
    assert order.rows.tolist() == by_hand
    assert order.places.tolist() == [0, 4, 3, 2, 1]
    assert [order.row(2), order.place(3), order.first] == [3, 2, 0]


def test_cells_that_are_not_divided_stay_in_the_order_of_the_data():
    # Only the first cell of the linkage data is shared between two classes: 0.8 and 0.2.
    assert ordered(step(example_session("linkage"))).rows.tolist() == [0, 1, 2, 3]
    cells = Table.from_columns({"cell": [4, 3, 2, 1], "animals": [34, 20, 18, 125]})
    session = step(new_session(model_named("linkage"), cells, "backwards"))
    assert ordered(session).rows.tolist() == [3, 0, 1, 2]


def test_the_most_changed_coins_first_and_before_there_is_a_change_the_most_divided():
    session = example_session()
    assert ordered(step(session), "changed").rows.tolist() == [0, 4, 3, 2, 1]
    second = step(step(step(session)))
    before, now = (
        session.model.posterior(session.data, second.trace.step_of(t).params, np.arange(5))[:, 0]
        for t in (0, 1)
    )
    by_hand = sorted(range(5), key=lambda row: -abs(now[row] - before[row]))
    assert ordered(second, "changed").rows.tolist() == by_hand != ordered(second).rows.tolist()


def test_e_and_m_step_have_the_same_order():
    session = step(example_session("gmm"))
    assert ordered(session).rows.tolist() == ordered(step(session)).rows.tolist()


def test_counted_whole_the_rows_are_ordered_by_their_probabilities():
    hard = set_method(example_session(), method_named("hard"))
    assert ordered(step(hard)).rows.tolist() == [0, 4, 3, 2, 1]


@pytest.mark.parametrize("together", [1 << 18, 40])
def test_steps_in_time_stay_in_order_and_the_steepest_turn_is_first(monkeypatch, together):
    monkeypatch.setattr("emviz.session.orders.TOGETHER", together)
    session = step(example_session("hmm"))
    shares = session.model.posterior(session.data, session.step.params, np.arange(300))[:, 0]
    order = ordered(session)
    assert order.rows is None
    assert order.timed
    assert order.first == 1 + int(np.abs(np.diff(shares)).argmax())
    assert [order.row(7), order.place(7)] == [7, 7]
    changed = ordered(step(step(session)), "changed")
    now = session.model.posterior(session.data, step(step(session)).step.params, np.arange(300))[:, 0]
    assert changed.first == int(np.abs(now - shares).argmax())


def test_the_order_of_the_data_and_single_rows_need_no_numbers():
    assert ordered(example_session(), "file").rows is None
    alone = new_session(model_named("coins"), Table.from_columns({"tosses": ["HT"]}), "one")
    assert ordered(alone).rows is None
    assert Order().first == 0


def test_the_first_rows_are_those_of_the_order():
    session = step(example_session())
    table = first_rows(session, ordered(session))
    assert table.rows.tolist() == [0, 4, 3, 2, 1]
    assert table.observed[1] == "THHHTHHHTH"


def test_the_order_is_found_part_by_part(monkeypatch):
    session = example_session("gmm")
    monkeypatch.setattr("emviz.session.orders.TOGETHER", 100)
    shown = show(session, replace(session.display, order="divided"))
    parts = list(ordering(shown))
    assert parts[:-1] == [None] * 6, "272 rows of two shares, 50 at a time"
    monkeypatch.undo()
    assert ordered(session).rows.tolist() == parts[-1].rows.tolist()


@pytest.mark.parametrize("decimals", [1, 10])
def test_sorted_in_parts_equals_stay_in_the_order_of_the_data(monkeypatch, decimals):
    session = example_session("gmm")
    monkeypatch.setattr("emviz.session.orders.COMPARED", decimals)
    whole = ordered(session)
    monkeypatch.setattr("emviz.em.numerics.SORTED", 30)
    assert ordered(session).rows.tolist() == whole.rows.tolist()
    assert ordered(session).places.tolist() == whole.places.tolist()
