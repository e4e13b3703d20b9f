"""Old Faithful, the golden traces, and short ways to other points."""

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.model import Phase, Round
from emviz.models.gmm import GaussianMixture, GmmParams

FAITHFUL = read_table(example_path("old_faithful_272x2.csv"))
POINTS = np.stack([FAITHFUL.numbers(name) for name in FAITHFUL.names], axis=-1)
FAMILIES = ("full", "diagonal", "spherical", "tied")


def tabled(points, **more):
    """A table of points, shape (n, d)."""
    columns = {f"x{j + 1}": column for j, column in enumerate(np.asarray(points, dtype=float).T)}
    return Table.from_columns({**columns, **more})


def params_of(weight, mean, covariance):
    return GmmParams(*(np.array(field, dtype=float) for field in (weight, mean, covariance)))


def rounds(model, data, params):
    """START, E and M of the first iteration."""
    first = engine.start(model, data, params)
    second = engine.advance(model, data, first)
    third = engine.advance(model, data, second)
    return Round(first, Phase.START), Round(second, Phase.E), Round(second, Phase.M, third.params)


def heights(model, data, params, iterations):
    """The objective at θ(0), θ(1), …"""
    steps = [engine.start(model, data, params)]
    while steps[-1].index < iterations:
        steps.append(engine.advance(model, data, steps[-1]))
    return [step.expectation.objective for step in engine.iterations_of(steps)], steps[-1].params


def clouds(rng, points, columns, components):
    centres = 4 * rng.normal(size=(components, columns))
    return centres[rng.integers(components, size=points)] + rng.normal(size=(points, columns))


def random_params(rng, components, columns, family):
    factor = rng.normal(size=(components, columns, 2 * columns + 1))
    covariance = factor @ factor.swapaxes(-1, -2) / (2 * columns + 1)
    model = GaussianMixture(components, family)
    data = model.parse(tabled(rng.normal(size=(components + 5, columns))))
    inside = model.parameters(data)[2].checked(covariance)
    return GmmParams(rng.dirichlet(np.ones(components)), rng.normal(size=(components, columns)), inside)


def log_normal(x, mean, covariance):
    gap = x - mean
    distance = gap @ np.linalg.inv(covariance) @ gap
    return -0.5 * (len(x) * np.log(2 * np.pi) + np.log(np.linalg.det(covariance)) + distance)
