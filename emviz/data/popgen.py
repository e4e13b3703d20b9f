"""Genotypes as Genepop, GenAlEx, STRUCTURE and BEAGLE write them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from emviz.data.cells import is_number
from emviz.data.genotypes import HAPLOID, check_size, genotype_table
from emviz.data.lines import numbered_lines
from emviz.data.table import DataError, Table

#: The line above each population of Genepop, and genotypes behind the comma of a name: of one or two alleles.
POP = re.compile(r"\s*pop\s*", re.IGNORECASE)
DIGITS = re.compile(r"\d{2,3}|\d{4}|\d{6}")
#: Signs between the cells of GenAlEx, the lines above its names, and the columns before its loci.
SIGNS, ABOVE, BEFORE = ",;\t", 3, 2
#: A number, and one that stands for no allele in Genepop and GenAlEx.
WHOLE, NONE = re.compile(r"-?\d+"), re.compile(r"(0+|-\d+)?")
#: The most columns before the loci of STRUCTURE: a name, a population, flags.
MOST_ABOUT = 6
#: The fewest rows of people by which STRUCTURE is known.
FEWEST = 4
#: What the rows of BEAGLE may be, those with alleles, and an allele that is not known.
ROWS, MARKER, UNKNOWN = ("I", "M", "A", "T", "C", "S", "#"), "M", "?"
MARKERS = "the rows of markers are read, without their phase; all others are left out"
POPULATIONS = "the populations are left out"


def is_genepop(lines: Sequence[str]) -> bool:
    """Return whether a text has a title, names of loci, POP, and a name, a comma and genotypes."""
    place = next((place for place, line in enumerate(lines) if POP.fullmatch(line)), 0)
    after = next((line for line in lines[place + 1 :] if line.strip()), "") if place > 1 else ""
    _, comma, cells = after.rpartition(",")
    return comma != "" and cells.split() != [] and all(map(DIGITS.fullmatch, cells.split()))


def genepop_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each person: `person`, then 01/02 at each locus, with a point for 00.

    Raises
    ------
    DataError
        If a line does not have a genotype for each locus; the message names the line.
    """
    loci: list[str] = []
    people: list[str] = []
    rows: list[list[str]] = []
    below = False
    for number, line in list(numbered_lines(lines, tick))[1:]:
        if POP.fullmatch(line):
            below = True
        elif not below:
            loci += [name.strip() for name in line.split(",") if name.strip()]
        elif line.strip():
            name, _, cells = line.rpartition(",")
            rows.append([_genotype(cell, number) for cell in cells.split()])
            people.append(name.strip())
            if len(rows[-1]) != len(loci):
                raise DataError(
                    f"line {number}: expected a genotype at each of {len(loci)} loci, got {len(rows[-1])}"
                )
            check_size(len(loci), len(rows))
    return genotype_table(people, loci, [list(column) for column in zip(*rows, strict=True)], [POPULATIONS])


def is_genalex(lines: Sequence[str]) -> bool:
    """Return whether a text begins with the numbers of loci, people, populations, and people in each."""
    above = list(_cut(lines[:ABOVE]))
    if len(above) < ABOVE or not all(map(str.isdigit, above[0])) or len(above[0]) <= ABOVE:
        return False
    # Rows of counts may begin with the same numbers, but no name is among them.
    if not above[2] or any(re.search(r"\d", cell) and is_number(cell) for cell in above[2]):
        return False
    loci, people, populations, *sizes = map(int, above[0])
    width = len(above[2])
    fits = width in (loci + BEFORE, 2 * loci + BEFORE, 2 * loci + BEFORE - 1)
    return fits and loci > 0 and sum(sizes[:populations]) == people


