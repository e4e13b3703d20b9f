"""Which columns of a table are loci, and why others are not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from emviz.data.genotypes import HAPLOID
from emviz.data.table import Table
from emviz.models.haplotype.cells import all_cells, is_genotype, known_cells, trait, two_letters
from emviz.models.haplotype.data import COPIES, OTHERS

#: Endings of the name of a locus that name the counted allele: rs1_A.
ALLELES = frozenset(f"_{base}" for base in "ACGT")
#: A name that only a locus has: rs123, or snp3.
LOCUS = re.compile(r"(rs|snp)[\W_]*\d+(_[ACGT])?", re.IGNORECASE)
#: Two lengths, or two blood pressures, and the fewest rows that identify them.
LENGTHS = re.compile(r"(\d{2,3})\s*/\s*(\d{2,3})")
FEWEST = 3
#: The most letters of a cell in a message.
SHOWN = 40
#: One allele alone: 101, A, ATT, A1, or 02:01.
SINGLE = re.compile(r"\d{1,4}|[A-Za-z]\d{0,3}|[ACGT]+|\d{2,3}(:\d{2,3})+|[^/|\s]+\*[^/|\s]+")


class Others(NamedTuple):
    """Properties of all columns together that help to judge one.

    Parameters
    ----------
    parted : bool
        Whether any has / or | in it.
    whole : bool
        Whether any holds all of 0, 1 and 2.
    falling : tuple of str
        The columns of two lengths of which the first is always the larger.
    """

    parted: bool
    whole: bool
    falling: tuple[str, ...]


def unsuited(table: Table, name: str) -> str | None:
    """Return in a few words why a column is not a locus; None if it may be one."""
    if name.lower() in OTHERS:
        return "a name of a person, or a number of people"
    if trait(name):
        return "its name is that of something else"
    cells = known_cells(table, name)
    if not cells:
        return "every cell is missing" if table.rows else None
    if any(cell.endswith(HAPLOID) for cell in cells):
        return "some people have only one copy, which has no phase"
    apart = {cell for cell in set(cells) if not two_letters({cell})}
    bad = [cell for cell in cells if cell in apart]
    if bad and 2 * len(bad) < len(cells) and not any(map(is_genotype, bad)):
        return f"not genotypes: '{bad[0][:SHOWN]}' in row {all_cells(table, name).index(bad[0]) + 1}"
    copies = sum(cell in COPIES for cell in cells)
    if 2 * copies <= len(cells) and copies < len(cells) and all(map(SINGLE.fullmatch, cells)):
        return "one number or letter in each cell; a locus needs two alleles"
    if 2 * sum(map(is_genotype, cells)) < len(cells):
        return "not genotypes"
    others = _others(table)
    if others.falling == (name,):
        return "the first number is always the larger, as in blood pressure"
    distinct = set(cells)
    return _no_copies(name, distinct, others) if distinct <= set(COPIES) else None


def _no_copies(name: str, distinct: Collection[str], others: Others) -> str | None:
    """Return why a column of 0, 1 and 2 does not count alleles; None if it may."""
    every = len(distinct) == len(COPIES)
    if others.parted:
        if every and LOCUS.fullmatch(name):
            return None
        tick = "; tick it if it counts alleles" if every else ""
        return f"no pairs of alleles, as the other loci have{tick}"
    plain = len(name) > 2 and not any(letter.isdigit() for letter in name) and name[-2:] not in ALLELES
    return (
        f"only {' and '.join(sorted(distinct))}, as a trait" if others.whole and plain and not every else None
    )


@lru_cache(maxsize=1)
def _others(table: Table) -> Others:
    """Return the properties of all columns, remembered since each of thousands of columns needs them."""
    loci = {name: known_cells(table, name) for name in table.names if name not in OTHERS and not trait(name)}
    parted = any("/" in cell or "|" in cell for cells in loci.values() for cell in cells[:1])
    whole = any(set(cells) == set(COPIES) for cells in loci.values())
    return Others(parted, whole, tuple(name for name, cells in loci.items() if _falls(cells)))


def _falls(cells: Sequence[str]) -> bool:
    """Say whether all cells are like 120/80."""
    lengths = [LENGTHS.fullmatch(cell) for cell in cells]
    return len(cells) >= FEWEST and all(found and int(found[1]) > int(found[2]) for found in lengths)
