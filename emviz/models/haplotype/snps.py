"""Two SNPs, four haplotypes: the likelihood as a function of p_AB alone.

After a single M-step the allele frequencies are those of the sample, and they stay so; only one number is
left to estimate, p_AB, within the range that the allele frequencies allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.em.rounding import decimal, with_minus
from emviz.models.haplotype.climbing import evidence
from emviz.models.haplotype.data import HaplotypeData
from emviz.models.haplotype.steps import HaplotypeParams, heights
from emviz.models.haplotype.twoloci import TwoLoci, disequilibrium, known_of, two_loci

#: A frequency this near to the line is on it.
NEAR = 1e-9
#: The likelihood is compared this far to either side of a stationary point, as a fraction of the range.
ASIDE = 1e-4
#: Heights that differ by a smaller fraction are equal.
LEVEL = 1e-13
#: The same for two maxima, whose positions are known less well.
EQUAL = 1e-10


@dataclass(frozen=True, eq=False)
class SnpLine:
    """The line of all θ that have the allele frequencies of the sample.

    Parameters
    ----------
    people : TwoLoci
        The people at both SNPs.
    low, high : float
        The legal range of p_AB.
    """

    people: TwoLoci
    low: float
    high: float

    @property
    def independent(self) -> float:
        """p_A p_B: linkage equilibrium, the null hypothesis H0."""
        return float(self.people.independent[0])

    def frequencies(self, points: Array) -> Array:
        """Return the four frequencies at values of p_AB, shape (n, 4)."""
        a, b = float(self.people.one[0]), float(self.people.other[0])
        both = np.stack([points, a - points, b - points, 1 - a - b + points], axis=-1)
        return np.maximum(both, 0.0)

    def holds(self, params: HaplotypeParams) -> bool:
        """Say whether θ lies on the line."""
        there = self.frequencies(params.frequency[:1])[0]
        return bool(np.abs(there - params.frequency).max() < NEAR)


def snp_line(data: HaplotypeData) -> SnpLine | None:
    """Return the line; None unless there are two varying SNPs, four haplotypes and no missing genotype."""
    if [len(names) for names in data.alleles] != [2, 2] or len(data.names) != 4:
        return None
    people = two_loci(data, (0, 1))
    return None if people.left_out or people.freedom != 1 else line_of(people)


def line_of(people: TwoLoci) -> SnpLine:
    """Return the line of two loci with two alleles each."""
    a, b = float(people.one[0]), float(people.other[0])
    return SnpLine(people, max(0.0, a + b - 1), min(a, b))


def maxima(data: HaplotypeData, line: SnpLine) -> Array:
    """Return the values of p_AB at all maxima of the likelihood of the data, in order."""
    return _maxima(line, lambda points: height_along(data, line, points))


def highest(line: SnpLine) -> Array:
    """Return the values of p_AB at the highest maximum, or at all of several equally high ones."""

    def height(points: Array) -> Array:
        cells = np.tile(line.people.table.ravel(), (len(points), 1))
        return evidence(known_of(line.people, cells), line.frequencies(points))

    tops = _maxima(line, height)
    reached = height(tops)
    summit = float(reached.max())
    return np.asarray(tops[reached >= summit - EQUAL * max(1.0, abs(summit))])


def linkage_words(line: SnpLine, tops: Array) -> str:
    """Return D and r² at equally high maxima: "D = −0.002564, r² = 0.001111"."""
    found = [disequilibrium(line.people, frequency) for frequency in line.frequencies(tops)]
    gaps, squares = (" or ".join(dict.fromkeys(decimal(pair[k], 6) for pair in found)) for k in (0, 1))
    return with_minus(f"D = {gaps}, r² = {squares}")


def _maxima(line: SnpLine, height: Callable[[Array], Array]) -> Array:
    """Return the values of p_AB at all maxima of the likelihood, in order.

    With c certain copies of AB and d double heterozygotes among n people, p = p_AB is a fixed point of EM if
    (2np − c)(2p² + (1 − 2p_A − 2p_B)p + p_A p_B) = d p (p + 1 − p_A − p_B), a cubic (Hill, Heredity 33:229,
    1974). A root is kept if the likelihood falls to either side.
    """
    people = line.people
    known = known_of(people, people.table.reshape(1, -1))
    c, d = float(known.copies[0, 0]), float(known.held.sum())
    a, b, twice = float(people.one[0]), float(people.other[0]), 2 * people.people
    slope = 1 - 2 * a - 2 * b
    roots = np.roots(
        [2 * twice, twice * slope - 2 * c - d, twice * a * b - c * slope - d * (1 - a - b), -c * a * b]
    )
    # A multiple root may come out as a complex pair close to it, so the real parts of all roots are tried.
    tried = np.append(roots.real, [line.low, line.high])
    step = ASIDE * (line.high - line.low)
    inside = np.unique(
        np.clip(tried[(tried > line.low - step) & (tried < line.high + step)], line.low, line.high)
    )
    around = np.clip(inside + step * np.array([[-1.0], [0.0], [1.0]]), line.low, line.high)
    before, here, after = height(around.ravel()).reshape(3, -1)
    floor = np.maximum(before, after)
    top = inside[here >= floor - LEVEL * np.maximum(1.0, np.abs(floor))]
    return np.asarray(top[np.diff(top, prepend=-1.0) > 2 * step])


def height_along(data: HaplotypeData, line: SnpLine, points: Array) -> Array:
    """Return log P(x; θ) at values of p_AB, in nats."""
    return heights(data, HaplotypeParams(line.frequencies(points)))
