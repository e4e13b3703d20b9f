"""What an iteration of the haplotypes costs, next to a Python loop over people, and a permutation test.

Run as ``python tests/benchmarks/bench_haplotype.py``. Both ways do the same iteration, the E-step with
log P(x; θ) and the M-step, in turn, so that both see the same machine.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from emviz.em.engine import advance, start
from emviz.models.haplotype import MODEL
from emviz.models.haplotype.data import HaplotypeData
from emviz.models.haplotype.ld import REPLICATES
from emviz.models.haplotype.steps import HaplotypeParams

Pairs = list[list[tuple[int, int]]]
NOTE = """
Milliseconds per iteration, medians of runs in turn; Python is a loop over people and their pairs of
haplotypes. Seconds for the LD test of the first two SNPs with 9,999 permutations."""


@dataclass(frozen=True)
class Row:
    """Milliseconds per iteration with so many people and SNPs, and seconds for the LD test."""

    people: int
    snps: int
    emviz: float
    python: float
    parse: float
    test: float

    @property
    def times(self) -> float:
        """How many times faster emviz is than the loop."""
        return self.python / self.emviz


def simulated(people: int, snps: int, seed: int = 1995) -> HaplotypeData:
    """Return people with haplotypes of which a few are frequent."""
    rng = np.random.default_rng(seed)
    frequency = rng.dirichlet(np.full(2**snps, 0.5))
    return MODEL.parse(MODEL.simulate(HaplotypeParams(frequency), people, rng))


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


def measure(people: int, snps: int, repeats: int = 15, inner: int = 20, python_repeats: int = 3) -> Row:
    """Return medians of runs in turn; emviz is timed over `inner` iterations at once, being short."""
    began = perf_counter()
    data = simulated(people, snps)
    parse = 1000 * (perf_counter() - began)
    first, pairs = start(MODEL, data, MODEL.default(data)), pairs_of(data)
    ours, loops = [], []
    for turn in range(repeats):
        began, step = perf_counter(), first
        for _ in range(inner):
            step = advance(MODEL, data, advance(MODEL, data, step))
        ours.append(1000 * (perf_counter() - began) / inner)
        if turn < python_repeats:
            began = perf_counter()
            found, height = plain_python(pairs, first.params.frequency.tolist())
            loops.append(1000 * (perf_counter() - began))
    after = advance(MODEL, data, advance(MODEL, data, first))
    np.testing.assert_allclose(found, after.params.frequency, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(height, first.expectation.objective, rtol=1e-9)
    return Row(people, snps, median(ours), median(loops), parse, ld_seconds(data))


def ld_seconds(data: HaplotypeData) -> float:
    """Return the seconds that the LD test takes with all its findings."""
    began = perf_counter()
    findings = list(MODEL.use("ld", data, MODEL.default(data), np.random.default_rng(0)))
    assert f"{REPLICATES:,} permutations" in findings[-1].words
    return perf_counter() - began


def table_of(measured: Sequence[Row]) -> str:
    """Return the measurements as a table."""
    names = ("emviz", "Python", "× Python", "draw+parse", "LD test")
    lines = [f"{'people':>10}{'SNPs':>6}" + "".join(f"{name:>12}" for name in names)]
    lines += [
        f"{row.people:>10,}{row.snps:>6}{row.emviz:>12.4f}{row.python:>12.2f}{row.times:>12.0f}"
        f"{row.parse:>12.1f}{row.test:>12.3f}"
        for row in measured
    ]
    return "\n".join([*lines, NOTE])


def main() -> None:
    """Print the table for two SNPs and for eight."""
    print(table_of([measure(200, 2), measure(100_000, 2), measure(10_000, 8)]))


if __name__ == "__main__":
    main()
