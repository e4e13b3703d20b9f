"""Every model with every choice of its hyper-parameters, with data that it has simulated."""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.hyper import configure, hypers
from emviz.em.model import ModelError
from emviz.em.params import params_from
from emviz.models import discover

SLACK = 1e-10
#: Units that are simulated where 25 would be too few, by model.
SIZES = {"gmm": 200, "poisson": 400, "rna": 6}
#: Data for models whose examples would be slow: an E-step of a covariance model goes through all stretches.
SMALL = {
    "rna": Table.from_columns({"sequence": ["GACUG", "GC", "CGACACAUG", "AUGAU"], "SS_cons": ["<><.>"] * 4})
}
#: Hyper-parameters that only make a model larger, and the size at which many examples are checked.
NARROW = {
    "profile": {"nodes": 4},
    "tomography": {"size": 5},
    "motif": {"width": 6},
    "modules": {"modules": 3},
}
#: Models whose likelihood has no bound, so that a run can end where it is infinite.
UNBOUNDED = {"gmm"}
SEEDS = st.integers(0, 2**32 - 1)
contract = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _values(hyper):
    """Every word, and of a number the default, the next one and the least."""
    if hyper.choices:
        return hyper.choices
    if isinstance(hyper.value, int):
        return dict.fromkeys([hyper.value, min(hyper.value + 1, hyper.high), hyper.low])
    if isinstance(hyper.value, float):
        return dict.fromkeys([hyper.value, (hyper.low + hyper.high) / 2])
    return [hyper.value]


def variants():
    """Each model at a small size, and with one hyper-parameter changed; models of two with both."""
    for each in discover():
        model = configure(each, NARROW.get(each.key, {}))
        known = hypers(model)
        if len(known) <= 2:
            combinations = product(*map(_values, known))
        else:
            usual = [hyper.value for hyper in known]
            combinations = dict.fromkeys(
                (*usual[:place], value, *usual[place + 1 :])
                for place, hyper in enumerate(known)
                for value in _values(hyper)
            )
        for values in combinations:
            yield configure(model, dict(zip([hyper.name for hyper in known], values, strict=True)))


def variant_name(model):
    return "-".join([model.key, *(str(hyper.value) for hyper in hypers(model))])


@cache
def example_data(model):
    """The first example that the variant can read; labels for more components than it has are left out."""
    if model.key in SMALL:
        return model.parse(SMALL[model.key])
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


def _simulated(model, rng):
    known = example_data(model)
    return model.simulate(_drawn(model, known, rng), SIZES.get(model.key, 25), rng)


@dataclass(frozen=True)
class Scene:
    model: object
    data: object
    rng: np.random.Generator
    rows: int

    @classmethod
    def of(cls, model, seed):
        rng = np.random.default_rng(seed)
        table = _simulated(model, rng)
        return cls(model, model.parse(table), rng, table.rows)

    @property
    def every(self):
        return np.arange(self.rows)

    @property
    def some(self):
        """A few rows, out of order and one of them twice."""
        return np.array([self.rows - 2, 1, 1, self.rows // 2])

    def params(self):
        return _drawn(self.model, self.data, self.rng)

    def start(self):
        return engine.start(self.model, self.data, self.params())

    def objective(self, params):
        return self.model.e_step(self.data, params).objective


def slack(height):
    return SLACK * max(1.0, abs(height))


def walk(scene, halves):
    """The start and so many half-steps; fewer where a likelihood without bound ends in a singular θ."""
    steps = [scene.start()]
    for _ in range(halves):
        try:
            steps.append(engine.advance(scene.model, scene.data, steps[-1]))
        except ModelError:
            if scene.model.key not in UNBOUNDED or len(steps) < 4:
                raise
            return steps[:-1]
    return steps
