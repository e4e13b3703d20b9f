"""What an iteration of the haplotypes costs, next to a Python loop over people, and a permutation test.

Run as ``python tests/benchmarks/bench_haplotype.py``. emviz collapses equal genotypes when it parses them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from measuring import Row, Run, emviz_run, iterated, print_table, race

from emviz.data.table import Table
from emviz.em.engine import start
from emviz.models.haplotype import MODEL
from emviz.models.haplotype.data import HaplotypeData
from emviz.models.haplotype.ld import REPLICATES
from emviz.models.haplotype.steps import HaplotypeParams

Pairs = list[list[tuple[int, int]]]


def simulated(people: int, snps: int, seed: int = 1995) -> Table:
    """Return people with haplotypes of which a few are frequent."""
    rng = np.random.default_rng(seed)
    frequency = rng.dirichlet(np.full(2**snps, 0.5))
    return MODEL.simulate(HaplotypeParams(frequency), people, rng)


def pairs_of(data: HaplotypeData) -> Pairs:
    """Return for each person the pairs of haplotypes that make up his genotype."""
    by_genotype = [
        list(zip(data.first[s : s + n].tolist(), data.second[s : s + n].tolist(), strict=True))
        for s, n in zip(data.starts.tolist(), data.sizes.tolist(), strict=True)
    ]
    return [by_genotype[genotype] for genotype in data.which.tolist()]


def plain_python(pairs: Pairs, frequency: Sequence[float]) -> tuple[list[float], float]:
    """Return θ(t+1) and log P(x; θ(t)) by a loop over every person."""
    copies: dict[int, float] = defaultdict(float)
    total = 0.0
    for own in pairs:
        joint = [frequency[h] * frequency[k] * (1 if h == k else 2) for h, k in own]
        evidence = sum(joint)
        total += math.log(evidence)
        for (h, k), chance in zip(own, joint, strict=True):
            copies[h] += chance / evidence
            copies[k] += chance / evidence
    return [copies[h] / (2 * len(pairs)) for h in range(len(frequency))], total


def agree(data: HaplotypeData, params: HaplotypeParams, pairs: Pairs) -> None:
    """Raise where the two ways do not compute the same."""
    before = start(MODEL, data, params)
    found, height = plain_python(pairs, params.frequency.tolist())
    after = iterated(MODEL, data, before, 1)
    np.testing.assert_allclose(found, after.params.frequency, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(height, before.expectation.objective, rtol=1e-9)


def measure(people: int, snps: int, repeats: int = 5, inner: int = 20) -> Iterator[Row]:
    """Yield an iteration, timed over `inner` of them at once, and the LD test of the first two SNPs."""
    table = simulated(people, snps)
    data = MODEL.parse(table)
    params, pairs = MODEL.default(data), pairs_of(data)
    agree(data, params, pairs)
    ours = emviz_run(MODEL, table, params, inner)
    loop = Run(lambda: plain_python(pairs, params.frequency.tolist()))
    name = f"haplotype {people:,} people, {snps} SNPs"
    yield race(name, ours, "Python loop over people", loop, repeats)
    yield race(f"{name}: LD test", Run(lambda: ld_test(data, params)), repeats=min(repeats, 3))


def ld_test(data: HaplotypeData, params: HaplotypeParams) -> None:
    """Do the LD test, with all its findings."""
    findings = list(MODEL.use("ld", data, params, np.random.default_rng(0)))
    assert f"{REPLICATES:,} permutations" in findings[-1].words


def rows() -> Iterator[Row]:
    """Yield what is measured for two SNPs and for eight."""
    for people, snps in ((200, 2), (100_000, 2), (10_000, 8)):
        yield from measure(people, snps)


if __name__ == "__main__":
    print_table(rows())
