"""The entries of θ that a landscape opens on: those in which something shows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from emviz.em.counts.table import Entry
from emviz.em.domains import Parameter, Positive, Real, Simplex, Unit
from emviz.em.model import Expectation, Phase, Step
from emviz.em.theta.covariance import Covariance
from emviz.session import example_session
from emviz.session.axes import PLACES, first_axes

HEADS, TAILS = Parameter("heads", Unit(), "θ", ()), Parameter("tails", Unit(), "τ", ())
WEIGHT = Parameter("weight", Simplex(), "w", (("A", "B"),))
MEANS = Parameter("mean", Real(), "μ", (("A", "B"), ("x", "y")))


@dataclass(frozen=True)
class Fields:
    """A model with these fields of θ."""

    fields: list

    def parameters(self, data):
        return self.fields


def opened(*fields):
    return first_axes(Fields(list(fields)), None, None)


def test_it_opens_on_two_entries_wherever_they_stand():
    assert opened(HEADS) is None
    assert opened(HEADS, TAILS) == (Entry("heads", ()), Entry("tails", ()))


def test_two_shares_that_add_up_to_1_are_no_two_axes():
    assert opened(WEIGHT) is None
    assert opened(WEIGHT, HEADS) == (Entry("weight", (0,)), Entry("heads", ()))
    assert opened(HEADS, TAILS, WEIGHT) == (Entry("heads", ()), Entry("tails", ()))


def test_it_opens_on_the_same_entry_of_two_components():
    assert opened(MEANS) == (Entry("mean", (0, 0)), Entry("mean", (1, 0)))
    alone = Parameter("mean", Real(), "μ", (("A",), ("x", "y")))
    assert opened(alone) == (Entry("mean", (0, 0)), Entry("mean", (0, 1)))


def test_means_say_more_than_spreads_and_links():
    spread = Parameter("variance", Positive(), "σ²", (("A", "B"),))
    matrix = Parameter("covariance", Covariance(), "Σ", (("A", "B"), ("x", "y"), ("x", "y")))
    link = Parameter("link", Unit(), "β", (("A", "B"), ("R1", "R2")))
    first = Entry("mean", (0, 0)), Entry("mean", (1, 0))
    assert opened(WEIGHT, MEANS, spread, link) == first
    assert opened(MEANS, matrix) == first
    assert opened(WEIGHT, spread) == (Entry("variance", (0,)), Entry("variance", (1,)))


@pytest.mark.parametrize("key", ["motif", "tomography", "profile", "rna"])
def test_of_many_places_it_opens_on_those_that_the_first_step_moves_most(key):
    session = example_session(key)
    x, y = session.display.axes
    step = session.trace[0]
    ahead = session.model.m_step(session.data, step.expectation.counts)
    moved = np.abs(getattr(ahead, x.field) - getattr(step.params, x.field))
    assert x.field == y.field
    assert moved[x.index] == moved.max()
    assert x.index[0] != y.index[0]
    assert moved[y.index] == np.delete(moved, x.index[0], axis=0).max()


def test_the_normal_opens_on_the_means_of_columns_with_holes():
    """Only the third day of the cholesterol has holes: the means of the others never move."""
    session = example_session("normal", "cholesterol")
    assert [entry.index for entry in session.display.axes] == [(0,), (2,)]


@dataclass(frozen=True)
class Still(Fields):
    """A model whose M-step fails, or moves nothing."""

    fails: bool

    def m_step(self, data, counts):
        if self.fails:
            raise ArithmeticError("no counts")
        return counts


@pytest.mark.parametrize("fails", [True, False])
def test_where_the_first_step_moves_nothing_it_opens_on_the_first_places(fails):
    places = tuple(map(str, range(PLACES + 1)))
    field = Parameter("emission", Simplex(), "e", (places, ("A", "C", "G")))
    theta = NamedTuple("Theta", [("emission", object)])(np.full((len(places), 3), 1 / 3))
    step = Step(0, Phase.START, theta, Expectation(theta, -1.0), 0.0, -1.0)
    found = first_axes(Still([field], fails), None, step)
    assert found == (Entry("emission", (0, 0)), Entry("emission", (1, 0)))
