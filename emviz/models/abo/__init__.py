"""ABO blood groups: allele frequencies from phenotypes, by gene counting.

The alleles A and B are dominant over O, so phenotype A is genotype AA or AO, and B is BB or BO. In random
mating L(p) = n_A log(p_A² + 2 p_A p_O) + n_B log(p_B² + 2 p_B p_O) + n_AB log 2 p_A p_B + n_O log p_O² +
log n!/(n_A! n_B! n_AB! n_O!), the multinomial probability of the four counts (Ceppellini, Siniscalco & Smith,
Annals of Human Genetics 20:97 (1955)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import COUNTS, Layout
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Simplex
from emviz.em.families.categories import Categories, categorised
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.models.abo import layouts, steps
from emviz.models.abo.pictures import phenotypes, ternary
from emviz.models.abo.steps import ALLELES, BEHIND, GENOTYPES, PHENOTYPES, AboCounts, AboParams, AboRound
from emviz.models.abo.table import AboLedger


@dataclass(frozen=True)
class Abo(Model[Categories, AboParams, AboCounts]):
    """Three alleles behind four phenotypes."""

    key = "abo"
    title = "ABO blood groups"
    description = (
        "Each row is a blood group with its number of people, or one person if there is no count. Observed: "
        "the phenotypes A, B, AB and O. Hidden: the genotypes, since A may be AA or AO, and B may be BB or "
        "BO. θ is the frequency of each allele. Watch how each phenotype is split into its genotypes, and "
        "how counting their genes moves the frequencies to the maximum in the triangle within a few "
        "iterations. log P is that of the four counts (multinomial)."
    )
    words = Words(
        "phenotype",
        "phenotypes",
        "genotype",
        "genotypes",
        "which genotype is behind each phenotype",
        "Which genotypes are behind this phenotype?",
        shared="Each phenotype was shared between its genotypes",
    )
    columns = (
        ColumnSpec(
            "phenotype",
            "the blood group: A, B, AB or O",
            synonyms=("blood group", "group", "blood type", "type", "abo", "blood", "blutgruppe", "phänotyp"),
        ),
        ColumnSpec(
            "count",
            "the number of people; without it each row is one person",
            False,
            synonyms=(*COUNTS, "people", "persons", "personen"),
        ),
    )
    examples = (
        Example(
            "textbook",
            "435 people, a textbook example",
            "abo_textbook.csv",
            "textbook example of gene counting, 435 people",
        ),
        Example(
            "clarke1959",
            "521 people, Clarke et al. 1959",
            "abo_clarke1959.csv",
            "Clarke et al. 1959, as quoted by Lange",
        ),
        Example(
            "simulated",
            "1,000 people (simulated)",
            "abo_simulated.csv",
            "simulated: frequencies 0.25, 0.10, 0.65 of A, B, O, 1,000 people, NumPy default_rng(1955)",
            truth={"allele": (0.25, 0.10, 0.65)},
        ),
    )

    def parse(self, table: Table) -> Categories:
        """Return the people by phenotype; a phenotype may have several rows.

        Raises
        ------
        DataError
            For an unknown phenotype, a count that is not a whole number, or no people at all.
        """
        return categorised(table, "phenotype", PHENOTYPES, "people")

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return how the phenotypes are written, if not as A, B, AB and O."""
        return layouts.layouts(table)

    def parameters(self, data: Categories) -> Sequence[Parameter]:
        """Return the allele frequencies."""
        return (Parameter("allele", Simplex(), "p", (ALLELES,), words="the frequency p_{0}"),)

    def default(self, data: Categories) -> AboParams:
        """Return three equal frequencies."""
        return AboParams(np.full(3, 1 / 3))

    def start(self, data: Categories, rng: np.random.Generator) -> AboParams:
        """Return frequencies of at least .05, with the two decimals that the screen shows."""
        # Two cuts of 85 hundredths leave three parts; 5 more hundredths for each make them add up to 1.
        first, second = np.sort(rng.choice(np.arange(86), 2, replace=False))
        parts = np.array([first, second - first, 85 - second])
        return AboParams((parts + 5) / 100)

    def e_step(self, data: Categories, params: AboParams) -> Expectation[AboCounts]:
        """Return the expected people of each genotype, n_AA = n_A p_A / (p_A + 2 p_O), and log P(x; p)."""
        return Expectation(steps.split(data, params), float(steps.heights(data, params.allele)))

    def m_step(self, data: Categories, counts: AboCounts) -> AboParams:
        """Return the genes of each kind over all genes, p_A = (2 n_AA + n_AO + n_AB) / 2n."""
        return steps.frequencies(counts)

    def q(self, data: Categories, counts: AboCounts, params: AboParams) -> float:
        """Return Σ over genotypes of people × log P(genotype; p), plus the log multinomial coefficient."""
        return steps.fit_of(data, counts, params)

    def objectives(self, data: Categories, params: AboParams) -> Array:
        """Return log P(x; p), shape (B,), at many p at once."""
        return steps.heights(data, params.allele)

    def called(self, data: Categories, row: int) -> str:
        """Return the phenotype of a row."""
        return f"phenotype {PHENOTYPES[data.place[row]]}"

    def posterior(self, data: Categories, params: AboParams, rows: Rows) -> Array:
        """Return the share of each of the six genotypes, shape (len(rows), 6)."""
        return steps.shares(params.allele)[data.place[rows]]

    def answers(self, data: Categories, params: AboParams, rows: Rows) -> Sequence[Answer]:
        """Return the genotypes of each phenotype, the likelier one first."""
        every = zip(steps.shares(params.allele), BEHIND, strict=True)
        found = [_answer(weights, behind) for weights, behind in every]
        return tuple(found[place] for place in data.place[rows].tolist())

    def complete(self, data: Categories, params: AboParams) -> AboCounts:
        """Return the counts if each phenotype goes whole to its likeliest genotype, the first of equals."""
        return steps.likeliest(data, params)

    def simulate(self, params: AboParams, size: int, rng: np.random.Generator) -> Table:
        """Return the four phenotypes of `size` people, without their genotypes."""
        drawn = rng.multinomial(size, steps.chances(params.allele))
        return Table.from_columns({"phenotype": PHENOTYPES, "count": drawn.tolist()})

    def remark(self, data: Categories, params: AboParams) -> str | None:
        """Return a sentence on an allele of frequency 0, which EM never brings back."""
        gone = [name for name, frequency in zip(ALLELES, params.allele, strict=True) if frequency == 0]
        if not gone:
            return None
        return f"the frequency of allele {gone[0]} is 0, so nobody can have it, and EM never brings it back"

    def views(self, data: Categories, state: AboRound, look: Look[AboParams]) -> Sequence[View]:
        """Return the likelihood over the triangle of frequencies, and the genotypes of each phenotype."""
        return ternary(data, state, look), phenotypes(data, state, look)

    def count_table(self, data: Categories, state: AboRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: each phenotype shared between its genotypes, and their genes."""
        return AboLedger(self, data, state, len(data.place)).table(rows)


def _answer(weights: Array, behind: tuple[int, ...]) -> Answer:
    ranked = sorted(behind, key=lambda place: -weights[place])
    return Answer(tuple(f"genotype {GENOTYPES[place]}" for place in ranked), tuple(weights[ranked].tolist()))


MODEL = Abo()
