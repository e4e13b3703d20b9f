"""Genotypes of people: read from a table, collapsed, and laid out for the E-step."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table, Texts
from emviz.data.things import some, things
from emviz.em.counts.labels import UNKNOWN, all_known
from emviz.em.numerics import Array, distinct_rows
from emviz.em.symbols import distinct_texts
from emviz.em.work import TOGETHER, check_stop, checked
from emviz.models.haplotype.phases import phase_pairs

#: Columns that are not loci.
OTHERS = ("count", "person", "id", "name", "phase")
#: Marks of an unknown allele in every file.
UNKNOWN_MARKS = ("?", ".")
#: Common marks of a missing genotype among numbers of copies.
MISSING = ("9", "-9", "-1", "99", "-99", "999")
WHOLE = re.compile(r"[012]\.0+")
#: Genotypes as copies of the second allele.
COPIES = {"0": ("0", "0"), "1": ("0", "1"), "2": ("1", "1")}
#: Characters of an allele other than letters and digits, as in HLA-A*02:01.
MARKS = "*:+'"
#: The most pairs of haplotypes of one genotype, the most of all genotypes, and the most haplotypes.
MOST_PAIRS, MOST_TOTAL, MOST_HAPLOTYPES = 10_000, 500_000, 1024
#: The most haplotypes that can be numbered.
MOST_CODES = 2**62

Ints = NDArray[np.intp]


class HaplotypeCounts(NamedTuple):
    """Expected copies of each haplotype, (H,), and expected people with two different ones, ()."""

    copies: Array
    mixed: Array


@dataclass(frozen=True, eq=False)
class HaplotypeData:
    """People with their genotypes, equal ones collapsed, and the pairs of haplotypes that make them up.

    Parameters
    ----------
    loci : tuple of str
        The names of the L loci.
    alleles : tuple of tuple of str
        The alleles of each locus.
    names : tuple of str
        The H haplotypes that are compatible with at least one genotype.
    people : Array, shape (N,)
        The people of each row of the table.
    which : integer array, shape (N,)
        The genotype of each row.
    genotypes : integer array, shape (G, L, 2)
        The distinct genotypes: two sorted alleles at each locus, −1 for an unknown one.
    times : Array, shape (G,)
        The people with each genotype.
    starts, sizes : integer arrays, shape (G,)
        The first pair of each genotype among all P, and the number of its pairs.
    first, second : integer arrays, shape (P,)
        The haplotypes of each pair, with first ≤ second.
    phase : integer array, shape (N,), or None
        The true pair of each row, `UNKNOWN` if it is not known; None if none is.
    labelled : HaplotypeCounts or None
        The counts of the true pairs, if all are known.
    counted : bool
        Whether the table has a column `count`.
    """

    loci: tuple[str, ...]
    alleles: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    people: Array
    which: Ints
    genotypes: Ints
    times: Array
    starts: Ints
    sizes: Ints
    first: Ints
    second: Ints
    phase: Ints | None
    labelled: HaplotypeCounts | None
    counted: bool

    @property
    def total(self) -> float:
        """The number of people."""
        return float(self.times.sum())

    def written(self, genotype: int) -> str:
        """Return a genotype as text: A/a, B/b."""
        loci = zip(self.genotypes[genotype].tolist(), self.alleles, strict=True)
        return ", ".join("/".join("." if a < 0 else names[a] for a in pair) for pair, names in loci)

    def pair_name(self, pair: int) -> str:
        """Return a pair of haplotypes as text: AB / ab."""
        return f"{self.names[self.first[pair]]} / {self.names[self.second[pair]]}"


def counted(data: HaplotypeData, weights: Array) -> HaplotypeCounts:
    """Return the counts if `weights` people, shape (P,), have each pair of haplotypes."""
    size = len(data.names)
    sides = [np.bincount(side, weights, size).astype(np.float64) for side in (data.first, data.second)]
    return HaplotypeCounts(sides[0] + sides[1], np.asarray(weights @ (data.first != data.second)))


def loci_of(table: Table) -> tuple[str, ...]:
    """Return the columns of a table that are loci."""
    return tuple(name for name in table.names if name not in OTHERS)


def parse_people(table: Table) -> HaplotypeData:
    """Return the people of a table.

    Raises
    ------
    DataError
        For a cell that is not a genotype, a count, or a phase of its row; if there are no people, no loci or
        only one haplotype; and if there are too many pairs of haplotypes.
    """
    loci = loci_of(table)
    if not table.rows:
        raise DataError("there are no rows; a person with a genotype is needed")
    if not loci:
        raise DataError(f"a column for each locus is needed; the table has {some(table.names)}")
    people = table.counts("count") if "count" in table else np.ones(table.rows)
    if not people.any():
        raise DataError("there are no people: every count is 0", None, "count")
    read = [_locus(table, name) for name in loci]
    alleles = tuple(names for names, _, _ in read)
    ordered = np.stack([pairs for _, pairs, _ in read], axis=1)
    check_stop()
    rows = np.sort(ordered, axis=-1)
    check_stop()
    seen, which, _ = distinct_rows(rows.reshape(len(rows), -1))
    genotypes = rows[seen]
    check_stop()
    sizes, codes = _pairs(genotypes, alleles, seen)
    kept, pairs = np.unique(codes, return_inverse=True)
    names = _names(kept, alleles)
    first, second = pairs.reshape(codes.shape)
    starts = np.cumsum(sizes) - sizes
    times = np.bincount(which, people, len(genotypes)).astype(np.float64)
    data = HaplotypeData(
        loci, alleles, names, people, which, genotypes, times, starts, sizes, first, second, None, None,
        "count" in table,
    )  # fmt: skip
    check_stop()
    if "phase" in table:
        return _with_phase(data, _told_phase(data, table))
    return _with_phase(data, _written_phase(data, ordered, np.stack([bar for *_, bar in read], axis=1)))


def _locus(table: Table, name: str) -> tuple[tuple[str, ...], Ints, NDArray[np.bool]]:
    """Return the alleles of a locus, the two of each row, −1 if unknown, and which rows are phased.

    Returns
    -------
    tuple of str, integer array of shape (N, 2), boolean array of shape (N,)
        Alleles in the order of the cell, and whether they are separated by a |.
    """
    seen, which = distinct_texts(table.texts(name))
    cells = table.texts(name)[seen]
    missing, codes = table.missing(name), {*table.codes(name), *UNKNOWN_MARKS}
    read: dict[int, tuple[str | None, str | None]] = {}
    for place in range(len(cells)):
        gone, text = bool(missing[seen[place]]), str(cells[place]).strip()
        read[place] = (None, None) if gone else _genotype(text, codes, int(seen[place]) + 1, name)
    known = [place for place in read if not missing[seen[place]]]
    _check_notation([(str(cells[place]).strip(), int(seen[place]) + 1) for place in known], codes, name)
    alleles = sorted(
        {allele for pair in read.values() for allele in pair if allele is not None},
        key=lambda text: (len(text), text),
    )
    if not alleles:
        raise DataError("every genotype is missing here; leave this locus out", None, name)
    number: dict[str | None, int] = {None: -1, **{allele: place for place, allele in enumerate(alleles)}}
    pairs = [[number[allele] for allele in read[place]] for place in range(len(cells))]
    phased = np.array(["|" in cell for cell in cells.tolist()])
    return tuple(alleles), np.array(pairs, dtype=np.intp)[which], phased[which]


def _genotype(text: str, codes: Collection[str], row: int, column: str) -> tuple[str | None, str | None]:
    """Return the two alleles of a cell, None for one whose text is a code for a missing value."""
    if text in UNKNOWN_MARKS:
        return None, None
    if copies_of(text) in COPIES:
        return COPIES[copies_of(text)]
    parts = [part.strip() for part in re.split(r"[/|]", text)]
    if len(parts) != 2 or not all(part and (part.lower() in codes or is_allele(part)) for part in parts):
        way = f"; if that is a missing one, say so (--missing {text})" if text in MISSING else ""
        raise DataError(
            f"expected a genotype such as A/a, or 0, 1 or 2 copies of the second allele, got {text!r}{way}",
            row,
            column,
        )
    one, other = (None if part.lower() in codes else part for part in parts)
    return one, other


def copies_of(text: str) -> str:
    """Return a number of copies as a whole number, 1 for 1.0; any other text as it is."""
    return text[0] if WHOLE.fullmatch(text) else text


def _check_notation(cells: Sequence[tuple[str, int]], codes: Collection[str], column: str) -> None:
    """Refuse numbers of copies among pairs of alleles: a lone 1 beside 1/2 is one allele, not a count.

    Only a 2 among pairs of 0 and 1 must mean two copies.

    Parameters
    ----------
    cells : sequence of (str, int)
        The distinct cells of a column that are not missing, each with its first row.
    codes : collection of str
        Marks of an unknown allele.
    """
    pair = next((cell for cell, _ in cells if re.search(r"[/|]", cell)), None)
    written = {part.strip() for cell, _ in cells if cell not in COPIES for part in re.split(r"[/|]", cell)}
    plain = all(part in ("0", "1") or part.lower() in codes for part in written)
    alone = next(((cell, row) for cell, row in cells if cell in COPIES and not (plain and cell == "2")), None)
    if pair is not None and alone is not None:
        cell, row = alone
        raise DataError(
            f"{cell!r} is among genotypes such as {pair}: write two alleles, {cell}/. if one is not known; "
            "leave out people with only one copy, which has no phase",
            row,
            column,
        )


def is_allele(text: str) -> bool:
    """Return whether a text may name an allele."""
    return bool(text) and all(letter.isalnum() or letter in MARKS for letter in text)


def _pairs(genotypes: Ints, alleles: Sequence[Sequence[str]], seen: Ints) -> tuple[Ints, Ints]:
    """Return the number of pairs of each genotype, shape (G,), and the codes of all pairs, shape (2, P)."""
    numbers = [len(names) for names in alleles]
    if math.prod(numbers) > MOST_CODES:
        raise DataError(
            f"{len(numbers)} loci with these alleles have more haplotypes than can be numbered; "
            "leave out some loci"
        )
    found: dict[int, Ints] = {}
    total = 0
    for place in checked(np.argsort(seen).tolist(), TOGETHER):
        genotype, row = [(a, b) for a, b in genotypes[place].tolist()], int(seen[place]) + 1
        size, pairs = phase_pairs(genotype, numbers, MOST_PAIRS)
        total += size
        if pairs is None:
            loci = sum(a != b or a < 0 for a, b in genotype)
            raise DataError(
                f"{things(loci, 'locus is', 'loci are')} heterozygous or missing here, which leaves "
                f"{size:,} pairs of haplotypes; at most {MOST_PAIRS:,} can be followed: leave out some loci",
                row,
            )
        if total > MOST_TOTAL:
            raise DataError(
                f"up to this row there are {total:,} pairs of haplotypes to weigh; "
                f"at most {MOST_TOTAL:,} can be followed: leave out some loci",
                row,
            )
        found[place] = pairs
    ordered = [found[place] for place in range(len(found))]
    return np.array([pairs.shape[1] for pairs in ordered]), np.concatenate(ordered, axis=1)


def _names(codes: Ints, alleles: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the haplotypes of these codes as text: AB, or with longer alleles A1-B2."""
    if len(codes) > MOST_HAPLOTYPES:
        raise DataError(
            f"these genotypes allow {len(codes):,} haplotypes; at most {MOST_HAPLOTYPES:,} can be followed: "
            "leave out some loci"
        )
    if len(codes) == 1:
        raise DataError("all people have the same single haplotype, so there is nothing to estimate")
    places = np.unravel_index(codes, [len(names) for names in alleles])
    return tuple(_joined(alleles, own) for own in zip(*(along.tolist() for along in places), strict=True))


