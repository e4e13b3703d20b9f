"""Simulated data on the desk: with holes, whose complete data stay known, and cells taken out of data."""

from dataclasses import replace

import numpy as np
import pytest

from emviz import session as desk
from emviz.em.simulation.missingness import Missingness
from emviz.models.coins import CoinParams, Coins

SOME = Missingness(0.2)


class Alone(Coins):
    """Coins that have but one start."""

    def start(self, data, rng):
        return CoinParams(np.full(2, 0.5), np.array([0.6, 0.5]))


@pytest.mark.parametrize("key", ["normal", "gmm", "modules", "network"])
def test_simulated_holes_leave_the_complete_data_known_and_can_be_undone(key):
    before = desk.example_session(key)
    values, _ = desk.drawn_truth(before, desk.FIRST_TRUTH)
    holed = desk.with_simulated(before, values, 120, 4, how=SOME)
    assert holed.fault is None
    assert ": 120 " in holed.source
    assert ", 20 % of the cells missing at random, seed 4" in holed.source
    assert holed.truth is not None
    counts = holed.model.labelled(holed.data)
    whole = desk.with_simulated(before, values, 120, 4)
    assert counts is not None
    name = next(iter(holed.model.may_lack(holed.table)))
    gone = holed.table.missing(name)
    assert 0 < gone.sum() < 60
    assert holed.table.texts(f"true:{name}")[gone].tolist() == whole.table.texts(name)[gone].tolist()
    assert desk.undo(holed).table is before.table


def test_em_is_wrong_where_holes_depend_on_what_they_hide():
    session = desk.example_session("normal", "murray")
    truth = {"covariance": np.eye(2)}
    ends = {}
    for by_value in (False, True):
        drawn = desk.with_simulated(session, truth, 4000, 1, how=Missingness(0.3, (), by_value))
        free = desk.set_model(drawn, {"mean": "free"})
        for _ in range(20):
            free = desk.step(free)
        ends[by_value] = free.trace[-1].params.mean
    np.testing.assert_allclose(ends[False], 0, atol=0.06)
    # Half the numbers above the median go, a tenth of the others: E[z (5 above + 9 below)] / 14 for each.
    np.testing.assert_allclose(ends[True], -(9 - 5) / 14 * np.sqrt(2 / np.pi), atol=0.06)


def test_cells_are_taken_out_of_the_rows_on_the_desk():
    before = desk.example_session("gmm")
    holed = desk.with_cells_missing(before, Missingness(0.1, ("waiting",), True), 7)
    assert holed.source == f"{before.source}, 10 % of the cells of waiting missing by value, seed 7"
    assert holed.table.rows == before.table.rows
    assert not holed.table.missing("eruptions").any()
    assert all(np.array_equal(*each) for each in zip(holed.start, before.start, strict=True))
    drawn = desk.with_simulated(before, desk.drawn_truth(before, 1001)[0], 50, 4)
    named, mark, truth = drawn.source.partition(desk.TRUTH)
    more = desk.with_cells_missing(drawn, SOME, 8)
    assert more.source == f"{named}, 20 % of the cells missing at random, seed 8{mark}{truth}"
    assert more.truth is not None


def test_a_truth_passes_over_the_seed_of_the_start():
    session = desk.draw_start(desk.example_session(), 7)
    values, seed = desk.drawn_truth(session, 7)
    assert seed == 8
    assert not desk.at_start(session, values)


def test_where_every_start_is_the_same_the_truth_is_that_one():
    alone = replace(desk.example_session(), model=Alone())
    values, seed = desk.drawn_truth(alone, 7)
    assert (seed, values["heads"].tolist()) == (11, [0.6, 0.5])
