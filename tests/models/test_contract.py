"""What every model owes the kernel: that its E, M and Q agree with each other, and its pictures with them."""

import copy
from dataclasses import dataclass, is_dataclass
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import bound, engine
from emviz.em.hyper import configure, hypers
from emviz.em.model import BatchedObjective, Phase, Round, fields_of
from emviz.em.params import params_from
from emviz.em.views import (
    CountCell,
    CountTable,
    Derivation,
    Landscape,
    Line,
    ShareCell,
    TotalCell,
    UpdateCell,
)
from emviz.models import discover, example_named, model_named

SLACK = 1e-10
LARGEST_SPAN = 4
SEEDS = st.integers(0, 2**32 - 1)
contract = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _values(hyper):
    """Every word, and every number of a small range; of a large one the ends and the default."""
    if hyper.choices:
        return hyper.choices
    if hyper.high - hyper.low <= LARGEST_SPAN:
        return range(hyper.low, hyper.high + 1)
    return sorted({hyper.low, hyper.value, hyper.high})


def _variants():
    for model in discover():
        known = hypers(model)
        for values in product(*map(_values, known)):
            yield configure(model, dict(zip([hyper.name for hyper in known], values, strict=True)))


def _name(model):
    return "-".join([model.key, *(str(hyper.value) for hyper in hypers(model))])


@cache
def _example_data(model):
    """The first example that the variant can read; labels for more components than it has are left out."""
    for example in model.examples:
        try:
            return model.parse(read_table(example_path(example.file)))
        except DataError:
            continue
    raise AssertionError(f"{_name(model)} reads none of its examples")


@pytest.fixture(params=_variants(), ids=_name)
def model(request):
    return request.param


def _drawn(model, data, rng):
    """θ anywhere in its domain, what is held at its default."""
    values = {
        parameter.name: parameter.domain.sample(parameter.shape, rng)
        for parameter in model.parameters(data)
        if not parameter.fixed
    }
    return params_from(model, data, values)


def _simulated(model, rng, size=25):
    known = _example_data(model)
    return model.parse(model.simulate(_drawn(model, known, rng), size, rng))


@dataclass(frozen=True)
class Scene:
    model: object
    data: object
    rng: np.random.Generator

    @classmethod
    def of(cls, model, seed):
        rng = np.random.default_rng(seed)
        return cls(model, _simulated(model, rng), rng)

    def params(self):
        return _drawn(self.model, self.data, self.rng)

    def start(self):
        return engine.start(self.model, self.data, self.params())

    def objective(self, params):
        return self.model.e_step(self.data, params).objective


def _slack(height):
    return SLACK * max(1.0, abs(height))


def _walk(scene, halves):
    steps = [scene.start()]
    for _ in range(halves):
        steps.append(engine.advance(scene.model, scene.data, steps[-1]))
    return steps


# -- the algorithm -------------------------------------------------------------------------------------------


@contract
@given(seed=SEEDS)
def test_the_objective_never_falls(model, seed):
    heights = [step.expectation.objective for step in engine.iterations_of(_walk(Scene.of(model, seed), 40))]
    assert all(after >= before - _slack(before) for before, after in pairwise(heights))
    assert heights[-1] > heights[0]


@contract
@given(seed=SEEDS)
def test_the_bound_lies_between_the_old_objective_and_the_new_one(model, seed):
    steps = _walk(Scene.of(model, seed), 20)
    for before, after in zip(steps[1::2], steps[2::2], strict=True):
        assert after.bound <= after.expectation.objective + _slack(after.bound)
        assert after.bound >= before.expectation.objective - _slack(after.bound)


@contract
@given(seed=SEEDS)
def test_the_bound_lies_below_the_objective_everywhere(model, seed):
    scene = Scene.of(model, seed)
    at = scene.start()
    for _ in range(10):
        params = scene.params()
        height = scene.objective(params)
        assert engine.lower_bound(model, scene.data, at, params) <= height + _slack(height)


@contract
@given(seed=SEEDS)
def test_the_bound_touches_where_it_was_made(model, seed):
    scene = Scene.of(model, seed)
    at = scene.start()
    height = scene.objective(at.params)
    assert abs(engine.lower_bound(model, scene.data, at, at.params) - height) <= _slack(height)


@contract
@given(seed=SEEDS)
def test_the_bound_is_tangent_where_it_touches(model, seed):
    """Fisher's identity, by central differences in unconstrained coordinates."""
    scene = Scene.of(model, seed)
    at = scene.start()
    objective = _gradient(scene, at.params, scene.objective)
    lower = _gradient(scene, at.params, lambda params: engine.lower_bound(model, scene.data, at, params))
    steepest = np.abs(objective).max()
    assert steepest > 0
    np.testing.assert_allclose(lower, objective, rtol=0, atol=1e-6 * max(1, steepest))