def _joined(alleles: Sequence[Sequence[str]], own: Sequence[int]) -> str:
    joint = "" if all(len(allele) == 1 for names in alleles for allele in names) else "-"
    return joint.join(names[a] for names, a in zip(alleles, own, strict=True))


def _with_phase(data: HaplotypeData, phase: Ints) -> HaplotypeData:
    """Return the data with the true pairs, shape (N,), and their counts if every row has one."""
    if np.all(phase == UNKNOWN):
        return data
    if not all_known(phase):
        return replace(data, phase=phase)
    labelled = counted(data, np.bincount(phase, data.people, len(data.first)).astype(np.float64))
    return replace(data, phase=phase, labelled=labelled)


def _told_phase(data: HaplotypeData, table: Table) -> Ints:
    """Return the pair of each row from the column of phases, shape (N,)."""
    texts, known = table.texts("phase"), np.flatnonzero(~table.missing("phase"))
    phase = np.full(table.rows, UNKNOWN)
    if not len(known):
        return phase
    _, cell = distinct_texts(texts[known])
    seen, which, _ = distinct_rows(np.stack([cell, data.which[known]], axis=1))
    place = {name: h for h, name in enumerate(data.names)}
    found = np.empty(len(seen), dtype=np.intp)
    for at in checked(np.argsort(seen).tolist(), TOGETHER):
        found[at] = _true_pair(data, texts, int(known[seen[at]]), place)
    phase[known] = found[which]
    return phase


