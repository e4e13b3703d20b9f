"""The count table of the ABO model: its columns, and the derivation of each share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import base, given, people_line, result
from emviz.em.counts.sharing import Sharing
from emviz.em.counts.table import Group, Line, Tag, Update
from emviz.em.families.categoricals import row_lines
from emviz.em.families.categories import Categories
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.abo.steps import (
    ALLELES,
    BEHIND,
    COLOURS,
    GENES,
    GENOTYPES,
    PHENOTYPES,
    WAYS,
    AboCounts,
    AboParams,
    genotype_logs,
)


class AboLedger(Sharing[Categories, AboParams, AboCounts]):
    """People of each phenotype shared between its genotypes, and their genes."""

    kind = "genotype"
    heading: ClassVar[str] = "phenotype"
    completions: ClassVar[tuple[Tag, ...]] = tuple(map(Tag, GENOTYPES, COLOURS))
    each: ClassVar[tuple[str, ...]] = ("genes",)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The genes of each allele."""
        return tuple(Group(f"allele {name}", k, self.each) for k, name in enumerate(ALLELES))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the phenotypes and their people."""
        pairs = zip(self.data.place[rows], self.data.count[rows], strict=True)
        return tuple(f"{PHENOTYPES[place]}: {count:.0f}" for place, count in pairs)

    def amounts(self, rows: Rows) -> Array:
        """Return the genes of all people of a row if they had each genotype."""
        return np.asarray(self.data.count[rows, None, None] * GENES)

    def totals(self, counts: AboCounts) -> Array:
        """Return the genes of each kind."""
        return counts.genotypes @ GENES

    def updates(self, counts: AboCounts, found: AboParams) -> tuple[Update, ...]:
        """Return p = genes of one kind / all genes."""
        return row_lines("p_", ALLELES, range(len(ALLELES)), self.totals(counts), found.allele)

    def denied(self, row: int, place: int) -> Line | None:
        """Return the line on a genotype that the phenotype does not have."""
        phenotype, name = int(self.data.place[row]), GENOTYPES[place]
        if place in BEHIND[phenotype]:
            return None
        words = f"Genotype {name} does not have phenotype {PHENOTYPES[phenotype]}."
        return Line(rf"{self.letter}(\mathrm{{{name}}}) = 0", words)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line: all alleles."""
        return range(len(self.groups))

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the alleles of a genotype."""
        return np.flatnonzero(GENES[place]).tolist()

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the probability of a genotype in random mating, relative to all of its phenotype."""
        behind = BEHIND[self.data.place[row]]
        joint = [self._product(each, places) for each in behind]
        logs = genotype_logs(self.params.allele)[list(behind)].tolist()
        asked = (
            f"E-step: how probable {GENOTYPES[place]} is, against all genotypes of this phenotype (Bayes)."
        )
        return self.bayes(row, place, joint, logs, asked, places)

    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line on the people counted as a genotype."""
        phenotype, name = PHENOTYPES[self.data.place[row]], GENOTYPES[place]
        words = f"So this share of the people with phenotype {phenotype} is counted as {name}."
        return people_line(share, float(self.data.count[row]), places, name, words, self.state.whole)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on the genes of one kind in one row."""
        phenotype = int(self.data.place[row])
        bearers = [place for place in BEHIND[phenotype] if GENES[place, group]]
        if not bearers:
            words = f"Nobody with phenotype {PHENOTYPES[phenotype]} has allele {ALLELES[group]}."
            yield Line(r"0\,\mathrm{genes}", words)
            return
        for place in bearers:
            yield from self.share_lines(row, place, places)
        people = self.shares(np.array([row]))[0] * self.data.count[row]
        whole = self.state.whole
        many = (given(float(people[place]), places, whole) for place in bearers)
        pairs = zip(GENES[bearers, group], many, strict=True)
        terms = [rf"{genes:.0f} \times {each}" for genes, each in pairs]
        total = float(people @ GENES[:, group])
        formula = rf"{' + '.join(terms)} {result(total, places, whole)}\,\mathrm{{genes}}"
        yield Line(formula, f"The genes {ALLELES[group]} of a genotype, times its people.")

    def _product(self, place: int, places: int) -> str:
        """Return P(genotype) as LaTeX, with the frequencies put in."""
        alleles = (float(self.params.allele[ALLELES.index(each)]) for each in GENOTYPES[place])
        first, second = (given(allele, places + 1) for allele in alleles)
        return f"{base(first)}^{{2}}" if WAYS[place] == 1 else rf"2 \cdot {first} \cdot {second}"
