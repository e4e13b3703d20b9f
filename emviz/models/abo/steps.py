"""The genotypes of the ABO phenotypes, and the two steps of gene counting."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from emviz.em.families.categories import Categories
from emviz.em.model import Round
from emviz.em.numerics import Array, xlogy

ALLELES = ("A", "B", "O")
PHENOTYPES = ("A", "B", "AB", "O")
GENOTYPES = ("AA", "AO", "BB", "BO", "AB", "OO")
#: The genotypes of each phenotype.
BEHIND = ((0, 1), (2, 3), (4,), (5,))
#: How often each genotype has each allele, shape (6, 3).
GENES = np.array([[genotype.count(allele) for allele in ALLELES] for genotype in GENOTYPES], dtype=np.float64)
#: Ways in which a child gets each genotype: AO has A from the father and O from the mother, or vice versa.
WAYS = np.array([2.0 if len(set(genotype)) == 2 else 1.0 for genotype in GENOTYPES])
#: Colours of the genotypes: that of the allele for two equal alleles, others for the mixed ones.
COLOURS = (0, 3, 1, 4, 5, 2)


class AboParams(NamedTuple):
    """The frequencies of the alleles A, B and O; shape (3,)."""

    allele: Array


class AboCounts(NamedTuple):
    """Expected people of each genotype, AA AO BB BO AB OO; shape (6,)."""

    genotypes: Array


AboRound: TypeAlias = Round[AboParams, AboCounts]


def split(data: Categories, params: AboParams) -> AboCounts:
    """Return the expected people of each genotype, n_AA = n_A p_A / (p_A + 2 p_O)."""
    return AboCounts(data.total @ shares(params.allele))


def frequencies(counts: AboCounts) -> AboParams:
    """Return the genes of each kind over all genes, p_A = (2 n_AA + n_AO + n_AB) / 2n."""
    genes = counts.genotypes @ GENES
    return AboParams(genes / genes.sum())


def heights(data: Categories, allele: Array) -> Array:
    """Return log P(x; p) of the four counts, shape (...), at frequencies of shape (..., 3)."""
    a, b, o = np.moveaxis(allele, -1, 0)
    # log p (p + 2r) as a sum of logarithms: p² underflows long before p does.
    factors = np.stack([a, a + 2 * o, b, b + 2 * o, a, 2 * b, o, o], axis=-1)
    return np.asarray(data.orders + xlogy(np.repeat(data.total, 2), factors).sum(axis=-1))


def shares(allele: Array) -> Array:
    """Return P(genotype | phenotype; p), shape (4, 6)."""
    found = np.zeros((len(PHENOTYPES), len(GENOTYPES)))
    found[(2, 3), (4, 5)] = 1.0
    for phenotype in (0, 1):
        whole = allele[phenotype] + 2 * allele[2]
        # 0/0 if the phenotype is impossible; either genotype will do, since nobody has it.
        alone = allele[phenotype] / whole if whole > 0 else 1.0
        found[phenotype, 2 * phenotype : 2 * phenotype + 2] = alone, 1 - alone
    return found


def likeliest(data: Categories, params: AboParams) -> AboCounts:
    """Return the counts if each phenotype goes whole to its likeliest genotype, the first of equals."""
    return AboCounts(data.total @ np.eye(len(GENOTYPES))[shares(params.allele).argmax(axis=-1)])


def fit_of(data: Categories, counts: AboCounts, params: AboParams) -> float:
    """Return Σ over genotypes of people × log P(genotype; p), plus the log multinomial coefficient."""
    people, genes = counts.genotypes, counts.genotypes @ GENES
    return float(xlogy(genes, params.allele).sum() + people @ np.log(WAYS) + data.orders)


def chances(allele: Array) -> Array:
    """Return the probability of each phenotype in random mating, shape (4,)."""
    a, b, o = allele
    return np.array([a * (a + 2 * o), b * (b + 2 * o), 2 * a * b, o * o])


def genotype_logs(allele: Array) -> Array:
    """Return log P(genotype; p) in random mating, shape (6,)."""
    return np.asarray(xlogy(GENES, allele).sum(axis=-1) + np.log(WAYS))
