"""Which components may change places, in each model; and how solutions are brought into one order."""

import numpy as np
import pytest
from toys import COINS, TOSSED, biased, changed

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.domains import Parameter, Unit
from emviz.em.hyper import configure
from emviz.em.model import fields_of
from emviz.em.optima.interchange import exchanged, in_order_of, interchangeable, matching
from emviz.em.work import finished
from emviz.models import model_named
from emviz.models.gmm import GaussianMixture
from emviz.models.hmm import HiddenMarkov


def groups_of(model, data):
    work = interchangeable(model, data)
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def on_example(key, **hyper):
    model = model_named(key)
    first = model.examples[0]
    configured = configure(model, {**first.hyper, **hyper})
    return configured, configured.parse(read_table(example_path(first.file)))


EXPECTED = {
    "coins": ["weight 0", "heads 0"],
    "gmm": ["weight 0", "mean 0", "covariance 0"],
    "hmm": ["initial 0", "transition 0", "transition 1", "emission 0"],
    "deaths": ["weight 0", "rate 0"],
    "modules": ["weight 0", "mean 0", "variance 0", "link 0"],
    "abo": [],
    "linkage": [],
    "poisson": [],
    "haplotype": [],
    "motif": [],
    "proteins": [],
}


@pytest.mark.parametrize("key", EXPECTED)
def test_what_may_change_places(key):
    groups = groups_of(*on_example(key))
    assert [f"{name} {axis}" for group in groups for name, axis in group] == EXPECTED[key]


def test_modules_with_the_softmax_link_have_no_weights():
    groups = groups_of(*on_example("modules", link="softmax"))
    assert groups == ((("mean", 0), ("variance", 0), ("link", 0)),)


def test_normal_states_have_means_and_variances():
    model = HiddenMarkov(states=3, emission="gaussian")
    data = model.parse(read_table(example_path("hmm_levels.csv")))
    (group,) = groups_of(model, data)
    assert group[-2:] == (("mean", 0), ("variance", 0))


def test_columns_and_symbols_of_the_same_names_as_components_are_none():
    points = np.random.default_rng(0).normal(size=(20, 2))
    model = GaussianMixture(2)
    data = model.parse(Table.from_columns({"A": points[:, 0], "B": points[:, 1]}))
    assert groups_of(model, data) == ((("weight", 0), ("mean", 0), ("covariance", 0)),)
    chain = HiddenMarkov(2)
    letters = chain.parse(Table.from_columns({"symbol": list("ABBABAABBBAAABAB")}))
    assert ("emission", 1) not in groups_of(chain, letters)[0]


def test_what_a_model_declares_wrongly_is_found_out():
    wrong = changed(interchangeable=lambda self, data: ((("heads", 0),),), coins=3)
    assert groups_of(wrong, TOSSED) == ((("heads", 0),),)  # equal weights: true
    unequal = model_named("deaths")
    data = unequal.parse(read_table(example_path("deaths_times.csv")))

    class Wrong(type(unequal)):
        def interchangeable(self, data):
            return ((("rate", 0),),)

    assert groups_of(Wrong(), data) == ()


def test_a_model_that_fails_with_components_changed_has_none():
    def e_step(self, data, params):
        if params.heads[0] < params.heads[1]:
            raise ArithmeticError("the other way round")
        return type(COINS).e_step(self, data, params)

    def start(self, data, rng):
        return type(COINS).default(self, data)

    assert groups_of(changed(e_step=e_step, start=start), TOSSED) == ()


def test_a_single_component_changes_places_with_none():
    parameters = (Parameter("heads", Unit(), "θ", (("A",),)),)
    assert groups_of(changed(parameters=lambda self, data: parameters), TOSSED) == ()


def test_where_em_cannot_take_a_step_from_any_start_nothing_is_said():
    def e_step(self, data, params):
        raise ArithmeticError("never")

    assert groups_of(changed(e_step=e_step), TOSSED) == ()


def test_states_are_brought_into_the_order_of_others():
    """Three states in every order, whose transitions are put in order along both axes."""
    rng = np.random.default_rng(3)
    target = {
        "initial": rng.dirichlet([1] * 3),
        "transition": rng.dirichlet([1] * 3, 3),
        "emission": rng.dirichlet([1] * 4, 3),
    }
    groups = ((("initial", 0), ("transition", 0), ("transition", 1), ("emission", 0)),)
    orders = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    stacked = {
        "initial": np.stack([target["initial"][order] for order in orders]),
        "transition": np.stack([target["transition"][np.ix_(order, order)] for order in orders]),
        "emission": np.stack([target["emission"][order] for order in orders]),
    }
    ordered, back = in_order_of(stacked, target, groups)
    for name, value in target.items():
        for each in ordered[name]:
            np.testing.assert_array_equal(each, value)
    np.testing.assert_array_equal(np.take_along_axis(orders, back, 1), [[0, 1, 2]] * 4)


