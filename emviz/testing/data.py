"""The contract of a model for its data, parameters and texts."""

from __future__ import annotations

from collections import Counter

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.columns import columns_read, label_columns
from emviz.em.domains import Parameter, ParameterError, Simplex
from emviz.em.families.covariances import Restricted
from emviz.em.hyper import configure
from emviz.em.methods import EM
from emviz.em.model import AnyModel, Example, Fields, fields_of, offers
from emviz.em.numerics import Array
from emviz.em.objective.bound import free_entries
from emviz.em.objective.heights import landscape
from emviz.em.objective.pairs import with_pair
from emviz.em.optional import BatchedObjective
from emviz.em.theta.covariance import Covariance
from emviz.em.theta.params import params_from
from emviz.testing.scene import Scene, require, simulated, slack

#: Maximum deviation from 1 of the sum of a start's probabilities.
MISSED = 1 + 9e-7
OBJECTIVES = ("log P", "weighted log P", "log posterior")


# -- parameters and starts -----------------------------------------------------------------------------------


def parameters_fit_the_starts(scene: Scene) -> None:
    """Check names, shapes and domains of θ in the default and in random starts."""
    model, data = scene.model, scene.known
    starts = [model.start(data, np.random.default_rng(seed)) for seed in range(5)]
    for params in [model.default(data), *starts]:
        named = fields_of(params)
        names = [parameter.name for parameter in model.parameters(data)]
        require(list(named) == names, f"θ has the fields {list(named)} and the parameters {names}")
        for parameter in model.parameters(data):
            _fits(parameter, named[parameter.name])
        made = type(model.make_params(named))
        annotate = "annotate what start returns, or write make_params"
        require(made is type(params), f"make_params returns another type than start: {annotate}")


def _fits(parameter: Parameter, value: Array) -> None:
    shape = f"{parameter.name} has the shape {value.shape}, and its axes have {parameter.shape}"
    require(value.shape == parameter.shape, shape)
    require(value.dtype == np.float64, f"{parameter.name} is of {value.dtype}, not of float64")
    try:
        parameter.checked(value)
    except ParameterError as error:
        require(False, f"a start lies outside of its domain: {error}")


def entries_have_their_own_labels(scene: Scene) -> None:
    """Check that no two entries of θ are called alike."""
    parameters = scene.model.parameters(scene.known)
    labels = [each.label(index) for each in parameters for index in np.ndindex(each.shape)]
    twice = sorted(label for label, many in Counter(labels).items() if many > 1 or not label)
    require(not twice, f"entries of θ have no label of their own: {', '.join(twice[:3])}")


def a_start_breaks_the_symmetry(scene: Scene) -> None:
    """Check that a seed gives one start, and that the completions are not alike there."""
    model, data, seed = scene.model, scene.known, int(scene.rng.integers(2**32))
    one, again = (model.start(data, np.random.default_rng(seed)) for _ in range(2))
    same = all(np.array_equal(mine, other) for mine, other in zip(one, again, strict=True))
    require(same, "one seed gives two starts: something else than the generator is drawn from")
    if offers(model, "posterior"):
        spread = float(np.ptp(model.posterior(data, one, np.arange(3)), axis=-1).max())
        require(spread > 1e-6, "all completions are equally probable at a random start, where EM would rest")


def other_seeds_give_other_starts(scene: Scene) -> None:
    """Check that starts differ."""
    model, data = scene.model, scene.known
    starts = [model.start(data, np.random.default_rng(seed)) for seed in range(8)]
    many = len({tuple(np.concatenate([np.ravel(each) for each in start])) for start in starts})
    # Not all eight: a start that is one of few values may come twice.
    require(many > 4, f"eight seeds give only {many} starts")


