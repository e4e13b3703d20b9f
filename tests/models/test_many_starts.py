"""Models that take steps from many starts at once: each run ends where it would alone, to 1e-12."""

import json
from pathlib import Path

import numpy as np
import pytest
from standing import stand_for

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.convergence.stopping import Rule
from emviz.em.engine import Outcome, run, start
from emviz.em.methods import EM
from emviz.em.model import ModelError, fields_of
from emviz.em.optima.batches import Terms, runs
from emviz.em.optima.starts import explore
from emviz.em.optional import Batched
from emviz.models.coins import Coins
from emviz.models.deaths import Deaths
from emviz.models.gmm import GaussianMixture, GmmParams

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/starts.json").read_text("utf-8"))
FAITHFUL = "old_faithful_272x2.csv"


def read(model, file):
    return model.parse(read_table(example_path(file)))


def cloud(columns):
    """Sixty points around three centres."""
    rng = np.random.default_rng(columns)
    points = 2 * rng.normal(size=(3, columns))[rng.integers(3, size=60)] + rng.normal(size=(60, columns))
    return Table.from_columns({f"x{j}": column for j, column in enumerate(points.T)})


CASES = {
    "coins": (Coins(), "coins_do2008.csv"),
    "three coins": (Coins(coins=3, weights="learned"), "coins_three.csv"),
    "deaths": (Deaths(), "deaths_times.csv"),
    "two clusters": (GaussianMixture(2), FAITHFUL),
    "three clusters": (GaussianMixture(3), FAITHFUL),
    "diagonal": (GaussianMixture(2, covariance="diagonal"), FAITHFUL),
    "spherical": (GaussianMixture(3, covariance="spherical", floor=1e-3), FAITHFUL),
    "tied": (GaussianMixture(3, covariance="tied"), FAITHFUL),
    "tied with a floor": (GaussianMixture(2, covariance="tied", floor=1e-3), FAITHFUL),
}


def alone(model, data, params, iterations, rule):
    step = start(model, data, params)
    try:
        for each in run(model, data, step, iterations=iterations, tolerance=rule.tolerance, on=rule.on):
            step = each or step
    except ModelError as failure:
        return failure
    return step


def batched(model, data, thetas, iterations, rule):
    """Return how each run ended, and its θ."""
    ends = {}
    for some in runs(model, data, iter(thetas), Terms(iterations, rule), EM):
        for place, ran in enumerate(some.runs if some else ()):
            ends[ran.number] = (ran, {name: values[place] for name, values in some.params.items()})
    return [ends[number] for number in range(len(thetas))]


def check(model, data, thetas, iterations=150, rule=Rule()):  # noqa: B008 - frozen
    assert isinstance(model, Batched)
    for params, (ran, fields) in zip(thetas, batched(model, data, thetas, iterations, rule), strict=True):
        single = alone(model, data, params, iterations, rule)
        if isinstance(single, ModelError):
            assert (ran.outcome, ran.reason) == (Outcome.FAILED, single.reason)
            continue
        assert ran.iterations == single.index
        assert ran.objective == pytest.approx(single.expectation.objective, rel=1e-12)
        for name, value in fields_of(single.params).items():
            scale = np.abs(value).max()
            np.testing.assert_allclose(fields[name], value, rtol=1e-12, atol=1e-12 * scale)


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", stand_for(CASES, ["coins", "deaths", "two clusters", "tied"]))
def test_runs_together_end_as_runs_alone(case):
    model, file = CASES[case]
    data = read(model, file)
    check(model, data, [model.start(data, np.random.default_rng(seed)) for seed in range(12)])


@pytest.mark.parametrize("case", ["three coins", "deaths", "two clusters"])
def test_by_the_step_of_theta_they_end_as_runs_alone_too(case):
    model, file = CASES[case]
    data = read(model, file)
    thetas = [model.start(data, np.random.default_rng(seed)) for seed in range(6)]
    check(model, data, thetas, rule=Rule(1e-3, "theta"))


