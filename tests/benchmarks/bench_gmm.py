"""What an iteration of the Gaussian mixture costs, next to scikit-learn.

Run as ``python tests/benchmarks/bench_gmm.py``. Both start from the same θ(0) and do the same number of
iterations; the log-likelihoods that they end at are compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import cast

import numpy as np
from measuring import Row, Run, emviz_run, installed, print_table, race

from emviz.data.table import Table
from emviz.em.model import AnyStep
from emviz.models.gmm import GaussianMixture, GmmParams

#: Points, columns, clusters, iterations and repeats of each task.
TASKS = (
    (272, 2, 2, 200, 9),
    (10_000, 2, 3, 60, 9),
    (1_000_000, 2, 3, 5, 3),
    (100_000, 10, 8, 6, 3),
)


def clouds(points: int, columns: int, clusters: int, seed: int = 2008) -> np.ndarray:
    """Return overlapping clouds, shape (points, columns), which EM does not settle on at once."""
    rng = np.random.default_rng(seed)
    centres = 1.5 * rng.normal(size=(clusters, columns))
    return centres[rng.integers(clusters, size=points)] + rng.normal(size=(points, columns))


def table_of(points: np.ndarray) -> Table:
    """Return the points as a table."""
    return Table.from_columns({f"x{j}": column.copy() for j, column in enumerate(points.T)})


def first(points: np.ndarray, clusters: int) -> GmmParams:
    """Return means on the first points, the covariance of the data and equal weights."""
    covariance = np.repeat(np.cov(points.T)[None], clusters, axis=0)
    return GmmParams(np.full(clusters, 1 / clusters), points[:clusters].copy(), covariance)


def theirs(points: np.ndarray, params: GmmParams, iterations: int) -> Run | None:
    """Return a run of scikit-learn, which returns log P(x; θ) before its last M-step; None without it."""
    mixture = installed("sklearn.mixture")
    if mixture is None:
        return None
    peer = mixture.GaussianMixture(
        len(params.weight),
        max_iter=iterations,
        tol=1e-300,
        reg_covar=0,
        weights_init=params.weight,
        means_init=params.mean,
        precisions_init=np.linalg.inv(params.covariance),
        init_params="random_from_data",
        random_state=0,
    )

    def run() -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(peer.fit(points).lower_bound_) * len(points)

    return Run(run, iterations)


def agree(table: Table, params: GmmParams, iterations: int, peer: Run) -> None:
    """Raise where the two do not end at the same log-likelihood."""
    # The bound that scikit-learn keeps is of the θ before its last M-step.
    ours = emviz_run(GaussianMixture(len(params.weight)), table, params, iterations - 1)
    step = cast("AnyStep", ours.function())
    np.testing.assert_allclose(step.expectation.objective, peer.function(), rtol=1e-9)


def measure(points: int, columns: int, clusters: int, iterations: int, repeats: int) -> Row:
    """Return the row of one task."""
    cloud = clouds(points, columns, clusters)
    table, params = table_of(cloud), first(cloud, clusters)
    peer = theirs(cloud, params, iterations)
    if peer is not None:
        agree(table, params, iterations, peer)
    # The last E-step of scikit-learn follows its last M-step, so that it does one more.
    ours = emviz_run(GaussianMixture(clusters), table, params, iterations, beginning=True)
    task = f"gmm {points:,} × {columns}, K = {clusters}"
    return race(task, ours, "scikit-learn", peer, repeats)


def rows() -> Iterator[Row]:
    """Yield what is measured."""
    return (measure(*task) for task in TASKS)


if __name__ == "__main__":
    print_table(rows())