def a_start_that_misses_its_sums_is_the_start_that_does_not(scene: Scene) -> None:
    """Check that typed probabilities are taken as shares of their sum."""
    params = scene.params()
    found = params_from(scene.model, scene.data, _typed(scene, params))
    for one, other in zip(found, params, strict=True):
        require(np.allclose(one, other, rtol=1e-14, atol=0), "a start is not brought to its sums")
    step = engine.start(scene.model, scene.data, found)
    height, known = step.expectation.objective, scene.objective(params)
    require(abs(height - known) <= slack(known), "probabilities that miss their sum change the objective")
    after = engine.advance(scene.model, scene.data, engine.advance(scene.model, scene.data, step))
    require(after.expectation.objective >= height - slack(known), "the objective falls from a typed start")


def _typed(scene: Scene, params: Fields) -> dict[str, Array]:
    """Return θ with every row of probabilities a little too large or too small."""
    values = fields_of(params)
    for parameter in scene.model.parameters(scene.data):
        if isinstance(parameter.domain, Simplex) and not parameter.fixed:
            own = values[parameter.name]
            values[parameter.name] = own * MISSED ** scene.rng.choice([-1, 1], (*own.shape[:-1], 1))
    return values


# -- simulated data ------------------------------------------------------------------------------------------


def simulation_gives_parameters_back(scene: Scene, truth: Fields | None = None) -> None:
    """Check that the complete data of a large simulation lead back to the parameters it was drawn from."""
    model, known = scene.model, scene.known
    if not offers(model, "simulate"):
        return
    true = model.default(known) if truth is None else truth
    table = simulated(model, true, scene.trial.many, np.random.default_rng(0))
    require(isinstance(table, Table), f"simulate returned {type(table).__name__}, no Table")
    data = model.parse(table)
    counts = model.labelled(data)
    if not label_columns(model, table.names):
        require(counts is None, "there are labelled counts without a label column")
        require(model.label_column is None, f"simulated data lack the column {model.label_column}")
        return
    if counts is None:
        require(False, "simulated data have labels, and labelled gives no counts for them")
        return
    found, wanted = fields_of(model.m_step(data, counts)), fields_of(true)
    for parameter in model.parameters(data):
        unit = _unit(parameter, wanted[parameter.name])
        value, right = found[parameter.name] / unit, wanted[parameter.name] / unit
        require(
            np.allclose(value, right, rtol=0.05, atol=0.04),
            f"{parameter.name} is simulated from {right.tolist()}, and the labels lead to {value.tolist()}",
        )


def _unit(parameter: Parameter, value: Array) -> Array | float:
    """Return what a value is measured in: a covariance in the standard deviations of its columns."""
    if not isinstance(parameter.domain, Covariance | Restricted):
        return 1.0
    deviation = np.sqrt(np.diagonal(value, axis1=-2, axis2=-1))
    return np.asarray(deviation[..., :, None] * deviation[..., None, :])


def simulation_is_reproducible(scene: Scene) -> None:
    """Check that a seed gives the same data, and another seed others."""
    model = scene.model
    if not offers(model, "simulate"):
        return
    truth = model.default(scene.known)
    one, again, other = (simulated(model, truth, 50, np.random.default_rng(seed)) for seed in (7, 7, 8))
    require(one.same(again), "one seed simulates two data sets")
    require(not one.same(other), "two seeds simulate one data set")


def unlabelled_data_have_no_complete_case(scene: Scene) -> None:
    """Check that nothing is known of what no column tells."""
    model = scene.model
    if not offers(model, "simulate"):
        return
    table = simulated(model, model.default(scene.known), 40, np.random.default_rng(1))
    labels = label_columns(model, table.names)
    hidden = table.picked({name: name for name in table.names if name not in labels})
    require(model.labelled(model.parse(hidden)) is None, "there are labelled counts without labels")


def objectives_agree(scene: Scene) -> None:
    """Check that the objective at many θ at once is that at each."""
    model, many = scene.model, [scene.params() for _ in range(5)]
    named = [fields_of(one) for one in many]
    stacked = model.make_params({name: np.stack([one[name] for one in named]) for name in named[0]})
    one_by_one = np.array([scene.objective(params) for params in many])
    found = EM.objectives(model, scene.data, stacked)
    alike = np.allclose(found, one_by_one, rtol=1e-12, atol=0)
    require(alike, f"objectives at many θ at once are {found.tolist()}, one by one {one_by_one.tolist()}")
    if isinstance(model, BatchedObjective):
        shape = model.objectives(scene.data, stacked).shape
        require(shape == (5,), f"objectives of 5 θ have the shape {shape}")


