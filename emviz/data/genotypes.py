"""The common part of genotype formats: a row for each person, a column for each locus."""

from __future__ import annotations

from collections.abc import Sequence

from emviz.data.column import text_array
from emviz.data.lines import MAX_COLUMNS, unique_names
from emviz.data.table import DataError, Table

MAX_CELLS = 50_000_000
#: A suffix for the allele of somebody with a single copy, so that AT is not read as A and T.
HAPLOID = " (haploid)"


def check_size(loci: int, people: int) -> None:
    """Check that there are not too many loci or genotypes.

    Raises
    ------
    DataError
        If there are; the message says which.
    """
    if loci >= MAX_COLUMNS:
        raise DataError(f"there are more than {MAX_COLUMNS:,} columns; save the loci that you need")
    if loci * people > MAX_CELLS:
        raise DataError(f"there are more than {MAX_CELLS // 10**6} million cells")


def genotype_table(
    people: Sequence[str], loci: Sequence[str], columns: Sequence[Sequence[str]], notes: Sequence[str] = ()
) -> Table:
    """Return a table of `person` and the genotypes at each locus."""
    names = unique_names(["person", *loci])
    cells = map(text_array, (people, *columns))
    return Table.from_columns(dict(zip(names, cells, strict=True)), notes)
