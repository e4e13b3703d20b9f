"""What ABO data are, the genotypes behind the phenotypes, and the two steps of gene counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.em.model import Round
from emviz.em.numerics import Array, log_orders, xlogy

ALLELES = ("A", "B", "O")
PHENOTYPES = ("A", "B", "AB", "O")
GENOTYPES = ("AA", "AO", "BB", "BO", "AB", "OO")
#: The genotypes of each phenotype.
BEHIND = ((0, 1), (2, 3), (4,), (5,))
#: How often each allele stands in each genotype.
GENES = np.array([[genotype.count(allele) for allele in ALLELES] for genotype in GENOTYPES], dtype=np.float64)
#: Ways in which a child gets each genotype: from father and mother, or the other way round.
WAYS = np.array([2.0 if len(set(genotype)) == 2 else 1.0 for genotype in GENOTYPES])
#: Colours: a genotype of two equal alleles has that of the allele, the mixed ones have their own.
COLOURS = (0, 3, 1, 4, 5, 2)


class AboParams(NamedTuple):
    """The frequencies of the alleles A, B and O; shape (3,)."""

    allele: Array


class AboCounts(NamedTuple):
    """Expected people of each genotype, AA AO BB BO AB OO; shape (6,)."""

    genotypes: Array


@dataclass(frozen=True, eq=False)
class AboData:
    """People by phenotype.

    Parameters
    ----------
    phenotype : integer array, shape (N,)
        The phenotype of each row, its place among A, B, AB, O.
    count : Array, shape (N,)
        The people of each row.
    total : Array, shape (4,)
        The people of each phenotype.
    orders : float
        log n! / Π n_k!, the multinomial coefficient of these counts.
    """

    phenotype: NDArray[np.intp]
    count: Array
    total: Array
    orders: float


AboRound: TypeAlias = Round[AboParams, AboCounts]


def parsed(table: Table) -> AboData:
    """Return the people by phenotype; a phenotype may stand in several rows.

    Raises
    ------
    DataError
        For an unknown phenotype, a count that is no whole number, or no people at all.
    """
    written, count = table.texts("phenotype").tolist(), table.counts_or_ones()
    for row, phenotype in enumerate(written, 1):
        if phenotype.strip() not in PHENOTYPES:
            raise DataError(f"expected a phenotype A, B, AB or O, got '{phenotype}'", row, "phenotype")
    places = np.array([PHENOTYPES.index(phenotype.strip()) for phenotype in written], dtype=np.intp)
    if not count.any():
        raise DataError("there are no people in any of the phenotypes")
    total = np.bincount(places, count, len(PHENOTYPES)).astype(np.float64)
    return AboData(places, count, total, float(log_orders(total)))


def split(data: AboData, params: AboParams) -> AboCounts:
    """Return the expected people of each genotype, n_AA = n_A p_A / (p_A + 2 p_O)."""
    return AboCounts(data.total @ shares(params.allele))


def frequencies(counts: AboCounts) -> AboParams:
    """Return the genes of each kind over all genes, p_A = (2 n_AA + n_AO + n_AB) / 2n."""
    genes = counts.genotypes @ GENES
    return AboParams(genes / genes.sum())


def heights(data: AboData, allele: Array) -> Array:
    """Return log P(x; p) of the four counts, shape (...), at frequencies of shape (..., 3)."""
    a, b, o = np.moveaxis(allele, -1, 0)
    # log p (p + 2r) as a sum of logarithms: p² would vanish long before p does.
    factors = np.stack([a, a + 2 * o, b, b + 2 * o, a, 2 * b, o, o], axis=-1)
    return np.asarray(data.orders + xlogy(np.repeat(data.total, 2), factors).sum(axis=-1))


def shares(allele: Array) -> Array:
    """Return P(genotype | phenotype; p), shape (4, 6)."""
    found = np.zeros((len(PHENOTYPES), len(GENOTYPES)))
    found[(2, 3), (4, 5)] = 1.0
    for phenotype in (0, 1):
        whole = allele[phenotype] + 2 * allele[2]
        # 0/0 where the phenotype is impossible: either genotype will do, as nobody has it.
        alone = allele[phenotype] / whole if whole > 0 else 1.0
        found[phenotype, 2 * phenotype : 2 * phenotype + 2] = alone, 1 - alone
    return found


def likeliest(data: AboData, params: AboParams) -> AboCounts:
    """Return the counts when each phenotype goes whole to its likeliest genotype, the first of equals."""
    return AboCounts(data.total @ np.eye(len(GENOTYPES))[shares(params.allele).argmax(axis=-1)])


def fit_of(data: AboData, counts: AboCounts, params: AboParams) -> float:
    """Return Σ over genotypes of their people times log P(genotype; p), and the orders of the people."""
    people, genes = counts.genotypes, counts.genotypes @ GENES
    return float(xlogy(genes, params.allele).sum() + people @ np.log(WAYS) + data.orders)


def chances(allele: Array) -> Array:
    """Return the probability of each phenotype, shape (4,)."""
    a, b, o = allele
    return np.array([a * (a + 2 * o), b * (b + 2 * o), 2 * a * b, o * o])


def genotype_logs(allele: Array) -> Array:
    """Return log P(genotype; p) in random mating, shape (6,)."""
    return np.asarray(xlogy(GENES, allele).sum(axis=-1) + np.log(WAYS))