@pytest.mark.parametrize("columns", [1, 3])
def test_points_in_other_numbers_of_columns(columns):
    model = GaussianMixture(2)
    data = model.parse(cloud(columns))
    check(model, data, [model.start(data, np.random.default_rng(seed)) for seed in range(6)])


def golden_starts(data, narrow=1.0):
    """θ(0) as the golden program drew them."""
    points = np.stack(data.raw, axis=-1)
    rng = np.random.default_rng(0)
    for _ in range(200):
        covariance = np.repeat(np.cov(points.T, bias=True)[None], 3, axis=0)
        covariance[0] *= narrow
        yield GmmParams(np.full(3, 1 / 3), points[rng.choice(272, 3, replace=False)], covariance)


@pytest.mark.thorough
def test_three_clusters_of_old_faithful_have_the_golden_ends():
    model = GaussianMixture(3)
    data = read(model, FAITHFUL)
    *_, survey = explore(model, data, golden_starts(data), 200, iterations=1000, tolerance=1e-12)
    told = GOLDEN["gmm"]["optima"]
    assert (
        [len(each.runs) for each in survey.optima] == [each["runs"] for each in told] == [14, 172, 11, 2, 1]
    )
    for mine, other in zip(survey.optima, told, strict=True):
        assert mine.objective == pytest.approx(other["loglik"], abs=1e-6)
    best = survey.optima[0].params
    order = np.argsort(best.weight)
    np.testing.assert_allclose(best.weight[order], told[0]["theta"]["weight"], atol=1e-6)
    np.testing.assert_allclose(best.mean[order], told[0]["theta"]["mean"], atol=1e-4)
    assert not survey.failures
    assert not survey.unsettled


@pytest.mark.unmeasured
@pytest.mark.parametrize("place", stand_for(range(4), [3]))
def test_narrow_starts_of_old_faithful_fail_as_often_as_golden(place):
    golden = GOLDEN["gmm_narrow"][place]
    model = GaussianMixture(3)
    data = read(model, FAITHFUL)
    thetas = golden_starts(data, golden["narrow"])
    *_, survey = explore(model, data, thetas, 200, iterations=1000, tolerance=1e-8)
    assert sum(len(each.runs) for each in survey.failures) == golden["singular"]
    assert all("singular" in each.reason for each in survey.failures)
    if survey.optima:
        assert survey.optima[0].objective == pytest.approx(golden["optima"][0]["loglik"], abs=1e-4)


def test_narrow_starts_end_as_alone():
    """Some of these are left out of the batch and done by themselves, some fail."""
    model = GaussianMixture(3)
    data = read(model, FAITHFUL)
    check(model, data, list(golden_starts(data, 1e-3))[:12], 60)
    check(model, data, list(golden_starts(data, 1e-4))[:5], 60)


def test_starts_that_cannot_be_taken_together_at_all():
    model = GaussianMixture(2)
    data = read(model, FAITHFUL)
    first = model.start(data, np.random.default_rng(0))
    bad = first._replace(mean=np.full((2, 2), np.nan))
    counts, heights = model.e_steps(data, GmmParams(*(np.stack([each, each]) for each in bad)))
    assert np.isnan(heights).all()
    assert counts.points.shape == (2, 2)


def test_coins_without_tosses_left_fail_alone():
    model = Coins()
    data = model.parse(Table.from_columns({"tosses": ["HH", "HHH"]}))
    thetas = [model.default(data)._replace(heads=np.array(heads)) for heads in ([1.0, 0.0], [0.6, 0.5])]
    good, fine = batched(model, data, thetas, 50, Rule())
    assert good[0].outcome is Outcome.FAILED
    assert "no expected tosses left" in good[0].reason
    assert fine[0].outcome is Outcome.CONVERGED


def test_starts_are_taken_in_parts_where_there_are_many():
    model = Coins()
    data = model.parse(Table.from_columns({"heads": np.arange(1000.0), "tails": np.arange(1000.0)[::-1]}))
    most = model.at_once(data)
    assert 1 < most < 60
    check(model, data, [model.start(data, np.random.default_rng(seed)) for seed in range(most + 3)], 4)
