"""What an E-step of a covariance model costs, all sequences of a length at once, next to one at a time.

Run as ``python tests/benchmarks/bench_rna.py``.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

import numpy as np

from emviz.models.rna import steps
from emviz.models.rna.data import LETTERS, RnaData
from emviz.models.rna.structure import Structure

ARM = "<<<<<.......>>>>>"
CLOVERLEAF = "<<<<<<<..<<<<........>>>>.<<<<<.......>>>>>.....<<<<<.......>>>>>>>>>>>>."


def drawn(brackets: str, sequences: int, seed: int = 2008) -> RnaData:
    """Return random sequences as long as the structure."""
    codes = np.random.default_rng(seed).integers(len(LETTERS), size=(sequences, len(brackets)))
    texts = tuple("".join(row) for row in np.array(list(LETTERS))[codes].tolist())
    return RnaData(Structure(brackets), texts)


def measure(brackets: str, sequences: int, repeats: int = 5) -> tuple[float, float]:
    """Return the seconds of an E-step batched, and one sequence at a time, after both have agreed."""
    data = drawn(brackets, sequences)
    params = steps.random(data.structure, np.random.default_rng(1))
    single = [RnaData(data.structure, (text,)) for text in data.texts]
    together, apart = [], []
    for _ in range(repeats):
        begun = perf_counter()
        found = steps.expectation(data, params, 0.0)
        between = perf_counter()
        parts = [steps.expectation(one, params, 0.0) for one in single]
        together.append(between - begun)
        apart.append(perf_counter() - between)
    np.testing.assert_allclose(found.objective, sum(part.objective for part in parts), rtol=1e-12)
    for place, field in enumerate(found.counts):
        known = sum(part.counts[place] for part in parts)
        np.testing.assert_allclose(field, known, rtol=1e-8, atol=1e-12)
    return median(together), median(apart)


if __name__ == "__main__":
    for name, brackets, sequences in (("arms", ARM, 60), ("arms", ARM, 1000), ("tRNA", CLOVERLEAF, 20)):
        batched, loop = measure(brackets, sequences)
        told = f"{name} {sequences:,} × {len(brackets)}"
        print(f"{told}: {batched * 1000:.1f} ms batched, {loop * 1000:.1f} ms, {loop / batched:.1f} times")
