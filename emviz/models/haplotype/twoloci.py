"""Two loci at a time: the gain of the likelihood if their alleles may depend on each other.

Only people heterozygous at both loci have an open phase, with two possibilities. The rest of a table of
genotype × genotype is certain copies of haplotypes, so many tables can be estimated in one array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.models.haplotype.climbing import Known, climb, evidence
from emviz.models.haplotype.data import HaplotypeData, Ints

#: A climb has converged when no frequency moves by more than this.
STILL = 1e-10
#: Distance of the starts from the ends of the legal range, as a fraction of it.
INSIDE = 1e-3


@dataclass(frozen=True, eq=False)
class TwoLoci:
    """The genotypes of the people for whom two loci are known in full.

    Parameters
    ----------
    loci : pair of str
        Their names.
    left_out : float
        People with a missing allele, who are not counted.
    rows, columns : Array, shapes (R,), (S,)
        The people with each genotype of the first and of the second locus.
    table : Array, shape (R, S)
        The people with each combination.
    one, other : Array, shapes (K,), (M,)
        The allele frequencies.
    phases : integer array, shape (2, 2, R·S)
        The two phases of each combination, of two haplotypes each; equal unless the phase is open.
    open : boolean array, shape (R·S,)
        Whether a combination leaves the phase open.
    """

    loci: tuple[str, str]
    left_out: float
    rows: Array
    columns: Array
    table: Array
    one: Array
    other: Array
    phases: Ints
    open: NDArray[np.bool_]

    @property
    def people(self) -> float:
        """The number of people."""
        return float(self.table.sum())

    @property
    def freedom(self) -> int:
        """The degrees of freedom that linkage disequilibrium adds."""
        return max(0, len(self.one) - 1) * max(0, len(self.other) - 1)

    @property
    def independent(self) -> Array:
        """The frequencies under H0, products of allele frequencies, shape (K·M,)."""
        return np.outer(self.one, self.other).ravel()


def two_loci(data: HaplotypeData, places: tuple[int, int]) -> TwoLoci:
    """Return the people at two of the loci, without alleles that none of them has."""
    known = np.all(data.genotypes[:, list(places)] >= 0, axis=(1, 2)) & (data.times > 0)
    times = data.times[known]
    sides = [_side(data.genotypes[known, place], times) for place in places]
    (pairs, which, one), (others, column, other) = sides
    table = np.zeros((len(pairs), len(others)))
    # Genotypes that differ at other loci fall into one combination; `+=` would add one of them.
    np.add.at(table, (which, column), times)
    return TwoLoci(
        (data.loci[places[0]], data.loci[places[1]]),
        data.total - float(times.sum()),
        table.sum(axis=1),
        table.sum(axis=0),
        table,
        one,
        other,
        *_phases(pairs, others, len(other)),
    )


def _side(pairs: Ints, times: Array) -> tuple[Ints, Ints, Array]:
    """Return the genotypes of a locus, that of each entry, and the allele frequencies."""
    present, alleles = np.unique(pairs, return_inverse=True)
    distinct, which = np.unique(alleles.reshape(pairs.shape), axis=0, return_inverse=True)
    copies = np.bincount(alleles.ravel(), np.repeat(times, 2), len(present))
    return distinct, which.ravel(), copies / (2 * times.sum())


def _phases(pairs: Ints, others: Ints, more: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the phases of all combinations, and which are open."""
    a, b = (np.repeat(pairs[:, side], len(others)) for side in (0, 1))
    c, d = (np.tile(others[:, side], len(pairs)) for side in (0, 1))
    both = np.array([[a * more + c, b * more + d], [a * more + d, b * more + c]])
    return both, (a != b) & (c != d)


def optima(people: TwoLoci, tables: Array, still: float = STILL) -> tuple[Array, Array]:
    """Return the best frequencies, shape (B, K·M), and LR = 2 (L1 − L0), shape (B,), of tables in one array.

    Each is climbed from linkage equilibrium and from near both Fréchet bounds, the strongest positive and
    negative association that the margins allow. With two alleles each, EM moves along one line, so these
    climbs reach all optima.

    Parameters
    ----------
    tables : Array, shape (B, R, S)
        Tables with the margins of `people`.
    still : float
        A climb has converged when no frequency moves by more than this.
    """
    cells, which = _distinct(people, tables.reshape(len(tables), -1))
    known, starts, all_of_them = known_of(people, cells), _starts(people), np.arange(len(cells))
    begun = np.repeat(starts, len(cells), axis=0)
    ends = climb(known, np.tile(all_of_them, len(starts)), begun, still).reshape(len(starts), len(cells), -1)
    tops = np.array([evidence(known, end) for end in ends])
    best = tops.argmax(axis=0), all_of_them
    floor = evidence(known, np.tile(people.independent, (len(cells), 1)))
    # One climb began at the floor, so only rounding can leave the best of them below it.
    ratio = np.maximum(0.0, 2 * (tops[best] - floor))
    return ends[best][which], ratio[which]