def _gradient(scene, params, height, step=1e-5):
    free = [each for each in scene.model.parameters(scene.data) if not each.fixed]
    fields = fields_of(params)
    slopes = []
    for parameter in free:
        origin = parameter.domain.to_free(fields[parameter.name])
        for axis in np.eye(len(origin)):
            ends = [
                {
                    **fields,
                    parameter.name: parameter.domain.from_free(origin + side * step * axis, parameter.shape),
                }
                for side in (-1, 1)
            ]
            low, high = (height(scene.model.make_params(end)) for end in ends)
            slopes.append((high - low) / (2 * step))
    return np.array(slopes)


@contract
@given(seed=SEEDS)
def test_the_m_step_beats_random_parameters(model, seed):
    scene = Scene.of(model, seed)
    at = scene.start()
    counts = at.expectation.counts
    best = model.q(scene.data, counts, model.m_step(scene.data, counts))
    assert best >= at.q_expectation - _slack(best)
    for _ in range(10):
        assert model.q(scene.data, counts, scene.params()) <= best + _slack(best)


@contract
@given(seed=SEEDS)
def test_the_m_step_stays_in_the_domains(model, seed):
    scene = Scene.of(model, seed)
    found = fields_of(_walk(scene, 6)[-1].params)
    default = fields_of(model.default(scene.data))
    for parameter in model.parameters(scene.data):
        parameter.checked(found[parameter.name])
        if parameter.fixed:
            np.testing.assert_allclose(found[parameter.name], default[parameter.name], rtol=0, atol=1e-12)


@contract
@given(seed=SEEDS)
def test_the_e_step_is_pure(model, seed):
    scene = Scene.of(model, seed)
    params = scene.params()
    inputs = [*_arrays(scene.data), *params]
    before = copy.deepcopy(inputs)
    for array in inputs:
        array.flags.writeable = False
    once, again = (model.e_step(scene.data, params) for _ in range(2))
    assert once.objective == again.objective
    for one, other in zip(once.counts, again.counts, strict=True):
        np.testing.assert_array_equal(one, other)
        assert not any(np.may_share_memory(one, array) for array in [*inputs, other])
    for array, kept in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(array, kept)


def _arrays(data):
    assert is_dataclass(data)
    return [value for value in vars(data).values() if isinstance(value, np.ndarray)]


@contract
@given(seed=SEEDS)
def test_hard_em_never_falls_and_stays_below_the_objective(model, seed):
    scene = Scene.of(model, seed)
    params = scene.params()
    heights = []
    for _ in range(6):
        counts = model.complete(scene.data, params)
        heights.append(model.q(scene.data, counts, params))
        assert heights[-1] <= scene.objective(params) + _slack(heights[-1])
        try:
            params = model.m_step(scene.data, counts)
        except ZeroDivisionError:
            break
    assert all(after >= before - _slack(before) for before, after in pairwise(heights))


# -- data and parameters -------------------------------------------------------------------------------------


def test_parameters_fit_the_default_and_the_start(model):
    data = _example_data(model)
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
    data = _example_data(model)
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
    data = _example_data(model)
    one, again = (model.start(data, np.random.default_rng(seed)) for _ in range(2))
    for mine, other in zip(one, again, strict=True):
        np.testing.assert_array_equal(mine, other)
    shares = model.posterior(data, one, np.arange(3))
    assert np.ptp(shares, axis=-1).max() > 1e-6


def test_other_seeds_give_other_starts(model):
    data = _example_data(model)
    starts = [
        np.concatenate([x.ravel() for x in model.start(data, np.random.default_rng(s))]) for s in range(8)
    ]
    assert len({tuple(start) for start in starts}) > 4


@pytest.mark.parametrize("seed", range(3))
def test_simulated_and_labelled_data_give_their_parameters_back(model, seed):
    truth = model.default(_example_data(model))
    table = model.simulate(truth, 4000, np.random.default_rng(seed))
    assert isinstance(table, Table)
    assert table.rows == 4000
    assert set(table.names) <= {column.name for column in model.columns}
    assert model.label_column in table.names
    data = model.parse(table)
    found = model.m_step(data, model.labelled(data))
    for name, value in fields_of(found).items():
        np.testing.assert_allclose(value, fields_of(truth)[name], rtol=0.05, atol=0.04)


