"""The mixture at its edges: singular covariances, floors, narrow components, clusters without weight."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gmm_cases import (
    FAITHFUL,
    FAMILIES,
    POINTS,
    clouds,
    heights,
    log_normal,
    params_of,
    random_params,
    tabled,
)

import emviz
from emviz import session as desk
from emviz.data.table import DataError
from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import ModelError
from emviz.models.gmm import GaussianMixture, GmmParams, normals, steps, weighing

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "gmm_faithful.json").read_text())
every_family = pytest.mark.parametrize("family", FAMILIES)


# -- where the likelihood has no bound -----------------------------------------------------------------------


def _on_a_point(row):
    covariance = [np.cov(POINTS.T), 1e-3 * np.eye(2)]
    return params_of([0.5, 0.5], [POINTS.mean(axis=0), POINTS[row]], covariance)


def test_a_mean_on_a_point_ends_with_a_sentence_and_keeps_the_trace():
    start = dict(zip(GmmParams._fields, _on_a_point(0), strict=True))
    with pytest.raises(ModelError) as caught:
        emviz.fit("gmm", FAITHFUL, start=start)
    assert str(caught.value) == (
        "Iteration 2, M-step: cluster B has collapsed onto fewer dimensions than there are columns, "
        "with no spread in waiting: its covariance is singular; a floor keeps it open"
    )
    kept = [step.expectation.objective for step in caught.value.steps if step.phase is not engine.Phase.E]
    assert kept == pytest.approx([-1467.9040860183, 759.4112817138], abs=1e-8)


def test_the_singular_example_is_that_lesson_and_a_floor_ends_it_well():
    session = desk.example_session("gmm", "singular")
    while session.failure is None:
        session = desk.step(session)
    assert "cluster B has collapsed" in str(session.failure)
    assert session.trace[-1].expectation.objective > 700 > session.trace[0].expectation.objective
    floored = desk.set_model(session, {"floor": 0.001})
    for _ in range(200):
        floored = desk.step(floored)
    assert floored.failure is None
    assert desk.settled(desk.seek(floored, 200))


def test_a_cluster_of_a_single_point_says_so():
    model = GaussianMixture()
    data = model.parse(FAITHFUL)
    with pytest.raises(ModelError, match="cluster B has collapsed onto a single point") as caught:
        heights(model, data, _on_a_point(5), 10)
    assert caught.value.iteration == 2


@pytest.mark.parametrize("family", ["full", "diagonal"])
def test_a_component_without_spread_in_a_column_names_it(family):
    rng = np.random.default_rng(3)
    codes = np.repeat([0.0, 1.0, 2.0], 15)
    points = np.column_stack([rng.normal(size=45), rng.normal(9 * codes, 1), codes])
    model = GaussianMixture(components=3, covariance=family)
    data = model.parse(tabled(points))
    means = [points[codes == k].mean(axis=0) for k in range(3)]
    start = params_of([1 / 3] * 3, means, [np.eye(3)] * 3)
    with pytest.raises(
        ModelError, match="fewer dimensions than there are columns, with no spread in x3: its"
    ):
        heights(model, data, start, 30)


def test_points_on_a_line_have_a_singular_covariance():
    model = GaussianMixture()
    line = np.stack([np.arange(12.0), 2 * np.arange(12.0) + 1], axis=-1)
    data = model.parse(tabled(line))
    with pytest.raises(ModelError, match="fewer dimensions than there are columns"):
        heights(model, data, model.default(data), 3)
    with pytest.raises(ModelError, match="At the start: the columns x1 and x2 are linearly dependent"):
        engine.start(model, data, model.start(data, np.random.default_rng(1)))
    nearly = np.array([[1, 1 - 1e-15], [1 - 1e-15, 1]])
    with pytest.raises(ArithmeticError, match="cluster B has collapsed onto fewer"):
        normals.factors(data, np.stack([np.eye(2), nearly]))


@pytest.mark.parametrize("family", ["full", "tied"])
@pytest.mark.parametrize(
    ("combine", "named"),
    [
        (lambda a, b, c: (a, b, c, 2 * a - 3 * c + 7), "x1, x3 and x4"),
        (lambda a, b, c: (a, 1e6 * b, c, -1e-3 * b), "x2 and x4"),
        (lambda a, b, c: (a + b + c, a, b, c), "x1, x2, x3 and x4"),
    ],
)
def test_columns_that_follow_from_others_are_named(family, combine, named):
    drawn = np.random.default_rng(4).normal(size=(3, 60)) + np.repeat([0.0, 5.0], 30)
    model = GaussianMixture(covariance=family)
    table = tabled(np.stack(combine(*drawn), axis=-1))
    data = model.parse(table)
    with pytest.raises(ModelError, match=f"M-step: the columns {named} are linearly dependent: the"):
        heights(model, data, model.default(data), 3)
    diagonal = GaussianMixture(covariance="diagonal")
    upright = diagonal.parse(table)
    assert np.diff(heights(diagonal, upright, diagonal.default(upright), 2)[0]).min() > 0.1


def test_a_component_that_collapses_by_itself_is_blamed():
    data = GaussianMixture().parse(FAITHFUL)
    flat = np.outer([1.0, 10.0], [1.0, 10.0])
    with pytest.raises(ArithmeticError, match="every cluster has collapsed onto fewer"):
        normals.factors(data, np.stack([flat, flat]))
    with pytest.raises(ArithmeticError, match="every cluster has collapsed onto a single point"):
        normals.factors(data, np.zeros((2, 2, 2)))


def test_a_column_that_nearly_follows_from_another_is_said():
    x, y = np.random.default_rng(4).normal(size=(2, 60))
    model = GaussianMixture()
    told = [_remark(model, np.stack([x, x + part * y], axis=-1)) for part in (1e-2, 1e-6)]
    assert told[0] is None
    assert "x2 is nearly a combination of the other columns" in told[1]


def _remark(model, rows):
    data = model.parse(tabled(rows))
    return model.remark(data, heights(model, data, model.default(data), 1)[1])


def test_columns_with_holes_are_compared_where_both_are_seen():
    x, y = np.random.default_rng(4).normal(size=(2, 60))
    z = x.copy()
    x[:20], z[30:40] = np.nan, np.nan
    model, table = GaussianMixture(), tabled(np.stack([x, y, z], axis=-1))
    data = model.parse(table)
    with pytest.raises(ModelError, match="the columns x1 and x3 are linearly dependent"):
        heights(model, data, model.default(data), 100)


def test_a_floor_keeps_it_open():
    model = GaussianMixture(floor=1e-4)
    data = model.parse(FAITHFUL)
    assert (model.objective, GaussianMixture().objective) == ("log posterior", "log P")
    found, end = heights(model, data, _on_a_point(0), 60)
    assert np.all(np.diff(found) >= -1e-10 * np.abs(found[1:]))
    assert np.linalg.eigvalsh(end.covariance - 1e-4 * np.diag(POINTS.var(axis=0))).min() > 0


@every_family
def test_the_floor_is_the_prior_that_it_is_said_to_be(family):
    """Objective and Q hold log p(θ) = −½ n ε Σ_k tr(D Σ_k⁻¹), and the M-step its maximum."""
    rng = np.random.default_rng(7)
    model, plain = GaussianMixture(3, family, floor=0.01), GaussianMixture(3, family)
    points = clouds(rng, 40, 2, 3)
    data = model.parse(tabled(points))
    here, there = (random_params(rng, 3, 2, family) for _ in range(2))
    variances = np.diag(points.var(axis=0))

    def prior(params):
        own = params.covariance[:1] if family == "tied" else params.covariance
        return -0.5 * 40 * 0.01 * sum(np.trace(variances @ np.linalg.inv(each)) for each in own)

    expectation = model.e_step(data, here)
    bare = plain.e_step(data, here)
    assert expectation.objective == pytest.approx(bare.objective + prior(here), rel=1e-12)
    bare_q = plain.q(data, bare.counts, there)
    assert model.q(data, expectation.counts, there) == pytest.approx(bare_q + prior(there), rel=1e-12)
    stacked = GmmParams(*(np.stack(pair) for pair in zip(here, there, strict=True)))
    singly = [model.e_step(data, each).objective for each in (here, there)]
    np.testing.assert_allclose(model.objectives(data, stacked), singly, rtol=1e-12)

    best = model.m_step(data, expectation.counts)
    domain = model.parameters(data)[2].domain
    free = domain.to_free(best.covariance)
    for axis in np.eye(len(free)):
        moved = [
            model.q(
                data, expectation.counts, best._replace(covariance=domain.from_free(free + way, (3, 2, 2)))
            )
            for way in (-1e-4 * axis, 0 * axis, 1e-4 * axis)
        ]
        assert moved[1] > max(moved[0], moved[2])


# -- narrow components ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [1e2, 1e4, 1e6])
@every_family
def test_the_covariance_of_a_narrow_component_keeps_its_digits(family, ratio):
    """Separation over standard deviation of up to 1e6: sums of squares would be left with no digits."""
    rng = np.random.default_rng(11)
    clusters = [centre + rng.normal(size=(200, 2)) / ratio for centre in ([0.0, 0.0], [1.0, 1.0])]
    model = GaussianMixture(2, family)
    data = model.parse(tabled(np.concatenate(clusters)))
    start = params_of([0.5, 0.5], [[0.1, 0], [0.9, 1]], [np.eye(2) / 100] * 2)
    found, end = heights(model, data, start, 4)
    scatter = np.stack([np.cov(cluster.T, bias=True) for cluster in clusters])
    expected = model.parameters(data)[2].domain
    inside = scatter if family == "full" else expected.projected(scatter)
    np.testing.assert_allclose(end.covariance, inside, rtol=1e-9, atol=1e-9 * inside.max())
    joint = [
        [np.log(w) + log_normal(x, mean, covariance) for w, mean, covariance in zip(*end, strict=True)]
        for x in np.concatenate(clusters)[::50]
    ]
    some = model.posterior(data, end, np.arange(0, 400, 50))
    np.testing.assert_array_equal(some.argmax(axis=1), np.argmax(joint, axis=1))
    assert found[-1] == pytest.approx(
        sum(np.log(0.5) + log_normal(x, end.mean[k], end.covariance[k]) for k in (0, 1) for x in clusters[k]),
        rel=1e-9,
    )


def test_features_and_residuals_agree_where_both_hold():
    """A component just narrower and one just wider than the limit: the same to many digits."""
    rng = np.random.default_rng(3)
    model = GaussianMixture()
    data = model.parse(tabled(clouds(rng, 300, 2, 2)))
    objectives = []
    for factor in (1 - 1e-9, 1 + 1e-9):
        deviation = normals.NARROW * data.scale * np.sqrt(2) * factor
        covariance = np.stack([np.diag(data.scale**2), np.diag(deviation**2)])
        params = GmmParams(np.array([0.9, 0.1]), np.stack([data.centre, data.centre]), covariance)
        narrow = normals.factors(data, covariance).narrow
        assert narrow == ((1,) if factor < 1 else ())
        objectives.append(model.e_step(data, params).objective)
    assert objectives[0] == pytest.approx(objectives[1], rel=1e-8)


def test_hard_em_counts_narrow_components_too():
    rng = np.random.default_rng(5)
    points = np.concatenate([rng.normal(size=(50, 1)) / 1e5, 1 + rng.normal(size=(50, 1)) / 1e5])
    model = GaussianMixture()
    data = model.parse(tabled(points))
    counts = model.complete(data, params_of([0.5, 0.5], [[0.0], [1.0]], [[[0.01]], [[0.01]]]))
    np.testing.assert_array_equal(counts.points, [50, 50])
    np.testing.assert_allclose(
        counts.scatter[:, 0, 0] / 50, [points[:50].var(), points[50:].var()], rtol=1e-9
    )


def test_blocks_make_no_difference(monkeypatch):
    rng = np.random.default_rng(9)
    model = GaussianMixture(3)
    data = model.parse(tabled(clouds(rng, 500, 3, 3)))
    params = model.default(data)
    whole = model.e_step(data, params)
    monkeypatch.setattr(weighing, "BLOCK", 64)
    parts = model.e_step(data, params)
    assert parts.objective == pytest.approx(whole.objective, rel=1e-13)
    for one, other in zip(parts.counts, whole.counts, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


# -- by hand, and by arrays ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["full", "tied"])
def test_by_hand_and_by_arrays_are_the_same(family, monkeypatch):
    """Two columns and few components are worked out in plain floats, more of them in arrays."""
    rng = np.random.default_rng(4)
    scale, shift = np.array([1e-3, 1e4]), np.array([5.0, -2e5])
    model = GaussianMixture(3, family)
    data = model.parse(tabled(shift + scale * clouds(rng, 200, 2, 3)))
    params = model.default(data)
    by_hand = model.e_step(data, params)
    taken = normals.factors(data, params.covariance)
    monkeypatch.setattr(normals, "FEW", 0)
    monkeypatch.setattr(steps, "FEW", 0)
    normals._remembered.cache_clear()
    by_arrays = model.e_step(data, params)
    assert by_hand.objective == pytest.approx(by_arrays.objective, rel=1e-14)
    for one, other in zip(by_hand.counts, by_arrays.counts, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    for one, other in zip(taken, normals.factors(data, params.covariance), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)


def test_features_that_are_kept_are_those_that_are_made():
    rng = np.random.default_rng(4)
    for family in FAMILIES:
        model = GaussianMixture(2, family)
        data = model.parse(tabled(clouds(rng, 60, 3, 2)))
        assert data.features.shape == (10 if family in ("full", "tied") else 7, 60)
        params = model.default(data)
        kept, made = (model.e_step(each, params) for each in (data, replace(data, features=None)))
        assert kept.objective == made.objective
        for one, other in zip(kept.counts, made.counts, strict=True):
            np.testing.assert_array_equal(one, other)
    assert model.parse(tabled(clouds(rng, 2000, 3, 2))).features is None


# -- edges ---------------------------------------------------------------------------------------------------


def test_a_cluster_without_weight_has_no_points():
    model = GaussianMixture()
    data = model.parse(FAITHFUL)
    params = params_of([1, 0], [[3, 70], [4, 80]], [np.diag([1.3, 180])] * 2)
    expectation = model.e_step(data, params)
    np.testing.assert_array_equal(expectation.counts.points, [272, 0])
    assert np.isfinite(model.q(data, expectation.counts, params))
    with pytest.raises(ZeroDivisionError, match="cluster B has no points left, so 0/0 leaves μ_B undefined"):
        model.m_step(data, expectation.counts)


def test_hard_em_of_equal_spheres_is_k_means():
    """Standardised Old Faithful from its first two rows, as in scikit-learn's KMeans."""
    case = GOLDEN["faithful_kmeans_standardised"]
    points = (POINTS - POINTS.mean(axis=0)) / POINTS.std(axis=0)
    model = GaussianMixture(2, "spherical")
    data = model.parse(tabled(points))
    means = points[case["init_rows"]]
    for _ in range(10):
        # Narrow spheres of equal size and weight: the likeliest centre is the nearest.
        counts = model.complete(data, GmmParams(np.full(2, 0.5), means, np.stack([0.01 * np.eye(2)] * 2)))
        means = counts.mean
    np.testing.assert_allclose(means, case["centers"], rtol=1e-9)
    np.testing.assert_array_equal(counts.points, case["sizes"])
    inertia = np.trace(counts.scatter, axis1=-2, axis2=-1).sum()
    assert inertia == pytest.approx(case["sklearn_inertia"], rel=1e-9)


