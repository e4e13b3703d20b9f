"""What an iteration of the Gaussian mixture costs, next to scikit-learn.

Run as ``python tests/benchmarks/bench_gmm.py``. Both start from the same θ(0) and do the same number of
iterations in the same process and in turn, so that both see the same machine; the log-likelihoods that they
end at are compared. emviz also computes the lower bound of every iteration.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from sklearn.mixture import GaussianMixture as Peer

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from emviz.data.table import Table
from emviz.em.engine import advance, start
from emviz.models.gmm import GaussianMixture, GmmParams

#: Points, columns, clusters, iterations and repeats of each task.
TASKS = (
    (272, 2, 2, 200, 9),
    (10_000, 2, 3, 60, 9),
    (1_000_000, 2, 3, 5, 3),
    (100_000, 10, 8, 6, 3),
)
NOTE = """
Milliseconds per iteration, medians of interleaved runs; MiB at the peak beyond the data, parse included."""


@dataclass(frozen=True)
class Row:
    """Milliseconds per iteration, and MiB at the peak, of one task."""

    task: str
    emviz: float
    peer: float
    emviz_memory: float
    peer_memory: float

    @property
    def ratio(self) -> float:
        """How many times faster emviz is."""
        return self.peer / self.emviz

    @property
    def memory_ratio(self) -> float:
        """How much of scikit-learn's memory emviz needs."""
        return self.emviz_memory / self.peer_memory


def clouds(points: int, columns: int, clusters: int, seed: int = 2008) -> np.ndarray:
    """Return overlapping clouds, shape (points, columns), which EM does not settle on at once."""
    rng = np.random.default_rng(seed)
    centres = 1.5 * rng.normal(size=(clusters, columns))
    return centres[rng.integers(clusters, size=points)] + rng.normal(size=(points, columns))


def first(points: np.ndarray, clusters: int) -> GmmParams:
    """Return means on the first points, the covariance of the data and equal weights."""
    covariance = np.repeat(np.cov(points.T)[None], clusters, axis=0)
    return GmmParams(np.full(clusters, 1 / clusters), points[:clusters].copy(), covariance)


def ours(table: Table, params: GmmParams, iterations: int) -> Callable[[], float]:
    """Return a run of emviz, which returns log P(x; θ) at the end."""
    model = GaussianMixture(len(params.weight))
    data = model.parse(table)

    def run() -> float:
        step = start(model, data, params)
        for _ in range(2 * iterations):
            step = advance(model, data, step)
        return step.expectation.objective

    return run


def theirs(points: np.ndarray, params: GmmParams, iterations: int) -> Callable[[], float]:
    """Return a run of scikit-learn, which returns log P(x; θ) before its last M-step."""
    peer = Peer(
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

    return run


def timed(function: Callable[[], object]) -> float:
    """Return the milliseconds that one call takes."""
    gc.collect()
    began = perf_counter()
    function()
    return 1000 * (perf_counter() - began)


def peak(function: Callable[[], object]) -> float:
    """Return the MiB at the peak of one call, beyond what there was before it."""
    gc.collect()
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def measure(points: int, columns: int, clusters: int, iterations: int, repeats: int) -> Row:
    """Return the medians of runs in turn, after both have ended at the same log-likelihood."""
    cloud = clouds(points, columns, clusters)
    table = Table.from_columns({f"x{j}": cloud[:, j].copy() for j in range(columns)})
    params = first(cloud, clusters)
    # The bound that scikit-learn keeps is of the θ before its last M-step.
    np.testing.assert_allclose(
        ours(table, params, iterations - 1)(), theirs(cloud, params, iterations)(), rtol=1e-9
    )
    mine, peer = ours(table, params, iterations), theirs(cloud, params, iterations)
    pairs = [(timed(mine), timed(peer)) for _ in range(repeats)]
    task = f"{points:,} × {columns}, K = {clusters}"
    fast, slow = (median(side) / iterations for side in zip(*pairs, strict=True))
    whole = peak(lambda: ours(table, params, iterations)())
    return Row(task, fast, slow, whole, peak(peer))


def table_of(measured: Sequence[Row]) -> str:
    """Return the measurements as a table."""
    names = ("emviz", "sklearn", "ratio", "emviz MiB", "sklearn MiB", "ratio")
    lines = [f"{'task':>24}" + "".join(f"{name:>13}" for name in names)]
    lines += [
        f"{row.task:>24}{row.emviz:>13.4f}{row.peer:>13.4f}{row.ratio:>13.1f}"
        f"{row.emviz_memory:>13.2f}{row.peer_memory:>13.2f}{row.memory_ratio:>13.2f}"
        for row in measured
    ]
    return "\n".join([*lines, NOTE])


def main() -> None:
    """Print the table."""
    print(table_of([measure(*task) for task in TASKS]))


if __name__ == "__main__":
    main()
