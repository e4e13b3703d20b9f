"""Genotypes as geneticists keep them: VCF, and PLINK's PED with its MAP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path

from emviz.data.column import text_array
from emviz.data.files import check_readable, explained
from emviz.data.lines import MAX_COLUMNS, numbered_lines, unique_names
from emviz.data.table import DataError, Table

MISSING = "./."
#: What comes before the genotypes: in a VCF the last is FORMAT, in a PED the trait.
VCF_FIXED, PED_FIXED = 9, 6
MAX_CELLS = 50_000_000

ALLELES = frozenset("ACGTN0-")
MARKS = re.compile(r"([/|])")


def is_vcf(lines: Iterable[str]) -> bool:
    """Say whether a text begins as VCF does."""
    return next(iter(lines), "").startswith("##fileformat=VCF")


def is_ped(lines: Iterable[str]) -> bool:
    """Say whether a text is PED: a sex in the fifth place, from the seventh on two letters of DNA a locus."""
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return (
        bool(rows)
        and all(
            len(row) == len(rows[0]) > PED_FIXED
            and len(row) % 2 == 0
            and row[4] in ("0", "1", "2")
            and ALLELES.issuperset(row[PED_FIXED:])
            for row in rows
        )
        and any(not cell.isdigit() for row in rows for cell in row[PED_FIXED:])
    )


def vcf_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each sample: its name as `person`, then its alleles at each locus, such as A/G or A|G.

    Raises
    ------
    DataError
        If there are no samples, or a line does not fit those above it; the message names the line.
    """
    people: list[str] | None = None
    loci: list[str] = []
    columns: list[list[str]] = []
    for number, line in numbered_lines(lines, tick):
        if line.startswith("#CHROM"):
            people = line.split("\t")[VCF_FIXED:]
        elif line and not line.startswith("#"):
            if not people:
                raise DataError(
                    f"line {number}: there are no samples above this; a VCF with genotypes is needed"
                )
            name, cells = _variant(line.split("\t"), len(people), number)
            loci.append(name)
            columns.append(cells)
            _check_size(len(loci), len(people))
    if not people or not loci:
        raise DataError("this VCF holds no genotypes; it needs samples and at least one variant")
    return _table(people, loci, columns)


def ped_table(
    lines: Iterable[str], tick: Callable[[], object] = bool, loci: Sequence[str] | None = None
) -> Table:
    """Return a row for each person: `person`, with the family where that is needed, then A/G at each locus.

    Parameters
    ----------
    loci : sequence of str, optional
        The names of the loci; "locus 1" and so on where they are not known.

    Raises
    ------
    DataError
        If a line has another number of cells than the first, or the loci are not as many as their names.
    """
    rows: list[list[str]] = []
    for number, line in numbered_lines(lines, tick):
        cells = line.split()
        if cells and not line.startswith("#"):
            rows.append(cells)
            _check_ped(cells, len(rows[0]), number)
            _check_size(len(cells) // 2 - PED_FIXED // 2, len(rows))
    if not rows:
        raise DataError("the file holds no persons")
    found = (len(rows[0]) - PED_FIXED) // 2
    if loci is not None and len(loci) != found:
        raise DataError(
            f"there are genotypes at {found} loci, and the .map beside the file names {len(loci)}"
        )
    names = loci or [f"locus {place}" for place in range(1, found + 1)]
    pairs = [
        [_pair(row[place], row[place + 1]) for row in rows] for place in range(PED_FIXED, len(rows[0]), 2)
    ]
    return _table(_people(rows), names, pairs)


def map_names(path: Path) -> list[str] | None:
    """Return the names of the loci in the .map beside a .ped; None where there is no such file.

    Raises
    ------
    DataError
        If a line has fewer than two cells.
    """
    beside = path.with_name(path.name.removesuffix(".gz")).with_suffix(".map")
    if not beside.is_file():
        return None
    with explained(beside):
        check_readable(beside)
        text = beside.read_text("utf-8", errors="replace")
        rows = [(number, line.split()) for number, line in numbered_lines(text.splitlines(), bool)]
        for number, cells in rows:
            if len(cells) == 1:
                where = f"line {number} of the .map beside the file"
                raise DataError(f"{where}: expected a chromosome and a name, got '{cells[0][:40]}'")
        return [cells[1] for _, cells in rows if cells and not cells[0].startswith("#")]


def _variant(cells: Sequence[str], people: int, number: int) -> tuple[str, list[str]]:
    if len(cells) != VCF_FIXED + people:
        raise DataError(
            f"line {number}: expected {VCF_FIXED + people} cells with tabs between them, got {len(cells)}"
        )
    chromosome, position, name, reference, others = cells[:5]
    fields = cells[VCF_FIXED - 1].split(":")
    if "GT" not in fields:
        raise DataError(f"line {number}: there are no genotypes; expected GT in the column FORMAT")
    place = fields.index("GT")
    alleles = [reference, *others.split(",")]
    known: dict[str, str] = {}
    found = []
    for cell in cells[VCF_FIXED:]:
        written = next(islice(cell.split(":"), place, None), ".")
        if written not in known:
            known[written] = _genotype(written, alleles, number)
        found.append(known[written])
    return (name if name not in (".", "") else f"{chromosome}:{position}"), found


def _genotype(written: str, alleles: Sequence[str], number: int) -> str:
    if written in (".", ""):
        return MISSING
    return "".join(
        part if part in ("/", "|", ".") else _allele(part, alleles, number) for part in MARKS.split(written)
    )


def _allele(part: str, alleles: Sequence[str], number: int) -> str:
    if not (part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(alleles)):
        raise DataError(f"line {number}: expected 0 to {len(alleles) - 1} as an allele, got '{part[:40]}'")
    return alleles[int(part)]


def _check_ped(cells: Sequence[str], width: int, number: int) -> None:
    if len(cells) != width:
        raise DataError(f"line {number}: expected {width} cells as in the first line, got {len(cells)}")
    if len(cells) <= PED_FIXED or len(cells) % 2:
        raise DataError(f"line {number}: expected {PED_FIXED} cells and two for each locus, got {len(cells)}")


def _check_size(loci: int, people: int) -> None:
    if loci >= MAX_COLUMNS:
        raise DataError(f"there are more than {MAX_COLUMNS:,} columns; save the loci that you need")
    if loci * people > MAX_CELLS:
        raise DataError(f"there are more than {MAX_CELLS // 10**6} million cells")


def _pair(first: str, second: str) -> str:
    return "/".join("." if allele == "0" else allele for allele in (first, second))


def _people(rows: Sequence[Sequence[str]]) -> list[str]:
    alone = [row[1] for row in rows]
    return alone if len(set(alone)) == len(alone) else [" ".join(row[:2]) for row in rows]


def _table(people: Sequence[str], loci: Sequence[str], columns: Sequence[Sequence[str]]) -> Table:
    names = unique_names(["person", *loci])
    return Table.from_columns(dict(zip(names, map(text_array, (people, *columns)), strict=True)))
