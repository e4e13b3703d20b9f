"""What every model owes the kernel about its data, its parameters and its words."""

import numpy as np
import pytest
import rna_cases
from hypothesis import given
from scenes import SEEDS, Scene, contract, example_data

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.covariances import Restricted
from emviz.em.domains import Covariance
from emviz.em.hyper import configure
from emviz.em.methods import EM
from emviz.em.model import fields_of
from emviz.em.optional import BatchedObjective
from emviz.models import discover, example_named, model_named

#: Units of a simulation that gives its parameters back, where 4,000 would be too few: of twenty steps of a
#: chain only one is the first, covariances in minutes vary by more than the units of the test, and few paths
#: of a profile come by each insert.
MANY = {
    "gmm": 100_000,
    "hmm": 20_000,
    "profile": 40_000,
    "rna": 20_000,
    "modules": 200_000,
    "proteins": 40_000,
}
#: θ whose labels tell all of it, where the default is not of that kind: no alignment says which of two
#: neighbouring inserts a letter has come from.
TOLD = {"rna": rna_cases.told}

# -- data and parameters -------------------------------------------------------------------------------------


def test_parameters_fit_the_default_and_the_start(model):
    data = example_data(model)
    parameters = model.parameters(data)
    starts = [model.start(data, np.random.default_rng(seed)) for seed in range(5)]
    for params in [model.default(data), *starts]:
        fields = fields_of(params)
        assert list(fields) == [parameter.name for parameter in parameters]
        for parameter in parameters:
            assert fields[parameter.name].shape == parameter.shape
            assert fields[parameter.name].dtype == np.float64
            parameter.checked(fields[parameter.name])
        assert type(model.make_params(fields)) is type(params)


def test_every_entry_has_its_own_label(model):
    data = example_data(model)
    labels = [
        parameter.label(index)
        for parameter in model.parameters(data)
        for index in np.ndindex(parameter.shape)
    ]
    assert all(labels)
    assert len(set(labels)) == len(labels)


@contract
@given(seed=SEEDS)
def test_a_start_is_reproducible_and_breaks_the_symmetry(model, seed):
    data = example_data(model)
    one, again = (model.start(data, np.random.default_rng(seed)) for _ in range(2))
    for mine, other in zip(one, again, strict=True):
        np.testing.assert_array_equal(mine, other)
    shares = model.posterior(data, one, np.arange(3))
    assert np.ptp(shares, axis=-1).max() > 1e-6


def test_other_seeds_give_other_starts(model):
    data = example_data(model)
    starts = [
        np.concatenate([x.ravel() for x in model.start(data, np.random.default_rng(s))]) for s in range(8)
    ]
    assert len({tuple(start) for start in starts}) > 4


def test_simulated_and_labelled_data_give_their_parameters_back(model):
    truth = TOLD.get(model.key, model.default)(example_data(model))
    table = model.simulate(truth, MANY.get(model.key, 4000), np.random.default_rng(0))
    assert isinstance(table, Table)
    if model.label_column is None:
        assert model.labelled(model.parse(table)) is None
        return
    assert model.label_column in table.names
    data = model.parse(table)
    found, known = (fields_of(params) for params in (model.m_step(data, model.labelled(data)), truth))
    for parameter in model.parameters(data):
        unit = _unit(parameter, known[parameter.name])
        value, true = found[parameter.name] / unit, known[parameter.name] / unit
        np.testing.assert_allclose(value, true, rtol=0.05, atol=0.04)


def _unit(parameter, value):
    """What a value is measured in: a covariance in the standard deviations of its columns."""
    if not isinstance(parameter.domain, Covariance | Restricted):
        return 1.0
    deviation = np.sqrt(np.diagonal(value, axis1=-2, axis2=-1))
    return deviation[..., :, None] * deviation[..., None, :]


def test_simulation_is_reproducible(model):
    truth = model.default(example_data(model))
    one, again, other = (model.simulate(truth, 50, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert one.same(again)
    assert not one.same(other)


def test_unlabelled_data_have_no_complete_case(model):
    table = model.simulate(model.default(example_data(model)), 40, np.random.default_rng(1))
    hidden = table.picked({name: name for name in table.names if name != model.label_column})
    assert model.labelled(model.parse(hidden)) is None


@contract
@given(seed=SEEDS)
def test_objectives_of_many_parameters_equal_those_one_by_one(model, seed):
    scene = Scene.of(model, seed)
    many = [scene.params() for _ in range(5)]
    stacked = model.make_params(
        {name: np.stack([fields_of(one)[name] for one in many]) for name in fields_of(many[0])}
    )
    one_by_one = [scene.objective(params) for params in many]
    np.testing.assert_allclose(EM.objectives(model, scene.data, stacked), one_by_one, rtol=1e-12, atol=0)
    if isinstance(model, BatchedObjective):
        assert model.objectives(scene.data, stacked).shape == (5,)


# -- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", discover(), ids=lambda model: model.key)
def test_examples_load_and_parse(base):
    assert base.examples
    assert len({example.key for example in base.examples}) == len(base.examples)
    for example in base.examples:
        fitting = configure(base, example.hyper)
        table = read_table(example_path(example.file))
        data = fitting.parse(table)
        assert np.isfinite(fitting.e_step(data, fitting.default(data)).objective)
        assert example.title
        assert example.source
        assert set(table.names) & {column.name for column in base.columns}


@pytest.mark.parametrize("base", discover(), ids=lambda model: model.key)
def test_a_model_can_tell_what_it_is(base):
    assert base.title
    assert len(base.description.split()) >= 20
    assert base.description.endswith(".")
    assert all(base.words.__dict__.values())
    assert base.words.ask.endswith("?")
    assert base.objective in ("log P", "weighted log P", "log posterior")
    assert base.objective.replace("weighted ", "") in base.description  # and what it is the logarithm of
    assert base.words.unit != base.words.units
    assert all(column.name and column.meaning for column in base.columns)
    assert base.label_column is None or base.label_column in [column.name for column in base.columns]
    assert model_named(base.key) is base
    assert example_named(base, None) is base.examples[0]


def test_a_remark_is_a_sentence_or_nothing(model):
    data = example_data(model)
    for params in [model.default(data), *(model.start(data, np.random.default_rng(s)) for s in range(5))]:
        assert model.remark(data, params) is None or model.remark(data, params).strip()