def landscape_agrees(scene: Scene) -> None:
    """Check that a landscape holds the objective at each of its points."""
    model, known, params = scene.model, scene.data, scene.params()
    entries = free_entries(model, known)
    if len(entries) < 2:
        return
    x, y = entries[0], entries[-1]
    drawn = next(filter(None, landscape(model, known, params, x, y, sizes=(3,))))
    for across, value in enumerate(drawn.xs.tolist()):
        each = (with_pair(model, known, params, (x, y), (value, up)) for up in drawn.ys.tolist())
        there = [np.nan if moved is None else scene.objective(moved) for moved in each]
        found = drawn.values[across]
        alike = np.allclose(found, there, rtol=1e-12, atol=0, equal_nan=True)
        require(alike, f"a landscape has {found.tolist()} where the objective is {there}")


# -- words ---------------------------------------------------------------------------------------------------


def examples_can_be_read(scene: Scene) -> None:
    """Check that each example is read with its hyper-parameters, and has a finite objective."""
    model = scene.model
    require(bool(model.examples), "it has no example, and a model opens with its first one")
    keys = [example.key for example in model.examples]
    require(len(set(keys)) == len(keys), "two examples have one key")
    for example in model.examples:
        _can_be_read(model, example)


def _can_be_read(model: AnyModel, example: Example) -> None:
    fitting, table = configure(model, example.hyper), read_table(example_path(example.file))
    data = fitting.parse(table)
    height = fitting.e_step(data, fitting.default(data)).objective
    require(bool(np.isfinite(height)), f"the objective of the example {example.key} is {height}")
    require(bool(example.title and example.source), f"the example {example.key} lacks a title or a source")
    require(bool(columns_read(fitting, table)), f"the example {example.key} has none of the columns")


def it_can_tell_what_it_is(scene: Scene) -> None:
    """Check title, description and words."""
    model = scene.model
    description = model.description
    require(bool(model.title), "it has no title")
    require(
        len(description.split()) >= 20 and description.endswith("."),
        "the description is no paragraph of 20 words",
    )
    require(model.objective in OBJECTIVES, f"the objective must be one of {', '.join(OBJECTIVES)}")
    require(
        model.objective.replace("weighted ", "") in description,
        f"the description does not say of what {model.objective} is the logarithm",
    )
    needed = [word for name, word in vars(model.words).items() if name != "hard"]
    require(all(needed), "a word is empty")
    require(model.words.ask.endswith("?"), "what is asked of a row does not end with ?")
    require(model.words.unit != model.words.units, "one unit and several have the same name")
    require(all(each.name and each.meaning for each in model.columns), "a column has no name or meaning")
    names = [each.name for each in model.columns]
    require(model.label_column in [None, *names], f"the label column {model.label_column} is no column")


def a_remark_is_a_sentence(scene: Scene) -> None:
    """Check that a remark says something, or is None."""
    model, data = scene.model, scene.known
    starts = (model.start(data, np.random.default_rng(seed)) for seed in range(5))
    for params in [model.default(data), *starts]:
        remark = model.remark(data, params)
        require(remark is None or bool(remark.strip()), "a remark is empty")


CHECKS = (
    parameters_fit_the_starts,
    entries_have_their_own_labels,
    a_start_breaks_the_symmetry,
    other_seeds_give_other_starts,
    a_start_that_misses_its_sums_is_the_start_that_does_not,
    simulation_gives_parameters_back,
    simulation_is_reproducible,
    unlabelled_data_have_no_complete_case,
    objectives_agree,
    landscape_agrees,
    examples_can_be_read,
    it_can_tell_what_it_is,
    a_remark_is_a_sentence,
)
