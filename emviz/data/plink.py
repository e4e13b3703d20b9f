"""Genotypes as PLINK writes them: PED with its MAP, and the counts of alleles in a .raw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from emviz.data.files import check_readable, explained
from emviz.data.genotypes import check_size, genotype_table
from emviz.data.lines import numbered_lines
from emviz.data.table import DataError, Table

#: The columns before the genotypes, in both formats.
FIXED = ("FID", "IID", "PAT", "MAT", "SEX", "PHENOTYPE")
#: The ending of a column of a .raw that marks heterozygotes (the dominance component).
DOMINANCE = "_HET"
LETTERS, DIGITS, NO_ALLELE = frozenset("ACGTN"), frozenset("1234"), frozenset("0-")
SEXES = frozenset(("0", "1", "2"))
TRAITS = SEXES | {"-9"}
LEFT_OUT = "the families, parents, sexes and traits are left out"
COUNTED = "0, 1 and 2 count the allele behind the last _ of the name of a locus"


def is_ped(lines: Iterable[str]) -> bool:
    """Return whether a text is PED: a sex in column 5, and two alleles per locus from column 7 on.

    Alleles are letters of DNA; numbers are only accepted if everything else fits a pedigree, and numbers of
    several digits only if even more fits.
    """
    cut = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    first = next(cut, [])
    width = len(first)
    if width <= len(FIXED) or width % 2:
        return False
    rows = [first, *cut]
    if any(len(row) != width or row[4] not in SEXES for row in rows):
        return False
    held = {cell for row in rows for cell in row[len(FIXED) :]} - NO_ALLELE
    if held and held <= LETTERS:
        return True
    if not held or not all(map(str.isdecimal, held)) or not _is_pedigree(rows):
        return False
    return held <= DIGITS or _is_complete(rows)


def has_pairs(lines: Iterable[str]) -> bool:
    """Return whether each line has two cells per locus after the first six, without a header."""
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    width = len(rows[0]) if rows else 0
    paired = width > len(FIXED) and width % 2 == 0 and all(len(row) == width for row in rows)
    return paired and "IID" not in map(str.upper, rows[0])


def is_raw(lines: Sequence[str]) -> bool:
    """Return whether a text begins with the header of a .raw."""
    return bool(lines) and tuple(lines[0].split()[: len(FIXED)]) == FIXED


def ped_table(
    lines: Iterable[str], tick: Callable[[], object] = bool, loci: Sequence[str] | None = None
) -> Table:
    """Return a row for each person: `person`, with the family if needed, then A/G at each locus.

    Parameters
    ----------
    loci : sequence of str, optional
        The names of the loci; "locus 1" and so on by default.

    Raises
    ------
    DataError
        If the number of cells differs from that of the first line, or that of loci from that of names.
    """
    rows: list[list[str]] = []
    for number, line in numbered_lines(lines, tick):
        cells = line.split()
        if cells and not line.startswith("#"):
            rows.append(cells)
            _check_width(cells, len(rows[0]), "first line", number)
            if len(cells) <= len(FIXED) or len(cells) % 2:
                raise DataError(
                    f"line {number}: expected {len(FIXED)} cells and two for each locus, got {len(cells)}"
                )
            check_size((len(cells) - len(FIXED)) // 2, len(rows))
    if not rows:
        raise DataError("the file holds no persons")
    found = (len(rows[0]) - len(FIXED)) // 2
    if loci is not None and len(loci) != found:
        raise DataError(
            f"there are genotypes at {found} loci, and the .map beside the file names {len(loci)}"
        )
    names = loci or [f"locus {place}" for place in range(1, found + 1)]
    pairs = [
        [_pair(row[place], row[place + 1]) for row in rows] for place in range(len(FIXED), len(rows[0]), 2)
    ]
    return genotype_table(_people(rows), names, pairs, [LEFT_OUT])


def map_names(path: Path) -> list[str] | None:
    """Return the names of the loci in the .map beside a .ped; None if there is no such file.

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


def raw_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each person: `person`, then the number of copies of an allele at each locus.

    The counted allele remains part of the name of the locus, as in rs1_A.

    Raises
    ------
    DataError
        If there are no persons or no loci, or a line does not fit the header.
    """
    spoken = ((number, line.split()) for number, line in numbered_lines(lines, tick) if line)
    _, header = next(spoken, (1, []))
    if tuple(header[: len(FIXED)]) != FIXED:
        raise DataError(f"expected a header that begins with {' '.join(FIXED)}")
    places = [
        place for place, name in enumerate(header[len(FIXED) :], len(FIXED)) if not name.endswith(DOMINANCE)
    ]
    rows: list[list[str]] = []
    for number, cells in spoken:
        rows.append(cells)
        _check_width(cells, len(header), "header", number)
        check_size(len(places), len(rows))
    if not rows or not places:
        raise DataError("there is a header and no persons" if places else "there are no loci in the header")
    dominance = len(header) - len(FIXED) - len(places)
    notes = [LEFT_OUT, COUNTED]
    if dominance:
        notes.append(f"{dominance:,} columns {DOMINANCE}, which follow from the others, are left out")
    columns = [[row[place] for row in rows] for place in places]
    return genotype_table(_people(rows), [header[place] for place in places], columns, notes)


def _is_pedigree(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether each person occurs once, with both parents known or neither."""
    return len({tuple(row[:2]) for row in rows}) == len(rows) and all(
        (row[2] == "0") == (row[3] == "0") and (row[2] == "0" or row[1] not in row[2:4]) for row in rows
    )


def _is_complete(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether parents are in the file, traits are codes, and never one allele alone is missing."""
    people = {row[1] for row in rows} | {"0"}
    return all(
        people.issuperset(row[2:4])
        and row[5] in TRAITS
        and all((a == "0") == (b == "0") for a, b in zip(row[6::2], row[7::2], strict=True))
        for row in rows
    )


def _check_width(cells: Sequence[str], width: int, above: str, number: int) -> None:
    if len(cells) != width:
        raise DataError(f"line {number}: expected {width} cells as in the {above}, got {len(cells)}")


def _pair(first: str, second: str) -> str:
    return "/".join("." if allele == "0" else allele for allele in (first, second))


def _people(rows: Sequence[Sequence[str]]) -> list[str]:
    # The identifier of a person (IID) need only be unique within the family (FID).
    alone = [row[1] for row in rows]
    return alone if len(set(alone)) == len(alone) else [" ".join(row[:2]) for row in rows]