def _true_pair(data: HaplotypeData, texts: Texts, row: int, place: dict[str, int]) -> int:
    text, genotype = str(texts[row]), int(data.which[row])
    both = [place.get(part.strip(), UNKNOWN) for part in re.split(r"[/|]", text)]
    pair = _pair_of(data, genotype, both) if len(both) == 2 else UNKNOWN
    if pair != UNKNOWN:
        return pair
    example = data.pair_name(int(data.starts[genotype])).replace(" / ", "|")
    raise DataError(
        f"expected two haplotypes that make up {data.written(genotype)}, such as {example}, got {text!r}",
        row + 1,
        "phase",
    )


def _written_phase(data: HaplotypeData, ordered: Ints, phased: NDArray[np.bool]) -> Ints:
    """Return the pair of each row from its cells, shape (N,): known if all heterozygous loci have a |.

    Parameters
    ----------
    ordered : integer array, shape (N, L, 2)
        The alleles in the order of the cells.
    phased : boolean array, shape (N, L)
        Whether they are separated by a |.
    """
    pairs = np.full(len(ordered), UNKNOWN)
    if not phased.any():
        return pairs
    differ = ordered[..., 0] != ordered[..., 1]
    # With a single heterozygous locus the phase is certain without a mark.
    certain = (np.sum(differ & ~phased, axis=1) == 0) | (np.sum(differ, axis=1) <= 1)
    known = np.flatnonzero(certain & np.all(ordered >= 0, axis=(1, 2)))
    if not len(known):
        return pairs
    distinct, first, which = np.unique(
        ordered[known].reshape(len(known), -1), axis=0, return_index=True, return_inverse=True
    )
    place = {name: h for h, name in enumerate(data.names)}
    sides = distinct.reshape(len(distinct), -1, 2).transpose(0, 2, 1).tolist()
    found = [
        _pair_of(data, int(data.which[known[row]]), [place[_joined(data.alleles, own)] for own in both])
        for row, both in zip(first.tolist(), sides, strict=True)
    ]
    pairs[known] = np.array(found, dtype=np.intp)[which.ravel()]
    return pairs


def _pair_of(data: HaplotypeData, genotype: int, both: Sequence[int]) -> int:
    """Return the pair of a genotype that consists of two haplotypes; `UNKNOWN` if there is none."""
    own = slice(data.starts[genotype], data.starts[genotype] + data.sizes[genotype])
    fits = (data.first[own] == min(both)) & (data.second[own] == max(both))
    return int(data.starts[genotype] + np.argmax(fits)) if fits.any() else UNKNOWN
