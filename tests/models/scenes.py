"""Every model with every choice of its hyper-parameters, with data that it has simulated."""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError
from emviz.em import engine
from emviz.em.hyper import configure, hypers
from emviz.em.params import params_from
from emviz.models import discover

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


def variants():
    for model in discover():
        known = hypers(model)
        for values in product(*map(_values, known)):
            yield configure(model, dict(zip([hyper.name for hyper in known], values, strict=True)))


def variant_name(model):
    return "-".join([model.key, *(str(hyper.value) for hyper in hypers(model))])


@cache
def example_data(model):
    """The first example that the variant can read; labels for more components than it has are left out."""
    for example in model.examples:
        try:
            return model.parse(read_table(example_path(example.file)))
        except DataError:
            continue
    raise AssertionError(f"{variant_name(model)} reads none of its examples")


def _drawn(model, data, rng):
    """θ anywhere in its domain, what is held at its default."""
    values = {
        parameter.name: parameter.domain.sample(parameter.shape, rng)
        for parameter in model.parameters(data)
        if not parameter.fixed
    }
    return params_from(model, data, values)


def _simulated(model, rng, size=25):
    known = example_data(model)
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


def slack(height):
    return SLACK * max(1.0, abs(height))


def walk(scene, halves):
    steps = [scene.start()]
    for _ in range(halves):
        steps.append(engine.advance(scene.model, scene.data, steps[-1]))
    return steps