def known_of(people: TwoLoci, cells: Array) -> Known:
    """Return the certain copies and open phases of tables, given as combinations of shape (B, R·S)."""
    line, cell = np.nonzero(cells)
    held, unsure = cells[line, cell], people.open[cell]
    size = len(people.independent)
    sure = (line * size + people.phases[0][:, cell])[:, ~unsure]
    copies = np.bincount(sure.ravel(), np.tile(held[~unsure], 2), len(cells) * size).astype(np.float64)
    taken = line[unsure], people.phases[:, :, cell[unsure]].reshape(4, -1), held[unsure]
    return Known(copies.reshape(-1, size), *taken)


def _distinct(people: TwoLoci, cells: Array) -> tuple[Array, Ints]:
    """Return tables that differ for EM, and the place among them of each one.

    Large tables are not compared, since hardly any two of them would be equal.
    """
    if cells.shape[1] > len(cells):
        return cells, np.arange(len(cells))
    same = known_of(people, cells).copies, cells[:, people.open]
    _, first, which = np.unique(np.hstack(same), axis=0, return_index=True, return_inverse=True)
    return cells[first], which.ravel()


def _starts(people: TwoLoci) -> Array:
    """Return the starts of the climbs, shape (3, K·M)."""
    independent = people.independent
    cumulative = [np.cumsum(side) for side in (people.one, people.other)]
    most = np.minimum.outer(*cumulative)
    least = np.maximum(0.0, np.add.outer(*cumulative) - 1)
    ends = (_density(corner) for corner in (least, most))
    # Not at the bounds themselves: there some frequencies are 0, and EM would leave them so.
    low, high = (INSIDE * independent + (1 - INSIDE) * end for end in ends)
    return np.stack([low, independent, high])


def _density(cumulative: Array) -> Array:
    """Return the probabilities of a joint distribution function, shape (K·M,)."""
    padded = np.pad(cumulative, ((1, 0), (1, 0)))
    # Differences of cumulative sums, which rounding may leave below 0.
    return np.maximum(0.0, np.diff(np.diff(padded, axis=0), axis=1)).ravel()


def drawn_tables(people: TwoLoci, many: int, rng: np.random.Generator) -> Array:
    """Return tables of random permutations of the second locus among the people, shape (many, R, S).

    Given its margins, such a table is multivariate hypergeometric. With fewer combinations than people it is
    drawn cell by cell, at a cost that does not depend on the number of people.
    """
    rows, columns = (side.astype(np.int64) for side in (people.rows, people.columns))
    if people.people < people.table.size:
        return _shuffled(rows, columns, many, rng)
    left = np.tile(columns, (many, 1))
    tables = np.zeros((many, len(rows), len(columns)), dtype=np.int64)
    for i, size in enumerate(rows[:-1]):
        need = np.full(many, size)
        behind = left.sum(axis=1)
        for j in range(len(columns) - 1):
            behind = behind - left[:, j]
            tables[:, i, j] = rng.hypergeometric(left[:, j], behind, need)
            need = need - tables[:, i, j]
        tables[:, i, -1] = need
        left = left - tables[:, i]
    tables[:, -1] = left
    return tables.astype(np.float64)


def _shuffled(rows: Ints, columns: Ints, many: int, rng: np.random.Generator) -> Array:
    """Return such tables by shuffling the genotypes of the second locus among the people."""
    one, other = (np.repeat(np.arange(len(side)), side) for side in (rows, columns))
    drawn = rng.permuted(np.tile(other, (many, 1)), axis=1)
    places = (np.arange(many)[:, None] * len(rows) + one) * len(columns) + drawn
    shape = (many, len(rows), len(columns))
    return np.bincount(places.ravel(), minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def disequilibrium(people: TwoLoci, frequency: Array) -> tuple[float, float]:
    """Return D = p_AB − p_A p_B and r² = D² / (p_A p_a p_B p_b), for two alleles at each locus."""
    gap = float(frequency[0] - people.independent[0])
    return gap, gap**2 / float(np.prod(people.one) * np.prod(people.other))
