"""Heights of a landscape: each is the objective at these two entries; a grid is as fine as time allows."""

import numpy as np
import pytest
from toys import COINS, PAPER, TOSSED, biased

from emviz.em.counts.table import Entry
from emviz.em.engine import advance, start
from emviz.em.methods import EM
from emviz.em.model import fields_of
from emviz.em.objective import heights
from emviz.em.objective.bound import free_entries
from emviz.em.objective.heights import landscape
from emviz.em.objective.pairs import with_pair
from emviz.models import TITLES
from emviz.models.coins import Coins
from emviz.session import example_session

A, B = Entry("heads", (0,)), Entry("heads", (1,))


def test_a_landscape_comes_coarse_and_then_fine(monkeypatch):
    monkeypatch.setattr(heights, "AWAITED", 0.0)
    yielded = list(landscape(COINS, TOSSED, PAPER, A, B, sizes=(3, 8)))
    first, second = (place for place, each in enumerate(yielded) if each is not None)
    assert first >= 3
    assert second - first > 8
    coarse, fine = yielded[first], yielded[second]
    np.testing.assert_allclose(coarse.xs, [1 / 6, 1 / 2, 5 / 6], rtol=1e-15)
    for picture, size in ((coarse, 3), (fine, 8)):
        assert (picture.x, picture.y) == (A, B)
        assert picture.values.shape == (size, size)
        np.testing.assert_array_equal(picture.xs, picture.ys)
        expected = [[COINS.e_step(TOSSED, biased(x, y)).objective for y in picture.ys] for x in picture.xs]
        np.testing.assert_allclose(picture.values, expected, rtol=1e-12)


def test_a_landscape_puts_its_entries_on_the_axes_asked_for():
    model = Coins(3)
    params = model.default(TOSSED)
    x, y = Entry("heads", (2,)), Entry("heads", (0,))
    *_, picture = landscape(model, TOSSED, params, x, y, sizes=(4,))
    expected = [
        [model.e_step(TOSSED, params._replace(heads=np.array([b, 0.5, a]))).objective for b in picture.ys]
        for a in picture.xs
    ]
    np.testing.assert_allclose(picture.values, expected, rtol=1e-12)


def test_the_bound_over_two_entries_lies_below_the_objective_and_touches_with_its_slope():
    at = advance(COINS, TOSSED, start(COINS, TOSSED, PAPER))
    *_, found = landscape(COINS, TOSSED, PAPER, A, B, sizes=(8,), at=at)
    *_, climbed = landscape(COINS, TOSSED, PAPER, A, B, sizes=(8,))
    expected = [[EM.bound(COINS, TOSSED, at, biased(x, y)) for y in found.ys] for x in found.xs]
    np.testing.assert_allclose(found.values, expected, rtol=1e-12)
    assert np.all(found.values <= climbed.values)
    assert (found.x, found.y) == (A, B)


def drawn(work):
    return [each for each in work if each is not None]


def test_a_coarse_grid_is_not_shown_where_the_next_takes_no_time():
    assert [len(each.xs) for each in drawn(landscape(COINS, TOSSED, PAPER, A, B))] == [96]


def test_a_grid_is_left_out_if_it_would_take_too_long(monkeypatch):
    monkeypatch.setattr(heights, "LONGEST", 0.0)
    parts = []
    work = landscape(COINS, TOSSED, PAPER, A, B, report=parts.append)
    assert [len(each.xs) for each in drawn(work)] == [8]
    assert parts == sorted(parts)
    assert parts[-1] == 1


def test_a_landscape_that_would_take_minutes_is_withheld_with_a_sentence(monkeypatch):
    monkeypatch.setattr(heights, "HOPELESS", 0.0)
    work = list(landscape(COINS, TOSSED, PAPER, A, B))
    assert len(work) < 10
    assert work[-1].withheld.startswith("No landscape: one value of the objective takes 0.0 s")
    assert work[-1].withheld.endswith("the coarsest grid has 64.")
    assert work[-1].values.size == 0


def test_shares_of_one_whole_stay_within_it_and_have_their_own_values():
    session = example_session("abo")
    model, data = session.model, session.data
    (found,) = drawn(landscape(model, data, session.start, *session.display.axes, sizes=(10,)))
    i, j = np.indices((10, 10))
    # The middles are .05, .15, …, .95: two of them leave something for p_O where i + j < 9.
    np.testing.assert_array_equal(np.isnan(found.values), i + j >= 9)
    assert (found.xs[2], found.ys[3]) == pytest.approx((0.25, 0.35))
    right = model.e_step(data, model.make_params({"allele": np.array([0.25, 0.35, 0.4])})).objective
    assert found.values[2, 3] == pytest.approx(right, rel=1e-12)


def test_the_axes_may_be_given_another_range():
    (found,) = drawn(landscape(COINS, TOSSED, PAPER, A, B, sizes=(4,), spans=((0.4, 0.8), (0.2, 0.6))))
    np.testing.assert_allclose(found.xs, [0.45, 0.55, 0.65, 0.75])
    np.testing.assert_allclose(found.ys, [0.25, 0.35, 0.45, 0.55])
    assert found.values[1, 2] == pytest.approx(COINS.e_step(TOSSED, biased(0.55, 0.45)).objective)


@pytest.mark.parametrize("key", sorted(set(TITLES) - {"linkage", "poisson"}))
def test_every_model_with_two_entries_has_a_landscape_of_its_objective(key):
    session = example_session(key)
    model, data, axes = session.model, session.data, session.display.axes
    (found,) = drawn(landscape(model, data, session.start, *axes, sizes=(3,)))
    assert np.isfinite(found.values).any()
    for i, j in ((0, 0), (1, 0), (2, 1)):
        moved = with_pair(model, data, session.start, axes, (found.xs[i], found.ys[j]))
        if moved is not None:
            values = [fields_of(moved)[entry.field][entry.index] for entry in axes]
            assert values == [found.xs[i], found.ys[j]]
            assert found.values[i, j] == pytest.approx(model.e_step(data, moved).objective, rel=1e-9)


@pytest.mark.parametrize("key", ["linkage", "poisson"])
def test_a_model_with_one_entry_has_none(key):
    session = example_session(key)
    assert len(free_entries(session.model, session.data)) == 1
    assert session.display.axes is None
