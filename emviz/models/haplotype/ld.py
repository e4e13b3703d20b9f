"""The test of linkage disequilibrium: likelihood ratio, χ², and permutations of one locus among people.

Slatkin & Excoffier, Heredity 76:377 (1996).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emviz.data.things import things
from emviz.em.domains import ParameterError
from emviz.em.numerics import Array
from emviz.em.pictures import Curve, Dot, Histogram
from emviz.em.rounding import decimal, scientific, with_minus
from emviz.em.tools import Finding, Tool
from emviz.em.uncertainty.chi_squared import chi_squared_tail
from emviz.models.haplotype.data import HaplotypeData
from emviz.models.haplotype.snps import highest, line_of, linkage_words
from emviz.models.haplotype.steps import HaplotypeParams
from emviz.models.haplotype.twoloci import STILL, TwoLoci, drawn_tables, optima, two_loci

LD_TEST = Tool(
    "ld",
    "LD test…",
    "Are the alleles of the first two loci associated more strongly than by chance? The likelihood ratio "
    "against independence, with 9,999 permutations.",
)
REPLICATES = 9_999
#: Replicates per finding for a small table, and the most open combinations of a block.
BLOCK, COMBINATIONS = 1111, 32_000
#: Tolerance of the climbs of permuted tables with more than two alleles: the likelihood ratio is then known
#: to a few hundredths, among values that are units apart.
ROUGH = 1e-5
BINS = 40
#: Two likelihood ratios closer than this are equal: climbs stop at changes of 1e-10 in the frequencies.
SAME = 1e-6


def varying_pair(data: HaplotypeData) -> TwoLoci:
    """Return the people at the first two loci that vary.

    Raises
    ------
    ParameterError
        If there are no two such loci, or missing genotypes leave nothing to test.
    """
    varied = [place for place, names in enumerate(data.alleles) if len(names) > 1]
    if len(varied) < 2:
        raise ParameterError("the LD test needs two loci with two or more alleles each")
    pair = two_loci(data, (varied[0], varied[1]))
    if pair.freedom < 1:
        raise ParameterError(
            f"among the {pair.people:,.0f} people without missing genotypes, {pair.loci[0]} and "
            f"{pair.loci[1]} do not both vary, so there is nothing to test"
        )
    return pair


def ld_test(data: HaplotypeData, rng: np.random.Generator) -> Iterator[Finding[HaplotypeParams]]:
    """Return the findings of the LD test, a block of permutations at a time.

    Raises
    ------
    ParameterError
        As in `varying_pair`.
    """
    return _permutations(varying_pair(data), rng)


def _permutations(people: TwoLoci, rng: np.random.Generator) -> Iterator[Finding[HaplotypeParams]]:
    ratio = float(optima(people, people.table[None])[1][0])
    summary = _summary(people, ratio)
    still = STILL if people.freedom == 1 else ROUGH
    # The permutations are compared with a ratio found with the same tolerance as theirs.
    bar = float(optima(people, people.table[None], still)[1][0])
    # The size of a block depends on the data alone, so that a seed always gives the same permutations.
    most_open = max(1, min(int(people.open.sum()), int(people.people)))
    block = int(np.clip(COMBINATIONS // most_open, 10, BLOCK))
    found = np.empty(0)
    yield Finding(0.0, summary, (_histogram(people, found, ratio),))
    while len(found) < REPLICATES:
        many = min(block, REPLICATES - len(found))
        found = np.append(found, optima(people, drawn_tables(people, many, rng), still)[1])
        p = decimal(permutation_p(found, bar), 4)
        words = f"Permutation p = {p} ({things(len(found), 'permutation')}). {summary}"
        yield Finding(len(found) / REPLICATES, words, (_histogram(people, found, ratio),))


def permutation_p(found: Array, ratio: float) -> float:
    """Return (1 + replicates that reach the ratio) / (1 + replicates)."""
    reached = np.count_nonzero(found >= ratio - SAME * max(1.0, ratio))
    # The observed table is one of the permutations, so that p is never 0.
    return (1 + reached) / (1 + len(found))


def _summary(people: TwoLoci, ratio: float) -> str:
    freedom, (one, other) = people.freedom, people.loci
    degrees = things(freedom, "degree")
    p = _probability(chi_squared_tail(ratio, freedom))
    words = (
        f"{one} and {other}: LR = 2 (L1 − L0) = {decimal(ratio, 5)}; "
        f"χ² with {degrees} of freedom gives p {p}."
    )
    if freedom == 1:
        line = line_of(people)
        tops = highest(line)
        several = f" at {len(tops)} maxima of equal height" if len(tops) > 1 else ""
        words += f" {linkage_words(line, tops)}{several}."
    if people.left_out:
        words += (
            f" {people.people:,.0f} people tested; {people.left_out:,.0f} left out for missing genotypes."
        )
    return words


def _probability(p: float) -> str:
    if p == 0:
        return "< 1e−307"
    return f"= {with_minus(decimal(p, 5) if p >= 0.0001 else '{}e{:03d}'.format(*scientific(p, 2)))}"


def _histogram(people: TwoLoci, found: Array, ratio: float) -> Histogram:
    """Return the permutation distribution so far, with the numbers expected from χ² in each bin."""
    top = 1.05 * max(ratio, float(found.max(initial=0.0)), 4.0 * people.freedom)
    edges = np.linspace(0, top, BINS + 1)
    tails = np.array([chi_squared_tail(float(edge), people.freedom) for edge in edges])
    middles = (edges[1:] + edges[:-1]) / 2
    name = f"χ², {people.freedom} d.f."
    expected = Curve(name, middles, -np.diff(tails) * len(found), role="reference")
    return Histogram(
        title="LD test",
        x_label="likelihood ratio 2 (L1 − L0)",
        y_label="permutations",
        edges=edges,
        heights=np.histogram(found, edges)[0][:, None].astype(np.float64),
        curves=(expected,),
        dots=(Dot(ratio, 0.0, f"LR = {decimal(ratio, 3)}", "here"),),
        plain=True,
    )