def test_two_groups_are_ordered_one_after_the_other():
    """A table over two hidden variables: each is put in order whatever the order of the other."""
    target = {"u": np.array([0.2, 0.8]), "v": np.array([0.1, 0.3, 0.6]), "t": np.arange(6.0).reshape(2, 3)}
    groups = ((("u", 0), ("t", 0)), (("v", 0), ("t", 1)))
    stacked = {
        "u": target["u"][None, ::-1],
        "v": target["v"][None, [2, 0, 1]],
        "t": target["t"][None, ::-1, [2, 0, 1]],
    }
    ordered, orders = in_order_of(stacked, target, groups)
    for name, value in target.items():
        np.testing.assert_array_equal(ordered[name][0], value)
    assert orders.tolist() == [[1, 0, 1, 2, 0]]


def test_without_components_nothing_is_moved():
    stacked = {"heads": np.array([[0.3, 0.7]])}
    ordered, orders = in_order_of(stacked, {"heads": np.array([0.7, 0.3])}, ())
    assert ordered["heads"].tolist() == [[0.3, 0.7]]
    assert orders.shape == (1, 0)
    assert fields_of(COINS.default(TOSSED)).keys() == {"weight", "heads"}


def test_an_entry_takes_the_value_of_each_component_in_turn():
    model, data = on_example("hmm")
    theta = model.make_params(
        {
            **fields_of(model.start(data, np.random.default_rng(0))),
            "transition": np.array([[0.9, 0.1], [0.3, 0.7]]),
            "initial": np.array([0.8, 0.2]),
        }
    )
    groups = groups_of(model, data)
    for name, index, values in (
        ("initial", (0,), [0.8, 0.2]),
        ("transition", (0, 0), [0.9, 0.7]),
        ("transition", (0, 1), [0.1, 0.3]),
    ):
        found = exchanged(model, theta, groups, name, index)
        assert [fields_of(each)[name][index] for each in found] == values
        heights = [model.e_step(data, each).objective for each in found]
        assert heights[1] == pytest.approx(heights[0], rel=1e-12)
    assert exchanged(model, theta, (), "initial", (0,)) == (theta,)


def test_each_pair_of_three_components_gives_one_order():
    """Of the six orders of three states, each puts another pair at (0, 1)."""
    model = HiddenMarkov(states=3)
    data = model.parse(read_table(example_path("hmm_casino.csv")))
    theta = model.start(data, np.random.default_rng(0))
    group = (("initial", 0), ("transition", 0), ("transition", 1), ("emission", 0))
    found = exchanged(model, theta, (group,), "transition", (0, 1))
    pairs = {float(each.transition[0, 1]) for each in found}
    assert pairs == {float(theta.transition[i, j]) for i in range(3) for j in range(3) if i != j}


def matched(target, at, model=COINS, data=TOSSED):
    moved, turned = finished(matching(model, data, target, at))
    return moved.heads.tolist(), turned


def test_components_are_matched_to_those_that_they_are_nearest_to():
    assert matched(biased(0.8, 0.45), biased(0.52, 0.797)) == ([0.45, 0.8], True)
    assert matched(biased(0.8, 0.45), biased(0.6, 0.5)) == ([0.8, 0.45], False)
    # Beside equal components no order is nearer.
    assert matched(biased(0.8, 0.45), biased(0.66, 0.66)) == ([0.8, 0.45], False)


def test_without_components_nothing_is_matched():
    model = model_named("abo")
    data = model.parse(Table.from_columns({"phenotype": ["A", "B", "AB", "O"], "count": [25, 25, 5, 45]}))
    at = model.default(data)
    assert finished(matching(model, data, at, at)) == (at, False)


def test_all_that_belongs_to_a_component_goes_with_it():
    model = HiddenMarkov()
    data = model.parse(Table.from_columns({"symbol": list("123456" * 5)}))
    at = model.start(data, np.random.default_rng(1))
    turned = model.make_params(
        {
            "initial": at.initial[::-1],
            "transition": at.transition[::-1, ::-1],
            "emission": at.emission[::-1],
        }
    )
    found, moved = finished(matching(model, data, turned, at))
    assert moved
    for name, value in fields_of(at).items():
        np.testing.assert_array_equal(getattr(found, name), value)
