"""The mixture on many points, which are weighed by ratios to the component with the largest weight."""

import numpy as np
import pytest
from gmm_cases import clouds, tabled

from emviz.em.numerics import log_sum_exp
from emviz.models.gmm import GaussianMixture, steps, weighing


def large(family, rows, outlier=0.0):
    """A table with clusters that are narrower than the data, and θ."""
    points = clouds(np.random.default_rng(9), rows, 2, 3)
    points[0] += outlier
    model = GaussianMixture(3, family)
    data = model.parse(tabled(points))
    params = model.default(data)
    return model, data, points, params._replace(covariance=params.covariance / 4)


def agrees(model, data, points, params):
    """The E-step is what log densities, point by point, say."""
    found = model.e_step(data, params)
    logs = steps.log_joint(data, params, np.arange(data.rows))
    assert found.objective == pytest.approx(log_sum_exp(logs).sum(), rel=1e-13)
    shares = np.exp(logs - log_sum_exp(logs)[:, None])
    np.testing.assert_allclose(found.counts.points, shares.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.counts.mean, shares.T @ points / shares.sum(axis=0)[:, None], rtol=1e-10)
    for k, own in enumerate(shares.T):
        residual = points - found.counts.mean[k]
        scatter = (own[:, None] * residual).T @ residual
        wanted = scatter if model.covariance == "full" else np.diag(np.diagonal(scatter))
        np.testing.assert_allclose(found.counts.scatter[k], wanted, rtol=1e-9, atol=1e-9 * np.trace(scatter))


@pytest.mark.parametrize("outlier", [0.0, 60.0])
@pytest.mark.parametrize(("family", "rows"), [("full", 10_500), ("diagonal", 10_501)])
def test_ratios_of_a_large_table_are_those_of_log_densities(family, rows, outlier):
    """Not where a point is far from a cluster. Totals are multiplied in fours, unless some are left over."""
    model, data, points, params = large(family, rows, outlier)
    ratios, _ = weighing._ratios(steps.mixed(data, params, family == "full"), data.box)
    assert (ratios is None) == (outlier > 0)
    agrees(model, data, points, params)


@pytest.mark.parametrize("weight", [(0.2, 0.5, 0.3), (0.1, 0.2, 0.7), (0.4, 0.4, 0.2)])
def test_any_component_may_lead(weight):
    model, data, points, params = large("full", 10_500)
    agrees(model, data, points, params._replace(weight=np.array(weight)))


def test_the_largest_weight_may_be_that_of_a_component_with_few_points():
    """What the others leave for it would be the difference of nearly equal sums."""
    model, data, points, params = large("full", 10_500)
    mean = params.mean.copy()
    mean[1] = points.max(axis=0)
    params = params._replace(weight=np.array([0.2, 0.6, 0.2]), mean=mean)
    assert model.e_step(data, params).counts.points[1] < 0.5 * data.rows / 3
    agrees(model, data, points, params)
