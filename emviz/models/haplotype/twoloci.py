"""Two loci at a time: how much the likelihood gains when their alleles may depend on each other.

Only people heterozygous at both loci leave the phase open, and each of them has two phases. All else of a
table of genotype × genotype is known copies of haplotypes, so many tables are estimated in one array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array, xlogy
from emviz.models.haplotype.data import HaplotypeData, Ints

#: A climb has come to rest where no frequency moves by more than this; the most iterations it may take.
STILL, ITERATIONS = 1e-10, 1000
#: How near the ends of the legal range the climbs start, as a fraction of it.
INSIDE = 1e-3


@dataclass(frozen=True, eq=False)
class TwoLoci:
    """The genotypes of people at two loci where both are known in full.

    Parameters
    ----------
    loci : pair of str
        Their names.
    left_out : float
        People with a missing allele, who do not count.
    rows, columns : Array, shapes (R,), (S,)
        How many people have each genotype of the first and of the second locus.
    table : Array, shape (R, S)
        How many have each combination.
    one, other : Array, shapes (K,), (M,)
        The allele frequencies.
    certain : Array, shape (R·S, K·M)
        The copies of each haplotype that each combination gives for sure.
    open_cells : integer array, shape (A,)
        The combinations that leave the phase open.
    phases : integer array, shape (2, 2, A)
        Their two phases of two haplotypes each.
    """

    loci: tuple[str, str]
    left_out: float
    rows: Array
    columns: Array
    table: Array
    one: Array
    other: Array
    certain: Array
    open_cells: Ints
    phases: Ints

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
    """Return the people at two of the loci; alleles that none of them has are left out."""
    known = np.all(data.genotypes[:, list(places)] >= 0, axis=(1, 2)) & (data.times > 0)
    times = data.times[known]
    sides = [_side(data.genotypes[known, place], times) for place in places]
    (pairs, which, one), (others, column, other) = sides
    table = np.zeros((len(pairs), len(others)))
    np.add.at(table, (which, column), times)
    certain, open_cells, phases = _phases(pairs, others, len(one), len(other))
    return TwoLoci(
        (data.loci[places[0]], data.loci[places[1]]),
        data.total - float(times.sum()),
        table.sum(axis=1),
        table.sum(axis=0),
        table,
        one,
        other,
        certain,
        open_cells,
        phases,
    )


def _side(pairs: Ints, times: Array) -> tuple[Ints, Ints, Array]:
    """Return the genotypes of a locus, that of each entry, and the allele frequencies."""
    present, alleles = np.unique(pairs, return_inverse=True)
    distinct, which = np.unique(alleles.reshape(pairs.shape), axis=0, return_inverse=True)
    copies = np.bincount(alleles.ravel(), np.repeat(times, 2), len(present))
    return distinct, which.ravel(), copies / (2 * times.sum())


def _phases(pairs: Ints, others: Ints, alleles: int, more: int) -> tuple[Array, Ints, Ints]:
    """Return certain copies, open combinations and their phases, as `TwoLoci` has them."""
    a, b = (np.repeat(pairs[:, side], len(others)) for side in (0, 1))
    c, d = (np.tile(others[:, side], len(pairs)) for side in (0, 1))
    both = np.array([[a * more + c, b * more + d], [a * more + d, b * more + c]])
    unsure = (a != b) & (c != d)
    certain = np.zeros((len(a), alleles * more))
    for side in both[0]:
        np.add.at(certain, (np.arange(len(a)), side), ~unsure)
    return certain, np.flatnonzero(unsure), both[:, :, unsure]


def evidence(people: TwoLoci, copies: Array, open_people: Array, frequency: Array) -> Array:
    """Return log P up to a constant of the table, shape (B,).

    Parameters
    ----------
    copies : Array, shape (B, K·M)
        Certain copies of each haplotype.
    open_people : Array, shape (B, A)
        People of each open combination.
    frequency : Array, shape (B, K·M)
    """
    certain = xlogy(copies, frequency).sum(axis=-1)
    return np.asarray(certain + xlogy(open_people, _weights(people, frequency).sum(axis=0)).sum(axis=-1))


def climb(people: TwoLoci, copies: Array, open_people: Array, frequency: Array, still: float) -> Array:
    """Return where EM comes to rest from frequencies of shape (B, K·M), for B tables at once.

    Most open combinations of a table are empty where there are many alleles, so those with people in them
    are taken one after the other, whichever table they belong to.
    """
    found, size = frequency.copy(), copies.shape[1]
    going, (line, cell) = np.arange(len(found)), np.nonzero(open_people)
    held, phases = open_people[line, cell], people.phases[:, :, cell]
    for _ in range(ITERATIONS):
        before = found[going]
        after = _iteration(people, copies[going], held, phases + size * line, before)
        found[going] = after
        moving = np.abs(after - before).max(axis=-1) > still
        if not moving.any():
            break
        if not moving.all():
            kept = moving[line]
            line, held, phases = (np.cumsum(moving) - 1)[line[kept]], held[kept], phases[:, :, kept]
            going = going[moving]
    return found


def _iteration(people: TwoLoci, copies: Array, held: Array, places: Ints, frequency: Array) -> Array:
    """Return the next frequencies; `places` are those of the phases, (2, 2, E), of E combinations in all."""
    weights = frequency.ravel()[places].prod(axis=1)
    both = weights.sum(axis=0)
    shares = np.divide(weights, both, out=np.full_like(weights, 0.5), where=both > 0)
    expected = np.broadcast_to((held * shares)[:, None], places.shape)
    summed = np.bincount(places.ravel(), expected.ravel(), copies.size).reshape(copies.shape)
    return np.asarray((copies + summed) / (2 * people.people))


def _weights(people: TwoLoci, frequency: Array) -> Array:
    """Return p_h p_k of both phases of the open combinations, shape (2, B, A)."""
    return np.stack([frequency[:, h] * frequency[:, k] for h, k in people.phases])


def optima(people: TwoLoci, tables: Array, still: float = STILL) -> tuple[Array, Array]:
    """Return the best frequencies, shape (B, K·M), and LR = 2 (L1 − L0), shape (B,), of tables in one array.

    Each is climbed from linkage equilibrium and from near both Fréchet bounds, the most and the least that
    the alleles can go together: for two alleles each, EM moves along one line, so these climbs end at all
    the optima there are.

    Parameters
    ----------
    tables : Array, shape (B, R, S)
        Tables with the margins of `people`.
    still : float
        A climb has come to rest where no frequency moves by more than this.
    """
    cells = tables.reshape(len(tables), -1)
    known, openly = cells @ people.certain, cells[:, people.open_cells]
    distinct, which = np.unique(np.hstack([known, openly]), axis=0, return_inverse=True)
    copies, open_people = np.split(distinct, [known.shape[1]], axis=1)
    starts = _starts(people)
    many = (np.tile(copies, (len(starts), 1)), np.tile(open_people, (len(starts), 1)))
    ends = climb(people, *many, np.repeat(starts, len(distinct), axis=0), still)
    tops = evidence(people, *many, ends).reshape(len(starts), -1)
    best = tops.argmax(axis=0), np.arange(len(distinct))
    floor = evidence(people, copies, open_people, np.tile(people.independent, (len(distinct), 1)))
    ratio = np.maximum(0.0, 2 * (tops[best] - floor))
    return ends.reshape(len(starts), len(distinct), -1)[best][which.ravel()], ratio[which.ravel()]


def _starts(people: TwoLoci) -> Array:
    """Return where to climb from, shape (3, K·M)."""
    independent = people.independent
    cumulative = [np.cumsum(side) for side in (people.one, people.other)]
    most = np.minimum.outer(*cumulative)
    least = np.maximum(0.0, np.add.outer(*cumulative) - 1)
    ends = (_density(corner) for corner in (least, most))
    low, high = (INSIDE * independent + (1 - INSIDE) * end for end in ends)
    return np.stack([low, independent, high])


def _density(cumulative: Array) -> Array:
    """Return the probabilities of a joint distribution function, shape (K·M,)."""
    padded = np.pad(cumulative, ((1, 0), (1, 0)))
    return np.maximum(0.0, np.diff(np.diff(padded, axis=0), axis=1)).ravel()


def drawn_tables(people: TwoLoci, many: int, rng: np.random.Generator) -> Array:
    """Return tables as they come when the second locus is permuted among the people, shape (many, R, S).

    The table of a random permutation is multivariate hypergeometric given its margins, so it is drawn cell
    by cell at a cost that does not depend on the number of people.
    """
    rows, columns = (side.astype(np.int64) for side in (people.rows, people.columns))
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


def disequilibrium(people: TwoLoci, frequency: Array) -> tuple[float, float]:
    """Return D = p_AB − p_A p_B and r² = D² / (p_A p_a p_B p_b), for two alleles at either locus."""
    gap = float(frequency[0] - people.independent[0])
    return gap, gap**2 / float(np.prod(people.one) * np.prod(people.other))
