"""Cells taken out of a table: how many, of which columns, by which rule, and where they are kept."""

import numpy as np
import pytest

from emviz.data.table import Table
from emviz.em.domains import ParameterError
from emviz.em.simulation.missingness import Missingness, rule, usual, with_holes
from emviz.models.coins import MODEL as COINS
from emviz.models.gmm import GaussianMixture
from emviz.models.modules import MODEL as MODULES
from emviz.models.network import Network
from emviz.models.normal import MultivariateNormal

NUMBERS = np.arange(4000.0)
TABLE = Table.from_columns({"x": NUMBERS, "y": NUMBERS[::-1].copy()})
STATES = ["yes"] * 1000 + ["no"] * 3000
WORDS = Table.from_columns({"ill": STATES, "seen": STATES[::-1]})


def rng(seed=5):
    return np.random.default_rng(seed)


def missing(model, table, *how):
    return with_holes(model, table, Missingness(*how), rng())


def test_at_random_every_cell_goes_alike_and_is_kept_beside():
    table = missing(MultivariateNormal(), TABLE, 0.3)
    assert table.names == ("x", "y", "true:x", "true:y")
    gone = table.missing("x")
    assert gone.mean() == pytest.approx(0.3, abs=0.03)
    assert gone[2000:].mean() == pytest.approx(0.3, abs=0.03)
    assert (table.missing("true:x") == ~gone).all()
    whole = np.where(gone, table.numbers("true:x", holes=True), table.numbers("x", holes=True))
    assert whole.tolist() == NUMBERS.tolist()


def test_by_value_a_number_above_the_median_goes_five_times_as_often():
    gone = missing(MultivariateNormal(), TABLE, 0.3, (), True).missing("x")
    # 0.3 = (5 p + p) / 2
    assert gone[:2000].mean() == pytest.approx(0.1, abs=0.02)
    assert gone[2000:].mean() == pytest.approx(0.5, abs=0.03)


def test_where_no_number_is_above_the_median_the_largest_go():
    table = Table.from_columns({"x": [1.0] * 1000 + [2.0] * 3000, "y": NUMBERS})
    gone = missing(GaussianMixture(), table, 0.3, ("x",), True).missing("x")
    # 0.3 = p / 4 + 5 p · 3 / 4
    assert gone[:1000].mean() == pytest.approx(0.075, abs=0.04)
    assert gone[1000:].mean() == pytest.approx(0.375, abs=0.04)


def test_by_value_the_last_state_goes_five_times_as_often():
    table = missing(Network("[ill][seen|ill]"), WORDS, 0.2, ("ill",), True)
    assert table.names == ("ill", "seen", "true:ill")
    assert not table.missing("seen").any()
    gone = table.missing("ill")
    # 0.2 = 5 p / 4 + p · 3 / 4
    assert gone[:1000].mean() == pytest.approx(0.5, abs=0.04)
    assert gone[1000:].mean() == pytest.approx(0.1, abs=0.02)
    assert set(table.texts("true:ill")[gone].tolist()) == {"yes", "no"}
    assert set(table.texts("true:ill")[~gone].tolist()) == {""}


@pytest.mark.parametrize(("which", "much"), [("yes", 0), ("large", 0), ("no", 1), ("small", 1)])
def test_by_value_the_state_that_is_asked_for_goes_five_times_as_often(which, much):
    gone = missing(Network("[ill][seen|ill]"), WORDS, 0.2, ("ill",), True, which).missing("ill")
    # 0.2 = 5 p · part + p (1 − part), with a quarter of yes.
    low = 0.2 / (1 + 4 * (0.25, 0.75)[much])
    assert gone[:1000].mean() == pytest.approx((5 * low, low)[much], abs=0.04)
    assert gone[1000:].mean() == pytest.approx((low, 5 * low)[much], abs=0.02)


def test_by_value_small_numbers_go_where_they_are_asked_for():
    gone = missing(MultivariateNormal(), TABLE, 0.3, (), True, "small").missing("x")
    assert gone[:2000].mean() == pytest.approx(0.5, abs=0.03)
    assert gone[2000:].mean() == pytest.approx(0.1, abs=0.02)
    table = Table.from_columns({"x": [1.0] * 3000 + [2.0] * 1000, "y": NUMBERS})
    assert missing(GaussianMixture(), table, 0.3, ("x",), True, "small").missing("x")[:3000].mean() > 0.3