def test_hard_em_runs():
    model = GaussianMixture()
    data = model.parse(FAITHFUL)
    step = engine.start(model, data, model.default(data), Hard())
    for _ in range(10):
        step = engine.advance(model, data, step, Hard())
    assert step.expectation.objective < -1130.26


def test_remarks():
    model = GaussianMixture()
    data = model.parse(FAITHFUL)
    default = model.default(data)
    assert model.remark(data, default) is None
    equal = default._replace(mean=np.repeat(default.mean[:1], 2, axis=0))
    assert model.remark(data, equal) == "all clusters are equal: EM cannot tell them apart from here"
    assert model.remark(data, equal._replace(covariance=equal.covariance * [[[1]], [[2]]])) is None


def test_answers():
    model = GaussianMixture()
    data = model.parse(FAITHFUL)
    first, second = model.answers(data, model.default(data), np.array([0, 1]))
    assert first.completions == ("cluster B", "cluster A")
    assert second.completions == ("cluster A", "cluster B")
    assert sum(first.shares) == pytest.approx(1)


def test_more_columns_than_are_offered_are_refused():
    wide = np.random.default_rng(20).normal(size=(60, 21))
    with pytest.raises(DataError) as caught:
        GaussianMixture().parse(tabled(wide))
    assert str(caught.value) == "there are 21 columns of numbers; name 20 of them at the most"
    assert len(GaussianMixture().parse(tabled(wide[:, :20])).columns) == 20
