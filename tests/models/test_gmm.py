"""The mixture: against every completion written out, against published numbers, and at its edges."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from gmm_cases import (
    FAITHFUL,
    FAMILIES,
    clouds,
    heights,
    log_normal,
    params_of,
    random_params,
    tabled,
)

import emviz
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.model import fields_of
from emviz.em.theta.params import params_from
from emviz.models.gmm import GaussianMixture

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "gmm_faithful.json").read_text())
every_family = pytest.mark.parametrize("family", FAMILIES)


# -- every completion written out ----------------------------------------------------------------------------


def _log_joint(points, params, chosen):
    return sum(
        np.log(params.weight[k]) + log_normal(x, params.mean[k], params.covariance[k])
        for x, k in zip(points, chosen, strict=True)
    )


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("components", "columns"), [(2, 1), (2, 2), (3, 3)])
@every_family
def test_against_every_completion(family, components, columns, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(5, columns))
    model = GaussianMixture(components, family)
    data = model.parse(tabled(points))
    here, there = (random_params(rng, components, columns, family) for _ in range(2))
    choices = list(product(range(components), repeat=len(points)))
    logs = np.array([_log_joint(points, here, chosen) for chosen in choices])
    evidence = np.log(np.exp(logs - logs.max()).sum()) + logs.max()
    weights = np.exp(logs - evidence)

    expectation = model.e_step(data, here)
    assert expectation.objective == pytest.approx(evidence, rel=1e-12)
    counts = expectation.counts
    shares = np.zeros((len(points), components))
    for weight, chosen in zip(weights, choices, strict=True):
        shares[np.arange(len(points)), chosen] += weight
    np.testing.assert_allclose(model.posterior(data, here, np.arange(5)), shares, rtol=1e-9)
    np.testing.assert_allclose(counts.points, shares.sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(counts.points[:, None] * counts.mean, shares.T @ points, atol=1e-10)

    # Q as an expectation over completions, not from counts.
    q = sum(w * _log_joint(points, there, c) for w, c in zip(weights, choices, strict=True))
    assert model.q(data, counts, there) == pytest.approx(q, rel=1e-10)
    best = max(range(len(choices)), key=logs.__getitem__)
    complete = model.complete(data, here)
    np.testing.assert_array_equal(complete.points, np.bincount(choices[best], minlength=components))
    assert model.q(data, complete, here) == pytest.approx(logs[best], rel=1e-10)


# -- published numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "model"),
    [
        ("faithful_full", GaussianMixture()),
        ("faithful_diag", GaussianMixture(covariance="diagonal")),
        ("faithful_spherical", GaussianMixture(covariance="spherical")),
        ("faithful_tied", GaussianMixture(covariance="tied")),
        ("faithful_waiting_1d", GaussianMixture(variables="waiting")),
        ("faithful_waiting_1d_tied", GaussianMixture(covariance="tied", variables="waiting")),
    ],
)
def test_golden_traces(key, model):
    case = GOLDEN[key]
    data = model.parse(FAITHFUL)
    step = engine.start(model, data, params_of(*(case["theta0"][name] for name in ("w", "mu", "S"))))
    for row in [*case["trace"], case["final"]]:
        while step.index < row["iter"] or step.phase is engine.Phase.E:
            step = engine.advance(model, data, step)
        assert step.expectation.objective == pytest.approx(row["loglik"], abs=6e-9, rel=0)
        for name, value in zip(("w", "mu", "S"), step.params, strict=True):
            np.testing.assert_allclose(value, row[name], rtol=2e-9, atol=1e-11)


@pytest.mark.parametrize(
    ("family", "published"),
    [
        ("full", -1130.2639601847),
        ("diagonal", -1147.8063525),
        ("spherical", -1709.5292822),
        ("tied", -1140.1867594),
    ],
)
def test_the_optima_that_scikit_learn_and_mclust_find(family, published):
    trace = emviz.fit("gmm", FAITHFUL, start={}, covariance=family, tol=1e-15)
    assert trace.steps[-1].expectation.objective == pytest.approx(published, abs=1e-7, rel=0)


def test_the_waiting_times_of_mixtools():
    trace = emviz.fit("gmm", start={}, variables="waiting", covariance="tied", tol=1e-16)
    weight, mean, covariance = trace.steps[-1].params
    assert weight[0] == pytest.approx(0.36084944, abs=1e-8)
    np.testing.assert_allclose(mean[:, 0], [54.61362634, 80.09030362], atol=1e-6)
    np.testing.assert_allclose(np.sqrt(covariance[:, 0, 0]), 5.8690914, atol=1e-6)
    assert trace.steps[-1].expectation.objective == pytest.approx(-1034.0017604, abs=1e-7)


# -- starts --------------------------------------------------------------------------------------------------


def test_the_default_is_what_a_teacher_would_type():
    model = GaussianMixture()
    weight, mean, covariance = model.default(model.parse(FAITHFUL))
    np.testing.assert_array_equal(weight, [0.5, 0.5])
    np.testing.assert_array_equal(mean, [[2, 60], [5, 80]])
    np.testing.assert_array_equal(covariance, [np.diag([1.3, 180])] * 2)
    many = GaussianMixture(12)
    assert len(np.unique(many.default(many.parse(FAITHFUL)).mean, axis=0)) == 12


def test_a_random_start_stands_on_points_that_differ():
    points = np.repeat([[1.0, 2.0], [3.0, 5.0], [4.0, 1.0]], 30, axis=0)
    model = GaussianMixture(3)
    data = model.parse(tabled(points))
    for seed in range(5):
        start = model.start(data, np.random.default_rng(seed))
        assert {tuple(mean) for mean in start.mean.tolist()} == {(1, 2), (3, 5), (4, 1)}
        np.testing.assert_allclose(start.covariance[1], np.cov(points.T, bias=True), rtol=1e-12)
    equal = model.start(model.parse(tabled(np.repeat([[1.0], [2.0]], 9, axis=0))), np.random.default_rng(1))
    assert set(equal.mean.ravel().tolist()) == {1, 2}


@every_family
def test_a_start_is_projected_onto_its_family(family):
    full = [[[1.0, 3.0], [3.0, 150.0]], [[2.0, -4.0], [-4.0, 100.0]]]
    inside = {
        "full": full,
        "diagonal": [[[1, 0], [0, 150]], [[2, 0], [0, 100]]],
        "spherical": [[[75.5, 0], [0, 75.5]], [[51, 0], [0, 51]]],
        "tied": [[[1.5, -0.5], [-0.5, 125]]] * 2,
    }
    trace = emviz.fit("gmm", FAITHFUL, start={"covariance": full}, covariance=family)
    np.testing.assert_allclose(trace.steps[0].params.covariance, inside[family], rtol=1e-15)
    objectives = [step.expectation.objective for step in trace.steps if step.phase is not engine.Phase.E]
    assert np.all(np.diff(objectives) >= -1e-10 * 1500)


# -- data ----------------------------------------------------------------------------------------------------


def test_columns_of_numbers_are_read_and_words_name_the_rows():
    table = Table.from_columns(
        {
            "gene": ["a", "b", "c"],
            "flat": [0.0, 0, 0],
            "u": [1.0, 2, 4],
            "label": ["x", "y", "y"],
            "v": [3, 1, 2],
        }
    )
    data = GaussianMixture().parse(table)
    assert data.columns == ("u", "v")
    assert data.names.tolist() == ["a", "b", "c"]
    assert data.label.tolist() == [0, 1, 1]
    assert GaussianMixture(variables=" v ,u").parse(table).columns == ("v", "u")
    assert GaussianMixture().parse(tabled([[1], [2]])).names is None


@pytest.mark.parametrize(
    ("columns", "variables", "message"),
    [
        ({"a": [1.0]}, "", "there is 1 row, too few for 2 clusters"),
        ({"a": ["x", "y", "z"]}, "", "no column has numbers that differ"),
        ({"a": [1.0, 1, 1]}, "", "no column has numbers that differ"),
        ({"a": [1.0, 1, 1]}, "a", "column a: the same number in every row cannot tell clusters apart"),
        ({"a": [1.0, 2, 3]}, "b", "there is no column 'b'; the table has a"),
        ({"a": [1.0, 2, 3], "b": list("xyz")}, "a, b", "row 1, column b: expected a number, got 'x'"),
        ({"a": ["1", "two", "3"]}, "", "row 2, column a: expected a number, got 'two'"),
        ({"a": ["1", "2", "inf"]}, "", "row 3, column a: expected a number, got 'inf'"),
        ({"a": np.array([np.nan] * 3)}, "", "no column has numbers that differ"),
        (
            {"a": ["", "", ""], "b": [1, 2, 4]},
            "a, b",
            "row 1, column a: expected a number, got an empty cell",
        ),
        ({"a": np.array([1.0, 2, np.inf])}, "a", "row 3, column a: expected a finite number, got inf"),
    ],
)
def test_data_that_cannot_be_used(columns, variables, message):
    with pytest.raises(DataError) as caught:
        GaussianMixture(variables=variables).parse(Table.from_columns(columns))
    assert str(caught.value).startswith(message)


@every_family
def test_labels_give_the_complete_case(family):
    rng = np.random.default_rng(2)
    points = clouds(rng, 60, 2, 2)
    label = np.array(list("AB"))[rng.integers(2, size=60)]
    model = GaussianMixture(2, family)
    data = model.parse(tabled(points, label=label))
    found = model.m_step(data, model.labelled(data))
    own = [points[label == name] for name in "AB"]
    np.testing.assert_allclose(found.mean, [each.mean(axis=0) for each in own], rtol=1e-12)
    scatter = np.stack([np.cov(each.T, bias=True) for each in own])
    if family == "tied":
        expected = [np.average(scatter, axis=0, weights=[len(each) for each in own])] * 2
    else:
        domain = model.parameters(data)[2].domain
        expected = scatter if family == "full" else domain.projected(scatter)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9, atol=1e-12)


def test_labels_of_too_few_points_have_no_complete_case():
    points = np.random.default_rng(1).normal(size=(10, 2))
    few = GaussianMixture().parse(tabled(points, label=list("AAAAAAAABB")))
    assert few.labelled is None
    assert few.label is not None
    none = GaussianMixture().parse(tabled(points, label=list("AAAAAAAAAA")))
    assert none.labelled is None


def test_simulated_columns_keep_the_names_that_were_asked_for():
    params = params_of([0.5, 0.5], [[0, 0], [5, 5]], [np.eye(2)] * 2)
    rng = np.random.default_rng(1)
    assert GaussianMixture().simulate(params, 5, rng).names == ("x1", "x2", "label")
    assert GaussianMixture(variables="a, b").simulate(params, 5, rng).names == ("a", "b", "label")
    assert GaussianMixture(variables="a").simulate(params, 5, rng).names == ("x1", "x2", "label")


def test_the_simulated_example_can_be_drawn_again():
    example = next(each for each in GaussianMixture.examples if each.key == "clouds")
    model = GaussianMixture(**example.hyper)
    table = read_table(example_path(example.file))
    truth = params_from(model, model.parse(table), example.truth)
    drawn = model.simulate(truth, 300, np.random.default_rng(2008))
    assert drawn.texts("label").tolist() == table.texts("label").tolist()
    for name in ("x1", "x2"):
        np.testing.assert_array_equal(np.round(drawn.numbers(name), 2), table.numbers(name))


@pytest.mark.parametrize("columns", [1, 5, 20])
@every_family
def test_twelve_clusters_in_many_columns(family, columns):
    rng = np.random.default_rng(columns)
    model = GaussianMixture(12, family)
    data = model.parse(tabled(clouds(rng, 3000, columns, 12)))
    found, _ = heights(model, data, model.default(data), 5)
    assert np.all(np.diff(found) >= -1e-10 * np.abs(found[1:]))
    assert {name: value.shape for name, value in fields_of(model.default(data)).items()} == {
        parameter.name: parameter.shape for parameter in model.parameters(data)
    }