def genalex_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each person: `person`, then 145/147 at each locus, with a point for 0.

    Raises
    ------
    DataError
        If a row lacks cells for its loci, or there are fewer rows than the first line says.
    """
    bare = numbered_lines(lines, tick)
    spoken = [(n, line) for n, line in bare if n <= ABOVE or line.strip(SIGNS + ' "\r\n')]
    rows = list(_cut([line for _, line in spoken]))
    loci, people = (int(cell) for cell in rows[0][:2])
    each = 2 if len(rows[ABOVE - 1]) > loci + BEFORE else 1
    width = BEFORE + each * loci
    names = [*rows[ABOVE - 1], ""][BEFORE:width:each]
    body = rows[ABOVE : ABOVE + people]
    if len(body) < people:
        raise DataError(f"there are {len(body)} people, and the first line says {people}")
    for (number, _), row in zip(spoken[ABOVE:], body, strict=False):
        if len(row) < width:
            raise DataError(f"line {number}: expected {width} cells for {loci} loci, got {len(row)}")
        check_size(loci, people)
    columns = [[_pair(row[place : place + each]) for row in body] for place in range(BEFORE, width, each)]
    return genotype_table([row[0] for row in body], names, columns, [POPULATIONS])


def is_structure(lines: Sequence[str]) -> bool:
    """Return whether names of loci are above two rows of numbers for each person."""
    header, *rows = [cells for line in lines if (cells := line.split())] or [[]]
    loci, width = len(header), len(rows[0]) if rows else 0
    rows = rows[: len(rows) // 2 * 2]
    if len(rows) < FEWEST or not loci < width <= loci + MOST_ABOUT or all(map(_is_whole, header)):
        return False
    names = [row[0] for row in rows]
    return (
        names[::2] == names[1::2]
        and len({*names}) == len(rows) // 2
        and all(len(row) == width and all(map(_is_whole, row[-loci:])) for row in rows)
    )


def structure_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each person: `person`, then 145/147 at each locus, with a point for a number below 0.

    Raises
    ------
    DataError
        If a row has another number of cells than the first, or a person has other than two rows.
    """
    spoken = [(number, cells) for number, line in numbered_lines(lines, tick) if (cells := line.split())]
    (_, loci), *rows = spoken
    width = len(rows[0][1])
    people: list[str] = []
    pairs: list[list[str]] = []
    for (number, one), (_, other) in zip(rows[::2], [*rows[1::2], (0, [])], strict=False):
        if len(one) != width or len(other) != width or one[0] != other[0]:
            raise DataError(f"line {number}: expected two rows of {width} cells for {one[0][:40]!r}")
        people.append(one[0])
        # An allele 0 may be one of 0 and 1, so that only numbers below 0 are none.
        pairs.append([_joined(both) for both in zip(one[-len(loci) :], other[-len(loci) :], strict=True)])
        check_size(len(loci), len(pairs))
    about = [POPULATIONS] if width > len(loci) + 1 else []
    return genotype_table(people, loci, [list(column) for column in zip(*pairs, strict=True)], about)


def is_beagle(lines: Sequence[str]) -> bool:
    """Return whether everybody has two columns of the same name, and a letter says what each row is."""
    names, *rows = [cells for line in lines if (cells := line.split())] or [[]]
    twice = len(names) > ABOVE and names[0] in ROWS and names[2::2] == names[3::2]
    return twice and any(row[0] == MARKER for row in rows) and all(row[0] in ROWS for row in rows[:-1])


def beagle_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each person: `person`, then A/G at each marker, with a point for a missing allele.

    Raises
    ------
    DataError
        If a row has another number of cells than the first; the message names the line.
    """
    (_, names), *rows = [(n, cells) for n, line in numbered_lines(lines, tick) if (cells := line.split())]
    loci: dict[str, list[str]] = {}
    for number, cells in rows:
        if len(cells) != len(names):
            raise DataError(f"line {number}: expected {len(names)} cells, got {len(cells)}")
        if cells[0] == MARKER:
            known = ["." if allele == UNKNOWN else allele for allele in cells[2:]]
            loci[cells[1]] = list(map("/".join, zip(known[::2], known[1::2], strict=True)))
            check_size(len(loci), len(names) // 2)
    return genotype_table(names[2::2], [*loci], [*loci.values()], [MARKERS])


def _is_whole(cell: str) -> bool:
    return WHOLE.fullmatch(cell) is not None


def _cut(lines: Sequence[str]) -> Iterator[list[str]]:
    """Return the cells of lines without the empty ones at their ends."""
    sign = max(SIGNS, key=lines[0].count) if lines else ","
    for cells in csv.reader(lines, delimiter=sign):
        bare = [cell.strip() for cell in cells]
        while bare and not bare[-1]:
            bare.pop()
        yield bare


def _genotype(cell: str, number: int) -> str:
    if not DIGITS.fullmatch(cell):
        raise DataError(f"line {number}: expected a genotype of 4 or 6 digits, got '{cell[:40]}'")
    half = len(cell) // 2
    return _pair([cell] if len(cell) <= ABOVE else [cell[:half], cell[half:]])


def _joined(alleles: Sequence[str]) -> str:
    return "/".join("." if allele.startswith("-") else allele for allele in alleles)


def _pair(alleles: Sequence[str]) -> str:
    """Return two alleles as A/a, a point for a missing one; a single one is marked as such."""
    known = ["." if NONE.fullmatch(allele) else allele for allele in alleles]
    return "/".join(known) if len(known) > 1 else f"{known[0]}{HAPLOID}"
