"""Haplotype frequencies from genotypes whose phase is unknown (Excoffier & Slatkin 1995).

A person carries two haplotypes, one from each parent, but a genotype only gives the two alleles at each
locus. L(p) = Σ_i n_i log Σ_(h,k) m p_h p_k over the pairs of haplotypes that make up genotype i, with m = 2
if they differ, since the order of the two parents is not observed. Equal genotypes are one row with a
multiplicity; the people are distinguishable, so there is no multinomial coefficient.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from emviz.data.column import text_array
from emviz.data.table import Mask, Table
from emviz.em.columns import COUNTS, Layout
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, ParameterError, Simplex
from emviz.em.model import ColumnSpec, Example, Expectation, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.em.simulation import draws
from emviz.em.tools import Finding
from emviz.models.haplotype.cells import marked_missing
from emviz.models.haplotype.data import HaplotypeCounts, HaplotypeData, loci_of, parse_people
from emviz.models.haplotype.layouts import layouts
from emviz.models.haplotype.ld import LD_TEST, ld_test
from emviz.models.haplotype.pictures import MOST_AXES, HaplotypeLook, HaplotypeRound, pictures
from emviz.models.haplotype.presets import PRESETS
from emviz.models.haplotype.steps import (
    HaplotypeParams,
    expect,
    expected_log,
    heights,
    likeliest,
    pair_chances,
    ranked_pairs,
    row_shares,
    update,
)
from emviz.models.haplotype.suited import unsuited
from emviz.models.haplotype.table import HaplotypeLedger

#: Other names for the number of people.
PEOPLE = (*COUNTS, "people", "individuals", "multiplicity", "personen")
#: The most phases in an answer.
MOST_NAMED = 5
#: Random starts from which the optima of a landscape are sought.
CLIMBS = 6
#: EM is at rest if no frequency moves by more; the size of a push away from a saddle, and the most pushes.
STILL, PUSH, PUSHES = 1e-12, 1e-3, 64


@dataclass(frozen=True)
class Haplotypes(Model[HaplotypeData, HaplotypeParams, HaplotypeCounts]):
    """Haplotypes of two or more loci."""

    key = "haplotype"
    title = "Haplotypes"
    description = (
        "Each row is a person, or a number of people with the same genotype. Observed: the genotype, two "
        "alleles at each locus. Hidden: the phase, that is, which alleles came from the same parent, and any "
        "missing allele, which is summed over. θ is the frequency of each haplotype. Look for the people who "
        "are heterozygous at two or more loci: only they are shared between phases, and the certain people "
        "decide how. Then start where everything is equal and nobody is certain. log P is that of the "
        "genotypes of all people, one by one. Without a column `phase`, A|a at every heterozygous locus "
        "gives the true phase of a row; EM itself does not use it."
    )
    words = Words(
        "genotype",
        "genotypes",
        "phase",
        "phases",
        "which two haplotypes each person carries",
        "Which haplotypes make up this person's genotype?",
        completion="{name}",
        shared="Each genotype was shared between its phases",
    )
    columns = (
        ColumnSpec(
            "any other name",
            "a locus: A/a, or 0, 1, 2 copies of the second allele; empty, ? or ./. if missing",
            holes=True,
            free=True,
            unseen="a genotype not seen in full: all possibilities are summed over",
        ),
        ColumnSpec(
            "count",
            "the number of people with this genotype; without it one person",
            required=False,
            synonyms=PEOPLE,
        ),
        ColumnSpec("person", "a name, which is not used; it may also be called id or name", required=False),
        ColumnSpec("phase", "the true haplotypes, such as AB|ab, for the complete-data case", required=False),
    )
    label_column = "phase"
    presets = PRESETS
    examples = (
        Example(
            "thompson",
            "Thompson's 205 people, two loci",
            "haplotype_thompson.csv",
            "genotypes of 205 people at two loci, Thompson, Deeb, Walker & Motulsky, American Journal of "
            "Human Genetics 42:113 (1988)",
        ),
        Example(
            "three-snps",
            "Three SNPs, 200 people (simulated)",
            "haplotype_three.csv",
            "simulated: frequencies 0.40, 0.02, 0.05, 0.13, 0.03, 0.07, 0.02, 0.28 of ABC to abc, "
            "NumPy default_rng(1995)",
            truth={"frequency": [0.40, 0.02, 0.05, 0.13, 0.03, 0.07, 0.02, 0.28]},
        ),
        Example(
            "double-heterozygotes",
            "Six people, all heterozygous twice",
            "haplotype_toy.csv",
            "made up: nobody's phase is certain, so AB with ab and Ab with aB explain the data equally well",
        ),
    )
    tools = (LD_TEST,)

    @property
    def gathers(self) -> str:
        """The contents of each further column."""
        return "a locus"

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column is not a locus; None if it may be one."""
        return unsuited(table, name)

    def marked_missing(self, table: Table, name: str) -> Mask:
        """Return the rows with a missing allele: ./. and A/. too."""
        return marked_missing(table, name)

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the possible readings: one or two columns for each locus, 0 or N for a missing allele."""
        return layouts(table)

    def reads(self, table: Table) -> Collection[str]:
        """Return the loci, the numbers of people, and their phase."""
        return [*loci_of(table), "count", "phase"]

    def parse(self, table: Table) -> HaplotypeData:
        """Return the people.

        Raises
        ------
        DataError
            For a cell that is not a genotype, a count, or a phase of its row; if there are no people, no loci
            or only one haplotype; and if there are too many phases.
        """
        return parse_people(table)

    def parameters(self, data: HaplotypeData) -> Sequence[Parameter]:
        """Return the frequencies of the haplotypes that are compatible with the data."""
        return (
            Parameter("frequency", Simplex(), "p", (data.names,), words="the frequency of haplotype {0}"),
        )

    def default(self, data: HaplotypeData) -> HaplotypeParams:
        """Return equal frequencies."""
        return HaplotypeParams(np.full(len(data.names), 1 / len(data.names)))

    def start(self, data: HaplotypeData, rng: np.random.Generator) -> HaplotypeParams:
        """Return frequencies drawn uniformly."""
        return HaplotypeParams(rng.dirichlet(np.ones(len(data.names))))

    def e_step(self, data: HaplotypeData, params: HaplotypeParams) -> Expectation[HaplotypeCounts]:
        """Return the expected copies of each haplotype, and log P(x; θ)."""
        return expect(data, params)

    def m_step(self, data: HaplotypeData, counts: HaplotypeCounts) -> HaplotypeParams:
        """Return p_h = expected copies of h / (2 × people)."""
        return update(data, counts)

    def q(self, data: HaplotypeData, counts: HaplotypeCounts, params: HaplotypeParams) -> float:
        """Return Σ_h copies_h log p_h + (people with two different haplotypes) × log 2."""
        return expected_log(counts, params)

    def objectives(self, data: HaplotypeData, params: HaplotypeParams) -> Array:
        """Return log P(x; θ), shape (B,), at many θ at once."""
        return heights(data, params)

    def called(self, data: HaplotypeData, row: int) -> str:
        """Return the genotype of a row."""
        return f"genotype {data.written(int(data.which[row])).replace(', ', ' ')}"

    def posterior(self, data: HaplotypeData, params: HaplotypeParams, rows: Rows) -> Array:
        """Return the probability of each row's own phases, shape (len(rows), most phases of any row)."""
        shares = row_shares(data, params, rows)
        return np.pad(shares, ((0, 0), (0, int(data.sizes.max()) - shares.shape[1])))

    def answers(self, data: HaplotypeData, params: HaplotypeParams, rows: Rows) -> Sequence[Answer]:
        """Return the likeliest phases, such as AB / ab."""
        pairs, shares, _ = ranked_pairs(data, row_shares(data, params, rows), rows, MOST_NAMED)
        return tuple(
            Answer(
                tuple(data.pair_name(pair) for pair in line if pair >= 0),
                tuple(share for pair, share in zip(line, own, strict=True) if pair >= 0),
            )
            for line, own in zip(pairs.tolist(), shares.tolist(), strict=True)
        )

    def complete(self, data: HaplotypeData, params: HaplotypeParams) -> HaplotypeCounts:
        """Return the counts if everyone has the likeliest phase of their genotype, the first of equals."""
        return likeliest(data, params)

    def labelled(self, data: HaplotypeData) -> HaplotypeCounts | None:
        """Return the counts of the true phases, where all are known."""
        return data.labelled

    def simulate(self, params: HaplotypeParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` people with two random haplotypes each, and their phase.

        H frequencies belong to the first H haplotypes of the fewest SNPs that have as many: four are AB, Ab,
        aB, ab.
        """
        many = len(params.frequency)
        loci = max(1, (many - 1).bit_length())
        alleles = [(chr(ord("A") + place), chr(ord("a") + place)) for place in range(loci)]
        names = text_array(["".join(name) for name in islice(product(*alleles), many)])
        both = draws.in_blocks(
            size, lambda rows: np.sort(rng.choice(many, (len(rows), 2), p=params.frequency)), 2
        )
        columns = {}
        for place, (one, other) in enumerate(alleles):
            # Each haplotype's digit of this SNP; their sum is the number of copies of the second allele.
            copies = (both >> (loci - 1 - place) & 1).sum(axis=1)
            genotypes = (f"{one}/{one}", f"{one}/{other}", f"{other}/{other}")
            columns[f"snp{place + 1}"] = draws.named(genotypes, copies)
        columns["phase"] = draws.in_blocks(
            size, lambda rows: np.strings.add(np.strings.add(names[both[rows, 0]], "|"), names[both[rows, 1]])
        )
        return Table.from_columns(columns)

    def remark(self, data: HaplotypeData, params: HaplotypeParams) -> str | None:
        """Return a sentence on the saddle at which all open phases are equally probable and EM is at rest."""
        open_pairs = np.flatnonzero(np.repeat((data.sizes > 1) & (data.times > 0), data.sizes))
        if not len(open_pairs) or not _at_rest(data, params):
            return None
        chances = pair_chances(data, params.frequency)
        most, least = (side.reduceat(chances, data.starts) for side in (np.maximum, np.minimum))
        if np.any((most - least > STILL)[data.times > 0]):
            return None
        # If a small push towards any one phase raises log P, this is a saddle and not a maximum.
        some = open_pairs[:PUSHES]
        pushed = np.tile((1 - 2 * PUSH) * params.frequency, (len(some), 1))
        for side in (data.first, data.second):
            np.add.at(pushed, (np.arange(len(some)), side[some]), PUSH)
        here = expect(data, params).objective
        if heights(data, HaplotypeParams(pushed)).max() <= here + 1e-9 * max(1.0, abs(here)):
            return None
        return "a saddle: all phases are equally probable here, so EM does not move; change a frequency"

    def count_table(self, data: HaplotypeData, state: HaplotypeRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b, with the likeliest phases of each row."""
        return HaplotypeLedger(self, data, state, len(data.which)).table(rows)

    def views(self, data: HaplotypeData, state: HaplotypeRound, look: HaplotypeLook) -> Sequence[View]:
        """Return the likelihood in p_AB for two SNPs, frequencies, expected copies, and the landscape."""
        climbs = CLIMBS if len(data.names) <= MOST_AXES else 0
        starts = [self.start(data, np.random.default_rng(seed)) for seed in range(climbs)]
        return tuple(pictures(data, state, look, [self.default(data), *starts]))

    def use(
        self, key: str, data: HaplotypeData, params: HaplotypeParams, rng: np.random.Generator
    ) -> Iterator[Finding[HaplotypeParams]]:
        """Yield the findings of the LD test, block by block.

        Raises
        ------
        ParameterError
            For an unknown tool, or if there are no two loci to test.
        """
        if key != LD_TEST.key:
            raise ParameterError(f"{self.key} has no tool {key!r}; it has {LD_TEST.key}")
        return ld_test(data, rng)


def _at_rest(data: HaplotypeData, params: HaplotypeParams) -> bool:
    after = update(data, expect(data, params).counts).frequency
    return bool(np.abs(after - params.frequency).max() <= STILL)


MODEL = Haplotypes()
