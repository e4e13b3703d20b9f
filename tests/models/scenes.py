"""Every model with every choice of its hyper-parameters, with data that it has simulated."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from emviz import testing
from emviz.data.table import Table
from emviz.em.hyper import configure, hypers
from emviz.em.optional import mistake_of
from emviz.models import discover
from emviz.testing import Trial
from emviz.testing.scene import drawn, known_table, simulated

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
    "network": {"structure": "[disease][pain|disease][angina|disease]"},
}
#: What the contract is told of models that are out of the ordinary. Many units are drawn where 4,000 would
#: not give the parameters back: of twenty steps of a chain only one is the first, covariances in minutes vary
#: by more than the units of the test, and few paths of a profile come by each insert.
TRIALS = {
    "gmm": Trial(units=200, many=100_000, unbounded=True),
    "hmm": Trial(many=20_000, unbounded=True),
    "modules": Trial(many=200_000),
    "network": Trial(units=120, many=20_000),
    "normal": Trial(many=40_000, unseen=True, dense=True),
    "poisson": Trial(units=400, unseen=True),
    "profile": Trial(many=40_000),
    "proteins": Trial(many=40_000),
    "rna": Trial(units=6, many=20_000, table=SMALL["rna"]),
}
SEEDS = st.integers(0, 2**32 - 1)
contract = settings(
    max_examples=2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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
    """Each model at a small size, and with one hyper-parameter changed; models of two with both.

    What makes a mistake on purpose is no EM.
    """
    return (model for model in every_variant() if not mistake_of(model))


def every_variant():
    """Mistaken ones too."""
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


#: Words that choose no other code.
ALIKE = {"alphabet", "arc"}


def usual(model):
    """Whether the suite has it: as it comes, with another word, or with a number that is 0 as it comes."""
    base = next(each for each in discover() if each.key == model.key)
    known = hypers(configure(base, NARROW.get(model.key, {})))
    changed = [(old, new) for old, new in zip(known, hypers(model), strict=True) if old.value != new.value]
    return all(new.name not in ALIKE if new.choices else old.value == 0 for old, new in changed)


def marked():
    """The variants as parameters of tests: those that are only larger are thorough."""
    for model in variants():
        marks = [] if usual(model) else [pytest.mark.thorough]
        yield pytest.param(model, marks=marks, id=variant_name(model))


def variant_name(model):
    return "-".join([model.key, *(str(hyper.value) for hyper in hypers(model))])


@cache
def example_data(model):
    """The first example that the variant can read; labels for more components than it has are left out."""
    return model.parse(known_table(model, trial_of(model)))


def trial_of(model):
    return TRIALS.get(model.key, Trial())


def _simulated(model, rng):
    return simulated(model, drawn(model, example_data(model), rng), trial_of(model).units, rng)


class Scene(testing.Scene):
    @classmethod
    def of(cls, model, seed):
        rng = np.random.default_rng(seed)
        table = _simulated(model, rng)
        return cls(model, model.parse(table), rng, table.rows, trial_of(model), example_data(model))
