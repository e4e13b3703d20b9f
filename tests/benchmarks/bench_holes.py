"""What an iteration of a mixture costs where cells are missing, next to a loop over the rows in NumPy.

Run as ``python tests/benchmarks/bench_holes.py``. Both start from the same θ(0) and do as many iterations;
log P and the expected counts are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from bench_gmm import clouds, table_of
from measuring import Row, Run, emviz_run, print_table, race

from emviz.models.gmm import GaussianMixture, GmmParams

#: Points, columns, clusters, the part of the cells that is missing, iterations and repeats of each task.
TASKS = ((272, 2, 2, 0.2, 100, 5), (10_000, 10, 3, 0.1, 5, 3))

Sums = tuple[float, np.ndarray, np.ndarray, np.ndarray]


def lacking(points: np.ndarray, part: float, seed: int = 1994) -> np.ndarray:
    """Return points with this part of their cells missing at random."""
    return np.where(np.random.default_rng(seed).random(points.shape) < part, np.nan, points)


def first(points: np.ndarray, clusters: int) -> GmmParams:
    """Return means on the first points, the covariance of the whole points and equal weights."""
    covariance = np.repeat(np.cov(points.T)[None], clusters, axis=0)
    return GmmParams(np.full(clusters, 1 / clusters), points[:clusters].copy(), covariance)


def row_by_row(points: np.ndarray, params: GmmParams) -> Sums:
    """Return log P, and N, Σ r x̂ and Σ r (x̂x̂ᵀ + C) of each cluster, all clusters of a row at once."""
    clusters, columns = params.mean.shape
    height, units = 0.0, np.zeros(clusters)
    sums, products = np.zeros((clusters, columns)), np.zeros((clusters, columns, columns))
    for row in points:
        gone = np.isnan(row)
        seen, hidden = np.flatnonzero(~gone), np.flatnonzero(gone)
        inner = params.covariance[:, seen[:, None], seen]
        across = params.covariance[:, seen[:, None], hidden]
        gaps = row[seen] - params.mean[:, seen]
        solved = np.linalg.solve(inner, np.concatenate([gaps[:, :, None], across], axis=2))
        volume = np.linalg.slogdet(2 * np.pi * inner)[1] if len(seen) else 0.0
        logs = np.log(params.weight) - 0.5 * (volume + (gaps * solved[:, :, 0]).sum(axis=1))
        own = float(np.logaddexp.reduce(logs))
        shares = np.exp(logs - own)
        filled = np.where(gone, 0.0, row) + np.zeros_like(params.mean)
        filled[:, hidden] = params.mean[:, hidden] + (across * solved[:, :, :1]).sum(axis=1)
        spread = np.zeros_like(params.covariance)
        left = params.covariance[:, hidden[:, None], hidden] - across.mT @ solved[:, :, 1:]
        spread[:, hidden[:, None], hidden] = left
        height += own
        units += shares
        sums += shares[:, None] * filled
        products += shares[:, None, None] * (filled[:, :, None] * filled[:, None] + spread)
    return height, units, sums, products


def theirs(points: np.ndarray, params: GmmParams, iterations: int) -> Run:
    """Return a run of the loop, with its M-steps."""

    def run() -> GmmParams:
        at = params
        for _ in range(iterations):
            _, units, sums, products = row_by_row(points, at)
            mean = sums / units[:, None]
            covariance = products / units[:, None, None] - mean[:, :, None] * mean[:, None]
            at = GmmParams(units / len(points), mean, covariance)
        return at

    return Run(run, iterations)


def agree(points: np.ndarray, params: GmmParams) -> None:
    """Raise where the two do not expect the same."""
    model = GaussianMixture(len(params.weight))
    found = model.e_step(model.parse(table_of(points)), params)
    height, units, sums, products = row_by_row(points, params)
    counts = found.counts
    own = counts.scatter + counts.points[:, None, None] * counts.mean[:, :, None] * counts.mean[:, None]
    np.testing.assert_allclose(found.objective, height, rtol=1e-11)
    np.testing.assert_allclose(counts.points, units, rtol=1e-9)
    np.testing.assert_allclose(counts.points[:, None] * counts.mean, sums, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(own, products, rtol=1e-9, atol=1e-7)


def measure(points: int, columns: int, clusters: int, part: float, iterations: int, repeats: int) -> Row:
    """Return the row of one task."""
    cloud = clouds(points, columns, clusters)
    holed, params = lacking(cloud, part), first(cloud, clusters)
    agree(holed, params)
    ours = emviz_run(GaussianMixture(clusters), table_of(holed), params, iterations, beginning=True)
    task = f"gmm with {part:.0%} holes, {points:,} × {columns}, K = {clusters}"
    return race(task, ours, "NumPy loop over rows", theirs(holed, params, iterations), repeats)


def rows() -> Iterator[Row]:
    """Yield what is measured."""
    return (measure(*task) for task in TASKS)


if __name__ == "__main__":
    print_table(rows())