@pytest.mark.parametrize(
    ("model", "table", "reason"),
    [
        (Network("[ill][seen|ill]"), WORDS, "column ill has no state 'maybe': no, yes"),
        (MultivariateNormal(), TABLE, "column x has numbers, of which large or small ones go, not 'maybe'"),
    ],
)
def test_what_a_column_does_not_hold_cannot_be_hidden(model, table, reason):
    with pytest.raises(ParameterError, match=reason):
        missing(model, table, 0.2, (), True, "maybe")


def test_more_than_all_cells_with_a_state_cannot_go():
    with pytest.raises(ParameterError, match="column ill no more than 40 % of the cells can be missing by"):
        missing(Network("[ill][seen|ill]"), WORDS, 0.5, ("ill",), True)


def test_holes_that_are_there_stay_with_what_is_known_of_them():
    first = missing(MultivariateNormal(), TABLE, 0.3)
    more = with_holes(MultivariateNormal(), first, Missingness(0.5, ("x",), True), rng(4))
    assert more.missing("y").tolist() == first.missing("y").tolist()
    gone = more.missing("x")
    assert gone[first.missing("x")].all()
    assert gone.mean() == pytest.approx(0.65, abs=0.03)
    assert more.numbers("true:x", holes=True)[gone].tolist() == NUMBERS[gone].tolist()
    words = Network("[ill][seen|ill]")
    again = with_holes(words, missing(words, WORDS, 0.2), Missingness(0.2), rng(4))
    assert again.texts("true:ill")[again.missing("ill")].tolist() == [
        state for state, hole in zip(STATES, again.missing("ill").tolist(), strict=True) if hole
    ]


def test_codes_of_missing_cells_and_columns_without_a_number_stay():
    table = Table.from_columns({"a": ["x", "-9", "y"] * 5, "b": ["u", "v", "v"] * 5}).with_codes(["-9"])
    found = missing(Network("[a][b|a]"), table, 0.5, ("a",))
    assert found.missing("a")[1::3].all()
    assert found.texts("a")[1::3].tolist() == ["-9"] * 5
    empty = Table.from_columns({"x": NUMBERS, "none": [np.nan] * 4000})
    assert missing(MultivariateNormal(), empty, 0.5).names == ("x", "none", "true:x")


def test_what_has_never_been_seen_has_no_value_to_go_by():
    table = Table.from_columns({"x": NUMBERS, "y": [np.nan] * 4000})
    model = GaussianMixture(variables="x")
    assert missing(model, table, 0.5, (), True).names == ("x", "y", "true:x")


@pytest.mark.parametrize(
    ("model", "how", "reason"),
    [
        (COINS, Missingness(0.2), "no column of these data may have missing cells"),
        (GaussianMixture(), Missingness(0.95), "must be from 0 to 0.9, got 0.95"),
        (GaussianMixture(), Missingness(-0.1), "must be from 0 to 0.9, got -0.1"),
        (GaussianMixture(), Missingness(0.1, ("z",)), "cells of 'z' cannot be missing; those of x, y can"),
    ],
)
def test_impossible_holes_are_refused(model, how, reason):
    with pytest.raises(ParameterError, match=reason):
        with_holes(model, TABLE, how, rng())


def test_no_holes_leave_the_table_alone():
    assert with_holes(COINS, TABLE, usual(COINS), rng()) is TABLE
    assert usual(MultivariateNormal()) == Missingness(0.3)


def test_modules_lose_cells_of_arrays_alone():
    data = MODULES.parse(Table.from_columns({"a": NUMBERS, "b": NUMBERS}))
    drawn = MODULES.simulate(MODULES.default(data), 50, rng())
    assert set(MODULES.may_lack(drawn)) == {"array 1", "array 2"}


def test_the_rule_in_words():
    assert rule({"x": ()}, Missingness()) == ""
    assert "probability 0.3, whatever" in rule({"x": ()}, Missingness(0.3))
    assert rule({"x": ()}, Missingness(0.3, (), True)).startswith("A number above the column's median is")
    assert rule({"x": ()}, Missingness(0.3, (), True, "small")).startswith("A number below the column's")
    states = {"x": ("no", "yes"), "y": ()}
    assert rule(states, Missingness(0.3, ("x",), True)).startswith("The last state of a variable, in sorted")
    assert rule(states, Missingness(0.3, ("x",), True, "small")).startswith("The first state of a variable")
    assert rule(states, Missingness(0.3, ("x",), True, "no")).startswith("The state no is missing 5 times")
    assert Missingness(0.3, (), True, "no").words() == "30 % of the cells missing by value (no)"
    assert Missingness(0.3, ("x", "y"), True).words() == "30 % of the cells of x, y missing by value"
    assert Missingness(0.125).words() == "12.5 % of the cells missing at random"