def test_simulation_is_reproducible(model):
    truth = model.default(_example_data(model))
    one, again, other = (model.simulate(truth, 50, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert one.same(again)
    assert not one.same(other)


def test_unlabelled_data_have_no_complete_case(model):
    table = model.simulate(model.default(_example_data(model)), 40, np.random.default_rng(1))
    hidden = Table.from_columns(
        {name: table.texts(name) for name in table.names if name != model.label_column}
    ).retyped()
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
    np.testing.assert_allclose(bound.objectives(model, scene.data, stacked), one_by_one, rtol=1e-12, atol=0)
    if isinstance(model, BatchedObjective):
        assert model.objectives(scene.data, stacked).shape == (5,)


# -- pictures ------------------------------------------------------------------------------------------------


def _rounds(scene):
    first, second, third = _walk(scene, 2)
    return [Round(first, Phase.START), Round(second, Phase.E), Round(second, Phase.M, third.params)]


@contract
@given(seed=SEEDS)
def test_the_count_table_adds_up(model, seed):
    scene = Scene.of(model, seed)
    everything = np.arange(25)
    for state in _rounds(scene):
        table = model.views(scene.data, state, everything)[0]
        assert isinstance(table, CountTable)
        rows, components, symbols = 25, len(table.components), len(table.symbols)
        assert len(table.observed) == rows
        if state.phase is Phase.START:
            assert table.shares is None
            assert table.counts is None
            assert table.totals is None
            continue
        assert table.shares.shape == (rows, components)
        assert table.counts.shape == (rows, components, symbols)
        np.testing.assert_allclose(table.shares.sum(axis=1), 1, rtol=1e-12)
        np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-10, atol=1e-10)
        np.testing.assert_array_equal(
            table.shares, model.posterior(scene.data, state.base.params, everything)
        )


@contract
@given(seed=SEEDS)
def test_expected_counts_add_up_to_the_data_whatever_the_parameters(model, seed):
    """The completions only share out what was observed."""
    scene = Scene.of(model, seed)
    sums = []
    for _ in range(3):
        state = Round(engine.advance(model, scene.data, scene.start()), Phase.E)
        table = model.views(scene.data, state, np.arange(25))[0]
        sums.append(table.totals.sum(axis=0))
        assert table.reference is None or np.allclose(table.reference.sum(axis=0), sums[-1], rtol=1e-12)
    np.testing.assert_allclose(sums, [sums[0]] * 3, rtol=1e-12)
    assert sums[0].sum() > 0


@contract
@given(seed=SEEDS)
def test_rows_on_display_are_the_rows_asked_for(model, seed):
    scene = Scene.of(model, seed)
    state = _rounds(scene)[1]
    every = model.views(scene.data, state, np.arange(25))[0]
    some = np.array([20, 3, 3, 11])
    few = model.views(scene.data, state, some)[0]
    assert few.observed == tuple(every.observed[i] for i in some)
    np.testing.assert_array_equal(few.shares, every.shares[some])
    np.testing.assert_array_equal(few.counts, every.counts[some])
    np.testing.assert_array_equal(few.totals, every.totals)
    assert few.labels == tuple(every.labels[i] for i in some)


@contract
@given(seed=SEEDS)
def test_updates_are_the_ratio_of_their_counts(model, seed):
    scene = Scene.of(model, seed)
    for state in _rounds(scene):
        table = model.views(scene.data, state, np.arange(5))[0]
        assert bool(table.updates) == (state.phase is Phase.M)
        for update in table.updates:
            assert update.value == pytest.approx(update.numerator / sum(update.terms), rel=1e-12)
            assert 0 <= update.component < len(table.components)
    labels = {update.label for update in table.updates}
    free = {bound.entry_label(model, scene.data, entry) for entry in bound.free_entries(model, scene.data)}
    assert labels == free


@pytest.mark.parametrize("places", range(1, 7))
def test_every_cell_can_be_derived_in_every_phase(model, places):
    scene = Scene.of(model, places)
    updates = len(model.views(scene.data, _rounds(scene)[2], np.arange(5))[0].updates)
    for state in _rounds(scene):
        table = model.views(scene.data, state, np.arange(5))[0]
        cells = [
            *(
                kind(row, k)
                for kind in (ShareCell, CountCell)
                for row in (0, 4)
                for k in range(len(table.components))
            ),
            *(TotalCell(k) for k in range(len(table.components))),
            *(UpdateCell(place) for place in range(updates)),
        ]
        titles = set()
        for cell in cells:
            derivation = table.derive(cell, places)
            assert isinstance(derivation, Derivation)
            assert 0 <= derivation.component < len(table.components)
            titles.add(derivation.title)
            for line in derivation.lines:
                assert isinstance(line, Line)
                assert line.words
                assert line.formula.count("{") == line.formula.count("}")
                assert "nan" not in line.formula
        assert len(titles) == len(cells)


def test_the_landscape_offers_entries_that_are_estimated(model):
    data = _example_data(model)
    step = engine.start(model, data, model.default(data))
    pictures = model.views(data, Round(step, Phase.START), np.arange(1))
    known = bound.free_entries(model, data)
    for view in pictures:
        if isinstance(view, Landscape):
            assert set(view.entries) <= set(known)
            for params in view.starts:
                assert np.isfinite(model.e_step(data, params).objective)


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
    assert all([base.words.unit, base.words.units, base.words.component, base.words.question])
    assert base.words.unit != base.words.units
    assert all(column.name and column.meaning for column in base.columns)
    assert base.label_column is None or base.label_column in [column.name for column in base.columns]
    assert model_named(base.key) is base
    assert example_named(base, None) is base.examples[0]


def test_a_remark_is_a_sentence_or_nothing(model):
    data = _example_data(model)
    for params in [model.default(data), *(model.start(data, np.random.default_rng(s)) for s in range(5))]:
        assert model.remark(data, params) is None or model.remark(data, params).strip()
