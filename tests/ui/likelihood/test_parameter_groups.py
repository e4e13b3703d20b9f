"""Which parameters share a plot."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from emviz import session as desk
from emviz.em.domains import Parameter, Positive, Real, Simplex
from emviz.em.theta.covariance import Covariance
from emviz.models.coins import Coins
from emviz.session.trail import Trail
from emviz.ui.panels.likelihood.parameter_groups import SHOWN, first_of, groups_of
from emviz.ui.panels.likelihood.series import MOST, Series

NAMES = ("A", "B")


@dataclass(frozen=True)
class Many(Coins):
    """Parameters of several kinds."""

    def parameters(self, data):
        return (
            Parameter("weight", Simplex(), "w", (NAMES,)),
            Parameter("mean", Real(), "μ", (NAMES, ("x", "y"))),
            Parameter("covariance", Covariance(), "Σ", (NAMES, ("x", "y"), ("x", "y")), bound=MIRRORED),
            Parameter("transition", Simplex(), "a", (NAMES, NAMES)),
            Parameter("rate", Positive(), "λ", ()),
        )


MIRRORED = frozenset((k, 1, 0) for k in range(2))


def test_a_few_probabilities_share_one_plot():
    session = desk.example_session()
    (group,) = groups_of(session.model, session.data)
    assert group.title == "θ"
    assert [group.component(entry) for entry in group.entries] == [0, 1]
    assert first_of((group,), session.model, session.data) == 0
    assert groups_of(Coins(6, "learned"), None)[0].title == "θ"


def test_parameters_of_a_kind_share_a_plot():
    groups = groups_of(Many(), None)
    assert [group.title for group in groups] == [
        *("w", "μ x", "μ y", "Σ x x", "Σ x y", "Σ y y", "a A", "a B", "λ")
    ]
    assert groups[first_of(groups, Many(), None)].title == "μ x"
    transitions = next(group for group in groups if group.title == "a B")
    assert [entry.index for entry in transitions.entries] == [(1, 0), (1, 1)]
    assert [transitions.component(entry) for entry in transitions.entries] == [0, 1]
    assert groups[-1].component(groups[-1].entries[0]) == 0


def test_where_nothing_is_estimated_there_is_no_group():
    @dataclass(frozen=True)
    class Known(Coins):
        def parameters(self, data):
            return (Parameter("weight", Simplex(), "w", (NAMES,), fixed=True),)

    assert groups_of(Known(), None) == ()
    assert first_of((), Known(), None) == 0


def test_the_pace_is_the_ratio_of_the_last_two_steps():
    session = desk.example_session()
    for _ in range(12):
        session = desk.step(session)
    series = Series()
    series.follow(session)
    heads = np.array([step.params.heads for step in session.trace[::2]])
    lengths = np.linalg.norm(np.diff(heads, axis=0), axis=1)
    assert series.shrinkage(6) == lengths[5] / lengths[4]
    assert series.shrinkage(1) is None
    still = desk.set_start(session, {"heads": np.array([0.66, 0.66])})
    for _ in range(6):
        still = desk.step(still)
    series.follow(still)
    assert series.shrinkage(3) is None


@dataclass(frozen=True)
class Crowd(Coins):
    """A field of thousands of numbers beside a matrix and a single one."""

    def parameters(self, data):
        many = tuple(str(k) for k in range(9_000))
        return (
            Parameter("heads", Positive(), "λ", (many,)),
            Parameter("mean", Real(), "μ", (NAMES, ("x", "y"))),
            Parameter("rate", Positive(), "ρ", ()),
        )


def crowded(times):
    """A trace of so many iterations, with numbers that tell their place and their iteration."""

    def params(t):
        heads = np.arange(9_000.0) + t**2
        return SimpleNamespace(heads=heads, mean=np.full((2, 2), t), rate=np.array(7.0 + t))

    class Theta(NamedTuple):
        heads: np.ndarray
        mean: np.ndarray
        rate: np.ndarray

    steps = [
        SimpleNamespace(
            index=t,
            bound=-float(t),
            expectation=SimpleNamespace(objective=float(t)),
            params=Theta(**vars(params(t))),
        )
        for t in range(times)
        for _ in range(2)
    ]
    return SimpleNamespace(
        model=Crowd(), data=None, trace=Trail(steps), start=steps[0].params, display=desk.Display()
    )


def test_of_thousands_an_even_selection_is_drawn():
    groups = groups_of(Crowd(), None)
    crowd = groups[0]
    assert len(crowd.entries) <= SHOWN
    places = [entry.index[0] for entry in crowd.entries]
    assert len(set(np.diff(places))) == 1
    assert places[-1] > 8_000
    series = Series()
    series.follow(crowded(80))
    assert len(series.entries) <= MOST
    assert set(crowd.entries) <= set(series.entries)
    for entry in crowd.entries:
        np.testing.assert_array_equal(series.values(entry), entry.index[0] + np.arange(80.0) ** 2)


def test_entries_that_are_wanted_are_followed_besides_the_selection():
    """Those on the axes of a landscape: any of the thousands may be chosen."""
    series, session = Series(), crowded(80)
    series.follow(session)
    free = {entry.index[0] for entry in series.entries}
    left_out = next(place for place in range(1, 8_000) if place not in free)
    entry = replace(series.entries[0], index=(left_out,))
    series.follow(session, [entry])
    np.testing.assert_array_equal(series.values(entry), left_out + np.arange(80.0) ** 2)
    assert len(series.drawn(entry, series.entries[0])) > 1


def test_the_pace_is_that_of_all_parameters():
    series, session = Series(), crowded(6)
    series.follow(session)
    flat = [np.concatenate([each.ravel() for each in step.params]) for step in session.trace[::2]]
    lengths = np.linalg.norm(np.diff(flat, axis=0), axis=1)
    assert series.shrinkage(5) == pytest.approx(lengths[4] / lengths[3], rel=1e-12)
