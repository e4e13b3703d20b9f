"""What an iteration of tomography costs, next to the same system as a sparse matrix of SciPy.

Run as ``python tests/benchmarks/bench_tomography.py``. SciPy is not needed to run emviz: where it is not
installed, its column stays empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import TypeAlias

import numpy as np
from measuring import Row, Run, emviz_run, installed, iterated, print_table, race
from numpy.typing import NDArray

from emviz.data.table import Table
from emviz.em.engine import start
from emviz.models.tomography import Tomography, TomographyParams
from emviz.models.tomography.data import projector_of
from emviz.models.tomography.phantom import phantom

Array: TypeAlias = NDArray[np.float64]
#: Counts for each pixel of the phantom.
BRIGHT = 60


def scanned(size: int, angles: int) -> Table:
    """Return counts of a head phantom at so many angles."""
    params = TomographyParams(phantom(size, BRIGHT * size**2))
    return Tomography(size=size).simulate(params, angles, np.random.default_rng(2008))


def sparse_system(sparse: ModuleType, size: int, angles: int, bins: int) -> object:
    """Return the system as a matrix in rows: two bins for each pixel at each angle."""
    middle = (size - 1) / 2
    x, y = (each.ravel() for each in np.meshgrid(np.arange(size) - middle, middle - np.arange(size)))
    rows, parts = [], []
    for angle in range(angles):
        turn = np.pi * angle / angles
        place = x * np.cos(turn) + y * np.sin(turn) + (bins - 1) / 2
        first = np.floor(place).astype(np.int32)
        rows += [angle * bins + first, angle * bins + first + 1]
        parts += [1 - (place - first), place - first]
    columns = np.tile(np.arange(size**2, dtype=np.int32), 2 * angles)
    entries = (np.concatenate(parts) / angles, (np.concatenate(rows), columns))
    return sparse.csr_matrix(entries, shape=(angles * bins, size**2))


def by_matrix(system: Array, counts: Array, activity: Array, iterations: int) -> tuple[Array, float]:
    """Return the activity so many iterations on, and log P(x; λ) + Σ log y! of the last but one."""
    height = 0.0
    for _ in range(iterations):
        fitted = system @ activity
        seen = fitted > 0
        height = float((counts[seen] * np.log(fitted[seen])).sum() - fitted.sum())
        ratios = np.divide(counts, fitted, out=np.zeros_like(fitted), where=seen)
        activity = activity * (system.T @ ratios)
    return activity, height


def measure(size: int, angles: int, repeats: int = 9, inner: int = 10) -> Row:
    """Return the row of one task, after both ways have computed the same."""
    table = scanned(size, angles)
    model = Tomography(size=size)
    data = model.parse(table)
    params = model.default(data)
    task, peer = f"tomography {size} × {size}, {angles} angles", "SciPy, sparse matrix"
    ours = _from_nothing(emviz_run(model, table, params, inner))
    sparse = installed("scipy.sparse")
    if sparse is None:
        return race(task, ours, peer, None, repeats)
    bins, counts = data.counts.shape[1], data.counts.ravel()
    system = sparse_system(sparse, size, angles, bins)
    activity, _ = by_matrix(system, counts, params.activity, 2)
    step = iterated(model, data, start(model, data, params), 2)
    np.testing.assert_allclose(step.params.activity, activity, rtol=1e-9)
    _, height = by_matrix(system, counts, params.activity, 3)
    constant = -math.fsum(math.lgamma(count + 1) for count in counts.tolist())
    np.testing.assert_allclose(step.expectation.objective, height + constant, rtol=1e-12)

    def whole() -> object:
        made = sparse_system(sparse, size, angles, bins)
        return by_matrix(made, counts, params.activity, 1)

    theirs = Run(lambda: by_matrix(system, counts, params.activity, inner), inner, whole)
    return race(task, ours, peer, theirs, repeats)


def _from_nothing(run: Run) -> Run:
    """Return the run with the memory that it takes where nothing is known of the geometry yet."""

    def whole() -> object:
        projector_of.cache_clear()
        return run.whole and run.whole()

    return replace(run, whole=whole)


def rows() -> Iterator[Row]:
    """Yield the rows at the size of the example, and at the size of a real scan."""
    yield measure(32, 40, inner=50)
    yield measure(128, 180)


if __name__ == "__main__":
    print_table(rows())
