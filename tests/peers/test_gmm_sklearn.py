"""The traces of the mixture next to those of scikit-learn, from the same start."""

import warnings

import numpy as np
import pytest

from emviz.data.table import Table
from emviz.em import engine
from emviz.models.gmm import GaussianMixture, GmmParams

mixture = pytest.importorskip("sklearn.mixture")

pytestmark = pytest.mark.peers

ITERATIONS = 25
PEER_FAMILIES = {"full": "full", "diagonal": "diag", "spherical": "spherical", "tied": "tied"}


def _precisions(covariance, family):
    precision = np.linalg.inv(covariance)
    precision = (precision + precision.swapaxes(-1, -2)) / 2  # the peer insists on it
    if family == "tied":
        return precision[0]
    variances = np.diagonal(precision, axis1=-2, axis2=-1)
    return {"full": precision, "diagonal": variances, "spherical": variances[:, 0]}[family]


def _covariances(peer, family, columns):
    found = peer.covariances_
    if family == "full":
        return found
    if family == "tied":
        return np.repeat(found[None], peer.n_components, axis=0)
    return (
        np.asarray(found)[:, None, None] * np.eye(columns)
        if family == "spherical"
        else [*map(np.diag, found)]
    )


def _peer_trace(points, params, family):
    """log P at each θ(t), and the last θ, one warm-started iteration after the other."""
    peer = mixture.GaussianMixture(
        len(params.weight),
        covariance_type=PEER_FAMILIES[family],
        max_iter=1,
        tol=0,
        reg_covar=0,
        weights_init=params.weight,
        means_init=params.mean,
        precisions_init=_precisions(params.covariance, family),
        init_params="random_from_data",
        random_state=0,
        warm_start=True,
    )
    trace = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mixture._base.ConvergenceWarning)
        for _ in range(ITERATIONS):
            peer.fit(points)
            trace.append(peer.lower_bound_ * len(points))  # of the θ before the M-step
    trace.append(peer.score(points) * len(points))
    return trace, peer


@pytest.mark.parametrize("family", PEER_FAMILIES)
@pytest.mark.parametrize("seed", range(20))
def test_the_same_trace(seed, family):
    rng = np.random.default_rng(seed)
    components, columns = int(rng.integers(2, 6)), int(rng.integers(1, 6))
    centres = 3 * rng.normal(size=(components, columns))
    scale, shift = 10 ** rng.uniform(-2, 2, columns), 10 * rng.normal(size=columns)
    points = shift + scale * (centres[rng.integers(components, size=1000)] + rng.normal(size=(1000, columns)))
    model = GaussianMixture(components, family)
    data = model.parse(Table.from_columns({f"x{j}": points[:, j].copy() for j in range(columns)}))
    params = model.start(data, rng)
    expected, peer = _peer_trace(points, params, family)

    step = engine.start(model, data, params)
    trace = [step.expectation.objective]
    while step.index < ITERATIONS:
        step = engine.advance(model, data, engine.advance(model, data, step))
        trace.append(step.expectation.objective)
    np.testing.assert_allclose(trace, expected, rtol=1e-9)
    found = GmmParams(peer.weights_, peer.means_, _covariances(peer, family, columns))
    spread = points.std(axis=0)
    np.testing.assert_allclose(step.params.weight, found.weight, atol=1e-7)
    np.testing.assert_allclose(step.params.mean / spread, found.mean / spread, atol=1e-7)
    area = spread[:, None] * spread
    np.testing.assert_allclose(step.params.covariance / area, found.covariance / area, atol=1e-7)
